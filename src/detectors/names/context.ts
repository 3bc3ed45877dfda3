/** What stands before and after a run of words: the words next to it, and the punctuation between. */
import { BESIDE, GREETS } from './kinds.ts'
import { kindsOf, type Lexicon } from './lexicon.ts'
import { CAPITAL, isLetter, isUpper, LONGEST_WORD, ODD, readWord, SMALL, word } from './reader.ts'

/** How far before a run its words are looked for: two of them, and what parts them. */
export const LEFT = 2 * (LONGEST_WORD + 4)
/** How far after it: one, or two of a list. */
export const RIGHT = 2 * LONGEST_WORD + 8

export interface Left {
  /** The unit that stands right before, blanks aside; 0 at the start of the text, 10 at that of a line. */
  unit: number
  /** What the word before can be, and the one before that; 0 if something else than blanks (and a colon) parts them. */
  kinds: number
  further: number
  print: number
  shape: number
  /** What the capitalised word before a comma or an `and` can be. */
  listed: number
  /** Whether `I am` or `I'm` stands before. */
  self: boolean
  /** Whether the run begins a sentence, a line or a quotation. */
  begins: boolean
  /** Whether the word before is a label: a colon follows it. */
  label: boolean
}
export const left: Left = {
  unit: 0,
  kinds: 0,
  further: 0,
  listed: 0,
  self: false,
  print: 0,
  shape: 0,
  begins: false,
  label: false,
}

export function readLeft(lexicon: Lexicon, text: string, start: number): void {
  const least = Math.max(0, start - LEFT)
  left.kinds = left.further = left.listed = left.print = 0
  left.self = false
  left.shape = ODD
  left.label = false
  let i = start
  let gap = 0
  while (i > least && isBlank(text.charCodeAt(i - 1))) {
    i--
    gap++
  }
  let unit = i === 0 ? 0 : i > least ? text.charCodeAt(i - 1) : 0x3f
  left.unit = unit === 0x0d ? 0x0a : unit
  left.begins =
    unit === 0 ||
    unit === 0x0a ||
    unit === 0x0d ||
    unit === 0x2e ||
    unit === 0x21 ||
    unit === 0x3f ||
    unit === 0x3e ||
    unit === 0x2a
  if (unit === 0x22 || unit === 0x201c || unit === 0x201e || unit === 0xab) left.begins = true
  // `"name": "`, the string of an object
  if (unit === 0x22) {
    let k = i - 1
    while (k > least && (isBlank(text.charCodeAt(k - 1)) || text.charCodeAt(k - 1) === 0x5c)) k--
    if (k > least && text.charCodeAt(k - 1) === 0x3a) {
      i = k
      unit = 0x3a
    }
  }
  if (unit === 0x2e && i - 1 > least && isLetter(text.charCodeAt(i - 2))) {
    // A title that ends with a point does not end the sentence.
    i--
    unit = text.charCodeAt(i - 1)
  } else if (unit === 0x3a) {
    left.label = true
    i--
    while (i > least && isMarkup(text.charCodeAt(i - 1))) i--
    unit = i > least ? text.charCodeAt(i - 1) : 0
  } else if (unit === 0x2c && gap > 0) {
    const start = wordStart(text, i - 1, least)
    if (start >= 0 && start < i - 1) {
      readWord(text, start)
      const kinds = kindsOf(lexicon, word.print)
      if (word.shape === CAPITAL) left.listed = kinds
      // `Thanks, Bob`
      left.kinds = kinds & GREETS
    }
    return
  } else if (unit === 0x27 && i > least + 1 && gap > 0) {
    i--
    unit = text.charCodeAt(i - 1)
  }
  if (!isLetter(unit)) return
  const first = wordStart(text, i, least)
  if (first < 0) return
  readWord(text, first)
  left.print = word.print
  left.kinds = kindsOf(lexicon, word.print)
  left.shape = word.shape
  // I'm, I am
  const short = i - first
  if (short === 1 && (unit | 0x20) === 0x6d) {
    const before = first >= least + 3 ? text.charCodeAt(first - 1) : 0
    left.self =
      (before === 0x27 || before === 0x2019) &&
      (text.charCodeAt(first - 2) | 0x20) === 0x69 &&
      !isLetter(text.charCodeAt(first - 3))
  }
  let k = first
  while (k > least && isBlank(text.charCodeAt(k - 1))) k--
  if (k === first || k === least || !(isLetter(text.charCodeAt(k - 1)) || text.charCodeAt(k - 1) === 0x27)) return
  const second = wordStart(text, k, least)
  if (second < 0) return
  readWord(text, second)
  left.further = kindsOf(lexicon, word.print)
  if (word.shape === CAPITAL && (left.kinds & BESIDE) !== 0) left.listed = left.further
  left.self ||=
    short === 2 &&
    k - second === 1 &&
    (text.charCodeAt(second) | 0x20) === 0x69 &&
    (text.charCodeAt(first) | 0x20) === 0x61
}

/** What may stand between a label and its colon: blanks, stars, quotation marks and what escapes them. */
function isMarkup(unit: number): boolean {
  return isBlank(unit) || unit === 0x2a || unit === 0x22 || unit === 0x27 || unit === 0x5c
}

/** Where the word that ends at `end` starts; -1 if it is too long. An apostrophe is of it: `I'm`, `name's`. */
function wordStart(text: string, end: number, least: number): number {
  let i = end
  while (i > least && isLetter(text.charCodeAt(i - 1))) i--
  return end - i > LONGEST_WORD ? -1 : i
}

export interface Right {
  /** The unit right after, and the first that is no blank. */
  unit: number
  next: number
  kinds: number
  shape: number
  /** What the next of a list can be: a capitalised word after a comma or an `and`. */
  listed: number
  /** `'s` follows. */
  owns: boolean
  /** Whether text that follows could change what is here. */
  unfinished: boolean
}
export const right: Right = { unit: 0, next: 0, kinds: 0, shape: 0, listed: 0, owns: false, unfinished: false }

export function readRight(lexicon: Lexicon, text: string, end: number, final: boolean): void {
  const { length } = text
  right.kinds = right.listed = 0
  right.shape = ODD
  right.owns = false
  right.unfinished = false
  right.unit = end < length ? text.charCodeAt(end) : 0
  let i = end
  if (right.unit === 0x27 || right.unit === 0x2019) {
    if (i + 2 >= length && !final) right.unfinished = true
    if ((text.charCodeAt(i + 1) | 0x20) === 0x73 && !isLetter(text.charCodeAt(i + 2))) {
      right.owns = true
      i += 2
    }
  }
  const most = Math.min(length, i + 3)
  while (i < most && isBlank(text.charCodeAt(i))) i++
  right.next = i < length ? text.charCodeAt(i) : 0
  if (i === length) {
    if (!final) right.unfinished = true
    return
  }
  if (right.next === 0x2c) readListed(lexicon, text, i + 1, final)
  if (!isLetter(right.next)) return
  readWord(text, i)
  const { end: stop } = word
  if (stop + 1 >= length && !final) right.unfinished = true
  right.shape = word.shape
  right.kinds = word.shape === ODD ? 0 : kindsOf(lexicon, word.print)
  if (word.shape === SMALL && (right.kinds & BESIDE) !== 0 && stop - i <= 3) readListed(lexicon, text, stop, final)
}

function readListed(lexicon: Lexicon, text: string, at: number, final: boolean): void {
  if (at + 1 >= text.length && !final) right.unfinished = true
  if (text.charCodeAt(at) !== 0x20 || !isUpper(text.charCodeAt(at + 1))) return
  readWord(text, at + 1)
  if (word.end + 1 >= text.length && !final) right.unfinished = true
  if (word.shape === CAPITAL) right.listed = kindsOf(lexicon, word.print)
}

export function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x09 || unit === 0xa0
}
