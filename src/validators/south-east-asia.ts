import { grouped, worths } from './groups.ts'
import type { Validator } from './index.ts'
import { code, isDay, luhn, value, weigh } from './sums.ts'

const ENTITY = 'ABCDEFGHJKLMNPQRSTUVWX0123456789'
/** A unique entity number of Singapore: businesses, local companies and other entities have forms and sums of their own (ACRA). */
const sgUen = code((text) => {
  const last = text.at(-1)!
  if (text.charCodeAt(0) > 0x39) {
    let sum = 0
    for (let i = 0; i < 9; i++) {
      const value = ENTITY.indexOf(text[i]!)
      if (value < 0) return false
      sum += value * [4, 3, 5, 3, 10, 2, 2, 5, 7][i]!
    }
    return ENTITY[(sum + 6) % 11] === last
  }
  const digits = worths(text.slice(0, -1))
  if (text.length === 9) return 'XMKECAWLJDB'[weigh(digits, [10, 4, 9, 3, 8, 2, 7, 1]) % 11] === last
  const year = value(digits, 0, 4)
  return year > 1799 && year < 2100 && 'ZKCMDNERGWH'[weigh(digits, [10, 8, 6, 4, 9, 7, 5, 3, 1]) % 11] === last
})

/** Codes of places of birth that the National Registration Department does not use. */
const NOWHERE = new Set([0, 17, 18, 19, 20, 69, 70, 73, 80, 81, 94, 95, 96, 97])
/** An identity card number of Malaysia: birth date, place of birth, four digits (JPN). */
const myNric = grouped(12, (d) => isDay(value(d, 2, 4), value(d, 4, 6), value(d, 0, 2)) && !NOWHERE.has(value(d, 6, 8)))

/** Provinces of Indonesia by the first two digits of a NIK (Permendagri 72/2019). */
const PROVINCES = new Set([
  11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 31, 32, 33, 34, 35, 36, 51, 52, 53, 61, 62, 63, 64, 65, 71, 72, 73, 74, 75,
  76, 81, 82, 91, 92, 93, 94, 95, 96,
])
/** A NIK: province, town, district, birth date (the day plus 40 for women), serial (Perpres 62/2019). */
const idNik = grouped(16, (d) => {
  const day = value(d, 6, 8)
  if (!PROVINCES.has(value(d, 0, 2)) || value(d, 12, 16) === 0) return false
  return isDay(value(d, 8, 10), day > 40 ? day - 40 : day, value(d, 10, 12))
})

/** An NPWP: nine digits that pass Luhn, then office and branch (Direktorat Jenderal Pajak, PER-04/PJ/2020). */
const idNpwp = grouped(15, (d) => luhn(d, 0, 9) && value(d, 9, 12) > 0)

/** Provinces of Thailand: TIS 1099. */
function isProvince(code: number): boolean {
  const ones = code % 10
  return code >= 10 && code < 97 && ones < [0, 10, 8, 10, 10, 9, 8, 8, 7, 7][Math.floor(code / 10)]!
}
/** An identity number of Thailand: kind 1 to 8, province, weights 13 to 2 modulo 11 (Department of Provincial Administration). */
const thNational = grouped(
  13,
  (d) =>
    d[0]! > 0 &&
    d[0]! < 9 &&
    isProvince(value(d, 1, 3)) &&
    (11 - (weigh(d, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 10 === d[12],
)

/** A citizen identity number of Vietnam: province 001 to 096, century and sex, year, serial (Circular 59/2021/TT-BCA). */
const vnCitizen = grouped(12, (d) => value(d, 0, 3) > 0 && value(d, 0, 3) < 97 && d[3]! < 4 && value(d, 6, 12) > 0)

/** A tax code of Vietnam: nine digits and one modulo 11 (Circular 105/2020/TT-BTC). */
const vnTax = grouped(
  10,
  (d, count) => (count === 10 || count === 13) && 10 - (weigh(d, [31, 29, 23, 19, 17, 13, 7, 5, 3]) % 11) === d[9],
  13,
)

/** A TIN of the Philippines: weights 9 to 2, the rest modulo 11 is the ninth digit; the branch follows (BIR). */
const phTin = grouped(
  9,
  (d, count) =>
    count !== 10 &&
    count !== 11 &&
    count !== 13 &&
    weigh(d, [9, 8, 7, 6, 5, 4, 3, 2]) % 11 === d[8] &&
    value(d, 0, 8) > 0,
  14,
)

/**
 * A mobile number of the Philippines: 0 or +63, then a prefix that operators have, 813, 817, 895 to 898 or 905 to 999 (NTC numbering plan).
 */
const phMobile = grouped(
  10,
  (d, count) => {
    const prefix = value(d, count - 10, count - 7)
    return prefix === 813 || prefix === 817 || (prefix > 894 && prefix < 899) || prefix > 904
  },
  13,
)

export const SOUTH_EAST_ASIA: Readonly<Record<string, Validator>> = {
  'id-nik': idNik,
  'id-npwp': idNpwp,
  'my-nric': myNric,
  'ph-mobile': phMobile,
  'ph-tin': phTin,
  'sg-uen': sgUen,
  'th-national': thNational,
  'vn-citizen': vnCitizen,
  'vn-tax': vnTax,
}
