/**
 * Policies as closures. What is not known here, an operator, a key, a template slot, does not load: guessing at a
 * policy's meaning would be worse than not starting.
 */
import { and, binary, type Code, choose, collect, constant, or, read, USES, unary } from './code.ts'
import { BINARY, collectRecord, collectSet, hasAttribute, isLike, isOfType, readAttribute, UNARY } from './operators.ts'
import type { NamedPolicy, PolicyJson, ScopeJson, ValueJson, Var } from './types.ts'
import { LoadError, makeSet, readUid, readValue } from './values.ts'

export interface Policy {
  readonly id: string
  readonly effect: 'permit' | 'forbid'
  readonly annotations: Readonly<Record<string, string | null>>
  /** Whether its scope covers the action of a request. Never fails; where it is false, so is `applies`. */
  readonly covers: Code
  /** Whether it applies: scope and conditions together. A boolean. */
  readonly applies: Code
}

/** @throws LoadError naming the policy and the construct that is not supported */
export function compilePolicies(sources: readonly NamedPolicy[]): readonly Policy[] {
  const ids = new Set<string>()
  return sources.map(({ id, est }) => {
    if (ids.has(id)) throw new LoadError('two policies have this id', id)
    ids.add(id)
    try {
      return compilePolicy(id, est)
    } catch (error) {
      throw error instanceof LoadError ? new LoadError(error.message, id) : error
    }
  })
}

const POLICY_KEYS = ['effect', 'principal', 'action', 'resource', 'conditions', 'annotations']
function compilePolicy(id: string, est: PolicyJson): Policy {
  check(est, POLICY_KEYS, 'a policy')
  const { effect, annotations = {} } = est
  if (effect !== 'permit' && effect !== 'forbid') throw new LoadError('the effect is neither permit nor forbid')
  const covers = compileScope('action', est.action)
  let applies = and(compileScope('principal', est.principal), covers)
  applies = and(applies, compileScope('resource', est.resource))
  if (!Array.isArray(est.conditions)) throw new LoadError('the conditions are not a list')
  for (const condition of est.conditions) {
    check(condition, ['kind', 'body'], 'a condition')
    const body = compile(condition.body)
    if (condition.kind === 'when') applies = and(applies, body)
    else if (condition.kind === 'unless') applies = and(applies, unary(UNARY['!']!, 0, body))
    else throw new LoadError('a condition is neither `when` nor `unless`')
  }
  return { id, effect, annotations, covers, applies }
}

function compileScope(variable: Var, scope: ScopeJson): Code {
  check(scope, undefined, 'a scope')
  if ('slot' in scope || ('in' in scope && scope.in && 'slot' in scope.in)) {
    throw new LoadError(`template slots are not supported (\`?${variable}\`)`)
  }
  const it = read(variable)
  switch (scope.op) {
    case 'All':
      check(scope, ['op'], 'a scope')
      return constant(true)
    case '==':
      check(scope, ['op', 'entity'], 'a scope')
      return binary(BINARY['==']!, 0, it, constant(readUid(scope.entity)))
    case 'in': {
      check(scope, ['op', 'entity', 'entities'], 'a scope')
      const above = 'entity' in scope ? readUid(scope.entity) : makeSet(scope.entities.map(readUid))
      return binary(BINARY.in!, USES.hierarchy, it, constant(above))
    }
    case 'is': {
      check(scope, ['op', 'entity_type', 'in'], 'a scope')
      const is = unary(isOfType(readName(scope.entity_type)), 0, it)
      if (scope.in === undefined) return is
      return and(is, binary(BINARY.in!, USES.hierarchy, it, constant(readUid(scope.in.entity))))
    }
    default:
      throw new LoadError(`operator \`${show((scope as { op?: unknown }).op)}\` is not supported in a scope`)
  }
}

// Those that look at entities: what they give differs from request to request.
const LOOKS_UP = new Set(['in', 'getTag', 'hasTag'])

/** `expr` is to be an `ExprJson`; every shape is checked. */
function compile(expr: unknown): Code {
  const { name, body } = readNode(expr)
  if (Object.hasOwn(UNARY, name)) {
    check(body, ['arg'], name)
    return unary(UNARY[name]!, 0, compile(body.arg))
  }
  if (Object.hasOwn(BINARY, name)) {
    check(body, ['left', 'right'], name)
    const uses = LOOKS_UP.has(name) ? USES.hierarchy : 0
    return binary(BINARY[name]!, uses, compile(body.left), compile(body.right))
  }
  if (Object.hasOwn(FORMS, name)) return FORMS[name]!(body)
  if (Array.isArray(body)) throw new LoadError(`extension function \`${show(name)}\` is not supported`)
  throw new LoadError(`operator \`${show(name)}\` is not supported`)
}

const VARIABLES: readonly Var[] = ['principal', 'action', 'resource', 'context']

/** What stands under an operator. A record, for most of them: each checks. */
type Body = Readonly<Record<string, unknown>>
/** Everything that is not a plain operation on values. */
const FORMS: Readonly<Record<string, (body: Body) => Code>> = {
  Value: (body) => constant(readValue(body as unknown as ValueJson)),
  Var: (body) => {
    const name = VARIABLES.find((variable) => variable === (body as unknown))
    if (name === undefined) throw new LoadError(`variable \`${show(body)}\` is not supported`)
    return read(name)
  },
  '&&': (body) => {
    check(body, ['left', 'right'], '&&')
    return and(compile(body.left), compile(body.right))
  },
  '||': (body) => {
    check(body, ['left', 'right'], '||')
    return or(compile(body.left), compile(body.right))
  },
  'if-then-else': (body) => {
    check(body, ['if', 'then', 'else'], 'if')
    return choose(compile(body.if), compile(body.then), compile(body.else))
  },
  '.': (body) => {
    check(body, ['left', 'attr'], '.')
    return unary(readAttribute(readName(body.attr)), USES.hierarchy, compile(body.left))
  },
  has: (body) => {
    check(body, ['left', 'attr'], 'has')
    const path = Array.isArray(body.attr) ? body.attr.map(readName) : [readName(body.attr)]
    if (path.length === 0) throw new LoadError('`has` names no attribute')
    return compileHas(compile(body.left), path)
  },
  like: (body) => {
    check(body, ['left', 'pattern'], 'like')
    return unary(isLike(splitPattern(body.pattern)), 0, compile(body.left))
  },
  is: (body) => {
    check(body, ['left', 'entity_type', 'in'], 'is')
    const left = compile(body.left)
    const is = unary(isOfType(readName(body.entity_type)), 0, left)
    if (body.in === undefined) return is
    return and(is, binary(BINARY.in!, USES.hierarchy, left, compile(body.in)))
  },
  Set: (body) => {
    if (!Array.isArray(body)) throw new LoadError('a set is not a list')
    return collect(collectSet, body.map(compile))
  },
  Record: (body) => {
    check(body, undefined, 'a record')
    const names = Object.keys(body)
    return collect(
      collectRecord(names),
      names.map((name) => compile(body[name])),
    )
  },
}

/** `a has b.c` is `a has b && a.b has c`. */
function compileHas(left: Code, [name, ...rest]: readonly string[]): Code {
  const has = unary(hasAttribute(name!), USES.hierarchy, left)
  if (rest.length === 0) return has
  return and(has, compileHas(unary(readAttribute(name!), USES.hierarchy, left), rest))
}

/** The literal pieces between wildcards. */
function splitPattern(pattern: unknown): readonly string[] {
  if (!Array.isArray(pattern)) throw new LoadError('a pattern is not a list')
  const pieces = ['']
  for (const element of pattern) {
    if (element === 'Wildcard') pieces.push('')
    else if (typeof element?.Literal === 'string') pieces[pieces.length - 1] += element.Literal
    else throw new LoadError('an element of a pattern is not supported')
  }
  return pieces
}

/** An expression node: one key, which names it, and what stands under it. */
function readNode(expr: unknown): { readonly name: string; readonly body: Body } {
  check(expr, undefined, 'an expression')
  const [node, ...others] = Object.entries(expr as Body)
  if (node === undefined || others.length > 0) throw new LoadError('an expression has not exactly one operator')
  return { name: node[0], body: node[1] as Body }
}
function readName(name: unknown): string {
  if (typeof name !== 'string') throw new LoadError('a name is not a string')
  return name
}

/** @throws LoadError unless it is a plain object with no other keys than these */
function check(node: unknown, keys: readonly string[] | undefined, what: string): void {
  if (typeof node !== 'object' || node === null || Array.isArray(node)) {
    throw new LoadError(`\`${what}\` is not an object`)
  }
  const prototype: unknown = Object.getPrototypeOf(node)
  // A key `__proto__` written in a script, not parsed from JSON, would vanish into the prototype.
  if (prototype !== Object.prototype && prototype !== null) throw new LoadError(`\`${what}\` is not a plain object`)
  for (const key of Object.keys(node)) {
    if (keys && !keys.includes(key)) throw new LoadError(`unknown key \`${show(key)}\` in \`${what}\``)
  }
}
/** Names from a policy file, short and on one line. */
function show(name: unknown): string {
  return JSON.stringify(String(name).slice(0, 40)).slice(1, -1)
}
