/** Validators, as rules name them. Each says of a candidate whether it is what the rule looks for, and cites its standard. */
import { email, phone } from './contact.ts'
import { SIGHT, standsAlone } from './neighbours.ts'
import { ipv4, ipv6 } from './network.ts'
import { card, iban } from './payment.ts'

export interface Validator {
  /** How many characters on each side of the candidate it reads. */
  readonly sees: number
  /** `match` is `text` from `start` to `end`. */
  check(match: string, text: string, start: number, end: number): boolean
}

/**
 * A US social security number: area not 000, 666 or 9xx, group not 00, serial not 0000 (SSA, POMS RM 10201.035), and none of
 * the numbers that were printed in advertisements (SSA, "Social Security cards issued by Woolworth").
 */
const usSsn: Validator = {
  sees: SIGHT,
  check(match, text, start, end) {
    const digits = match.replace(/[^0-9]/g, '')
    if (!/^(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}$/.test(digits)) return false
    if (/^(.)\1+$/.test(digits) || SAMPLE_SSNS.has(digits)) return false
    return standsAlone(text, start, end)
  },
}
const SAMPLE_SSNS = new Set(['078051120', '123456789'])

/** A JSON Web Token (RFC 7519) or JWE: its header is base64url (RFC 4648 §5) of a JSON object with `alg` (RFC 7515 §4.1.1). */
const jwt: Validator = {
  sees: 0,
  check(match) {
    const header = match.slice(0, match.indexOf('.'))
    if (header.length > 2048) return false
    try {
      const json: unknown = JSON.parse(atob(header.replace(/-/g, '+').replace(/_/g, '/')))
      return typeof json === 'object' && json !== null && 'alg' in json
    } catch {
      // Not base64, or not JSON: not a token. test/detectors/validators.test.ts shows both.
      return false
    }
  },
}

/** A random key: letters and digits, many different ones, so that it is no word, no name and no row of `x`. */
const random: Validator = {
  sees: 0,
  check(match) {
    return /[0-9]/.test(match) && /[A-Za-z]/.test(match) && new Set(match).size >= 16
  },
}

export const VALIDATORS: Readonly<Record<string, Validator>> = {
  card,
  email,
  iban,
  ipv4,
  ipv6,
  jwt,
  phone,
  random,
  'us-ssn': usSsn,
}
