/** Which of two actions is stronger. */
import { ACTIONS, type Action, type Synthetic } from './types.ts'

/** Actions whose stand-in is put back into the value on the way to the caller. */
export const RESTORED: ReadonlySet<Action> = new Set(['pseudonymise', 'surrogate', 'formatPreserving'])
/** Whether its stand-ins have no shape of their own, and must be known to be found. */
export function isSynthetic(action: Action): action is Synthetic {
  return action === 'surrogate' || action === 'formatPreserving'
}

/** What a forbid of data may ask for instead. */
export const INSTEAD: readonly Action[] = ACTIONS.slice(1)

/**
 * The weakest action that is as strong as both. There are two things to it: how much of the value is told (ACTIONS is in that
 * order), and whether it comes back. Only a mask tells a part and never comes back; with a stand-in, which tells nothing of the
 * value but does come back, it makes a hash, the weakest that does neither.
 * INVARIANT: a join of a partial order, so that neither the order nor the number of what is joined can weaken the result.
 */
export function strongerAction(a: Action, b: Action): Action {
  if ((a === 'mask' && RESTORED.has(b)) || (b === 'mask' && RESTORED.has(a))) return 'hash'
  return ACTIONS.indexOf(b) > ACTIONS.indexOf(a) ? b : a
}

/** What is done in an answer: there is nobody to restore a stand-in for, so that the value is taken out for good. */
export function answerAction(action: Action): Exclude<Action, 'pseudonymise' | Synthetic> {
  return RESTORED.has(action) ? 'redact' : (action as Exclude<Action, 'pseudonymise' | Synthetic>)
}
