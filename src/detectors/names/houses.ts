/** Numbers of houses, and the floors and doors behind them. */
import { at, lookUp, NONE, readAt } from './cursor.ts'
import { UNIT } from './kinds.ts'
import { isDigit, isLetter, isUpper, ODD, word } from './reader.ts'

/** The end of a house's number, with a letter or a second number; NONE if there is none. */
export function readHouse(start: number): number {
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

/** A house's number as Spanish has it: `12`, `nº 12`, `no 15`, `s/n`, `km. 9,1`. */
export function readMarked(start: number): number {
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
export function readDoors(start: number): number {
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
  readAt(i)
  return (word.end - i === 1 && at(i) === 0x6d) || (word.shape !== ODD && (lookUp(word.print) & UNIT) !== 0)
}
