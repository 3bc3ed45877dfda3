/**
 * Context words: what stands near a candidate and tells what it is. Whole words only, in any case; `_`, `-` and a change from
 * small to capital letters part words too, so that `ssn` is seen in `user_ssn` and `userSsn`, and `lic` not in `public`.
 */
import type { Charset } from './charset.ts'
import { buildDfa, classOf, type Dfa, places, readForward } from './dfa.ts'
import type { Node } from './regex.ts'

export interface Words {
  readonly dfa: Dfa
  /** Length of the longest one. */
  readonly longest: number
}

const GAP: Node = {
  kind: 'rep',
  node: { kind: 'set', set: [0x09, 0x0a, 0x0d, 0x0d, 0x20, 0x20, 0x2d, 0x2d, 0x5f, 0x5f] },
  min: 0,
  max: 2,
}

/** Compiles words; a blank in one stands for up to two blanks, hyphens or underscores. */
export function buildWords(words: readonly string[]): Words {
  const parts = words.map((word): Node => ({ kind: 'cat', parts: Array.from(word, letter) }))
  const longest = Math.max(...words.map((word) => word.length + word.split(' ').length - 1))
  return { dfa: buildDfa({ kind: 'alt', parts }), longest }
}

function letter(char: string): Node {
  if (char === ' ') return GAP
  const units = new Set([char, char.toLowerCase(), char.toUpperCase()].filter((c) => c.length === 1))
  const set: Charset = [...units]
    .map((c) => c.charCodeAt(0))
    .sort((a, b) => a - b)
    .flatMap((unit) => [unit, unit])
  return { kind: 'set', set }
}

/**
 * Whether one of the words stands in `text` between `from` and `to`. `closed`: nothing follows the end of the text, so a word
 * may end there.
 */
export function hasWord(words: Words, text: string, from: number, to: number, closed: boolean): boolean {
  const { dfa } = words
  const ends = places()
  for (let i = from; i < to; i++) {
    if (dfa.next[(dfa.start >> 1) + classOf(dfa, text.charCodeAt(i))] === 0 || !parts(text, i)) continue
    readForward(dfa, text, i, Math.min(to, i + words.longest), ends)
    for (let k = 0; k < Math.min(ends.count, ends.at.length); k++) {
      const end = ends.at[k]!
      if (end === text.length ? closed : parts(text, end)) return true
    }
  }
  return false
}

/** Whether a word may begin or end before the character at `at`. */
function parts(text: string, at: number): boolean {
  if (at <= 0 || at >= text.length) return true
  const before = text.charCodeAt(at - 1)
  const after = text.charCodeAt(at)
  return !isLetter(before) || !isLetter(after) || (isSmall(before) && isCapital(after))
}
/** Letters of scripts that part words by blanks: Latin, Greek, Cyrillic, Armenian. Others glue particles to a word. */
function isLetter(unit: number): boolean {
  return isSmall(unit) || isCapital(unit) || (unit >= 0xc0 && unit < 0x590)
}
function isSmall(unit: number): boolean {
  return unit >= 0x61 && unit <= 0x7a
}
function isCapital(unit: number): boolean {
  return unit >= 0x41 && unit <= 0x5a
}
