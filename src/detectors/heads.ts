/**
 * Where words and matches of patterns may begin: four characters tell, by one look-up for each character of a text and without branches.
 * Nothing is told of places inside of words, where little begins.
 */
import { type Charset, overlap } from './charset.ts'

/** What may begin at a place, a bit each: context words; patterns that are telling by themselves; patterns that need a word near. */
export const WORD_HEAD = 1
export const TELLING_HEAD = 2
export const NEEDY_HEAD = 4
/** The same for patterns that begin with two characters of which none is a small letter: most words of a text have one there. */
const HIGH = 2
const EVERYTHING = WORD_HEAD | ((TELLING_HEAD | NEEDY_HEAD) * (1 | (1 << HIGH)))
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
  return (partsWord(before, at) ? WORD_HEAD : 0) | patterns | high
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
  const use = small ? of : of << HIGH
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

/** Where something may begin: places times eight, plus what. Scratch of one pass. */
export interface Found {
  at: Int32Array
  count: number
}

/** Finds all places from `at` on where something may begin. */
export function findHeads(heads: Heads, text: string, at: number, found: Found): void {
  const { length } = text
  if (found.at.length < length - at) found.at = new Int32Array(length - at)
  const places = found.at
  let count = 0
  let index = 0
  let kinds = at === 0 ? NONE : kindOf(text.charCodeAt(at - 1))
  // Eight bits for each of the last places.
  let may = 0
  for (let i = at; i < length; i++) {
    const unit = text.charCodeAt(i)
    let cls = OTHER
    let kind = NONE
    if (unit < 128) {
      cls = CLASSES[unit]!
      kind = KINDS[unit]!
    } else if (unit >= 0xc0 && unit < 0x590) {
      cls = FOREIGN
      kind = LETTER
    }
    index = ((index << 5) | cls) & 0xfffff
    kinds = ((kinds << 3) | kind) & 511
    may = (may << 8) | BEGINNINGS[kinds]!
    // `may` is one place behind, since what follows a place tells of it, too.
    const due = (heads[index >> 2]! >>> ((index & 3) << 3)) & (may >> 16) & EVERYTHING
    if (due !== 0 && i - at >= HEAD - 1) places[count++] = ((i - HEAD + 1) << 3) | plain(due)
  }
  // What follows the end of a text may be anything.
  for (let i = Math.max(at, length - HEAD + 1); i < length; i++) {
    const uses = beginsAt(text, i)
    if (uses !== 0) places[count++] = (i << 3) | uses
  }
  found.count = count
}

/** What may begin at a place as far as its neighbours tell; none of them may be known behind the end. */
function beginsAt(text: string, at: number): number {
  const kinds = ((at === 0 ? NONE : kindOf(text.charCodeAt(at - 1))) << 6) | (kindOf(text.charCodeAt(at)) << 3)
  const after = at + 1 < text.length ? [kindOf(text.charCodeAt(at + 1))] : [NONE, SMALL, CAPITAL, LETTER, DIGIT]
  return after.reduce((uses, kind) => uses | plain(BEGINNINGS[kinds | kind]!), 0)
}
/** Of uses, those of patterns without small letters as those of any. */
function plain(uses: number): number {
  return (uses & 7) | ((uses >> HIGH) & 6)
}
