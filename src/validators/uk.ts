/** The United Kingdom. */
import type { Validator } from './index.ts'
import { code, type Digits, isDay, isSame, number, weigh } from './sums.ts'

/** Modulus 11 over ten digits, weights 10 to 2 (NHS Data Dictionary, NHS NUMBER). A check digit of 10 is not issued. */
function checksNhs(d: Digits): boolean {
  const check = 11 - (weigh(d, NHS) % 11)
  return check !== 10 && check % 11 === d[9]
}
const NHS = [10, 9, 8, 7, 6, 5, 4, 3, 2]
const nhs: Validator = number(10, (d) => checksNhs(d) && !isSame(d, 10))

/** Scotland's number: the day of birth, a serial, and the check digit of the NHS number (NHS Scotland, CHI). */
const chi: Validator = number(10, (d) => isDay(d[2]! * 10 + d[3]!, d[0]! * 10 + d[1]!) && checksNhs(d))

/** A unique taxpayer reference: the first digit checks the other nine (HMRC; the weights are those that its software uses). */
const utr: Validator = number(10, (d) => UTR[weigh(d, UTR_WEIGHTS, 1) % 11] === d[0] && !isSame(d, 10))
const UTR = [2, 1, 9, 8, 7, 6, 5, 4, 3, 2, 1]
const UTR_WEIGHTS = [6, 7, 8, 9, 10, 5, 4, 3, 2]

/** National insurance number: prefixes that HMRC does not use are left out (NIM39110); the pattern has the letters. */
const nino: Validator = code((code) => !NO_NINO.has(code.slice(0, 2)))
const NO_NINO = new Set(['BG', 'GB', 'NK', 'KN', 'NT', 'TN', 'ZZ'])

/**
 * A driver number after DVLA: five letters of the surname, filled up with 9, then the decade, the month (50 more for women), the
 * day and the year of birth, two initials or 9, and three more.
 */
const drivingLicence: Validator = code((code) => {
  if (!/^(?:[A-Z]{5}|[A-Z]{4}9|[A-Z]{3}99|[A-Z]{2}999|[A-Z]9999)\d{6}[A-Z9]{2}[A-Z0-9]{3}$/.test(code)) return false
  const month = Number(code.slice(6, 8))
  return isDay(month > 50 ? month - 50 : month, Number(code.slice(8, 10)))
})

/**
 * A postcode (Royal Mail, PAF guide): its area is one of the 124 there are, Crown dependencies included, or the forces', and its
 * last two letters are none of C I K M O V.
 */
const postcode: Validator = code((code) => {
  const area = /^[A-Z]{1,2}(?=\d)/.exec(code)
  return area === null ? code === 'GIR0AA' : AREAS.has(area[0])
})
const AREAS = new Set(
  (
    'AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY ' +
    'G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW ' +
    'OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD ' +
    'WF WN WR WS WV YO ZE'
  ).split(' '),
)

/**
 * A vehicle's mark after DVLA (INF104): since 2001 with an age of 02 to 29 or 51 to 79, and no I or Q, nor Z in front; before
 * that, a year's letter before or behind, never I, O, Q, U or Z (the pattern has those).
 */
const vehicle: Validator = code((code) => {
  const age = /^[A-Z]{2}(\d\d)[A-Z]{3}$/.exec(code)
  if (age === null) return true
  const number = Number(age[1])
  return (number >= 2 && number <= 29) || (number >= 51 && number <= 79)
})

/** A VAT number: the weighted sum leaves 0 of 97; of those from 100 in front also 42 or 55 (HMRC). Three more digits are a branch. */
const vat: Validator = code((code) => checksGbVat(code.replace(/^(?:GB|XI)/, '')))
export function checksGbVat(code: string): boolean {
  if (/^(?:GD[0-4]|HA[5-9])\d\d$/.test(code)) return true
  if (!/^\d{9}(?:\d{3})?$/.test(code)) return false
  let sum = Number(code.slice(7, 9))
  for (let i = 0; i < 7; i++) sum += Number(code[i]) * (8 - i)
  return sum % 97 === 0 || (code >= '1' && (sum % 97 === 42 || sum % 97 === 55))
}

export const UK: Readonly<Record<string, Validator>> = {
  'uk-chi': chi,
  'uk-driving-licence': drivingLicence,
  'uk-nhs': nhs,
  'uk-nino': nino,
  'uk-postcode': postcode,
  'uk-utr': utr,
  'uk-vat': vat,
  'uk-vehicle': vehicle,
}
