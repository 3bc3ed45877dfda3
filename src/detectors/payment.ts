import { SIGHT, standsAlone } from './neighbours.ts'
import type { Validator } from './validators.ts'

/** The Luhn check, ISO/IEC 7812-1 annex B. `digits`: digits only. */
export function luhn(digits: string): boolean {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48
    sum += i % 2 === 0 ? digit : digit > 4 ? 2 * digit - 9 : 2 * digit
  }
  return sum % 10 === 0
}

/**
 * Issuer ranges and the lengths that they issue, after ISO/IEC 7812 and the schemes' public pages: first digits from, to,
 * lengths.
 */
const ISSUERS: readonly (readonly [from: string, to: string, lengths: readonly number[]])[] = [
  ['4', '4', [13, 16, 19]], // Visa
  ['51', '55', [16]], // Mastercard
  ['2221', '2720', [16]], // Mastercard
  ['34', '34', [15]], // American Express
  ['37', '37', [15]],
  ['300', '305', [14, 16, 17, 18, 19]], // Diners Club
  ['36', '36', [14, 16, 17, 18, 19]],
  ['38', '39', [14, 16, 17, 18, 19]],
  ['6011', '6011', [16, 17, 18, 19]], // Discover
  ['644', '649', [16, 17, 18, 19]],
  ['65', '65', [16, 17, 18, 19]],
  ['3528', '3589', [16, 17, 18, 19]], // JCB
  ['1800', '1800', [15]],
  ['2131', '2131', [15]],
  ['62', '62', [16, 17, 18, 19]], // UnionPay
  ['81', '81', [16, 17, 18, 19]],
  ['2200', '2204', [16, 17, 18, 19]], // Mir
  ['50', '50', [12, 13, 14, 15, 16, 17, 18, 19]], // Maestro
  ['56', '58', [12, 13, 14, 15, 16, 17, 18, 19]],
  ['60', '60', [12, 13, 14, 15, 16, 17, 18, 19]], // Maestro, RuPay, Elo
  ['63', '64', [12, 13, 14, 15, 16, 17, 18, 19]],
  ['66', '69', [12, 13, 14, 15, 16, 17, 18, 19]],
]

/** A primary account number: 12 to 19 digits of a known issuer range that pass Luhn, a token of their own. */
export const card: Validator = {
  sees: SIGHT,
  check(match, text, start, end) {
    const digits = match.replace(/[^0-9]/g, '')
    if (digits.length < 12 || digits.length > 19 || /^(.)\1+$/.test(digits)) return false
    return issued(digits) && luhn(digits) && standsAlone(text, start, end)
  },
}

function issued(digits: string): boolean {
  return ISSUERS.some(([from, to, lengths]) => {
    const head = digits.slice(0, from.length)
    return head >= from && head <= to && lengths.includes(digits.length)
  })
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
  check(match, text, start, end) {
    const compact = match.replace(/[^0-9A-Za-z]/g, '').toUpperCase()
    if (IBAN_LENGTHS.get(compact.slice(0, 2)) !== compact.length) return false
    let rest = 0
    for (const char of compact.slice(4) + compact.slice(0, 4)) {
      const value = Number.parseInt(char, 36)
      rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97
    }
    return rest === 1 && standsAlone(text, start, end, '')
  },
}
