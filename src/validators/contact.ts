import type { Validator } from './index.ts'
import { continuesRow, isWordLike, SIGHT, standsAlone } from './neighbours.ts'

/**
 * What files end with, so that `icon@2x.png` is no address. Those that are top-level domains too (`.py`, `.rs`, `.md`, `.sh`)
 * are left out: an address missed is worse.
 */
const FILES = new Set(
  'png jpg jpeg gif svg webp ico css scss less js mjs cjs ts tsx jsx json yaml yml toml html htm xml csv txt log lock pdf jar exe dll gz tgz'.split(
    ' ',
  ),
)
/** Long-standing generic top-level domains (IANA root zone): a name that goes on behind one of these has run into prose. */
const GENERIC = new Set('com org net edu gov mil int info biz name pro io dev app ai co me'.split(' '))

/**
 * An address after RFC 5321 §4.5.3.1 (64 characters, a dot, 255 characters) and RFC 1035 §2.3.4 (labels of up to 63), with a
 * top-level domain of letters (RFC 3696 §2) that is not a file's ending. `git@host` names a repository, not a person.
 */
export const email: Validator = {
  sees: 1,
  check(text, start, end) {
    const match = text.slice(start, end)
    const at = match.lastIndexOf('@')
    const local = match.slice(0, at)
    // A local part that was cut to its 64 characters is found all the same.
    if ((local.length < 64 && isWordLike(text, start - 1)) || isWordLike(text, end)) return false
    const domain = match.slice(at + 1)
    if (local.length > 64 || domain.length > 255 || local.toLowerCase() === 'git') return false
    const labels = domain.toLowerCase().split('.')
    if (
      labels.some((label) => label.length === 0 || label.length > 63 || label.startsWith('-') || label.endsWith('-'))
    ) {
      return false
    }
    const top = labels.at(-1)!
    if (!/^(?:xn--[a-z0-9-]+|\p{L}{2,24})$/u.test(top) || FILES.has(top)) return false
    // `a@example.com.Then`: no name under a generic domain goes on with a capital.
    return !(
      labels.length > 2 &&
      GENERIC.has(labels.at(-2)!) &&
      top.length > 2 &&
      /[A-Z]/.test(domain.slice(-top.length)[0]!)
    )
  },
}

/**
 * A telephone number after ITU-T E.164: 7 to 15 digits, 8 at least in the international form, and not a date, a time, a
 * sequence of equal digits, or a part of a longer token.
 */
export const phone: Validator = {
  sees: SIGHT,
  check(text, start, end) {
    if (continuesRow(text, start)) return false
    let last = end
    let depth = 0
    let count = 0
    let first = -1
    let same = true
    for (let i = start; i < last; i++) {
      const unit = text.charCodeAt(i)
      if (unit >= 0x30 && unit <= 0x39) {
        if (count++ === 0) first = unit
        else if (unit !== first) same = false
      }
      // What follows `x`, `ext` or `#` is an extension.
      else if (unit === 0x78 || unit === 0x65 || unit === 0x23) last = i
      else if (unit === 0x28) depth++
      else if (unit === 0x29) depth--
      if (depth < 0 || depth > 1) return false
    }
    const international = text.charCodeAt(start) === 0x2b
    if (depth !== 0 || count < (international ? 8 : 7) || count > 15 || same) return false
    return standsAlone(text, start, end, '-./+', '-./:+') && (international || !isDate(text.slice(start, last)))
  },
}

/** ISO 8601 dates and the usual day-month-year ones, alone or with more digits behind. */
function isDate(number: string): boolean {
  return (
    /^(?:19|20)\d\d([-./ ])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?!\d)/.test(number) ||
    /^(?:0?[1-9]|[12]\d|3[01])([-./ ])(?:0?[1-9]|[12]\d|3[01])\1(?:19|20)\d\d(?!\d)/.test(number) ||
    /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/.test(number)
  )
}
