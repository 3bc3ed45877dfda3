import type { Validator } from './index.ts'
import { isWordLike, SIGHT, standsAlone } from './neighbours.ts'
import { isSame, luhn, number, value } from './sums.ts'

/** Bodies that give out type allocation codes, by the first two digits of an IMEI (GSMA TS.06 annex A), those of old ones included. */
const BODIES = new Set([1, 10, 30, 33, 35, 44, 45, 49, 50, 51, 52, 53, 54, 86, 91, 98, 99])
/** An IMEI: 15 digits that pass the Luhn check, from a body that gives them out (3GPP TS 23.003 §6.2, annex B). */
export const imei = number(
  15,
  (digits) => BODIES.has(value(digits, 0, 2)) && !isSame(digits, 15) && luhn(digits, 0, 15),
)

/** An IMSI: 15 digits of which the first three are a country of ITU-T E.212, 2 to 7 or 9 first (3GPP TS 23.003 §2.2). */
export const imsi = number(15, (digits) => {
  const first = digits[0]!
  return ((first >= 2 && first <= 7) || (first === 9 && digits[1] === 0)) && !isSame(digits, 15)
})

/** The number of a SIM card: 18 to 20 digits, 89 first, with a Luhn digit last (ITU-T E.118). Those of 20 need not have it. */
export const iccid = number(
  18,
  (digits, count) => digits[0] === 8 && digits[1] === 9 && (count === 20 || luhn(digits, 0, count)),
  20,
)

/** What a letter counts in the check of a VIN, `A` first; 0 for those that it may not have (49 CFR 565.15, table III). */
const WEIGHT_OF = [1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 0, 7, 0, 9, 2, 3, 4, 5, 6, 7, 8, 9]
const WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]
/** A vehicle identification number (ISO 3779): 17 letters and digits, both, that stand alone, with digits in its last three places. */
export const vin: Validator = {
  sees: SIGHT,
  check(text, start, end) {
    let letters = 0
    for (let i = start; i < end; i++) if (text.charCodeAt(i) > 0x39) letters++
    if (letters < 2 || letters > 14) return false
    for (let i = end - 3; i < end; i++) if (text.charCodeAt(i) > 0x39) return false
    return standsAlone(text, start, end)
  },
}
/** A VIN with the check digit that North America and China ask for, at its ninth place (49 CFR 565.15(c)). */
export const vinChecked: Validator = {
  sees: SIGHT,
  check(text, start, end) {
    let sum = 0
    for (let i = 0; i < 17; i++) {
      const unit = text.charCodeAt(start + i)
      sum += WEIGHTS[i]! * (unit <= 0x39 ? unit - 0x30 : WEIGHT_OF[(unit | 0x20) - 0x61]!)
    }
    const rest = sum % 11
    return (
      (text[start + 8]!.toUpperCase() === 'X' ? 10 : text.charCodeAt(start + 8) - 0x30) === rest &&
      vin.check(text, start, end)
    )
  },
}

/** Latitude and longitude in degrees (ISO 6709, WGS 84), with as many decimals as tell a street: 90 and 180 at most, not 0. */
export const coordinates: Validator = {
  sees: SIGHT,
  check(text, start, end) {
    const parts = text.slice(start, end).split(/[,;\s]+/)
    const [latitude, longitude] = [Number(parts[0]), Number(parts[1])]
    if (parts.length !== 2 || !(Math.abs(latitude) <= 90) || !(Math.abs(longitude) <= 180)) return false
    if (latitude === 0 || longitude === 0 || isWordLike(text, start - 1) || isWordLike(text, end)) return false
    // A third number makes it a row of numbers.
    return !/^,\s?-?\d/.test(text.slice(end, end + 4)) && !/\d,\s?$/.test(text.slice(Math.max(0, start - 4), start))
  },
}

export const DEVICES = { coordinates, iccid, imei, imsi, vin, 'vin-checked': vinChecked }
