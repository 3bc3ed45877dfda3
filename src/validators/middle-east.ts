import { grouped } from './groups.ts'
import type { Validator } from './index.ts'
import { isDay, luhn, value } from './sums.ts'

/** An identity number of Israel: nine digits that pass Luhn (Population and Immigration Authority). */
const ilId = grouped(9, (d) => value(d, 0, 8) > 0 && luhn(d, 0, 9))

/** An Emirates ID: 784 (ISO 3166), the year of birth, seven digits and one (ICP). */
const aeId = grouped(15, (d) => value(d, 0, 3) === 784 && value(d, 3, 7) > 1899 && value(d, 3, 7) < 2100)

/** A number of a citizen (1) or a resident (2) of Saudi Arabia: ten digits that pass Luhn (Ministry of Interior). */
const saId = grouped(10, (d) => (d[0] === 1 || d[0] === 2) && luhn(d, 0, 10))

/** Governorates of Egypt in a national number; 88 is born abroad. */
const GOVERNORATES = new Set([
  1, 2, 3, 4, 11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 22, 23, 24, 25, 26, 27, 28, 29, 31, 32, 33, 34, 35, 88,
])
/** A national number of Egypt: century (2 or 3), birth date, governorate, serial (Civil Status Department). */
const egId = grouped(14, (d) => {
  if ((d[0] !== 2 && d[0] !== 3) || !GOVERNORATES.has(value(d, 7, 9))) return false
  return isDay(value(d, 3, 5), value(d, 5, 7), 1700 + 100 * d[0] + value(d, 1, 3))
})

export const MIDDLE_EAST: Readonly<Record<string, Validator>> = {
  'ae-id': aeId,
  'eg-id': egId,
  'il-id': ilId,
  'sa-id': saId,
}
