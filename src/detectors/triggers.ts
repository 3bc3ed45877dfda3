/**
 * Where some rule may start. Every rule is found by two neighbouring characters of its matches, at the place where they are
 * rarest in ordinary text; one look-up for each character of a text says which rules those are.
 */
import { type Charset, covers, overlap, WORD } from './charset.ts'

/** What can be said of a rule's matches without running it. */
export interface Shape {
  /** For each pattern, which characters may stand at the first places of a match. */
  readonly leading: readonly (readonly Charset[])[]
  /** The fewest characters of a match. */
  readonly shortest: number
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
export const LEADING = 5

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

/** The leading place whose pair is rarest. */
function rarest(shape: Shape): number {
  let best = 0
  let least = Number.POSITIVE_INFINITY
  for (let at = 0; at + 2 <= Math.min(LEADING, shape.shortest); at++) {
    let cost = 0
    for (const leading of shape.leading) cost += pairWeight(leading[at]!, leading[at + 1]!)
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

function pairWeight(first: Charset, second: Charset): number {
  const a = weights(first)
  const b = weights(second)
  let sum = 0
  for (let i = 0; i < a.length; i++) for (let j = 0; j < b.length; j++) sum += a[i]! * b[j]! * FOLLOWS[i]![j]!
  return sum
}
function weights(set: Charset): number[] {
  return KINDS.map(({ set: kind, each }) => {
    const part = overlap(set, kind)
    let size = 0
    for (let i = 0; i < part.length; i += 2) size += part[i + 1]! - part[i]! + 1
    return size * each
  })
}

/** Whether matches that begin so, after a `\b`, begin after a character that is none of a word. */
export function startsWord(first: Charset): boolean {
  return covers(WORD, first)
}
