/** The rules that ship, in the form that a Worker gets. */
import bundle from '../../generated/bundle.json' with { type: 'json' }
import type { BundleSource } from '../../src/bundle.ts'
import { compileRuleset } from '../../src/rules.ts'

export const shippedSource = (bundle as unknown as BundleSource).ruleset
export const shipped = compileRuleset(shippedSource)
