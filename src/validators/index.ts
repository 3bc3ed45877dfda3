/** Validators, as rules name them. Each says of a candidate whether it is what the rule looks for, and cites its standard. */

import type { Span } from '../types.ts'
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
import { SECRETS } from './secrets.ts'
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
  /**
   * Where what is to be reported stands, if that is not the candidate itself: behind its start, at most `sees` behind its end.
   * Undefined where `check` says no.
   */
  locate?(text: string, start: number, end: number): Span | undefined
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
  ...SECRETS,
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
  phone,
  'us-ssn': usSsn,
}
