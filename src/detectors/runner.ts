/** Rules made ready to run: what a match is judged by, and the one automaton that finds candidates of all of them. */
import type { RuleSource, RulesetSource } from '../rules.ts'
import type { Rule } from '../types.ts'
import { VALIDATORS, type Validator } from '../validators/index.ts'
import { type Charset, contains, covers, isWord, LAST, negate, overlap, WORD } from './charset.ts'
import { buildDfa, buildMany, type Dfa } from './dfa.ts'
import { beginsOutside, createHeads, type Heads, markWay, markWord, NEEDY_HEAD, TELLING_HEAD } from './heads.ts'
import {
  beginnings,
  leadingSets,
  maxLength,
  minLength,
  type Pattern,
  parseClass,
  parsePattern,
  reverse,
  splitAt,
} from './regex.ts'
import { buildSieve, DEPTH, type Sieve, type Sieved } from './sieve.ts'
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
  readonly heads: Heads
  /** Patterns that are telling by themselves, and those that need a context word, which are looked for near words only. */
  readonly telling: Group
  readonly needy: Group
  /** Patterns that begin like any word, and so are tried only where a key may stand (see `LONG`). */
  readonly wide: Group
  /** Patterns that may begin inside of words, which `heads` tells nothing of. */
  readonly inner: Group
  /** Of the inner patterns, and of the needy ones. */
  readonly innerSieve: Sieve
  readonly needySieve: Sieve
  /** How far from its word a needy candidate may stand at most, its length included. */
  readonly far: number
  /** All rules, a bit each. */
  readonly everyRule: Int32Array
  readonly words: Words
  readonly shortest: number
}
/** Patterns of rules without a trigger, as one automaton. */
export interface Group {
  /** Those of a rule beside one another, the one with the highest score first. */
  readonly machines: readonly Machine[]
  readonly dfa: Dfa
  /** By a unit below 128, the last for all others: which of the automaton's beginnings holds for what follows. */
  readonly beginAfter: (unit: number) => number
  /** The same for the beginning of a text. */
  readonly beginFirst: number
}
/** Wide patterns begin with so many characters of `KEY` at least, not right after a letter or digit. */
export const LONG = 12
export const KEY: Charset = [0x2b, 0x2b, 0x2d, 0x2d, 0x2f, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a]

/** A candidate of a pack that is off lacks this much, and so needs a word that says what it is. */
const BELOW = 0.1

/** Compiles rules. `described`: the same rules as records see them. Throws an Error that names the rule. */
export function buildMachinery(
  sources: readonly RuleSource[],
  described: readonly Rule[],
  { threshold, packs }: Pick<RulesetSource, 'threshold' | 'packs'>,
): Machinery {
  const machines: Machine[] = []
  const patterns: Pattern[] = []
  const shortest: number[] = []
  const sayings: RuleWord[] = []
  const runners = sources.map((source, index) => {
    try {
      const most = packs.includes(source.pack) ? 1 : threshold - BELOW
      const { runner, parsed } = prepare(source, described[index]!, index, most)
      for (const { pattern, machine } of parsed) {
        shortest.push(minLength(pattern.node))
        if (runner.around) continue
        patterns.push(pattern)
        machines.push(machine)
      }
      for (const word of source.context?.words ?? []) sayings.push({ word, rule: index, says: FOR })
      for (const word of source.context?.unless ?? []) sayings.push({ word, rule: index, says: AGAINST })
      return runner
    } catch (error) {
      throw new Error(`rule ${source.id}: ${(error as Error).message}`)
    }
  })
  const starts = patterns.map((pattern, p) => describe(pattern, machines[p]!.runner))
  const heads = createHeads()
  const places = [...patterns.keys()]
  const isNeedy = (p: number): boolean => machines[p]!.score < threshold
  for (const p of places) {
    const { kind, ways } = starts[p]!
    if (kind === 'head') for (const { leads } of ways) markWay(heads, leads, isNeedy(p) ? NEEDY_HEAD : TELLING_HEAD)
  }
  const group = (chosen: readonly number[]) =>
    buildGroup(
      chosen.map((p) => machines[p]!),
      chosen.map((p) => patterns[p]!),
      chosen.map((p) => starts[p]!),
    )
  const inner = places.filter((p) => starts[p]!.kind === 'inner')
  const needy = places.filter((p) => starts[p]!.kind === 'head' && isNeedy(p))
  const entries = needy.flatMap((p) => starts[p]!.ways.map((way) => ({ p, ...way })))
  const { sieve, buckets } = buildSieve(entries)
  const bucketsOf = new Int32Array(runners.length)
  for (const [k, { p }] of entries.entries()) bucketsOf[machines[p]!.runner.index]! |= 1 << buckets[k]!
  const far = (rule: number): number => {
    const { context, reach } = runners[rule]!
    return context && bucketsOf[rule] !== 0 ? context.within + reach + 1 : 0
  }
  const words = buildWords(sayings, runners.length, (rule) => ({ far: far(rule), buckets: bucketsOf[rule]! }))
  for (const text of words.texts) markWord(heads, text)
  return {
    runners,
    heads,
    telling: group(places.filter((p) => starts[p]!.kind === 'head' && !isNeedy(p))),
    needy: group(needy),
    wide: group(places.filter((p) => starts[p]!.kind === 'wide')),
    inner: group(inner),
    innerSieve: buildSieve(inner.flatMap((p) => starts[p]!.ways)).sieve,
    needySieve: sieve,
    far: Math.max(0, ...runners.map((_, rule) => far(rule))),
    everyRule: new Int32Array((runners.length + 31) >> 5).fill(-1),
    words,
    shortest: Math.min(...shortest),
  }
}

function prepare(source: RuleSource, rule: Rule, index: number, most: number) {
  const { trigger, context, reach, validate } = source
  const validator = validate === undefined ? undefined : VALIDATORS[validate]
  if (validate !== undefined && !validator) throw new Error(`there is no validator ${validate}`)
  const parsed = source.patterns
    .map(({ re, score }) => ({ pattern: parsePattern(re), base: score, score: Math.min(most, score) }))
    .sort((a, b) => b.base - a.base)
  if (parsed.some(({ pattern }) => minLength(pattern.node) < 2)) {
    throw new Error('a match must have at least two characters')
  }
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
  const machines = parsed.map(({ pattern, base, score }) => {
    const machine: Machine = { runner, score, base, before: pattern.before, after: pattern.after }
    if (trigger !== undefined) around.push({ ...machine, ...automata(pattern, trigger, reach) })
    return { pattern, machine }
  })
  return { runner, parsed: machines }
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

/** What is known of a pattern's beginning. */
interface Start {
  readonly kind: 'head' | 'wide' | 'inner'
  /** The ways it may begin, `DEPTH` places of each. */
  readonly ways: readonly Sieved[]
  /** Whether a match may begin after a character; `undefined`: at the beginning of a text. */
  mayFollow(unit: number | undefined): boolean
}
/** More ways to begin are taken for one, in which anything may stand that stands in any. */
const MOST_WAYS = 600

function describe({ node, before }: Pattern, { alone }: Runner): Start {
  const leads = leadingSets(node, LONG)
  const shortest = minLength(node)
  const isAlone = (unit: number | undefined): boolean => !(alone && unit !== undefined && contains(alone, unit))
  /** A `\b` parts a word from what is none. */
  const followsWith = (first: Charset) => {
    const word = overlap(first, WORD).length > 0
    const other = overlap(first, OTHER).length > 0
    return (unit: number | undefined): boolean =>
      isAlone(unit) && (!before || (unit !== undefined && isWord(unit) ? other : word))
  }
  const mayFollow = followsWith(leads[0]!)
  const few = beginnings(node, DEPTH, MOST_WAYS) ?? [leads.slice(0, Math.min(DEPTH, shortest))]
  const ways = few.flatMap(([first = [], ...rest]) =>
    (before ? [overlap(first, WORD), overlap(first, OTHER)] : [first])
      .filter((set) => set.length > 0)
      .map((set) => ({ leads: [set, ...rest], mayFollow: followsWith(set) })),
  )
  if (!ways.every((way) => beginsOutside(way.leads[0]!, way.mayFollow))) return { kind: 'inner', ways, mayFollow }
  const isKey = shortest >= LONG && leads.every((set) => covers(KEY, set))
  const isWide = isKey && ways.some((way) => way.leads.reduce((all, set) => all * countUnits(set), 1) > MANY)
  return { kind: isWide ? 'wide' : 'head', ways, mayFollow }
}
const OTHER = negate(WORD)
function countUnits(set: Charset): number {
  let count = 0
  for (let i = 0; i < set.length; i += 2) count += set[i + 1]! - set[i]! + 1
  return count
}
/** Of four letters and digits at random there are millions; so many are told apart by `heads` well enough. */
const MANY = 20_000

/**
 * The automaton of patterns, with a way to begin for each kind of character that may stand before, so that from there only patterns are
 * read that may begin.
 */
function buildGroup(machines: readonly Machine[], patterns: readonly Pattern[], starts: readonly Start[]): Group {
  const alones = [...new Map(machines.map(({ runner: { alone } }) => [String(alone), alone ?? []])).values()]
  /** Ways to begin, by the sets that a character before is in, one digit each; the first is WORD. */
  const kinds = new Map<string, number>()
  const firsts: number[][] = []
  const beginAfter = (unit: number | undefined): number => {
    const key = [WORD, ...alones].map((set) => (unit !== undefined && contains(set, unit) ? 1 : 0)).join('')
    const known = kinds.get(unit === undefined ? '' : key)
    if (known !== undefined) return known
    const begin = firsts.push([...starts.keys()].filter((p) => starts[p]!.mayFollow(unit))) - 1
    kinds.set(unit === undefined ? '' : key, begin)
    return begin
  }
  const beginFirst = beginAfter(undefined)
  // All ways to begin must be known before the automaton is built.
  for (const set of [WORD, ...alones, [0, 127]]) {
    for (const edge of set)
      for (const unit of [edge - 1, edge, edge + 1]) if (unit >= 0 && unit <= LAST) beginAfter(unit)
  }
  const dfa = buildMany(
    patterns.map(({ node }) => node),
    firsts,
  )
  return { machines, dfa, beginAfter, beginFirst }
}

function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}
