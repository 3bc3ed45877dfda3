/** France. */
import type { Validator } from './index.ts'
import { code, isSame, luhn, modulo, number, value, worth } from './sums.ts'

/**
 * The number of the register of persons (INSEE, décret 82-103): sex (7 and 8 until it is certain), year, month (20 to 42 and from 50 on where it is not known),
 * department (Corsica's have a letter: 2A counts as 19, 2B as 18), commune, serial, and 97 less what 97 leaves of it.
 */
const nir: Validator = code((code) => {
  if (!/^[1278]\d{4}(?:\d\d|2[AB])\d{8}$/.test(code)) return false
  const month = Number(code.slice(3, 5))
  if (month === 0 || (month > 12 && month < 20) || (month > 42 && month < 50)) return false
  const body = code.slice(0, 13).replace('2A', '19').replace('2B', '18')
  return 97 - (Number(body) % 97) === Number(code.slice(13))
})

/** A firm (SIREN): Luhn over nine digits (INSEE; ISO/IEC 7812-1). */
const siren: Validator = number(9, (d) => luhn(d, 0, 9) && !isSame(d, 9))

/**
 * An establishment (SIRET): Luhn over fourteen digits, and over the nine of its firm. Those of La Poste are too many for that:
 * their digits sum up to a multiple of five (INSEE).
 */
const siret: Validator = number(14, (d) => {
  if (!luhn(d, 0, 9) || isSame(d, 14)) return false
  // Its head office, 00048, is as others are.
  if (value(d, 0, 9) !== LA_POSTE || value(d, 9, 14) === 48) return luhn(d, 0, 14)
  let sum = 0
  for (let i = 0; i < 14; i++) sum += d[i]!
  return sum % 5 === 0
})
const LA_POSTE = 356_000_000

/** The tax number of a person (numéro fiscal, SPI): 0 to 3 in front, and what 511 leaves of ten digits behind (DGFiP). */
const taxId: Validator = number(13, (d) => d[0]! < 4 && modulo(d, 0, 10, 511) === value(d, 10, 13) && !isSame(d, 13))

/** An account (RIB; CFONB): bank, office, account and a key, mod 97. Letters of the account count by three rows of nine. */
const rib: Validator = code((code) => {
  if (!/^\d{10}[0-9A-Z]{11}\d{2}$/.test(code)) return false
  let account = 0
  for (let i = 10; i < 21; i++) account = (account * 10 + RIB[worth(code, i)]!) % 97
  return (
    (89 * Number(code.slice(0, 5)) + 15 * Number(code.slice(5, 10)) + 3 * account + Number(code.slice(21))) % 97 === 0
  )
})
/** A and J are 1, B, K and S are 2, and so on. */
const RIB = [
  ...Array.from({ length: 10 }, (_, i) => i),
  ...Array.from({ length: 18 }, (_, i) => (i % 9) + 1),
  2,
  3,
  4,
  5,
  6,
  7,
  8,
  9,
]

export const FRANCE: Readonly<Record<string, Validator>> = {
  'fr-nir': nir,
  'fr-rib': rib,
  'fr-siren': siren,
  'fr-siret': siret,
  'fr-tax-id': taxId,
}
