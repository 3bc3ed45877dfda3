/** Context words near candidates: found once for all rules. */

import { begins, type Found, findHeads, USES, WORD_HEAD } from './heads.ts'
import type { Pass } from './pass.ts'
import type { Machinery, Runner } from './runner.ts'
import { type Hits, readWord, type Words } from './words.ts'

/** What is known of a text's context words. */
export interface Context extends Hits {
  /** What words in the key say. */
  readonly key: Hits['says']
  /** Where patterns may begin; see `heads.ts`. */
  readonly found: Found
}

/** Looks through a text once, for words and for beginnings of patterns from `back` on. */
export function readContext(
  { words, compiled: { heads } }: Machinery,
  found: Found,
  text: string,
  { back, final, key }: { readonly back: number; readonly final: boolean; readonly key: string | undefined },
): Context {
  const context: Context = {
    starts: [],
    ends: [],
    says: [],
    key: key === undefined ? NONE : readKey(words, key),
    found,
  }
  findHeads(heads, text, back, final, found)
  const { at, count } = found
  for (let k = 0; k < count; k++) if (at[k]! & WORD_HEAD) readWord(words, text, (at[k]! / USES) | 0, final, context)
  return context
}
const NONE: Hits['says'] = []

function readKey(words: Words, key: string): Hits['says'] {
  const hits: Hits = { starts: [], ends: [], says: [] }
  for (let at = 0; at < key.length; at++) if (begins(key, at)) readWord(words, key, at, true, hits, true)
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

/** Where candidates that need a word may begin: `to` is exclusive, `buckets` and `rules` are theirs, a bit each. */
export interface Window {
  readonly from: number
  to: number
  buckets: number
  readonly rules: Int32Array
}
/** Windows near words, and at the end of a text that goes on, where `far` is the farthest of any rule. By start, without overlaps. */
export function findWindows({ text, final, context, machinery }: Pass, from: number): readonly Window[] {
  const { length } = text
  const { key, starts, ends, says } = context
  const size = (machinery.words.rules + 31) >> 5
  const windows: Window[] = []
  const add = (first: number, last: number, buckets: number, rules: Int32Array): void => {
    const begin = Math.max(from, first)
    const end = Math.min(length, last)
    if (end <= begin) return
    let window = windows.at(-1)
    if (window && begin <= window.to) window.to = Math.max(window.to, end)
    else windows.push((window = { from: begin, to: end, buckets: 0, rules: new Int32Array(size) }))
    window.buckets |= buckets
    for (let i = 0; i < size; i++) window.rules[i]! |= rules[i]!
  }
  for (const { far, buckets, needy } of key) if (far > 0) add(from, length, buckets, needy)
  for (let k = 0; k < starts.length; k++) {
    const { far, buckets, needy } = says[k]!
    if (far > 0) add(ends[k]! - far, starts[k]! + far, buckets, needy)
  }
  if (!final) add(length - machinery.far, length, -1, machinery.everyRule)
  return windows
}
