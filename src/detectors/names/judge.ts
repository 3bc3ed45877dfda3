/**
 * Decides what the words of a run are. Weights are logits, set by hand: what a word is in the tables speaks for or against its
 * being of a name, and so do the words around it.
 */

import { isBlank, left, readLeft, readRight, right } from './context.ts'
import { FOLD, FOLDED, finish, mix, SEED } from './fold.ts'
import {
  BRAND,
  FIRM,
  FIRM_FIRST,
  GIVEN_OFTEN,
  LAND,
  NATION,
  PARTICLE,
  PHRASE,
  PLACE,
  PLACE_LABEL,
  PLAIN,
  STATE,
  SUFFIX,
  SURNAME_OFTEN,
  THING,
  TITLE,
  TOWN,
  WHERE,
  WHO_LABEL,
  WORD,
  WORD_OFTEN,
} from './kinds.ts'
import { kindsOf, type Lexicon } from './lexicon.ts'
import { CAPITAL, INITIAL, MOST_WORDS, run, SHOUTED, SMALL } from './reader.ts'
import { values, weighPerson, weighWord } from './weigh.ts'

/** No name has more words. */
const MOST_IN_NAME = 5

export type Kind = 'person' | 'place' | 'firm' | 'nation' | 'title'
export type Emit = (kind: Kind, start: number, end: number, logit: number) => void

const used = new Uint8Array(MOST_WORDS)

/**
 * Reports what is in the run that was read last; false if what follows the text could change that. `key`: what the last word of
 * the key of the text can be, which is a label for what the text begins with.
 */
export function judgeRun(lexicon: Lexicon, text: string, final: boolean, key: number, emit: Emit): boolean {
  const { count, kinds, starts, ends } = run
  // Most runs are an ordinary word that begins a sentence; only a label can make a name of it.
  if (
    count === 1 &&
    (kinds[0]! & ~(WORD | WORD_OFTEN)) === 0 &&
    (kinds[0]! & WORD) !== 0 &&
    key === 0 &&
    !follows(text, starts[0]!)
  )
    return true
  if (count === 1 && run.shapes[0] === INITIAL) return true
  readLeft(lexicon, text, starts[0]!)
  if (left.unit === 0 && key !== 0) {
    left.label = true
    left.kinds = key
  }
  readRight(lexicon, text, run.end, final)
  if (right.unfinished) return false
  // An assignment or a block: code.
  if (right.next === 0x3d || right.next === 0x7b) return true
  used.fill(0, 0, count)
  takeTitles(text, emit)
  takeFirms(text, emit)
  takeLongPlaces(lexicon, text, emit)
  const labelled = left.label && (left.kinds & WHO_LABEL) !== 0 && (left.further & (PLAIN | PARTICLE)) === 0
  for (let i = 0; i < count; i++) {
    const value = weighWord(lexicon, text, i)
    // After `Nombre:` stands a name, whatever else its words are.
    const kept = labelled || (isJoined(text, i) && (kinds[i]! & (WORD | WORD_OFTEN)) === 0)
    values[i] = kept && run.shapes[i] === CAPITAL ? Math.max(0.3, value) : value
  }
  takePeople(text, emit)
  for (let i = 0; i < count; i++) {
    if (used[i] === 1) continue
    const kind = kinds[i]!
    if ((kind & NATION) !== 0) emit('nation', starts[i]!, ends[i]!, 1)
    else if ((kind & BRAND) !== 0) emit('firm', starts[i]!, ends[i]!, 0.5)
  }
  return true
}

/** Whether a colon stands before, blanks aside. */
function follows(text: string, start: number): boolean {
  let i = start - 1
  while (i > start - 4 && isBlank(text.charCodeAt(i))) i--
  return text.charCodeAt(i) === 0x3a
}

/** `Mr`, `Dra`: a title by itself, if a name follows. */
function takeTitles(text: string, emit: Emit): void {
  const { count, kinds, starts, ends } = run
  for (let i = 0; i + 1 < count; i++) {
    if ((kinds[i]! & TITLE) === 0 || (kinds[i]! & GIVEN_OFTEN) !== 0) continue
    used[i] = 1
    if ((kinds[i]! & WORD) === 0)
      emit('title', starts[i]!, ends[i]! + (text.charCodeAt(ends[i]!) === 0x2e ? 1 : 0), 1.5)
  }
}

/** What ends with `Inc` or `University`. */
function takeFirms(text: string, emit: Emit): void {
  const { count, kinds, starts, ends, shapes } = run
  let first = 0
  for (let i = 0; i < count; i++) {
    if (used[i] === 1) {
      first = i + 1
      continue
    }
    if ((kinds[i]! & FIRM) === 0 || shapes[i] === INITIAL) continue
    let last = i
    if ((kinds[i]! & FIRM_FIRST) !== 0 && i + 1 < count) {
      let to = i + 1
      while (to + 1 < count && (kinds[to + 1]! & FIRM_FIRST) === 0) to++
      if (shapes[to] === SMALL) to--
      if (to > i) emit('firm', starts[i]!, ends[to]!, 1.5)
      used.fill(1, i, to + 1)
      i = to
      first = to + 1
      continue
    }
    while (last + 1 < count && (kinds[last + 1]! & FIRM) !== 0) last++
    if (last > first && isOwn(first, last)) {
      // The point of `Inc.` is of the name.
      const dotted = text.charCodeAt(ends[last]!) === 0x2e && ends[last]! - starts[last]! < 5
      emit('firm', starts[first]!, ends[last]! + (dotted ? 1 : 0), 1.5)
      used.fill(1, first, last + 1)
    } else used[i] = 1
    i = last
    first = last + 1
  }
}

/** Whether a hyphen joins a word to the one before: `Sanz-Prat` is one name. */
function isJoined(text: string, i: number): boolean {
  return i > 0 && i < run.count && text.charCodeAt(run.ends[i - 1]!) === 0x2d
}

/** Whether not all is of ordinary words, as in `High School`. */
function isOwn(from: number, to: number): boolean {
  for (let i = from; i <= to; i++)
    if ((run.kinds[i]! & (WORD | WORD_OFTEN)) === 0 && run.shapes[i] !== INITIAL) return true
  return false
}

/** Places of several words that are known as such. */
function takeLongPlaces(lexicon: Lexicon, text: string, emit: Emit): void {
  const { count, starts, ends } = run
  for (let i = 0; i + 1 < count; i++) {
    for (let k = Math.min(count - 1, i + 3); k > i; k--) {
      if (used[i] === 1 || used[k] === 1) continue
      const kind = kindsOf(lexicon, printOf(text, starts[i]!, ends[k]!))
      if ((kind & PHRASE) === 0 || (kind & (PLACE | TOWN)) === 0) continue
      emit('place', starts[i]!, ends[k]!, 1.5)
      used.fill(1, i, k + 1)
      i = k
      break
    }
  }
}

function printOf(text: string, start: number, end: number): number {
  let hash = SEED
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i)
    const letter = unit < FOLDED ? FOLD[unit]! : 0
    if (letter !== 0) hash = mix(hash, letter)
    else if (unit === 0x20 || unit === 0x2d) hash = mix(hash, 0x20)
  }
  return finish(hash)
}

/** The stretches of words that are names of people, and places where none are. */
function takePeople(text: string, emit: Emit): void {
  const { count, starts, ends } = run
  for (;;) {
    let best = 0
    let from = -1
    let to = -1
    for (let a = 0; a < count; a++) {
      for (let b = a; b < count && b < a + MOST_IN_NAME && used[b] === 0; b++) {
        const score = used[a] === 1 || isJoined(text, a) || isJoined(text, b + 1) ? -1 : weighPerson(a, b)
        if (score > best) {
          best = score
          from = a
          to = b
        }
      }
    }
    if (from < 0) break
    const dotted = (run.kinds[to]! & SUFFIX) !== 0 || run.shapes[to] === INITIAL
    emit(
      'person',
      starts[from]!,
      ends[to]! + (dotted && text.charCodeAt(ends[to]!) === 0x2e && to > from ? 1 : 0),
      best,
    )
    used.fill(1, from, to + 1)
  }
  takePlaces(emit)
}

/** Whether a word is in no list that tells what it is. */
function isUnknown(i: number): boolean {
  const kind = run.kinds[i]!
  if ((kind & (WORD | NATION | THING | BRAND | FIRM | GIVEN_OFTEN | SURNAME_OFTEN | PLAIN)) !== 0) return false
  return (
    run.shapes[i] === CAPITAL ||
    (run.shapes[i] === SHOUTED && run.ends[i]! - run.starts[i]! > 4 && left.shape === SMALL)
  )
}

/** Places among the words that are left. */
function takePlaces(emit: Emit): void {
  const { count, kinds, starts, ends, shapes } = run
  for (let i = 0; i < count; i++) {
    const shouted = shapes[i] === SHOUTED && ((kinds[i]! & WORD) !== 0 || ends[i]! - starts[i]! < 3)
    if (used[i] === 1 || shouted) continue
    let to = i
    while (to + 1 < count && used[to + 1] === 0) to++
    const cue = i > 0 ? 0 : left.kinds
    const where = (cue & WHERE) !== 0 || (left.label && (cue & PLACE_LABEL) !== 0)
    const kind = kinds[i]!
    if (
      to > i &&
      where &&
      (isUnknown(i) || (kind & (TOWN | PLACE | LAND | PARTICLE)) !== 0) &&
      (kind & (NATION | THING | BRAND)) === 0
    ) {
      emit('place', starts[i]!, ends[to]!, 0.6)
      used.fill(1, i, to + 1)
    } else if ((kind & PLACE) !== 0 && shapes[i] !== INITIAL && (kind & (THING | NATION)) === 0) {
      emit('place', starts[i]!, ends[i]!, where ? 2 : 1.2)
      used[i] = 1
    } else if (where && (kind & TOWN) !== 0 && (kind & THING) === 0) {
      emit('place', starts[i]!, ends[i]!, 1)
      used[i] = 1
    } else if (where && i === 0 && isUnknown(i)) {
      emit('place', starts[i]!, ends[i]!, 0.3)
      used[i] = 1
    }
    if ((kind & STATE) !== 0) continue
  }
}
