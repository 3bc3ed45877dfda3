/** What must not come out of an answer, or may only come out restored: known once a request has been transformed. */
import { combine } from './detectors/combine.ts'
import { findNeedles, type Needle, squeeze } from './detectors/needles.ts'
import { pseudonyms } from './detectors/pseudonyms.ts'
import { findShingles } from './detectors/shingles.ts'
import { id } from './ids.ts'
import { CANARY, type Transformed } from './transform.ts'
import type { Decision, Detector, Rule, Segment } from './types.ts'

export const REDACTED: Rule = { ref: id('redacted-value@1'), entity: id('REDACTED'), label: id('leak.redacted') }

export interface LeakDetectors {
  /** The rules' detector and the leaks' together. */
  readonly detector: Detector
  /** The leaks' alone: for what is cut over the strings of a text that looks like JSON. */
  readonly leaks: Detector
}
export interface LeakIndex extends LeakDetectors {
  /** Pseudonyms made for this request, and ones that the caller typed; see transform.ts. */
  readonly minted: Transformed['minted']
  readonly typed: Transformed['typed']
  /** Values that the caller sent, letters and digits only: they may come back to the caller. */
  readonly known: ReadonlySet<string>
}

/** What an index is made of: nothing of the body but this is kept, since an answer can stream for long. */
export interface Leaks {
  readonly needles: readonly Needle[]
  readonly known: ReadonlySet<string>
  readonly minted: Transformed['minted']
  readonly typed: Transformed['typed']
  /** Texts of the system prompt, and the other texts, which may come back. */
  readonly system: readonly string[]
  readonly others: readonly string[]
}

export function indexLeaks(
  segments: readonly Segment[],
  decision: Decision,
  sent: Transformed,
  rules: Detector,
): LeakIndex {
  const leaks = collectLeaks(segments, decision, sent)
  const { minted, typed, known } = leaks
  return { ...leakDetectors(leaks, rules), minted, typed, known }
}

export function collectLeaks(segments: readonly Segment[], decision: Decision, sent: Transformed): Leaks {
  const needles: Needle[] = [...sent.redacted].map((value) => ({ value, rule: REDACTED }))
  if (sent.canary !== undefined) {
    // The code alone: a canary without its brackets is one too.
    needles.push({ value: sent.canary.slice(-17, -1), rule: CANARY })
  }
  const known = new Set<string>()
  for (const { segment, start, end, ruling } of decision.findings) {
    if (segment.kind !== 'blob' && (ruling.action === 'allow' || ruling.action === 'pseudonymise'))
      known.add(squeeze(segment.text.slice(start, end)))
  }
  const system = systemTexts(segments, sent)
  const others = system.length === 0 ? [] : segments.filter((one) => one.source !== 'system' && one.kind === 'string')
  const { minted, typed } = sent
  return { needles, known, minted, typed, system, others: others.map((one) => sent.texts.get(one) ?? one.text) }
}

export function leakDetectors({ needles, system, others }: Leaks, rules: Detector): LeakDetectors {
  const own = [findNeedles(needles), findShingles(system, others)]
  return { detector: combine([rules, pseudonyms, ...own]), leaks: combine(own) }
}

/** The texts of the system prompt, as the model sees them. */
export function systemTexts(segments: readonly Segment[], sent: Transformed): readonly string[] {
  return segments
    .filter((one) => one.kind === 'string' && one.source === 'system')
    .map((one) => sent.texts.get(one) ?? one.text)
}
