import { grouped } from './groups.ts'
import type { Validator } from './index.ts'
import { value, weigh } from './sums.ts'

const INN = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]
/** The rest modulo 11 as one digit: 10 is written 0. */
function elevens(sum: number): number {
  return (sum % 11) % 10
}
/** A taxpayer number: ten digits for firms, twelve for persons, checked modulo 11 (FNS, order MMV-7-6/435). */
const ruInn = grouped(
  10,
  (d, count) => {
    if (value(d, 0, 2) === 0) return false
    if (count === 10) return elevens(weigh(d, INN.slice(2))) === d[9]
    return count === 12 && elevens(weigh(d, INN.slice(1))) === d[10] && elevens(weigh(d, INN)) === d[11]
  },
  12,
)

/** An insurance number: nine digits, weights 9 to 1 modulo 101, two digits (PFR, decree 192p). */
const ruSnils = grouped(
  11,
  (d) => value(d, 0, 9) > 1_001_998 && (weigh(d, [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101) % 100 === value(d, 9, 11),
)

/** A registration number of a firm (13 digits, modulo 11) or of a trader (15, modulo 13) (Minfin, order 165n). */
const ruOgrn = grouped(
  13,
  (d, count) => {
    if (count === 13) return (value(d, 0, 12) % 11) % 10 === d[12] && '1257'.includes(String(d[0]))
    return count === 15 && (value(d, 0, 14) % 13) % 10 === d[14] && (d[0] === 3 || d[0] === 4)
  },
  15,
)

/** An internal passport: the region's OKATO code, the year of the form, a number that is not zero (decree 828). */
const ruPassport = grouped(10, (d) => value(d, 0, 2) > 0 && value(d, 4, 10) > 0)

export const RUSSIA: Readonly<Record<string, Validator>> = {
  'ru-inn': ruInn,
  'ru-ogrn': ruOgrn,
  'ru-passport': ruPassport,
  'ru-snils': ruSnils,
}
