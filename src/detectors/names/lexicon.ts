/** What words can be: the tables and the lists of words as one hash table, from a fingerprint to bits of `kinds.ts`. */
import { BITS, fingerprint } from './fold.ts'
import { PHRASE, PHRASE_IN_TABLES, PLACE } from './kinds.ts'
import { PLACES_OF_WORDS, WORDS_BY_KIND } from './words.ts'

/** What `scripts/gazetteers.ts` makes, in base64. */
export interface Tables {
  /** Fingerprints of words by kind; see scripts/gazetteers/pack.ts. */
  readonly words: string
  /** Weights of letters, as signed bytes; see letters.ts. */
  readonly letters: string
  readonly bias: number
}
export interface Lexicon {
  readonly slots: Int32Array
  readonly kinds: Int32Array
  readonly letters: Int8Array
  readonly bias: number
}

/** Half of the slots stay free, so that a word that is not there is known at once. */
const SLOT_BITS = 17
const MASK = (1 << SLOT_BITS) - 1
const FREE = -1

export function createLexicon({ words, letters, bias }: Tables): Lexicon {
  const slots = new Int32Array(1 << SLOT_BITS).fill(FREE)
  const kinds = new Int32Array(1 << SLOT_BITS)
  const weights = decode(letters)
  const lexicon = { slots, kinds, letters: new Int8Array(weights.buffer, 0, weights.length), bias }
  unpack(decode(words), (print, kind) => put(lexicon, print, kind))
  for (const [kind, list] of WORDS_BY_KIND) {
    for (const word of list.split(/\s+/)) if (word !== '') put(lexicon, fingerprint(word), kind)
  }
  for (const name of PLACES_OF_WORDS) put(lexicon, fingerprint(name), PLACE | PHRASE)
  return lexicon
}

/** What the word of a fingerprint can be; 0 if it is in no list. */
export function kindsOf({ slots, kinds }: Lexicon, print: number): number {
  for (let at = spread(print); ; at = (at + 1) & MASK) {
    if (slots[at] === print) return kinds[at]!
    if (slots[at] === FREE) return 0
  }
}

function put({ slots, kinds }: Lexicon, print: number, kind: number): void {
  let at = spread(print)
  while (slots[at] !== FREE && slots[at] !== print) at = (at + 1) & MASK
  slots[at] = print
  kinds[at] = kinds[at]! | kind
}
function spread(print: number): number {
  return (print ^ (print >>> (BITS - 4))) & MASK
}

function unpack(bytes: Uint8Array, put: (print: number, kind: number) => void): void {
  const number = (at: number, length: number): number => {
    let value = 0
    for (let i = 0; i < length; i++) value = value * 256 + bytes[at + i]!
    return value
  }
  for (let at = 0; at < bytes.length; ) {
    const kind = number(at, 2)
    const count = number(at + 2, 3)
    const width = bytes[at + 5]!
    const length = number(at + 6, 3)
    let bit = (at + 9) * 8
    const next = (): number => (bytes[bit >> 3]! >> (7 - (bit++ & 7))) & 1
    let print = -1
    for (let i = 0; i < count; i++) {
      let gap = 0
      while (next() === 1) gap++
      for (let k = 0; k < width; k++) gap = (gap << 1) | next()
      print += gap + 1
      put(print, kind & PHRASE_IN_TABLES ? (kind ^ PHRASE_IN_TABLES) | PHRASE : kind)
    }
    at += 9 + length
  }
}

/** Base64 without padding in the middle, as the script writes it. */
function decode(text: string): Uint8Array {
  const out = new Uint8Array((text.replace(/=+$/, '').length * 3) >> 2)
  let bits = 0
  let held = 0
  for (let i = 0, at = 0; at < out.length; i++) {
    bits = (bits << 6) | SEXTET[text.charCodeAt(i)]!
    held += 6
    if (held >= 8) {
      held -= 8
      out[at++] = bits >> held
      bits &= (1 << held) - 1
    }
  }
  return out
}
const SEXTET = new Uint8Array(128)
for (const [value, char] of Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/').entries()) {
  SEXTET[char.charCodeAt(0)] = value
}
