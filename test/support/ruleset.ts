/** The rules that ship, in the form that a Worker gets. */
import rules from '../../generated/rules.json' with { type: 'json' }
import { compileRuleset, type RulesetSource } from '../../src/rules.ts'

export const shippedSource = rules as unknown as RulesetSource
export const shipped = compileRuleset(shippedSource)
