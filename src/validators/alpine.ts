/** Switzerland, Austria and Ireland. */
import type { Validator } from './index.ts'
import { code, isDay, number, value, weigh } from './sums.ts'

/** An AHV number (ZAS, "Versichertennummer"): 756 for Switzerland, and the check digit of EAN-13 (GS1). */
const ahv: Validator = number(
  13,
  (d) => value(d, 0, 3) === 756 && weigh(d, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0,
)

/** A Swiss firm (UID; eCH-0097): nine digits behind CHE, modulus 11. */
const uid: Validator = number(9, (d) => weigh(d, [5, 4, 3, 2, 7, 6, 5, 4, 1]) % 11 === 0 && value(d, 0, 8) > 0)

/** An Austrian insurance number (Dachverband, § 31 ASVG): serial from 100, check digit modulus 11, day of birth. */
const svnr: Validator = number(10, (d) => {
  // Where a day's numbers are used up, the month goes on to 13 to 15.
  const month = d[6]! * 10 + d[7]!
  if (d[0] === 0 || !isDay(month > 12 && month < 16 ? 12 : month, d[4]! * 10 + d[5]!)) return false
  return weigh(d, [3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 === d[3]
})

/** An Austrian tax number (BMF): two digits of the office, six more, and a check digit by Luhn, parted as 12-345/6789. */
const taxNumber: Validator = number(9, (d) => {
  let sum = 0
  for (let i = 0; i < 8; i++) sum += i % 2 === 0 ? d[i]! : [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][d[i]!]!
  return (10 - (sum % 10)) % 10 === d[8] && value(d, 0, 9) > 0
})

/** A PPS number (Revenue; DSP): weights 8 to 2, and 9 for a second letter, A to I; 23 leaves the first letter. */
const pps: Validator = code(checksPps)
export function checksPps(code: string): boolean {
  const second = Math.max(0, 'WABCDEFGHI'.indexOf(code[8] ?? 'W'))
  let sum = second * 9
  for (let i = 0; i < 7; i++) sum += Number(code[i]) * (8 - i)
  return 'WABCDEFGHIJKLMNOPQRSTUV'[sum % 23] === code[7]
}

export const ALPINE: Readonly<Record<string, Validator>> = {
  'at-svnr': svnr,
  'at-tax-number': taxNumber,
  'ch-ahv': ahv,
  'ch-uid': uid,
  'ie-pps': pps,
}
