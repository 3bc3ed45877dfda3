/** Context words near candidates: found once for all rules. */

import { begins, headsAt, PATTERN_HEAD, seekHead, WORD_HEAD } from './heads.ts'
import type { Pass } from './pass.ts'
import type { Machinery, Runner } from './runner.ts'
import { type Hits, readWord, type Words } from './words.ts'

/** What is known of a text's context words. */
export interface Context extends Hits {
  /** What words in the key say. */
  readonly key: Hits['says']
  /** Where patterns with a literal beginning may begin. */
  readonly literals: number[]
}

/** Looks through a text once, for words from `back` on, and for literal beginnings from `from` on. */
export function readContext(
  { words, heads }: Machinery,
  text: string,
  {
    back,
    from,
    final,
    key,
  }: { readonly back: number; readonly from: number; readonly final: boolean; readonly key: string | undefined },
): Context {
  const context: Context = {
    starts: [],
    ends: [],
    says: [],
    key: key === undefined ? NONE : readKey(words, key),
    literals: [],
  }
  const { length } = text
  for (let at = back; at < length; at++) {
    at = seekHead(heads, text, at)
    if (at >= length) break
    const uses = headsAt(heads, text, at)
    if (uses & WORD_HEAD) readWord(words, text, at, final, context)
    if (uses & PATTERN_HEAD && at >= from) context.literals.push(at)
  }
  return context
}
const NONE: Hits['says'] = []

function readKey(words: Words, key: string): Hits['says'] {
  const hits: Hits = { starts: [], ends: [], says: [] }
  for (let at = 0; at < key.length; at++) if (begins(key, at)) readWord(words, key, at, true, hits)
  return hits.says
}

/** Whether a word that says `what` (FOR or AGAINST) of the rule stands near the candidate: 'open' if it may still come. */
export function findContext(
  { text, final, context }: Pass,
  { index, context: own }: Runner,
  start: number,
  end: number,
  what: number,
): 'found' | 'missing' | 'open' {
  const { key, starts, ends, says } = context
  for (let k = 0; k < key.length; k++) if (key[k]!.rules[index]! & what) return 'found'
  const { within } = own!
  const last = end + within
  for (let k = lowerBound(starts, start - within); k < starts.length; k++) {
    const at = starts[k]!
    if (at > last) break
    if (!(says[k]!.rules[index]! & what)) continue
    const stop = ends[k]!
    if (stop <= start || (at >= end && stop <= last)) return 'found'
  }
  return !final && text.length <= last ? 'open' : 'missing'
}

/** The first index of a sorted list whose value is `least` or more. */
function lowerBound(sorted: readonly number[], least: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < least) low = middle + 1
    else high = middle
  }
  return low
}

/** Where candidates that need a word may begin: `to` is exclusive, and `buckets` are theirs. */
export interface Window {
  readonly from: number
  to: number
  buckets: number
}
/** Windows near words, and at the end of a text that goes on, where `far` is the farthest of any rule. By start, without overlaps. */
export function findWindows({ text, final, context }: Pass, from: number, far: number): readonly Window[] {
  const { length } = text
  const { key, starts, ends, says } = context
  let always = 0
  for (const one of key) always |= one.buckets
  const windows: Window[] = []
  if (always !== 0) windows.push({ from, to: length, buckets: always })
  const add = (first: number, last: number, buckets: number): void => {
    const begin = Math.max(from, first)
    const end = Math.min(length, last)
    if (end <= begin || buckets === 0) return
    const before = windows.at(-1)
    if (before && begin <= before.to) {
      before.to = Math.max(before.to, end)
      before.buckets |= buckets
    } else windows.push({ from: begin, to: end, buckets })
  }
  for (let k = 0; k < starts.length; k++) add(ends[k]! - says[k]!.far, starts[k]! + says[k]!.far, says[k]!.buckets)
  if (!final) add(length - far, length, -1)
  return windows
}
