/** Validators, as rules name them. Each says of a candidate whether it is what the rule looks for, and cites its standard. */

import { AFRICA } from './africa.ts'
import { ALPINE } from './alpine.ts'
import { BALKANS } from './balkans.ts'
import { BALTICS } from './baltics.ts'
import { BENELUX } from './benelux.ts'
import { BRAZIL } from './brazil.ts'
import { CANADA } from './canada.ts'
import { CHINA } from './china.ts'
import { email, phone } from './contact.ts'
import { DOCUMENTS } from './documents.ts'
import { EU_VAT } from './eu-vat.ts'
import { FRANCE } from './france.ts'
import { GERMANY } from './germany.ts'
import { GROUPS } from './groups.ts'
import { IBERIA } from './iberia.ts'
import { ITALY } from './italy.ts'
import { JAPAN } from './japan.ts'
import { KOREA } from './korea.ts'
import { LATIN_AMERICA } from './latin-america.ts'
import { MIDDLE_EAST } from './middle-east.ts'
import { digitsIn, isRepeated, SIGHT, standsAlone } from './neighbours.ts'
import { ipv4, ipv6 } from './network.ts'
import { NORDICS } from './nordics.ts'
import { OCEANIA } from './oceania.ts'
import { card, iban } from './payment.ts'
import { POLAND } from './poland.ts'
import { RUSSIA } from './russia.ts'
import { SOUTH_ASIA } from './south-asia.ts'
import { SOUTH_EAST_ASIA } from './south-east-asia.ts'
import { TURKEY } from './turkey.ts'
import { UK } from './uk.ts'
import { UKRAINE } from './ukraine.ts'

export interface Validator {
  /** How many characters on each side of the candidate it reads. */
  readonly sees: number
  /** Whether what stands in `text` from `start` to `end` is one. */
  check(text: string, start: number, end: number): boolean
}

/**
 * A US social security number: area not 000, 666 or 9xx, group not 00, serial not 0000 (SSA, POMS RM 10201.035), and none of
 * the numbers that were printed in advertisements (SSA, "Social Security cards issued by Woolworth").
 */
const usSsn: Validator = {
  sees: SIGHT,
  check(text, start, end) {
    const digits = digitsIn(text, start, end)
    const number = digits.reduce((value, digit) => value * 10 + digit, 0)
    const area = Math.floor(number / 1_000_000)
    if (area === 0 || area === 666 || area >= 900 || number % 1_000_000 < 10_000 || number % 10_000 === 0) return false
    return !isRepeated(digits) && !SAMPLE_SSNS.has(number) && standsAlone(text, start, end, '-./+', '-./:+')
  },
}
const SAMPLE_SSNS = new Set([78_051_120, 123_456_789])

/** A JSON Web Token (RFC 7519) or JWE: its header is base64url (RFC 4648 §5) of a JSON object with `alg` (RFC 7515 §4.1.1). */
const jwt: Validator = {
  sees: 0,
  check(text, start) {
    const header = text.slice(start, text.indexOf('.', start))
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
  check(text, start, end) {
    let small = 0
    let capital = 0
    let digit = 0
    for (let i = start; i < end; i++) {
      const unit = text.charCodeAt(i)
      if (unit >= 0x61 && unit <= 0x7a) small |= 1 << (unit - 0x61)
      else if (unit >= 0x41 && unit <= 0x5a) capital |= 1 << (unit - 0x41)
      else if (unit >= 0x30 && unit <= 0x39) digit |= 1 << (unit - 0x30)
    }
    return digit !== 0 && (small | capital) !== 0 && bits(small) + bits(capital) + bits(digit) >= 16
  },
}
function bits(set: number): number {
  let count = 0
  for (let rest = set; rest !== 0; rest &= rest - 1) count++
  return count
}

export const VALIDATORS: Readonly<Record<string, Validator>> = {
  ...DOCUMENTS,
  ...GROUPS,
  ...CANADA,
  ...OCEANIA,
  ...BRAZIL,
  ...LATIN_AMERICA,
  ...SOUTH_ASIA,
  ...CHINA,
  ...JAPAN,
  ...KOREA,
  ...SOUTH_EAST_ASIA,
  ...TURKEY,
  ...MIDDLE_EAST,
  ...AFRICA,
  ...RUSSIA,
  ...UKRAINE,
  ...UK,
  ...POLAND,
  ...NORDICS,
  ...ITALY,
  ...IBERIA,
  ...GERMANY,
  ...FRANCE,
  ...EU_VAT,
  ...BENELUX,
  ...BALTICS,
  ...BALKANS,
  ...ALPINE,
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
