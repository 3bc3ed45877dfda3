/**
 * Finds what rules describe. One pass looks for the places where some rule may start (`triggers.ts`); only there a rule's
 * automaton reads, its validator decides and its context is looked at. Within a rule matches are taken from left to right, the
 * longest at each place, and never overlap; matches of different rules may.
 */
import type { RuleSource } from '../rules.ts'
import type { Detection, Detector, Finding, Look, Rule } from '../types.ts'
import { type Charset, contains, covers, isWord, WORD } from './charset.ts'
import { buildDfa, type Dfa, isWordAt, MOST, places, readBackward, readForward } from './dfa.ts'
import { leadingSets, maxLength, minLength, parseClass, parsePattern, reverse, splitAt } from './regex.ts'
import { AFTER_WORD, buildTriggers, LEADING, type Shape, startsWord } from './triggers.ts'
import { VALIDATORS, type Validator } from './validators.ts'
import { buildWords, hasWord, type Words } from './words.ts'

/** A rule as it runs. */
interface Runner {
  readonly rule: Rule
  readonly patterns: readonly Machine[]
  readonly reach: number
  readonly alone: Charset | undefined
  readonly validator: Validator | undefined
  readonly context: { readonly words: Words; readonly within: number; readonly boost: number } | undefined
  readonly trigger: string | undefined
}
interface Machine {
  readonly score: number
  /** Whether a match must begin at a `\b`. */
  readonly edge: boolean
  /** Reads a match from its start or, where the rule has a trigger, from there. */
  readonly tail: Dfa
  /** For a rule with a trigger: what stands before it, backwards. */
  readonly head: Dfa | undefined
  /** For a rule with a trigger: what a match that is not complete may end with, backwards. */
  readonly viable: Dfa | undefined
  /** How far before its trigger a match may begin. */
  readonly headLength: number
}

export interface PatternDetector extends Detector {
  /** How many characters automata have read so far: the work done beyond the one pass. For tests and the benchmark. */
  steps(): number
}

const NONE = -1
const OPEN = -2
const NOTHING: readonly Finding[] = []

/** Compiles rules into a detector. `described`: the same rules as records see them. */
export function createPatternDetector(
  sources: readonly RuleSource[],
  described: readonly Rule[],
  threshold: number,
): PatternDetector {
  const shapes: Shape[] = []
  const runners = sources.map((source, i) => {
    try {
      const { runner, shape } = prepare(source, described[i]!)
      shapes.push(shape)
      return runner
    } catch (error) {
      throw new Error(`rule ${source.id}: ${(error as Error).message}`)
    }
  })
  const { pairs, singles, groups, offsets } = buildTriggers(shapes)
  const shortest = Math.min(...shapes.map((shape) => shape.shortest))
  const context = Math.max(1, ...runners.map(lookBehind))
  const reach = Math.max(0, ...runners.map((runner) => runner.reach + lookBehind(runner) + lookAhead(runner)))
  /** How far after the start of a match it may be noticed. */
  const late = Math.max(0, ...offsets, ...runners.flatMap(({ patterns }) => patterns.map((p) => p.headLength)))
  const latePair = Math.max(0, ...offsets)
  const triggered = runners.map((_, i) => i).filter((i) => runners[i]!.trigger !== undefined)
  const ends = places()
  const starts = places()
  let steps = 0

  function detect(text: string, { from, final, key }: Look): Detection {
    const length = text.length
    if (final && length - from < shortest) return { findings: NOTHING, open: length }
    const findings: Finding[] = []
    /** For each rule, where its next match may start. */
    const next = new Int32Array(runners.length).fill(from)
    let open = length
    /** Up to where the pass must go: matches that start at or after `open` are not settled anyway. */
    let stop = length - 1
    /** Score of the candidate that `judge` has accepted. */
    let score = 0

    if (length > from) scan()
    if (!final) {
      readRest()
      for (const i of triggered) holdUnfinished(i)
    }
    if (findings.length > 1) findings.sort((a, b) => a.start - b.start || b.end - a.end)
    if (open === length) return { findings, open }
    for (let i = findings.length - 1; i >= 0; i--) {
      const { start, end } = findings[i]!
      if (start < open && end > open) open = start
    }
    return { findings: findings.filter(({ end }) => end <= open), open }

    function scan(): void {
      let base = isWordAt(text, from - 1) ? AFTER_WORD : 0
      let unit = text.charCodeAt(from)
      if (unit > 127) unit = 0
      for (let i = from; i < stop; i++) {
        let after = text.charCodeAt(i + 1)
        if (after > 127) after = 0
        const group = pairs[base | (unit << 7) | after]!
        if (group !== 0) visit(groups[group]!, i)
        base = WORD_BASE[unit]!
        unit = after
      }
      if (stop === length - 1) visit(groups[pairs[base | (unit << 7)]!]!, stop)
    }

    function visit(group: readonly number[], at: number): void {
      for (let k = 0; k < group.length; k++) {
        const i = group[k]!
        const runner = runners[i]!
        if (runner.trigger !== undefined) {
          if (runner.trigger.length === 1 || text.startsWith(runner.trigger, at)) readAround(i, runner, at)
        } else {
          const start = at - offsets[i]!
          if (start >= next[i]!) readFrom(i, runner, start)
        }
      }
    }

    /** The last characters have no pair behind them yet: there every rule that may start is tried. */
    function readRest(): void {
      for (let start = Math.max(from, length - 1 - latePair); start < length && start < open; start++) {
        const unit = text.charCodeAt(start)
        for (const i of groups[singles[unit < 128 ? unit : 0]!]!) {
          if (start >= next[i]! && start + offsets[i]! + 1 >= length) readFrom(i, runners[i]!, start)
        }
      }
    }

    function readFrom(i: number, runner: Runner, start: number): void {
      if (start > 0 && runner.alone && contains(runner.alone, text.charCodeAt(start - 1))) return
      let best = NONE
      let bestScore = 0
      const limit = Math.min(length, start + runner.reach)
      for (const machine of runner.patterns) {
        if (machine.edge && isWordAt(text, start - 1) === isWord(text.charCodeAt(start))) continue
        const stopped = readForward(machine.tail, text, start, limit, ends)
        steps += stopped - start + 1
        const end = stopped === length && !final ? OPEN : judge(runner, machine, start)
        if (end === OPEN) {
          hold(start)
          // INVARIANT: nothing of this rule that starts later is settled, so there is no need to look for it.
          next[i] = length
          return
        }
        if (end > best || (end === best && score > bestScore)) {
          best = end
          bestScore = score
        }
      }
      if (best === NONE) return
      findings.push({ rule: runner.rule, start, end: best, score: bestScore })
      next[i] = best
    }

    /** Reads a match of a rule with a trigger, which stands at `at`: the tail forward, then the head backward. */
    function readAround(i: number, runner: Runner, at: number): void {
      if (at < next[i]!) return
      let first = length
      let best = NONE
      let bestScore = 0
      for (const machine of runner.patterns) {
        let limit = Math.min(length, at + runner.reach)
        const stopped = readForward(machine.tail, text, at, limit, ends)
        steps += stopped - at + 1
        const cut = stopped === length && !final
        if (ends.count === 0 && !cut) continue
        const lowest = Math.max(next[i]!, at - machine.headLength)
        readBackward(machine.head!, text, at, lowest, starts)
        steps += at - lowest
        for (let k = starts.count - 1; k >= Math.max(0, starts.count - MOST); k--) {
          const start = starts.at[k & (MOST - 1)]!
          if (start > first) break
          if (!begins(runner, machine, start)) continue
          // INVARIANT: `ends` are those that reach allows from this start, no others: only so the last ones kept are the same ones.
          const nearest = Math.min(stopped, start + runner.reach)
          if (nearest !== Math.min(stopped, limit)) steps += readForward(machine.tail, text, at, nearest, ends) - at
          limit = nearest
          const end = cut && nearest === length ? OPEN : judge(runner, machine, start)
          if (end === NONE) continue
          if (end === OPEN) {
            hold(start)
            return
          }
          if (start < first || end > best || (end === best && score > bestScore)) {
            first = start
            best = end
            bestScore = score
          }
          break
        }
      }
      if (best === NONE) return
      findings.push({ rule: runner.rule, start: first, end: best, score: bestScore })
      next[i] = best
    }

    /** Holds the end of the text if a match of a rule with a trigger may have begun there. */
    function holdUnfinished(i: number): void {
      const runner = runners[i]!
      const lowest = Math.max(next[i]!, length - runner.reach)
      for (const machine of runner.patterns) {
        readBackward(machine.viable!, text, length, lowest, starts)
        for (let k = starts.count - 1; k >= Math.max(0, starts.count - MOST); k--) {
          const start = starts.at[k & (MOST - 1)]!
          if (start >= length || !begins(runner, machine, start)) continue
          hold(start)
          break
        }
      }
    }

    function begins(runner: Runner, machine: Machine, start: number): boolean {
      if (start > 0 && runner.alone && contains(runner.alone, text.charCodeAt(start - 1))) return false
      return !machine.edge || isWordAt(text, start - 1) !== isWordAt(text, start)
    }

    function hold(start: number): void {
      if (start >= open) return
      open = start
      stop = Math.min(stop, open + late)
    }

    /** Which of `ends` a match that starts at `start` has: one of them, NONE or OPEN. Sets `score`. */
    function judge(runner: Runner, machine: Machine, start: number): number {
      const { validator, alone } = runner
      for (let k = ends.count - 1; k >= Math.max(0, ends.count - MOST); k--) {
        const end = ends.at[k & (MOST - 1)]!
        if (alone && end < length && contains(alone, text.charCodeAt(end))) continue
        if (validator) {
          if (!final && end + validator.sees > length) return OPEN
          if (!validator.check(text.slice(start, end), text, start, end)) continue
        }
        score = machine.score
        return score >= threshold ? end : inContext(runner, start, end)
      }
      return NONE
    }

    /** `end` if a context word lifts the score far enough. */
    function inContext({ context: near }: Runner, start: number, end: number): number {
      if (!near) return NONE
      // Rounded, so that 0.1 + 0.4 is 0.5.
      score = Math.min(1, Math.round((score + near.boost) * 1000) / 1000)
      if (score < threshold) return NONE
      if (key !== undefined && hasWord(near.words, key, 0, key.length, true)) return end
      if (hasWord(near.words, text, Math.max(0, start - near.within), start, true)) return end
      const last = end + near.within
      if (hasWord(near.words, text, end, Math.min(length, last), final)) return end
      return !final && length <= last ? OPEN : NONE
    }
  }

  return { reach, context, shortest, detect, steps: () => steps }
}

/** For each ASCII unit, where in the trigger table the character after it is looked up. */
const WORD_BASE = Int32Array.from({ length: 128 }, (_, unit) => (isWord(unit) ? AFTER_WORD : 0))

function lookBehind({ context, validator }: Runner): number {
  return Math.max(1, context ? context.within + 1 : 0, validator?.sees ?? 0)
}
function lookAhead(runner: Runner): number {
  return lookBehind(runner)
}

function prepare(source: RuleSource, rule: Rule): { runner: Runner; shape: Shape } {
  const alone = source.alone === undefined ? undefined : parseClass(source.alone)
  const validator = source.validate === undefined ? undefined : VALIDATORS[source.validate]
  if (source.validate !== undefined && !validator) throw new Error(`there is no validator ${source.validate}`)
  const { trigger, context, reach } = source
  const parsed = source.patterns.map(({ re }) => parsePattern(re))
  const patterns = parsed.map(({ node, before, after }, i): Machine => {
    const { score } = source.patterns[i]!
    if (trigger === undefined) {
      const tail = buildDfa(node, { edge: after })
      return { score, edge: before, tail, head: undefined, viable: undefined, headLength: 0 }
    }
    const parts = splitAt(node, trigger)
    return {
      score,
      edge: before,
      tail: buildDfa(parts.tail, { edge: after }),
      head: buildDfa(reverse(parts.head)),
      viable: buildDfa(reverse(node), { anywhere: true }),
      headLength: Math.min(reach, maxLength(parts.head)),
    }
  })
  const leading = parsed.map(({ node }) => leadingSets(node, LEADING))
  const shortest = Math.min(...parsed.map(({ node }) => minLength(node)))
  if (shortest < 2) throw new Error('a match must have at least two characters')
  const fresh = parsed.every(
    ({ before }, i) => (before && startsWord(leading[i]![0]!)) || (alone !== undefined && covers(alone, WORD)),
  )
  return {
    runner: {
      rule,
      patterns,
      reach,
      alone,
      validator,
      context: context && { words: buildWords(context.words), within: context.within, boost: context.boost },
      trigger,
    },
    shape: { leading, shortest, fresh, trigger },
  }
}
