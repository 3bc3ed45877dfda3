/** Decision records. They are built from names, places, counts and times: there is no field that text could go in. */
import type { Denial } from './errors.ts'
import type { FileSummary } from './files/upload-judging.ts'
import { id, time } from './ids.ts'
import type { Spool } from './ports.ts'
import type {
  Api,
  Decision,
  DecisionRecord,
  Digest,
  Ending,
  FindingRecord,
  Grant,
  Id,
  Operation,
  OutcomeRecord,
  Principal,
  Reason,
  RuledFinding,
  Segment,
  Source,
  SourceRecord,
  TransformRecord,
  Upstream,
} from './types.ts'

/** More findings are counted, not listed. */
const LISTED = 100
/** Findings that are remembered by what they found, while an answer lasts. */
const MOST_TOLD = 10_000
const NONE = id('none')

/** What is known of a call so far. Stages do not see it; proxy.ts fills it in as facts come. */
export interface Entry {
  readonly id: Id
  readonly started: number
  readonly api: Api
  principal?: Principal
  operation?: Operation
  /** Whether the model's name may stand in the record: it was looked at, and nothing was found in it. */
  modelIsClean?: boolean
  grant?: Grant
  segments?: readonly Segment[]
  /** How many texts there were; the shortest are not among the segments. */
  total?: number
  /** How many of them cannot be read for text. */
  blobs?: number
  /** What was found in its files. */
  file?: FileSummary | undefined
  /** Files that came with the call, and what was made of them; they are thrown away when it has ended. */
  readonly spools: Spool[]
  decision?: Decision
  upstream?: Upstream
  planted?: boolean
  /** Whether the decision is in the log. */
  recorded?: boolean
  upstreamStatus?: number
  tally?: Tally
}

export function decisionRecord(
  entry: Entry,
  facts: { now: number; ruleset: Digest; access: Digest; unrecorded: number; denial?: Denial },
): DecisionRecord {
  const { principal, operation, decision, upstream, denial } = { ...entry, ...facts }
  const { file } = entry
  const sources = listSources(entry.segments ?? [], file)
  const transforms = denial ? [] : listTransforms(decision, sources, entry.planted ?? false, file)
  const { scanned, total } = coverage(entry)
  return {
    v: 1,
    kind: 'decision',
    id: entry.id,
    at: time(facts.now),
    tenant: principal?.tenant ?? NONE,
    principal: principal?.id ?? NONE,
    operation: operation?.id ?? NONE,
    domain: operation?.domain ?? 'none',
    format: operation?.format.name ?? NONE,
    model: operation === undefined ? NONE : entry.modelIsClean ? operation.model : id(''),
    stream: operation?.stream ?? false,
    purpose: operation?.purpose ?? NONE,
    action: denial ? 'block' : actionOf(entry),
    reason: denial?.reason ?? 'none',
    status: denial?.status ?? 0,
    policies: [
      ...new Set([
        ...(entry.grant?.policies ?? []),
        ...(decision?.reasons ?? []),
        ...(file?.policies ?? []),
        ...(denial?.policies ?? []),
      ]),
    ],
    findings: [
      ...(decision?.findings.slice(0, LISTED).map(recordFinding) ?? []),
      ...(file?.tally.findings ?? []),
    ].slice(0, LISTED),
    found: (decision?.findings.length ?? 0) + (file?.tally.found ?? 0),

    sources,
    transforms,
    upstream:
      upstream && !denial && leaves(entry)
        ? { id: upstream.id, zone: upstream.zone, in: [...sources, ...transforms].map((node) => node.id) }
        : null,
    coverage: { scanned, total },
    ruleset: facts.ruleset,
    access: facts.access,
    unrecorded: facts.unrecorded,
    ms: facts.now - entry.started,
  }
}

/** Whether anything goes to an upstream: a file that comes in parts is kept here until it is complete. */
function leaves({ operation }: Entry): boolean {
  const upload = operation?.endpoint.upload
  return upload === undefined || upload === 'complete'
}
export function actionOf({ decision, file }: Entry): DecisionRecord['action'] {
  return file && file.tally.edits.size > 0 ? 'transform' : (decision?.action ?? 'block')
}
/** Texts of a request, those in its files too: how many there are, and how many could be scanned. */
export function coverage({ decision, total = 0, blobs = 0, file }: Entry): { scanned: number; total: number } {
  const all = total + (file?.total ?? 0)
  return { scanned: decision ? all - blobs - (file?.blobs ?? 0) : 0, total: all }
}

function recordFinding({ rule, segment, start, end, score, ruling }: RuledFinding): FindingRecord {
  const { ref, entity, label } = rule
  return { rule: ref, entity, label, place: segment.place(), source: segment.source, start, end, score, ...ruling }
}

/** What the way back counts. */
export interface Tally {
  segments: number
  characters: number
  found: number
  readonly findings: FindingRecord[]
  /**
   * What was found in text that is told again, by rule and text, and the names of what was found the first time. What only a
   * repeat holds counts too: an upstream can say two things. Never recorded as it stands here.
   */
  readonly repeated: Map<string, FindingRecord>
  readonly told: Set<string>
  /** Edits by action and rule. */
  readonly edits: Map<string, { action: TransformRecord['action']; rule: Id; count: number }>
  input: number
  output: number
  /** Whether anything was sent to the caller. */
  sent: boolean
}
export function createTally(): Tally {
  return {
    ...{ segments: 0, characters: 0, found: 0, input: 0, output: 0, sent: false },
    ...{ findings: [], repeated: new Map(), told: new Set(), edits: new Map() },
  }
}
/** `name`: the rule and what it found, for findings of texts that may be told again. */
export function tallyFinding(
  tally: Tally,
  finding: FindingRecord,
  time: 'first' | 'repeated' = 'first',
  name?: string,
): void {
  if (time === 'repeated') {
    if (tally.repeated.size < MOST_TOLD) tally.repeated.set(name!, finding)
    return
  }
  if (name !== undefined && tally.told.size < MOST_TOLD) tally.told.add(name)
  tally.found++
  if (tally.findings.length < LISTED) tally.findings.push(finding)
}
export function tallyEdit(tally: Tally, action: TransformRecord['action'], rule: Id, count = 1): void {
  const key = `${action} ${rule}`
  const known = tally.edits.get(key)
  if (known) known.count += count
  else tally.edits.set(key, { action, rule, count })
}

export function outcomeRecord(
  entry: Entry,
  tally: Tally,
  facts: { id: Id; now: number; ending: Ending; reason: Reason; status: number; upstreamStatus: number },
): OutcomeRecord {
  const only = [...tally.repeated].filter(([name]) => !tally.told.has(name)).map(([, finding]) => finding)
  const transforms = [...tally.edits.values()].map((edit, i) => ({ id: id(`r${i}`), in: [id('u0')], ...edit }))
  return {
    v: 1,
    kind: 'outcome',
    id: facts.id,
    parent: entry.id,
    at: time(facts.now),
    tenant: entry.principal?.tenant ?? NONE,
    ending: facts.ending,
    reason: facts.reason,
    status: facts.status,
    upstreamStatus: leaves(entry) ? facts.upstreamStatus : 0,
    delivered: facts.ending === 'complete' ? 'full' : tally.sent ? 'partial' : 'none',
    findings: [...tally.findings, ...only].slice(0, LISTED),
    found: tally.found + only.length,
    transforms,
    output: {
      id: id('o0'),
      in: transforms.length > 0 ? transforms.map((node) => node.id) : [id('u0')],
      segments: tally.segments,
      characters: tally.characters,
    },
    usage: { input: tally.input, output: tally.output },
    ms: facts.now - entry.started,
  }
}

function listSources(segments: readonly Segment[], file: FileSummary | undefined): readonly SourceRecord[] {
  const sources = new Map<Source, { segments: number; characters: number }>()
  for (const { source, text } of segments) {
    const known = sources.get(source)
    if (known) {
      known.segments++
      known.characters += text.length
    } else sources.set(source, { segments: 1, characters: text.length })
  }
  for (const [source, counts] of file?.sources ?? []) {
    const known = sources.get(source) ?? { segments: 0, characters: 0 }
    const { segments, characters } = counts
    sources.set(source, { segments: known.segments + segments, characters: known.characters + characters })
  }
  return [...sources].map(([source, counts], i) => ({ id: id(`s${i}`), source, ...counts }))
}

/** One transform per action, rule and source. */
function listTransforms(
  decision: Decision | undefined,
  sources: readonly SourceRecord[],
  planted: boolean,
  file: FileSummary | undefined,
): readonly TransformRecord[] {
  const nodes = new Map(sources.map((node) => [node.source, node.id]))
  const transforms = new Map<
    string,
    { in: readonly Id[]; action: TransformRecord['action']; rule: Id; count: number }
  >()
  for (const [segment, edits] of decision?.edits ?? []) {
    for (const { action, finding } of edits) {
      const key = `${action} ${finding.rule.ref} ${segment.source}`
      const known = transforms.get(key)
      if (known) known.count++
      else transforms.set(key, { in: [nodes.get(segment.source)!], action, rule: finding.rule.ref, count: 1 })
    }
  }
  if (planted) transforms.set('plant', { in: [nodes.get('system')!], action: 'plant', rule: id('canary@1'), count: 1 })
  const inFile = [...(file?.sources.keys() ?? [])].map((source) => nodes.get(source)!)
  for (const [key, edit] of file?.tally.edits ?? []) transforms.set(`file ${key}`, { in: inFile, ...edit })
  return [...transforms.values()].map((transform, i) => ({ id: id(`t${i}`), ...transform }))
}
