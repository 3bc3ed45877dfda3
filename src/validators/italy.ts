/** Italy. */
import type { Validator } from './index.ts'
import { code, type Digits, luhn, number, value } from './sums.ts'

const ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]
/** Letters that stand for digits where two persons had the same code (omocodia). */
const STAND_INS = 'LMNPQRSTUV'

/**
 * A fiscal code of a person (DM 23 December 1976): six letters of the name, year, letter of the month, day (40 more for women),
 * place of birth, and a letter that checks all, modulo 26.
 */
const fiscalCode: Validator = code((code) => {
  if (!isDayOf(code)) return false
  let sum = 0
  for (let i = 0; i < 15; i++) {
    const unit = code.charCodeAt(i)
    const worth = unit < 65 ? unit - 48 : unit - 65
    sum += i % 2 === 0 ? ODD[worth]! : worth
  }
  return sum % 26 === code.charCodeAt(15) - 65
})
/** The same without the check letter, for codes that were made up or mistyped: its words must be near. */
const fiscalCodeForm: Validator = code((code) => isDayOf(code))
function isDayOf(code: string): boolean {
  const day = digitOf(code[9]!) * 10 + digitOf(code[10]!)
  return (day >= 1 && day <= 31) || (day >= 41 && day <= 71)
}
function digitOf(char: string): number {
  const worth = STAND_INS.indexOf(char)
  return worth < 0 ? Number(char) : worth
}

/** A VAT number (DPR 633/1972): Luhn over eleven digits, of which three name the province's office. */
const vat: Validator = number(11, checksItalianVat)
export function checksItalianVat(d: Digits): boolean {
  const office = value(d, 7, 10)
  return ((office > 0 && office <= 100) || OFFICES.has(office)) && value(d, 0, 7) > 0 && luhn(d, 0, 11)
}
const OFFICES = new Set([120, 121, 888, 999])

export const ITALY: Readonly<Record<string, Validator>> = {
  'it-fiscal-code': fiscalCode,
  'it-fiscal-code-form': fiscalCodeForm,
  'it-vat': vat,
}
