import { readEscapes } from './escapes.ts'
import type { Detector, Finding, Segment } from './types.ts'

/** A segment in which something was found. */
export interface Seen {
  readonly segment: Segment
  readonly findings: readonly Finding[]
}

/** Characters looked at without a pause: 10 ms or so of ordinary text, 60 ms of hostile one. */
const SLICE = 64 * 1024

/**
 * Looks at every segment, whole. Texts are read as they stand, and with the escapes of JSON read, since JSON often stands in
 * the middle of a text: in `"\\u0034111…"` and `\\n4111…` the value is hidden from who reads the characters only.
 */
export async function detect(
  segments: readonly Segment[],
  detector: Detector,
  pause: () => Promise<void>,
): Promise<readonly Seen[]> {
  const seen: Seen[] = []
  let looked = 0
  for (const segment of segments) {
    const { text, key } = segment
    if (text.length < detector.shortest) continue
    const findings: Finding[] = []
    await look(text, key, (finding) => findings.push(finding))
    for (let view = readEscapes({ text }); view; view = readEscapes(view)) {
      const { at } = view
      const raw = (place: number): number => at?.[place] ?? place
      await look(view.text, key, (finding) => {
        findings.push({ ...finding, start: raw(finding.start), end: raw(finding.end) })
      })
    }
    if (findings.length > 0) seen.push({ segment, findings })
  }
  return seen

  /** Looks at a text in slices. What is found does not depend on where they end; see Detector. */
  async function look(text: string, key: string | undefined, found: (finding: Finding) => void): Promise<void> {
    for (let from = 0, size = SLICE; ; ) {
      if (looked > SLICE) {
        looked = 0
        await pause()
      }
      const base = Math.max(0, from - detector.context)
      const end = from + size + detector.reach
      const final = end >= text.length
      const slice = base === 0 && final ? text : text.slice(base, end)
      const { findings, open } = detector.detect(slice, { from: from - base, final, key })
      looked += slice.length
      const stop = final ? slice.length : open
      for (const finding of findings) {
        if (finding.end <= stop)
          found(base === 0 ? finding : { ...finding, start: finding.start + base, end: finding.end + base })
      }
      if (final) return
      // A row of findings that overlap can be longer than a slice.
      size = base + stop > from ? SLICE : size * 2
      from = Math.max(from, base + stop)
    }
  }
}
