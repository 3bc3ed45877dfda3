import { countrySpecs, isValidBIC } from 'ibantools'
import type { Validator } from './index.ts'
import { continuesRow, hasOneBreak, SIGHT, standsAlone } from './neighbours.ts'

/** The lengths from `low` to `high`, as bits. */
function lengths(low: number, high = low): number {
  let bits = 0
  for (let length = low; length <= high; length++) bits |= 1 << length
  return bits
}
const LONG = lengths(16, 19)
const DINERS = lengths(14) | LONG
const MAESTRO = lengths(12, 19)
/**
 * Issuer ranges by the first four digits, and the lengths that they issue, after ISO/IEC 7812 and the schemes' public pages.
 * Ranges may overlap.
 */
const ISSUERS: readonly (readonly [from: number, to: number, lengths: number])[] = [
  [4000, 4999, lengths(13) | lengths(16) | lengths(19)], // Visa
  [5100, 5599, lengths(16)], // Mastercard
  [2221, 2720, lengths(16)], // Mastercard
  [3400, 3499, lengths(15)], // American Express
  [3700, 3799, lengths(15)], // American Express
  [3000, 3059, DINERS],
  [3600, 3699, DINERS],
  [3800, 3999, DINERS],
  [6011, 6011, LONG], // Discover
  [6440, 6599, LONG], // Discover
  [3528, 3589, LONG], // JCB
  [1800, 1800, lengths(15)], // JCB
  [2131, 2131, lengths(15)], // JCB
  [1000, 1999, lengths(15)], // UATP
  [6200, 6299, LONG], // UnionPay
  [8100, 8199, LONG], // UnionPay
  [2200, 2204, LONG], // Mir
  [9792, 9792, lengths(16)], // Troy
  [5000, 5099, MAESTRO],
  [5600, 5899, MAESTRO],
  [6000, 6099, MAESTRO], // Maestro, RuPay, Elo
  [6300, 6499, MAESTRO],
  [6600, 6999, MAESTRO],
]

/**
 * No group of a UUID, and no part of a date or version, has 13 digits: a number that long needs only not to be the fraction of
 * another. What stands behind it, as in `4111…:12:27` and `4111….0`, is its expiry or a spreadsheet's doing.
 */
function apart(text: string, start: number, end: number, digits: number): boolean {
  if (digits < 13) return standsAlone(text, start, end)
  const hexadecimal = /^-\d*[a-f]/i.test(text.slice(end, end + SIGHT))
  return !hexadecimal && standsAlone(text, start, end, '.', '')
}

/** An IMEI passes the Luhn check, too (3GPP TS 23.003 annex B): the word right before tells it from a card. */
function isDevice(text: string, start: number, count: number): boolean {
  return count === 15 && /imei/i.test(text.slice(Math.max(0, start - SIGHT), start))
}

/**
 * A primary account number: 12 to 19 digits of a known issuer range that pass the Luhn check (ISO/IEC 7812-1 annex B), not all
 * the same, a token of their own, on one line or two.
 */
export const card: Validator = {
  sees: SIGHT,
  check(text, start, end) {
    if (continuesRow(text, start)) return false
    let count = 0
    let head = 0
    let same = true
    let last = -1
    // The check counts from the right, so every other digit is doubled in both ways until the length is known.
    let sumEven = 0
    let sumOdd = 0
    for (let i = start; i < end; i++) {
      const digit = text.charCodeAt(i) - 48
      if (digit < 0 || digit > 9) continue
      if (count < 4) head = head * 10 + digit
      if (count > 0 && digit !== last) same = false
      last = digit
      const twice = digit > 4 ? 2 * digit - 9 : 2 * digit
      sumEven += count % 2 === 0 ? twice : digit
      sumOdd += count % 2 === 0 ? digit : twice
      count++
    }
    const sum = count % 2 === 0 ? sumEven : sumOdd
    if (sum % 10 !== 0 || same || !issued(head, count)) return false
    return hasOneBreak(text, start, end) && apart(text, start, end, count) && !isDevice(text, start, count)
  },
}

function issued(head: number, count: number): boolean {
  for (const [from, to, lengths] of ISSUERS) if (head >= from && head <= to && lengths & (1 << count)) return true
  return false
}

/**
 * What an IBAN of a country looks like: its length and the form of what follows the check digits (ISO 13616-1, SWIFT's IBAN
 * registry), both as ibantools has them. Its checks of national digits are left out: they reject numbers that banks have issued
 * before there was such a check, and a wrong number is a person's as well.
 */
const FORMS: ReadonlyMap<string, string> = new Map(
  Object.entries(countrySpecs).flatMap(([country, { chars, bban_regexp }]) => {
    const form = readForm(bban_regexp ?? '')
    return chars === form.length + 4 ? [[country, form] as const] : []
  }),
)
/** A character for each place: `n` for a digit, `a` for a letter, `c` for either. ibantools says it as `^[A-Z]{4}[0-9]{14}$`. */
function readForm(pattern: string): string {
  let form = ''
  for (const [, set, count] of pattern.matchAll(/\[([^\]]+)\]\{(\d+)\}/g)) {
    const kind = set === '0-9' ? 'n' : set === 'A-Z' ? 'a' : 'c'
    form += kind.repeat(Number(count))
  }
  return form
}
function hasForm(form: string, compact: string): boolean {
  for (let i = 0; i < form.length; i++) {
    const kind = form.charCodeAt(i)
    const digit = compact.charCodeAt(i + 4) <= 57
    if ((kind === 0x6e && !digit) || (kind === 0x61 && digit)) return false
  }
  return true
}

/** An IBAN: the country's length and form, and 1 modulo 97 (ISO 7064 mod 97-10). On one line or two. */
export const iban: Validator = {
  sees: SIGHT,
  check(text, start, end) {
    const form = FORMS.get(text.slice(start, start + 2).toUpperCase())
    if (form === undefined || end - start < form.length + 4) return false
    // A pattern reads on into the words behind: most of what it asks about is too long.
    let count = 0
    for (let i = start; i < end; i++) if (isAlphanumeric(text.charCodeAt(i))) count++
    if (count !== form.length + 4) return false
    const compact = text
      .slice(start, end)
      .replace(/[ \n\r\xA0-]/g, '')
      .toUpperCase()
    let rest = 0
    for (let i = 0; i < compact.length; i++) {
      const unit = compact.charCodeAt(i < compact.length - 4 ? i + 4 : i + 4 - compact.length)
      rest = (unit > 57 ? rest * 100 + unit - 55 : rest * 10 + unit - 48) % 97
    }
    return rest === 1 && hasForm(form, compact) && hasOneBreak(text, start, end) && standsAlone(text, start, end, '')
  },
}

function isAlphanumeric(unit: number): boolean {
  return (unit >= 0x30 && unit <= 0x39) || ((unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a)
}

/** A business identifier code (ISO 9362): four letters, a country, a place, and maybe a branch. Eight capitals may be a word. */
export const bic: Validator = {
  sees: 1,
  check: (text, start, end) => isValidBIC(text.slice(start, end)) && standsAlone(text, start, end, ''),
}

export const PAYMENT = { bic, card, iban }
