import { grouped } from './groups.ts'
import type { Validator } from './index.ts'
import { value, weigh } from './sums.ts'

const WEIGHTS = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]
/** An individual number (My Number): eleven digits and one modulo 11 (Ordinance of MIC 85 of 2014, art. 5). */
const jpMyNumber = grouped(12, (d) => {
  const rest = weigh(d, WEIGHTS) % 11
  return (rest < 2 ? 0 : 11 - rest) === d[11]
})

/** A corporate number: its first digit checks the other twelve modulo 9 (Ordinance of MOF 70 of 2014). */
const jpCorporate = grouped(13, (d) => 9 - (weigh(d, [2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1], 1) % 9) === d[0])

/** Public safety commissions, by the first two digits of a licence (National Police Agency). */
const COMMISSIONS = new Set([
  10, 11, 12, 13, 14, 20, 21, 22, 23, 24, 25, 30, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 60,
  61, 62, 63, 64, 65, 70, 71, 72, 73, 74, 80, 81, 82, 83, 90, 91, 92, 93, 94, 95, 96, 97,
])
/** A driving licence: commission, year of the first licence, six digits, a check digit whose sum is not published, and a count. */
const jpLicence = grouped(12, (d) => COMMISSIONS.has(value(d, 0, 2)))

export const JAPAN: Readonly<Record<string, Validator>> = {
  'jp-corporate': jpCorporate,
  'jp-licence': jpLicence,
  'jp-my-number': jpMyNumber,
}
