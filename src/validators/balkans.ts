/** Czechia, Slovakia, Hungary, Romania, Bulgaria, Greece, Croatia and Slovenia. */
import type { Validator } from './index.ts'
import { type Digits, isDay, isSame, luhn, mod11and10, modulo, number, value, weigh } from './sums.ts'

/**
 * A rodné číslo (zákon 133/2000 Sb. § 13; zákon 301/1995 Z. z.): year, month (50 more for women, 20 more where a day's numbers
 * were used up), day, serial. Ten digits since 1954, divisible by 11; until 1985 some that leave 10 end in 0.
 */
const birthNumber: Validator = number(
  9,
  (d, count) => {
    const written = d[2]! * 10 + d[3]!
    const female = written > 50 ? written - 50 : written
    if (!isDay(female > 20 ? female - 20 : female, d[4]! * 10 + d[5]!)) return false
    if (count === 9) return d[0]! * 10 + d[1]! < 54
    const rest = modulo(d, 0, 9, 11)
    return rest === d[9] || (rest === 10 && d[9] === 0)
  },
  10,
)

/** A firm's IČO (Czech Statistical Office; ŠÚ SR): weights 8 to 2, modulus 11. */
const ico: Validator = number(8, (d) => checksIco(d) && !isSame(d, 8))
export function checksIco(d: Digits): boolean {
  return (11 - (weigh(d, [8, 7, 6, 5, 4, 3, 2]) % 11)) % 10 === d[7]
}

/** A Hungarian tax identification of a person (2007. évi törvény, Art. 1. melléklet): 8 in front, weights 1 to 9, modulus 11. */
const hungarianTaxId: Validator = number(
  10,
  (d) => d[0] === 8 && weigh(d, [1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11 === d[9] && !isSame(d, 10),
)

/** A TAJ number of health insurance (1996. évi XX. törvény): weights 3 and 7, modulus 10. */
const taj: Validator = number(9, (d) => weigh(d, [3, 7, 3, 7, 3, 7, 3, 7]) % 10 === d[8] && !isSame(d, 9))

/** A Hungarian firm's tax number (adószám): weights 9 7 3 1, modulus 10; then the kind of tax and the county. */
const hungarianFirm: Validator = number(11, (d) => checksHungarianFirm(d) && d[8]! > 0 && d[8]! < 6)
export function checksHungarianFirm(d: Digits): boolean {
  return weigh(d, [9, 7, 3, 1, 9, 7, 3, 1]) % 10 === 0 && value(d, 0, 8) > 0
}

/** A Romanian CNP (OUG 97/2005): sex and century, day of birth, county, serial, modulus 11 where 10 is written 1. */
const cnp: Validator = number(13, (d) => {
  if (d[0] === 0 || !isDay(d[3]! * 10 + d[4]!, d[5]! * 10 + d[6]!)) return false
  const rest = weigh(d, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11
  return (rest === 10 ? 1 : rest) === d[12]
})

/** A Romanian firm's CUI (ANAF): up to ten digits, weights 7 5 3 2 1 7 5 3 2 from the right, times ten modulus 11. */
const cui: Validator = number(6, (d, count) => checksCui(d, count) && !isSame(d, count), 10)
export function checksCui(d: Digits, count: number): boolean {
  if (d[0] === 0) return false
  let sum = 0
  for (let i = 0; i < count - 1; i++) sum += d[i]! * [7, 5, 3, 2, 1, 7, 5, 3, 2][i + 10 - count]!
  return ((sum * 10) % 11) % 10 === d[count - 1]
}

/** A Bulgarian EGN (Наредба № РД-02-20-9): month 20 more for 18xx, 40 more for 20xx; modulus 11 where 10 is written 0. */
const egn: Validator = number(10, (d) => {
  const month = d[2]! * 10 + d[3]!
  const century = month > 40 ? 2000 : month > 20 ? 1800 : 1900
  if (!isDay(month % 20, d[4]! * 10 + d[5]!, century + d[0]! * 10 + d[1]!) || month > 52) return false
  return (weigh(d, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11) % 10 === d[9]
})

/** A Bulgarian firm (ЕИК/БУЛСТАТ): weights 1 to 8, or 3 to 10 if that leaves 10, modulus 11. */
const eik: Validator = number(9, (d) => checksEik(d) && !isSame(d, 9))
export function checksEik(d: Digits): boolean {
  const rest = weigh(d, [1, 2, 3, 4, 5, 6, 7, 8]) % 11
  return (rest === 10 ? (weigh(d, [3, 4, 5, 6, 7, 8, 9, 10]) % 11) % 10 : rest) === d[8] && value(d, 0, 8) > 0
}

/** A Greek tax number (ΑΦΜ; AADE): powers of two, modulus 11. */
const afm: Validator = number(9, (d) => checksAfm(d) && !isSame(d, 9))
export function checksAfm(d: Digits): boolean {
  return (weigh(d, [256, 128, 64, 32, 16, 8, 4, 2]) % 11) % 10 === d[8] && value(d, 0, 8) > 0
}

/** A Greek number of social security (ΑΜΚΑ; ν. 3655/2008 άρθρο 153): day of birth, serial, Luhn. */
const amka: Validator = number(11, (d) => isDay(d[2]! * 10 + d[3]!, d[0]! * 10 + d[1]!) && luhn(d, 0, 11))

/** A Croatian OIB (Zakon o OIB-u): ISO/IEC 7064 mod 11,10. */
const oib: Validator = number(11, (d) => mod11and10(d, 0, 11) && !isSame(d, 11))

/** An EMŠO (ZCRP, Slovenia; the JMBG before it): day of birth with three digits of the year, region, serial, modulus 11. */
const emso: Validator = number(13, (d) => {
  if ((d[4] !== 9 && d[4] !== 0 && d[4] !== 8) || !isDay(d[2]! * 10 + d[3]!, d[0]! * 10 + d[1]!)) return false
  return ((11 - (weigh(d, [7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11) % 10 === d[12]
})

/** A Slovenian tax number (ZDavP-2): weights 8 to 2, modulus 11; 11 is not given out. */
const slovenianTaxId: Validator = number(8, (d) => checksSlovenian(d) && !isSame(d, 8))
export function checksSlovenian(d: Digits): boolean {
  return d[0]! > 0 && (11 - (weigh(d, [8, 7, 6, 5, 4, 3, 2]) % 11)) % 10 === d[7]
}

export const BALKANS: Readonly<Record<string, Validator>> = {
  'bg-egn': egn,
  'bg-eik': eik,
  'cz-birth-number': birthNumber,
  'cz-ico': ico,
  'gr-afm': afm,
  'gr-amka': amka,
  'hr-oib': oib,
  'hu-firm': hungarianFirm,
  'hu-taj': taj,
  'hu-tax-id': hungarianTaxId,
  'ro-cnp': cnp,
  'ro-cui': cui,
  'si-emso': emso,
  'si-tax-id': slovenianTaxId,
}
