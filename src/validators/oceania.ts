import { grouped } from './groups.ts'
import type { Validator } from './index.ts'
import { code, luhn, value, weigh } from './sums.ts'

/** A tax file number: weighted sum divisible by 11 (ATO, TFN algorithm). */
const auTfn = grouped(9, (d) => weigh(d, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0)

/** An Australian business number: its first digit less one, the weighted sum is divisible by 89 (ABR, Format of the ABN). */
const auAbn = grouped(
  11,
  (d) => value(d, 0, 2) > 10 && (weigh(d, [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) - 10) % 89 === 0,
)

/** An Australian company number: weights 8 to 1 and the check digit make a multiple of 10 (ASIC, ACN check digit). */
const auAcn = grouped(9, (d) => weigh(d, [8, 7, 6, 5, 4, 3, 2, 1, 1]) % 10 === 0)

/** A Medicare card: begins with 2 to 6, the ninth digit checks eight, the tenth counts issues (Services Australia). */
const auMedicare = grouped(10, (d) => d[0]! > 1 && d[0]! < 7 && weigh(d, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === d[8], 11)

/** An individual healthcare identifier: 16 digits from 800360 on that pass Luhn (AS 5017, Services Australia). */
const auHealthcare = grouped(16, (d) => value(d, 0, 6) === 800360 && luhn(d, 0, 16))

/**
 * An IRD number: 10,000,000 to 200,000,000, with two sets of weights modulo 11, of which the second is for numbers that the
 * first leaves without a digit (Inland Revenue, Resident withholding tax specification, appendix).
 */
const nzIrd = grouped(
  8,
  (d, count) => {
    const all = value(d, 0, count)
    if (all < 10_000_000 || all > 200_000_000) return false
    let check = (11 - (weigh(d, [3, 2, 7, 6, 5, 4, 3, 2].slice(9 - count)) % 11)) % 11
    if (check === 10) check = (11 - (weigh(d, [7, 4, 3, 2, 5, 2, 7, 6].slice(9 - count)) % 11)) % 11
    return check === d[count - 1]
  },
  9,
)

/** Letters of an NHI number; I and O are none. */
const NHI = 'ABCDEFGHJKLMNPQRSTUVWXYZ'
/** A health index number: old ones end with a digit modulo 11, ones since 2019 with a letter modulo 23 (HISO 10046). */
const nzNhi = code((text) => {
  let sum = 0
  for (let i = 0; i < 6; i++) {
    const unit = text.charCodeAt(i)
    const value = unit < 0x3a ? unit - 0x30 : NHI.indexOf(text[i]!) + 1
    if (unit >= 0x3a && value === 0) return false
    sum += value * (7 - i)
  }
  if (text.charCodeAt(6) > 0x39) return NHI[22 - (sum % 23)] === text[6]
  return sum % 11 !== 0 && (11 - (sum % 11)) % 10 === Number(text[6])
})

/** A bank account: a bank of Payments NZ's register, branch, account, suffix. Its checks differ by bank and are left out. */
const nzBank = grouped(15, (d) => NZ_BANKS.has(value(d, 0, 2)) && value(d, 2, 6) > 0 && value(d, 6, 13) > 0, 16)
const NZ_BANKS = new Set([
  1, 2, 3, 4, 5, 6, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 27, 30, 31, 35, 38, 88,
])

export const OCEANIA: Readonly<Record<string, Validator>> = {
  'au-abn': auAbn,
  'au-acn': auAcn,
  'au-healthcare': auHealthcare,
  'au-medicare': auMedicare,
  'au-tfn': auTfn,
  'nz-bank': nzBank,
  'nz-ird': nzIrd,
  'nz-nhi': nzNhi,
}
