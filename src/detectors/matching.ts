/**
 * What happens where a rule may start: its automaton reads, its validator decides, its context is looked at. Within a rule
 * matches are taken from left to right, the longest at each place, and never overlap; matches of different rules may.
 */
import type { Finding } from '../types.ts'
import { contains, isWord } from './charset.ts'
import { isWordAt, MOST, type Places, readBackward, readForward } from './dfa.ts'
import type { Machine, Runner } from './runner.ts'
import { hasWord, type Words } from './words.ts'

/** One look at one text. */
export interface Pass {
  readonly text: string
  /** Whether nothing follows. */
  readonly final: boolean
  readonly key: string | undefined
  readonly threshold: number
  readonly findings: Finding[]
  /** For each rule, where its next match may start. */
  readonly next: Int32Array
  /** From here on nothing is settled. */
  open: number
  /** Score of the candidate that `judge` accepted last. */
  score: number
  readonly ends: Places
  readonly starts: Places
  /** Characters that automata have read. */
  steps: number
}

const NONE = -1
const OPEN = -2

/** Looks for a match of rule `i` that starts at `start`. `alive`: which of its patterns may have one, a bit each. */
export function readFrom(pass: Pass, i: number, runner: Runner, start: number, alive = -1): void {
  const { text, final, ends } = pass
  if (start > 0 && runner.alone && contains(runner.alone, text.charCodeAt(start - 1))) return
  const limit = Math.min(text.length, start + runner.reach)
  let best = NONE
  let bestScore = 0
  for (let m = 0; m < runner.machines.length; m++) {
    const machine = runner.machines[m]!
    if (!((alive >> m) & 1)) continue
    if (machine.edge && isWordAt(text, start - 1) === isWord(text.charCodeAt(start))) continue
    const stopped = readForward(machine.tail(), text, start, limit, ends)
    pass.steps += stopped - start + 1
    const end = stopped === text.length && !final ? OPEN : judge(pass, runner, machine, start)
    if (end === OPEN) {
      hold(pass, start)
      // Nothing of this rule that starts later is settled either.
      pass.next[i] = text.length
      return
    }
    if (end > best || (end === best && pass.score > bestScore)) {
      best = end
      bestScore = pass.score
    }
  }
  if (best !== NONE) take(pass, i, runner, start, best, bestScore)
}

/** Looks for a match of rule `i` around its trigger, which stands at `at`: reads the tail forward, then the head backward. */
export function readAround(pass: Pass, i: number, runner: Runner, at: number): void {
  const { text, final, ends, starts } = pass
  if (at < pass.next[i]!) return
  let first = text.length
  let best = NONE
  let bestScore = 0
  for (const machine of runner.machines) {
    let limit = Math.min(text.length, at + runner.reach)
    const stopped = readForward(machine.tail(), text, at, limit, ends)
    pass.steps += stopped - at + 1
    const cut = stopped === text.length && !final
    if (ends.count === 0 && !cut) continue
    const lowest = Math.max(pass.next[i]!, at - machine.around!.headLength)
    readBackward(machine.around!.head(), text, at, lowest, starts, (start) => begins(text, runner, machine, start))
    pass.steps += at - lowest
    for (let k = 0; k < Math.min(MOST, starts.count); k++) {
      const start = starts.at[(starts.count - 1 - k) & (MOST - 1)]!
      if (start > first) break
      // INVARIANT: `ends` holds the last ones that reach allows from this start, however much text is there.
      const nearest = Math.min(stopped, start + runner.reach)
      if (nearest !== Math.min(stopped, limit)) pass.steps += readForward(machine.tail(), text, at, nearest, ends) - at
      limit = nearest
      const end = cut && nearest === text.length ? OPEN : judge(pass, runner, machine, start)
      if (end === NONE) continue
      if (end === OPEN) {
        hold(pass, start)
        return
      }
      if (start < first || end > best || (end === best && pass.score > bestScore)) {
        first = start
        best = end
        bestScore = pass.score
      }
      break
    }
  }
  if (best !== NONE) take(pass, i, runner, first, best, bestScore)
}

/** Holds the end of a text in which a match of a rule with a trigger may have begun, even if the trigger is still to come. */
export function holdUnfinished(pass: Pass, i: number, runner: Runner): void {
  const { text, starts } = pass
  const lowest = Math.max(pass.next[i]!, text.length - runner.reach)
  for (const machine of runner.machines) {
    readBackward(machine.around!.viable(), text, text.length, lowest, starts, (start) =>
      begins(text, runner, machine, start),
    )
    if (starts.count > 0) hold(pass, starts.at[(starts.count - 1) & (MOST - 1)]!)
  }
}

function begins(text: string, runner: Runner, machine: Machine, start: number): boolean {
  if (start > 0 && runner.alone && contains(runner.alone, text.charCodeAt(start - 1))) return false
  return !machine.edge || isWordAt(text, start - 1) !== isWordAt(text, start)
}

function hold(pass: Pass, start: number): void {
  if (start < pass.open) pass.open = start
}

function take(pass: Pass, i: number, { rule }: Runner, start: number, end: number, score: number): void {
  pass.findings.push({ rule, start, end, score })
  pass.next[i] = end
}

/** Which of `ends` a match that starts at `start` has: one of them, NONE or OPEN. Sets `score`. */
function judge(pass: Pass, runner: Runner, machine: Machine, start: number): number {
  const { text, ends, final } = pass
  const { validator, alone } = runner
  for (let k = 0; k < Math.min(MOST, ends.count); k++) {
    const end = ends.at[(ends.count - 1 - k) & (MOST - 1)]!
    if (alone && end < text.length && contains(alone, text.charCodeAt(end))) continue
    if (validator) {
      if (!final && end + validator.sees > text.length) return OPEN
      if (!validator.check(text, start, end)) continue
    }
    pass.score = machine.score
    const { context } = runner
    if (context?.unless() && hasWordNear(pass, context.unless()!, start, end, context.within)) continue
    const judged = pass.score >= pass.threshold ? end : inContext(pass, runner, start, end)
    // A word that makes it something else may still come.
    if (judged !== NONE && context?.unless() && !final && text.length <= end + context.within) return OPEN
    return judged
  }
  return NONE
}
function hasWordNear({ text, final, key }: Pass, words: Words, start: number, end: number, within: number): boolean {
  return (
    (key !== undefined && hasWord(words, key, 0, key.length, true)) ||
    hasWord(words, text, Math.max(0, start - within), start, true) ||
    hasWord(words, text, end, Math.min(text.length, end + within), final)
  )
}

/** `end` if a context word lifts the score far enough; OPEN if one may still come. */
function inContext(pass: Pass, { context }: Runner, start: number, end: number): number {
  if (!context) return NONE
  const { text, final, key } = pass
  const { words, within, boost } = context
  // Rounded, so that 0.1 + 0.4 is 0.5.
  pass.score = Math.min(1, Math.round((pass.score + boost) * 1000) / 1000)
  if (pass.score < pass.threshold) return NONE
  if (key !== undefined && hasWord(words(), key, 0, key.length, true)) return end
  if (hasWord(words(), text, Math.max(0, start - within), start, true)) return end
  const last = end + within
  if (hasWord(words(), text, end, Math.min(text.length, last), final)) return end
  return !final && text.length <= last ? OPEN : NONE
}
