import { digest } from '../../src/ids.ts'
import { compileRuleset, type RuleSource, THRESHOLD } from '../../src/rules.ts'
import type { Ruleset } from '../../src/types.ts'

/** A rule with only what a test is about. */
export function rule(fields: Partial<RuleSource> & Pick<RuleSource, 'id' | 'patterns' | 'reach'>): RuleSource {
  return {
    pack: 'test',
    version: 1,
    entity: 'THING',
    label: 'pii',
    description: 'a thing',
    reference: 'none',
    tests: { finds: ['-'], ignores: ['-'] },
    ...fields,
  }
}

/** Rules as they run on a text as it stands, without the disguises that a ruleset sees through. */
export function compilePlain(...rules: readonly RuleSource[]): Ruleset {
  const ruleset = compile(...rules)
  return { ...ruleset, detector: ruleset.plain }
}

export function compile(...rules: readonly RuleSource[]): Ruleset {
  return compileRuleset({ digest: digest('0'), threshold: THRESHOLD, packs: ['test'], rules })
}

/** Rules that make holding back as hard as it gets: overlaps, triggers, long and unbounded matches, context on both sides. */
export const HARD: readonly RuleSource[] = [
  rule({ id: 'digits', patterns: [{ re: '\\d{3,6}', score: 0.6 }], reach: 6 }),
  rule({
    id: 'pairs',
    patterns: [
      { re: '\\d\\d-\\d\\d', score: 0.9 },
      { re: '\\d\\d-[a-z]+', score: 0.6 },
    ],
    reach: 12,
  }),
  rule({ id: 'words', patterns: [{ re: '\\b[a-z]+ [a-z]+\\b', score: 0.5 }], reach: 14 }),
  rule({ id: 'quoted', patterns: [{ re: '"[^"]*"', score: 0.7 }], reach: 20 }),
  rule({
    id: 'near',
    patterns: [{ re: '\\b\\d{2}\\b', score: 0.2 }],
    context: { words: ['id', 'card no'], within: 8, boost: 0.4 },
    reach: 2,
  }),
  rule({
    id: 'around',
    patterns: [
      { re: '[a-z.]{1,4}@[a-z@]{1,5}', score: 0.6 },
      { re: '\\b[0-9]*@\\d+\\b', score: 0.6 },
    ],
    trigger: '@',
    reach: 9,
  }),
  rule({
    id: 'scheme',
    patterns: [{ re: '\\b[a-z]+://[a-z/]+', score: 0.6 }],
    trigger: '://',
    reach: 16,
    alone: '[.-]',
  }),
  rule({ id: 'card', patterns: [{ re: '\\b\\d(?:[ -]?\\d){11,18}\\b', score: 0.6 }], validate: 'card', reach: 37 }),
  rule({
    id: 'any',
    patterns: [
      { re: '(?i)z.y', score: 0.6 },
      { re: '[^a]b[^a]', score: 0.6 },
    ],
    reach: 3,
  }),
]
