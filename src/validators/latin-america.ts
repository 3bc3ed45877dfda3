import { grouped, worths } from './groups.ts'
import type { Validator } from './index.ts'
import { code, type Digits, isDay, luhn, value, weigh } from './sums.ts'

const CURP = '0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ'
/** States of Mexico as a CURP has them; NE is born abroad. */
const STATES = new Set(
  'AS BC BS CC CL CM CS CH DF DG GT GR HG JC MC MN MS NT NL OC PL QT QR SP SL SR TC TS TL VZ YN ZS NE'.split(' '),
)
/** A CURP: birth date, sex, state, check digit modulo 10 (RENAPO, Instructivo normativo para la asignación de la CURP). */
const mxCurp = code((text) => {
  if (!isDate(text, 4) || !STATES.has(text.slice(11, 13))) return false
  let sum = 0
  for (let i = 0; i < 17; i++) sum += CURP.indexOf(text[i]!) * (18 - i)
  return (10 - (sum % 10)) % 10 === Number(text[17])
})

/**
 * An RFC: three or four letters, a date, three characters of which the last checks (SAT). The check is left out, since numbers with a
 * wrong one are in use; the two that stand for "the public" and "a foreigner" are no one's.
 */
const mxRfc = code((text) => isDate(text, text.length - 9) && !/^XE?[AE]XX010101000$/.test(text))

/** A CLABE: weights 3, 7, 1 modulo 10, after a bank's number (ABM, CLABE estandarizada). */
const mxClabe = grouped(
  18,
  (d) =>
    value(d, 0, 3) > 1 &&
    value(d, 0, 3) < 910 &&
    weigh(d, [3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0,
)

/** A social security number: eleven digits that pass Luhn (IMSS). */
const mxNss = grouped(11, (d) => value(d, 0, 2) > 0 && luhn(d, 0, 11))

/** A RUT or RUN: modulo 11 with weights 2 to 7, where 10 is written K (Chile, DFL 3 of 1969, SII). */
const clRut = code((text) => {
  let sum = 0
  for (let i = text.length - 2, weight = 2; i >= 0; i--, weight = weight === 7 ? 2 : weight + 1)
    sum += (text.charCodeAt(i) - 48) * weight
  return Number(text.slice(0, -1)) >= 1_000_000 && '0K987654321'[sum % 11] === text.at(-1) && !/^(\d)\1*$/.test(text)
})

const CUIT = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]
const CUIT_KINDS = new Set([20, 23, 24, 25, 26, 27, 30, 33, 34, 50, 51, 55])
/** 11 less the rest, where 11 is written 0 and 10 is written 9. */
function arCheck(d: Digits): number {
  const check = (11 - (weigh(d, CUIT) % 11)) % 11
  return check === 10 ? 9 : check
}
/** A CUIT or CUIL: a kind, eight digits, one modulo 11 (AFIP, RG 10/1997). */
const arCuit = grouped(11, (d) => CUIT_KINDS.has(value(d, 0, 2)) && arCheck(d) === d[10])

/** A CBU: bank and branch, account, each with a check digit modulo 10 (BCRA, Comunicación A 2622). */
const arCbu = grouped(
  22,
  (d) =>
    weigh(d, [7, 1, 3, 9, 7, 1, 3, 1]) % 10 === 0 && weigh(d, [3, 9, 7, 1, 3, 9, 7, 1, 3, 9, 7, 1, 3, 1], 8) % 10 === 0,
)

const NIT = [41, 37, 29, 23, 19, 17, 13, 7, 3]
/** A NIT: nine digits and one modulo 11 with primes as weights (Colombia, DIAN, Orden Administrativa 4 of 1989). */
const coNit = grouped(10, (d) => {
  const rest = weigh(d, NIT) % 11
  return (rest < 2 ? rest : 11 - rest) === d[9]
})

/** A RUC of Peru: kind 10, 15, 16, 17 or 20, then modulo 11 (SUNAT, Resolución 210-2004). */
const peRuc = grouped(
  11,
  (d) => [10, 15, 16, 17, 20].includes(value(d, 0, 2)) && (11 - (weigh(d, CUIT) % 11)) % 10 === d[10],
)

/** A cédula de identidad of Uruguay: seven digits and one modulo 10 (DNIC). */
const uyCi = grouped(8, (d) => weigh(d, [2, 9, 8, 7, 6, 3, 4, 1]) % 10 === 0)

/** A RUT of Uruguay: registry 01 to 22, number, 001, one modulo 11 (DGI). */
const uyRut = grouped(12, (d) => value(d, 2, 8) > 0 && weigh(d, [4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0)

/** A cédula of Ecuador: province 01 to 24 or 30, third digit up to 6, Luhn (Registro Civil). */
const ecCi = grouped(10, (d) => isCedula(d))
function isCedula(d: Digits): boolean {
  const province = value(d, 0, 2)
  return ((province > 0 && province < 25) || province === 30) && d[2]! < 7 && luhn(d, 0, 10)
}

/** A RUC of Ecuador: a person's cédula and 001; public bodies have 6, firms 9 as third digit, and sums modulo 11 (SRI). */
const ecRuc = grouped(13, (d) => {
  const province = value(d, 0, 2)
  if (!((province > 0 && province < 25) || province === 30)) return false
  if (d[2] === 6 && weigh(d, [3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0 && value(d, 9, 13) > 0) return true
  if (d[2] === 9) return weigh(d, [4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0 && value(d, 10, 13) > 0
  return value(d, 10, 13) > 0 && isCedula(d)
})

/** A RIF of Venezuela: a letter for the kind, eight digits, one modulo 11 (SENIAT, Providencia 0048). */
const veRif = code((text) => {
  const digits = worths(text.slice(1))
  const kind = 4 * (['V', 'E', 'J', 'P', 'G'].indexOf(text[0]!.replace('C', 'J')) + 1)
  const check = 11 - ((kind + weigh(digits, [3, 2, 7, 6, 5, 4, 3, 2])) % 11)
  return (check > 9 ? 0 : check) === digits[8] && digits.some((digit) => digit !== 0)
})

/** Whether six digits from `at` on are year, month and day. */
function isDate(text: string, at: number): boolean {
  return isDay(Number(text.slice(at + 2, at + 4)), Number(text.slice(at + 4, at + 6)), Number(text.slice(at, at + 2)))
}

export const LATIN_AMERICA: Readonly<Record<string, Validator>> = {
  'ar-cbu': arCbu,
  'ar-cuit': arCuit,
  'cl-rut': clRut,
  'co-nit': coNit,
  'ec-ci': ecCi,
  'ec-ruc': ecRuc,
  'mx-clabe': mxClabe,
  'mx-curp': mxCurp,
  'mx-nss': mxNss,
  'mx-rfc': mxRfc,
  'pe-ruc': peRuc,
  'uy-ci': uyCi,
  'uy-rut': uyRut,
  've-rif': veRif,
}
