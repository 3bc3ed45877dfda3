/** Why each candidate was reported, or was not. */
import type { Candidate } from '../detectors/candidates.ts'
import { THRESHOLD } from '../rules.ts'
import type { Detector, Entity, Finding, Id, Label, Place, Segment, Source } from '../types.ts'

/** A candidate, where it stands, and a sentence about it. */
export interface ExplainedCandidate {
  readonly rule: Id
  readonly entity: Entity
  readonly label: Label
  /** Whose text it is in: the request's, or the answer's. */
  readonly in: 'request' | 'response'
  readonly place: Place
  readonly source: Source
  readonly start: number
  readonly end: number
  readonly base: number
  readonly score: number
  readonly context: Candidate['context']
  readonly against: boolean
  readonly valid: Candidate['valid']
  readonly reported: boolean
  readonly why: string
  /** What it is, for whoever typed it: only if asked for. */
  readonly text?: string
}

interface Explaining {
  explain(text: string, key?: string): readonly Candidate[]
}
function canExplain(detector: Detector): detector is Detector & Explaining {
  return 'explain' in detector && typeof detector.explain === 'function'
}

/** Characters that are explained at once: hostile ones have three candidates each, which all take memory. */
const PIECE = 16 * 1024

/**
 * All candidates of a segment's text, as it stands, piece by piece: what is only found when disguises are read is not among them.
 * Who has enough may stop.
 */
export function* explainSegment(
  segment: Segment,
  detector: Detector,
  direction: ExplainedCandidate['in'],
  show: boolean,
): Generator<readonly ExplainedCandidate[], void, void> {
  const { text, key, source } = segment
  if (text.length < detector.shortest) return
  const margin = detector.reach + detector.context
  const where = { in: direction, place: segment.place(), source }
  for (let from = 0; from < text.length; from += PIECE) {
    const base = Math.max(0, from - margin)
    const some = explainText(text.slice(base, from + PIECE + margin), key, detector)
    const own = some.filter(({ start }) => start + base >= from && start + base < from + PIECE)
    yield own.map((candidate) => {
      const { rule, base: unlifted, score, context, against, valid, reported } = candidate
      const named = { rule: rule.ref, entity: rule.entity, label: rule.label }
      const [start, end] = [candidate.start + base, candidate.end + base]
      const scored = { base: unlifted, score, context, against, valid, reported, why: reason(candidate) }
      return { ...named, ...where, start, end, ...scored, ...(show && { text: text.slice(start, end) }) }
    })
  }
}

function explainText(text: string, key: string | undefined, detector: Detector): readonly Candidate[] {
  const explained = canExplain(detector) ? detector.explain(text, key) : []
  const known = new Set(explained.map(nameOf))
  // A detector that has no patterns says only what it found.
  const { findings } = detector.detect(text, { from: 0, final: true, key })
  const others = findings.filter((finding) => !known.has(nameOf(finding))).map(judged)
  return [...explained, ...others].sort((a, b) => a.start - b.start || b.end - a.end)
}
/** What tells candidates and findings of one text apart. */
export function nameOf({ rule, start, end }: Pick<Finding, 'rule' | 'start' | 'end'>): string {
  return `${rule.ref} ${start} ${end}`
}
function judged({ rule, start, end, score }: Finding): Candidate {
  const needless = { context: 'not needed', against: false, valid: 'not asked' } as const
  return { rule, start, end, base: score, score, ...needless, reported: true }
}

/** INVARIANT: of fixed words and numbers, nothing of the text. */
function reason({ base, score, context, against, valid, reported }: Candidate): string {
  // A rule that holds by itself needs a word only while its pack is off.
  const off = base >= THRESHOLD && context !== 'not needed'
  const pack = off ? ', since its pack is off' : ''
  if (reported) {
    return context === 'found'
      ? `reported: a context word is near, which it needs${pack}`
      : 'reported: its form is enough'
  }
  const problems = [
    ...(valid === false ? ['its validator refused it'] : []),
    ...(against ? ['a word near it makes it something else'] : []),
    ...(score < THRESHOLD && context === 'missing' ? [`no context word is near, which it needs${pack}`] : []),
    ...(score < THRESHOLD && context === 'found' ? ['its context word does not lift it enough'] : []),
  ]
  return `dropped: ${problems.join('; ') || 'its score is too low'}`
}
