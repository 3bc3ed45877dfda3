/** Rules with a trigger: the text is read forward from it and then backward. */

import type { Span } from '../types.ts'
import { judge, NO, OPEN, YES } from './candidates.ts'
import { contains } from './charset.ts'
import { isWordAt, MOST, places, readBackward, readForward } from './dfa.ts'
import { hold, type Pass, take } from './pass.ts'
import type { Around, Runner } from './runner.ts'

// Scratch of one look; nothing of a text stays in them.
const ends = places()
const starts = places()

/** Finds all matches of a rule from `from` on, and holds the end of the text if one may have begun there. */
export function findAround(pass: Pass, runner: Runner, from: number): void {
  const { trigger } = runner.around!
  let next = from
  for (let at = pass.text.indexOf(trigger, from); at >= 0; at = pass.text.indexOf(trigger, at + 1)) {
    if (at < next) continue
    const end = readAround(pass, runner, at, next)
    if (end === undefined) return
    next = Math.max(next, end)
  }
  if (!pass.final) holdUnfinished(pass, runner, next)
}

/** Looks for a match around a trigger that stands at `at`. Answers where the next one may begin; `undefined` if the text must go on first. */
function readAround(pass: Pass, runner: Runner, at: number, from: number): number | undefined {
  const { text, final } = pass
  let first = text.length
  let best = -1
  let bestScore = 0
  let part: Span | undefined
  for (const machine of runner.around!.machines) {
    let limit = Math.min(text.length, at + runner.reach)
    const stopped = readForward(machine.tail(), text, at, limit, ends)
    pass.steps += stopped - at + 1
    const cut = stopped === text.length && !final
    if (ends.count === 0 && !cut) continue
    const lowest = Math.max(from, at - machine.headLength)
    readBackward(machine.head(), text, at, lowest, starts, (start) => begins(text, machine, start))
    pass.steps += at - lowest
    for (let k = 0; k < Math.min(MOST, starts.count); k++) {
      const start = starts.at[(starts.count - 1 - k) & (MOST - 1)]!
      if (start > first) break
      // INVARIANT: `ends` holds the last ones that reach allows from this start, however much text is there.
      const nearest = Math.min(stopped, start + runner.reach)
      if (nearest !== Math.min(stopped, limit)) pass.steps += readForward(machine.tail(), text, at, nearest, ends) - at
      limit = nearest
      const end = cut && nearest === text.length ? undefined : longest(pass, machine, start)
      if (end === undefined) {
        hold(pass, start)
        return undefined
      }
      if (end < 0) continue
      if (start < first || end > best || (end === best && pass.score > bestScore)) {
        first = start
        best = end
        bestScore = pass.score
        part = pass.located
      }
      break
    }
  }
  if (best < 0) return from
  return take(pass, runner.rule, first, best, bestScore, part)
}

/** The longest of `ends` that a match from `start` has; -1: none; `undefined`: what follows decides. */
function longest(pass: Pass, machine: Around, start: number): number | undefined {
  for (let k = 0; k < Math.min(MOST, ends.count); k++) {
    const end = ends.at[(ends.count - 1 - k) & (MOST - 1)]!
    const verdict = judge(pass, machine, start, end)
    if (verdict === OPEN) return undefined
    if (verdict === YES) return end
    if (verdict !== NO) break
  }
  return -1
}

/** Holds the end of a text in which a match may have begun, even if the trigger is still to come. */
function holdUnfinished(pass: Pass, runner: Runner, from: number): void {
  const { text } = pass
  const lowest = Math.max(from, text.length - runner.reach)
  for (const machine of runner.around!.machines) {
    readBackward(machine.viable(), text, text.length, lowest, starts, (start) => begins(text, machine, start))
    if (starts.count > 0) hold(pass, starts.at[(starts.count - 1) & (MOST - 1)]!)
  }
}

function begins(text: string, { runner: { alone }, before }: Around, start: number): boolean {
  if (start > 0 && alone && contains(alone, text.charCodeAt(start - 1))) return false
  return !before || isWordAt(text, start - 1) !== isWordAt(text, start)
}
