import { id } from '../ids.ts'
import type { Detection, Detector, Finding, Look, Rule } from '../types.ts'
import { disguised } from './disguise.ts'
import { lookAround } from './inside.ts'

/** Text of the shape that a vault's tokens have, or of a hash's. Only the vault can say whether it made one. */
export const PSEUDONYM: Rule = {
  ref: id('pseudonym@1'),
  entity: id('PSEUDONYM'),
  label: id('internal.pseudonym'),
}
/** `<ENTITY_` and 16 characters of base32 and `>`; an entity's name has at most 40. Vaults make nothing else. */
export const TOKEN = /^<[A-Z][A-Z0-9_]{0,39}_[a-z2-7]{16}>$/
const LONGEST = 1 + 40 + 1 + 16 + 1
const SHORTEST = 1 + 1 + 1 + 16 + 1

/** Finds pseudonyms as vaults make them, and hashes: only those are restored. Nothing is held back but what can still become one. */
export const exactPseudonyms: Detector = {
  reach: LONGEST,
  context: 0,
  shortest: SHORTEST,
  detect(text: string, look: Look): Detection {
    const findings: Finding[] = []
    for (let at = text.indexOf('<', look.from); at >= 0; at = text.indexOf('<', at + 1)) {
      const end = matchToken(text, at)
      if (end === 0) {
        if (!look.final) return { findings, open: at }
      } else if (end > 0) findings.push({ start: at, end, rule: PSEUDONYM, score: 1 })
    }
    return { findings, open: text.length }
  },
}

/** Finds pseudonyms that a caller typed, in whatever disguise: a model may write them plainly. */
export const pseudonyms = disguised(exactPseudonyms)

/**
 * What rules find besides pseudonyms, and not in them: a row of letters and digits looks like a key. Of four letters at least, as nearly
 * all of them have, so that no number can be hidden in one; and not in what only reads like one.
 */
export function besidePseudonyms(rules: Detector, ours: Detector = pseudonyms): Detector {
  return lookAround(ours, rules, (text, { start, end }) => OURS.test(text.slice(start, end)))
}
const OURS = /^<[A-Z0-9_]+[_#](?=[a-z2-7]{16}>$)(?:[2-7]*[a-z]){4}/

/** The end of the token that starts at `at`; 0 if the text ends before that is known; -1 if there is none. */
function matchToken(text: string, at: number): number {
  const stop = Math.min(text.length, at + LONGEST)
  let i = at + 1
  while (i < stop && isEntityPart(text.charCodeAt(i), i === at + 1)) i++
  if (i === text.length) return i < at + LONGEST ? 0 : -1
  // The name ends with the last underscore; digits after it are the beginning of the code. Of a hash it ends with its mark.
  const code = text[i] === '#' ? i + 1 : at + text.slice(at, i).lastIndexOf('_') + 1
  if (code < at + 3) return -1
  i = code
  while (i < stop && i < code + 16 && isBase32(text.charCodeAt(i))) i++
  if (i === text.length) return 0
  return i === code + 16 && text[i] === '>' ? i + 1 : -1
}
function isEntityPart(c: number, first: boolean): boolean {
  return (c >= 65 && c <= 90) || (!first && ((c >= 48 && c <= 57) || c === 95))
}
function isBase32(c: number): boolean {
  return (c >= 97 && c <= 122) || (c >= 50 && c <= 55)
}
