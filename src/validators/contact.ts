import { isCalendarDate } from './dates.ts'
import { isOther, NAME_SIGHT } from './field-names.ts'
import type { Validator } from './index.ts'
import { continuesRow, hasOneBreak, isWordLike, SIGHT, standsAlone } from './neighbours.ts'
import { isHost, isTopLevel, parseV4 } from './network.ts'
import { card } from './payment.ts'

/**
 * What files end with, so that `icon@2x.png` is no address, where it is a top-level domain as well. Those that name packages of
 * code and are countries too (`.py`, `.rs`, `.md`, `.sh`) are left out: an address missed is worse.
 */
const FILES = new Set(['zip', 'mov'])
/**
 * Names below which there are no public hosts, but addresses all the same: those of RFC 6761, and those that ICANN, RFC 6762 and
 * RFC 8375 leave to private networks.
 */
const PRIVATE = new Set('example test invalid local internal intranet lan home corp localdomain arpa onion'.split(' '))
/** Long-standing generic top-level domains (IANA root zone): a name that goes on behind one of these has run into prose. */
const GENERIC = new Set('com org net edu gov mil int info biz name pro io dev app ai co me'.split(' '))
/** How far before an address the scheme of a connection string may stand. */
const USER_SIGHT = 24

/**
 * An address after RFC 5321 §4.5.3.1 (64 characters, a dot, 255 characters) and RFC 1035 §2.3.4 (labels of up to 63), below a
 * top-level domain that there is. `git@host` names a repository, and `//name:password@host` who logs in, not a person.
 */
export const email: Validator = {
  sees: USER_SIGHT,
  check(text, start, end) {
    let at = end - 1
    while (text.charCodeAt(at) !== 0x40) at--
    // A local part that was cut to its 64 characters is found all the same.
    if ((at - start < 64 && isWordLike(text, start - 1)) || isWordLike(text, end)) return false
    if (at - start > 64 || end - at > 256 || logsIn(text, start)) return false
    const domain = text.slice(at + 1, end)
    const labels = domain.toLowerCase().split('.')
    const top = labels.at(-1)!
    if ((!isTopLevel(top) && !PRIVATE.has(top)) || FILES.has(top) || !isHost(labels)) return false
    if (at - start === 3 && text.slice(start, at).toLowerCase() === 'git') return false
    // `a@example.com.Then`: no name under a generic domain goes on with a capital.
    return !(
      labels.length > 2 &&
      GENERIC.has(labels.at(-2)!) &&
      top.length > 2 &&
      /[A-Z]/.test(domain.slice(-top.length)[0]!)
    )
  },
}

/** Whether what starts here is the password of a connection string: `scheme://name:` stands before it (RFC 3986 §3.2.1). */
function logsIn(text: string, start: number): boolean {
  if (text.charCodeAt(start - 1) !== 0x3a) return false
  for (let i = start - 2; i > start - USER_SIGHT && i > 1; i--) {
    const unit = text.charCodeAt(i)
    if (unit <= 0x20) return false
    if (unit === 0x2f) return text.charCodeAt(i - 1) === 0x2f && text.charCodeAt(i - 2) === 0x3a
  }
  return false
}

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
/** `21-19 18-21`: what sets and games are counted in. */
const SCORES = /^\d{1,2}-\d{1,2}(?: \d{1,2}-\d{1,2})+$/
/** Seconds and milliseconds since 1970, from 2017 to 2033: no number of ten digits begins so without a prefix. */
const EPOCH = /^1[5-9]\d{8}(?:\d{3})?$/
/** No number is written in more groups of digits. */
const GROUPS = 7

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
    /** Of the groups of digits: how many, how many with one digit, and how many digits the last one has. */
    let groups = 0
    let single = 0
    let run = 0
    let years = 0
    let value = 0
    let dotted = true
    for (let i = start; i < last; i++) {
      const unit = text.charCodeAt(i)
      if (unit >= 0x30 && unit <= 0x39) {
        if (count++ === 0) first = unit
        else if (unit !== first) same = false
        if (count < 4) code = code * 10 + unit - 0x30
        value = run++ === 0 ? unit - 0x30 : value * 10 + unit - 0x30
        continue
      }
      if (run > 0) {
        groups++
        if (run === 1) single++
        if (run === 4 && value >= 1900 && value < 2100) years++
        run = 0
      }
      // What follows `x`, `ext` or `extension` is one.
      if ((unit | 0x20) === 0x78 || (unit | 0x20) === 0x65 || unit === 0x2c) last = i
      else if (unit === 0x28) depth++
      else if (unit === 0x29) depth--
      if (depth < 0 || depth > 1) return false
      if (i < last && unit !== 0x2e) dotted = false
    }
    if (run > 0) {
      groups++
      if (run === 1) single++
      if (run === 4 && value >= 1900 && value < 2100) years++
    }
    if (depth !== 0 || count > 15 || same || groups > GROUPS) return false
    if (international ? count < 8 || !isCalling(code) : count < 7 && !(count === 6 && groups === 3)) return false
    if (!stands(text, start, end) || !hasOneBreak(text, start, end)) return false
    if (international) return true
    // `6-3 7-6 7-5`, `10.15.7.1234`, `1998-2003`.
    if (single > 2 || (dotted && single > 0 && groups > 1) || (years === groups && groups > 1)) return false
    const body = text.slice(start, last).trimEnd()
    if (isCalendarDate(body) || parseV4(body) || SCORES.test(body) || EPOCH.test(body)) return false
    // The rest of a time, as in `11:35:29.123456`.
    if (/\d:$/.test(text.slice(Math.max(0, start - 2), start))) return false
    // The last of `17, 08017 Town` and `119-129 08035 Town`: the number of a house and a postal code.
    if (run === 5 && groups > 1 && text.charCodeAt(last - 6) === 0x20 && isHouse(text, start, last)) return false
    if (isOther(text, start)) return false
    if (AMOUNT.includes(text.charAt(start - 1) || ' ') || AMOUNT.includes(text.charAt(end) || ' ')) return false
    return count < 13 || !card.check(text, start, end)
  },
}

/** Whether a candidate that ends in five digits begins as the number of a house does: one or two digits, or a range. */
function isHouse(text: string, start: number, last: number): boolean {
  return /^(?:\d{1,2}|\d{1,3}-\d{1,3}) \d{5}$/.test(text.slice(start, last))
}

function isCalling(code: number): boolean {
  const digits = String(code)
  return CALLING.has(digits) || CALLING.has(digits.slice(0, 2)) || CALLING.has(digits.slice(0, 1))
}

function stands(text: string, start: number, end: number): boolean {
  if (standsAlone(text, start, end, '-./+', '-./:+')) return true
  return standsAlone(text, start, end, '-./+', '') && PLACE.test(text.slice(end, end + SIGHT))
}

export const CONTACT = { email, phone }
