import { grouped, verhoeff } from './groups.ts'
import type { Validator } from './index.ts'
import { code, type Digits } from './sums.ts'

/** An Aadhaar number: begins with 2 to 9, passes Verhoeff, and does not read the same backwards (UIDAI, numbering scheme). */
const inAadhaar = grouped(12, (d) => d[0]! > 1 && verhoeff(d, 12) && !readsBackwards(d))
function readsBackwards(d: Digits): boolean {
  for (let i = 0; i < 6; i++) if (d[i] !== d[11 - i]) return false
  return true
}

const GSTIN = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
/**
 * A GSTIN: a state's code, a PAN, a count, Z, and a check character modulo 36 (GSTN). Made-up ones with a wrong check character are
 * all over invoices that are examples, and nothing else looks so: it is asked for only where the state is one of those that are rare.
 */
const inGstin = code((text) => {
  const state = Number(text.slice(0, 2))
  if (state > 0 && state < 38) return true
  if (state !== 38 && state !== 97 && state !== 99) return false
  let sum = 0
  for (let i = 0; i < 14; i++) {
    const product = GSTIN.indexOf(text[i]!) * (1 + (i % 2))
    sum += Math.floor(product / 36) + (product % 36)
  }
  return GSTIN[(36 - (sum % 36)) % 36] === text[14]
})

/** Codes of states and union territories on number plates and driving licences (Central Motor Vehicles Rules 1989). */
const STATES = new Set(
  'AN AP AR AS BR CG CH DD DL DN GA GJ HP HR JH JK KA KL LA LD MH ML MN MP MZ NL OD OR PB PY RJ SK TG TN TR TS UA UK UP WB'.split(
    ' ',
  ),
)
/** A number plate: a state's code, a district that is not 00, letters, a number that is not 0000. */
const inPlate = code((text) => STATES.has(text.slice(0, 2)) && !/^..0?0[A-Z]|\D0+$/.test(text))

/** A driving licence: a state's code, an office, the year of issue, seven digits (Sarathi). */
const inLicence = code((text) => {
  const year = Number(text.slice(4, 8))
  return STATES.has(text.slice(0, 2)) && year > 1949 && year < 2050
})

/** A CNIC of Pakistan: begins with the number of a province, 1 to 7, and ends with a digit for the sex, never 0 (NADRA). */
const pkCnic = grouped(13, (d) => d[0]! > 0 && d[0]! < 8 && d[12]! > 0)

export const SOUTH_ASIA: Readonly<Record<string, Validator>> = {
  'in-aadhaar': inAadhaar,
  'in-gstin': inGstin,
  'in-licence': inLicence,
  'in-plate': inPlate,
  'pk-cnic': pkCnic,
}
