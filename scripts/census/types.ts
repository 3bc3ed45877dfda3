/** Compiler types → the census's table of nodes. */
import ts from 'typescript-api'
import type { Ref, TypeNode, Value } from './nodes.ts'

export interface Table {
  readonly types: TypeNode[]
  /** The node of a type; the same number for the same type. */
  add(type: ts.Type): Ref
  /** The node of any of these. */
  unite(types: readonly ts.Type[]): Ref
  literal(value: Value): Ref
  /** The node of a request's body. */
  body(type: ts.Type): Ref
}

export function buildTable(checker: ts.TypeChecker): Table {
  const types: TypeNode[] = []
  const known = new Map<ts.Type, Ref>()
  const interned = new Map<string, Ref>()

  function intern(node: TypeNode): Ref {
    const key = JSON.stringify(node)
    const found = interned.get(key)
    if (found !== undefined) return found
    interned.set(key, types.length)
    return types.push(node) - 1
  }

  function add(type: ts.Type): Ref {
    const found = known.get(type)
    if (found !== undefined) return found
    const ref = build(type)
    known.set(type, ref)
    return ref
  }

  function build(type: ts.Type): Ref {
    if (type.isUnion()) return unite(type.types)
    if ('intrinsicName' in type && type.intrinsicName === 'error')
      throw new Error('the census met a type that is not declared')
    if (type.flags & ts.TypeFlags.StringLike)
      return intern(type.isStringLiteral() ? { literals: [type.value] } : 'string')
    if (type.flags & ts.TypeFlags.NumberLike)
      return intern(type.isNumberLiteral() ? { literals: [type.value] } : 'number')
    if (type.flags & ts.TypeFlags.BooleanLike) return intern(literalOf(type))
    if (type.flags & ts.TypeFlags.Null) return intern('null')
    if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.NonPrimitive)) return intern('unknown')
    if (type.flags & ts.TypeFlags.TypeParameter) {
      const constraint = checker.getBaseConstraintOfType(type)
      return constraint === undefined ? intern('unknown') : add(constraint)
    }
    // `string & {}`, which SDKs write for "one of these names, or any other".
    if (type.isIntersection() && type.types.some((part) => part.flags & ts.TypeFlags.StringLike))
      return intern('string')
    if (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) return buildObject(type)
    throw new Error(`the census cannot read the type ${checker.typeToString(type)}`)
  }

  function literalOf(type: ts.Type): TypeNode {
    if (type.flags & ts.TypeFlags.BooleanLiteral) return { literals: [checker.typeToString(type) === 'true'] }
    return 'boolean'
  }

  function buildObject(type: ts.Type): Ref {
    if (checker.isArrayType(type) || checker.isTupleType(type)) {
      // The place of the array is taken first: its elements may hold it again.
      const ref = reserve(type)
      types[ref] = { array: unite(checker.getTypeArguments(type as ts.TypeReference)) }
      return ref
    }
    const symbol = type.symbol as ts.Symbol | undefined
    const name = type.aliasSymbol?.name ?? symbol?.name
    if (isFile(type)) return intern('binary')
    if (isCode(type, checker))
      throw new Error(`the census met code where data was expected: ${checker.typeToString(type)}`)
    const properties = checker.getPropertiesOfType(type).filter(isData)
    const index = checker.getIndexTypeOfType(type, ts.IndexKind.String)
    if (properties.length === 0 && index === undefined) return intern('unknown')
    const ref = reserve(type)
    const fields: [string, Ref][] = []
    for (const property of properties) {
      const value = checker.getTypeOfSymbol(property)
      const left = withoutNothing(value)
      if (left.length > 0) fields.push([property.name, left.length === 1 && left[0] ? add(left[0]) : add(value)])
    }
    types[ref] = {
      ...(name === undefined || name.startsWith('__') ? {} : { name }),
      object: Object.fromEntries(fields),
      ...(index === undefined ? {} : { index: add(index) }),
    }
    return ref
  }

  function reserve(type: ts.Type): Ref {
    const ref = types.push('unknown') - 1
    known.set(type, ref)
    return ref
  }

  /** A union of all members: literals in one node, none that another member covers, `null` only if there is nothing else. */
  function unite(members: readonly ts.Type[]): Ref {
    const refs = new Set(members.flatMap(withoutNothing).map(add))
    const literals: Value[] = []
    const others = new Set<Ref>()
    for (const ref of [...refs].flatMap(membersOf)) {
      const node = types[ref]
      if (typeof node === 'object' && 'literals' in node) literals.push(...node.literals)
      else if (node !== 'null') others.add(ref)
    }
    const covered = new Set([...others].map((ref) => types[ref]))
    const left = [...new Set(literals)].filter((value) => !covered.has(typeof value as TypeNode & string))
    const isBoolean = left.includes(true) && left.includes(false)
    const kept = isBoolean ? left.filter((value) => typeof value !== 'boolean') : left
    const all = [...others]
    if (isBoolean) all.push(intern('boolean'))
    if (kept.length > 0) all.push(intern({ literals: kept }))
    if (all.length === 0) return intern('null')
    return all.length === 1 && all[0] !== undefined ? all[0] : intern({ union: [...new Set(all)] })
  }

  function membersOf(ref: Ref): readonly Ref[] {
    const node = types[ref]
    return typeof node === 'object' && 'union' in node ? node.union : [ref]
  }

  /**
   * The SDKs declare a body that may ask for a stream twice, which differ in `stream` only: one of these is enough.
   */
  function body(type: ts.Type): Ref {
    const ref = unite([type])
    const node = types[ref]
    if (typeof node !== 'object' || !('union' in node)) return ref
    const groups = new Map<string, Ref>()
    for (const member of node.union) {
      const variant = types[member]
      if (typeof variant !== 'object' || !('object' in variant) || variant.object.stream === undefined) return ref
      const object = { ...variant.object, stream: intern('boolean') }
      const rest = variant.index === undefined ? {} : { index: variant.index }
      groups.set(JSON.stringify(Object.entries(object).sort()), intern({ object, ...rest }))
    }
    const [only, ...others] = groups.values()
    return only !== undefined && others.length === 0 ? only : intern({ union: [...groups.values()] })
  }

  return { types, add, unite, body, literal: (value) => intern({ literals: [value] }) }
}

const NOTHING = ts.TypeFlags.Undefined | ts.TypeFlags.Void | ts.TypeFlags.Never

/** The members of a type that can travel. Functions cannot: the SDKs let callers pass some, and call them themselves. */
function withoutNothing(type: ts.Type): ts.Type[] {
  const members = type.isUnion() ? type.types : [type]
  return members.filter((member) => (member.flags & NOTHING) === 0 && member.getCallSignatures().length === 0)
}

/** Whether a property travels: not a method, not what a page keeps for itself, not what the client adds. */
function isData(property: ts.Symbol): boolean {
  if (/^(?:__|#)/.test(property.name) || property.name === '_request_id') return false
  if (property.flags & (ts.SymbolFlags.Method | ts.SymbolFlags.Accessor)) return false
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected
  return !property.declarations?.some((declared) => ts.getCombinedModifierFlags(declared) & hidden)
}

/** An object of a class that is not a page of a list: the walk has left the data. */
function isCode(type: ts.Type, checker: ts.TypeChecker): boolean {
  const isClass = type.symbol?.declarations?.some(ts.isClassDeclaration) ?? false
  return isClass && checker.getPropertyOfType(type, 'nextPageRequestOptions') === undefined
}

/**
 * Whether a type is one of the many that a file to upload may have in JavaScript, or an answer that is one: they are declared
 * by the platform, or by what the SDKs have for uploads.
 */
function isFile(type: ts.Type): boolean {
  return [type.aliasSymbol, type.symbol].some((symbol) => {
    return symbol?.declarations?.some((declared) => {
      const { fileName } = declared.getSourceFile()
      if (/\/src\/internal\/(?:uploads|to-file)\.ts$/.test(fileName)) return true
      return /\/lib\.dom\.d\.ts$|\/lib\.es[^/]*\.d\.ts$/.test(fileName) && ts.isInterfaceDeclaration(declared)
    })
  })
}
