/** What each action tells of a value, as a test's own table: the sources must agree with it, not make it. */
import { id } from '../../src/ids.ts'
import type { Bundle } from '../../src/ports.ts'
import type { Action, Direction } from '../../src/types.ts'

/** To whoever reads the text: all, a part, the length and kinds of characters, the kind, a name, a mark, a place, nothing. */
export const TOLD: Readonly<Record<Action, number>> = {
  allow: 8,
  mask: 7,
  formatPreserving: 6,
  surrogate: 5,
  pseudonymise: 4,
  hash: 3,
  redact: 2,
  drop: 1,
  block: 0,
}
/** Whether the value is in the text, or is put back for the caller. */
export const COMES_BACK: ReadonlySet<Action> = new Set(['allow', 'formatPreserving', 'surrogate', 'pseudonymise'])

/** Rulings by entity or label, by direction; everything else as before. */
export function ruled(
  rulings: Partial<Record<Direction, Readonly<Record<string, Action>>>>,
): (bundle: Bundle) => Bundle {
  return (bundle) => {
    const { access } = bundle
    const residual: typeof access.residual = (principal, operation) => {
      const on = access.residual(principal, operation)
      return (direction, label, entity) => {
        const action = rulings[direction]?.[entity] ?? rulings[direction]?.[label]
        return action === undefined ? on(direction, label, entity) : { action, policies: [id(`test-${action}`)] }
      }
    }
    return { ...bundle, access: { ...access, residual } }
  }
}
