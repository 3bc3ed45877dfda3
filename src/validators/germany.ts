/** Germany. */
import type { Validator } from './index.ts'
import { code, icao, isDay, isSame, mod11and10, number, weigh } from './sums.ts'

/**
 * Tax identification number (§ 139b AO; BZSt): eleven digits after ISO/IEC 7064 mod 11,10, the first not 0; of the ten before the
 * check digit one occurs two or three times, the others once at most. Ten different ones are what examples have, and taken too.
 */
const taxId: Validator = number(11, (d) => {
  if (d[0] === 0) return false
  let more = 0
  for (let digit = 0; digit < 10; digit++) {
    let times = 0
    for (let i = 0; i < 10; i++) if (d[i] === digit) times++
    if (times > 3 || (times > 1 && ++more > 1)) return false
  }
  return mod11and10(d, 0, 11)
})

/**
 * A tax number in the 13 digits of ELSTER: a state's digits in front. Groups of the older form, parted by slashes, differ by state
 * and have ten or eleven digits (§ 139c AO is the economy's number, not this one).
 */
const taxNumber: Validator = number(
  10,
  (d, count) => {
    if (isSame(d, count)) return false
    if (count < 13) return count < 12
    const state = d[0]! * 10 + d[1]!
    return (state >= 1 && state <= 16) || (d[4] === 0 && state >= 21 && state <= 59) || (d[4] === 0 && d[0] === 9)
  },
  13,
)

/**
 * Insurance number of the pension fund (VKVV § 2): office, day of birth, first letter of the name at birth, serial, and a check
 * digit over the digit sums of the products. The letter counts as its place in the alphabet, in two digits.
 */
const socialSecurity: Validator = code((code) => {
  if (!/^\d{8}[A-Z]\d{3}$/.test(code)) return false
  const day = Number(code.slice(2, 4))
  // From 50 on: two persons had the same number otherwise.
  if (!isDay(Number(code.slice(4, 6)), day > 50 ? day - 50 : day)) return false
  return digitSums(`${code.slice(0, 8)}${place(code[8]!)}${code.slice(9, 11)}`, VSNR) % 10 === Number(code[11])
})
const VSNR = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]

/** The part of a health insurance number that stays (GKV, § 290 SGB V): a letter, eight digits, and a check digit by Luhn. */
const healthInsurance: Validator = code(
  (code) => /^[A-Z]\d{9}$/.test(code) && digitSums(place(code[0]!) + code.slice(1, 9), KVNR) % 10 === Number(code[9]),
)
const KVNR = [1, 2, 1, 2, 1, 2, 1, 2, 1, 2]

function place(letter: string): string {
  return String(letter.charCodeAt(0) - 64).padStart(2, '0')
}
function digitSums(digits: string, weights: readonly number[]): number {
  let sum = 0
  for (let i = 0; i < weights.length; i++) {
    const product = Number(digits[i]) * weights[i]!
    sum += Math.floor(product / 10) + (product % 10)
  }
  return sum
}

/**
 * Number of an identity card or a passport with its check digit (ICAO Doc 9303): nine characters and the digit, or eight and the
 * digit. Cards before 2010 have T and eight digits.
 */
const document: Validator = code((code) => icao(code.slice(0, -1)) === Number(code.at(-1)))
const idCard: Validator = code((code) => /^T\d{8}$/.test(code) || icao(code.slice(0, -1)) === Number(code.at(-1)))

/** A doctor's number for life (KBV, Richtlinie § 75 Abs. 7 SGB V): the seventh digit checks six, weights 4 and 9. */
const lanr: Validator = number(9, (d) => (10 - (weigh(d, [4, 9, 4, 9, 4, 9]) % 10)) % 10 === d[6] && !isSame(d, 9))

/** A practice's number: two digits of the region, never 00 (KBV, Anlage 8). */
const bsnr: Validator = number(9, (d) => d[0]! + d[1]! > 0 && !isSame(d, 9))

/** VAT number (§ 27a UStG): ISO/IEC 7064 mod 11,10, the first digit not 0. */
const vat: Validator = number(9, (d) => d[0] !== 0 && mod11and10(d, 0, 9))

/** Postcodes go from 01001 to 99998 (Deutsche Post). */
const postcode: Validator = number(5, (d) => {
  const code = d[0]! * 10_000 + d[1]! * 1000 + d[2]! * 100 + d[3]! * 10 + d[4]!
  return code > 1000 && code < 99_999
})

export const GERMANY: Readonly<Record<string, Validator>> = {
  'de-bsnr': bsnr,
  'de-document': document,
  'de-health-insurance': healthInsurance,
  'de-id-card': idCard,
  'de-lanr': lanr,
  'de-postcode': postcode,
  'de-social-security': socialSecurity,
  'de-tax-id': taxId,
  'de-tax-number': taxNumber,
  'de-vat': vat,
}
