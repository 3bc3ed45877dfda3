/** Rules made ready to run: what a match is judged by, and the one automaton that finds candidates of all of them. */
import type { RuleSource } from '../rules.ts'
import type { Rule } from '../types.ts'
import { VALIDATORS, type Validator } from '../validators/index.ts'
import type { Charset } from './charset.ts'
import { type CompiledGroup, type CompiledRules, type Options, scoreOf } from './compile.ts'
import { buildDfa, type Dfa, openDfa } from './dfa.ts'
import { maxLength, type Pattern, parseClass, parsePattern, reverse, splitAt } from './regex.ts'
import { AGAINST, buildWords, FOR, type RuleWord, type Words } from './words.ts'

/** A rule as it runs. */
export interface Runner {
  readonly index: number
  readonly rule: Rule
  readonly reach: number
  readonly alone: Charset | undefined
  readonly validator: Validator | undefined
  readonly context: { readonly within: number; readonly boost: number; readonly unless: boolean } | undefined
  /** How far beside a match the rule looks. */
  readonly sees: number
  /** For rules that are found by a trigger. */
  readonly around: { readonly trigger: string; readonly machines: readonly Around[] } | undefined
}
/** One pattern of a rule. */
export interface Machine {
  readonly runner: Runner
  /** What it scores, and what its file says: less counts where the pack is off. */
  readonly score: number
  readonly base: number
  /** Whether a match must begin, and end, at a `\b`. */
  readonly before: boolean
  readonly after: boolean
}
/** A pattern of a rule with a trigger. Automata are built when they are first needed. */
export interface Around extends Machine {
  /** Reads a match from its trigger. */
  readonly tail: () => Dfa
  /** Reads what stands before the trigger, backwards. */
  readonly head: () => Dfa
  /** Reads what a match that is not complete may end with, backwards. */
  readonly viable: () => Dfa
  /** How far before its trigger a match may begin. */
  readonly headLength: number
}
/** All rules. */
export interface Machinery {
  readonly runners: readonly Runner[]
  readonly compiled: CompiledRules
  readonly telling: Group
  readonly needy: Group
  readonly wide: Group
  readonly inner: Group
  /** How far from its word a needy candidate may stand at most, its length included. */
  readonly far: number
  /** All rules, a bit each. */
  readonly everyRule: Int32Array
  readonly words: Words
}
/** Patterns of rules without a trigger, as one automaton. */
export interface Group {
  readonly machines: readonly Machine[]
  readonly dfa: Dfa
  /** Which of the automaton's beginnings holds behind a unit. */
  readonly beginAfter: (unit: number) => number
  /** The same for the beginning of a text. */
  readonly beginFirst: number
}

/** Makes rules ready to run. `described`: the same rules as records see them. Throws an Error that names the rule. */
export function openRules(
  sources: readonly RuleSource[],
  described: readonly Rule[],
  options: Options,
  compiled: CompiledRules,
): Machinery {
  const sayings: RuleWord[] = []
  const runners = sources.map((source, index) => {
    try {
      for (const word of source.context?.words ?? []) sayings.push({ word, rule: index, says: FOR })
      for (const word of source.context?.unless ?? []) sayings.push({ word, rule: index, says: AGAINST })
      return prepare(source, described[index]!, index, options)
    } catch (error) {
      throw new Error(`rule ${source.id}: ${(error as Error).message}`)
    }
  })
  const group = (some: CompiledGroup) => openGroup(some, sources, runners, options)
  const far = (rule: number): number => {
    const { context, reach } = runners[rule]!
    return context && compiled.buckets[rule] !== 0 ? context.within + reach + 1 : 0
  }
  return {
    runners,
    compiled,
    telling: group(compiled.telling),
    needy: group(compiled.needy),
    wide: group(compiled.wide),
    inner: group(compiled.inner),
    far: Math.max(0, ...runners.map((_, rule) => far(rule))),
    everyRule: new Int32Array((runners.length + 31) >> 5).fill(-1),
    words: buildWords(sayings, runners.length, (rule) => ({ far: far(rule), buckets: compiled.buckets[rule]! })),
  }
}

function openGroup(
  { patterns, nfa, classes, firsts, behind, beginFirst }: CompiledGroup,
  sources: readonly RuleSource[],
  runners: readonly Runner[],
  options: Options,
): Group {
  const machines = patterns.map(({ rule, pattern, before, after }): Machine => {
    const source = sources[rule]!
    const base = source.patterns[pattern]!.score
    return { runner: runners[rule]!, base, score: scoreOf(source, base, options), before, after }
  })
  const { bounds, of } = behind
  const beginAfter = (unit: number): number => {
    let lo = 0
    let hi = bounds.length - 1
    while (lo < hi) {
      const mid = (lo + hi + 1) >> 1
      if (bounds[mid]! <= unit) lo = mid
      else hi = mid - 1
    }
    return of[lo]!
  }
  return { machines, dfa: openDfa(nfa, classes, firsts), beginAfter, beginFirst }
}

function prepare(source: RuleSource, rule: Rule, index: number, options: Options): Runner {
  const { trigger, context, reach, validate } = source
  const validator = validate === undefined ? undefined : VALIDATORS[validate]
  if (validate !== undefined && !validator) throw new Error(`there is no validator ${validate}`)
  const around: Around[] = []
  const runner: Runner = {
    index,
    rule,
    reach,
    alone: source.alone === undefined ? undefined : parseClass(source.alone),
    validator,
    context: context && { within: context.within, boost: context.boost, unless: context.unless !== undefined },
    sees: Math.max(1, validator?.sees ?? 0, context ? context.within + 1 : 0),
    around: trigger === undefined ? undefined : { trigger, machines: around },
  }
  if (trigger === undefined) return runner
  for (const { re, score: base } of source.patterns) {
    const pattern = parsePattern(re)
    const { before, after } = pattern
    around.push({
      runner,
      base,
      score: scoreOf(source, base, options),
      before,
      after,
      ...automata(pattern, trigger, reach),
    })
  }
  around.sort((a, b) => b.base - a.base)
  return runner
}

function automata({ node, after }: Pattern, trigger: string, reach: number): Omit<Around, keyof Machine> {
  const { head, tail } = splitAt(node, trigger)
  return {
    tail: once(() => buildDfa(tail, { edge: after })),
    head: once(() => buildDfa(reverse(head))),
    viable: once(() => buildDfa(reverse(node), { anywhere: true })),
    headLength: Math.min(reach, maxLength(head)),
  }
}

function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}
