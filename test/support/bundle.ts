/** The repository's own guardrails, compiled once per test file. */
import source from '../../generated/bundle.json' with { type: 'json' }
import { type BundleSource, compileBundle } from '../../src/bundle.ts'
import type { Bundle } from '../../src/ports.ts'

let compiled: Bundle | undefined

/** With no provider keys in the environment, so that the mirror is its upstream. */
export function ownBundle(): Bundle {
  compiled ??= compileBundle(source as unknown as BundleSource, () => undefined)
  return compiled
}
