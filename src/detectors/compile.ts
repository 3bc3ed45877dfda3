/**
 * Rules compiled: everything that can be found out of patterns before there is a text, as tables. It takes a tenth of a second for some
 * hundreds of rules, so that a Worker is built with the tables; see `packed.ts`.
 */
import type { RuleSource, RulesetSource } from '../rules.ts'
import { ALNUM, type Charset, contains, covers, isWord, LAST, negate, overlap } from './charset.ts'
import {
  beginsOutside,
  createHeads,
  type Heads,
  INNER_HEAD,
  KEY,
  LONG,
  markWay,
  markWord,
  NEEDY_HEAD,
  TELLING_HEAD,
} from './heads.ts'
import { buildNfa, type Classes, classify, type Nfa } from './nfa.ts'
import { beginnings, leadingSets, minLength, type Pattern, parseClass, parsePattern } from './regex.ts'
import { buildSieve, DEPTH, type Sieve, type Sieved } from './sieve.ts'

export interface CompiledRules {
  /** What stands at the beginning of texts and behind others; see `heads.ts`. */
  readonly heads: Heads
  /** Patterns that are telling by themselves, and those that need a context word, which are looked for near words only. */
  readonly telling: CompiledGroup
  readonly needy: CompiledGroup
  /** Patterns that begin like any word, and so are tried only where a key may stand (see `LONG`). */
  readonly wide: CompiledGroup
  /** Patterns that may begin inside of words. */
  readonly inner: CompiledGroup
  /** Of the needy patterns. */
  readonly needySieve: Sieve
  /** By rule: the buckets of its needy patterns in `needySieve`; 0: it has none. */
  readonly buckets: Int32Array
  /** The fewest characters of any match. */
  readonly shortest: number
}
/** Patterns of rules without a trigger, as one automaton. Those of a rule stand beside one another, the one with the highest score first. */
export interface CompiledGroup {
  readonly patterns: readonly CompiledPattern[]
  readonly nfa: Pick<Nfa, 'set' | 'out' | 'other' | 'owners'>
  readonly classes: Classes
  /** NFA nodes to begin with, for each way to begin. */
  readonly firsts: readonly (readonly number[])[]
  /** Which way holds behind a character: from each of the bounds on, in order. */
  readonly behind: { readonly bounds: readonly number[]; readonly of: readonly number[] }
  /** Which holds at the beginning of a text. */
  readonly beginFirst: number
}
export interface CompiledPattern {
  /** The rule, and its pattern, by index. */
  readonly rule: number
  readonly pattern: number
  /** Whether a match must begin, and end, at a `\b`. */
  readonly before: boolean
  readonly after: boolean
}

/** A candidate of a pack that is off lacks this much, and so needs a word that says what it is. */
const BELOW = 0.1

/** What a pattern scores where its pack is on or off. */
export function scoreOf({ pack }: RuleSource, score: number, { threshold, packs }: Options): number {
  return packs.includes(pack) ? score : Math.min(score, threshold - BELOW)
}
export type Options = Pick<RulesetSource, 'threshold' | 'packs'>

interface Parsed extends CompiledPattern {
  readonly parsed: Pattern
  readonly start: Start
  readonly needy: boolean
}

/** Compiles rules. Throws an Error that names the rule. */
export function compileRules(sources: readonly RuleSource[], options: Options): CompiledRules {
  const shortest: number[] = []
  const all = sources.flatMap((source, rule): Parsed[] => {
    try {
      return parseRule(source, rule, options, shortest)
    } catch (error) {
      throw new Error(`rule ${source.id}: ${(error as Error).message}`)
    }
  })
  const heads = createHeads()
  for (const { start, needy } of all) {
    if (start.kind === 'wide') continue
    const use = start.kind === 'inner' ? INNER_HEAD : needy ? NEEDY_HEAD : TELLING_HEAD
    for (const { leads } of start.ways) markWay(heads, leads, use)
  }
  for (const { context } of sources) {
    for (const word of [...(context?.words ?? []), ...(context?.unless ?? [])]) markWord(heads, word.toLowerCase())
  }
  const needy = all.filter((one) => one.start.kind === 'head' && one.needy)
  const entries = needy.flatMap(({ rule, start }) => start.ways.map((way) => ({ rule, ...way })))
  const { sieve, buckets } = buildSieve(entries)
  const bucketsOf = new Int32Array(sources.length)
  for (const [k, { rule }] of entries.entries()) bucketsOf[rule]! |= 1 << buckets[k]!
  return {
    heads,
    telling: compileGroup(all.filter((one) => one.start.kind === 'head' && !one.needy)),
    needy: compileGroup(needy),
    wide: compileGroup(all.filter(({ start }) => start.kind === 'wide')),
    inner: compileGroup(all.filter(({ start }) => start.kind === 'inner')),
    needySieve: sieve,
    buckets: bucketsOf,
    shortest: Math.min(...shortest),
  }
}

function parseRule(source: RuleSource, rule: number, options: Options, shortest: number[]): Parsed[] {
  const alone = source.alone === undefined ? undefined : parseClass(source.alone)
  const parsed = source.patterns.map(({ re, score }, pattern) => {
    const read = parsePattern(re)
    const least = minLength(read.node)
    if (least < 2) throw new Error('a match must have at least two characters')
    shortest.push(least)
    const needy = scoreOf(source, score, options) < options.threshold
    const { before, after } = read
    return { rule, pattern, score, needy, before, after, parsed: read, start: describe(read, alone) }
  })
  if (source.trigger !== undefined) return []
  return parsed.sort((a, b) => b.score - a.score)
}

/** What is known of a pattern's beginning. */
interface Start {
  readonly kind: 'head' | 'wide' | 'inner'
  /** The ways it may begin, `DEPTH` places of each. */
  readonly ways: readonly Sieved[]
  readonly alone: Charset | undefined
  /** Whether a match may begin after a character; `undefined`: at the beginning of a text. */
  mayFollow(unit: number | undefined): boolean
}
/** More ways to begin are taken for one, in which anything may stand that stands in any. */
const MOST_WAYS = 600

function describe({ node, before }: Pattern, alone: Charset | undefined): Start {
  const leads = leadingSets(node, LONG)
  const shortest = minLength(node)
  const isAlone = (unit: number | undefined): boolean => !(alone && unit !== undefined && contains(alone, unit))
  /** A `\b` parts a word from what is none. */
  const followsWith = (first: Charset) => {
    const word = overlap(first, ALNUM).length > 0
    const other = overlap(first, OTHER).length > 0
    return (unit: number | undefined): boolean =>
      isAlone(unit) && (!before || (unit !== undefined && isWord(unit) ? other : word))
  }
  const mayFollow = followsWith(leads[0]!)
  const few = beginnings(node, DEPTH, MOST_WAYS) ?? [leads.slice(0, Math.min(DEPTH, shortest))]
  const ways = few.flatMap(([first = [], ...rest]) =>
    (before ? [overlap(first, ALNUM), overlap(first, OTHER)] : [first])
      .filter((set) => set.length > 0)
      .map((set) => ({ leads: [set, ...rest], mayFollow: followsWith(set) })),
  )
  if (!ways.every((way) => beginsOutside(way.leads[0]!, way.mayFollow)))
    return { kind: 'inner', ways, alone, mayFollow }
  const isKey = shortest >= LONG && leads.every((set) => covers(KEY, set))
  const isWide = isKey && ways.some((way) => way.leads.reduce((all, set) => all * countUnits(set), 1) > MANY)
  return { kind: isWide ? 'wide' : 'head', ways, alone, mayFollow }
}
const OTHER = negate(ALNUM)
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
function compileGroup(all: readonly Parsed[]): CompiledGroup {
  const nfa = buildNfa(all.map(({ parsed }) => parsed.node))
  const firsts: number[][] = []
  const known = new Map<string, number>()
  const begin = (unit: number | undefined): number => {
    const may = [...all.keys()].filter((p) => all[p]!.start.mayFollow(unit)).map((p) => nfa.starts[p]!)
    const key = may.join()
    const same = known.get(key)
    if (same !== undefined) return same
    known.set(key, firsts.length)
    return firsts.push(may) - 1
  }
  // Between these, all characters are in the same sets.
  const sets = [ALNUM, ...new Set(all.flatMap(({ start }) => (start.alone ? [start.alone] : [])))]
  const edges = sets.flatMap((set) => set.map((edge, i) => (i % 2 === 0 ? edge : edge + 1)))
  const bounds = [...new Set([0, ...edges.filter((edge) => edge <= LAST)])].sort((a, b) => a - b)
  return {
    patterns: all.map(({ rule, pattern, before, after }) => ({ rule, pattern, before, after })),
    nfa,
    classes: classify(nfa.sets),
    firsts,
    behind: { bounds, of: bounds.map(begin) },
    beginFirst: begin(undefined),
  }
}
