import { grouped } from './groups.ts'
import type { Validator } from './index.ts'
import { code, isDay, luhn, weigh } from './sums.ts'

/**
 * A social insurance number: nine digits that pass Luhn. None begins with 0, which is kept for made-up ones, or 8, which is
 * for business numbers (Employment and Social Development Canada, SIN code of practice).
 */
const caSin = grouped(9, (d) => d[0] !== 0 && d[0] !== 8 && luhn(d, 0, 9))

/** A business number with its programme account: nine digits that pass Luhn, then four more (CRA, RC2). */
const caBusiness = grouped(13, (d) => luhn(d, 0, 9))

/** An Ontario health card: ten digits that pass Luhn (Ontario Ministry of Health, Health Card Validation Reference Manual). */
const caOntarioHealth = grouped(10, (d) => d[0] !== 0 && luhn(d, 0, 10))

/** A British Columbia personal health number: 9, eight digits, and a check digit modulo 11 (BC Ministry of Health, HNI). */
const caBritishColumbiaHealth = grouped(
  10,
  (d) => d[0] === 9 && (11 - (weigh(d, [2, 4, 8, 5, 10, 9, 7, 3], 1) % 11)) % 11 === d[9],
)

/** A Québec health insurance number: four letters of the name, year, month (plus 50 for women), day, two more (RAMQ). */
const caQuebecHealth = code((text) => {
  const month = Number(text.slice(6, 8))
  return isDay(month > 50 ? month - 50 : month, Number(text.slice(8, 10)), Number(text.slice(4, 6)))
})

export const CANADA: Readonly<Record<string, Validator>> = {
  'ca-british-columbia-health': caBritishColumbiaHealth,
  'ca-business': caBusiness,
  'ca-ontario-health': caOntarioHealth,
  'ca-quebec-health': caQuebecHealth,
  'ca-sin': caSin,
}
