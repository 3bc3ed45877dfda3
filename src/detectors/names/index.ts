/**
 * Names of people, places and organisations, without a model: words with capital letters are looked up in tables, and what stands
 * around them decides. One pass over the characters wakes at capital letters only.
 */
import { id } from '../../ids.ts'
import type { Detection, Detector, Finding, Look, Rule } from '../../types.ts'
import { LEFT, RIGHT } from './context.ts'
import { judgeRun, type Kind } from './judge.ts'
import { createLexicon, type Lexicon, type Tables } from './lexicon.ts'
import { findRunStart, isUpper, readRun, RUN_REACH, run, startsWord } from './reader.ts'
import { BIAS, LETTERS, WORDS } from './tables.ts'

function rule(ref: string, entity: string, label: string): Rule {
  return { ref: id(ref), entity: id(entity), label: id(label) }
}
export const NAME_RULES: Readonly<Record<Kind, Rule>> = {
  person: rule('person@1', 'PERSON', 'pii.name'),
  place: rule('location@1', 'LOCATION', 'pii.location'),
  firm: rule('organisation@1', 'ORGANIZATION', 'pii.organisation'),
  nation: rule('group@1', 'NRP', 'pii.group'),
  title: rule('title@1', 'TITLE', 'pii.title'),
}

export function createNames(tables: Tables): Detector {
  let lexicon: Lexicon | undefined
  return {
    reach: RUN_REACH + LEFT + RIGHT,
    context: RUN_REACH + LEFT + 2,
    shortest: 2,
    detect(text: string, { from, final }: Look): Detection {
      lexicon ??= createLexicon(tables)
      const findings: Finding[] = []
      const open = scan(lexicon, text, from, final, findings)
      if (findings.length > 1) findings.sort((a, b) => a.start - b.start || b.end - a.end)
      return { findings, open }
    },
  }
}

export const names: Detector = createNames({ words: WORDS, letters: LETTERS, bias: BIAS })

function scan(lexicon: Lexicon, text: string, from: number, final: boolean, findings: Finding[]): number {
  const { length } = text
  const emit = (kind: Kind, start: number, end: number, logit: number): void => {
    if (start < from) return
    findings.push({ start, end, rule: NAME_RULES[kind], score: Math.min(0.95, 0.5 + 0.1 * logit) })
  }
  for (let at = findRunStart(text, from); at < length; ) {
    const unit = text.charCodeAt(at)
    if (!isUpper(unit) || !startsWord(text, at)) {
      at++
      continue
    }
    readRun(lexicon, text, at, final)
    const { next } = run
    if (run.unfinished) return Math.max(from, at)
    if (run.count > 0 && !run.long && !judgeRun(lexicon, text, final, emit)) return Math.max(from, at)
    at = Math.max(next, at + 1)
  }
  return length
}
