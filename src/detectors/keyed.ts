/** Values that are known by the object key they stand under: `{"password": "…"}`. They are looked at as a whole. */
import type { Rule } from '../types.ts'
import type { Validator } from '../validators/index.ts'
import { hold, type Pass, take } from './pass.ts'

/** A rule whose validator knows keys. */
export interface Keyed {
  readonly rule: Rule
  readonly score: number
  readonly keyed: NonNullable<Validator['keyed']>
}

/** Finds such values in a text that is all of what stands under a key; one that may still go on is held. */
export function findKeyed(pass: Pass, rules: readonly Keyed[]): void {
  const { text, key, final, threshold } = pass
  if (key === undefined) return
  for (const { rule, score, keyed } of rules) {
    if (text.length > keyed.longest || score < threshold || !keyed.tells(key)) continue
    if (!final) hold(pass, 0)
    const located = final ? keyed.locate(text, key) : undefined
    if (!located) continue
    const { start, end } = located
    // What the text says of itself comes first.
    if (pass.matches.some(({ finding }) => finding.rule === rule && finding.start < end && start < finding.end))
      continue
    pass.located = undefined
    take(pass, rule, start, end, score)
    pass.explain?.({
      rule,
      start,
      end,
      base: score,
      score,
      context: 'not needed',
      against: false,
      valid: true,
      reported: true,
    })
  }
}
