/**
 * Patterns as automata: a Thompson NFA, and a DFA over it whose states are made when a text first needs them.
 * Reading is one table look-up a character whatever the pattern, so no text makes it slow; states are capped.
 */
import { type Charset, isWord, LAST } from './charset.ts'
import type { Node } from './regex.ts'

/** The most table entries of one DFA. When they run out, all states are dropped and made anew as needed. */
const MAX_CELLS = 1 << 15
/** The most nodes of one NFA: counted repetitions are unrolled. */
const MAX_NODES = 8192

/** NFA nodes: a character (`set` ≥ 0, then `out`), a fork (`out` and `other`), or the end (`set` = END). */
const FORK = -1
const END = -2
interface Nfa {
  readonly set: number[]
  readonly out: number[]
  readonly other: number[]
  readonly start: number
}

/** States are rows of `next`. A value in it: -1 not made yet, 0 dead, else twice the row's offset, odd if accepting. */
export interface Dfa {
  readonly nfa: Nfa
  /** Class of each ASCII unit. */
  readonly ascii: Uint8Array
  /** Where classes change at and above 128, and which class begins there. */
  readonly bounds: readonly number[]
  readonly classes: readonly number[]
  /** For each distinct set of the pattern, which classes are in it. */
  readonly member: readonly Uint8Array[]
  readonly width: number
  /** Whether a match must end at a `\b`. */
  readonly edge: boolean
  /** NFA nodes to begin with. */
  readonly first: readonly number[]
  next: Int32Array
  start: number
  states: Int32Array[]
  ids: Map<string, number>
  /** Scratch for closures: when each node was last seen. */
  readonly seen: Uint32Array
  turn: number
}

/**
 * Builds the automaton of a tree. `edge`: a match must end at a `\b`. `anywhere`: begin at every node at once, to read from
 * the middle of a word.
 */
export function buildDfa(node: Node, { edge = false, anywhere = false } = {}): Dfa {
  const sets: Charset[] = []
  const nfa = buildNfa(node, sets)
  const { ascii, bounds, classes, member, width } = classify(sets)
  const dfa: Dfa = {
    nfa,
    ascii,
    bounds,
    classes,
    member,
    width,
    edge,
    first: anywhere ? nfa.set.map((_, i) => i) : [nfa.start],
    next: new Int32Array(width * 8),
    start: 0,
    states: [],
    ids: new Map(),
    seen: new Uint32Array(nfa.set.length),
    turn: 0,
  }
  reset(dfa)
  return dfa
}

function buildNfa(root: Node, sets: Charset[]): Nfa {
  const nfa = { set: [] as number[], out: [] as number[], other: [] as number[] }
  const index = new Map<Charset | string, number>()
  const add = (set: number, out: number, other = -1): number => {
    if (nfa.set.length >= MAX_NODES) throw new Error('the pattern is too large: use smaller counts, or + with `reach`')
    nfa.set.push(set)
    nfa.out.push(out)
    nfa.other.push(other)
    return nfa.set.length - 1
  }
  const setIndex = (set: Charset): number => {
    // By identity first: counted repetitions meet the same set many times.
    const same = index.get(set)
    if (same !== undefined) return same
    const key = set.join()
    const known = index.get(key) ?? sets.push(set) - 1
    index.set(key, known)
    index.set(set, known)
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
          nfa.out[after] = emit(node.node, after)
        } else {
          for (let i = node.min; i < node.max; i++) after = add(FORK, emit(node.node, after), next)
        }
        for (let i = 0; i < node.min; i++) after = emit(node.node, after)
        return after
      }
    }
  }
  const start = emit(root, add(END, -1))
  return { ...nfa, start }
}

/** Units that no set tells apart share a class, so that a row is short. */
function classify(sets: readonly Charset[]) {
  const cuts = new Set([0, 128])
  for (const set of sets) {
    for (let i = 0; i < set.length; i += 2) {
      cuts.add(set[i]!)
      if (set[i + 1]! < LAST) cuts.add(set[i + 1]! + 1)
    }
  }
  const starts = [...cuts].sort((a, b) => a - b)
  const ids = new Map<string, number>()
  const ascii = new Uint8Array(128)
  const bounds: number[] = []
  const classes: number[] = []
  const masks: string[] = []
  const cursor = sets.map(() => 0)
  starts.forEach((from, n) => {
    let mask = ''
    for (let s = 0; s < sets.length; s++) {
      const set = sets[s]!
      let k = cursor[s]!
      while (k < set.length && set[k + 1]! < from) k += 2
      cursor[s] = k
      mask += k < set.length && set[k]! <= from ? '1' : '0'
    }
    let id = ids.get(mask)
    if (id === undefined) {
      id = masks.push(mask) - 1
      if (id > 255) throw new Error('the pattern has too many different character classes')
      ids.set(mask, id)
    }
    if (from < 128) ascii.fill(id, from, Math.min(128, starts[n + 1] ?? 128))
    else {
      bounds.push(from)
      classes.push(id)
    }
  })
  const member = sets.map((_, s) => Uint8Array.from(masks, (mask) => (mask[s] === '1' ? 1 : 0)))
  return { ascii, bounds, classes, member, width: masks.length }
}

/** The class of a unit. */
export function classOf(dfa: Dfa, unit: number): number {
  if (unit < 128) return dfa.ascii[unit]!
  let lo = 0
  let hi = dfa.bounds.length - 1
  while (lo < hi) {
    const mid = (lo + hi + 1) >> 1
    if (dfa.bounds[mid]! <= unit) lo = mid
    else hi = mid - 1
  }
  return dfa.classes[lo]!
}

function reset(dfa: Dfa): void {
  dfa.next.fill(-1)
  // Row 0 is the dead state.
  dfa.states = [new Int32Array(0)]
  dfa.ids = new Map()
  const nodes: number[] = []
  dfa.turn++
  for (const node of dfa.first) reachable(dfa, node, nodes)
  dfa.start = intern(dfa, nodes)
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
  nodes.sort((a, b) => a - b)
  const key = nodes.join()
  const known = dfa.ids.get(key)
  if (known !== undefined) return known
  const offset = dfa.states.push(Int32Array.from(nodes)) * dfa.width - dfa.width
  if (offset + dfa.width > dfa.next.length) {
    const wider = new Int32Array(dfa.next.length * 2).fill(-1)
    wider.set(dfa.next)
    dfa.next = wider
  }
  const state = offset * 2 + (nodes.some((node) => dfa.nfa.set[node] === END) ? 1 : 0)
  dfa.ids.set(key, state)
  return state
}

/** The state after `state` has read a character of class `cls`. May drop all other states. */
export function advance(dfa: Dfa, state: number, cls: number): number {
  const from = state >> 1
  const known = dfa.next[from + cls]!
  if (known >= 0) return known
  const { set, out } = dfa.nfa
  const nodes: number[] = []
  dfa.turn++
  for (const node of dfa.states[from / dfa.width]!) {
    const of = set[node]!
    if (of >= 0 && dfa.member[of]![cls]) reachable(dfa, out[node]!, nodes)
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
export const MOST = 16

export function places(): Places {
  return { at: new Int32Array(MOST), count: 0 }
}

/**
 * Reads forward from `from`, no further than `limit`, and notes in `ends` each place where a match ends.
 * Answers where it stopped: `limit` means that it could have gone on.
 */
export function readForward(dfa: Dfa, text: string, from: number, limit: number, ends: Places): number {
  const { ascii } = dfa
  let { next, start: state } = dfa
  ends.count = 0
  for (let i = from; i < limit; i++) {
    const unit = text.charCodeAt(i)
    const cls = unit < 128 ? ascii[unit]! : classOf(dfa, unit)
    let to = next[(state >> 1) + cls]!
    if (to < 0) {
      to = advance(dfa, state, cls)
      next = dfa.next
    }
    if (to === 0) return i
    if (to & 1 && !(dfa.edge && isWord(unit) === isWordAt(text, i + 1))) ends.at[ends.count++ & (MOST - 1)] = i + 1
    state = to
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
  let state = dfa.start
  starts.count = 0
  if (state & 1 && begins(from)) starts.at[starts.count++] = from
  for (let i = from - 1; i >= limit; i--) {
    state = advance(dfa, state, classOf(dfa, text.charCodeAt(i)))
    if (state === 0) return
    if (state & 1 && begins(i)) starts.at[starts.count++ & (MOST - 1)] = i
  }
}
