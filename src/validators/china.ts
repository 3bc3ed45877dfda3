import { base36, grouped } from './groups.ts'
import type { Validator } from './index.ts'
import { code, isDay } from './sums.ts'

/** Provinces by the first two digits of GB/T 2260. */
const PROVINCES = new Set([
  11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63,
  64, 65, 71, 81, 82, 83, 91,
])
const RESIDENT = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
/** A resident identity number: region, birth date, order, check character modulo 11-2 (GB 11643-1999, ISO 7064). */
const cnResident = code((text) => {
  if (!PROVINCES.has(Number(text.slice(0, 2)))) return false
  const year = Number(text.slice(6, 10))
  if (year < 1880 || year > 2079 || !isDay(Number(text.slice(10, 12)), Number(text.slice(12, 14)), year)) return false
  let sum = 0
  for (let i = 0; i < 17; i++) sum += (text.charCodeAt(i) - 48) * RESIDENT[i]!
  return '10X98765432'[sum % 11] === text[17]
})

const USCC = '0123456789ABCDEFGHJKLMNPQRTUWXY'
/** A unified social credit code: authority, kind, region, organisation, check character modulo 31 (GB 32100-2015). */
const cnUscc = code((text) => {
  if (!PROVINCES.has(Number(text.slice(2, 4))) && text.slice(2, 4) !== '10') return false
  let sum = 0
  for (let i = 0, weight = 1; i < 17; i++, weight = (weight * 3) % 31) {
    const value = USCC.indexOf(text[i]!)
    if (value < 0) return false
    sum += value * weight
  }
  return USCC[(31 - (sum % 31)) % 31] === text[17]
})

/** What the letter of a Taiwanese identity number counts as, less 10. */
const COUNTIES = 'ABCDEFGHJKLMNPQRSTUVXYWZIO'
/** An identity number of Taiwan, and of a foreigner there since 2021: county, sex, seven digits, one modulo 10 (NIA, MOI). */
const twNational = code((text) => {
  const county = COUNTIES.indexOf(text[0]!) + 10
  let sum = Math.floor(county / 10) + (county % 10) * 9
  for (let i = 1; i < 10; i++) sum += (text.charCodeAt(i) - 48) * (i === 9 ? 1 : 9 - i)
  return sum % 10 === 0
})

const UBN = [1, 2, 1, 2, 1, 2, 4, 1]
/** A unified business number of Taiwan: digits of the products make a multiple of 5 since April 2023 (MOF). */
const twUbn = grouped(8, (d) => {
  let sum = 0
  for (let i = 0; i < 8; i++) {
    const product = d[i]! * UBN[i]!
    sum += Math.floor(product / 10) + (product % 10)
  }
  return sum % 5 === 0 || (d[6] === 7 && (sum + 1) % 5 === 0)
})

/** An identity card of Hong Kong: letters worth 10 and on, weights 9 to 1 modulo 11, where 10 is written A (Immigration Department). */
const hkId = code((card) => {
  const text = card.replace(/[()]/g, '')
  // A card with one letter has a blank, worth 36, before it.
  let sum = text.length === 8 ? 36 * 9 : 0
  for (let i = 0; i < text.length; i++) sum += base36(text.charCodeAt(i)) * Math.max(1, text.length - i)
  return sum % 11 === 0
})

export const CHINA: Readonly<Record<string, Validator>> = {
  'cn-resident': cnResident,
  'cn-uscc': cnUscc,
  'hk-id': hkId,
  'tw-national': twNational,
  'tw-ubn': twUbn,
}
