import type { Validator } from './index.ts'
import { isWordLike, SIGHT, standsAlone } from './neighbours.ts'
import { TOP_LEVELS } from './toplevels.ts'

/** What says right before four numbers that they are a version or a section: `v1.2.3.4`, `Chrome/110.0.5481.177`, `version 2.0.1.4`. */
const VERSION = /(?:[A-Za-z]\/|[vV]|(?:\b(?:version|ver\.?|release|build|firmware|section|chapter)|§)[ :]{0,2})$/i

/**
 * An IPv4 address in dotted form (RFC 791; no leading zeros, as RFC 6943 §3.1.1 asks) that names a host, perhaps with the length of
 * its prefix (RFC 4632). Not one that `specialIp` is for, and no version.
 */
export const ipv4: Validator = {
  sees: SIGHT,
  check(text, start, end) {
    const seen = readV4(text, start, end)
    return seen !== undefined && !isSpecial(text, end, seen)
  },
}

/**
 * An address that tells of nobody (RFC 6890): of this host, of all, of none, of a network (`198.51.100.0/24`), and those of four
 * digits, such as 8.8.8.8 and 1.2.3.4, which are everyone's servers or numbers of sections. IPv6 has `::` and `::1` (RFC 4291 §2.5), and its
 * networks end in `::` before the length of their prefix.
 */
export const specialIp: Validator = {
  sees: SIGHT,
  check(text, start, end) {
    const part = text.slice(start, end)
    if (part.includes(':')) {
      // `a::1` and `1::1` are parts of longer addresses, or names.
      if (isWordLike(text, start - 1) || isWordLike(text, end)) return false
      return !isColon(text, start - 1) && !isColon(text, end) && Number(part.split('/')[1] ?? 0) <= 128
    }
    const seen = readV4(text, start, end)
    return seen !== undefined && isSpecial(text, end, seen)
  },
}

interface V4 {
  readonly octets: readonly number[]
  readonly prefix: number | undefined
}
/** The address that stands there as a token of its own and is no version. */
function readV4(text: string, start: number, end: number): V4 | undefined {
  if (!standsAlone(text, start, end, '.-')) return undefined
  const [address, length] = text.slice(start, end).split('/')
  const octets = parseV4(address!)
  const prefix = length === undefined ? undefined : Number(length)
  if (!octets || (prefix !== undefined && prefix > 32)) return undefined
  return VERSION.test(text.slice(Math.max(0, start - SIGHT), start)) ? undefined : { octets, prefix }
}

function isSpecial(text: string, end: number, { octets, prefix = 32 }: V4): boolean {
  const [a, b, c, d] = octets as [number, number, number, number]
  if (a === 0 || a === 127 || (a === 255 && b === 255 && c === 255)) return true
  if (d === 0 && ((b === 0 && c === 0) || prefix < 32 || text[end] === '/')) return true
  return a < 10 && b < 10 && c < 10 && d < 10
}

/**
 * An IPv6 address (RFC 4291 §2.2) that names a host: not `::` or `::1`. It must have a digit, and three groups written or
 * a first one of four places: `std::cout` and `a::b` are names in a program.
 */
export const ipv6: Validator = {
  sees: SIGHT,
  check(text, start, end) {
    let groups = 0
    let gap = false
    let afterGap = false
    /** Places, value and start of the group that is being read, and whether one before it was not zero. */
    let places = 0
    let value = 0
    let from = start
    let named = false
    let firstPlaces = 0
    let digit = false
    let dotted = false
    let last = end
    for (let i = start; i < end; i++) {
      const unit = text.charCodeAt(i)
      // What follows `%` is a zone (RFC 4007 §11), and `/` the length of a prefix (RFC 4291 §2.3).
      if (unit === 0x25) break
      if (unit === 0x2f) {
        // The address of a network is `specialIp`'s.
        if (Number(text.slice(i + 1, end)) > 128 || afterGap) return false
        last = i
        break
      }
      if (unit === 0x3a) {
        const double = i + 1 < end && text.charCodeAt(i + 1) === 0x3a
        if (places === 0 && !(double && i === start)) return false
        if (double && gap) return false
        if (places > 0) {
          groups++
          if (groups === 1) firstPlaces = places
          named ||= value !== 0
        }
        afterGap = double
        if (double) {
          gap = true
          i++
        }
        places = value = 0
        from = i + 1
      } else if (unit === 0x2e) {
        // What is left must be an IPv4 address, in the place of two groups.
        let stop = i
        while (stop < end && (text.charCodeAt(stop) === 0x2e || isDigit(text, stop))) stop++
        const octets = parseV4(text.slice(from, stop))
        if (!octets) return false
        groups++
        dotted = true
        named ||= octets[0] !== 0 || octets[1] !== 0
        i = stop - 1
      } else {
        if (++places > 4) return false
        digit ||= unit <= 0x39
        value = value * 16 + (unit <= 0x39 ? unit - 0x30 : (unit | 0x20) - 0x57)
      }
    }
    if (places > 0) groups++
    else if (!afterGap) return false
    if (gap ? groups > 7 : groups !== 8) return false
    // A part of something longer with colons; `ip:2001:db8::1` is none.
    if (text.startsWith('::', end) || /^[0-9A-Fa-f:]:$/.test(text.slice(Math.max(0, start - 2), start))) return false
    if (text[end] === ':' && isWordLike(text, end + 1)) return false
    // `2001:db8::/9999`: the address ends before a length that is none.
    if (last === end && text[end] === '/' && /^\/\d{1,3}(?!\d)/.test(text.slice(end, end + 5))) {
      if (Number(/^\d+/.exec(text.slice(end + 1, end + 4))![0]) <= 128) return false
    }
    return named && digit && (groups >= 3 || firstPlaces === 4 || dotted) && standsAlone(text, start, end, '.')
  },
}

/** The four octets, or undefined. */
export function parseV4(text: string): readonly number[] | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined
  return parts.map(Number)
}

/** Whether a host's last label is one that names are registered below. `xn--` is any script's (RFC 5890 §2.3.2.1). */
export function isTopLevel(label: string): boolean {
  return TOP_LEVELS.has(label) || label.startsWith('xn--')
}

/** Whether these are the labels of a host (RFC 1035 §2.3.4), in small letters. */
export function isHost(labels: readonly string[]): boolean {
  for (const label of labels) {
    if (label.length === 0 || label.length > 63 || label.startsWith('-') || label.endsWith('-')) return false
  }
  return labels.length > 1
}

/**
 * A MAC address (IEEE 802-2014 §8.1): six pairs or three fours of hex digits, joined the same way throughout. Not all zeros, not the
 * broadcast address, and not a part of a longer row, such as the fingerprint of a key. With hyphens or dots it must have a letter.
 */
export const mac: Validator = {
  sees: SIGHT,
  check(text, start, end) {
    const joint = text[start + 2]!
    let letter = false
    let zeros = true
    let ones = true
    for (let i = start; i < end; i++) {
      const unit = text.charCodeAt(i)
      if (unit > 0x39 && unit !== 0x3a) letter = true
      if (isWordLike(text, i)) {
        if (unit !== 0x30) zeros = false
        if ((unit | 0x20) !== 0x66) ones = false
      } else if (text[i] !== joint && text[i] !== '.') return false
    }
    if (zeros || ones || (!letter && joint !== ':')) return false
    const beside = '-:.'
    return (
      !(beside.includes(text.charAt(start - 1) || ' ') && isHexAt(text, start - 2)) &&
      !(beside.includes(text.charAt(end) || ' ') && isHexAt(text, end + 1)) &&
      !isWordLike(text, start - 1) &&
      !isWordLike(text, end)
    )
  },
}

/**
 * An address on the web (RFC 3986 §3) at a host with a name: its top-level domain is one that there is, or one that RFC 6761 keeps for
 * examples. A host without a dot, `localhost` and numbers are somebody's own.
 */
export const url: Validator = {
  sees: 1,
  check(text, start, end) {
    // A name in a program goes on.
    if (isWordLike(text, start - 1) || isWordLike(text, end) || text[end] === '_') return false
    const scheme = text.slice(start, start + 9).indexOf('://')
    const from = scheme < 0 ? start : start + scheme + 3
    let stop = from
    let name = from
    for (; stop < end; stop++) {
      const unit = text.charCodeAt(stop)
      if (unit === 0x2f || unit === 0x3f || unit === 0x23) break
      // What stands before `@` logs in.
      if (unit === 0x40) name = stop + 1
    }
    let host = text.slice(name, stop).toLowerCase()
    const port = host.indexOf(':')
    if (port >= 0) host = host.slice(0, port)
    const labels = host.split('.')
    const top = labels.at(-1)!
    if (labels.length === 2 && labels[0] === 'www') return false
    return isHost(labels) && (isTopLevel(top) || top === 'example')
  },
}

/** Endings that are top-level domains and, far more often, files. */
const FILES = new Set('py rs md sh cc so ps zip mov'.split(' '))
/** The name of a host without a scheme, and nothing beside it that makes it a part of code, of an address or of a path. */
export const domain: Validator = {
  sees: 2,
  check(text, start, end) {
    const host = text.slice(start, end).split('/')[0]!
    const labels = host.toLowerCase().split('.')
    const top = labels.at(-1)!
    if (!isHost(labels) || !isTopLevel(top) || FILES.has(top) || /[a-z][A-Z]/.test(host)) return false
    if (labels.length === 2 && labels[0] === 'www') return false
    if (/^[\w@/\\$:#~-]$/.test(text.charAt(start - 1))) return false
    return !/^(?:[\w(@[\\]|[.-]\w)/.test(text.slice(end, end + 2))
  },
}

function isColon(text: string, at: number): boolean {
  return text.charCodeAt(at) === 0x3a
}
function isDigit(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return unit >= 0x30 && unit <= 0x39
}
function isHexAt(text: string, at: number): boolean {
  return at >= 0 && /^[0-9A-Fa-f]$/.test(text.charAt(at))
}

export const NETWORK = { domain, ipv4, ipv6, mac, 'special-ip': specialIp, url }
