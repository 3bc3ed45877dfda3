/**
 * Patterns as one Thompson NFA. Characters that no set of any pattern tells apart share a class, so that rows of the automaton made of
 * it (`dfa.ts`) are short.
 */
import { type Charset, LAST } from './charset.ts'
import type { Node } from './regex.ts'

/** The most nodes of one pattern: counted repetitions are unrolled. */
const MAX_NODES = 8192
/** `set` of a node that forks into `out` and `other`. */
export const FORK = -1
/** `set` of a node where pattern `p` ends: `END - p`. */
export const END = -2

/** Nodes by index. A node with `set` ≥ 0 reads one character of that set and goes on to `out`. */
export interface Nfa {
  readonly set: Int32Array
  readonly out: Int32Array
  readonly other: Int32Array
  /** Where each pattern starts. */
  readonly starts: readonly number[]
  /** Pattern of each node. */
  readonly owners: Int32Array
  readonly sets: readonly Charset[]
}

/** Throws an Error for a pattern that is too large. */
export function buildNfa(patterns: readonly Node[]): Nfa {
  const set: number[] = []
  const out: number[] = []
  const other: number[] = []
  const sets: Charset[] = []
  const index = new Map<Charset | string, number>()
  let most = 0
  const add = (of: number, to: number, or = -1): number => {
    if (set.length >= most) throw new Error('the pattern is too large: use smaller counts, or + with `reach`')
    set.push(of)
    out.push(to)
    other.push(or)
    return set.length - 1
  }
  const setIndex = (chars: Charset): number => {
    // By identity first: counted repetitions meet the same set many times.
    const same = index.get(chars)
    if (same !== undefined) return same
    const key = chars.join()
    const known = index.get(key) ?? sets.push(chars) - 1
    index.set(key, known)
    index.set(chars, known)
    return known
  }
  /** Adds the nodes of a tree that is followed by node `next`; answers where it begins. */
  const emit = (node: Node, next: number): number => {
    switch (node.kind) {
      case 'set':
        return add(setIndex(node.set), next)
      case 'cat':
        return node.parts.reduceRight((after, part) => emit(part, after), next)
      case 'alt':
        return node.parts.map((part) => emit(part, next)).reduceRight((rest, branch) => add(FORK, branch, rest))
      case 'rep': {
        let after = next
        if (node.max === Number.POSITIVE_INFINITY) {
          after = add(FORK, -1, next)
          out[after] = emit(node.node, after)
        } else {
          for (let i = node.min; i < node.max; i++) after = add(FORK, emit(node.node, after), next)
        }
        for (let i = 0; i < node.min; i++) after = emit(node.node, after)
        return after
      }
    }
  }
  const owners: number[] = []
  const starts = patterns.map((pattern, p) => {
    most = set.length + MAX_NODES
    const start = emit(pattern, add(END - p, -1))
    while (owners.length < set.length) owners.push(p)
    return start
  })
  return {
    set: Int32Array.from(set),
    out: Int32Array.from(out),
    other: Int32Array.from(other),
    owners: Int32Array.from(owners),
    starts,
    sets,
  }
}

export interface Classes {
  /** Class of each ASCII unit. */
  readonly ascii: Uint8Array
  /** Where classes change at and above 128, and which class begins there. */
  readonly bounds: readonly number[]
  readonly of: readonly number[]
  /** For each set, which classes are in it. */
  readonly member: readonly Uint8Array[]
  readonly count: number
}

export function classify(sets: readonly Charset[]): Classes {
  const cuts = new Set([0, 128])
  /** At a cut, sets that begin or end there. */
  const changes = new Map<number, number[]>()
  const change = (at: number, s: number): void => {
    cuts.add(at)
    const list = changes.get(at)
    if (list) list.push(s)
    else changes.set(at, [s])
  }
  sets.forEach((set, s) => {
    for (let i = 0; i < set.length; i += 2) {
      change(set[i]!, s)
      if (set[i + 1]! < LAST) change(set[i + 1]! + 1, s)
    }
  })
  const starts = [...cuts].sort((a, b) => a - b)
  const ids = new Map<string, number>()
  const ascii = new Uint8Array(128)
  const bounds: number[] = []
  const of: number[] = []
  const masks: Uint8Array[] = []
  const mask = new Uint8Array(sets.length)
  starts.forEach((from, n) => {
    for (const s of changes.get(from) ?? []) mask[s]! ^= 1
    const key = String.fromCharCode(...mask)
    let id = ids.get(key)
    if (id === undefined) {
      id = masks.push(mask.slice()) - 1
      if (id > 255) throw new Error('the patterns have too many different character classes')
      ids.set(key, id)
    }
    if (from < 128) ascii.fill(id, from, Math.min(128, starts[n + 1] ?? 128))
    else {
      bounds.push(from)
      of.push(id)
    }
  })
  const member = sets.map((_, s) => Uint8Array.from(masks, (one) => one[s]!))
  return { ascii, bounds, of, member, count: masks.length }
}
