/**
 * Reads where patterns may begin, and judges what the automaton accepts. Within a rule matches are taken from left to right, the longest
 * at each place, and never overlap; matches of different rules may.
 */

import { judge, NO, OPEN, standsApart } from './candidates.ts'
import { advance, classOf, type Dfa, MOST, startOf } from './dfa.ts'
import { hold, type Pass, take } from './pass.ts'
import type { Group } from './runner.ts'

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
          // Only ends that could be ones are counted: a pattern may read on through many words.
          if (end - at > reach || !standsApart(pass.text, machine, at, end)) continue
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
