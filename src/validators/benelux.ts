/** Belgium, the Netherlands and Luxembourg. */
import type { Validator } from './index.ts'
import { type Digits, isDay, isSame, luhn, number, value, weigh } from './sums.ts'

/** A burgerservicenummer: the "11-test", weights 9 to 2 and -1 (Wet algemene bepalingen bsn; Logisch Ontwerp BRP). */
const bsn: Validator = number(9, (d) => checksBsn(d) && !isSame(d, 9))
export function checksBsn(d: Digits): boolean {
  return weigh(d, BSN) % 11 === 0 && value(d, 0, 9) > 0
}
const BSN = [9, 8, 7, 6, 5, 4, 3, 2, -1]

/**
 * A national register number: year, month, day, serial, and 97 less what 97 leaves of them, with a 2 in front for births since
 * 2000 (arrêté royal of 3 April 1984). Months are 20 or 40 more in BIS numbers; month and day may be 0 where they are not known.
 */
const nationalNumber: Validator = number(11, (d) => {
  const month = (d[2]! * 10 + d[3]!) % 20
  const day = d[4]! * 10 + d[5]!
  if (d[2]! > 5 || month > 12 || day > 31 || (month > 0 && day > 0 && !isDay(month, day))) return false
  const body = value(d, 0, 9)
  const check = 97 - value(d, 9, 11)
  return body > 0 && (body % 97 === check || (body + 2_000_000_000) % 97 === check)
})

/** An enterprise number (BCE/KBO): 0 or 1 in front, and 97 less what 97 leaves of eight digits. */
const enterprise: Validator = number(10, checksEnterprise)
export function checksEnterprise(d: Digits): boolean {
  return d[0]! < 2 && value(d, 0, 8) > 0 && 97 - (value(d, 0, 8) % 97) === value(d, 8, 10)
}

/** A Luxembourg national number: day of birth, serial, a Luhn digit over those, and a Verhoeff digit (Loi du 19 juin 2013). */
const luxembourg: Validator = number(13, (d) => {
  const year = value(d, 0, 4)
  if (year < 1850 || year > 2100 || !isDay(value(d, 4, 6), value(d, 6, 8), year)) return false
  return luhn(d, 0, 12) && verhoeff(d)
})
/** Verhoeff's check over the first eleven digits and the thirteenth (J. Verhoeff, "Error Detecting Decimal Codes", 1969). */
function verhoeff(d: Digits): boolean {
  let check = permute(d[12]!, 0)
  for (let i = 0; i < 11; i++) check = multiply(check, permute(d[10 - i]!, (i + 1) % 8))
  return check === 0
}
/** The dihedral group of ten elements: turns 0 to 4, turns after a flip 5 to 9. */
function multiply(a: number, b: number): number {
  if (a < 5) return b < 5 ? (a + b) % 5 : 5 + ((a + b) % 5)
  return b < 5 ? 5 + ((a - b + 5) % 5) : (a - b + 5) % 5
}
const PERMUTATION = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
function permute(digit: number, times: number): number {
  let to = digit
  for (let i = 0; i < times; i++) to = PERMUTATION[to]!
  return to
}

export const BENELUX: Readonly<Record<string, Validator>> = {
  'be-enterprise': enterprise,
  'be-national-number': nationalNumber,
  'lu-national-number': luxembourg,
  'nl-bsn': bsn,
}
