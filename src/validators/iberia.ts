/** Spain and Portugal. */
import type { Validator } from './index.ts'
import { code, isSame, modulo, number, parse, value, weigh, worth } from './sums.ts'

/** The letter that 23 leaves (Spain, Orden INT/2058/2008; Real Decreto 1553/2005). */
const LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE'

/** A DNI: up to eight digits and their letter; K, L and M stand before seven digits of those who have no card of their own. */
const nif: Validator = code((code) => {
  const digits = /^[KLM]?(\d{7,8})[A-Z]$/.exec(code)?.[1]
  return digits !== undefined && LETTERS[Number(digits) % 23] === code.at(-1) && Number(digits) > 0
})

/** A foreigner's number: X, Y and Z count as 0, 1 and 2 in front of seven digits. */
const nie: Validator = code((code) => LETTERS[Number('XYZ'.indexOf(code[0]!) + code.slice(1, -1)) % 23] === code.at(-1))

/** A legal person's number (Orden EHA/451/2008): Luhn over seven digits, told as a digit or as a letter from J and A to I. */
const cif: Validator = code(checksCif)
export function checksCif(code: string): boolean {
  let sum = 0
  for (let i = 1; i < 8; i++) {
    const digit = Number(code[i])
    const twice = digit * 2
    sum += i % 2 === 0 ? digit : twice > 9 ? twice - 9 : twice
  }
  const check = (10 - (sum % 10)) % 10
  return code[8] === String(check) || code[8] === 'JABCDEFGHI'[check]
}
export function checksSpanishVat(code: string): boolean {
  const digits = code.replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter))).replace(/^[KLM]/, '')
  if (/^\d{7,8}[A-Z]$/.test(digits)) return LETTERS[Number(digits.slice(0, -1)) % 23] === digits.at(-1)
  return /^[ABCDEFGHJNPQRSUVW]\d{7}[0-9A-J]$/.test(code) && checksCif(code)
}

/**
 * A number of social security: province (01 to 53, 66), eight digits, and what 97 leaves of both; a first zero of the eight is
 * left out of that (TGSS).
 */
const nss: Validator = number(12, (d) => {
  const province = d[0]! * 10 + d[1]!
  if (province === 0 || (province > 53 && province !== 66)) return false
  const check = value(d, 10, 12)
  return modulo(d, 0, 10, 97) === check || (d[2] === 0 && (province * 10_000_000 + value(d, 3, 10)) % 97 === check)
})

/** A Spanish account (CCC; AEB, Serie normas y procedimientos bancarios): a check digit for bank and office, one for the account. */
const ccc: Validator = number(20, (d) => checksCcc(d, 0, 8) === d[8] && checksCcc(d, 10, 20) === d[9] && !isSame(d, 20))
function checksCcc(d: Readonly<Uint8Array>, from: number, to: number): number {
  let sum = 0
  for (let i = from; i < to; i++) sum += d[i]! * CCC[i - to + 10]!
  const check = 11 - (sum % 11)
  return check > 9 ? 11 - check : check
}
const CCC = [1, 2, 4, 8, 5, 10, 9, 7, 3, 6]

/** A Portuguese tax number (Decreto-Lei 14/2013): the first digits that are given out, and modulus 11. */
const portugueseNif: Validator = number(9, (d) => NIF_STARTS[d[0]! * 10 + d[1]!] === 1 && checksNif(d))
export function checksNif(d: Readonly<Uint8Array>): boolean {
  const check = 11 - (weigh(d, [9, 8, 7, 6, 5, 4, 3, 2]) % 11)
  return (check > 9 ? 0 : check) === d[8] && !isSame(d, 9)
}
const NIF_STARTS = Uint8Array.from({ length: 100 }, (_, start) => {
  const first = Math.floor(start / 10)
  const given =
    [1, 2, 3, 5, 6, 8].includes(first) || [45, 70, 71, 72, 74, 75, 77, 78, 79, 90, 91, 98, 99].includes(start)
  return given ? 1 : 0
})

/** Número de identificação da segurança social: 1 or 2 in front, primes as weights, and 9 less the rest (Segurança Social). */
const niss: Validator = number(
  11,
  (d) => (d[0] === 1 || d[0] === 2) && 9 - (weigh(d, PRIMES) % 10) === d[10] && !isSame(d, 11),
)
const PRIMES = [29, 23, 19, 17, 13, 11, 7, 5, 3, 2]

/** The document number of a cartão de cidadão: eight digits and their check digit, a version, and Luhn over all, A as 10 (IRN). */
const citizenCard: Validator = code((code) => {
  if (!/^\d{9}[A-Z0-9]{2}\d$/.test(code)) return false
  let sum = 0
  for (let i = 0; i < 12; i++) {
    const once = worth(code, i)
    const twice = once * 2
    sum += i % 2 === 1 ? once : twice > 9 ? twice - 9 : twice
  }
  return sum % 10 === 0 && checksBi(parse(code.slice(0, 9)))
})
/** The identity number itself: modulus 11, weights 9 to 1, where 10 is written 0. */
function checksBi(d: Readonly<Uint8Array>): boolean {
  const rest = weigh(d, [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11
  return rest === 0 || (d[8] === 0 && rest === 1)
}

export const IBERIA: Readonly<Record<string, Validator>> = {
  'es-ccc': ccc,
  'es-cif': cif,
  'es-nie': nie,
  'es-nif': nif,
  'es-nss': nss,
  'pt-citizen-card': citizenCard,
  'pt-nif': portugueseNif,
  'pt-niss': niss,
}
