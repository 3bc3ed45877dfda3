/**
 * Maximal bodies from the census of the SDKs' types (scripts/census): every field, variant and element of a type stands in one of
 * them, with a value of the caller's in every place that can hold one.
 */
import type { LeafNode, Ref, TypeNode, Value } from '../../scripts/census/nodes.ts'
import type { Json, JsonObject } from '../../src/types.ts'

export interface Spot {
  /** `messages.*(role=user).content.*(type=text).text`: `*` is any position, `{}` a key that the caller chose. */
  readonly path: string
  readonly kind: 'string' | 'number' | 'key' | 'literal'
  /** What may stand at a literal, the usual one first. A boolean is one of two. */
  readonly values?: readonly Value[]
}
/** Says what stands at a spot: a string for a key. Is asked once for every place in every body. */
export type Plant = (spot: Spot) => Value

export interface Limits {
  /** Characters of one body as JSON; a body that would be longer is made in several. */
  readonly size: number
  /** How often a type may stand inside itself. */
  readonly again: number
}
export const LIMITS: Limits = { size: 200_000, again: 2 }

/** One of the values that together cover a type. */
interface Fill {
  readonly value: Json
  readonly size: number
}

/** Values that together hold every place below a type, each short enough to send. */
export function makeBodies(types: readonly TypeNode[], root: Ref, plant: Plant, limits = LIMITS): Json[] {
  const open = new Map<Ref, number>()
  const { leaf, literal, least } = makeLeaves(types, plant)
  return fill(root, '').map(({ value }) => value)

  function fill(ref: Ref, path: string): Fill[] {
    const node = nodeOf(types, ref)
    if (typeof node === 'string') return [measure(leaf(node, path))]
    if ('literals' in node) return [measure(literal(node.literals, path))]
    if ('union' in node) return node.union.flatMap((variant) => fill(variant, path + describe(types, variant)))
    if ('array' in node) return fillArray(node.array, `${path}.*`)
    const times = open.get(ref) ?? 0
    if (times === limits.again) return []
    open.set(ref, times + 1)
    const fills = fillObject(node, path)
    open.set(ref, times)
    return fills
  }

  /** One element for each variant, and more where a variant needs several to be covered. */
  function fillArray(element: Ref, path: string): Fill[] {
    const arrays: { value: Json[]; size: number }[] = []
    for (const { value, size } of fill(element, path)) {
      const last = arrays.at(-1)
      if (last !== undefined && last.size + size < limits.size) {
        last.value.push(value)
        last.size += size + 1
      } else arrays.push({ value: [value], size: size + 3 })
    }
    return arrays.length > 0 ? arrays : [measure([])]
  }

  /** As many objects as the field with most variants needs. */
  function fillObject({ object, index }: ObjectNode, path: string): Fill[] {
    const bins: { parts: Map<string, Json>; size: number }[] = []
    const put = (name: string, fills: readonly Fill[]): void => {
      for (const { value, size } of fills) {
        const needed = size + name.length + 4
        let bin = bins.find(({ parts, size: taken }) => !parts.has(name) && taken + needed < limits.size)
        if (bin === undefined) {
          bin = { parts: new Map(), size: 2 }
          bins.push(bin)
        }
        bin.parts.set(name, value)
        bin.size += needed
      }
    }
    for (const [name, ref] of Object.entries(object)) put(name, fill(ref, join(path, name)))
    if (index !== undefined) {
      const inner = join(path, '{}')
      for (const one of fill(index, inner)) put(String(plant({ path: inner, kind: 'key' })), [one])
    }
    if (bins.length === 0) bins.push({ parts: new Map(), size: 2 })
    return bins.map(({ parts }) => {
      const named = Object.entries(object).map(([name, ref]): [string, Json | undefined] => {
        return [name, parts.has(name) ? parts.get(name) : least(ref, join(path, name))]
      })
      return measure(toObject([...named, ...[...parts].filter(([name]) => !(name in object))]))
    })
  }
}

/** The least body that holds one spot, but for keys, which `plant` is asked for like any other. */
export function makeSpine(
  types: readonly TypeNode[],
  root: Ref,
  { path: target, kind }: Spot,
  plant: Plant,
): Json | undefined {
  const { leaf, literal, least } = makeLeaves(types, plant)
  return spine(root, '')

  function isBinary(ref: Ref): boolean {
    return nodeOf(types, ref) === 'binary'
  }
  function spine(ref: Ref, path: string): Json | undefined {
    const node = nodeOf(types, ref)
    if (!leadsTo(path, target)) return undefined
    if (node === 'unknown' || node === 'binary') return leaf(node, path)
    // Where a text or a number may stand, both have the same path.
    if (typeof node === 'string') {
      return path === target && kind === (node === 'boolean' ? 'literal' : node) ? leaf(node, path) : undefined
    }
    if ('literals' in node) return path === target && kind === 'literal' ? literal(node.literals, path) : undefined
    if ('array' in node) {
      const element = spine(node.array, `${path}.*`)
      return element === undefined ? undefined : [element]
    }
    if ('union' in node) {
      // A file is one whatever is looked for below it.
      const variants = node.union.toSorted((a, b) => Number(isBinary(a)) - Number(isBinary(b)))
      return first(variants, (variant) => spine(variant, path + describe(types, variant)))
    }
    const { object, index } = node
    const found = first(Object.entries(object), ([name, ref]): [string, Json] | undefined => {
      const value = spine(ref, join(path, name))
      return value === undefined ? undefined : [name, value]
    })
    if (found !== undefined) {
      const fields = Object.entries(object).map(([name, ref]): [string, Json | undefined] => {
        return [name, name === found[0] ? found[1] : least(ref, join(path, name))]
      })
      return toObject(fields)
    }
    const value = index === undefined ? undefined : spine(index, join(path, '{}'))
    return value === undefined ? undefined : { [String(plant({ path: join(path, '{}'), kind: 'key' }))]: value }
  }
}

/** Every spot of a type, once, as the bodies hold them. */
export function listSpots(types: readonly TypeNode[], root: Ref): Spot[] {
  const spots = new Map<string, Spot>()
  let planted = 0
  makeBodies(types, root, (spot) => {
    spots.set(`${spot.kind} ${spot.path}`, spot)
    return spot.values?.[0] ?? `k${planted++}`
  })
  return [...spots.values()]
}

function makeLeaves(types: readonly TypeNode[], plant: Plant) {
  return { leaf, literal, least }

  function leaf(node: LeafNode, path: string): Json {
    switch (node) {
      case 'string':
      case 'number':
        return plant({ path, kind: node })
      case 'boolean':
        return literal([true, false], path)
      case 'null':
        return null
      case 'binary':
        return file(path)
      case 'unknown':
        return anything(path)
    }
  }

  function literal(values: readonly Value[], path: string): Json {
    return plant({ path, kind: 'literal', values })
  }

  /** What stands in a field whose variants are all covered elsewhere, so that the object keeps its shape. */
  function least(ref: Ref, path: string): Json | undefined {
    const node = nodeOf(types, ref)
    if (typeof node === 'string') return node === 'unknown' || node === 'binary' ? undefined : leaf(node, path)
    if ('literals' in node) return literal(node.literals, path)
    if ('array' in node) return []
    if ('object' in node) return undefined
    const simple = node.union.find((variant) => typeof types[variant] === 'string') ?? node.union[0]
    return simple === undefined ? undefined : least(simple, path + describe(types, simple))
  }

  function file(path: string): JsonObject {
    const name = String(plant({ path: join(path, '$file.name'), kind: 'string' }))
    return { $file: { name, content: String(plant({ path: join(path, '$file.content'), kind: 'string' })) } }
  }

  /** What a caller could put where any JSON may stand. */
  function anything(path: string): Json {
    const inner = join(path, '{}')
    const key = (at = inner) => String(plant({ path: at, kind: 'key' }))
    const string = (at: string) => plant({ path: at, kind: 'string' })
    const number = (at: string) => plant({ path: at, kind: 'number' })
    const row = `${inner}.*`
    const rows = [string(row), number(row), { [key(`${row}.{}`)]: string(`${row}.{}`) }, [string(`${row}.*`)]]
    return { [key()]: string(inner), [key()]: number(inner), [key()]: true, [key()]: rows }
  }
}

type ObjectNode = Extract<TypeNode, { object: unknown }>

/** Literals that tell the variants of a union apart, by the names that both vendors use. */
const DISCRIMINATORS = ['type', 'role', 'event', 'object', 'status', 'mode']

/** Tells a variant of a union from the others: `(type=text)`, or the type's name. */
function describe(types: readonly TypeNode[], ref: Ref): string {
  const node = types[ref]
  if (typeof node !== 'object' || !('object' in node)) return ''
  for (const name of DISCRIMINATORS) {
    const value = types[node.object[name] ?? -1]
    if (typeof value === 'object' && 'literals' in value && value.literals.length === 1)
      return `(${name}=${value.literals[0]})`
  }
  return `(${node.name ?? ref})`
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

function measure(value: Json): Fill {
  return { value, size: JSON.stringify(value).length }
}

function nodeOf(types: readonly TypeNode[], ref: Ref): TypeNode {
  const node = types[ref]
  if (node === undefined) throw new Error(`the census has no type ${ref}`)
  return node
}

function leadsTo(path: string, target: string): boolean {
  if (path === '' || path === target) return true
  return target.startsWith(path) && /[.(]/.test(target[path.length] ?? '')
}

function first<A, B>(list: readonly A[], find: (one: A) => B | undefined): B | undefined {
  for (const one of list) {
    const found = find(one)
    if (found !== undefined) return found
  }
  return undefined
}

function toObject(fields: readonly (readonly [string, Json | undefined])[]): JsonObject {
  const object: JsonObject = {}
  for (const [name, value] of fields) if (value !== undefined) object[name] = value
  return object
}
