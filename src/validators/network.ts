import type { Validator } from './index.ts'
import { isWordLike, SIGHT, standsAlone } from './neighbours.ts'

/**
 * An IPv4 address in dotted form (RFC 791; no leading zeros, as RFC 6943 §3.1.1 asks) that names a host: not 0.0.0.0/8 or
 * 127.0.0.0/8 (RFC 6890), not all ones, and not a version such as `Chrome/110.0.0.0` or `1.2.3.4-beta`.
 */
export const ipv4: Validator = {
  sees: SIGHT,
  check(text, start, end) {
    if (!standsAlone(text, start, end, '.-')) return false
    const octets = parseV4(text.slice(start, end))
    if (!octets || octets[0] === 0 || octets[0] === 127 || octets.every((octet) => octet === 255)) return false
    if (octets[1] === 0 && octets[2] === 0 && octets[3] === 0) return false
    // The address of a network, as in `198.51.100.0/24`, is no host's.
    if (octets[3] === 0 && text[end] === '/') return false
    const before = text.charAt(start - 1)
    return !(/[vV/]/.test(before) && /[A-Za-z]/.test(text.charAt(start - 2)))
  },
}

/**
 * An IPv6 address (RFC 4291 §2.2) that names a host: not `::` or `::1`. It must have a digit, and three groups written or a
 * first one of four places: `std::cout` and `a::b` are names in a program.
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
    for (let i = start; i < end; i++) {
      const unit = text.charCodeAt(i)
      // What follows `%` is a zone (RFC 4007 §11).
      if (unit === 0x25) break
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
        const octets = parseV4(text.slice(from, end))
        if (!octets) return false
        groups++
        named ||= octets[0] !== 0 || octets[1] !== 0
        break
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
    return named && digit && (groups >= 3 || firstPlaces === 4) && standsAlone(text, start, end, '.')
  },
}

/** The four octets, or undefined. */
export function parseV4(text: string): readonly number[] | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined
  return parts.map(Number)
}
