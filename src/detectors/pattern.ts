/**
 * Finds what rules describe, all of them in one pass over the characters: one automaton reads from each place where some pattern may
 * begin, and only what it accepts is judged. The time is linear in the text: from each place at most `reach` characters are read.
 */
import type { RuleSource } from '../rules.ts'
import type { Detection, Detector, Finding, Look, Rule } from '../types.ts'
import { findAround } from './around.ts'
import type { Candidate } from './candidates.ts'
import { compileRules, type Options } from './compile.ts'
import { findWindows, readContext, type Window } from './context.ts'
import { type Found, INNER_HEAD, NEEDY_HEAD, TELLING_HEAD, USES, WIDE_HEAD } from './heads.ts'
import { findKeyed, type Keyed } from './keyed.ts'
import type { Pass } from './pass.ts'
import { openRules } from './runner.ts'
import { createReader, createRules } from './scan.ts'
import { sift } from './sieve.ts'

export interface PatternDetector extends Detector {
  /** Every candidate in a text, and why it scored as it did. */
  explain(text: string, key?: string): readonly Candidate[]
  /** How many characters automata have read so far: the work beyond the one pass. For tests and the benchmark. */
  steps(): number
}

/** Compiles rules into a detector. `described`: the same rules as records see them. Throws an Error that names the rule. */
export function createPatternDetector(
  sources: readonly RuleSource[],
  described: readonly Rule[],
  options: Options,
  compiled = compileRules(sources, options),
): PatternDetector {
  const machinery = openRules(sources, described, options, compiled)
  const { runners } = machinery
  const { shortest, needySieve } = compiled
  const around = runners.filter((runner) => runner.around)
  const { everyRule } = machinery
  const found: Found = { at: new Int32Array(1024), count: 0 }
  const rules = [0, 1, 2, 3].map(() => createRules(runners.length))
  const readTelling = createReader(machinery.telling, rules[0]!)
  const readNeedy = createReader(machinery.needy, rules[1]!)
  const readWide = createReader(machinery.wide, rules[2]!)
  const readInner = createReader(machinery.inner, rules[3]!)
  const within = Math.max(0, ...runners.map(({ context }) => context?.within ?? 0))
  const keyed = runners.flatMap(({ rule, validator }, i): Keyed[] =>
    validator?.keyed
      ? [{ rule, keyed: validator.keyed, score: Math.max(...sources[i]!.patterns.map(({ score }) => score)) }]
      : [],
  )
  const leads = Math.max(0, ...runners.map(({ validator }) => validator?.leads ?? 0))
  let steps = 0

  function run(text: string, { from: asked, final, key }: Look, explain?: Pass['explain']): Pass {
    // What stands before is only read for what it says of values behind it.
    const from = Math.max(0, asked - leads)
    const pass: Pass = {
      machinery,
      text,
      final,
      from: asked,
      key,
      threshold: options.threshold,
      context: readContext(machinery, found, text, { back: Math.max(0, from - within), final, key }),
      matches: [],
      explain,
      open: text.length,
      score: 0,
      located: undefined,
      steps: 0,
    }
    for (const runner of around) findAround(pass, runner, asked)
    for (const one of rules) one.forget()
    readAll(pass, from, TELLING_HEAD, readTelling)
    readAll(pass, from, WIDE_HEAD, readWide)
    readAll(pass, from, INNER_HEAD, readInner)
    readNear(pass, explain ? [{ from, to: text.length, buckets: -1, rules: everyRule }] : findWindows(pass, from))
    // Behind the beginning of a text nobody knows whether it is all of a value.
    if (asked === 0) findKeyed(pass, keyed)
    steps += pass.steps
    return pass
  }

  /** Reads wherever patterns of a kind may begin, from left to right, until what follows the text decides. */
  function readAll(pass: Pass, from: number, use: number, read: typeof readTelling): void {
    const { at: places, count } = pass.context.found
    for (let k = 0; k < count; k++) {
      if ((places[k]! & use) === 0) continue
      const at = (places[k]! / USES) | 0
      if (at >= from && !read(pass, at, everyRule)) return
    }
  }

  /** The same for patterns that need a word, near one. */
  function readNear(pass: Pass, windows: readonly Window[]): void {
    const { at: places, count } = pass.context.found
    let k = 0
    for (const window of windows) {
      for (; k < count && places[k]! < window.from * USES; k++);
      for (; k < count && places[k]! < window.to * USES; k++) {
        if ((places[k]! & NEEDY_HEAD) === 0) continue
        const at = (places[k]! / USES) | 0
        if ((sift(needySieve, pass.text, at, pass.final) & window.buckets) === 0) continue
        if (!readNeedy(pass, at, window.rules)) return
      }
    }
  }

  return {
    reach: Math.max(0, ...runners.map((runner) => runner.reach + 2 * runner.sees)),
    context: Math.max(1, ...runners.map((runner) => runner.sees)),
    shortest,
    steps: () => steps,
    detect(text, look): Detection {
      const { length } = text
      if (length <= look.from || (look.final && length - look.from < shortest)) return { findings: [], open: length }
      return settle(run(text, look))
    },
    explain(text, key) {
      const candidates: Candidate[] = []
      run(text, { from: 0, final: true, key }, (candidate) => candidates.push(candidate))
      candidates.sort((a, b) => a.start - b.start || b.end - a.end || b.score - a.score)
      // Several patterns of a rule may have the same candidate: the best of them counts.
      const same = (a: Candidate, b: Candidate) => a.rule === b.rule && a.start === b.start && a.end === b.end
      return candidates.filter((one, i) => !candidates.slice(Math.max(0, i - 8), i).some((other) => same(one, other)))
    },
  }
}

/** What is settled: no match that ends behind `open`, and `open` inside of none. */
function settle({ matches, open, text }: Pass): Detection {
  if (matches.length === 0) return { findings: [], open }
  matches.sort((a, b) => a.start - b.start || b.end - a.end)
  let settled = open
  if (open < text.length) {
    for (let i = matches.length - 1; i >= 0; i--) {
      const { start, end } = matches[i]!
      if (start < settled && end > settled) settled = start
    }
  }
  const findings = matches.filter(({ end }) => end <= settled).map(({ finding }) => finding)
  // Of what covers the same, the surer one names it.
  findings.sort((a, b) => a.start - b.start || b.end - a.end || b.score - a.score)
  return { findings: dropContained(findings), open: settled }
}

/** Of findings by start, the longest first, those that stand inside of none of the same rule: its patterns are read apart from one another. */
function dropContained(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length < 2) return findings
  const ends = new Map<Rule, number>()
  return findings.filter(({ rule, end }) => {
    if ((ends.get(rule) ?? 0) >= end) return false
    ends.set(rule, end)
    return true
  })
}
