import { isWord } from '../detectors/charset.ts'

/** How many characters beside a candidate a validator that looks there may read. */
export const SIGHT = 14

/**
 * Whether there is a letter of an alphabet that writes words apart, a digit, or `_`, at `at`; outside of the text there is none.
 * Chinese and Japanese write no spaces, so their characters beside a number say nothing.
 */
export function isWordLike(text: string, at: number): boolean {
  if (at < 0 || at >= text.length) return false
  const unit = text.charCodeAt(at)
  return unit < 128 ? isWord(unit) : /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Nd}]$/u.test(text[at]!)
}

/** `-./:+`, which join numbers to dates, versions, paths and UUIDs. */
export const JOINTS = '-./:+'

/**
 * Whether a candidate is a token of its own: no letter, digit or `_` beside it, and not joined to other numbers. So parts of
 * dates, versions and UUIDs are told from numbers, while `card:4111…` and `tel:+1…` are numbers with a name.
 */
export function standsAlone(text: string, start: number, end: number, before = JOINTS, behind = before): boolean {
  if (isWordLike(text, start - 1) || isWordLike(text, end)) return false
  if (start > 0 && before.includes(text[start - 1]!) && endsWithNumber(text, start - 1)) return false
  return !(end < text.length && behind.includes(text[end]!) && isWordLike(text, end + 1))
}

/** Whether the word that ends at `end` has a digit in it, as the parts of a UUID or of a version have. */
function endsWithNumber(text: string, end: number): boolean {
  for (let i = end - 1; i >= 0 && i > end - SIGHT + 1 && isWordLike(text, i); i--) if (isDigit(text, i)) return true
  return false
}

/** The digits between two places; nothing is kept of what else stands there. */
export function digitsIn(text: string, start: number, end: number): number[] {
  const digits: number[] = []
  for (let i = start; i < end; i++) {
    const digit = text.charCodeAt(i) - 48
    if (digit >= 0 && digit <= 9) digits.push(digit)
  }
  return digits
}

/** Whether all digits are the same one: a placeholder. */
export function isRepeated(digits: readonly number[]): boolean {
  return digits.every((digit) => digit === digits[0])
}

/**
 * Whether a candidate begins with a single digit that goes on from digits before it, as in the middle of `1 2 3 4 5`. Numbers
 * begin where such a row begins; to try each of its digits would only cost time.
 */
export function continuesRow(text: string, start: number): boolean {
  const joint = text.charCodeAt(start - 1)
  return (
    (joint === 0x20 || joint === 0x2d || joint === 0x2e) &&
    isDigit(text, start - 2) &&
    isDigit(text, start) &&
    !isDigit(text, start + 1)
  )
}
function isDigit(text: string, at: number): boolean {
  const unit = at < 0 ? 0 : text.charCodeAt(at)
  return unit >= 0x30 && unit <= 0x39
}

/** Whether what stands between two places is on one line, or on two. A number is broken once; what is broken more is a column. */
export function hasOneBreak(text: string, start: number, end: number): boolean {
  let breaks = 0
  for (let i = start; i < end; i++) if (text.charCodeAt(i) === 0x0a) breaks++
  return breaks < 2
}
