/** What must not come out of an answer, or may only come out restored: known once a request has been transformed. */
import { RESTORED } from './actions.ts'
import { combine } from './detectors/combine.ts'
import { disguised } from './detectors/disguise.ts'
import { lookAround } from './detectors/inside.ts'
import { findNeedles, type Needle, squeeze } from './detectors/needles.ts'
import { besidePseudonyms, exactPseudonyms } from './detectors/pseudonyms.ts'
import { findShingles } from './detectors/shingles.ts'
import { findSurrogates } from './detectors/surrogates.ts'
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
  /** Stand-ins made for this request, and ones that the caller typed; see transform.ts. */
  readonly minted: Transformed['minted']
  readonly surrogates: Transformed['surrogates']
  readonly typed: Transformed['typed']
  /** Values that the caller sent, letters and digits only: they may come back to the caller. */
  readonly known: ReadonlySet<string>
}

/** What an index is made of: nothing of the body but this is kept, since an answer can stream for long. */
export interface Leaks {
  readonly needles: readonly Needle[]
  readonly known: ReadonlySet<string>
  readonly minted: Transformed['minted']
  readonly surrogates: Transformed['surrogates']
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
  const { minted, surrogates, typed, known } = leaks
  return { ...leakDetectors(leaks, rules), minted, surrogates, typed, known }
}

export function collectLeaks(segments: readonly Segment[], decision: Decision, sent: Transformed): Leaks {
  const needles: Needle[] = [...sent.redacted].map((value) => ({ value, rule: REDACTED }))
  if (sent.canary !== undefined) {
    // The code alone: a canary without its brackets is one too.
    needles.push({ value: sent.canary.slice(-17, -1), rule: CANARY })
  }
  const known = new Set<string>()
  for (const { segment, start, end, ruling } of decision.findings) {
    if (segment.kind !== 'blob' && (ruling.action === 'allow' || RESTORED.has(ruling.action)))
      known.add(squeeze(segment.text.slice(start, end)))
  }
  // What one rule lets come back and another takes out for good does not come back.
  for (const value of sent.redacted) known.delete(squeeze(value))
  const system = systemTexts(segments, sent)
  const others = system.length === 0 ? [] : segments.filter((one) => one.source !== 'system' && one.kind === 'string')
  const { minted, surrogates, typed } = sent
  return {
    needles,
    known,
    minted,
    surrogates,
    typed,
    system,
    others: others.map((one) => sent.texts.get(one) ?? one.text),
  }
}

export function leakDetectors({ needles, surrogates, system, others }: Leaks, rules: Detector): LeakDetectors {
  const own = [disguised(findNeedles(needles)), findShingles(system, others)]
  const all = combine([besidePseudonyms(rules, exactPseudonyms), ...own])
  return { detector: lookAround(findSurrogates(surrogates.keys()), all), leaks: combine(own) }
}

/** The texts of the system prompt, as the model sees them. */
export function systemTexts(segments: readonly Segment[], sent: Transformed): readonly string[] {
  return segments
    .filter((one) => one.kind === 'string' && one.source === 'system')
    .map((one) => sent.texts.get(one) ?? one.text)
}
