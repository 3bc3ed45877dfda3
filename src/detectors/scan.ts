/**
 * Reads where patterns may begin, and judges what the automaton accepts. Within a rule matches are taken from left to right, the longest
 * at each place, and never overlap; matches of different rules may.
 */

import { judge, NO, OPEN } from './candidates.ts'
import { contains } from './charset.ts'
import { KEY, LONG } from './compile.ts'
import { advance, classOf, type Dfa, MOST, startOf } from './dfa.ts'
import { hold, type Pass, take } from './pass.ts'
import type { Group, Machinery } from './runner.ts'
import { DEPTH, EDGE, OTHER, rowAt, type Sieve, STEP, sift } from './sieve.ts'

/** Looks for matches from left to right. Answers whether the pass goes on: not if what follows the text decides. */
export type Scan = (pass: Pass, begin: number) => void

/** Looks at every place, by a sieve. */
export function createInnerScan({ inner, compiled: { innerSieve: sieve }, everyRule }: Machinery, rules: Rules): Scan {
  if (inner.machines.length === 0) return () => {}
  const read = createReader(inner, rules)
  return (pass, begin) => {
    const { text, final } = pass
    const last = text.length - DEPTH
    for (let at = begin; at <= last; at++) {
      at = seek(sieve, text, at, last)
      if (at > last) break
      if (!read(pass, at, everyRule)) return
    }
    // Behind the end nothing stands, or anything.
    for (let at = Math.max(begin, last + 1); at < text.length; at++) {
      if (sift(sieve, text, at, final) !== 0 && !read(pass, at, everyRule)) return
    }
  }
}

/** Keys are long: of most words one character is looked at (Horspool, "Practical fast searching in strings", 1980). */
export function createWideScan({ wide, everyRule }: Machinery, rules: Rules): Scan {
  if (wide.machines.length === 0) return () => {}
  const read = createReader(wide, rules)
  return (pass, begin) => {
    const { text, final } = pass
    const { length } = text
    let first = begin
    for (let at = begin + LONG - 1; at < length; at = first + LONG - 1) {
      let other = at
      while (other >= first && IN_KEY[rowOf(text.charCodeAt(other))] === 1) other--
      if (other >= first) {
        first = other + 1
        continue
      }
      // Nothing but characters of keys from `first` on.
      let end = at + 1
      while (end < length && IN_KEY[rowOf(text.charCodeAt(end))] === 1) end++
      const most = end === length && !final ? end - 1 : end - LONG
      for (let start = first; start <= most; start++) {
        if ((start === 0 || isFree(text.charCodeAt(start - 1))) && !read(pass, start, everyRule)) return
      }
      first = end + 1
    }
    if (final) return
    for (let start = first; start < length; start++) {
      if (IN_KEY[rowOf(text.charCodeAt(start))] !== 1) continue
      if ((start === 0 || isFree(text.charCodeAt(start - 1))) && !read(pass, start, everyRule)) return
    }
  }
}

const OTHERS = OTHER * STEP

/** The first place from `at` to `last` where a pattern may begin, or the one behind. */
function seek(sieve: Sieve, text: string, at: number, last: number): number {
  const length = last + DEPTH
  // Buckets that may have begun one, two and three characters ago, and those that may begin here.
  let one = 0
  let two = 0
  let three = 0
  let fresh = sieve[rowAt(text, at - 1) * STEP]!
  for (let i = at; i < length; i++) {
    const unit = text.charCodeAt(i)
    const row = unit < 128 ? unit << 3 : OTHERS
    if ((three & sieve[row + 4]!) !== 0) return i - 3
    three = two & sieve[row + 3]!
    two = one & sieve[row + 2]!
    one = fresh & sieve[row + 1]!
    fresh = sieve[row]!
  }
  return last + 1
}
function rowOf(unit: number): number {
  return unit < 128 ? unit : OTHER
}
/** Whether a key may begin behind a character. */
function isFree(unit: number): boolean {
  return !(unit >= 0x61 && unit <= 0x7a) && !(unit >= 0x41 && unit <= 0x5a) && !(unit >= 0x30 && unit <= 0x39)
}
const IN_KEY = Uint8Array.from({ length: EDGE + 1 }, (_, row) => (row < OTHER && contains(KEY, row) ? 1 : 0))

/** For each rule, where its next match may start, the start it was last asked about, and how often. Scratch of one pass. */
export interface Rules {
  next: Int32Array
  readonly asked: Int32Array
  readonly times: Int32Array
  forget(): void
}
export function createRules(count: number): Rules {
  const next = new Int32Array(count)
  const asked = new Int32Array(count)
  let used = true
  const rules: Rules = {
    get next() {
      used = true
      return next
    },
    asked,
    times: new Int32Array(count),
    forget() {
      if (!used) return
      next.fill(0)
      asked.fill(-1)
      used = false
    },
  }
  return rules
}

/** So many characters are read before it is asked how long a match may still become. */
const STRIDE = 64

export function createReader(group: Group, rules: Rules) {
  const { dfa, machines, beginAfter, beginFirst } = group
  const { shift } = dfa
  const { ascii } = dfa.classes
  const begins = Int32Array.from({ length: 128 }, (_, unit) => beginAfter(unit))
  // What was accepted on the way: which patterns, from where to where without a gap.
  const accepted: (readonly number[])[] = []
  const from: number[] = []
  const to: number[] = []

  /** Reads from a place on. Answers whether the pass goes on: not if what follows the text decides. */
  function read(pass: Pass, at: number, of: Int32Array): boolean {
    const { text } = pass
    const { length } = text
    const before = at === 0 ? -1 : text.charCodeAt(at - 1)
    let state = startOf(dfa, before < 0 ? beginFirst : before < 128 ? begins[before]! : beginAfter(before))
    if (state === 0) return true
    let rows = dfa.next
    let limit = Math.min(length, at + STRIDE)
    let count = 0
    let j = at
    for (;;) {
      for (; j < limit; j++) {
        const unit = text.charCodeAt(j)
        const cls = unit < 128 ? ascii[unit]! : classOf(dfa, unit)
        let after = rows[(state >> 1) + cls]!
        if (after < 0) {
          after = advance(dfa, state, cls)
          rows = dfa.next
        }
        if (after === 0) break
        state = after
        if (state & 1) {
          const patterns = dfa.accepts[state >> (shift + 1)]!
          if (count > 0 && to[count - 1] === j && accepted[count - 1] === patterns) to[count - 1] = j + 1
          else {
            accepted[count] = patterns
            from[count] = j + 1
            to[count] = j + 1
            count++
          }
        }
      }
      if (j < limit) break
      const most = at + longestThrough(dfa, state >> (shift + 1), (p) => machines[p]!.runner.reach)
      if (j === length) {
        if (!pass.final && most >= length) {
          hold(pass, Math.max(at, pass.from))
          return false
        }
        break
      }
      limit = Math.min(length, most, j + STRIDE)
      if (j >= limit) break
    }
    pass.steps += j - at
    return count === 0 || settle(pass, at, of, count)
  }

  /** Asks about what was accepted, the longest first. */
  function settle(pass: Pass, at: number, of: Int32Array, count: number): boolean {
    const { next, asked, times } = rules
    for (let n = count - 1; n >= 0; n--) {
      const patterns = accepted[n]!
      for (let end = to[n]!; end >= from[n]!; end--) {
        let left = false
        for (let k = 0; k < patterns.length; k++) {
          const machine = machines[patterns[k]!]!
          const { index, reach, rule } = machine.runner
          if ((of[index >> 5]! & (1 << (index & 31))) === 0 || at < next[index]!) continue
          if (asked[index] !== at) {
            asked[index] = at
            times[index] = 0
          } else if (times[index]! >= MOST) continue
          left = true
          if (end - at > reach) continue
          times[index]!++
          const verdict = judge(pass, machine, at, end)
          if (verdict === NO) continue
          if (verdict === OPEN) {
            hold(pass, Math.max(at, pass.from))
            return false
          }
          next[index] = take(pass, rule, at, end, pass.score)
        }
        if (!left) break
      }
    }
    return true
  }

  return read
}

/** How long a match through a state may be. */
function longestThrough(dfa: Dfa, index: number, reach: (pattern: number) => number): number {
  const known = dfa.longest[index]
  if (known !== undefined) return known
  let most = 0
  for (const node of dfa.states[index]!) most = Math.max(most, reach(dfa.nfa.owners[node]!))
  dfa.longest[index] = most
  return most
}
