/**
 * Street addresses: a house's number and a street, or a street and a number, then units, towns, postal codes and countries on the
 * same line or the next ones, as far as they go, as one span.
 */
import { matchBox } from './boxes.ts'
import { at, begin, finished, NONE } from './cursor.ts'
import { readHouse } from './houses.ts'
import type { Lexicon } from './lexicon.ts'
import { isLetter } from './reader.ts'
import { endsAsStreet, readNumberedFrom, readStreetFrom } from './streets.ts'
import { readTail } from './towns.ts'

/** No address is longer, in characters. */
export const ADDRESS_REACH = 240

/** The end of the address that starts with the number at `start`; NONE, or UNFINISHED if what follows the text decides. */
export function readNumbered(by: Lexicon, whole: string, start: number, final: boolean): number {
  begin(by, whole)
  return finished(readNumberedFrom(start), final)
}

/** The same where a street may start at `start`, such as `Calle`. */
export function readStreet(by: Lexicon, whole: string, start: number, final: boolean): number {
  begin(by, whole)
  return finished(readStreetFrom(start), final)
}

/** The same for boxes of the post: `P.O. Box 12`, `PSC 12, Box 34`, `Unit 12 Box 34`. */
export function readBox(by: Lexicon, whole: string, start: number, final: boolean): number {
  begin(by, whole)
  const box = matchBox(start)
  return finished(box === NONE ? NONE : readTail(box, true), final)
}

/** The same where the words until `end` may be a street, and a number follows: `Hausergasse 59`. */
export function readSuffixed(by: Lexicon, whole: string, start: number, end: number, final: boolean): number {
  begin(by, whole)
  const gap = at(end) === 0x2e ? end + 1 : end
  const number = at(gap) === 0x20 && endsAsStreet(start, end) ? readHouse(gap + 1) : NONE
  return finished(number === NONE ? NONE : readTail(number, true), final)
}

/** Streets that are told by a short word in small letters, as in Polish. */
const SHORT = ['ul', 'al', 'pl', 'os']

/** Where the short word for a street starts that stands right before `at`, as in `ul. Długa`; NONE if there is none. */
export function findShort(whole: string, at: number): number {
  const start = at - 4
  if (start < 0 || whole.charCodeAt(at - 1) !== 0x20 || whole.charCodeAt(at - 2) !== 0x2e) return NONE
  return SHORT.includes(whole.slice(start, start + 2)) && (start === 0 || !isLetter(whole.charCodeAt(start - 1)))
    ? start
    : NONE
}

/** Where such a word may have begun at the end of a text. */
export function findShortAtEnd(whole: string): number {
  for (let start = Math.max(0, whole.length - 4); start < whole.length; start++) {
    if (start > 0 && isLetter(whole.charCodeAt(start - 1))) continue
    const tail = whole.slice(start)
    if (SHORT.some((short) => `${short}. `.startsWith(tail))) return start
  }
  return whole.length
}
