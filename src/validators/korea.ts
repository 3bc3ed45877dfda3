import { grouped } from './groups.ts'
import type { Validator } from './index.ts'
import { type Digits, isDay, value } from './sums.ts'

/**
 * A resident registration number: birth date, then a digit for century and sex, 1 to 4 (Resident Registration Act, enforcement rule
 * art. 2). Numbers given since October 2020 have no check digit, so that none is asked for.
 */
const krRrn = grouped(13, (d) => isBorn(d) && d[6]! >= 1 && d[6]! <= 4)

/** A registration number of a foreigner: the same with 5 to 8 (Immigration Act, enforcement rule art. 47). */
const krFrn = grouped(13, (d) => isBorn(d) && d[6]! >= 5 && d[6]! <= 8)

/** Whether thirteen digits begin with a birth date; the seventh, odd or even in pairs, tells the century. */
function isBorn(d: Digits): boolean {
  const century = d[6] === 1 || d[6] === 2 || d[6] === 5 || d[6] === 6 ? 1900 : 2000
  return isDay(value(d, 2, 4), value(d, 4, 6), century + value(d, 0, 2))
}

const BUSINESS = [1, 3, 7, 1, 3, 7, 1, 3, 5]
/** A business registration number: office, kind, serial, one modulo 10 in which the last product counts its tens too (NTS). */
const krBusiness = grouped(10, (d) => {
  let sum = Math.floor((d[8]! * 5) / 10) + d[9]!
  for (let i = 0; i < 9; i++) sum += d[i]! * BUSINESS[i]!
  return sum % 10 === 0 && value(d, 0, 3) > 100 && value(d, 3, 5) > 0
})

/** A driving licence: region 11 to 28, year, serial, two digits whose sum is not published (KoROAD). */
const krLicence = grouped(12, (d) => value(d, 0, 2) >= 11 && value(d, 0, 2) <= 28)

export const KOREA: Readonly<Record<string, Validator>> = {
  'kr-business': krBusiness,
  'kr-frn': krFrn,
  'kr-licence': krLicence,
  'kr-rrn': krRrn,
}
