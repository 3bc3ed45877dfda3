/**
 * Names of people, places and organisations, without a model: words with capital letters are looked up in tables, and what stands
 * around them decides. One pass over the characters wakes at capital letters only.
 */
import { id } from '../../ids.ts'
import type { Detection, Detector, Finding, Look, Rule } from '../../types.ts'
import { ADDRESS_REACH, findShort, findShortAtEnd, readBox, readNumbered, readStreet, readSuffixed } from './address.ts'
import { LEFT, RIGHT } from './context.ts'
import { NONE, UNFINISHED } from './cursor.ts'
import { fingerprint } from './fold.ts'
import { judgeRun, type Kind } from './judge.ts'
import { PLACE_LABEL, STREET_FIRST, WHO_LABEL } from './kinds.ts'
import { createLexicon, kindsOf, type Lexicon, type Tables } from './lexicon.ts'
import {
  CAPITAL,
  findRunStart,
  isDigit,
  isLetter,
  isUpper,
  RUN_REACH,
  readRun,
  run,
  startsWord,
  word,
} from './reader.ts'
import { CUE, readSmall, small } from './small.ts'
import { BIAS, LETTERS, WORDS } from './tables.ts'

function rule(ref: string, entity: string, label: string): Rule {
  return { ref: id(ref), entity: id(entity), label: id(label) }
}
const BY_KIND: Readonly<Record<Kind, Rule>> = {
  person: rule('person@1', 'PERSON', 'pii.name'),
  place: rule('location@1', 'LOCATION', 'pii.location'),
  firm: rule('organisation@1', 'ORGANIZATION', 'pii.organisation'),
  nation: rule('group@1', 'NRP', 'pii.group'),
  title: rule('title@1', 'TITLE', 'pii.title'),
}

const ADDRESS = rule('street-address@1', 'STREET_ADDRESS', 'pii.address')
/** Every rule that findings here bear. */
export const NAME_RULES: readonly Rule[] = [...Object.values(BY_KIND), ADDRESS]

export function createNames(tables: Tables): Detector {
  let lexicon: Lexicon | undefined
  return {
    reach: RUN_REACH + LEFT + ADDRESS_REACH + RIGHT,
    context: 2 * RUN_REACH + CUE + LEFT + 2,
    shortest: 2,
    detect(text: string, { from, final, key }: Look): Detection {
      lexicon ??= createLexicon(tables)
      const findings: Finding[] = []
      const open = scan(lexicon, text, from, final, readKey(lexicon, key), findings)
      if (findings.length > 1) findings.sort((a, b) => a.start - b.start || b.end - a.end)
      return { findings, open }
    },
  }
}

export const names: Detector = createNames({ words: WORDS, letters: LETTERS, bias: BIAS })

/** Where reading begins, for what starts at `from` or later: before a run that goes on there, and before a cue that stands there. */
function begin(text: string, from: number): number {
  const start = findRunStart(text, from)
  return start === 0 ? 0 : findRunStart(text, Math.max(0, start - CUE))
}

/** Reads the text once. What begins before `from` is read only to know where what follows begins. */
function scan(lexicon: Lexicon, text: string, asked: number, final: boolean, key: number, findings: Finding[]): number {
  const { length } = text
  let from = asked
  const emit = (kind: Kind, start: number, end: number, logit: number): void => {
    if (start < from) return
    findings.push({ start, end, rule: BY_KIND[kind], score: Math.min(0.95, 0.5 + 0.1 * logit) })
  }
  for (let at = begin(text, from); ; ) {
    at = seek(text, at)
    if (at === length) return final ? length : Math.max(from, findShortAtEnd(text))
    if (text.charCodeAt(at) === 0x6d) {
      const found = readSmall(lexicon, text, at, final)
      if (small.unfinished) return Math.max(from, small.start)
      if (found) emit('person', small.start, small.end, 1)
      at = found ? Math.max(small.end, at + 1) : at + 1
      continue
    }
    if (!startsWord(text, at) || !(isUpper(text.charCodeAt(at)) || isDigit(text.charCodeAt(at)))) {
      at++
      continue
    }
    if (isDigit(text.charCodeAt(at))) {
      const end = at < from ? NONE : readNumbered(lexicon, text, at, final)
      if (end === UNFINISHED) return at
      at = end === NONE ? at + 1 : leave(end, at)
      continue
    }
    const short = text.charCodeAt(at - 2) === 0x2e ? findShort(text, at) : NONE
    if (short >= from) {
      const end = readStreet(lexicon, text, short, final)
      if (end === UNFINISHED) return short
      if (end !== NONE) {
        at = leave(end, short)
        continue
      }
    }
    readRun(lexicon, text, at, final)
    const { next } = run
    if (at >= from) {
      const end = readStreetAt(lexicon, text, at, final)
      if (end === UNFINISHED) return at
      if (end !== NONE) {
        at = leave(end, at)
        continue
      }
    }
    // Of a run that is too long, only the last word may still become something else.
    if (run.unfinished) return Math.max(from, run.long ? next : at)
    if (run.count > 0 && !run.long && !judgeRun(lexicon, text, final, key, emit)) return Math.max(from, at)
    at = Math.max(next, at + 1)
  }

  /** Reports an address, and goes on as if the text had been cut behind it. */
  function leave(end: number, start: number): number {
    findings.push({ start, end, rule: ADDRESS, score: 0.7 })
    from = end
    return begin(text, from)
  }
}

/** What the last word of an object key can be, if it is a label: `patientName`, `home_city`. */
function readKey(lexicon: Lexicon, key: string | undefined): number {
  if (key === undefined || key.length > 64) return 0
  let start = key.length
  while (start > 0 && isLetter(key.charCodeAt(start - 1)) && !(start < key.length && isUpper(key.charCodeAt(start))))
    start--
  const kinds = kindsOf(lexicon, fingerprint(key.slice(start)))
  // A name by itself may be of anything.
  return start === 0 && key.length === 4 ? kinds & PLACE_LABEL : kinds & (WHO_LABEL | PLACE_LABEL)
}

/** An address that starts with the words of the run that was read last, and not with a number. */
function readStreetAt(lexicon: Lexicon, text: string, at: number, final: boolean): number {
  const { count, kinds, ends } = run
  const unit = text.charCodeAt(at)
  if (unit === 0x50 || unit === 0x55) {
    const end = readBox(lexicon, text, at, final)
    if (end !== NONE) return end
  }
  if (unit === 0x43 && text.charCodeAt(at + 1) === 0x2f) return readStreet(lexicon, text, at, final)
  const first = count > 0 ? kinds[0]! : word.shape === CAPITAL ? kindsOf(lexicon, word.print) : 0
  if ((first & STREET_FIRST) !== 0) return readStreet(lexicon, text, at, final)
  if (count === 0) return NONE
  let last = ends[count - 1]!
  // Hauptstr. 5
  if (text.charCodeAt(last) === 0x2e && text.charCodeAt(last - 1) === 0x72) {
    last++
    if (!final && last + 1 >= text.length) return UNFINISHED
  }
  if (text.charCodeAt(last) === 0x20 && isDigit(text.charCodeAt(last + 1)))
    return readSuffixed(lexicon, text, at, ends[count - 1]!, final)
  return NONE
}
/**
 * What something may begin with: a capital letter, or a number that a blank or a comma follows, and that is no part of a date or a
 * version. V8 runs this twice as fast over a text as a loop of our own; what it looks at is bounded at every place.
 */
const WAKES =
  /[A-Z\u00c0-\u00d6\u00d8-\u00de\u0100-\u0232]|[0-9](?<![^ \n\t"(>:][0-9])(?=[0-9]{0,5}[A-Za-z]?(?:[ ,/-]|$))|m(?=(?:e(?:'s|\u2019s|:)?(?: is)?|rs?\.?|s\.)? [a-z])/g

/** The first place from `at` on where something may begin, or the end. */
function seek(text: string, at: number): number {
  WAKES.lastIndex = at
  return WAKES.test(text) ? WAKES.lastIndex - 1 : text.length
}
