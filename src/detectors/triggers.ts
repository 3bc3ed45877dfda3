/**
 * Where some rule may start. Every rule is found by two neighbouring characters of its matches, at the place where they are
 * rarest in ordinary text; one look-up for each character of a text says which rules those are.
 */
import { type Charset, overlap } from './charset.ts'

/** What can be said of a rule's matches without running it. */
export interface Shape {
  /** For each pattern, which characters may stand at the first places of a match. */
  readonly leading: readonly (readonly Charset[])[]
  /** For each pattern, the fewest characters of a match. */
  readonly lengths: readonly number[]
  /** No match starts right after a word character. */
  readonly fresh: boolean
  /** A literal that every match contains, by which the rule is found instead. */
  readonly trigger: string | undefined
}
export interface Triggers {
  /**
   * Group of rules by the characters at `i` and `i + 1`, both ASCII, all others as 0: `[(first << 7) | second]`.
   * From AFTER_WORD on: the same, where the character at `i - 1` is a word character.
   */
  readonly pairs: Uint16Array
  /** Group of rules whose matches may start with a character, for the end of a text where no pair is left. */
  readonly singles: Uint16Array
  /** Rules of each group, by index. Group 0 is empty. */
  readonly groups: readonly (readonly number[])[]
  /** For each rule, how far after the start of a match its pair or trigger stands; 0 for a trigger. */
  readonly offsets: readonly number[]
}
export const AFTER_WORD = 1 << 14
/** How many leading places of a match are looked at. */
export const LEADING = 6

/** Rules that may start at the same place, and a sieve that tells which of their patterns cannot. */
export interface Lane {
  /** How far before the place that triggered the match starts. */
  readonly offset: number
  readonly rules: readonly { readonly rule: number; readonly shift: number; readonly bits: number }[]
  /** For each leading place and unit, as in `singles`: which patterns may have it there, a bit each. */
  readonly sieve: Int32Array
}
/** Patterns in one lane: as many as a small integer has bits. */
const LANE_BITS = 30

/** Lays out the rules of a group; those with a trigger have no lane. */
export function buildLanes(
  group: readonly number[],
  shapes: readonly Shape[],
  offsets: readonly number[],
): readonly Lane[] {
  const lanes: { offset: number; rules: Lane['rules'][number][]; sieve: Int32Array; used: number }[] = []
  for (const rule of group) {
    const { leading, lengths, trigger } = shapes[rule]!
    if (trigger !== undefined) continue
    const offset = offsets[rule]!
    let lane = lanes.find((one) => one.offset === offset && one.used + leading.length <= LANE_BITS)
    if (!lane) lanes.push((lane = { offset, rules: [], sieve: new Int32Array(LEADING * 128), used: 0 }))
    const shift = lane.used
    lane.rules.push({ rule, shift, bits: ((1 << leading.length) - 1) << shift })
    lane.used += leading.length
    leading.forEach((sets, pattern) => {
      for (let place = 0; place < LEADING; place++) {
        // A match may end before this place, and then anything may stand there.
        const free = place >= lengths[pattern]!
        for (const unit of free ? EVERY : units(sets[place]!)) lane.sieve[place * 128 + unit]! |= 1 << (shift + pattern)
      }
    })
  }
  return lanes
}

/** Which patterns of a lane may match at `start`. */
export function sift({ sieve }: Lane, text: string, start: number): number {
  let alive = -1
  const places = Math.min(LEADING, text.length - start)
  for (let place = 0; place < places && alive !== 0; place++) {
    const unit = text.charCodeAt(start + place)
    alive &= sieve[(place << 7) | (unit < 128 ? unit : 0)]!
  }
  return alive
}

export function buildTriggers(rules: readonly Shape[]): Triggers {
  const pairs = new Uint16Array(2 * AFTER_WORD)
  const singles = new Uint16Array(128)
  const groups: number[][] = [[]]
  const joined = new Map<number, number>()
  const join = (group: number, rule: number): number => {
    if (groups[group]!.at(-1) === rule) return group
    const key = group * 0x10000 + rule
    let id = joined.get(key)
    if (id === undefined) {
      id = groups.push([...groups[group]!, rule]) - 1
      if (id > 0xffff) throw new Error('the rules are too many for the trigger table')
      joined.set(key, id)
    }
    return id
  }
  const offsets = rules.map((shape, rule) => {
    if (shape.trigger !== undefined) {
      const second = shape.trigger.length > 1 ? [fold(shape.trigger.charCodeAt(1))] : EVERY
      const first = fold(shape.trigger.charCodeAt(0))
      for (const base of [0, AFTER_WORD]) {
        for (const next of second) pairs[base + (first << 7) + next] = join(pairs[base + (first << 7) + next]!, rule)
      }
      return 0
    }
    const offset = rarest(shape)
    for (const leading of shape.leading) {
      const seconds = units(leading[offset + 1]!)
      for (const first of units(leading[offset]!)) {
        for (const second of seconds) {
          const cell = (first << 7) | second
          pairs[cell] = join(pairs[cell]!, rule)
          if (offset > 0 || !shape.fresh) pairs[AFTER_WORD + cell] = join(pairs[AFTER_WORD + cell]!, rule)
        }
      }
      for (const unit of units(leading[0]!)) singles[unit] = join(singles[unit]!, rule)
    }
    return offset
  })
  return { pairs, singles, groups, offsets }
}

const EVERY = Array.from({ length: 128 }, (_, unit) => unit)
function fold(unit: number): number {
  return unit < 128 ? unit : 0
}
function units(set: Charset): number[] {
  const out: number[] = []
  for (let i = 0; i < set.length; i += 2) {
    for (let unit = set[i]!; unit <= Math.min(127, set[i + 1]!); unit++) out.push(unit)
  }
  if (set.length && set[set.length - 1]! > 127 && out[0] !== 0) out.push(0)
  return out
}

/** A rule is found at most so far behind the start of its matches. */
const MOST_OFFSET = 3
/** The leading place whose pair is rarest. */
function rarest(shape: Shape): number {
  let best = 0
  let least = Number.POSITIVE_INFINITY
  const weighed = shape.leading.map((sets) => sets.slice(0, MOST_OFFSET + 2).map(weigh))
  for (let at = 0; at + 2 <= Math.min(MOST_OFFSET + 2, ...shape.lengths); at++) {
    let cost = 0
    for (const weights of weighed) cost += pairWeight(weights[at]!, weights[at + 1]!)
    if (at === 0 && shape.fresh) cost *= AT_WORD_START
    if (cost < least) {
      least = cost
      best = at
    }
  }
  return best
}

/** Shares of characters in English prose with some code and logs, rounded; only their order matters. */
const KINDS: readonly { readonly set: Charset; readonly each: number }[] = [
  { set: [0x61, 0x61, 0x65, 0x65, 0x69, 0x69, 0x6e, 0x6f, 0x72, 0x74], each: 0.055 },
  { set: [0x62, 0x64, 0x66, 0x68, 0x6a, 0x6d, 0x70, 0x71, 0x75, 0x7a], each: 0.018 },
  { set: [0x41, 0x5a], each: 0.002 },
  { set: [0x30, 0x39], each: 0.006 },
  { set: [0x20, 0x20], each: 0.15 },
  { set: [0x00, 0x1f, 0x21, 0x2f, 0x3a, 0x40, 0x5b, 0x60, 0x7b, 0x7f], each: 0.002 },
  { set: [0x80, 0xffff], each: 1e-7 },
]
/** How much likelier than chance a kind (row) is followed by another: letters and digits keep to themselves. */
const FOLLOWS: readonly (readonly number[])[] = [
  [1.2, 1.2, 0.1, 0.05, 1, 1, 1],
  [1.2, 1.2, 0.1, 0.05, 1, 1, 1],
  [2, 2, 8, 0.5, 0.5, 1, 1],
  [0.1, 0.1, 0.2, 8, 1, 2, 1],
  [1, 1, 1, 1, 1, 1, 1],
  [1, 1, 1, 1, 1, 4, 1],
  [1, 1, 1, 1, 1, 1, 9],
]
/** Share of pairs that begin a word. */
const AT_WORD_START = 0.25

/** How often a character of one set is followed by one of another; see `weigh`. */
function pairWeight(first: readonly number[], second: readonly number[]): number {
  let sum = 0
  for (let i = 0; i < KINDS.length; i++) {
    for (let j = 0; j < KINDS.length; j++) sum += first[i]! * second[j]! * FOLLOWS[i]![j]!
  }
  return sum
}
/** How often a character of a set stands in a text, by kind. */
function weigh(set: Charset): readonly number[] {
  return KINDS.map(({ set: kind, each }) => {
    const part = overlap(set, kind)
    let size = 0
    for (let i = 0; i < part.length; i += 2) size += part[i + 1]! - part[i]! + 1
    return size * each
  })
}
