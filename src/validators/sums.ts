/**
 * What the check digits of the world's numbers have in common. They run on every row of digits in a text, for every country: so
 * digits are read into one array that is kept, and nothing is allocated.
 */
import type { Validator } from './index.ts'
import { isWordLike, SIGHT, standsAlone } from './neighbours.ts'

/** The digits of a candidate, in their order. What is behind the last one is of no meaning. */
export type Digits = Readonly<Uint8Array>

/** No number here has more digits. */
const MOST = 32
/** INVARIANT: a check reads it before anything else is read into it; validators call nothing that comes back to them. */
const read = new Uint8Array(MOST)

/** Reads the digits between two places into `read`, whatever stands between them, and says how many there are. */
function readDigits(text: string, start: number, end: number): number {
  let count = 0
  for (let i = start; i < end && count < MOST; i++) {
    const digit = text.charCodeAt(i) - 48
    if (digit >= 0 && digit <= 9) read[count++] = digit
  }
  return count
}

/** A validator of a number with this many digits (`most`: up to), which no longer number, date or UUID goes on from. */
export function number(count: number, check: (digits: Digits, count: number) => boolean, most = count): Validator {
  return {
    sees: SIGHT,
    check(text, start, end) {
      const seen = readDigits(text, start, end)
      return seen >= count && seen <= most && check(read, seen) && isLone(text, start, end)
    },
  }
}

/** A validator of a code of letters and digits, which is checked in capitals and without what parts it. */
export function code(check: (code: string) => boolean): Validator {
  return {
    sees: SIGHT,
    check: (text, start, end) => check(compact(text, start, end)) && isLone(text, start, end),
  }
}

export function compact(text: string, start: number, end: number): string {
  return text
    .slice(start, end)
    .replace(/[ ./-]/g, '')
    .toUpperCase()
}

/** Whether it is a token of its own. Behind it may stand the end of a sentence, or a field of a table, but no more digits. */
function isLone(text: string, start: number, end: number): boolean {
  if (!standsAlone(text, start, end, '-./:+', '')) return false
  const joint = text[end]
  if (joint === '-' || joint === '_') return !isWordLike(text, end + 1)
  return !(joint !== undefined && './:+'.includes(joint) && isDigit(text, end + 1))
}
function isDigit(text: string, at: number): boolean {
  const unit = at < text.length ? text.charCodeAt(at) : 0
  return unit >= 0x30 && unit <= 0x39
}

/** The sum of the digits from `from` on, each times its weight. */
export function weigh(digits: Digits, weights: readonly number[], from = 0): number {
  let sum = 0
  for (let i = 0; i < weights.length; i++) sum += digits[from + i]! * weights[i]!
  return sum
}

/** Digits `from` to `to`, exclusive, as a number. Exact up to 15 of them. */
export function value(digits: Digits, from: number, to: number): number {
  let number = 0
  for (let i = from; i < to; i++) number = number * 10 + digits[i]!
  return number
}

/** What digits `from` to `to` leave when divided, however many there are. */
export function modulo(digits: Digits, from: number, to: number, by: number): number {
  let rest = 0
  for (let i = from; i < to; i++) rest = (rest * 10 + digits[i]!) % by
  return rest
}

/** The Luhn check over digits `from` to `to` (ISO/IEC 7812-1 annex B). */
export function luhn(digits: Digits, from: number, to: number): boolean {
  let sum = 0
  for (let i = to - 1, twice = false; i >= from; i--, twice = !twice) {
    const digit = twice ? digits[i]! * 2 : digits[i]!
    sum += digit > 9 ? digit - 9 : digit
  }
  return sum % 10 === 0
}

/** ISO/IEC 7064 mod 11,10, with the check digit last. */
export function mod11and10(digits: Digits, from: number, to: number): boolean {
  let product = 10
  for (let i = from; i < to - 1; i++) {
    const sum = (product + digits[i]!) % 10
    product = ((sum === 0 ? 10 : sum) * 2) % 11
  }
  return (product + digits[to - 1]!) % 10 === 1
}

/** Whether all digits are the same one: a placeholder. */
export function isSame(digits: Digits, count: number): boolean {
  for (let i = 1; i < count; i++) if (digits[i] !== digits[0]) return false
  return true
}

const LENGTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
/** Whether there is such a day in some year, or in `year`. */
export function isDay(month: number, day: number, year = 2000): boolean {
  if (month < 1 || month > 12 || day < 1 || day > LENGTHS[month - 1]!) return false
  return month !== 2 || day < 29 || (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0))
}

/** The 7-3-1 check digit of machine-readable documents (ICAO Doc 9303-3 §4.9): what it must be for `code`. */
export function icao(code: string): number {
  let sum = 0
  for (let i = 0; i < code.length; i++) sum += worth(code, i) * ICAO[i % 3]!
  return sum % 10
}
const ICAO = [7, 3, 1]

/** What the character at `at` counts: a digit itself, a letter from 10 for A on. */
export function worth(code: string, at: number): number {
  const unit = code.charCodeAt(at)
  return unit < 0x41 ? unit - 0x30 : unit - 0x37
}

/** The digits of a text that is nothing else. */
export function parse(digits: string): Digits {
  return Uint8Array.from(digits, Number)
}
