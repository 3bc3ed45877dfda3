/** Looks for context words, once for all rules, and only where a candidate asks. */
import type { Pass } from './pass.ts'
import type { Runner } from './runner.ts'
import { findWords, type Hits } from './words.ts'

/** What is known of a text's context words. */
export interface Context extends Hits {
  /** Up to here words have been looked for; -1: not yet. */
  to: number
  /** The first of them that can still be near a candidate. */
  near: number
  /** What words in the key say, by rule; `undefined` until asked. */
  key: Uint8Array | undefined
}
function createContext(): Context {
  return { starts: [], ends: [], says: [], to: -1, near: 0, key: undefined }
}

/**
 * Whether a word that says `what` (FOR or AGAINST) of the rule stands near the candidate: 'open' if it may still come.
 * INVARIANT: candidates are asked about from left to right, so that words too far behind one are never asked for again.
 */
export function findContext(
  pass: Pass,
  { index, context }: Runner,
  start: number,
  end: number,
  what: number,
): 'found' | 'missing' | 'open' {
  const { text, final, key, machinery } = pass
  const { words, within: widest } = machinery
  const own = (pass.context ??= createContext())
  if (key !== undefined) {
    own.key ??= readKey(pass, key)
    if (own.key[index]! & what) return 'found'
  }
  const { within } = context!
  const last = end + within
  look(pass, start - widest, Math.min(text.length, last))
  const { starts, ends, says } = own
  for (let k = own.near; k < starts.length; k++) {
    const at = starts[k]!
    if (at > last) break
    if (!(says[k]![index]! & what)) continue
    const stop = ends[k]!
    if ((stop <= start && at >= start - within) || (at >= end && stop <= last)) return 'found'
  }
  return !final && text.length <= last ? 'open' : 'missing'

  function look(on: Pass, from: number, to: number): void {
    while (own.near < own.starts.length && own.starts[own.near]! < from) own.near++
    const begin = own.to < 0 ? Math.max(0, from) : Math.max(own.to, from)
    if (to <= begin) return
    // A little further than asked: the next candidate is often near.
    const stop = Math.min(on.text.length, to + AHEAD)
    findWords(words, on.text, begin, stop, on.final, own)
    own.to = stop
  }
}
const AHEAD = 64

function readKey({ machinery: { words } }: Pass, key: string): Uint8Array {
  const says = new Uint8Array(words.rules)
  const hits: Hits = { starts: [], ends: [], says: [] }
  findWords(words, key, 0, key.length, true, hits)
  for (const one of hits.says) for (let rule = 0; rule < says.length; rule++) says[rule]! |= one[rule]!
  return says
}
