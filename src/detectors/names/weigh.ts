/**
 * How much words speak for a name. Weights are logits, set by hand: what a word is in the tables, and what stands around it.
 */

import { left, right } from './context.ts'
import { fingerprint } from './fold.ts'
import {
  ARTICLE,
  BESIDE,
  BRAND,
  DOES,
  FIRM,
  GIVEN,
  GIVEN_OFTEN,
  GREETS,
  LAND,
  NATION,
  PARTICLE,
  PHRASE,
  PLACE,
  PLACE_LABEL,
  PLAIN,
  ROLE,
  SAYS,
  STREET,
  SUFFIX,
  SURNAME,
  SURNAME_OFTEN,
  THING,
  TITLE,
  TOWN,
  UNIT,
  WHERE,
  WHO_LABEL,
  WORD,
  WORD_OFTEN,
} from './kinds.ts'
import { weighLetters } from './letters.ts'
import { kindsOf, type Lexicon } from './lexicon.ts'
import { CAPITAL, INITIAL, MOST_WORDS, ODD, run, SHOUTED, SMALL } from './reader.ts'

/** What the words of the run weigh, each by itself. */
export const values = new Float64Array(MOST_WORDS)

/** How much a word by itself speaks for a name. */
export function weighWord(lexicon: Lexicon, text: string, i: number): number {
  const kind = run.kinds[i]!
  const shape = run.shapes[i]!
  if (shape === SMALL) return 0
  if (shape === INITIAL) return 0.6
  const often = (kind & WORD_OFTEN) !== 0
  const plain = (kind & (WORD | WORD_OFTEN)) !== 0
  let value: number
  // In the middle of a sentence a capital letter tells `Bill` from `bill`.
  const inside =
    i === 0 &&
    !left.begins &&
    !left.label &&
    (left.shape === SMALL || (left.kinds & (BESIDE | SAYS | GREETS | ROLE)) !== 0)
  if ((kind & GIVEN_OFTEN) !== 0) value = often ? (inside && (kind & WORD) !== 0 ? 1.6 : 0.9) : plain ? 1.7 : 2.6
  else if ((kind & SURNAME_OFTEN) !== 0) value = often ? -0.6 : plain ? 0.8 : 2.2
  else if ((kind & GIVEN) !== 0) value = often ? -2 : plain ? -0.4 : 1.8
  else if ((kind & SURNAME) !== 0) value = often ? -2.5 : plain ? -0.6 : 1.7
  else if (often) value = -3
  else if (plain) value = -2
  else {
    const logit = weighLetters(lexicon.letters, lexicon.bias, text, run.starts[i]!, run.ends[i]!)
    value = Math.max(-1.2, Math.min(1.4, 0.4 * logit))
    if (value < INFLECTED && isInflected(lexicon, text, run.starts[i]!, run.ends[i]!)) value = INFLECTED
  }
  if ((kind & PLACE) !== 0) value -= (kind & GIVEN_OFTEN) !== 0 ? 1 : 2.5
  else if ((kind & TOWN) !== 0) value -= 0.8
  if ((kind & NATION) !== 0) value -= 3
  if ((kind & FIRM) !== 0) value -= 4
  if ((kind & THING) !== 0) value -= (kind & GIVEN_OFTEN) !== 0 ? 2.3 : 5
  if ((kind & BRAND) !== 0) value -= 3
  if ((kind & LAND) !== 0) value -= (kind & (GIVEN_OFTEN | SURNAME_OFTEN)) !== 0 ? 0.5 : 2.5
  if ((kind & UNIT) !== 0) value -= 2
  if ((kind & (ROLE | GREETS)) !== 0 && (kind & GIVEN_OFTEN) === 0) value -= 1
  if (shape === SHOUTED) value -= 1.2
  return value
}

const AT = fingerprint('at')
const TO = fingerprint('to')

/** What an inflected name weighs. */
const INFLECTED = 1.3
/** Endings of Polish cases, and what stands in the nominative instead. */
const ENDINGS: readonly (readonly [ending: string, nominative: string])[] = [
  ['iego', 'i'],
  ['iemu', 'i'],
  ['iej', 'a'],
  ['owi', ''],
  ['em', ''],
  ['im', 'i'],
  ['ie', 'a'],
  ['a', ''],
  ['u', ''],
  ['y', 'a'],
  ['i', 'a'],
  ['e', 'a'],
  ['o', 'a'],
]
/** Whether a word that is in no list is a given name or a family name in another case: `Nowakowi`, `Zofii`. */
function isInflected(lexicon: Lexicon, text: string, start: number, end: number): boolean {
  if (end - start < 4) return false
  const word = text.slice(start, end).toLowerCase().replace('ą', 'a').replace(/ę$/, 'e')
  return ENDINGS.some(([ending, nominative]) => {
    if (!word.endsWith(ending) || word.length - ending.length < 3) return false
    const kinds = kindsOf(lexicon, fingerprint(word.slice(0, word.length - ending.length) + nominative))
    return (kinds & (GIVEN | SURNAME)) !== 0 && (kinds & (WORD | PLACE | TOWN)) === 0
  })
}

/** How likely the words from `a` to `b` are a name, as a logit; above 0, they are taken for one. */
export function weighPerson(a: number, b: number): number {
  const { count, kinds, shapes } = run
  if (shapes[a] === SMALL || shapes[b] === SMALL || shapes[b] === INITIAL) return -9
  if ((kinds[a]! & SUFFIX) !== 0 && shapes[a] !== INITIAL && (kinds[a]! & (GIVEN | SURNAME)) === 0) return -9
  // `La VSG`, `El Paciente`
  if (
    (kinds[a]! & PARTICLE) !== 0 &&
    (kinds[a]! & (GIVEN_OFTEN | SURNAME_OFTEN)) === 0 &&
    (a > 0 || left.begins || shapes[a + 1] === SHOUTED)
  )
    return -9
  let score = 0
  let full = 0
  for (let i = a; i <= b; i++) {
    const suffix = i > a && (kinds[i]! & SUFFIX) !== 0
    score += suffix ? 0.3 : values[i]!
    // After a given name a word is a family name, though not surely.
    if (i > a && (kinds[i]! & WORD) !== 0 && (kinds[a]! & (GIVEN | GIVEN_OFTEN)) !== 0 && shapes[i] === CAPITAL)
      score += Math.max(0, -1 - values[i]!)
    // So is one that no list has.
    if (i > a && (kinds[i]! & ~PHRASE) === 0 && shapes[i] === CAPITAL && (kinds[a]! & (GIVEN | GIVEN_OFTEN)) !== 0)
      score += Math.max(0, 0.2 - values[i]!)
    // Many places are family names, too, which a given name before them tells.
    if (i > a && (kinds[i]! & (PLACE | TOWN)) !== 0 && (kinds[a]! & (GIVEN | GIVEN_OFTEN)) !== 0)
      score += (kinds[i]! & PLACE) !== 0 ? 1.2 : 0.8
    if (!suffix && shapes[i] !== INITIAL && shapes[i] !== SMALL) full++
  }
  if (full === 0) return -9
  // What is a place as well must be told for a person by what stands around it.
  if (full === 1 && (kinds[a]! & PLACE) !== 0) score -= 0.6
  const first = kinds[a]!
  const last = kinds[b]!
  if (full === 1) score -= a === b ? (left.shape === SMALL && (kinds[a]! & (GIVEN | SURNAME)) !== 0 ? 1.8 : 2) : 1.4
  else {
    score -= 2.0
    if ((first & (GIVEN | GIVEN_OFTEN)) !== 0) score += 1.2
    if ((last & (SURNAME | SURNAME_OFTEN)) !== 0) score += 0.5
    if (a === 0 && ((first | last) & (GIVEN | GIVEN_OFTEN | SURNAME | SURNAME_OFTEN)) === 0) score -= 0.6
    // A word of its own at an edge is of the sentence, not of the name.
    if ((first & (WORD | WORD_OFTEN)) !== 0 && values[a]! < -1) score -= 2
    if ((last & (WORD | WORD_OFTEN)) !== 0 && values[b]! < -1.9 && (first & (GIVEN | GIVEN_OFTEN)) === 0) score -= 2
  }
  return score + weighLeft(a, b, full) + weighRight(b, full) + (a === 0 && b === count - 1 ? 0.3 : 0)
}

function weighLeft(a: number, b: number, full: number): number {
  if (a > 0) {
    const before = run.kinds[a - 1]!
    if ((before & TITLE) !== 0) return (before & WORD) === 0 ? 3.5 : 1.5
    if ((before & ROLE) !== 0) return 1.2
    if ((before & LAND) !== 0) return -2.5
    return -0.6
  }
  const { kinds, further, unit } = left
  const known = (run.kinds[a]! & (GIVEN | GIVEN_OFTEN | SURNAME | SURNAME_OFTEN)) !== 0
  let score = 0
  if (left.label) {
    // `of the patient:` is no label.
    if ((kinds & WHO_LABEL) !== 0) {
      if ((further & (PLAIN | PARTICLE)) !== 0) return 0.8
      // `owner: Label` is of a program as often as of a form.
      const listed = known || (run.kinds[b]! & (GIVEN | GIVEN_OFTEN | SURNAME | SURNAME_OFTEN)) !== 0
      if (left.shape === SMALL && !listed) return full === 1 ? 0.6 : 1
      return full === 1 && !known ? 2.4 : 3.5
    }
    if ((kinds & PLACE_LABEL) !== 0) return -4
  }
  if (unit === 0x2d) return -1.5
  if (unit === 0x2e && left.shape !== ODD && (kinds & TITLE) !== 0) return 3.5
  if ((left.listed & (GIVEN | GIVEN_OFTEN | SURNAME)) !== 0) score += 0.8
  if (left.begins && (kinds === 0 || unit === 0x2e)) return full === 1 ? -0.4 : 0
  if (left.self) return score + (known ? 1.5 : 0.3)
  if ((kinds & TITLE) !== 0) score += (kinds & WORD) === 0 ? 3 : 1
  if ((kinds & WHO_LABEL) !== 0) score += 1.8
  else if ((kinds & ROLE) !== 0) score += 1.2
  if ((kinds & GREETS) !== 0) score += 2.2
  if ((kinds & SAYS) !== 0) score += (run.kinds[a]! & PLACE) !== 0 ? 0.7 : 2.1
  if ((kinds & BESIDE) !== 0) score += 0.7
  if ((kinds & (PLAIN | DOES)) !== 0 && (kinds & (ARTICLE | WHERE | BESIDE)) === 0) {
    // `her name is`, `they call me`
    if ((further & WHO_LABEL) !== 0) score += 2.2
    else if ((further & BESIDE) !== 0) score += 0.8
  }
  // `shouted at`, `said to`
  if ((left.print === AT || left.print === TO) && (further & SAYS) !== 0) return score + 1
  const sure = (run.kinds[a]! & (GIVEN_OFTEN | SURNAME_OFTEN)) !== 0 && (run.kinds[a]! & (PLACE | TOWN | WORD)) === 0
  if ((kinds & WHERE) !== 0) score -= sure ? 0.3 : full === 1 ? 1.3 : 0.4
  if ((kinds & ARTICLE) !== 0)
    score -=
      right.shape === SMALL && (sure || (run.kinds[a]! & ~(SURNAME | GIVEN)) === 0) && known
        ? -0.1
        : known
          ? 0.6
          : full === 1
            ? 1.4
            : 0.6
  return score
}

function weighRight(b: number, full: number): number {
  const { count, kinds } = run
  if (b < count - 1) {
    const after = kinds[b + 1]!
    if ((after & (FIRM | STREET | LAND)) !== 0) return -3
    return -0.6
  }
  let score = 0
  if (right.owns) score += 0.5
  if (right.shape === SMALL) {
    if ((right.kinds & SAYS) !== 0) score += 1.3
    else if ((right.kinds & DOES) !== 0) score += 0.5
  }
  if ((right.kinds & FIRM) !== 0) score -= 1.5
  if (left.unit === 0x0a || left.unit === 0) {
    if (right.next === 0x3a) score += 1
    if (right.next === 0x2c && full === 1) score += 0.8
  }
  if ((right.listed & (GIVEN | GIVEN_OFTEN | SURNAME)) !== 0) score += 0.6
  if (left.begins) {
    // A line or a sentence of its own.
    if (right.next === 0x0a || right.next === 0) score += full === 1 ? 0.3 : 0.9
  }
  return score
}
