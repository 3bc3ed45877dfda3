/** Poland. */
import type { Validator } from './index.ts'
import { code, type Digits, isDay, isSame, modulo, number, value, weigh, worth } from './sums.ts'

/**
 * PESEL (ustawa o ewidencji ludności, art. 15): day of birth, its century in the month (80 more for 18xx, 20, 40, 60 for those
 * that follow 19xx), serial, and a check digit modulo 10, weights 1 3 7 9.
 */
const pesel: Validator = number(11, (d) => {
  const month = d[2]! * 10 + d[3]!
  const century = [1900, 2000, 2100, 2200, 1800][Math.floor(month / 20)]!
  if (!isDay(month % 20, d[4]! * 10 + d[5]!, century + d[0]! * 10 + d[1]!)) return false
  return weigh(d, PESEL) % 10 === 0
})
const PESEL = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]

/** NIP (ustawa o zasadach ewidencji podatników): modulus 11, a rest of 10 is not given out. */
const nip: Validator = number(10, (d) => checksNip(d) && !isSame(d, 10))
export function checksNip(d: Digits): boolean {
  return weigh(d, NIP) % 11 === d[9] && value(d, 0, 3) > 0
}
const NIP = [6, 5, 7, 2, 3, 4, 5, 6, 7]

/** REGON (rozporządzenie RM of 30 November 2015): nine digits, or fourteen of a local unit, each modulus 11 where 10 is written 0. */
const regon: Validator = number(
  9,
  (d, count) => {
    if ((weigh(d, REGON) % 11) % 10 !== d[8] || isSame(d, count)) return false
    return count === 9 || (count === 14 && (weigh(d, LOCAL) % 11) % 10 === d[13])
  },
  14,
)
const REGON = [8, 9, 2, 3, 4, 5, 6, 7]
const LOCAL = [2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8]

/** An account without its country code (NRB): mod 97 as in an IBAN of PL (ISO 13616; NBP). */
const nrb: Validator = number(26, (d) => {
  // The check digits go behind, after PL as 25 21.
  const bank = modulo(d, 2, 26, 97)
  return (bank * (1_000_000 % 97) + 252_100 + value(d, 0, 2)) % 97 === 1 && value(d, 2, 10) > 0
})

/**
 * Identity card and passport: letters and digits, one of which checks the others, weights 7 3 1 and 9 for itself (MSWiA). Between
 * both `nr` or `numer` may stand.
 */
const idCard: Validator = code((code) => checksDocument(code, [7, 3, 1, 9, 7, 3, 1, 7, 3]))
const passport: Validator = code((code) => checksDocument(code, [7, 3, 9, 1, 7, 3, 1, 7, 3]))
function checksDocument(written: string, weights: readonly number[]): boolean {
  const code = written.length === 9 ? written : written.replace(/(?:NR|NUMER)(?=\d)/, '')
  let sum = 0
  for (let i = 0; i < 9; i++) sum += worth(code, i) * weights[i]!
  return sum % 10 === 0
}

/** A doctor's right to practise (numer PWZ; NIL): the first digit checks six more, weights 1 to 6, modulus 11. */
const pwz: Validator = number(7, (d) => d[0]! > 0 && weigh(d, [1, 2, 3, 4, 5, 6], 1) % 11 === d[0] && !isSame(d, 7))

/** A postcode; not what is part of something longer with digits. */
const postcode: Validator = number(5, () => true)

/** A number that its label ran into, as in `PESEL85…` or `nip_52…`: what is reported begins behind that. Two letters are a country. */
function behindLabel(validator: Validator): Validator {
  return {
    ...validator,
    locate(text, start, end) {
      if (!validator.check(text, start, end)) return undefined
      let at = start
      while (/[A-Za-z_]/.test(text[at]!)) at++
      return { start: at - start > 2 ? at : start, end }
    },
  }
}

export const POLAND: Readonly<Record<string, Validator>> = {
  'pl-id-card': idCard,
  'pl-nip': behindLabel(nip),
  'pl-nrb': nrb,
  'pl-passport': passport,
  'pl-pesel': behindLabel(pesel),
  'pl-postcode': postcode,
  'pl-pwz': pwz,
  'pl-regon': behindLabel(regon),
}
