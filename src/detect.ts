import { BLOB_RULES } from './blobs.ts'
import { findRun, LONGEST_RUN, readRun, runEnd } from './detectors/encoded.ts'
import { dropHidden, INVISIBLE } from './detectors/hidden.ts'
import type { Detector, Finding, Segment } from './types.ts'

/** A segment in which something was found. */
export interface Seen {
  readonly segment: Segment
  readonly findings: readonly Finding[]
}

/** Characters looked at without a pause: 10 ms or so of ordinary text, 60 ms of hostile one. */
const SLICE = 64 * 1024
/** How much of a long run of base64 is read at once, and how much of it again with the next: the letters of a long private key. */
const WINDOW = 48 * 1024
const AGAIN = 8 * 1024

/**
 * Looks at every segment, whole. What the detector sees of disguises only as far as it may look, since streams use it too, is seen
 * here to its end: base64 of any length, and values with any number of characters between theirs that are not seen.
 */
export async function detect(
  segments: readonly Segment[],
  detector: Detector,
  pause: () => Promise<void>,
): Promise<readonly Seen[]> {
  const seen: Seen[] = []
  let looked = 0
  for (const segment of segments) {
    const { text, key, blob } = segment
    const findings: Finding[] = []
    if (blob) {
      const sight = { start: 0, end: text.length, rule: BLOB_RULES[blob], score: 1 }
      // What looks like sound or a picture can be a key, and beside it there may be text.
      if (text !== '') await look(text, key, (finding) => findings.push(finding))
      seen.push({ segment, findings: [sight, ...findings] })
      continue
    }
    if (text.length < detector.shortest) continue
    await look(text, key, (finding) => findings.push(finding))
    await lookThrough(text, key, findings)
    findings.sort((one, two) => one.start - two.start || two.end - one.end)
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

  /** Adds what is found only if disguises are seen through to their ends. */
  async function lookThrough(text: string, key: string | undefined, findings: Finding[]): Promise<void> {
    const known = new Set(findings.map(nameOf))
    const add = (finding: Finding) => {
      if (known.has(nameOf(finding))) return
      known.add(nameOf(finding))
      findings.push(finding)
    }
    if (findings.some(({ rule }) => rule === INVISIBLE)) {
      const { text: rest, at } = dropHidden(text)
      await look(rest, key, (finding) => add({ ...finding, start: at[finding.start]!, end: at[finding.end - 1]! + 1 }))
    }
    if (text.length <= LONGEST_RUN) return
    for (let start = findRun(text, 0); start >= 0; ) {
      const { end } = runEnd(text, start, Number.POSITIVE_INFINITY)
      for (let from = start; end - start > LONGEST_RUN && from < end; from += WINDOW - AGAIN) {
        const decoded = readRun(text, from, Math.min(end, from + WINDOW))
        looked += WINDOW
        if (!decoded) continue
        await look(decoded.text, key, (finding) => {
          const span = decoded.span(finding.start, finding.end)
          if (span) add({ ...finding, ...span })
        })
      }
      start = findRun(text, end)
    }
  }
}

function nameOf({ rule, start, end }: Finding): string {
  return `${rule.ref} ${start} ${end}`
}
