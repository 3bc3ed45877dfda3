/**
 * Street addresses: a house's number and a street, or a street and a number, then units, towns, postal codes and countries on the
 * same line or the next ones, as far as they go, as one span.
 */
import { isBlank } from './context.ts'
import { FOLD, FOLDED, finish, mix, SEED } from './fold.ts'
import {
  FIRM,
  GIVEN,
  GIVEN_OFTEN,
  LAND,
  PARTICLE,
  PLACE,
  PLAIN,
  STATE,
  STREET,
  STREET_FIRST,
  TOWN,
  UNIT,
} from './kinds.ts'
import { kindsOf, type Lexicon } from './lexicon.ts'
import { CAPITAL, INITIAL, isDigit, isLetter, isUpper, ODD, readWord, SHOUTED, SMALL, word } from './reader.ts'

/** No address is longer, in characters. */
export const ADDRESS_REACH = 240
const MOST_STREET_WORDS = 6
const MOST_PARTS = 6

/** Whether reading went past the end of the text, so that what follows could change the result. */
let touched = false
let text = ''
let lexicon: Lexicon

function at(i: number): number {
  if (i < text.length) return text.charCodeAt(i)
  touched = true
  return 0
}

export const NONE = -1
export const UNFINISHED = -2

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

/** The same for boxes of the post: `P.O. Box 12`, `PSC 12, Box 34`, `Unit 12 Box 34`. */
export function readBox(by: Lexicon, whole: string, start: number, final: boolean): number {
  begin(by, whole)
  return finished(readBoxFrom(start), final)
}
/** The same where the words until `end` may be a street, and a number follows: `Hausergasse 59`. */
export function readSuffixed(by: Lexicon, whole: string, start: number, end: number, final: boolean): number {
  begin(by, whole)
  const gap = at(end) === 0x2e ? end + 1 : end
  const number = at(gap) === 0x20 && endsAsStreet(start, end) ? readHouse(gap + 1) : NONE
  return finished(number === NONE ? NONE : readTail(number, true), final)
}

function begin(by: Lexicon, whole: string): void {
  lexicon = by
  text = whole
  touched = false
}
function finished(end: number, final: boolean): number {
  return touched && !final ? UNFINISHED : end
}

/** The end of a house's number, with a letter or a second number; NONE if there is none. */
function readHouse(start: number): number {
  let i = start
  while (isDigit(at(i)) && i < start + 6) i++
  if (i === start || isDigit(at(i))) return NONE
  const unit = at(i)
  if (isLetter(unit) && !isLetter(at(i + 1)) && !isDigit(at(i + 1))) return i + 1
  if ((unit === 0x2f || unit === 0x2d) && isDigit(at(i + 1))) {
    let k = i + 1
    while (isDigit(at(k)) && k < i + 5) k++
    if (isLetter(at(k)) && !isLetter(at(k + 1))) k++
    return isDigit(at(k)) || isLetter(at(k)) ? NONE : k
  }
  return isLetter(unit) ? NONE : i
}

function readNumberedFrom(start: number): number {
  let i = readHouse(start)
  if (i === NONE) return NONE
  // 12, rue de …
  const comma = at(i) === 0x2c
  if (comma) i++
  if (at(i) !== 0x20) return NONE
  i++
  // A second number, as of a unit or a farm.
  const second = isDigit(at(i)) ? readHouse(i) : NONE
  if (second !== NONE && at(second) === 0x20) i = second + 1
  else if (isDigit(at(i))) return NONE
  if (at(i) === 0x50 || at(i) === 0x70) {
    const box = matchBox(i)
    if (box !== NONE) return readTail(box, true)
  }
  let words = 0
  let streets = 0
  let foreign = false
  let capitals = 0
  let ends = false
  let last = NONE
  for (; words < MOST_STREET_WORDS; words++) {
    if (!isLetter(at(i))) break
    readWord(text, i)
    if (word.end + 1 >= text.length) touched = true
    const { end, shape } = word
    const kinds = shape === ODD ? 0 : kindsOf(lexicon, word.print)
    if (shape === ODD) break
    if (comma && words === 0 && (kinds & STREET_FIRST) === 0) return NONE
    if (words === 0) foreign = (kinds & STREET_FIRST) !== 0
    if (shape !== SMALL) capitals++
    // d'Ouchy
    if (words > 0 && shape === SMALL && end - i === 1 && isQuote(at(end)) && isUpper(at(end + 1))) {
      i = end + 1
      continue
    }
    if (shape === SMALL && !foreign && (words === 0 || (kinds & (PARTICLE | STREET)) === 0)) break
    if ((kinds & UNIT) !== 0 && words > 0 && isUnit(i) !== NONE) break
    const street = (kinds & STREET) !== 0
    if (street) streets++
    // `Devon Street West`, `Pennsylvania Avenue NW`
    const aside: boolean =
      ends && (DIRECTIONS.has(fold(i, end)) || (shape === SHOUTED && end - i === 2) || shape === INITIAL)
    ends = street || aside || hasSuffix(i, end)
    if (shape !== SMALL && (kinds & PLAIN) !== 0 && (kinds & (STREET | PARTICLE)) === 0) {
      if (words === 0) return NONE
      break
    }
    last = end
    i = end
    if (at(i) === 0x2e && (street || shape === INITIAL || end - i < 5) && at(i + 1) === 0x20) i++
    if (at(i) !== 0x20) {
      words++
      break
    }
    // A number of the street's own.
    const number = isDigit(at(i + 1)) ? readHouse(i + 1) : NONE
    if (number !== NONE) {
      if (at(number) === 0x3a || at(number) === 0x25) return NONE
      const stop = at(number) === 0x2e && (at(number + 1) === 0x0a || isUnit(number + 2) !== NONE) ? number + 1 : number
      // Words between two numbers are as often scores: without a word for a street, a unit or a code must follow.
      return capitals === 0 ? NONE : readTail(stop, ends || foreign)
    }
    i++
  }
  if (last === NONE || capitals === 0) return NONE
  if (ends && at(last) === 0x2e && words > 1) last++
  const named = words > 1 && (ends || (foreign && streets > 0))
  const joined = words === 1 && ends && hasSuffix(wordStart(last), last)
  return readTail(last, named || joined)
}

const DIRECTIONS: ReadonlySet<string> = new Set(['north', 'south', 'east', 'west'])

function isQuote(unit: number): boolean {
  return unit === 0x27 || unit === 0x2019
}

function wordStart(end: number): number {
  let i = end
  while (i > 0 && isLetter(text.charCodeAt(i - 1))) i--
  return i
}

function readStreetFrom(start: number): number {
  let i = start
  let words = 0
  // C/ Mayor
  if (at(i) === 0x43 && at(i + 1) === 0x2f) i += 2
  else {
    readWord(text, i)
    if (word.end + 1 >= text.length) touched = true
    i = word.end
  }
  if (at(i) === 0x2e) i++
  if (at(i) === 0x20) i++
  if (at(i) === 0x2c) i++
  if (at(i) === 0x20) i++
  let capitals = 0
  let number = NONE
  for (; words < MOST_STREET_WORDS && number === NONE; words++) {
    if (!isLetter(at(i))) break
    readWord(text, i)
    if (word.end + 1 >= text.length) touched = true
    if (word.shape === ODD) return NONE
    if (word.shape === CAPITAL || word.shape === SHOUTED) capitals++
    i = word.end
    if (at(i) === 0x2e || at(i) === 0x27 || at(i) === 0x2019 || at(i) === 0x2d) i++
    const comma = at(i) === 0x2c
    let k = comma ? i + 1 : i
    if (at(k) === 0x20) k++
    if (k > i) number = readMarked(k)
    if (comma || at(i) !== 0x20) break
    i++
  }
  if (number === NONE || (capitals === 0 && words > 3)) return NONE
  return readTail(readDoors(number), true)
}

/** A house's number as Spanish has it: `12`, `nº 12`, `no 15`, `s/n`, `km. 9,1`. */
function readMarked(start: number): number {
  let i = start
  const unit = at(i) | 0x20
  if (unit === 0x73 && at(i + 1) === 0x2f && (at(i + 2) | 0x20) === 0x6e && !isLetter(at(i + 3))) return i + 3
  if (unit === 0x6e) {
    i++
    if (at(i) === 0x20) i++
    if (at(i) !== 0xba && at(i) !== 0xb0 && at(i) !== 0x6f) return NONE
    i++
  } else if (unit === 0x6b && (at(i + 1) | 0x20) === 0x6d) i += 2
  if (i > start && at(i) === 0x2e) i++
  if (i > start && at(i) === 0x20) i++
  const number = isDigit(at(i)) ? readHouse(i) : NONE
  if (unit !== 0x6b || number === NONE || at(number) !== 0x2c || !isDigit(at(number + 1))) return number
  // 9,100
  let k = number + 1
  while (isDigit(at(k)) && k < number + 4) k++
  return k
}

/** Floors and doors after a number: `, 2, 1`, `, 1D`, ` m. 12`, `, 3º B`. */
function readDoors(start: number): number {
  let end = start
  for (let part = 0; part < 4; part++) {
    let i = end
    const comma = at(i) === 0x2c
    if (comma) i++
    if (at(i) === 0x20) i++
    const dash = at(i) === 0x2d && at(i + 1) === 0x20
    if (dash) i += 2
    if (i === end) return end
    const door = readDoor(i, comma || dash)
    if (door === NONE) return end
    end = door
  }
  return end
}
/** One of them: `2`, `1D`, `2 C`, `3º B`, `m. 12`, `Bajo A`, `piso 1º`; `A` where a comma stands before. */
function readDoor(start: number, parted: boolean): number {
  let k = start
  let named = false
  if (isLetter(at(k)) && isDoor(k)) {
    named = true
    while (isLetter(at(k))) k++
    if (at(k) === 0x2e) k++
    if (at(k) === 0x20) k++
  }
  const first = k
  while (isDigit(at(k)) && k < first + 3) k++
  if (isDigit(at(k))) return NONE
  if (k > first) {
    if (at(k) === 0x2e && (at(k + 1) === 0xba || at(k + 1) === 0xaa)) k++
    if (at(k) === 0xba || at(k) === 0xaa || at(k) === 0xb0) k++
    const letter = isUpper(at(k)) || (at(k) === 0x20 && isUpper(at(k + 1))) ? k + (at(k) === 0x20 ? 1 : 0) : NONE
    if (letter !== NONE && !isLetter(at(letter + 1)) && !isDigit(at(letter + 1)) && at(letter + 1) !== 0x2d)
      k = letter + 1
    // Without a comma, a number by itself may be anything.
    else if (!parted && !named && at(k - 1) !== 0xba) return NONE
  } else if ((parted || named) && isUpper(at(k)) && !isLetter(at(k + 1))) k++
  else return named && parted ? trimmed(first) : NONE
  const next = at(k)
  return isLetter(next) || isDigit(next) || next === 0x2d || next === 0x2f || next === 0x3a ? NONE : k
}
/** The end of a word that ends before `at`, without the blank or the point behind it. */
function trimmed(i: number): number {
  let end = i
  while (at(end - 1) === 0x20 || at(end - 1) === 0x2e) end--
  return end
}
function isDoor(i: number): boolean {
  readWord(text, i)
  if (word.end + 1 >= text.length) touched = true
  return (word.end - i === 1 && at(i) === 0x6d) || (word.shape !== ODD && (kindsOf(lexicon, word.print) & UNIT) !== 0)
}

function readBoxFrom(start: number): number {
  const box = matchBox(start)
  return box === NONE ? NONE : readTail(box, true)
}
/** One of the forms of boxes, word by word. */
function matchBox(start: number): number {
  for (const form of BOXES) {
    let i = start
    for (const part of form) {
      if (i === NONE) break
      i = part === '#' ? readDigits(i) : part === '*' ? readCapital(i) : readLiteral(i, part)
    }
    if (i !== NONE) return i
  }
  return NONE
}
const BOXES: readonly (readonly string[])[] = [
  ['PSC ', '#', ', Box ', '#'],
  ['Unit ', '#', ' Box ', '#'],
  ['P.O. Box ', '#'],
  ['PO Box ', '#'],
  ['P. O. Box ', '#'],
  ['Postfach ', '#'],
  ['USS ', '*', '\n', 'FPO '],
  ['USNS ', '*', '\n', 'FPO '],
  ['USNV ', '*', '\n', 'FPO '],
  ['USCGC ', '*', '\n', 'FPO '],
]
function readLiteral(start: number, literal: string): number {
  for (let i = 0; i < literal.length; i++) {
    if ((at(start + i) | 0x20) !== (literal.charCodeAt(i) | 0x20)) return NONE
  }
  // What ends before its last letter is the tail's to read.
  return literal === 'FPO ' ? start - 1 : start + literal.length
}
function readDigits(start: number): number {
  let i = start
  while (isDigit(at(i)) && i < start + 6) i++
  return i === start || isDigit(at(i)) ? NONE : i
}
function readCapital(start: number): number {
  if (!isUpper(at(start))) return NONE
  readWord(text, start)
  if (word.end + 1 >= text.length) touched = true
  return word.shape === ODD ? NONE : word.end
}

/**
 * Reads on from the end of a street: units, towns, states, codes and countries. `sure`: it is a street already; if not, a unit or
 * a code must follow.
 */
function readTail(start: number, sure: boolean): number {
  let end = start
  let known = sure
  let place = false
  let coded = false
  for (let part = 0; part < MOST_PARTS && end - start < ADDRESS_REACH / 2; part++) {
    let i = end
    let comma = false
    let line = false
    if (at(i) === 0x2c) {
      comma = true
      i++
    }
    while (isBlank(at(i)) && i < end + 3) i++
    if (at(i) === 0x0a || (at(i) === 0x0d && at(i + 1) === 0x0a)) {
      line = true
      i += at(i) === 0x0d ? 2 : 1
      while ((isBlank(at(i)) || at(i) === 0x3e) && i < end + 8) i++
      if (at(i) === 0x2c && at(i + 1) === 0x20) i += 2
    }
    if (i === end) break
    const unit = isUnit(i)
    if (unit !== NONE) {
      end = unit
      known = true
      continue
    }
    const code = coded ? NONE : readCode(i)
    if (code !== NONE && (place || comma || line || !sure) && !isColon(code)) {
      if (!place && !comma && !line) break
      end = code
      known = coded = true
      place = true
      continue
    }
    if (part === 0 && !comma && !line) {
      const street = readSecondStreet(i)
      if (street !== NONE) {
        end = street
        continue
      }
    }
    const state = comma ? readRegion(i) : NONE
    if (state !== NONE) {
      end = state
      known = coded = place = true
      continue
    }
    const town = readTown(i, comma, line, place || end !== start)
    if (town === NONE) break
    end = town
    place = true
    // A code goes with its town.
    const after = at(end) === 0x20 ? readCode(end + 1) : NONE
    if (after !== NONE && !coded) {
      end = after
      known = coded = true
    }
  }
  return known ? end : NONE
}

/** `Rott Crossroad`, where a number stands before. */
function readSecondStreet(start: number): number {
  let i = start
  for (let words = 0; words < 3; words++) {
    if (!isUpper(at(i))) return NONE
    readWord(text, i)
    if (word.end + 1 >= text.length) touched = true
    if (word.shape !== CAPITAL) return NONE
    const kinds = kindsOf(lexicon, word.print)
    if (words > 0 && (kinds & (STREET | UNIT)) === STREET) return word.end
    if (at(word.end) !== 0x20) return NONE
    i = word.end + 1
  }
  return NONE
}
/** The short name of a region, and a code: `CO 70079`, also on the next line. */
function readRegion(start: number): number {
  let i = start
  while (i < start + 3 && isLetter(at(i))) i++
  if (i < start + 2 || isLetter(at(i))) {
    i = start
    while (i < start + 2 && isDigit(at(i))) i++
    if (i !== start + 2 || at(i) !== 0x0a) return NONE
  }
  if (at(i) !== 0x20 && at(i) !== 0x0a) return NONE
  if (at(i) === 0x0a && at(i + 1) === 0x20) i++
  return readCode(i + 1)
}

function isColon(i: number): boolean {
  return at(i) === 0x3a
}

/** `Apt. 12`, `Suite 3B`, `#4`. */
function isUnit(start: number): number {
  let i = start
  if (at(i) === 0x23) i++
  else {
    if (!isUpper(at(i))) return NONE
    readWord(text, i)
    if (word.end + 1 >= text.length) touched = true
    if (word.shape === ODD || (kindsOf(lexicon, word.print) & UNIT) === 0) return NONE
    i = word.end
    if (at(i) === 0x2e) i++
    if (at(i) !== 0x20) return NONE
    i++
    if (at(i) === 0x23) i++
  }
  let k = i
  while ((isDigit(at(k)) || isUpper(at(k))) && k < i + 6) k++
  return k === i || isLetter(at(k)) || !(isDigit(at(i)) || isDigit(at(k - 1)) || k === i + 1) ? NONE : k
}

/** A postal code: four to six digits, also parted as in `00-950`, `12345-6789`, and the British and Canadian ones. */
function readCode(start: number): number {
  let i = start
  if (isDigit(at(i))) {
    while (isDigit(at(i)) && i < start + 7) i++
    const digits = i - start
    if (at(i) === 0x2d && isDigit(at(i + 1))) {
      let k = i + 1
      while (isDigit(at(k)) && k < i + 6) k++
      const more = k - i - 1
      if (
        ((digits === 2 && more === 3) || (digits === 5 && more >= 3) || (digits === 4 && more === 3)) &&
        !isLetter(at(k))
      )
        return k
      return NONE
    }
    if (digits === 4 && at(i) === 0x20 && isUpper(at(i + 1)) && isUpper(at(i + 2)) && !isLetter(at(i + 3))) return i + 3
    return digits < 4 || digits > 6 || isLetter(at(i)) || at(i) === 0x2f ? NONE : i
  }
  // SW1A 2AA, K1A 0B6
  let letters = 0
  let digits = 0
  while ((isUpper(at(i)) || isDigit(at(i))) && i < start + 5) isDigit(at(i++)) ? digits++ : letters++
  if (letters === 0 || digits === 0 || at(i) !== 0x20 || !isDigit(at(i + 1)) || !isUpper(at(i + 2))) return NONE
  const last = at(i + 3)
  return (isUpper(last) || isDigit(last)) && !isLetter(at(i + 4)) && !isDigit(at(i + 4)) ? i + 4 : NONE
}

/** A town, a state or a country at `start`; it ends before what could not follow one. */
function readTown(start: number, comma: boolean, line: boolean, deep: boolean): number {
  let i = start
  let end = NONE
  let words = 0
  let known = false
  let state = false
  let person = false
  let hash = SEED
  for (; words < 4; words++) {
    if (!isLetter(at(i))) break
    readWord(text, i)
    if (word.end + 1 >= text.length) touched = true
    const { shape } = word
    if (shape === ODD) return NONE
    const kinds = kindsOf(lexicon, word.print)
    if (shape === SMALL) {
      // `Kingdom of the Netherlands`, `Palma de Mallorca`
      const joins = (kinds & PARTICLE) !== 0 || (word.end - i <= 3 && (kinds & PLAIN) !== 0)
      if (words === 0 || !joins || at(word.end) !== 0x20 || !isLetter(at(word.end + 1))) break
      hash = mix(hash, 0x20)
      i = word.end + 1
      continue
    }
    if ((kinds & PLAIN) !== 0 && (kinds & (PARTICLE | LAND)) === 0 && shape !== SHOUTED) break
    if (words > 0 && isUnit(i) !== NONE) break
    if (words === 0 && (kinds & FIRM) !== 0) return NONE
    for (let k = i; k < word.end; k++) {
      const unit = text.charCodeAt(k)
      const letter = unit < FOLDED ? FOLD[unit]! : 0
      if (letter !== 0) hash = mix(hash, letter)
    }
    known ||= (kinds & (PLACE | TOWN)) !== 0 || (kindsOf(lexicon, finish(hash)) & (PLACE | TOWN)) !== 0
    state = shape === SHOUTED && word.end - i === 2 && (words > 0 || (kinds & STATE) !== 0)
    person ||= words === 0 && (kinds & (GIVEN | GIVEN_OFTEN)) !== 0
    hash = mix(hash, 0x20)
    end = word.end
    i = end
    if (at(i) === 0x2e && word.end - start < 4 && at(i + 1) === 0x20) i++
    if (at(i) === 0x2d && isUpper(at(i + 1))) i++
    else if (at(i) === 0x20) i++
    else break
  }
  if (end === NONE) return NONE
  const next = at(end)
  if (next === 0x3a || next === 0x40) return NONE
  const codeAfter = next === 0x20 && readCode(end + 1) !== NONE
  if (known || state || codeAfter) return end
  // An unknown word: a line of its own, or between commas or before the end of the sentence, after an address that goes on.
  const closes =
    next === 0x0a || next === 0x0d || next === 0x2c || next === 0x2e || next === 0 || next === 0x3f || next === 0x3b
  if (person && words > 1) return NONE
  return closes && (line || comma || deep) ? end : NONE
}

/** `Hausergasse`, `Villacher Strasse`. */
function endsAsStreet(start: number, end: number): boolean {
  const last = wordStart(end)
  if (hasSuffix(last, end)) return true
  return last > start && STREETS.has(fold(last, end))
}
/** Words for streets that stand after their name and before the number. */
const STREETS: ReadonlySet<string> = new Set(
  'strase strasse str weg gasse platz allee ring ufer damm vej vei veg gade gata gate terrasse tie katu utca ut'.split(
    ' ',
  ),
)

/** Whether a word ends as streets do in the languages that write them in one: Hausergasse, Lodskovvej. */
function hasSuffix(start: number, end: number): boolean {
  if (end - start < 6) return false
  const tail = fold(Math.max(start, end - 8), end)
  return SUFFIXES.some((suffix) => tail.endsWith(suffix) && tail.length > suffix.length)
}
const SUFFIXES =
  'strase strasse str gasse weg platz allee ring ufer damm vej gade alle vagen gatan vag veien veg gata gate tie katu kuja polku tori straat laan plein dreef kade gracht singel steeg baan utca'.split(
    ' ',
  )
function fold(start: number, end: number): string {
  let out = ''
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i)
    const letter = unit < FOLDED ? FOLD[unit]! : 0
    if (letter !== 0) out += String.fromCharCode(letter)
  }
  return out
}
