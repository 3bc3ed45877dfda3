/**
 * A policy set evaluated against a request, or against all of it but an unknown resource.
 */
import { type Env, USES } from './code.ts'
import type { Policy } from './compile.ts'
import { EvaluationError } from './values.ts'

/** The policies that apply, and those that failed; in the order of the set. */
export interface Verdict {
  readonly permits: readonly Policy[]
  readonly forbids: readonly Policy[]
  readonly errors: readonly Policy[]
}

/**
 * Every policy is evaluated, whatever the others said: order never matters.
 * An error is reported for the caller to deny on. (Cedar itself skips a policy that fails, a forbid too.)
 */
export function evaluate(policies: readonly Policy[], env: Env): Verdict {
  const permits: Policy[] = []
  const forbids: Policy[] = []
  const errors: Policy[] = []
  for (const policy of policies) {
    try {
      if (policy.applies.run(env) === true) (policy.effect === 'permit' ? permits : forbids).push(policy)
    } catch (error) {
      // What is no EvaluationError is a bug of ours: it goes up and refuses the call there.
      if (!(error instanceof EvaluationError)) throw error
      errors.push(policy)
    }
  }
  return { permits, forbids, errors }
}

/** Deny by default; a forbid beats every permit; an error denies. */
export function allows({ permits, forbids, errors }: Verdict): boolean {
  return permits.length > 0 && forbids.length === 0 && errors.length === 0
}

/** Which ids an answer names: what allowed it, or what stood against it. Empty if nothing permitted it. */
export function determining(verdict: Verdict): readonly string[] {
  const decisive = allows(verdict) ? verdict.permits : [...verdict.forbids, ...verdict.errors]
  return decisive.map((policy) => policy.id)
}

/**
 * What is left of the policies for a request whose resource is not known yet; `env.resource` is not read.
 * INVARIANT: for every resource, `evaluate` of the result equals `evaluate` of `policies`, given the same entities.
 */
export function reduce(policies: readonly Policy[], env: Env): readonly Policy[] {
  const left: Policy[] = []
  for (const policy of policies) {
    const applies = policy.applies.bind(env, USES.resource)
    // Only what is surely false goes: a failure stays, to fail again when it is asked.
    if (applies.known && 'value' in applies.known && applies.known.value === false) continue
    left.push({ ...policy, applies })
  }
  return left
}
