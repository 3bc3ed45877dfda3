import { grouped } from './groups.ts'
import type { Validator } from './index.ts'
import { code } from './sums.ts'

/** An identity number of Turkey: two check digits modulo 10 (Nüfus ve Vatandaşlık İşleri, T.C. kimlik numarası). */
const trNational = grouped(11, (d) => {
  if (d[0] === 0) return false
  const odd = d[0]! + d[2]! + d[4]! + d[6]! + d[8]!
  const even = d[1]! + d[3]! + d[5]! + d[7]!
  return (((odd * 7 - even) % 10) + 10) % 10 === d[9] && (odd + even + d[9]!) % 10 === d[10]
})

/** A tax number of Turkey: each digit is moved on, doubled as often as digits follow, and taken modulo 9 (Gelir İdaresi Başkanlığı). */
const trTax = grouped(10, (d) => {
  let sum = 0
  for (let i = 0; i < 9; i++) {
    const moved = (d[i]! + 9 - i) % 10
    const rest = (moved * 2 ** (9 - i)) % 9
    sum += moved !== 0 && rest === 0 ? 9 : rest
  }
  return (10 - (sum % 10)) % 10 === d[9]
})

/** A number plate: province 01 to 81, letters but Q, W and X, a number that is not zero (Karayolları Trafik Yönetmeliği art. 53). */
const trPlate = code((text) => {
  const province = Number(text.slice(0, 2))
  return province > 0 && province < 82 && !/\D0+$/.test(text)
})

/** A telephone number of Turkey: an area from 2 to 5, not the same digit throughout (BTK, Numaralandırma Yönetmeliği). */
const trPhone = grouped(10, (d, count) => d[count - 10]! > 1 && d[count - 10]! < 6, 14)

export const TURKEY: Readonly<Record<string, Validator>> = {
  'tr-national': trNational,
  'tr-phone': trPhone,
  'tr-plate': trPlate,
  'tr-tax': trTax,
}
