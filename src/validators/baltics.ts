/** Lithuania, Latvia and Estonia. */
import type { Validator } from './index.ts'
import { type Digits, isDay, number, weigh } from './sums.ts'

/**
 * The personal code of Estonia (isikukood, EVS 585) and of Lithuania (asmens kodas): sex and century, day of birth, serial, and a
 * check digit modulus 11 in two rounds. Lithuania's few codes without a day of birth, which begin with 9, are left out.
 */
const personalCode: Validator = number(11, (d) => {
  if (d[0] === 0 || d[0] === 9 || !isDay(d[3]! * 10 + d[4]!, d[5]! * 10 + d[6]!)) return false
  return checksBaltic(d, 10)
})
/** The check of `count` digits by the one behind them. */
export function checksBaltic(d: Digits, count: number): boolean {
  let rest = 0
  for (const shift of [0, 2]) {
    rest = 0
    for (let i = 0; i < count; i++) rest += d[i]! * (((i + shift) % 9) + 1)
    rest %= 11
    if (rest < 10) break
  }
  return rest % 10 === d[count]
}

/**
 * A Latvian personas kods (Fizisko personu reģistra likums): until 2017 the day of birth, its century, and a check digit modulus
 * 11; since then 32 to 39 in front, and nothing that can be checked.
 */
const latvian: Validator = number(11, (d) => {
  if (d[0] === 3 && d[1]! > 1) return true
  if (d[6]! > 2 || !isDay(d[2]! * 10 + d[3]!, d[0]! * 10 + d[1]!)) return false
  return (1101 - weigh(d, [1, 6, 3, 7, 9, 10, 5, 8, 4, 2])) % 11 === d[10]
})

export const BALTICS: Readonly<Record<string, Validator>> = {
  'ee-personal-code': personalCode,
  'lv-personal-code': latvian,
}
