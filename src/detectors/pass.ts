import type { Finding, Rule, Span } from '../types.ts'
import type { Candidate } from './candidates.ts'
import type { Context } from './context.ts'
import type { Machinery } from './runner.ts'

/** One look at one text. */
export interface Pass {
  readonly machinery: Machinery
  readonly text: string
  /** Whether nothing follows. */
  readonly final: boolean
  /** Nothing is found that begins before. */
  readonly from: number
  readonly key: string | undefined
  readonly threshold: number
  readonly context: Context
  readonly matches: Match[]
  /** Is told of each candidate, if somebody asks why. */
  readonly explain: ((candidate: Candidate) => void) | undefined
  /** From here on nothing is settled. */
  open: number
  /** Score of the candidate that was accepted last. */
  score: number
  /** Where what it stands for is, if its validator says so. */
  located: Span | undefined
  /** Characters that automata have read. */
  steps: number
}

/** A match, and what of it is the finding: a validator may say that it is only a part, such as the value behind a name. */
export interface Match {
  readonly start: number
  readonly end: number
  readonly finding: Finding
}
/** Notes a match, and answers where it ends with its finding. */
export function take(pass: Pass, rule: Rule, start: number, end: number, score: number, part = pass.located): number {
  const last = Math.max(end, part?.end ?? end)
  const finding = { rule, start: part?.start ?? start, end: part?.end ?? end, score }
  pass.matches.push({ start: Math.min(start, finding.start), end: last, finding })
  // A value that one name located may be located by another; both must be so wherever reading began.
  return part ? start + 1 : last
}

/** Text from `start` on is not settled. */
export function hold(pass: Pass, start: number): void {
  if (start < pass.open) pass.open = start
}
