/**
 * One automaton over any number of patterns: states are sets of NFA nodes, made when a text first needs them. Reading is one table
 * look-up a character however many patterns there are, so no text makes it slow; the table is capped.
 */

import { isWord } from './charset.ts'
import { buildNfa, type Classes, classify, END, FORK, type Nfa } from './nfa.ts'
import type { Node } from './regex.ts'

/** The most table entries, 8 MB. When they run out, all states are dropped and made anew as needed. */
const MAX_CELLS = 1 << 21

/** States are rows of `next`. A value in it: -1 not made yet, 0 dead, else twice the row's offset, odd if a pattern may end there. */
export interface Dfa {
  readonly nfa: Pick<Nfa, 'set' | 'out' | 'other' | 'owners'>
  readonly classes: Classes
  /** A row has this many entries, a power of two: `1 << shift`. */
  readonly width: number
  readonly shift: number
  /** Class of each unit by its high and low byte; pages are made when a text first needs them. */
  readonly pages: (Uint8Array | undefined)[]
  /** Whether a match of the one pattern must end at a `\b`; see `readForward`. */
  readonly edge: boolean
  next: Int32Array
  /** Where to begin, for each way to; -1: not asked for yet. */
  starts: number[]
  readonly firsts: readonly (readonly number[])[]
  /** NFA nodes of each state, and the patterns that may end there. */
  states: Int32Array[]
  accepts: (readonly number[] | undefined)[]
  /** How long a match through each state may be, once it was asked for. */
  longest: number[]
  ids: Map<string, number>
  /** Counts how often all states were dropped. */
  resets: number
  /** Scratch for closures: when each node was last seen. */
  readonly seen: Uint32Array
  turn: number
}

/**
 * Builds the automaton of a pattern. `edge`: a match must end at a `\b`. `anywhere`: begin at every node at once, to read from the
 * middle of a word.
 */
export function buildDfa(node: Node, { edge = false, anywhere = false } = {}): Dfa {
  const nfa = buildNfa([node])
  return openDfa(nfa, classify(nfa.sets), [anywhere ? [...nfa.set.keys()] : nfa.starts], edge)
}
/** Opens an automaton of several patterns. `firsts`: NFA nodes to begin with, for each way to begin. */
export function openDfa(nfa: Dfa['nfa'], classes: Classes, firsts: Dfa['firsts'], edge = false): Dfa {
  const shift = 32 - Math.clz32(Math.max(1, classes.count - 1))
  const dfa: Dfa = {
    nfa,
    classes,
    width: 1 << shift,
    shift,
    pages: [],
    edge,
    next: new Int32Array(8 << shift),
    starts: [],
    firsts,
    states: [],
    accepts: [],
    longest: [],
    ids: new Map(),
    resets: -1,
    seen: new Uint32Array(nfa.set.length),
    turn: 0,
  }
  reset(dfa)
  return dfa
}

/** The class of a unit. */
export function classOf(dfa: Dfa, unit: number): number {
  if (unit < 128) return dfa.classes.ascii[unit]!
  const page = (dfa.pages[unit >> 8] ??= makePage(dfa.classes, unit >> 8))
  return page[unit & 255]!
}
function makePage({ ascii, bounds, of }: Classes, high: number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, low) => {
    const unit = (high << 8) | low
    if (unit < 128) return ascii[unit]!
    let lo = 0
    let hi = bounds.length - 1
    while (lo < hi) {
      const mid = (lo + hi + 1) >> 1
      if (bounds[mid]! <= unit) lo = mid
      else hi = mid - 1
    }
    return of[lo]!
  })
}

function reset(dfa: Dfa): void {
  dfa.next.fill(-1)
  // Row 0 is the dead state.
  dfa.states = [new Int32Array(0)]
  dfa.accepts = [undefined]
  dfa.longest = []
  dfa.ids = new Map()
  dfa.resets++
  dfa.starts = dfa.firsts.map(() => -1)
}

/** The state that one of the ways to begin leads to. */
export function startOf(dfa: Dfa, first: number): number {
  const known = dfa.starts[first]!
  if (known >= 0) return known
  const nodes: number[] = []
  dfa.turn++
  for (const node of dfa.firsts[first]!) reachable(dfa, node, nodes)
  return (dfa.starts[first] = intern(dfa, nodes))
}

/** Adds to `nodes` the character and end nodes that can be reached from `node` without reading. */
function reachable(dfa: Dfa, node: number, nodes: number[]): void {
  const { set, out, other } = dfa.nfa
  const stack = [node]
  while (stack.length) {
    const at = stack.pop()!
    if (dfa.seen[at] === dfa.turn) continue
    dfa.seen[at] = dfa.turn
    if (set[at] === FORK) stack.push(other[at]!, out[at]!)
    else nodes.push(at)
  }
}

function intern(dfa: Dfa, nodes: number[]): number {
  if (nodes.length === 0) return 0
  const sorted = Int32Array.from(nodes).sort()
  const key = sorted.join()
  const known = dfa.ids.get(key)
  if (known !== undefined) return known
  const offset = dfa.states.push(sorted) * dfa.width - dfa.width
  if (offset + dfa.width > dfa.next.length) {
    const wider = new Int32Array(dfa.next.length * 2).fill(-1)
    wider.set(dfa.next)
    dfa.next = wider
  }
  const { set } = dfa.nfa
  const ends = nodes.filter((node) => set[node]! <= END)
  dfa.accepts.push(ends.length > 0 ? ends.map((node) => END - set[node]!).sort((a, b) => a - b) : undefined)
  const state = offset * 2 + (ends.length > 0 ? 1 : 0)
  dfa.ids.set(key, state)
  return state
}

/** The state after `state` has read a character of class `cls`. May drop all other states. */
export function advance(dfa: Dfa, state: number, cls: number): number {
  const from = state >> 1
  const known = dfa.next[from + cls]!
  if (known >= 0) return known
  const { set, out } = dfa.nfa
  const { member } = dfa.classes
  const nodes: number[] = []
  dfa.turn++
  for (const node of dfa.states[from >> dfa.shift]!) {
    const of = set[node]!
    if (of >= 0 && member[of]![cls]) reachable(dfa, out[node]!, nodes)
  }
  if ((dfa.states.length + 1) * dfa.width > MAX_CELLS) {
    reset(dfa)
    return intern(dfa, nodes)
  }
  const to = intern(dfa, nodes)
  dfa.next[from + cls] = to
  return to
}

/** Places at which a pattern may end (or, read backwards, begin): the last ones kept, up to `MOST`. */
export interface Places {
  readonly at: Int32Array
  count: number
}
/** How many ends of one match a validator is asked about, the longest first. */
export const MOST = 32

export function places(): Places {
  return { at: new Int32Array(MOST), count: 0 }
}

/**
 * Reads forward from `from`, no further than `limit`, and notes in `ends` each place where a match ends.
 * Answers where it stopped: `limit` means that it could have gone on.
 */
export function readForward(dfa: Dfa, text: string, from: number, limit: number, ends: Places): number {
  let state = startOf(dfa, 0)
  ends.count = 0
  for (let i = from; i < limit; i++) {
    const unit = text.charCodeAt(i)
    state = advance(dfa, state, classOf(dfa, unit))
    if (state === 0) return i
    if (state & 1 && !(dfa.edge && isWord(unit) === isWordAt(text, i + 1))) ends.at[ends.count++ & (MOST - 1)] = i + 1
  }
  return limit
}

/** Whether there is a word character at `at`; outside of the text there is none. */
export function isWordAt(text: string, at: number): boolean {
  return at >= 0 && at < text.length && isWord(text.charCodeAt(at))
}

/**
 * Reads backward from before `from`, no further than `limit`, and notes in `starts` each place where the word may begin and
 * `begins` agrees.
 */
export function readBackward(
  dfa: Dfa,
  text: string,
  from: number,
  limit: number,
  starts: Places,
  begins: (start: number) => boolean,
): void {
  let state = startOf(dfa, 0)
  starts.count = 0
  if (state & 1 && begins(from)) starts.at[starts.count++] = from
  for (let i = from - 1; i >= limit; i--) {
    state = advance(dfa, state, classOf(dfa, text.charCodeAt(i)))
    if (state === 0) return
    if (state & 1 && begins(i)) starts.at[starts.count++ & (MOST - 1)] = i
  }
}
