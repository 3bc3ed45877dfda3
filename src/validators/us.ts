/** Numbers of the United States. */
import { isCalendarDate } from './dates.ts'
import { isThing, NAME_SIGHT } from './field-names.ts'
import type { Validator } from './index.ts'
import { digitsIn, isRepeated, isWordLike, SIGHT, standsAlone } from './neighbours.ts'
import { card } from './payment.ts'
import { code, isSame, number, value, weigh } from './sums.ts'

/**
 * A US social security number: area not 000, 666 or 9xx, group not 00, serial not 0000 (SSA, POMS RM 10201.035), and none of
 * the numbers that were printed in advertisements (SSA, "Social Security cards issued by Woolworth"). Since June 2011 areas are given
 * at random, so that no more can be told of them.
 */
export const usSsn: Validator = {
  sees: NAME_SIGHT,
  check(text, start, end) {
    const digits = digitsIn(text, start, end)
    const number = digits.reduce((value, digit) => value * 10 + digit, 0)
    const area = Math.floor(number / 1_000_000)
    if (area === 0 || area === 666 || area >= 900 || number % 1_000_000 < 10_000 || number % 10_000 === 0) return false
    if (isRepeated(digits) || SAMPLE_SSNS.has(number) || isThing(text, start)) return false
    return standsAlone(text, start, end, '-./+', '-./:+')
  },
}
const SAMPLE_SSNS = new Set([78_051_120, 123_456_789])

/** An individual taxpayer identification number: 9xx with a group of 50–65, 70–88, 90–92 or 94–99 (IRS, Publication 1915; IRM 3.21.263). */
export const usItin = number(9, (digits) => {
  const group = value(digits, 3, 5)
  if (digits[0] !== 9 || group < 50 || (group > 65 && group < 70)) return false
  return group !== 89 && group !== 93
})

/** A number for a child who is being adopted: 9xx with group 93 (IRS, Form W-7A). */
export const usAtin = number(9, (digits) => digits[0] === 9 && value(digits, 3, 5) === 93)

/** Prefixes of employer identification numbers, by the campus that gave them (IRS, "How EINs are assigned and valid EIN prefixes"). */
const EINS = new Set(
  (
    '10 12 60 67 50 53 01 02 03 04 05 06 11 13 14 16 21 22 23 25 34 51 52 54 55 56 57 58 59 65 30 32 35 36 37 38 61 15 24 40 44 94 95 ' +
    '80 90 33 39 41 42 43 46 48 62 63 64 66 68 71 72 73 74 75 76 77 81 82 83 84 85 86 87 88 91 92 93 98 99 20 26 27 45 47 31'
  )
    .split(' ')
    .map(Number),
)
export const usEin = number(
  9,
  (digits) => EINS.has(value(digits, 0, 2)) && !isSame(digits, 9) && value(digits, 2, 9) > 0,
)

/** A bank's routing number: a district of the Federal Reserve, and weights 3, 7, 1 modulo 10 (ABA, "Routing number policy"). */
export const usRouting = number(9, (digits) => {
  const district = value(digits, 0, 2)
  const known =
    district <= 12 || (district >= 21 && district <= 32) || (district >= 61 && district <= 72) || district === 80
  return known && !isSame(digits, 9) && value(digits, 0, 9) > 0 && weigh(digits, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0
})

/** A provider of health care: ten digits, 1 or 2 first, that pass the Luhn check behind 80840 (CMS, "NPI check digit calculation"; 45 CFR 162.406). */
export const usNpi = number(10, (digits) => {
  if (digits[0] !== 1 && digits[0] !== 2) return false
  // 80840 adds 24, and the Luhn sum of the rest must fill it up.
  let sum = 24
  for (let i = 0; i < 10; i++) {
    const digit = i % 2 === 0 ? digits[i]! * 2 : digits[i]!
    sum += digit > 9 ? digit - 9 : digit
  }
  return sum % 10 === 0 && !isSame(digits, 10)
})

/** A Medicare beneficiary (CMS, "Understanding the MBI"): 11 places of letters and digits in a fixed order, without S, L, O, I, B, Z. */
const MBI = /^[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\d]\d[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\d]\d[AC-HJKMNP-RT-Y]{2}\d\d$/
export const usMbi = code((mbi) => MBI.test(mbi))

/** Who may prescribe controlled substances: two letters and seven digits, the last one a check digit (21 CFR 1301; DEA registration). */
export const usDea = code((dea) => {
  if (!/^[A-HJ-MPRSTUX][A-Z9]\d{7}$/.test(dea)) return false
  const at = (i: number) => dea.charCodeAt(i + 2) - 48
  return (at(0) + at(2) + at(4) + 2 * (at(1) + at(3) + at(5))) % 10 === at(6) && !/0{7}$/.test(dea)
})

/** A bank account, which has no form but digits, 8 to 17 of them (NACHA): what is a date or a card is none. */
export const usAccount: Validator = {
  sees: SIGHT,
  check(text, start, end) {
    const digits = digitsIn(text, start, end)
    if (isRepeated(digits) || isCalendarDate(text.slice(start, end))) return false
    return standsAlone(text, start, end) && !(digits.length > 12 && card.check(text, start, end))
  },
}

/** The number of a passport, nine digits, or since 2021 a letter and eight (22 CFR 51; US Department of State). */
export const usPassport: Validator = {
  sees: SIGHT,
  check: (text, start, end) => !isRepeated(digitsIn(text, start, end)) && standsAlone(text, start, end),
}

/**
 * Forms of the states' driving licences (AAMVA, DL/ID Card Design Standard, annex D names no common one; each state's own): a letter or two and
 * digits, or digits alone. `H1` and `D3` are none.
 */
const LICENCES =
  /^(?:[A-Z]\d{5,14}|[A-Z]\d{18}|[A-Z]{2}\d{3,7}|\d{7,14}|\d{16}|[A-Z]{2}\d{6}[A-Z]|\d{2}[A-Z]{3}\d{5}|\d{3}[A-Z]{2}\d{4}|[A-Z]{3}\d{6}|[A-Z]\d[A-Z]\d[A-Z]|\d{7,8}[A-Z]{1,2}|[A-Z]{5}[A-Z\d*]{2}\d{3}[A-Z\d]{2})$/
export const usLicence: Validator = {
  sees: SIGHT,
  check(text, start, end) {
    const licence = text.slice(start, end).replace(/[ -]/g, '').toUpperCase()
    if (!LICENCES.test(licence) || isCalendarDate(text.slice(start, end))) return false
    return !isRepeated(digitsIn(text, start, end)) && standsAlone(text, start, end)
  },
}

/** A plate, as the states make them: five to seven letters and digits, both of them. */
export const usPlate: Validator = {
  sees: SIGHT,
  check(text, start, end) {
    const plate = text.slice(start, end).replace(/[ -]/g, '')
    if (plate.length < 5 || plate.length > 7) return false
    return /\d/.test(plate) && /[A-Z]/.test(plate) && standsAlone(text, start, end)
  },
}

/** A ZIP code, with or without the four digits of a delivery point (USPS Publication 28 §21): 00501 is the first. */
export const usZip: Validator = {
  sees: SIGHT,
  check(text, start, end) {
    if (Number(text.slice(start, start + 5)) < 501 || isWordLike(text, end)) return false
    return standsAlone(text, start, end)
  },
}

export const US = {
  'us-account': usAccount,
  'us-atin': usAtin,
  'us-dea': usDea,
  'us-ein': usEin,
  'us-itin': usItin,
  'us-licence': usLicence,
  'us-mbi': usMbi,
  'us-npi': usNpi,
  'us-passport': usPassport,
  'us-plate': usPlate,
  'us-routing': usRouting,
  'us-ssn': usSsn,
  'us-zip': usZip,
}
