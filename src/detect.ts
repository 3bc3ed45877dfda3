import { BLOB_RULES } from './blobs.ts'
import { readEscapes } from './escapes.ts'
import type { Detector, Finding, Segment } from './types.ts'

/** A segment in which something was found. */
export interface Seen {
  readonly segment: Segment
  readonly findings: readonly Finding[]
}

/** JSON in JSON in JSON: escapes are read this many times. Each costs a look; without a bound, text could ask for any number. */
const ROUNDS = 3
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
    const { text, key, blob } = segment
    let findings: Finding[] = []
    if (blob) {
      const sight = { start: 0, end: text.length, rule: BLOB_RULES[blob], score: 1 }
      // What looks like sound or a picture can be a key, and beside it there may be text.
      if (text !== '') await look(text, key, (finding) => findings.push(finding))
      seen.push({ segment, findings: [sight, ...findings] })
      continue
    }
    if (text.length < detector.shortest) continue
    await look(text, key, (finding) => findings.push(finding))
    let view = readEscapes({ text })
    for (let round = 0; view && round < ROUNDS; round++, view = readEscapes(view)) {
      const at = view.at!
      // What was found across half an escape was misread: `\n4111` is no word that begins with n.
      const cut = findings.filter(({ start, end }) => !(includes(at, start) && includes(at, end)))
      if (cut.length > 0) findings = findings.filter(({ start, end }) => includes(at, start) && includes(at, end))
      const known = new Set(findings.map(nameOf))
      await look(view.text, key, (finding) => {
        const raw = { ...finding, start: at[finding.start]!, end: at[finding.end]! }
        if (!known.has(nameOf(raw))) findings.push(raw)
      })
      // One that was not misread after all is kept: nothing that was found may be lost.
      for (const finding of apartFrom(cut, findings)) findings.push(finding)
    }
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
}

/** Those that overlap none of the others. */
function apartFrom(some: readonly Finding[], others: readonly Finding[]): readonly Finding[] {
  if (some.length === 0) return some
  const sorted = [...others].sort((one, two) => one.start - two.start)
  let next = 0
  let reached = 0
  return [...some]
    .sort((one, two) => one.end - two.end)
    .filter(({ start, end }) => {
      for (; next < sorted.length && sorted[next]!.start < end; next++) reached = Math.max(reached, sorted[next]!.end)
      return reached <= start
    })
}

/** Whether a sorted list has a value. */
function includes(sorted: Uint32Array, value: number): boolean {
  let low = 0
  let high = sorted.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < value) low = middle + 1
    else high = middle
  }
  return sorted[low] === value
}
function nameOf({ rule, start, end }: Finding): string {
  return `${rule.ref} ${start} ${end}`
}
