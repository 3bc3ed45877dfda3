/**
 * Where a pattern may begin, told by four characters with a few look-ups (the filter of Shift-And automata with classes;
 * Baeza-Yates and Gonnet, "A New Approach to Text Searching", 1992). Patterns are put in as many buckets as a small integer has bits.
 */
import { type Charset, contains, covers } from './charset.ts'

/** What the sieve must know of a pattern. */
export interface Sieved {
  /** Which characters may stand at the first places of a match; fewer places if it may be over by then. */
  readonly leads: readonly Charset[]
  /** Whether a match may begin after a character; `undefined`: at the beginning of a text. */
  mayFollow(unit: number | undefined): boolean
}
/** Units below 128 have a row each, all others row OTHER, the ends of a text row EDGE. */
const OTHER = 128
const EDGE = 129
const ROWS = 130
/** So many characters are looked at. */
export const DEPTH = 4

/**
 * Rows of `STEP` numbers, a bit for each bucket: those that may begin behind the unit, then those that may have it at their first, second,
 * third and fourth place. In row EDGE the latter are those that may be over by then. One array, so that a row lies together.
 */
export type Sieve = Int32Array
const STEP = 8

/** Which buckets a match that begins at `at` may be of. `final`: nothing follows the text. */
export function sift(sieve: Sieve, text: string, at: number, final: boolean): number {
  let due = sieve[rowAt(text, at - 1) * STEP]!
  for (let place = 0; place < DEPTH; place++) {
    if (at + place < text.length || final) due &= sieve[rowAt(text, at + place) * STEP + 1 + place]!
  }
  return due
}
/** The row of what stands at a place. */
function rowAt(text: string, at: number): number {
  if (at < 0 || at >= text.length) return EDGE
  const unit = text.charCodeAt(at)
  return unit < 128 ? unit : OTHER
}

const BUCKETS = 31
const PLACES = Array.from({ length: DEPTH }, (_, place) => place)
const UNITS = Array.from({ length: 128 }, (_, unit) => unit)

/** Builds a sieve, and tells the bucket of each. */
export function buildSieve(patterns: readonly Sieved[]): {
  readonly sieve: Sieve
  readonly buckets: readonly number[]
} {
  const sieve = new Int32Array(ROWS * STEP)
  const buckets = assignBuckets(patterns)
  buckets.forEach((bucket, p) => {
    const bit = 1 << bucket
    const { leads, mayFollow } = patterns[p]!
    for (const unit of UNITS) if (mayFollow(unit)) sieve[unit * STEP]! |= bit
    sieve[OTHER * STEP]! |= bit
    if (mayFollow(undefined)) sieve[EDGE * STEP]! |= bit
    for (let place = 0; place < DEPTH; place++) {
      const over = place >= leads.length
      for (const unit of UNITS) if (over || contains(leads[place]!, unit)) sieve[unit * STEP + 1 + place]! |= bit
      if (over || leads[place]!.some((unit) => unit > 127)) sieve[OTHER * STEP + 1 + place]! |= bit
      if (over) sieve[EDGE * STEP + 1 + place]! |= bit
    }
  })
  return { sieve, buckets }
}

/** Puts each pattern where it adds least to what passes by chance, those that add most first. */
function assignBuckets(patterns: readonly Sieved[]): readonly number[] {
  const shapes = new Map<string, { readonly masks: readonly Float64Array[]; readonly members: number[] }>()
  patterns.forEach(({ leads }, p) => {
    const key = leads.slice(0, DEPTH).join(' ')
    const same = shapes.get(key)
    if (same) same.members.push(p)
    else shapes.set(key, { masks: PLACES.map((at) => mask(leads[at])), members: [p] })
  })
  const sorted = [...shapes.values()].sort((a, b) => chance(b.masks) - chance(a.masks))
  const buckets: { masks: Float64Array[]; chance: number; size: number }[] = []
  const bucketOf: number[] = []
  for (const { masks, members } of sorted) {
    let best = -1
    let least = Number.POSITIVE_INFINITY
    const own = chance(masks)
    buckets.forEach((bucket, b) => {
      // Each of a bucket pays for what passes it.
      const added = chanceOfBoth(bucket.masks, masks) * (bucket.size + 1) - bucket.chance * bucket.size
      if (added < least) {
        least = added
        best = b
      }
    })
    if (buckets.length < BUCKETS && least > own * FREE) {
      best = buckets.push({ masks: masks.map(() => new Float64Array(KINDS)), chance: 0, size: 0 }) - 1
    }
    const bucket = buckets[best]!
    bucket.masks = bucket.masks.map((one, at) => one.map((share, kind) => Math.max(share, masks[at]![kind]!)))
    bucket.chance = chance(bucket.masks)
    bucket.size++
    for (const p of members) bucketOf[p] = best
  }
  return bucketOf
}
/** A pattern that adds this much less to another's bucket than a bucket of its own would, shares. */
const FREE = 0.2

/** Kinds of characters: each ASCII letter by itself, in both cases, then digits, blanks, other ASCII, all others. */
const KINDS = 56
const BLANK = 53
/** Shares of characters in prose with some code and logs, in ten thousands, rounded; only their order matters. */
const SMALL = [
  620, 120, 230, 290, 960, 170, 150, 380, 560, 20, 60, 320, 200, 540, 580, 160, 10, 480, 500, 720, 220, 80, 130, 20,
  130, 10,
]
const WEIGHTS = Float64Array.from({ length: KINDS }, (_, kind) => {
  if (kind < 26) return SMALL[kind]! / 10_000
  if (kind < 52) return SMALL[kind - 26]! / 100_000
  return [0.05, 0.15, 0.06, 0.001][kind - 52]!
})
function kindOf(unit: number): number {
  if (unit >= 0x61 && unit <= 0x7a) return unit - 0x61
  if (unit >= 0x41 && unit <= 0x5a) return unit - 0x41 + 26
  if (unit >= 0x30 && unit <= 0x39) return 52
  return unit === 0x20 ? BLANK : 54
}
/** How much of each kind a set holds, from 0 to 1. */
function mask(set: Charset | undefined): Float64Array {
  if (!set || covers(set, [0, 0xffff])) return new Float64Array(KINDS).fill(1)
  const held = new Float64Array(KINDS)
  for (const unit of UNITS) if (contains(set, unit)) held[kindOf(unit)]! += 1 / SIZES[kindOf(unit)]!
  if (set.some((unit) => unit > 127)) held[KINDS - 1] = 1
  return held
}
const SIZES = UNITS.reduce((sizes, unit) => {
  sizes[kindOf(unit)]!++
  return sizes
}, new Float64Array(KINDS))

function chance(masks: readonly Float64Array[]): number {
  let all = 1
  for (const one of masks) {
    let sum = 0
    for (let kind = 0; kind < KINDS; kind++) sum += one[kind]! * WEIGHTS[kind]!
    all *= sum
  }
  return all
}
function chanceOfBoth(one: readonly Float64Array[], two: readonly Float64Array[]): number {
  let all = 1
  for (let at = 0; at < DEPTH; at++) {
    let sum = 0
    for (let kind = 0; kind < KINDS; kind++) sum += Math.max(one[at]![kind]!, two[at]![kind]!) * WEIGHTS[kind]!
    all *= sum
  }
  return all
}
