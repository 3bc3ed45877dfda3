import type { Validator } from './index.ts'
import { continuesRow, SIGHT, standsAlone } from './neighbours.ts'

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
  [6200, 6299, LONG], // UnionPay
  [8100, 8199, LONG], // UnionPay
  [2200, 2204, LONG], // Mir
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

/**
 * A primary account number: 12 to 19 digits of a known issuer range that pass the Luhn check (ISO/IEC 7812-1 annex B), not all
 * the same, a token of their own.
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
    return sum % 10 === 0 && !same && issued(head, count) && apart(text, start, end, count)
  },
}

function issued(head: number, count: number): boolean {
  for (const [from, to, lengths] of ISSUERS) if (head >= from && head <= to && lengths & (1 << count)) return true
  return false
}

/** Total length of an IBAN by country: ISO 13616-1, SWIFT's IBAN registry. */
const IBAN_LENGTHS: ReadonlyMap<string, number> = new Map(
  (
    'NO15 BE16 BI27 DK18 FI18 FK18 FO18 GL18 NL18 MK19 SD18 AT20 BA20 EE20 KZ20 LT20 LU20 MN20 XK20 CH21 HR21 LI21 LV21 ' +
    'BG22 BH22 CR22 DE22 GB22 GE22 IE22 ME22 RS22 VA22 AE23 GI23 IL23 IQ23 OM23 SO23 TL23 AD24 CZ24 ES24 MD24 PK24 RO24 ' +
    'SA24 SE24 SK24 TN24 VG24 LY25 PT25 ST25 IS26 TR26 DJ27 FR27 GR27 IT27 MC27 MR27 SM27 AL28 AZ28 BY28 CY28 DO28 GT28 ' +
    'HU28 LB28 NI28 PL28 SV28 BR29 EG29 PS29 QA29 UA29 JO30 KW30 MU30 YE30 MT31 SC31 LC32 RU33 HN28'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))] as const),
)

/** An IBAN: the country's length, and 1 modulo 97 (ISO 7064 mod 97-10). */
export const iban: Validator = {
  sees: SIGHT,
  check(text, start, end) {
    const wanted = IBAN_LENGTHS.get(text.slice(start, start + 2).toUpperCase())
    if (wanted === undefined || end - start < wanted) return false
    const compact = text.slice(start, end).replace(/[ -]/g, '').toUpperCase()
    if (compact.length !== wanted) return false
    let rest = 0
    for (const char of compact.slice(4) + compact.slice(0, 4)) {
      const value = Number.parseInt(char, 36)
      rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97
    }
    return rest === 1 && standsAlone(text, start, end, '')
  },
}
