/** Streets with the number of a house before or after them. */
import { matchBox } from './boxes.ts'
import { at, fold, lookUp, NONE, readAt, wordStart } from './cursor.ts'
import { readDoors, readHouse, readMarked } from './houses.ts'
import { PARTICLE, PLAIN, STREET, STREET_FIRST, UNIT } from './kinds.ts'
import { CAPITAL, INITIAL, isDigit, isLetter, isUpper, ODD, SHOUTED, SMALL, word } from './reader.ts'
import { isUnit, readTail } from './towns.ts'

const MOST_STREET_WORDS = 6

export function readNumberedFrom(start: number): number {
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
    readAt(i)
    const { end, shape } = word
    const kinds = shape === ODD ? 0 : lookUp(word.print)
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

export function readStreetFrom(start: number): number {
  let i = start
  let words = 0
  // C/ Mayor
  if (at(i) === 0x43 && at(i + 1) === 0x2f) i += 2
  else {
    readAt(i)
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
    readAt(i)
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

/** `Hausergasse`, `Villacher Strasse`. */
export function endsAsStreet(start: number, end: number): boolean {
  const last = wordStart(end)
  if (hasSuffix(last, end)) return true
  return last > start && STREETS.has(fold(last, end))
}

/** Words for streets that stand after their name and before the number. */
const STREETS: ReadonlySet<string> = new Set(
  'strase strasse str weg gasse platz allee ring ufer damm vej vei veg gade gata gate terrasse tie katu utca ut street road avenue lane drive boulevard'.split(
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
