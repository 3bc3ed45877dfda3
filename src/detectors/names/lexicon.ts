/** What words can be: the tables and the lists of words as one hash table, from a fingerprint to bits of `kinds.ts`. */
import { fingerprint } from './fold.ts'
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
  /** In pairs: a fingerprint, and what it stands for. */
  readonly slots: Int32Array
  readonly letters: Int8Array
  readonly bias: number
}

/** Half of the slots stay free, so that a word that is not there is known at once. */
const SLOT_BITS = 17
const MASK = (2 << SLOT_BITS) - 1

export function createLexicon({ words, letters, bias }: Tables): Lexicon {
  const slots = new Int32Array(2 << SLOT_BITS)
  const weights = decode(letters)
  const lexicon = { slots, letters: new Int8Array(weights.buffer, 0, weights.length), bias }
  unpack(decode(words), (print, kind) => put(lexicon, print, kind))
  for (const [kind, list] of WORDS_BY_KIND) {
    for (const word of list.split(/\s+/)) if (word !== '') put(lexicon, fingerprint(word), kind)
  }
  for (const name of PLACES_OF_WORDS) put(lexicon, fingerprint(name), PLACE | PHRASE)
  return lexicon
}

/** What the word of a fingerprint can be; 0 if it is in no list. */
export function kindsOf({ slots }: Lexicon, print: number): number {
  for (let at = spread(print); ; at = (at + 2) & MASK) {
    const kind = slots[at + 1]!
    if (kind === 0 || slots[at] === print) return kind
  }
}

function put({ slots }: Lexicon, print: number, kind: number): void {
  let at = spread(print)
  while (slots[at + 1] !== 0 && slots[at] !== print) at = (at + 2) & MASK
  slots[at] = print
  slots[at + 1] = slots[at + 1]! | kind
}
function spread(print: number): number {
  return (print << 1) & MASK
}

function unpack(bytes: Uint8Array, put: (print: number, kind: number) => void): void {
  for (let at = 0; at < bytes.length; ) {
    const told = (bytes[at]! << 8) | bytes[at + 1]!
    const kind = (told & PHRASE_IN_TABLES) === 0 ? told : (told ^ PHRASE_IN_TABLES) | PHRASE
    const count = (bytes[at + 2]! << 16) | (bytes[at + 3]! << 8) | bytes[at + 4]!
    const width = bytes[at + 5]!
    const length = (bytes[at + 6]! << 16) | (bytes[at + 7]! << 8) | bytes[at + 8]!
    let bit = (at + 9) * 8
    let print = -1
    for (let i = 0; i < count; i++) {
      let gap = 0
      for (;;) {
        const ones = Math.clz32(~window(bytes, bit))
        gap += Math.min(ones, 24)
        bit += Math.min(ones, 24)
        if (ones < 24) break
      }
      bit++
      if (width > 0) gap = (gap << width) | (window(bytes, bit) >>> (32 - width))
      bit += width
      print += gap + 1
      put(print, kind)
    }
    at += 9 + length
  }
}
/** 32 bits from a place on, of which the first 24 are there. */
function window(bytes: Uint8Array, bit: number): number {
  const at = bit >> 3
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) << (bit & 7)
}

/** Base64 as the script writes it, four characters at a time. */
function decode(text: string): Uint8Array<ArrayBuffer> {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const out = new Uint8Array((text.length >> 2) * 3)
  for (let i = 0, at = 0; i < text.length; i += 4, at += 3) {
    const bits =
      (SEXTET[text.charCodeAt(i)]! << 18) |
      (SEXTET[text.charCodeAt(i + 1)]! << 12) |
      (SEXTET[text.charCodeAt(i + 2)]! << 6) |
      SEXTET[text.charCodeAt(i + 3)]!
    out[at] = bits >> 16
    out[at + 1] = bits >> 8
    out[at + 2] = bits
  }
  return out.subarray(0, out.length - padding)
}
const SEXTET = new Uint8Array(128)
for (const [value, char] of Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/').entries()) {
  SEXTET[char.charCodeAt(0)] = value
}
