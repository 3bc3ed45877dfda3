/**
 * Where words and matches of patterns may begin: four characters tell, by one look-up for each character of a text and without branches.
 * Keys, which begin like any word, are told by their length.
 */
import { type Charset, contains, overlap } from './charset.ts'

/** What may begin at a place, a bit each: context words; patterns that are telling by themselves; patterns that need a word near. */
export const WORD_HEAD = 1
export const TELLING_HEAD = 2
export const NEEDY_HEAD = 4
/** Patterns that may begin inside of words; and those that begin like any word, where a key may stand. */
export const INNER_HEAD = 8
export const WIDE_HEAD = 16
/** The same for patterns that begin with two characters of which none is a small letter: most words of a text have one there. */
const HIGH = 2
/** Where `heads` has patterns that may begin inside of words: the bits between are taken. */
const INNER = 32
const EVERYTHING = WORD_HEAD | ((TELLING_HEAD | NEEDY_HEAD) * (1 | (1 << HIGH))) | INNER
/** Characters that are looked at. */
export const HEAD = 4

/** By the classes of four characters, five bits each: what may begin with them, eight bits each. */
export type Heads = Int32Array

export function createHeads(): Heads {
  return new Int32Array(1 << 18)
}
function mark(heads: Heads, index: number, use: number): void {
  heads[index >> 2]! |= use << ((index & 3) << 3)
}

const FOREIGN_ROW = 128
const OTHER_ROW = 129
/** How INFO has its parts: class, kind, then a bit each. */
const KIND = 5
const IN_KEY = 256
const FREE = 512

// ── Kinds of characters: what parts words. ──
const NONE = 0
const SMALL = 1
const CAPITAL = 2
/** Letters of other scripts that part words by blanks: Latin, Greek, Cyrillic, Armenian. Others glue particles to a word. */
const LETTER = 3
const DIGIT = 4
function kindOf(unit: number): number {
  return unit < 128 ? KINDS[unit]! : unit >= 0xc0 && unit < 0x590 ? LETTER : NONE
}
const KINDS = Uint8Array.from({ length: 128 }, (_, unit) => {
  if (unit >= 0x61 && unit <= 0x7a) return SMALL
  if (unit >= 0x41 && unit <= 0x5a) return CAPITAL
  return unit >= 0x30 && unit <= 0x39 ? DIGIT : NONE
})
const isLetter = (kind: number): boolean => kind === SMALL || kind === CAPITAL || kind === LETTER
/** Whether a word parts from another between two kinds: `userSsn` are two. */
const partsWord = (before: number, after: number): boolean =>
  !isLetter(before) || !isLetter(after) || (before === SMALL && after === CAPITAL)

/** Whether a context word may begin, or have ended, before the character at `at`. */
export function begins(text: string, at: number): boolean {
  return partsWord(at === 0 ? NONE : kindOf(text.charCodeAt(at - 1)), kindOf(text.charCodeAt(at)))
}

/** Whether a letter of a script that parts words by blanks stands at `at`. */
export function isLetterAt(text: string, at: number): boolean {
  return isLetter(kindOf(text.charCodeAt(at)))
}

/** By the kinds of three characters, three bits each: what may begin at the second. */
const BEGINNINGS = Uint8Array.from({ length: 512 }, (_, kinds) => {
  const [before, at, after] = [kinds >> 6, (kinds >> 3) & 7, kinds & 7]
  const inside = before !== NONE && before !== LETTER && at !== NONE && at !== LETTER
  const camel = at === CAPITAL && (before !== CAPITAL || after === SMALL)
  const patterns = !inside || camel ? TELLING_HEAD | NEEDY_HEAD : 0
  const high = at !== SMALL && after !== SMALL ? patterns << HIGH : 0
  return (partsWord(before, at) ? WORD_HEAD : 0) | patterns | high | INNER
})
/**
 * Whether patterns that begin with a character of a set, and never right after `mayFollow` says no, begin only where `BEGINNINGS` has them.
 */
export function beginsOutside(first: Charset, mayFollow: (unit: number) => boolean): boolean {
  for (let i = 0; i < first.length; i += 2) {
    for (let unit = first[i]!; unit <= Math.min(127, first[i + 1]!); unit++) {
      const kind = KINDS[unit]!
      if (kind === NONE) continue
      for (const before of [SMALL, CAPITAL, DIGIT]) {
        // Behind a small letter or a digit a capital one begins, and behind a capital one if a small one follows, as in `DBPassword`.
        if (kind === CAPITAL) continue
        if (mayFollow(SAMPLES[before]!)) return false
      }
    }
  }
  return true
}
const SAMPLES: Readonly<Record<number, number>> = { [SMALL]: 0x61, [CAPITAL]: 0x41, [DIGIT]: 0x30 }

// ── Classes of characters: what heads are told apart by. ──
/** Letters in either case are 1 to 26. */
const BLANK = 0
const FIGURE = 27
const FOREIGN = 28
const OTHER = 29
const JOINT = 30
const SIGN = 31
function classOf(unit: number): number {
  return unit < 128 ? CLASSES[unit]! : unit >= 0xc0 && unit < 0x590 ? FOREIGN : OTHER
}
const CLASSES = Uint8Array.from({ length: 128 }, (_, unit) => {
  const small = unit | 0x20
  if (small >= 0x61 && small <= 0x7a && unit >= 0x41) return small - 0x60
  if (unit >= 0x30 && unit <= 0x39) return FIGURE
  if ('-./:'.includes(String.fromCharCode(unit))) return JOINT
  return unit > 0x20 && '+(_=$"&'.includes(String.fromCharCode(unit)) ? SIGN : BLANK
})
const EVERY = Array.from({ length: 32 }, (_, cls) => cls)
const APART = [BLANK, FIGURE, OTHER, JOINT, SIGN]
/** Those of blanks, hyphens and underscores. */
const GAPS = [BLANK, JOINT, SIGN]

/** Marks the beginnings of a word; a blank in it stands for up to two blanks, hyphens or underscores. */
export function markWord(heads: Heads, text: string): void {
  // INVARIANT: as `readWord` has it, behind a short word no letter goes on.
  const behind = isLetter(kindOf(text.charCodeAt(text.length - 1))) ? APART : EVERY
  const note = (i: number, gaps: number, read: number, index: number, ended = false): void => {
    if (read === HEAD) {
      mark(heads, index, WORD_HEAD)
      return
    }
    if (i === text.length) {
      for (const cls of ended ? EVERY : behind) note(i, 0, read + 1, (index << 5) | cls, true)
      return
    }
    const unit = text.charCodeAt(i)
    if (unit === 0x20) {
      if (gaps < 2) for (const cls of GAPS) note(i, gaps + 1, read + 1, (index << 5) | cls)
      note(i + 1, 0, read, index)
      return
    }
    const cls = classOf(unit)
    if (GAPS.includes(cls)) {
      for (const gap of GAPS) note(i + 1, 0, read + 1, (index << 5) | gap)
      return
    }
    note(i + 1, 0, read + 1, (index << 5) | cls)
    // A letter may be the small form of one that is of another class: the Kelvin sign is a K.
    if (unit > 127) note(i + 1, 0, read + 1, (index << 5) | (cls ^ 1))
  }
  note(0, 0, 0, 0)
}

/** The classes of what a set holds; of `undefined`, where a match may be over, all. */
function classesIn(set: Charset | undefined): readonly number[] {
  if (!set) return EVERY
  const classes = new Set<number>()
  for (let i = 0; i < set.length; i += 2) {
    for (let unit = set[i]!; unit <= Math.min(127, set[i + 1]!); unit++) classes.add(classOf(unit))
    if (set[i + 1]! > 127) classes.add(FOREIGN).add(OTHER)
  }
  return [...classes]
}
const SMALLS: Charset = [0x61, 0x7a]
/** Marks a way that a pattern may begin: which characters stand at its first places, fewer if it may be over by then. */
export function markWay(heads: Heads, way: readonly Charset[], of: number): void {
  const small = way.slice(0, 2).some((set) => overlap(set, SMALLS).length > 0) || way.length < 2
  const use = of === INNER_HEAD ? INNER : small ? of : of << HIGH
  const [one, two, three, four] = Array.from({ length: HEAD }, (_, place) => classesIn(way[place]))
  // The last place is eight numbers at most, which are made once.
  const last = new Int32Array(8)
  for (const d of four!) last[d >> 2]! |= use << ((d & 3) << 3)
  for (const a of one!) {
    for (const b of two!) {
      for (const c of three!) {
        const row = ((a << 15) | (b << 10) | (c << 5)) >> 2
        for (let i = 0; i < 8; i++) heads[row + i]! |= last[i]!
      }
    }
  }
}

// ── Keys: long rows of letters, digits and few signs. ──
/** Wide patterns begin with so many characters of `KEY` at least, not right after a letter or digit. */
export const LONG = 12
export const KEY: Charset = [0x2b, 0x2b, 0x2d, 0x2d, 0x2f, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a]

/** All that the loop must know of a character: its class, its kind, whether it may stand in a key, and whether one may begin behind it. */
const INFO = Int32Array.from({ length: 130 }, (_, row) => {
  if (row === FOREIGN_ROW) return FOREIGN | (LETTER << KIND) | FREE
  if (row === OTHER_ROW) return OTHER | (NONE << KIND) | FREE
  const kind = KINDS[row]!
  const free = kind === NONE ? FREE : 0
  return CLASSES[row]! | (kind << KIND) | (contains(KEY, row) ? IN_KEY : 0) | free
})
function infoOf(unit: number): number {
  return INFO[unit < 128 ? unit : unit >= 0xc0 && unit < 0x590 ? FOREIGN_ROW : OTHER_ROW]!
}

/** Where something may begin: places times `USES`, plus what. Scratch of one pass. */
export interface Found {
  at: Int32Array
  count: number
}

export const USES = 32

/** Finds all places from `at` on where something may begin. `final`: nothing follows the text. */
export function findHeads(heads: Heads, text: string, at: number, final: boolean, found: Found): void {
  const { length } = text
  // At a place a key may begin, and something else; keys are noticed later.
  if (found.at.length < 2 * (length - at)) found.at = new Int32Array(2 * (length - at))
  const places = found.at
  let count = 0
  let index = 0
  const before = at === 0 ? FREE : infoOf(text.charCodeAt(at - 1))
  let kinds = (before >> KIND) & 7
  // Eight bits for each of the last places; one for each that may stand in a key, or have one begin there.
  let may = 0
  let keys = 0
  let free = 0
  let behind = before
  for (let i = at; i < length; i++) {
    const unit = text.charCodeAt(i)
    const info = INFO[unit < 128 ? unit : unit >= 0xc0 && unit < 0x590 ? FOREIGN_ROW : OTHER_ROW]!
    index = ((index << 5) | (info & 31)) & 0xfffff
    kinds = ((kinds << 3) | ((info >> KIND) & 7)) & 511
    may = (may << 8) | BEGINNINGS[kinds]!
    keys = ((keys << 1) | 1) & -((info >> 8) & 1)
    free = (free << 1) | ((behind >> 9) & 1)
    behind = info
    // `may` is one place behind, since what follows a place tells of it, too.
    const due = (heads[index >> 2]! >>> ((index & 3) << 3)) & (may >> 16) & EVERYTHING
    const wide = keys & free & (1 << (LONG - 1))
    if ((due | wide) !== 0) {
      if (wide !== 0) places[count++] = (i - LONG + 1) * USES + WIDE_HEAD
      if (due !== 0 && i - at >= HEAD - 1) places[count++] = (i - HEAD + 1) * USES + plain(due)
    }
  }
  // What follows the end of a text may be anything.
  for (let i = Math.max(at, length - HEAD + 1); i < length; i++) {
    const uses = beginsAt(text, i)
    if (uses !== 0) places[count++] = i * USES + uses
  }
  if (!final) {
    for (let back = Math.min(LONG - 2, length - at - 1); back >= 0; back--) {
      const row = (1 << (back + 1)) - 1
      if ((keys & row) === row && free & (1 << back)) places[count++] = (length - 1 - back) * USES + WIDE_HEAD
    }
  }
  found.count = count
}

/** What may begin at a place as far as its neighbours tell; none of them may be known behind the end. */
function beginsAt(text: string, at: number): number {
  const kinds = ((at === 0 ? NONE : kindOf(text.charCodeAt(at - 1))) << 6) | (kindOf(text.charCodeAt(at)) << 3)
  const after = at + 1 < text.length ? [kindOf(text.charCodeAt(at + 1))] : [NONE, SMALL, CAPITAL, LETTER, DIGIT]
  return after.reduce((uses, kind) => uses | plain(BEGINNINGS[kinds | kind]!), 0)
}
/** Uses as they are told. */
function plain(uses: number): number {
  return (uses & 7) | ((uses >> HIGH) & (TELLING_HEAD | NEEDY_HEAD)) | ((uses & INNER) >> 2)
}
