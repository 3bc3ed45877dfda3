/**
 * Finds what rules describe, all of them in one pass over the characters: `triggers.ts` says where some rule may start, and
 * only there `matching.ts` looks closer. The time is linear in the text: at each place automata read at most `reach`.
 */
import type { RuleSource, RulesetSource } from '../rules.ts'
import type { Detection, Detector, Look, Rule } from '../types.ts'
import { isWord } from './charset.ts'
import { isWordAt, places } from './dfa.ts'
import { holdUnfinished, type Pass, readAround, readFrom } from './matching.ts'
import { prepare, type Runner } from './runner.ts'
import { AFTER_WORD, buildLanes, buildTriggers, type Lane, type Shape, sift, type Triggers } from './triggers.ts'

/** A candidate of a pack that is off lacks this much, and so needs a word that says what it is. */
const BELOW = 0.1

export interface PatternDetector extends Detector {
  /** How many characters automata have read so far: the work beyond the one pass. For tests and the benchmark. */
  steps(): number
}

/** Compiles rules into a detector. `described`: the same rules as records see them. Throws an Error that names the rule. */
export function createPatternDetector(
  sources: readonly RuleSource[],
  described: readonly Rule[],
  { threshold, packs }: Pick<RulesetSource, 'threshold' | 'packs'>,
): PatternDetector {
  const shapes: Shape[] = []
  const runners = sources.map((source, i): Runner => {
    try {
      const { runner, shape } = prepare(source, described[i]!, packs.includes(source.pack) ? 1 : threshold - BELOW)
      shapes.push(shape)
      return runner
    } catch (error) {
      throw new Error(`rule ${source.id}: ${(error as Error).message}`)
    }
  })
  const triggers = buildTriggers(shapes)
  const shortest = Math.min(...shapes.flatMap((shape) => shape.lengths))
  const latest = Math.max(0, ...triggers.offsets)
  /** How far after the start of a match it may be noticed. */
  const late = Math.max(latest, ...runners.flatMap((runner) => runner.machines.map((m) => m.around?.headLength ?? 0)))
  const triggered = runners.map((_, i) => i).filter((i) => runners[i]!.trigger !== undefined)
  /** What is to be done at each group's places; laid out when the first is met. */
  const visits: ({ readonly lanes: readonly Lane[]; readonly around: readonly number[] } | undefined)[] = []
  let steps = 0

  return {
    reach: Math.max(0, ...runners.map((runner) => runner.reach + 2 * runner.sees)),
    context: Math.max(1, ...runners.map((runner) => runner.sees)),
    shortest,
    steps: () => steps,
    detect(text: string, { from, final, key }: Look): Detection {
      const { length } = text
      if (length <= from || (final && length - from < shortest)) return { findings: [], open: length }
      const next = new Int32Array(runners.length).fill(from)
      const ends = places()
      const starts = places()
      const pass: Pass = {
        text,
        final,
        key,
        threshold,
        findings: [],
        next,
        open: length,
        score: 0,
        ends,
        starts,
        steps: 0,
      }
      scan(pass, from)
      if (!final) {
        readRest(pass, from)
        for (const i of triggered) holdUnfinished(pass, i, runners[i]!)
      }
      steps += pass.steps
      return settle(pass)
    },
  }

  function scan(pass: Pass, from: number): void {
    const { text } = pass
    const last = text.length - 1
    let at = from
    for (;;) {
      // What starts at or after `open` is not settled, so it need not be looked for.
      const stop = Math.min(last, pass.open + late)
      at = seek(triggers.pairs, text, at, stop)
      if (at >= stop) break
      visit(pass, groupAt(triggers, text, at), at)
      at++
    }
    if (at === last) visit(pass, groupAt(triggers, text, at), at)
  }

  function visit(pass: Pass, group: number, at: number): void {
    const { text, next } = pass
    if (group === 0) return
    visits[group] ??= {
      lanes: buildLanes(triggers.groups[group]!, shapes, triggers.offsets),
      around: triggers.groups[group]!.filter((i) => runners[i]!.trigger !== undefined),
    }
    const { lanes, around } = visits[group]
    for (const i of around) {
      const { trigger } = runners[i]!
      if (trigger!.length === 1 || text.startsWith(trigger!, at)) readAround(pass, i, runners[i]!, at)
    }
    for (const lane of lanes) {
      const start = at - lane.offset
      const alive = start < 0 ? 0 : sift(lane, text, start)
      if (alive === 0) continue
      for (const { rule, shift, bits } of lane.rules) {
        if (alive & bits && start >= next[rule]!) readFrom(pass, rule, runners[rule]!, start, alive >> shift)
      }
    }
  }

  /** The last characters have no pair behind them yet: there every rule is tried that may start with them. */
  function readRest(pass: Pass, from: number): void {
    const { text } = pass
    for (let start = Math.max(from, text.length - 1 - latest); start < text.length && start < pass.open; start++) {
      const unit = text.charCodeAt(start)
      for (const i of triggers.groups[triggers.singles[unit < 128 ? unit : 0]!]!) {
        if (start >= pass.next[i]! && start + triggers.offsets[i]! + 1 >= text.length)
          readFrom(pass, i, runners[i]!, start)
      }
    }
  }
}

/** For each ASCII unit, where in the trigger table the characters after it are looked up. */
const BASE = Int32Array.from({ length: 128 }, (_, unit) => (isWord(unit) ? AFTER_WORD : 0))

/** The first place from `at` on where some rule may be found, or `stop`, which is before the last character. */
function seek(pairs: Uint16Array, text: string, at: number, stop: number): number {
  if (at >= stop) return at
  let base = isWordAt(text, at - 1) ? AFTER_WORD : 0
  let unit = text.charCodeAt(at)
  if (unit > 127) unit = 0
  for (let i = at; i < stop; i++) {
    let after = text.charCodeAt(i + 1)
    if (after > 127) after = 0
    if (pairs[base | (unit << 7) | after] !== 0) return i
    base = BASE[unit]!
    unit = after
  }
  return stop
}

function groupAt({ pairs }: Triggers, text: string, at: number): number {
  const unit = text.charCodeAt(at)
  const after = at + 1 < text.length ? text.charCodeAt(at + 1) : 0
  const base = isWordAt(text, at - 1) ? AFTER_WORD : 0
  return pairs[base | ((unit < 128 ? unit : 0) << 7) | (after < 128 ? after : 0)]!
}

/** What is settled: nothing that ends behind `open`, and `open` inside of nothing. */
function settle({ findings, open, text }: Pass): Detection {
  if (findings.length > 1) findings.sort((a, b) => a.start - b.start || b.end - a.end)
  if (open === text.length) return { findings, open }
  let settled = open
  for (let i = findings.length - 1; i >= 0; i--) {
    const { start, end } = findings[i]!
    if (start < settled && end > settled) settled = start
  }
  return { findings: findings.filter(({ end }) => end <= settled), open: settled }
}
