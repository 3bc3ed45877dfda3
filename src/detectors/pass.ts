import type { Finding } from '../types.ts'
import type { Candidate } from './candidates.ts'
import type { Context } from './context.ts'
import type { Machinery } from './runner.ts'

/** One look at one text. */
export interface Pass {
  readonly machinery: Machinery
  readonly text: string
  /** Whether nothing follows. */
  readonly final: boolean
  readonly key: string | undefined
  readonly threshold: number
  /** Words near candidates; made when one first asks. */
  context: Context | undefined
  readonly findings: Finding[]
  /** Is told of each candidate, if somebody asks why. */
  readonly explain: ((candidate: Candidate) => void) | undefined
  /** From here on nothing is settled. */
  open: number
  /** Score of the candidate that was accepted last. */
  score: number
  /** Characters that automata have read. */
  steps: number
}

/** Text from `start` on is not settled. */
export function hold(pass: Pass, start: number): void {
  if (start < pass.open) pass.open = start
}
