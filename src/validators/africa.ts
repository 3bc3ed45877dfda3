import { grouped, verhoeff } from './groups.ts'
import type { Validator } from './index.ts'
import { code, isDay, luhn, value } from './sums.ts'

/** An identity number of South Africa: birth date, sex, citizenship 0 to 2, 8 or 9, Luhn (Department of Home Affairs). */
const zaId = grouped(
  13,
  (d) => d[10]! < 3 && d[11]! > 7 && isDay(value(d, 2, 4), value(d, 4, 6), value(d, 0, 2)) && luhn(d, 0, 13),
)

/** A tax reference number of South Africa: begins with 0 to 3 or 9, passes Luhn (SARS, IT3 specification). */
const zaTax = grouped(10, (d) => [0, 1, 2, 3, 9].includes(d[0]!) && luhn(d, 0, 10))

/** A national identification number of Nigeria: eleven digits that pass Verhoeff (NIMC). */
const ngNin = grouped(11, (d) => verhoeff(d, 11))

/** A TIN of Ghana: kind, nine digits, one modulo 11 where 10 is written X (Ghana Revenue Authority). */
const ghTin = code((text) => {
  let sum = 0
  for (let i = 1; i < 10; i++) sum += (text.charCodeAt(i) - 48) * i
  return '0123456789X'[sum % 11] === text[10]
})

export const AFRICA: Readonly<Record<string, Validator>> = {
  'gh-tin': ghTin,
  'ng-nin': ngNin,
  'za-id': zaId,
  'za-tax': zaTax,
}
