/** Small detectors for tests of what stands around them: each with the simplest right hold-back. */
import { id } from '../../src/ids.ts'
import type { Detector, Finding, Rule } from '../../src/types.ts'

export const CARD: Rule = { ref: id('toy-card@1'), entity: id('CREDIT_CARD'), label: id('pii.payment-card') }
export const WORD: Rule = { ref: id('toy-word@1'), entity: id('SECRET'), label: id('secret.word') }

/** Runs of exactly 16 digits. */
export const toyCards: Detector = {
  reach: 17,
  context: 1,
  shortest: 16,
  detect(text, { from, final }) {
    const findings: Finding[] = []
    let open = text.length
    for (const { 0: run, index } of text.matchAll(/\d+/g)) {
      const end = index + run.length
      if (end === text.length && !final) open = Math.max(from, index)
      else if (index >= from && run.length === 16) findings.push({ start: index, end, rule: CARD, score: 1 })
    }
    return { findings, open }
  },
}

/** Every occurrence of a word, overlapping other rules as it likes. */
export function toyWord(word: string, rule = WORD): Detector {
  return {
    reach: word.length,
    context: 0,
    shortest: word.length,
    detect(text, { from, final }) {
      const findings: Finding[] = []
      for (let at = text.indexOf(word, from); at >= 0; at = text.indexOf(word, at + word.length)) {
        findings.push({ start: at, end: at + word.length, rule, score: 1 })
      }
      let open = text.length
      const last = findings.at(-1)?.end ?? from
      for (let at = Math.max(last, text.length - word.length + 1); at < text.length && !final; at++) {
        if (word.startsWith(text.slice(at))) {
          open = at
          break
        }
      }
      return { findings, open }
    },
  }
}

/** A text cut at random places, by a list of random numbers. */
export function cutAt(text: string, cuts: readonly number[]): readonly string[] {
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b)
  const pieces: string[] = []
  let from = 0
  for (const place of [...places, text.length]) {
    pieces.push(text.slice(from, place))
    from = place
  }
  return pieces
}
