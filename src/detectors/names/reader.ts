/** Reads words, and runs of them that begin with capital letters, into arrays that are used again: nothing is allocated. */
import { FOLD, FOLDED, finish, mix, SEED } from './fold.ts'
import { GIVEN_OFTEN, LAND, PARTICLE, PLAIN, STREET_FIRST, SUFFIX, SURNAME, TITLE, WORD_OFTEN } from './kinds.ts'
import { kindsOf, type Lexicon } from './lexicon.ts'

/** No word of a name is longer. */
export const LONGEST_WORD = 24
/** A run of more words is a heading or shouting, and holds no name. */
export const MOST_WORDS = 7
/** Particles that may stand between two capitalised words, and the longest of them. */
const MOST_PARTICLES = 3
const LONGEST_PARTICLE = 5
/** How far back a run can have begun: its words, two more, and the particles, blanks and dots between them. */
export const RUN_REACH = (MOST_WORDS + 2) * (LONGEST_WORD + 4 + MOST_PARTICLES * (LONGEST_PARTICLE + 1))

/** Shapes of words. */
export const ODD = 0
export const SMALL = 1
export const CAPITAL = 2
export const INITIAL = 3
export const SHOUTED = 4

/** Letters that a name may begin with, and all others that are small. */
const UPPER = Uint8Array.from({ length: FOLDED }, (_, unit) => {
  const char = String.fromCharCode(unit)
  return FOLD[unit] !== 0 && char !== char.toLowerCase() ? 1 : 0
})
export function isUpper(unit: number): boolean {
  return unit < FOLDED && UPPER[unit] === 1
}
export function isLetter(unit: number): boolean {
  return unit < FOLDED ? FOLD[unit] !== 0 : unit >= 0x370 && unit < 0x2000
}
export function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39
}
function isApostrophe(unit: number): boolean {
  return unit === 0x27 || unit === 0x2019
}

/** The word that was read last. */
export interface Word {
  end: number
  print: number
  shape: number
}
export const word: Word = { end: 0, print: 0, shape: ODD }

/** Reads the word that starts at `at`, as far as it goes; its shape is ODD if it is no word of prose. */
export function readWord(text: string, at: number): void {
  let hash = SEED
  let capitals = 0
  let second = 0
  let letters = 0
  let quoted = false
  let i = at
  for (; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    const letter = unit < FOLDED ? FOLD[unit]! : 0
    if (letter !== 0) {
      hash = mix(hash, letter)
      if (UPPER[unit] === 1) {
        if (++capitals === 2) second = letters
      }
      if (++letters > LONGEST_WORD) break
      continue
    }
    // O'Brien, D'Angelo
    if (isApostrophe(unit) && letters <= 2 && capitals === letters && isUpper(text.charCodeAt(i + 1))) {
      quoted = true
      continue
    }
    break
  }
  word.end = i
  word.print = finish(hash)
  word.shape =
    letters > LONGEST_WORD || !endsWord(text, i)
      ? ODD
      : capitals === 0
        ? SMALL
        : UPPER[text.charCodeAt(at)] === 0
          ? ODD
          : letters === 1
            ? isMark(text.charCodeAt(i))
              ? ODD
              : INITIAL
            : capitals === 1 || (capitals === 2 && (quoted || isPrefix(text, at, second)))
              ? CAPITAL
              : capitals === letters
                ? SHOUTED
                : ODD
}

/** Whether a single letter before this is no initial: `E-mail`, `C/`, `Nº`. */
function isMark(unit: number): boolean {
  return unit === 0x2d || unit === 0x2f || unit === 0xba || unit === 0xb0 || unit === 0x27 || unit === 0x2019
}

/** Whether what follows a word is not of code, a host or an address of mail. */
function endsWord(text: string, end: number): boolean {
  const unit = text.charCodeAt(end)
  switch (unit) {
    case 0x5f: // _
    case 0x40: // @
    case 0x28: // (
    case 0x3d: // =
    case 0x5b: // [
    case 0x5c: // \
      return unit === 0x5c && !isLetter(text.charCodeAt(end + 1))
    case 0x2e: // .
      return end < 2 || !isLetter(text.charCodeAt(end + 1)) || isUpper(text.charCodeAt(end + 1))
    case 0x3a: // :
      return text.charCodeAt(end + 1) !== 0x3a
    default:
      return !isDigit(unit) && !isLetter(unit)
  }
}

/** McDonald, DeVito, FitzGerald: whether a name may go on with a capital letter after these. */
function isPrefix(text: string, at: number, length: number): boolean {
  if (length < 2 || length > 4) return false
  const head = text.slice(at, at + length)
  return PREFIXES.has(head)
}
const PREFIXES: ReadonlySet<string> = new Set([
  'Mc',
  'Mac',
  'Ph',
  'De',
  'Di',
  'Du',
  'La',
  'Le',
  'Van',
  'Fitz',
  'St',
  'Del',
  'Von',
  'Al',
  'El',
])

/** Whether a word may start at `at`, given what stands before it. */
export function startsWord(text: string, at: number): boolean {
  if (at === 0) return true
  const unit = text.charCodeAt(at - 1)
  switch (unit) {
    case 0x5f: // _
    case 0x40: // @
    case 0x23: // #
    case 0x24: // $
    case 0x2f: // /
    case 0x3c: // <
    case 0x60: // `
    case 0x25: // %
    case 0x26: // &
    case 0xba: // º, as in NºCol
    case 0xaa: // ª
      return false
    case 0x5c: // \ as of an escape
      return false
    case 0x2e: // . as of a member
      return (
        at < 2 || !(isLetter(text.charCodeAt(at - 2)) || isDigit(text.charCodeAt(at - 2))) || isInitialBefore(text, at)
      )
    default:
      return !isDigit(unit) && !isLetter(unit)
  }
}
/** Whether what stands right before is an initial, as in `J.Smith`. */
function isInitialBefore(text: string, at: number): boolean {
  return isUpper(text.charCodeAt(at - 2)) && (at < 3 || !isLetter(text.charCodeAt(at - 3)))
}

/** The run that was read last. */
export interface Run {
  count: number
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly kinds: Int32Array
  readonly shapes: Uint8Array
  readonly prints: Int32Array
  /** Where it ends, and where the search goes on. */
  end: number
  next: number
  /** Whether it has too many words. */
  long: boolean
  /** Whether what follows the text could go on with it. */
  unfinished: boolean
}
export const run: Run = {
  count: 0,
  starts: new Int32Array(MOST_WORDS),
  ends: new Int32Array(MOST_WORDS),
  kinds: new Int32Array(MOST_WORDS),
  shapes: new Uint8Array(MOST_WORDS),
  prints: new Int32Array(MOST_WORDS),
  end: 0,
  next: 0,
  long: false,
  unfinished: false,
}

/** Reads the run of capitalised words that starts at `at`; it is empty if the word there is none that a name could have. */
export function readRun(lexicon: Lexicon, text: string, at: number, final: boolean): void {
  const { length } = text
  run.count = 0
  run.long = false
  run.unfinished = false
  run.end = run.next = at
  let i = at
  for (;;) {
    readWord(text, i)
    const { end, print, shape } = word
    // A word that ends the run is looked at again: it may begin something else.
    run.next = run.count === 0 ? end : i
    if (end + 1 >= length && !final) {
      run.unfinished = true
      break
    }
    if (shape === ODD || shape === SMALL) break
    let kinds = shape === INITIAL ? 0 : kindsOf(lexicon, print)
    if (run.count > 0 && (kinds & (STREET_FIRST | SURNAME)) === STREET_FIRST) break
    if ((kinds & PLAIN) !== 0) {
      // `Robert De Niro`, `El Salvador`; `April Martin`
      const joins =
        (kinds & (PARTICLE | LAND)) !== 0 && text.charCodeAt(end) === 0x20 && isUpper(text.charCodeAt(end + 1))
      const kept = joins ? kinds & (PARTICLE | LAND) : (kinds & GIVEN_OFTEN) !== 0 ? WORD_OFTEN : 0
      if (kept === 0 || shape === SHOUTED) break
      kinds = (kinds & ~PLAIN) | kept
    }
    push(i, end, kinds, shape, print)
    i = skipGap(lexicon, text, end, kinds, shape, final)
    if (i < 0) {
      run.next = run.end
      break
    }
  }
  while (run.count > 0 && run.shapes[run.count - 1] === SMALL) run.count--
}

function push(start: number, end: number, kinds: number, shape: number, print: number): void {
  run.end = end
  const { count } = run
  if (count === MOST_WORDS) {
    run.long = true
    return
  }
  run.starts[count] = start
  run.ends[count] = end
  run.kinds[count] = kinds
  run.shapes[count] = shape
  run.prints[count] = print
  run.count = count + 1
}

/** Where the next word of the run starts, after a word that ended at `end`; -1 if the run ends. */
function skipGap(lexicon: Lexicon, text: string, end: number, kinds: number, shape: number, final: boolean): number {
  const { length } = text
  let i = end
  if (i < length && text.charCodeAt(i) === 0x2e && (shape === INITIAL || (kinds & (TITLE | SUFFIX)) !== 0)) {
    i++
    if (isUpper(text.charCodeAt(i)) && (shape === INITIAL || (kinds & TITLE) !== 0)) return i
  }
  if (i >= length) {
    if (!final) run.unfinished = true
    return -1
  }
  const unit = text.charCodeAt(i)
  if (unit !== 0x20 && unit !== 0xa0 && !(unit === 0x2d && i === end)) return -1
  i++
  if (unit !== 0x2d && text.charCodeAt(i) === 0x20) i++
  for (let particles = 0; ; particles++) {
    if (i >= length) {
      if (!final) run.unfinished = true
      return -1
    }
    if (isUpper(text.charCodeAt(i))) return i
    if (unit === 0x2d || particles === MOST_PARTICLES || !isLetter(text.charCodeAt(i))) return -1
    readWord(text, i)
    const { end: stop, print, shape: small } = word
    if (stop + 1 >= length && !final) run.unfinished = true
    if (small !== SMALL || stop - i > LONGEST_PARTICLE || (kindsOf(lexicon, print) & PARTICLE) === 0) return -1
    // Held only if a capital letter follows; until then the words before are the run.
    if (stop + 1 >= length) {
      if (!final) run.unfinished = true
      return -1
    }
    if (text.charCodeAt(stop) !== 0x20) return -1
    if (isUpper(text.charCodeAt(stop + 1))) {
      const { end: before } = run
      push(i, stop, PARTICLE, SMALL, print)
      run.end = before
      return stop + 1
    }
    i = stop + 1
  }
}

/**
 * A place at or before `at` from which reading forward gives the same runs as reading the whole text would. Nothing further back
 * than RUN_REACH matters: a run from there to here is too long, however it began.
 */
export function findRunStart(text: string, at: number): number {
  const least = Math.max(0, at - RUN_REACH)
  let i = at
  /** Small letters in a row that have been passed: with more than a particle has, and a blank before, they part runs. */
  let small = 0
  while (i > least) {
    const unit = text.charCodeAt(i - 1)
    if (isLetter(unit)) small = isUpper(unit) ? -LONGEST_WORD : small + 1
    else if (unit === 0x20 && small > LONGEST_PARTICLE) return i
    else if (unit === 0x20 || unit === 0xa0 || unit === 0x2d || unit === 0x2e || isApostrophe(unit)) small = 0
    else return i
    i--
  }
  // Not in the middle of a word.
  if (i > 0) while (i < at && !startsWord(text, i)) i++
  return i
}
