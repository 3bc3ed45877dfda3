/**
 * The one pass over a text: where the sieve says that a pattern may begin, the automaton reads, and what it accepts is judged.
 */

import { judge, NO, OPEN } from './candidates.ts'
import { contains } from './charset.ts'
import { advance, classOf, type Dfa, MOST } from './dfa.ts'
import { hold, type Pass, take } from './pass.ts'
import { type Group, KEY, LONG, type Part } from './runner.ts'
import { DEPTH, EDGE, OTHER, type Sieve, STEP } from './sieve.ts'

export interface Scan {
  /** Forgets where matches ended: a pass begins. */
  begin(): void
  /** Both look for matches that begin from `from` to `to`, exclusive. */
  scanNarrow(pass: Pass, from: number, to: number, buckets: number): boolean
  scanWide(pass: Pass, from: number, to: number): boolean
}

/**
 * Makes the scan for patterns without a literal beginning. Within a rule matches are taken from left to right, the longest at each place,
 * and never overlap; matches of different rules may. Answers by `scan` whether the pass goes on: not if what follows the text decides.
 */
export function createScan({ narrow, wide, sieve }: Part, count: number): Scan {
  const rulesOfNarrow = createRules(count)
  const rulesOfWide = createRules(count)
  const readNarrow = createReader(narrow, rulesOfNarrow)
  const readWide = createReader(wide, rulesOfWide)

  return {
    begin() {
      rulesOfNarrow.forget()
      rulesOfWide.forget()
    },
    scanNarrow: narrow.machines.length > 0 ? scanNarrow : () => true,
    scanWide: wide.machines.length > 0 ? scanWide : () => true,
  }

  function scanNarrow(pass: Pass, begin: number, to: number, buckets: number): boolean {
    const { text, final } = pass
    const last = Math.min(to - 1, text.length - DEPTH)
    let at = begin
    for (; at <= last; at++) {
      at = seek(sieve, text, at, last, buckets)
      if (at > last) break
      if (!readNarrow(pass, at)) return false
    }
    // Behind the end nothing stands, or anything.
    for (at = Math.max(begin, text.length - DEPTH + 1); at < to; at++) {
      let due = sieve[rowAt(text, at - 1) * STEP]! & buckets
      for (let place = 0; place < DEPTH; place++) {
        if (at + place < text.length || final) due &= sieve[rowAt(text, at + place) * STEP + 1 + place]!
      }
      if (due !== 0 && !readNarrow(pass, at)) return false
    }
    return true
  }

  /** Keys are long: of most words one character is looked at (Horspool, "Practical fast searching in strings", 1980). */
  function scanWide(pass: Pass, begin: number, to: number): boolean {
    const { text, final } = pass
    const { length } = text
    let first = begin
    for (let at = begin + LONG - 1; first < to && at < length; at = first + LONG - 1) {
      let other = at
      while (other >= first && IN_KEY[rowOf(text.charCodeAt(other))] === 1) other--
      if (other >= first) {
        first = other + 1
        continue
      }
      // Nothing but characters of keys from `first` on.
      let end = at + 1
      while (end < length && IN_KEY[rowOf(text.charCodeAt(end))] === 1) end++
      const most = Math.min(to - 1, end === length && !final ? end - 1 : end - LONG)
      for (let start = first; start <= most; start++) {
        if ((start === 0 || isFree(text.charCodeAt(start - 1))) && !readWide(pass, start)) return false
      }
      first = end + 1
    }
    if (final) return true
    for (let start = first; start < to; start++) {
      if (IN_KEY[rowOf(text.charCodeAt(start))] !== 1) continue
      if ((start === 0 || isFree(text.charCodeAt(start - 1))) && !readWide(pass, start)) return false
    }
    return true
  }
}

const OTHERS = OTHER * STEP

/** The first place from `at` to `last` where a pattern of the buckets may begin, or the one behind. */
function seek(sieve: Sieve, text: string, at: number, last: number, buckets: number): number {
  const length = last + DEPTH
  // Buckets that may have begun one, two and three characters ago, and those that may begin here.
  let one = 0
  let two = 0
  let three = 0
  let fresh = sieve[rowAt(text, at - 1) * STEP]! & buckets
  for (let i = at; i < length; i++) {
    const unit = text.charCodeAt(i)
    const row = unit < 128 ? unit << 3 : OTHERS
    if ((three & sieve[row + 4]!) !== 0) return i - 3
    three = two & sieve[row + 3]!
    two = one & sieve[row + 2]!
    one = fresh & sieve[row + 1]!
    fresh = sieve[row]! & buckets
  }
  return last + 1
}
function rowAt(text: string, at: number): number {
  return at < 0 || at >= text.length ? EDGE : rowOf(text.charCodeAt(at))
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
  const { dfa, machines } = group
  const { ascii } = dfa.classes
  const { width } = dfa
  const { beginAfter, beginFirst } = group
  const begins = Int32Array.from({ length: 128 }, (_, unit) => beginAfter(unit))
  // What was accepted on the way: which patterns, from where to where without a gap.
  const accepted: (readonly number[])[] = []
  const from: number[] = []
  const to: number[] = []
  let count = 0

  /** Reads from a place on. Answers whether the pass goes on: not if what follows the text decides. */
  function read(pass: Pass, at: number): boolean {
    const { text } = pass
    const { length } = text
    const before = at === 0 ? -1 : text.charCodeAt(at - 1)
    let state = dfa.starts[before < 0 ? beginFirst : before < 128 ? begins[before]! : beginAfter(before)]!
    if (state === 0) return true
    let rows = dfa.next
    let j = at
    let limit = Math.min(length, at + STRIDE)
    count = 0
    for (;;) {
      if (j >= limit) {
        const most = at + longestOf(state)
        if (j === length) {
          if (!pass.final && most >= length) {
            hold(pass, at)
            return false
          }
          break
        }
        limit = Math.min(length, most, j + STRIDE)
        if (j >= limit) break
      }
      const next = text.charCodeAt(j)
      const cls = next < 128 ? ascii[next]! : classOf(dfa, next)
      let after = rows[(state >> 1) + cls]!
      if (after < 0) {
        after = advance(dfa, state, cls)
        rows = dfa.next
      }
      if (after === 0) break
      state = after
      j++
      if (state & 1) note(state, j)
    }
    pass.steps += j - at
    return count === 0 || settle(pass, at)
  }

  function note(state: number, end: number): void {
    const patterns = dfa.accepts[(state >> 1) / width]!
    if (count > 0 && accepted[count - 1] === patterns && to[count - 1] === end - 1) {
      to[count - 1] = end
      return
    }
    accepted[count] = patterns
    from[count] = end
    to[count] = end
    count++
  }

  function longestOf(state: number): number {
    return longestThrough(dfa, (state >> 1) / width, (p) => machines[p]!.runner.reach)
  }

  /** Asks about what was accepted, the longest first. */
  function settle(pass: Pass, at: number): boolean {
    const { next, asked, times } = rules
    for (let n = count - 1; n >= 0; n--) {
      const patterns = accepted[n]!
      for (let end = to[n]!; end >= from[n]!; end--) {
        let left = false
        for (let k = 0; k < patterns.length; k++) {
          const machine = machines[patterns[k]!]!
          const { index, reach, rule } = machine.runner
          if (at < next[index]!) continue
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
            hold(pass, at)
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
