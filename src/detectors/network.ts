import { SIGHT, standsAlone } from './neighbours.ts'
import type { Validator } from './validators.ts'

/**
 * An IPv4 address in dotted form (RFC 791; no leading zeros, as RFC 6943 §3.1.1 asks) that names a host: not 0.0.0.0/8 or
 * 127.0.0.0/8 (RFC 6890), not all ones, and not a version such as `Chrome/110.0.0.0` or `1.2.3.4-beta`.
 */
export const ipv4: Validator = {
  sees: SIGHT,
  check(text, start, end) {
    const octets = parseV4(text.slice(start, end))
    if (!octets || octets[0] === 0 || octets[0] === 127 || octets.every((octet) => octet === 255)) return false
    if (octets[1] === 0 && octets[2] === 0 && octets[3] === 0) return false
    const before = text.charAt(start - 1)
    if (/[vV/]/.test(before) && /[A-Za-z]/.test(text.charAt(start - 2))) return false
    return standsAlone(text, start, end, '.-')
  },
}

/**
 * An IPv6 address (RFC 4291 §2.2) that names a host: not `::` or `::1`. It must have a digit and three groups, or begin with a
 * whole one: `std::cout` and `a::b` are names in a program.
 */
export const ipv6: Validator = {
  sees: SIGHT,
  check(text, start, end) {
    const match = text.slice(start, end)
    const groups = parseV6(match)
    if (!groups || groups.slice(0, 7).every((group) => group === 0) || !/[0-9]/.test(match)) return false
    const written = match.split(':').filter((part) => part !== '')
    return (written.length >= 3 || written[0]!.length === 4) && standsAlone(text, start, end, ':.')
  },
}

/** The four octets, or undefined. */
export function parseV4(text: string): readonly number[] | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined
  return parts.map(Number)
}

/** The eight groups, or undefined. */
export function parseV6(text: string): readonly number[] | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const sides = halves.map((half) => (half === '' ? [] : half.split(':')))
  const groups: number[][] = []
  for (const [i, side] of sides.entries()) {
    const out: number[] = []
    for (const [j, part] of side.entries()) {
      const v4 = i === sides.length - 1 && j === side.length - 1 ? parseV4(part) : undefined
      if (v4) out.push(v4[0]! * 256 + v4[1]!, v4[2]! * 256 + v4[3]!)
      else if (/^[0-9A-Fa-f]{1,4}$/.test(part)) out.push(Number.parseInt(part, 16))
      else return undefined
    }
    groups.push(out)
  }
  const [left, right] = groups as [number[], number[] | undefined]
  if (!right) return left.length === 8 ? left : undefined
  const missing = 8 - left.length - right.length
  return missing < 1 ? undefined : [...left, ...new Array<number>(missing).fill(0), ...right]
}
