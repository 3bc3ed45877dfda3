import { grouped, worths } from './groups.ts'
import type { Validator } from './index.ts'
import { code, isSame, weigh } from './sums.ts'

/** 11 less the rest of a sum, where 10 and 11 are written as 0. */
function elevens(sum: number): number {
  return sum % 11 < 2 ? 0 : 11 - (sum % 11)
}

/** A CPF: two check digits modulo 11 (Receita Federal, IN RFB 1548/2015). */
const brCpf = grouped(
  11,
  (d) =>
    elevens(weigh(d, [10, 9, 8, 7, 6, 5, 4, 3, 2])) === d[9] &&
    elevens(weigh(d, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2])) === d[10],
)

const CNPJ = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]
/**
 * A CNPJ: twelve digits and, since July 2026, capital letters, each worth its ASCII code less 48, then two check digits modulo
 * 11 (Receita Federal, IN RFB 2229/2024).
 */
const brCnpj = code((text) => {
  const values = worths(text)
  if (values.length !== 14 || isSame(values, 14)) return false
  return elevens(weigh(values, CNPJ.slice(1))) === values[12] && elevens(weigh(values, CNPJ)) === values[13]
})

/** A driving licence: two check digits modulo 11, the second less two where the first was 10 or more (DENATRAN, Portaria 47/1999). */
const brCnh = grouped(11, (d) => {
  const first = weigh(d, [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11
  const second = weigh(d, [1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11
  const rest = second > 9 ? 0 : (second - (first > 9 ? 2 : 0) + 11) % 11
  return (first > 9 ? 0 : first) === d[9] && (rest > 9 ? 0 : rest) === d[10]
})

/** A PIS, PASEP, NIS or NIT, and a RENAVAM of a vehicle: ten digits and one modulo 11 (Caixa, NIS; DENATRAN, Portaria 27/2013). */
const brPis = grouped(11, (d) => elevens(weigh(d, [3, 2, 9, 8, 7, 6, 5, 4, 3, 2])) === d[10])

/** A voter's number: eight digits, the state (01 to 28), two check digits modulo 11 (TSE, Resolução 21.538/2003 art. 12). */
const brVoter = grouped(12, (d) => {
  const state = d[8]! * 10 + d[9]!
  if (state < 1 || state > 28) return false
  const first = (weigh(d, [2, 3, 4, 5, 6, 7, 8, 9]) % 11) % 10
  const second = ((d[8]! * 7 + d[9]! * 8 + first * 9) % 11) % 10
  // São Paulo and Minas Gerais write 1 where the others write 0.
  const least = state < 3
  return (
    (d[10] === first || (least && first === 0 && d[10] === 1)) &&
    (d[11] === second || (least && second === 0 && d[11] === 1))
  )
})

/** A health card: begins with 1, 2, 7, 8 or 9, weights 15 to 1 make a multiple of 11 (DATASUS, Cartão Nacional de Saúde). */
const brCns = grouped(
  15,
  (d) => [1, 2, 7, 8, 9].includes(d[0]!) && weigh(d, [15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0,
)

export const BRAZIL: Readonly<Record<string, Validator>> = {
  'br-cnh': brCnh,
  'br-cnpj': brCnpj,
  'br-cns': brCns,
  'br-cpf': brCpf,
  'br-pis': brPis,
  'br-voter': brVoter,
}
