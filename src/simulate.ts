/**
 * What would become of a call: the pipeline itself, run in a sandbox, and why each candidate was reported or dropped. Calls no
 * upstream, stores nothing, and tells no more of content than it was given.
 */
import { addressPlaces } from './address.ts'
import { classify, findEndpoint } from './classify.ts'
import { detect } from './detect.ts'
import { besidePseudonyms } from './detectors/pseudonyms.ts'
import { Denial } from './errors.ts'
import { extract } from './extract.ts'
import { proxy } from './proxy.ts'
import { type ExplainedCandidate, explainSegment, nameOf } from './simulation/candidates.ts'
import type { SimulatedRequest, Simulation } from './simulation/read.ts'
import { type Ground, openSandbox, type Trace } from './simulation/sandbox.ts'
import type {
  Answer,
  Call,
  DecisionRecord,
  Direction,
  FindingRecord,
  Id,
  Json,
  JsonObject,
  OutcomeRecord,
  Principal,
  Ruling,
  Segment,
} from './types.ts'

/** A simulation's answer: JSON. */
export interface Simulated {
  readonly simulated: true
  readonly as: Principal
  /** As it would stand in the log; this one does not. Lists the first hundred findings; `findings` has five thousand. */
  readonly decision: DecisionRecord
  /** What the principal may do, and what becomes of data of each label; null if the call is refused before that is asked. */
  readonly grant: {
    readonly policies: readonly Id[]
    readonly operation: { readonly id: Id; readonly action: string; readonly domain: string; readonly model: Id }
    /** By label; of an entity that is ruled on apart from others of its label, under `label entity`. */
    readonly rulings: Readonly<Record<string, Readonly<Record<Direction, Ruling>>>>
  } | null
  readonly coverage: DecisionRecord['coverage']
  readonly findings: readonly SimulatedFinding[]
  readonly candidates: readonly ExplainedCandidate[]
  /** Whether there may be more of them than are listed. */
  readonly more: boolean
  /** What would have been sent, without the upstream's credential; null if nothing would. */
  readonly sent: {
    readonly upstream: Id
    readonly zone: Id
    readonly method: string
    readonly path: string
    readonly headers: Readonly<Record<string, string>>
    readonly body: Json
  } | null
  /** What the caller would get: of a call that is refused, or once `response` came back. */
  readonly answer: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body: Json
  } | null
  readonly outcome: OutcomeRecord | null
}
/** `disguised`: seen only when escapes were read, so that it is not among the candidates. */
export type SimulatedFinding = FindingRecord & { readonly disguised: boolean }

/** A simulation that is read whole, candidates and all. Bytes. */
export const SIMULATION_BYTES = 1024 * 1024
/** More candidates or findings are not listed. */
const LISTED = 5000

/** `show`: also what each candidate is. @throws Denial if `response` is not of the kind that the request asks for */
export async function simulate(
  simulation: Simulation,
  ground: Ground,
  signal: AbortSignal,
  show = false,
): Promise<Simulated> {
  const { as, request, response } = simulation
  const sandbox = openSandbox(ground, simulation)
  const { trace } = sandbox
  const result = await proxy(makeCall(request, sandbox.key, signal), sandbox.host)
  const answered = await readAnswer(result)
  await sandbox.settle()
  const decision = trace.decision
  if (!decision) throw new Error('the pipeline left no record')
  checkKind(response, trace)
  const { more, candidates, findings } = await look(simulation, ground, trace, signal, show)
  return {
    simulated: true,
    as,
    decision,
    grant: tellGrant(trace, ground, decision),
    coverage: decision.coverage,
    findings: trace.on ? findings : [],
    candidates,
    more,
    sent: tellSent(trace),
    answer: trace.sent && response === undefined ? null : answered,
    outcome: response === undefined ? null : (trace.outcome ?? null),
  }
}

/** An answer whole to a call that asks for a stream would only show that the upstream is broken. */
function checkKind(response: Simulation['response'], { operation, sent }: Trace): void {
  if (response === undefined || !sent || operation?.stream === Array.isArray(response)) return
  const wanted = operation?.stream
    ? 'a list of events, since the request asks for a stream'
    : 'an object, since the request asks for no stream'
  throw new Denial('unreadable_body', `\`response\` must be ${wanted}`, { param: 'response' })
}

function makeCall({ method, path, query, headers, body }: SimulatedRequest, key: string, signal: AbortSignal): Call {
  const bytes = new TextEncoder().encode(body)
  const all: Readonly<Record<string, string>> = { ...headers, authorization: `Bearer ${key}` }
  return {
    ...{ method, path, query, signal },
    header: (name) => (Object.hasOwn(all, name) ? all[name] : undefined),
    read: async (limit) => (bytes.length > limit ? undefined : bytes),
    async *chunks() {
      yield bytes
    },
  }
}

interface Looked {
  readonly candidates: readonly ExplainedCandidate[]
  readonly more: boolean
  readonly findings: readonly SimulatedFinding[]
}
/** The same texts as the pipeline saw, looked at once more: it keeps none. A call that it could not read has none. */
async function look(
  { request, response }: Simulation,
  ground: Ground,
  trace: Trace,
  signal: AbortSignal,
  show: boolean,
): Promise<Looked> {
  const { bundle, pause } = ground
  const { ruleset } = bundle
  const texts = await readTexts(request, ground, signal)
  const candidates: ExplainedCandidate[] = []
  let more = false
  const add = async (segments: readonly Segment[], direction: ExplainedCandidate['in']) => {
    for (const segment of segments) {
      for (const some of explainSegment(segment, ruleset.plain, direction, show)) {
        const room = LISTED - candidates.length
        for (const one of some.slice(0, room)) candidates.push(one)
        more ||= some.length > room
        if (more) return
        if (some.length > 0) await pause()
      }
    }
  }
  await add(texts, 'request')
  if (response !== undefined && trace.operation) {
    const { responsePlaces } = trace.operation.format
    const { shortest } = ruleset.detector
    const walk = { places: responsePlaces, source: () => 'assistant' as const, inner: false, shortest }
    await add(
      [response].flat().flatMap((value) => extract(value, walk).segments),
      'response',
    )
  }
  const seen = await detect(texts, besidePseudonyms(ruleset.detector), pause)
  const findings: SimulatedFinding[] = []
  for (const { segment, findings: some } of seen) {
    const { text, key, source } = segment
    const place = segment.place()
    const plain = new Set(ruleset.plain.detect(text, { from: 0, final: true, key }).findings.map(nameOf))
    for (const { rule, start, end, score } of some.slice(0, LISTED - findings.length)) {
      const ruling = trace.on?.('send', rule.label, rule.entity) ?? { action: 'block' as const, policies: [] }
      const disguised = ruleset.rules.includes(rule) && !plain.has(nameOf({ rule, start, end }))
      const named = { rule: rule.ref, entity: rule.entity, label: rule.label }
      findings.push({ ...named, place, source, start, end, score, ...ruling, disguised })
    }
    await pause()
  }
  return { candidates, more, findings }
}

/** The texts of a request, as proxy() takes them. */
async function readTexts(
  request: SimulatedRequest,
  { bundle }: Ground,
  signal: AbortSignal,
): Promise<readonly Segment[]> {
  try {
    const call = makeCall(request, '', signal)
    const found = findEndpoint(call)
    const { address } = found
    const refuse = () => Promise.reject(new Denial('unsupported_media_type', 'files cannot be simulated'))
    const { operation, body } = await classify(call, found, bundle.settings.limits, refuse)
    const { format } = operation
    const { shortest } = besidePseudonyms(bundle.ruleset.detector)
    const source = (keys: readonly (string | number)[]) => format.source(keys, body ?? {})
    return [
      extract(body ?? null, { places: format.requestPlaces, source, inner: true, shortest }),
      extract({ ...address }, { places: addressPlaces(address), source: () => 'unknown', inner: true, shortest }),
    ].flatMap(({ segments }) => segments)
  } catch (error) {
    // It is in the decision.
    if (error instanceof Denial) return []
    throw error
  }
}

function tellGrant({ operation, on }: Trace, { bundle }: Ground, { policies }: DecisionRecord): Simulated['grant'] {
  if (!operation || !on) return null
  const { id, action, domain, model } = operation
  const rulings: Record<string, Readonly<Record<Direction, Ruling>>> = {}
  const rules = [...bundle.ruleset.rules].sort((a, b) => (a.label < b.label ? -1 : Number(a.label > b.label)))
  for (const { label, entity } of rules) {
    const [send, receive, restore] = (['send', 'receive', 'restore'] as const).map((way) => on(way, label, entity))
    const asked = { send: send!, receive: receive!, restore: restore! }
    if (!Object.hasOwn(rulings, label)) rulings[label] = asked
    else if (JSON.stringify(rulings[label]) !== JSON.stringify(asked)) rulings[`${label} ${entity}`] = asked
  }
  return { policies, operation: { id, action, domain, model }, rulings }
}

function tellSent({ sent }: Trace): Simulated['sent'] {
  if (!sent) return null
  const { upstream, request } = sent
  const { method, path, headers, body } = request
  const told = typeof body === 'string' ? (JSON.parse(body) as JsonObject) : null
  return { upstream: upstream.id, zone: upstream.zone, method, path, headers, body: told }
}

/** A stream that breaks off is told as far as it came. */
async function readAnswer({ status, headers, body }: Answer): Promise<NonNullable<Simulated['answer']>> {
  let text = ''
  if (typeof body === 'string') text = body
  else {
    const utf8 = new TextDecoder()
    try {
      for await (const piece of body) text += typeof piece === 'string' ? piece : utf8.decode(piece, { stream: true })
    } catch (error) {
      if (!(error instanceof Denial)) throw error
    }
  }
  const json = /^application\/json/.test(headers['content-type'] ?? '') && text !== ''
  return { status, headers, body: json ? (JSON.parse(text) as Json) : text }
}
