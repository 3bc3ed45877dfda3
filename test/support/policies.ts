/** Policies as an operator could write them, for tests of what they open. */
import type { Bundle } from '../../src/ports.ts'

/** Pseudonyms of earlier requests are restored in their scope. */
export function restoreEarlier(bundle: Bundle): Bundle {
  const { access } = bundle
  return {
    ...bundle,
    access: {
      ...access,
      residual(principal, operation) {
        const on = access.residual(principal, operation)
        return (direction, label, entity) =>
          label === 'internal.pseudonym' ? { action: 'allow', policies: [] } : on(direction, label, entity)
      },
    },
  }
}
