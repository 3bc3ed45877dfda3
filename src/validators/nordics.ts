/** Sweden, Norway, Denmark, Finland and Iceland. */
import type { Span } from '../types.ts'
import type { Validator } from './index.ts'
import { isWordLike } from './neighbours.ts'
import { code, type Digits, isDay, isSame, luhn, number, value, weigh } from './sums.ts'

/**
 * A personnummer (Skatteverket, SKV 704): day of birth with or without its century, serial, and Luhn over the last ten digits;
 * a samordningsnummer has 60 added to the day (SKV 707).
 */
const personnummer: Validator = number(
  10,
  (d, count) => {
    if (count === 11) return false
    const from = count - 10
    const century = from === 0 ? 2000 : value(d, 0, 2) * 100
    if (century < 1800 || century > 2000) return false
    const day = d[from + 4]! * 10 + d[from + 5]!
    const year = century + d[from]! * 10 + d[from + 1]!
    return isDay(d[from + 2]! * 10 + d[from + 3]!, day > 60 ? day - 60 : day, year) && luhn(d, from, count)
  },
  12,
)

/** An organisationsnummer (Skatteverket, SKV 709): Luhn over ten digits, the third at least 2 so that it is no month. */
const organisationsnummer: Validator = number(10, (d) => d[2]! >= 2 && d[0]! > 0 && luhn(d, 0, 10) && !isSame(d, 10))

/**
 * A fødselsnummer (folkeregisterforskriften § 2-2-1): day of birth, serial, two check digits modulus 11. A D-number has 40 added
 * to the day, an H-number to the month, one made up for tests 80 to the month.
 */
const foedselsnummer: Validator = number(11, (d) => {
  const day = d[0]! * 10 + d[1]!
  const month = d[2]! * 10 + d[3]!
  if (!isDay(month > 80 ? month - 80 : month > 40 ? month - 40 : month, day > 40 ? day - 40 : day)) return false
  return weigh(d, FIRST) % 11 === 0 && weigh(d, SECOND) % 11 === 0
})
const FIRST = [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]
const SECOND = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]

/** A Norwegian organisation number (Brønnøysundregistrene): 8 or 9 in front, modulus 11. */
const orgnr: Validator = number(
  9,
  (d) => d[0]! > 7 && weigh(d, [3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0 && !isSame(d, 9),
)

/** A CPR number (CPR-kontoret, "Personnummeret i CPR"): day of birth, 60 more if it was given anew. Since 2007 no check digit. */
const cpr: Validator = number(10, (d) => {
  const day = d[0]! * 10 + d[1]!
  return isDay(d[2]! * 10 + d[3]!, day > 60 ? day - 60 : day) && !isSame(d, 10)
})

/** A Danish firm (Erhvervsstyrelsen): eight digits, modulus 11. */
const cvr: Validator = number(8, (d) => checksCvr(d) && !isSame(d, 8))
export function checksCvr(d: Digits): boolean {
  return d[0]! > 0 && weigh(d, [2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0
}

/**
 * A henkilötunnus (DVV; valtioneuvoston asetus 690/2022 for the new signs): day of birth, sign of the century, serial from 002,
 * and the character that 31 leaves.
 */
function checksHetu(code: string): boolean {
  const match = /^(\d\d)(\d\d)(\d\d)([+A-FU-Y]?)(\d{3})([0-9A-Y])$/.exec(code)
  if (match === null) return false
  const [, day, month, year, sign, serial, check] = match as unknown as string[]
  // `compact` has taken out a `-`, which stands for 19xx.
  const century = sign === '+' ? 1800 : /^[A-F]$/.test(sign!) ? 2000 : 1900
  if (!isDay(Number(month), Number(day), century + Number(year)) || Number(serial) < 2) return false
  return '0123456789ABCDEFHJKLMNPRSTUVWXY'[Number(`${day}${month}${year}${serial}`) % 31] === check
}

const HETU = 11
const alone = code(checksHetu)
/** A word may have run into it, as in `is120985-…`: what is reported begins behind that. */
const hetu: Validator = {
  sees: alone.sees,
  check: (text, start, end) => locateHetu(text, start, end) !== undefined,
  locate: locateHetu,
}
function locateHetu(text: string, start: number, end: number): Span | undefined {
  const from = end - HETU
  if (from <= start) return alone.check(text, start, end) ? { start, end } : undefined
  const code = text.slice(from, end).replace('-', '').toUpperCase()
  return checksHetu(code) && !isWordLike(text, end) ? { start: from, end } : undefined
}

/** A Finnish business id (Y-tunnus; PRH): seven digits, a hyphen, and a check digit modulus 11. */
const businessId: Validator = number(8, (d) => checksFinnishFirm(d) && value(d, 0, 7) > 0)
export function checksFinnishFirm(d: Digits): boolean {
  return weigh(d, [7, 9, 10, 5, 8, 4, 2, 1]) % 11 === 0
}

/** A kennitala (Þjóðskrá): day of birth, 40 more for firms, serial from 20, a check digit modulus 11, and the century. */
const kennitala: Validator = number(10, (d) => {
  const day = d[0]! * 10 + d[1]!
  if (d[9] !== 0 && d[9]! < 8) return false
  if (!isDay(d[2]! * 10 + d[3]!, day > 40 ? day - 40 : day)) return false
  return weigh(d, [3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0
})

export const NORDICS: Readonly<Record<string, Validator>> = {
  'dk-cpr': cpr,
  'dk-cvr': cvr,
  'fi-business-id': businessId,
  'fi-hetu': hetu,
  'is-kennitala': kennitala,
  'no-foedselsnummer': foedselsnummer,
  'no-orgnr': orgnr,
  'se-organisationsnummer': organisationsnummer,
  'se-personnummer': personnummer,
}
