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
import { CONTACT } from './contact.ts'
import { CRYPTO } from './crypto.ts'
import { DATES } from './dates.ts'
import { DEVICES } from './devices.ts'
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
import { NETWORK } from './network.ts'
import { NORDICS } from './nordics.ts'
import { OCEANIA } from './oceania.ts'
import { PAYMENT } from './payment.ts'
import { POLAND } from './poland.ts'
import { RUSSIA } from './russia.ts'
import { SECRETS } from './secrets.ts'
import { SOUTH_ASIA } from './south-asia.ts'
import { SOUTH_EAST_ASIA } from './south-east-asia.ts'
import { TURKEY } from './turkey.ts'
import { UK } from './uk.ts'
import { UKRAINE } from './ukraine.ts'
import { US } from './us.ts'

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
  /** How far before what it locates a candidate may begin: what is found must not depend on where reading began. */
  readonly leads?: number
  /** Whether text behind the end of `text` may change what is said of a candidate; without it, any within `sees` may. */
  undecided?(text: string, start: number, end: number): boolean
  /** Knows a value also by the object key that it stands under, where it is the whole text. */
  readonly keyed?: {
    /** No value is longer. */
    readonly longest: number
    /** Whether a key says that its value may be one. */
    tells(key: string): boolean
    locate(text: string, key: string): Span | undefined
  }
}

export const VALIDATORS: Readonly<Record<string, Validator>> = {
  ...DOCUMENTS,
  ...CONTACT,
  ...CRYPTO,
  ...DATES,
  ...DEVICES,
  ...NETWORK,
  ...PAYMENT,
  ...US,
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
}
