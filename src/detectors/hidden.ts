/**
 * Long rows of characters that are not seen. A few in a row stand in emoji, in Indic scripts and in Persian; many are there to hide a
 * text from readers, or to part a value: what they say to a model nobody knows, so that they are a finding of their own.
 */
import { id } from '../ids.ts'
import type { Rule } from '../types.ts'
import { HIDDEN, isControl, KIND, MARK, readUnit } from './fold-letters.ts'

export const INVISIBLE: Rule = {
  ref: id('invisible-run@1'),
  entity: id('INVISIBLE_TEXT'),
  label: id('disguise.invisible'),
}
/** More units than this in a row. The longest that is innocent is the flag of a region: 14. */
export const FEWEST_HIDDEN = 64
/** A row is one finding up to here; what goes on is told as it comes. */
export const LONGEST_ROW = 4096

/** Tags (U+E0000) stand for ASCII, and models read them; a flag has at most 7. */
const TAGS = 0xdb40

/** Whether a unit is not seen, or half of what is not. */
export function isHidden(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  if (unit < 0x80) return isControl(unit)
  if (unit >= 0xd800 && unit < 0xe000) return unit === TAGS || (unit >= 0xdc00 && text.charCodeAt(at - 1) === TAGS)
  const kind = readUnit(unit) & KIND
  // Marks over nothing but marks are not read either; `fold.ts` counts both.
  return kind === HIDDEN || kind === MARK
}

/** The first place from `from` on where at least `least` units in a row are not seen, or -1. Looks at few characters of other text. */
export function findHidden(text: string, from: number, least: number): number {
  const last = text.length - least
  for (let i = from; i <= last; ) {
    let j = i + least - 1
    while (j >= i && isHidden(text, j)) j--
    if (j < i) return i
    i = j + 1
  }
  return -1
}

/** Where the row that ends before `at` begins, at most `most` units back. */
export function hiddenStart(text: string, at: number, most: number): number {
  let i = at
  while (i > 0 && at - i < most && isHidden(text, i - 1)) i--
  return i
}
export function hiddenEnd(text: string, at: number, limit: number): number {
  let i = at
  while (i < text.length && i < limit && isHidden(text, i)) i++
  return i
}

/** What a row of tags says as ASCII, a character for every two units; `undefined` if it has other characters. */
export function readTags(text: string, start: number, end: number): string | undefined {
  let said = ''
  for (let i = start; i + 1 < end; i += 2) {
    const low = text.charCodeAt(i + 1)
    if (text.charCodeAt(i) !== TAGS || low < 0xdc00 || low > 0xdc7f) return undefined
    said += String.fromCharCode(low - 0xdc00)
  }
  return said
}

/** A text without its long rows of what is not seen, and where each of its characters stood. */
export function dropHidden(text: string): { readonly text: string; readonly at: Uint32Array } {
  const at = new Uint32Array(text.length)
  let said = ''
  let length = 0
  let copied = 0
  const copy = (to: number) => {
    said += text.slice(copied, to)
    for (let i = copied; i < to; i++) at[length++] = i
  }
  for (let start = findHidden(text, 0, FEWEST_HIDDEN); start >= 0; start = findHidden(text, copied, FEWEST_HIDDEN)) {
    copy(start)
    copied = hiddenEnd(text, start, text.length)
  }
  copy(text.length)
  return { text: said, at }
}
