/**
 * Where words and literal beginnings of patterns may stand: three characters tell, by one look-up for each character of a text and no
 * branches. What begins so begins where a word does.
 */
import type { Charset } from './charset.ts'

/** A bit for each use: context words, patterns. */
export const WORD_HEAD = 1
export const PATTERN_HEAD = 2

/** By the classes of three characters, five bits each: which uses begin with them. */
export type Heads = Uint8Array

export function createHeads(): Heads {
  return new Uint8Array(1 << 15)
}

/** Whether a word may begin, or have ended, before the character at `at`. */
export function begins(text: string, at: number): boolean {
  return BEGINS[(at === 0 ? 0 : kindOf(text.charCodeAt(at - 1)) << 2) | kindOf(text.charCodeAt(at))] === 1
}

/**
 * Kinds of characters: no letter, small, capital, a letter of another script that parts words by blanks: Latin, Greek, Cyrillic,
 * Armenian. Others glue particles to a word.
 */
function kindOf(unit: number): number {
  return unit < 128 ? KINDS[unit]! : unit >= 0xc0 && unit < 0x590 ? 3 : 0
}
const KINDS = Uint8Array.from({ length: 128 }, (_, unit) =>
  unit >= 0x61 && unit <= 0x7a ? 1 : unit >= 0x41 && unit <= 0x5a ? 2 : 0,
)
/** By the kinds of two characters: whether a word begins between them. */
const BEGINS = Uint8Array.from({ length: 16 }, (_, pair) => {
  const before = pair >> 2
  const after = pair & 3
  return before === 0 || after === 0 || (before === 1 && after === 2) ? 1 : 0
})

/** Classes of characters: none of the others in ASCII, the letters in either case, digits, letters beyond ASCII, all others. */
function headOf(unit: number): number {
  return unit < 128 ? HEADS[unit]! : unit >= 0xc0 && unit < 0x590 ? LETTER : OTHER
}
const GAP = 0
const LETTER = 28
const OTHER = 29
const HEADS = Uint8Array.from({ length: 128 }, (_, unit) => {
  const small = unit | 0x20
  if (small >= 0x61 && small <= 0x7a && unit >= 0x41) return small - 0x60
  return unit >= 0x30 && unit <= 0x39 ? 27 : GAP
})
const EVERY = Array.from({ length: 30 }, (_, head) => head)

/** Marks the beginnings of a word; a blank in it stands for up to two blanks, hyphens or underscores. */
export function markWord(heads: Heads, text: string): void {
  const note = (i: number, gaps: number, read: number, index: number): void => {
    if (read === 3) {
      heads[index]! |= WORD_HEAD
      return
    }
    if (i === text.length) {
      for (const head of EVERY) note(i, 0, read + 1, (index << 5) | head)
      return
    }
    const unit = text.charCodeAt(i)
    if (unit === 0x20) {
      if (gaps < 2) note(i, gaps + 1, read + 1, index << 5)
      note(i + 1, 0, read, index)
      return
    }
    note(i + 1, 0, read + 1, (index << 5) | headOf(unit))
    // A letter may be the small form of one that is of another class: the Kelvin sign is a K.
    if (unit === 0x6b || unit === 0x73) note(i + 1, 0, read + 1, (index << 5) | OTHER)
    if (unit > 127) note(i + 1, 0, read + 1, (index << 5) | (headOf(unit) ^ 1))
  }
  note(0, 0, 0, 0)
}

/** The classes of what a set holds. */
function headsIn(set: Charset): readonly number[] {
  const heads = new Set<number>()
  for (let i = 0; i < set.length; i += 2) {
    for (let unit = set[i]!; unit <= Math.min(127, set[i + 1]!); unit++) heads.add(headOf(unit))
    if (set[i + 1]! > 127) heads.add(LETTER).add(OTHER)
  }
  return [...heads]
}
/** More would be found at every other word. */
const MOST_HEADS = 12
/** Whether the first three places of a pattern are telling enough to be marked: letters and digits, and few of them. */
export function isLiteral(sets: readonly Charset[]): boolean {
  if (sets.length < 3) return false
  const [one, two, three] = sets.slice(0, 3).map(headsIn)
  if (one!.includes(GAP) || one!.includes(27) || one!.includes(OTHER)) return false
  return one!.length * two!.length * three!.length <= MOST_HEADS
}
export function markPattern(heads: Heads, sets: readonly Charset[]): void {
  const [one, two, three] = sets.slice(0, 3).map(headsIn)
  for (const a of one!) for (const b of two!) for (const c of three!) heads[(a << 10) | (b << 5) | c]! |= PATTERN_HEAD
}

/** The first place from `at` on where something may begin, or the length of the text. */
export function seekHead(heads: Heads, text: string, at: number): number {
  const { length } = text
  let index = 0
  let fresh = 0
  let before = at === 0 ? 0 : kindOf(text.charCodeAt(at - 1)) << 2
  for (let i = at; i < length; i++) {
    const unit = text.charCodeAt(i)
    let head = OTHER
    let kind = 0
    if (unit < 128) {
      head = HEADS[unit]!
      kind = KINDS[unit]!
    } else if (unit >= 0xc0 && unit < 0x590) {
      head = LETTER
      kind = 3
    }
    index = ((index << 5) | head) & 0x7fff
    fresh = (fresh << 1) | BEGINS[before | kind]!
    before = kind << 2
    if ((heads[index]! & -((fresh >> 2) & 1)) !== 0) return i - 2
  }
  // The end of a text stands for anything.
  for (let i = Math.max(at, length - 2); i < length; i++) if (begins(text, i)) return i
  return length
}
/** What may begin at a place: uses, a bit each. */
export function headsAt(heads: Heads, text: string, at: number): number {
  if (at + 3 > text.length) return WORD_HEAD | PATTERN_HEAD
  const index =
    (headOf(text.charCodeAt(at)) << 10) | (headOf(text.charCodeAt(at + 1)) << 5) | headOf(text.charCodeAt(at + 2))
  return heads[index]!
}
