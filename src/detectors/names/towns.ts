/** What follows a street: units, towns, regions, postal codes, countries. */
import { ADDRESS_REACH } from './address.ts'
import { isBlank } from './context.ts'
import { at, lookUp, NONE, readAt } from './cursor.ts'
import { FOLD, FOLDED, finish, mix, SEED } from './fold.ts'
import { FIRM, GIVEN, GIVEN_OFTEN, LAND, PARTICLE, PLACE, PLAIN, STATE, STREET, TOWN, UNIT } from './kinds.ts'
import { CAPITAL, isDigit, isLetter, isUpper, ODD, SHOUTED, SMALL, word } from './reader.ts'

const MOST_PARTS = 6

/**
 * Reads on from the end of a street: units, towns, states, codes and countries. `sure`: it is a street already; if not, a unit or
 * a code must follow.
 */
export function readTail(start: number, sure: boolean): number {
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
    readAt(i)
    if (word.shape !== CAPITAL) return NONE
    const kinds = lookUp(word.print)
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
export function isUnit(start: number): number {
  let i = start
  if (at(i) === 0x23) i++
  else {
    if (!isUpper(at(i))) return NONE
    readAt(i)
    if (word.shape === ODD || (lookUp(word.print) & UNIT) === 0) return NONE
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
    // 111 22 Stockholm
    if (
      digits === 3 &&
      at(i) === 0x20 &&
      isDigit(at(i + 1)) &&
      isDigit(at(i + 2)) &&
      at(i + 3) === 0x20 &&
      isUpper(at(i + 4))
    )
      return i + 3
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
    readAt(i)
    const { shape } = word
    // `London NW1 6XE`
    if (shape === ODD && words > 0) break
    if (shape === ODD) return NONE
    const kinds = lookUp(word.print)
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
      const unit = at(k)
      const letter = unit < FOLDED ? FOLD[unit]! : 0
      if (letter !== 0) hash = mix(hash, letter)
    }
    known ||= (kinds & (PLACE | TOWN)) !== 0 || (lookUp(finish(hash)) & (PLACE | TOWN)) !== 0
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
