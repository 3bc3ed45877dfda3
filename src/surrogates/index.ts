/**
 * Synthetic values: of the same kind as what they stand for, and never anybody's. Pure; which one is drawn depends on keyed bytes.
 * What is asked for again of a value that is one already is that value: text that was sent once can be sent again.
 */
import type { Rule, Synthetic } from '../types.ts'
import {
  drawEmail,
  drawEmailLike,
  drawIp,
  drawMac,
  drawUrl,
  drawUrlLike,
  isDrawnEmail,
  isDrawnEmailLike,
  isDrawnIp,
  isDrawnMac,
  isDrawnUrl,
  isDrawnUrlLike,
} from './contact.ts'
import type { Draw } from './draw.ts'
import { drawName, isDrawnName } from './names.ts'
import { countDigits, drawCard, drawIban, drawSsn } from './numbers.ts'
import { drawPhone, drawPhoneLike, isDrawnPhone } from './phones.ts'
import { drawShape, FEWEST, isDrawnShape } from './shape.ts'

/** A longer value gets a pseudonym: as a synthetic one it would tell nothing more. */
export const LONGEST = 128

interface Kind {
  of(rule: Rule, value: string): boolean
  draw(value: string, attempt: number, draw: Draw): string | undefined
  /** Whether a value is one that could have been drawn. Only where none of them can be anybody's. */
  is(value: string): boolean
}
const never = () => false
const CARD: Kind = { of: labelled('pii.payment-card'), draw: (value, _, draw) => drawCard(value, draw), is: never }
const IBAN: Kind = { of: labelled('pii.bank-account'), draw: (value, _, draw) => drawIban(value, draw), is: never }
const SSN: Kind = {
  of: (rule, value) => rule.entity === 'US_SSN' && countDigits(value) === 9,
  ...{ draw: (value, _, draw) => drawSsn(value, draw), is: never },
}
const MAC: Kind = {
  of: (rule, value) => rule.entity === 'MAC_ADDRESS' && /^(?:[0-9a-f][^0-9a-z]?){12}$/i.test(value),
  ...{ draw: (value, _, draw) => drawMac(value, draw), is: isDrawnMac },
}
const SHAPE: Kind = { of: () => true, draw: (value, _, draw) => drawShape(value, draw), is: isDrawnShape }

const KINDS: Readonly<Record<Synthetic, readonly Kind[]>> = {
  surrogate: [
    { of: labelled('pii.email'), draw: (_value, _, draw) => drawEmail(draw), is: isDrawnEmail },
    { of: labelled('pii.ip-address'), draw: drawIp, is: isDrawnIp },
    { of: labelled('pii.url'), draw: (value, _, draw) => drawUrl(value, draw), is: isDrawnUrl },
    { of: labelled('pii.name'), draw: drawName, is: isDrawnName },
    { of: labelled('pii.phone'), draw: drawPhone, is: isDrawnPhone },
    ...[CARD, IBAN, SSN, MAC, SHAPE],
  ],
  formatPreserving: [
    { of: labelled('pii.email'), draw: (value, _, draw) => drawEmailLike(value, draw), is: isDrawnEmailLike },
    { of: labelled('pii.url'), draw: (value, _, draw) => drawUrlLike(value, draw), is: isDrawnUrlLike },
    { of: labelled('pii.phone'), draw: drawPhoneLike, is: isDrawnPhone },
    ...[CARD, IBAN, SSN, MAC, SHAPE],
  ],
}

/**
 * A synthetic value, or `undefined` if there is none that could be told from other text. `attempt`: how many were drawn for the same
 * value before, and could not be used.
 */
export function drawSynthetic(
  action: Synthetic,
  rule: Rule,
  value: string,
  attempt: number,
  draw: Draw,
): string | undefined {
  if (value.length > LONGEST) return undefined
  for (const kind of KINDS[action]) {
    const drawn = kind.of(rule, value) ? kind.draw(value, attempt, draw) : undefined
    if (drawn !== undefined) return drawn === value || drawn.length < FEWEST ? undefined : drawn
  }
  return undefined
}

/** Whether a value is one that this action gives, so that it stays. */
export function isSynthesised(action: Synthetic, rule: Rule, value: string): boolean {
  return KINDS[action].some((kind) => kind.of(rule, value) && kind.is(value))
}

function labelled(above: string): Kind['of'] {
  return ({ label }) => label === above || label.startsWith(`${above}.`)
}
