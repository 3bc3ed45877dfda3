/**
 * Expressions as closures. The constructors fold whatever is known already, both when policies are loaded (literals) and
 * when a request is bound (everything but what is said to be unknown); one set of rules serves both, so a residual cannot
 * mean anything else than the policy it came from.
 */
import type { Entities } from './entities.ts'
import { asBoolean, type Binary, type Unary } from './operators.ts'
import type { Var } from './types.ts'
import { EvaluationError, type Value } from './values.ts'

/** A request. `entities` holds what is known of the entities it names. */
export interface Env {
  readonly principal: Value
  readonly action: Value
  readonly resource: Value
  readonly context: Value
  readonly entities: Entities
}

/** Bits of what a value depends on. `hierarchy` stands for the entities, which differ from request to request. */
export const USES = { principal: 1, action: 2, resource: 4, context: 8, hierarchy: 16 } as const

export interface Code {
  /** The `USES` it depends on, as bits. */
  readonly uses: number
  /** What is already known: a value, or that it will fail. */
  readonly known: { readonly value: Value } | { readonly failure: EvaluationError } | undefined
  /** @throws EvaluationError */
  run(env: Env): Value
  /** The same, with all but `unknown` taken from `env`. Where those bits agree, running it gives what this would. */
  bind(env: Env, unknown: number): Code
}

export function constant(value: Value): Code {
  const code: Code = { uses: 0, known: { value }, run: () => value, bind: () => code }
  return code
}
function fail(failure: EvaluationError): Code {
  const run = (): never => {
    throw failure
  }
  const code: Code = { uses: 0, known: { failure }, run, bind: () => code }
  return code
}
function attempt(evaluate: () => Value): Code {
  try {
    return constant(evaluate())
  } catch (error) {
    // Kept, not lost: the failure is thrown when, and only when, the expression is reached.
    if (error instanceof EvaluationError) return fail(error)
    throw error
  }
}
function bindable(uses: number, run: (env: Env) => Value, rebuild: (env: Env, unknown: number) => Code): Code {
  const bind = (env: Env, unknown: number): Code =>
    (uses & unknown) === 0 ? attempt(() => run(env)) : rebuild(env, unknown)
  return { uses, known: undefined, run, bind }
}

const VARIABLES: Readonly<Record<Var, Code>> = {
  principal: bindable(USES.principal, (env) => env.principal, variable('principal')),
  action: bindable(USES.action, (env) => env.action, variable('action')),
  resource: bindable(USES.resource, (env) => env.resource, variable('resource')),
  context: bindable(USES.context, (env) => env.context, variable('context')),
}
function variable(name: Var): () => Code {
  return () => VARIABLES[name]
}
export function read(name: Var): Code {
  return VARIABLES[name]
}

// Operations that look at no entity get this when they are folded at load.
const NOTHING: Entities = { get: () => undefined }

/** An operation on one value. `uses`: `USES.hierarchy` if it looks at entities, else 0. */
export function unary(apply: Unary, uses: number, arg: Code): Code {
  if (arg.known && 'failure' in arg.known) return arg
  if (arg.known && uses === 0) {
    const { value } = arg.known
    return attempt(() => apply(value, NOTHING))
  }
  return bindable(
    arg.uses | uses,
    (env) => apply(arg.run(env), env.entities),
    (env, unknown) => unary(apply, uses, arg.bind(env, unknown)),
  )
}
/** An operation on two values; both are evaluated. */
export function binary(apply: Binary, uses: number, left: Code, right: Code): Code {
  if (left.known && 'failure' in left.known) return left
  if (right.known && 'failure' in right.known) return right
  if (left.known && right.known && uses === 0) {
    const [a, b] = [left.known.value, right.known.value]
    return attempt(() => apply(a, b, NOTHING))
  }
  return bindable(
    left.uses | right.uses | uses,
    (env) => apply(left.run(env), right.run(env), env.entities),
    (env, unknown) => binary(apply, uses, left.bind(env, unknown), right.bind(env, unknown)),
  )
}
/** A set or record of values, all of them evaluated. */
export function collect(apply: (items: readonly Value[]) => Value, items: readonly Code[]): Code {
  const values: Value[] = []
  for (const { known } of items) {
    if (known && 'failure' in known) return fail(known.failure)
    if (known) values.push(known.value)
  }
  if (values.length === items.length) return constant(apply(values))
  return bindable(
    items.reduce((uses, item) => uses | item.uses, 0),
    (env) => apply(items.map((item) => item.run(env))),
    (env, unknown) =>
      collect(
        apply,
        items.map((item) => item.bind(env, unknown)),
      ),
  )
}

/** A value that must be a boolean. */
function truth(arg: Code): Code {
  return unary(asBoolean, 0, arg)
}
export function and(left: Code, right: Code): Code {
  return shortcut(false, left, right)
}
export function or(left: Code, right: Code): Code {
  return shortcut(true, left, right)
}
/** `&&` stops at false, `||` at true: the right side is not evaluated then, so it cannot fail either. */
function shortcut(stop: boolean, left: Code, right: Code): Code {
  if (left.known) return 'value' in left.known && left.known.value === !stop ? truth(right) : truth(left)
  return bindable(
    left.uses | right.uses,
    (env) => (asBoolean(left.run(env)) === stop ? stop : asBoolean(right.run(env))),
    (env, unknown) => {
      const bound = left.bind(env, unknown)
      // The right side is not even bound where it is not reached.
      return bound.known
        ? shortcut(stop, bound, right).bind(env, unknown)
        : shortcut(stop, bound, right.bind(env, unknown))
    },
  )
}
export function choose(test: Code, then: Code, otherwise: Code): Code {
  if (test.known) {
    const checked = truth(test)
    if (checked.known && 'value' in checked.known) return checked.known.value === true ? then : otherwise
    return checked
  }
  return bindable(
    test.uses | then.uses | otherwise.uses,
    (env) => (asBoolean(test.run(env)) ? then.run(env) : otherwise.run(env)),
    (env, unknown) => {
      const bound = test.bind(env, unknown)
      if (bound.known) return choose(bound, then, otherwise).bind(env, unknown)
      return choose(bound, then.bind(env, unknown), otherwise.bind(env, unknown))
    },
  )
}
