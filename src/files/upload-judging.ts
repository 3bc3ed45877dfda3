/** The stages that a document of a file goes through, and the sum of what came of it. */
import { decide } from '../decide.ts'
import { detect, type Seen } from '../detect.ts'
import { Denial } from '../errors.ts'
import { type Document, extract } from '../extract.ts'
import type { Surrogate, Vault, VaultScope } from '../ports.ts'
import { createTally, type Tally, tallyEdit, tallyFinding } from '../record.ts'
import { type Means, recallSurrogates, transform } from '../transform.ts'
import type { Blob, Decision, Detector, Finding, Grant, Id, Json, Place, Segment, Source } from '../types.ts'
import type { Reading } from './upload-lines.ts'

export interface Stages {
  /** For the file as a whole. */
  readonly grant: Grant
  readonly detector: Detector
  readonly vault: Vault
  readonly scope: VaultScope
  /** Lets other calls run. Throws to stop. */
  pause(): Promise<void>
  /** See detectors/remote.ts. */
  addRemote(seen: readonly Seen[], segments: readonly Segment[]): Promise<readonly Seen[]>
  /** See own.ts. @throws Denial */
  checkReferences(segments: readonly Segment[], grant: Grant): Promise<void>
  /** What the answers that hold its stand-ins will go on from; see Vault.link. */
  readonly chain: Id | undefined
  /** Told of pseudonyms that were made, for answers that hold them. */
  keepTokens(tokens: readonly string[]): Promise<void>
}

/** What a record says of files. Bounded. */
export interface FileSummary {
  readonly tally: Tally
  /** Texts, and those of them that cannot be read. */
  total: number
  blobs: number
  readonly policies: Set<Id>
  readonly sources: Map<Source, { segments: number; characters: number }>
}
export function createSummary(): FileSummary {
  return { tally: createTally(), total: 0, blobs: 0, policies: new Set(), sources: new Map() }
}

/** A document that was looked at and ruled on, and is not rewritten yet. */
export interface Judged {
  readonly document: Document
  readonly seen: readonly Seen[]
  readonly decision: Decision
}
export interface Judging {
  readonly detector: Detector
  /** All that is found in a text, by start. */
  find(text: string): Promise<readonly Finding[]>
  /** @throws Denial if it may not be sent */
  judge(value: Json, reading: Reading): Promise<Judged>
  /** A piece of a text that begins at `offset`. */
  judgeText(text: string, findings: readonly Finding[], offset: number): Judged
  judgeBlob(blob: Blob): Promise<Judged>
  /** Rewrites all in place, and lets other calls run. */
  rewrite(judged: readonly Judged[]): Promise<void>
}

export function makeJudging(stages: Stages, summary: FileSummary): Judging {
  const { grant, detector, vault, scope, chain, pause, checkReferences, keepTokens } = stages
  const look = async (segments: readonly Segment[]) =>
    stages.addRemote(await detect(segments, detector, pause), segments)
  const lookAgain = async (texts: readonly Segment[]) => decide(grant, await detect(texts, detector, pause))
  /** Of the file until now: one that is made later must be another. */
  let earlier: Map<string, Surrogate> | undefined
  return {
    detector,
    async find(text) {
      const seen = await look([segmentOf(text)])
      return seen.flatMap(({ findings }) => findings)
    },
    async judge(value, { grant, places, source }) {
      const document = extract(value, { places, source, inner: true, shortest: detector.shortest })
      await checkReferences(document.segments, grant)
      const seen = await look(document.segments)
      return settle({ document, seen, decision: decide(grant, seen) }, summary)
    },
    judgeText(text, findings, offset) {
      const document = documentOf(text)
      const seen = findings.length > 0 ? [{ segment: document.segments[0]!, findings }] : []
      return settle({ document, seen, decision: decide(grant, seen) }, summary, offset)
    },
    async judgeBlob(blob) {
      const document = documentOf('', blob)
      const seen = await look(document.segments)
      return settle({ document, seen, decision: decide(grant, seen) }, summary)
    },
    async rewrite(judged) {
      const edits = judged.flatMap(({ decision }) => [...decision.edits])
      const reasons = [...new Set(judged.flatMap(({ decision }) => decision.reasons))]
      const all: Decision = { action: 'transform', findings: [], edits: new Map(edits), reasons }
      const documents = judged.map(({ document }) => document)
      const seen = judged.flatMap((one) => one.seen)
      earlier ??= new Map(await recallSurrogates(vault, scope, chain))
      const means: Means = { vault, scope, chain, earlier, look: lookAgain, pause }
      const { minted, surrogates } = await transform(documents, seen, all, means)
      for (const [text, one] of surrogates) earlier.set(text, one)
      if (minted.size > 0) await keepTokens([...minted.keys()])
      await pause()
    },
  }
}

/** What was ruled goes into the summary, what was refused too. */
function settle(judged: Judged, summary: FileSummary, offset = 0): Judged {
  sum(judged, summary, offset)
  const { action, reasons: policies } = judged.decision
  if (action !== 'block') return judged
  const message = 'data that may not go to this model was found in the file'
  throw new Denial('guardrail_blocked', message, { param: 'file', policies })
}

/** A text, or what is none, as a document of its own. */
function documentOf(text: string, blob?: Blob): Document {
  let value = text
  const segment = segmentOf(text, blob, (to) => {
    value = to
  })
  return {
    get value() {
      return value
    },
    segments: [segment],
    total: 1,
    blobs: blob ? 1 : 0,
    keys: () => [],
    commit: () => value,
  }
}
function segmentOf(text: string, blob?: Blob, write: (text: string) => void = () => {}): Segment {
  const kind = blob ? 'blob' : 'string'
  return { text, kind, blob, source: 'unknown', key: undefined, place: () => '' as Place, write }
}

function sum({ document, decision }: Judged, summary: FileSummary, offset: number): void {
  const { tally, policies, sources } = summary
  summary.total += document.total
  summary.blobs += document.blobs
  tally.segments += document.total
  for (const { source, text } of document.segments) {
    const known = sources.get(source) ?? { segments: 0, characters: 0 }
    sources.set(source, { segments: known.segments + 1, characters: known.characters + text.length })
    tally.characters += text.length
  }
  for (const policy of decision.reasons) policies.add(policy)
  for (const { rule, segment, start, end, score, ruling } of decision.findings) {
    const { ref, entity, label } = rule
    const place = `/file${segment.place()}` as Place
    const where = { place, source: segment.source, start: offset + start, end: offset + end }
    tallyFinding(tally, { rule: ref, entity, label, ...where, score, ...ruling })
  }
  for (const edits of decision.edits.values()) {
    for (const { action, finding } of edits) tallyEdit(tally, action, finding.rule.ref)
  }
}
