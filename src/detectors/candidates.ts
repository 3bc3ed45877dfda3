/** Judges candidates: what stands beside one, its context, its validator. */
import type { Rule, Span } from '../types.ts'
import { contains, isWord } from './charset.ts'
import { findContext } from './context.ts'
import { isWordAt } from './dfa.ts'
import type { Pass } from './pass.ts'
import type { Machine } from './runner.ts'
import { AGAINST, FOR } from './words.ts'

/** A candidate, and why it scored as it did. Holds no text. */
export interface Candidate extends Span {
  readonly rule: Rule
  /** What its pattern scores, and what it scored in the end. */
  readonly base: number
  readonly score: number
  readonly context: 'found' | 'missing' | 'not needed'
  /** Whether a word stands near that makes it something else. */
  readonly against: boolean
  readonly valid: boolean | 'not asked'
  readonly reported: boolean
}

export const NO = 0
export const YES = 1
/** What follows decides. */
export const OPEN = 2
export type Verdict = typeof NO | typeof YES | typeof OPEN

/** Whether a match may begin and end there, for what stands beside it. */
export function standsApart(
  text: string,
  { before, after, runner: { alone } }: Machine,
  start: number,
  end: number,
): boolean {
  if (before && isWordAt(text, start - 1) === isWord(text.charCodeAt(start))) return false
  if (after && isWord(text.charCodeAt(end - 1)) === isWordAt(text, end)) return false
  return !(alone && end < text.length && contains(alone, text.charCodeAt(end)))
}

/** Whether what stands from `start` to `end` is what the rule looks for. Sets `pass.score` and `pass.located`. */
export function judge(pass: Pass, machine: Machine, start: number, end: number): Verdict {
  const { text, final } = pass
  const { runner } = machine
  const { context, validator } = runner
  if (start < pass.from && !validator?.locate) return NO
  if (!standsApart(text, machine, start, end)) return NO
  if (pass.explain) explain(pass, machine, start, end)
  let score = machine.score
  pass.located = undefined
  let near: 'found' | 'missing' | 'open' = 'found'
  if (score < pass.threshold) {
    if (!context) return NO
    score = boosted(score, context.boost)
    if (score < pass.threshold) return NO
    near = findContext(pass, runner, start, end, FOR)
    if (near === 'missing') return NO
  }
  if (validator) {
    if (!final && end + validator.sees > text.length && (validator.undecided?.(text, start, end) ?? true)) return OPEN
    pass.located = validator.locate?.(text, start, end)
    if (validator.locate ? !pass.located : !validator.check(text, start, end)) return NO
    if (pass.located && pass.located.start < pass.from) return NO
  }
  if (near === 'open') return OPEN
  if (context?.unless) {
    const against = findContext(pass, runner, start, end, AGAINST)
    if (against === 'found') return NO
    if (against === 'open') return OPEN
  }
  pass.score = score
  return YES
}

/** Rounded, so that 0.1 + 0.4 is 0.5. */
function boosted(score: number, boost: number): number {
  return Math.min(1, Math.round((score + boost) * 1000) / 1000)
}

/** Says all that can be said of a candidate, also what its verdict did not need. */
function explain(pass: Pass, machine: Machine, start: number, end: number): void {
  const { text, threshold } = pass
  const { runner, base } = machine
  const { context, validator, rule } = runner
  const needed = machine.score < threshold
  const found = context !== undefined && findContext(pass, runner, start, end, FOR) === 'found'
  const against = context?.unless === true && findContext(pass, runner, start, end, AGAINST) === 'found'
  const located = validator?.locate?.(text, start, end)
  const valid = validator ? validator.check(text, start, end) : 'not asked'
  const score = needed && found ? boosted(machine.score, context.boost) : machine.score
  pass.explain!({
    rule,
    start: located?.start ?? start,
    end: located?.end ?? end,
    base,
    score,
    context: needed ? (found ? 'found' : 'missing') : 'not needed',
    against,
    valid,
    reported: score >= threshold && !against && valid !== false,
  })
}
