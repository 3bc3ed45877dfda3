import type { Detector, Finding, Segment } from './types.ts'

/** A segment in which something was found. */
export interface Seen {
  readonly segment: Segment
  readonly findings: readonly Finding[]
}

/** Looks at every segment, whole. */
export function detect(segments: readonly Segment[], detector: Detector): readonly Seen[] {
  const seen: Seen[] = []
  for (const segment of segments) {
    if (segment.text.length < detector.shortest) continue
    const { findings } = detector.detect(segment.text, { from: 0, final: true, key: segment.key })
    if (findings.length > 0) seen.push({ segment, findings })
  }
  return seen
}
