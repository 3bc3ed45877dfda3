import { grouped } from './groups.ts'
import type { Validator } from './index.ts'
import { isDay, value, weigh } from './sums.ts'

/** A taxpayer number of a person: nine digits and one modulo 11 (Ministry of Finance of Ukraine, order 822). */
const uaTaxpayer = grouped(10, (d) => (weigh(d, [-1, 5, 7, 9, 4, 6, 10, 5, 7]) % 11) % 10 === d[9])

/** A number in the register of firms: weights by range, and others where the rest is 10 (State Statistics Service, order 499). */
const uaEdrpou = grouped(8, (d) => {
  const weights = d[0]! > 2 && d[0]! < 6 ? [7, 1, 2, 3, 4, 5, 6] : [1, 2, 3, 4, 5, 6, 7]
  let rest = weigh(d, weights) % 11
  if (rest === 10)
    rest =
      (weigh(
        d,
        weights.map((weight) => weight + 2),
      ) %
        11) %
      10
  return rest === d[7]
})

/** A number in the register of persons: birth date, five digits (Law of Ukraine 5492-VI, art. 10). */
const uaUnzr = grouped(13, (d) => isDay(value(d, 4, 6), value(d, 6, 8), value(d, 0, 4)))

export const UKRAINE: Readonly<Record<string, Validator>> = {
  'ua-edrpou': uaEdrpou,
  'ua-taxpayer': uaTaxpayer,
  'ua-unzr': uaUnzr,
}
