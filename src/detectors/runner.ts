import type { RuleSource } from '../rules.ts'
import type { Rule } from '../types.ts'
import { VALIDATORS, type Validator } from '../validators/index.ts'
import { ANY, type Charset, covers, WORD } from './charset.ts'
import { buildDfa, type Dfa } from './dfa.ts'
import { leadingSets, maxLength, minLength, type Pattern, parseClass, parsePattern, reverse, splitAt } from './regex.ts'
import { LEADING, type Shape } from './triggers.ts'
import { buildWords, type Words } from './words.ts'

/** A rule as it runs. */
export interface Runner {
  readonly rule: Rule
  readonly machines: readonly Machine[]
  readonly reach: number
  readonly alone: Charset | undefined
  readonly validator: Validator | undefined
  readonly context:
    | {
        readonly words: () => Words
        readonly unless: () => Words | undefined
        readonly within: number
        readonly boost: number
      }
    | undefined
  readonly trigger: string | undefined
  /** How far beside a match the rule looks. */
  readonly sees: number
}
/** One pattern of a rule. Its automata are built when they are first needed: a host that starts must not wait for all of them. */
export interface Machine {
  readonly score: number
  /** Whether a match must begin at a `\b`. */
  readonly edge: boolean
  /** Reads a match from its start or, where the rule has a trigger, from there. */
  readonly tail: () => Dfa
  /** Where the rule has a trigger: */
  readonly around: Around | undefined
}
export interface Around {
  /** Reads what stands before the trigger, backwards. */
  readonly head: () => Dfa
  /** Reads what a match that is not complete may end with, backwards. */
  readonly viable: () => Dfa
  /** How far before its trigger a match may begin. */
  readonly headLength: number
}

/**
 * Makes a rule ready to run, and tells what the trigger table must know of it. `most`: its patterns score no more. Throws an Error if
 * its patterns are wrong.
 */
export function prepare(source: RuleSource, rule: Rule, most = 1): { readonly runner: Runner; readonly shape: Shape } {
  const { trigger, context, reach, validate } = source
  const alone = source.alone === undefined ? undefined : parseClass(source.alone)
  const validator = validate === undefined ? undefined : VALIDATORS[validate]
  if (validate !== undefined && !validator) throw new Error(`there is no validator ${validate}`)
  const patterns = source.patterns.map(({ re }) => parsePattern(re))
  const machines = patterns.map((pattern, i): Machine => {
    const score = Math.min(most, source.patterns[i]!.score)
    return { score, edge: pattern.before, ...automata(pattern, trigger, reach) }
  })
  const leading = trigger === undefined ? patterns.map(({ node }) => leadingSets(node, LEADING)) : []
  const lengths = patterns.map(({ node }) => minLength(node))
  if (Math.min(...lengths) < 2) throw new Error('a match must have at least two characters')
  const apart = alone !== undefined && covers(alone, WORD)
  const fresh = patterns.every(({ before }, i) => apart || (before && covers(WORD, leading[i]?.[0] ?? ANY)))
  return {
    runner: {
      rule,
      machines,
      reach,
      alone,
      validator,
      context: context && {
        words: once(() => buildWords(context.words)),
        unless: once(() => context.unless && buildWords(context.unless)),
        within: context.within,
        boost: context.boost,
      },
      trigger,
      sees: Math.max(1, validator?.sees ?? 0, context ? context.within + 1 : 0),
    },
    shape: { leading, lengths, fresh, trigger },
  }
}

function automata(pattern: Pattern, trigger: string | undefined, reach: number): Pick<Machine, 'tail' | 'around'> {
  const { node, after } = pattern
  if (trigger === undefined) return { tail: once(() => buildDfa(node, { edge: after })), around: undefined }
  const { head, tail } = splitAt(node, trigger)
  return {
    tail: once(() => buildDfa(tail, { edge: after })),
    around: {
      head: once(() => buildDfa(reverse(head))),
      viable: once(() => buildDfa(reverse(node), { anywhere: true })),
      headLength: Math.min(reach, maxLength(head)),
    },
  }
}

function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}
