import { isCalendarDate } from './dates.ts'
import { isOther, NAME_SIGHT } from './field-names.ts'
import type { Validator } from './index.ts'
import { continuesRow, hasOneBreak, SIGHT, standsAlone } from './neighbours.ts'
import { parseV4 } from './network.ts'
import { card } from './payment.ts'

/** Country calling codes that are assigned, by their first one or two digits (ITU-T E.164 list, Operational Bulletin annex). */
const CALLING = new Set(
  (
    '1 7 20 211 212 213 216 218 22 23 24 25 260 261 262 263 264 265 266 267 268 269 27 290 291 297 298 299 30 31 32 33 34 350 ' +
    '351 352 353 354 355 356 357 358 359 36 370 371 372 373 374 375 376 377 378 379 380 381 382 383 385 386 387 389 39 40 41 ' +
    '420 421 423 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65 66 670 672 673 674 675 676 677 678 679 ' +
    '680 681 682 683 685 686 687 688 689 690 691 692 800 808 81 82 84 850 852 853 855 856 86 870 878 880 881 882 883 886 888 ' +
    '90 91 92 93 94 95 960 961 962 963 964 965 966 967 968 970 971 972 973 974 975 976 977 979 98 992 993 994 995 996 998'
  ).split(' '),
)

/** What may stand behind a number and a hyphen, and be its name: `555-0142-Office`. */
const PLACE = /^-(?:office|fax|mobile|cell|home|work|desk|phone|tel|main|direct)(?![a-z\d])/i
/** Signs of money and shares: what stands beside one is an amount. */
const AMOUNT = '$€£¥₹%‰'
/** No number is written in more groups of digits. */
const GROUPS = 7

/** What is no number, by its form alone. */
const OTHERS: readonly RegExp[] = [
  // `21-19 18-21`: what sets and games are counted in.
  /^\d{1,2}-\d{1,2}(?: \d{1,2}-\d{1,2})+$/,
  // Seconds and milliseconds since 1970, from 2017 to 2033: no number of ten digits begins so without a prefix.
  /^1[5-9]\d{8}(?:\d{3})?$/,
  // A social security number, a ZIP code with four more digits, and rows of digits that no one dials.
  /^(?:\d{3}-\d{2}-\d{4}|\d{5}-\d{4}|[1-9]\d{13,14})$/,
  // A postal code behind the number of a house or a range of them: `39 08017 Town`, `119-129 08035 Town`.
  /^(?:\d{1,2}|\d{1,3}-\d{1,3}) \d{5}$/,
  // A postal code and a number on the next line. Two groups of five are a number in India.
  /^[1-9]\d{4} (?!\d{5}$)/,
  // `1998-2003 2010`.
  /^(?:19|20)\d\d(?:[ ./-](?:19|20)\d\d)+$/,
  // `10.15.7.1234`, a version.
  /^(?:\d+\.)*\d\.[\d.]*$|^[\d.]*\.\d$/,
]

/**
 * A telephone number after ITU-T E.164: 7 to 15 digits, 8 at least in the international form and there with a country code, and not
 * a date, a time, an address, a version, a score, a sequence of equal digits, a card, or a part of a longer token. Three pairs are a
 * number, too (Greenland, older Nordic plans).
 */
export const phone: Validator = {
  sees: NAME_SIGHT,
  check(text, start, end) {
    if (continuesRow(text, start)) return false
    const international = text.charCodeAt(start) === 0x2b
    let last = end
    let depth = 0
    let count = 0
    let code = 0
    let first = -1
    let same = true
    /** Groups of digits, those of one digit, and the digits of the group that is being read. */
    let groups = 0
    let single = 0
    let run = 0
    for (let i = start; i <= last; i++) {
      const unit = i < last ? text.charCodeAt(i) : 0
      if (unit >= 0x30 && unit <= 0x39) {
        if (count++ === 0) first = unit
        else if (unit !== first) same = false
        if (count < 4) code = code * 10 + unit - 0x30
        run++
        continue
      }
      if (run > 0) groups++
      if (run === 1) single++
      run = 0
      // What follows `x`, `ext` or `extension` is one.
      if ((unit | 0x20) === 0x78 || (unit | 0x20) === 0x65 || unit === 0x2c) last = i
      else if (unit === 0x28) depth++
      else if (unit === 0x29) depth--
      if (depth < 0 || depth > 1) return false
    }
    if (depth !== 0 || count > 15 || same || groups > GROUPS) return false
    if (international ? count < 8 || !isCalling(code) : count < 7 && !(count === 6 && groups === 3)) return false
    if (!stands(text, start, end) || !hasOneBreak(text, start, end)) return false
    return international || (single < 3 && !isElse(text, start, last, end))
  },
}

function isCalling(code: number): boolean {
  const digits = String(code)
  return CALLING.has(digits) || CALLING.has(digits.slice(0, 2)) || CALLING.has(digits.slice(0, 1))
}

function stands(text: string, start: number, end: number): boolean {
  if (standsAlone(text, start, end, '-./+', '-./:+')) return true
  return standsAlone(text, start, end, '-./+', '') && PLACE.test(text.slice(end, end + SIGHT))
}

/** Whether a number without a country code is something else. `last`: where its extension begins. */
function isElse(text: string, start: number, last: number, end: number): boolean {
  const number = text.slice(start, last).trimEnd()
  if (isCalendarDate(number) || parseV4(number) || OTHERS.some((form) => form.test(number))) return true
  if (AMOUNT.includes(text.charAt(start - 1) || ' ') || AMOUNT.includes(text.charAt(end) || ' ')) return true
  // The rest of a time, as in `11:35:29.123456`.
  if (text.charCodeAt(start - 1) === 0x3a && isDigit(text, start - 2)) return true
  return isOther(text, start) || isRest(text, start, last) || isInLonger(text, start, end)
}

/** Whether it is the rest of an international number, which another pattern finds from its `+` on. */
function isRest(text: string, start: number, last: number): boolean {
  let from = start - 1
  while (from >= 0 && from > start - NAME_SIGHT && (isOfRow(text, from) || '().'.includes(text[from]!))) from--
  if (text.charCodeAt(from) !== 0x2b) return false
  let digits = 0
  for (let i = from; i < last; i++) if (isDigit(text, i)) digits++
  return digits <= 15
}

/** Groups of an IBAN, from its country on. */
const ACCOUNT = /(?:^|[^A-Za-z])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]{4})*[ -]?$/
/** Whether the row of groups of digits that a candidate is in is the number of a card, or the rest of an account's. */
function isInLonger(text: string, start: number, end: number): boolean {
  let from = start
  for (let i = start - 1; i >= 0 && i > start - NAME_SIGHT && isOfRow(text, i); i--) if (isDigit(text, i)) from = i
  let to = end
  for (let i = end; i < text.length && i < end + SIGHT && isOfRow(text, i); i++) if (isDigit(text, i)) to = i + 1
  const row = text.slice(from, to)
  return (
    (row.length > 12 && card.check(row, 0, row.length)) ||
    ACCOUNT.test(text.slice(Math.max(0, start - NAME_SIGHT), start))
  )
}
function isOfRow(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return unit === 0x20 || unit === 0x2d || isDigit(text, at)
}
function isDigit(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return unit >= 0x30 && unit <= 0x39
}
