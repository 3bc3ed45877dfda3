/**
 * How far a row of letters and digits is from anything written to be read. People (and tokenizers) know words: a key made at
 * random is what has none. This is the idea of counting characters for each token of a BPE vocabulary ("rare, not random"), with
 * a table of letter pairs in place of the vocabulary.
 */
import { CASES, PAIRS } from './pairs.ts'

const CLASSES = 28
const DIGIT = 26
const LOG_10 = Math.log2(10)
const OTHER = 27
const SURPRISE = Float64Array.from(PAIRS.flatMap((row) => Array.from(row, (char) => (char.charCodeAt(0) - 48) / 4)))
const CLASS = Uint8Array.from({ length: 128 }, (_, unit) => {
  const small = unit | 0x20
  if (small >= 0x61 && small <= 0x7a) return small - 0x61
  return unit >= 0x30 && unit <= 0x39 ? DIGIT : OTHER
})

/**
 * How many bits speak for a random key rather than for words: the log of how much likelier each character is by chance, from the
 * alphabet that is in use, than behind the one before it in English or code.
 */
export function noise(text: string, start: number, end: number): number {
  let small = 0
  let capital = 0
  let digits = 0
  let others = 0
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= 0x61 && unit <= 0x7a) small |= 1 << (unit - 0x61)
    else if (unit >= 0x41 && unit <= 0x5a) capital |= 1 << (unit - 0x41)
    else if (unit >= 0x30 && unit <= 0x39) digits++
    else others++
  }
  // Letters up to f only, of one case, and digits: hexadecimal.
  const hex = digits > 0 && (small === 0 || capital === 0) && (small | capital) < 64
  const letters = hex ? 6 : (small ? 26 : 0) + (capital ? 26 : 0)
  const size = letters + (digits > 0 ? 10 : 0) + (others > 0 ? 2 : 0)
  const letter = Math.log2(size)
  const digit = letter - LOG_10
  const other = letter - 1
  let bits = 0
  let before = -1
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i)
    const kind = unit < 128 ? CLASS[unit]! : OTHER
    const last = before >= 0 && before < 128 ? CLASS[before]! : OTHER
    // What joins words, rows and what is counted up (`xxxx`, `abcd`) say nothing.
    if (kind !== OTHER && last !== OTHER && unit !== before && unit !== before + 1) {
      bits += SURPRISE[last * CLASSES + kind]! - (kind < DIGIT ? letter : kind === DIGIT ? digit : other)
      if (small && capital && kind < DIGIT && last < DIGIT)
        bits += CASES[(before < 0x61 ? 2 : 0) + (unit < 0x61 ? 1 : 0)]!
    }
    before = unit
  }
  return bits
}

/** Shannon's entropy of the characters, in bits for each. */
export function entropy(text: string, start: number, end: number): number {
  const counts = new Map<number, number>()
  for (let i = start; i < end; i++) counts.set(text.charCodeAt(i), (counts.get(text.charCodeAt(i)) ?? 0) + 1)
  const length = end - start
  let bits = 0
  for (const count of counts.values()) bits -= (count / length) * Math.log2(count / length)
  return bits
}
