/** How much a word looks like a name by its letters: three in a row, and the last four, weighed as `learn.ts` has learnt. */
import { FOLD, FOLDED, mix, SEED } from './fold.ts'

/** Weights are kept by a hash of the letters, of this many bits. */
export const WEIGHT_BITS = 12
/** Weights are told in steps of one over this. */
export const STEP = 16
const EDGE = 0x60

/** Calls `see` with the place of each weight of the word in `text` from `start` to `end`. */
export function eachFeature(text: string, start: number, end: number, see: (place: number) => void): void {
  let a = 0
  let b = 0
  let c = EDGE
  let last = EDGE
  for (let i = start; i <= end; i++) {
    const unit = i < end ? text.charCodeAt(i) : 0
    const letter = i === end ? EDGE : unit < FOLDED ? FOLD[unit]! : 0
    if (letter === 0) continue
    last = a
    a = b
    b = c
    c = letter
    if (a !== 0 || b !== 0) see(place(mix(mix(mix(SEED, a), b), c)))
  }
  see(place(mix(mix(mix(mix(SEED + 1, last), a), b), c)))
}

let weights: Int8Array
let sum = 0
function add(place: number): void {
  sum += weights[place]!
}
/** The logit of a word's being a name rather than a word or a town. */
export function weighLetters(by: Int8Array, bias: number, text: string, start: number, end: number): number {
  weights = by
  sum = bias
  eachFeature(text, start, end, add)
  return sum / STEP
}

function place(hash: number): number {
  const h = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return (h ^ (h >>> 12)) >>> (32 - WEIGHT_BITS)
}
