import type { Detector } from '../../src/types.ts'

/** A finding as tests compare it. */
export interface Seen {
  readonly rule: string
  readonly start: number
  readonly end: number
  readonly score: number
}

/** What a detector finds in a whole text. */
export function findAll(detector: Detector, text: string, key?: string): Seen[] {
  const { findings, open } = detector.detect(text, { from: 0, final: true, key })
  if (open !== text.length) throw new Error('something is open at the end of a whole text')
  return findings.map(({ rule, start, end, score }) => ({ rule: rule.ref, start, end, score }))
}

export interface Fed {
  readonly seen: Seen[]
  /** Characters held after each piece but the last. */
  readonly held: number[]
}

/** Feeds a text in pieces that end at `cuts`, with no more context before `from` than the detector asks for. */
export function feed(detector: Detector, text: string, cuts: readonly number[], key?: string): Fed {
  const seen: Seen[] = []
  const held: number[] = []
  let base = 0
  let from = 0
  for (const cut of [...new Set(cuts)].sort((a, b) => a - b).concat(text.length)) {
    const final = cut === text.length
    const buffer = text.slice(base, cut)
    const { findings, open } = detector.detect(buffer, { from: from - base, final, key })
    if (open < from - base || open > buffer.length) throw new Error('open is outside of what was asked for')
    let last = 0
    for (const { rule, start, end, score } of findings) {
      if (start < from - base || start < last) throw new Error('a finding is out of order, or was found before')
      if (end > open) throw new Error('a finding is reported that is not settled')
      last = start
      seen.push({ rule: rule.ref, start: base + start, end: base + end, score })
    }
    from = base + open
    if (!final) held.push(cut - from)
    base = Math.max(0, from - detector.context)
    if (final) break
  }
  return { seen, held }
}

/** Every place between two characters. */
export function everyCut(text: string): number[] {
  return Array.from({ length: Math.max(0, text.length - 1) }, (_, i) => i + 1)
}

/** The same findings, by start, whatever the order of those that start together. */
export function sorted(seen: readonly Seen[]): Seen[] {
  return [...seen].sort((a, b) => a.start - b.start || b.end - a.end || (a.rule < b.rule ? -1 : 1))
}
