/** Numbers that are written in groups, and a check that only some countries have. */
import type { Validator } from './index.ts'
import { code, type Digits, isSame, number } from './sums.ts'

/**
 * A validator of a number with this many digits that is no row of one digit. If it is written in groups with blanks, no other
 * group stands beside it: the last groups of a longer number, or of an amount, are not another number.
 */
export function grouped(count: number, check: (digits: Digits, count: number) => boolean, most = count): Validator {
  const plain = number(count, (digits, seen) => check(digits, seen) && !isSame(digits, seen), most)
  return {
    sees: plain.sees,
    check: (text, start, end) => plain.check(text, start, end) && !goesOn(text, start, end),
  }
}

function goesOn(text: string, start: number, end: number): boolean {
  if (!isBlankAndDigit(text, start - 1, -1) && !isBlankAndDigit(text, end, 1)) return false
  return text.slice(start, end).includes(' ')
}
function isBlankAndDigit(text: string, at: number, step: number): boolean {
  const unit = text.charCodeAt(at + step)
  return text[at] === ' ' && unit >= 0x30 && unit <= 0x39
}

const token = code((text) => !/^\D*(\d)\1{5,}\D*$/.test(text))
/**
 * A number or a code that has no check of its own, but is a token of its own: no date, version, UUID or longer number goes on from
 * it, and it is no row of one digit.
 */
const lone: Validator = {
  sees: token.sees,
  check: (text, start, end) => token.check(text, start, end) && !goesOn(text, start, end),
}
export const GROUPS: Readonly<Record<string, Validator>> = { lone }

/** What each character of a text that has digits and capitals counts as: its ASCII code less 48. */
export function worths(text: string): Digits {
  const all = new Uint8Array(text.length)
  for (let i = 0; i < all.length; i++) all[i] = text.charCodeAt(i) - 48
  return all
}

/** What a digit or a capital counts as in base 36. */
export function base36(unit: number): number {
  return unit < 0x3a ? unit - 0x30 : unit - 0x37
}

/** How Verhoeff's check permutes the digit at a place: J. Verhoeff, Error detecting decimal codes (1969). */
const PERMUTED: readonly (readonly number[])[] = permutations()
function permutations(): number[][] {
  const rows = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
  ]
  for (let i = 2; i < 8; i++) rows.push(rows[i - 1]!.map((digit) => rows[1]![digit]!))
  return rows
}

/** Whether `count` digits pass Verhoeff's check: their product in the dihedral group of ten elements is 0. */
export function verhoeff(digits: Digits, count: number): boolean {
  let product = 0
  for (let i = 0; i < count; i++) product = multiply(product, PERMUTED[i % 8]![digits[count - 1 - i]!]!)
  return product === 0
}
/** Turns of a pentagon are 0 to 4, mirrored ones 5 to 9. */
function multiply(a: number, b: number): number {
  if (a < 5) return b < 5 ? (a + b) % 5 : 5 + ((a + b) % 5)
  return b < 5 ? 5 + ((a - b + 5) % 5) : (a - b + 5) % 5
}
