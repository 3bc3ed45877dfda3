/**
 * The client's side of a session: each of its events is a request of its own, that goes through the same stages as a call. What
 * carries no text is not recorded one by one: sound comes in 50 pieces a second.
 */
import { authorize } from '../authorize.ts'
import { BLOB_RULES } from '../blobs.ts'
import type { Named } from '../claims.ts'
import { decide, describeBlock } from '../decide.ts'
import { detect } from '../detect.ts'
import { besidePseudonyms } from '../detectors/pseudonyms.ts'
import { addRemote } from '../detectors/remote.ts'
import { Denial } from '../errors.ts'
import { type Document, extract } from '../extract.ts'
import { asObject } from '../formats/shapes.ts'
import { id } from '../ids.ts'
import { JsonError, parseJson } from '../json.ts'
import { collectLeaks, systemTexts } from '../leaks.ts'
import { checkReferences } from '../own.ts'
import type { Host, Ownership, Vault } from '../ports.ts'
import { decisionRecord, type Entry, type Tally, tallyEdit } from '../record.ts'
import { plantCanary, recallSurrogates, transform } from '../transform.ts'
import { checkTuned } from '../tuned.ts'
import type {
  Decision,
  Endpoint,
  Grant,
  Id,
  Json,
  JsonObject,
  Operation,
  Principal,
  Segment,
  Upstream,
} from '../types.ts'
import type { SessionLeaks } from './session-leaks.ts'
import { listenersOf, modelsOf } from './socket-events.ts'

/** What the events of a session have in common. */
export interface Session {
  readonly principal: Principal
  readonly operation: Operation
  readonly leaks: SessionLeaks
  readonly tally: Tally
  /** What its events named. */
  readonly named: Named
  readonly signal: AbortSignal
  /** Of the latest event that named a model, or asked for more than the model. */
  grant: Grant
  /** Of the latest event that went on from something. */
  chain: Id
  /** The upstream that this event belongs to, connected to when first asked. @throws Denial if the session is with another */
  reach(operation: Operation, owned: readonly Ownership[]): Promise<Upstream>
}

/** An event as it goes out. INVARIANT: not before its record is `durable`; if that rejects, never. */
export interface Turn {
  readonly text: string
  readonly durable: Promise<void>
}

/** @throws Denial; `entry` then says what is known of the event */
export async function takeTurn(text: string, session: Session, entry: Entry, host: Host): Promise<Turn> {
  const { ruleset, access, settings } = host.bundle
  const { principal, leaks } = session
  const { format } = session.operation
  const event = readEvent(text, settings.limits.depth)
  const isClean = (name: string) => ruleset.detector.detect(name, { from: 0, final: true }).findings.length === 0

  entry.principal = principal
  const operation = (entry.operation = describeTurn(event, session, host))
  entry.modelIsClean = isClean(operation.model)
  const last = session.grant.operation
  const same = operation.endpoint === last.endpoint && operation.model === last.model && operation.needs.length === 0
  const grant = (entry.grant = same ? session.grant : authorize(principal, operation, undefined, access))
  for (const model of listenersOf(event)) {
    authorize(principal, { ...operation, needs: [], model: readModel(model) }, undefined, access)
  }

  const detector = besidePseudonyms(ruleset.detector)
  const { shortest } = detector
  const source = (keys: readonly (string | number)[]) => format.source(keys, event)
  const document = extract(event, { places: format.requestPlaces, source, inner: true, shortest })
  const { segments } = document
  entry.segments = segments
  entry.total = document.total
  entry.blobs = document.blobs
  const owned = await checkReferences(segments, grant, access, host.owners)
  await checkTuned(segments, grant, host.owners)
  session.named.add(segments)
  const pause = async () => {
    await host.pause()
    if (session.signal.aborted) throw new Denial('client_gone', 'the client went away')
  }
  const found = await detect(segments, detector, pause)
  const seen = await addRemote(found, segments, host, session.signal)
  const decision = (entry.decision = decide(grant, seen))
  if (decision.action === 'block') throw describeBlock('event', decision)
  entry.upstream = await session.reach(operation, owned)
  // A Realtime session has the model that it was opened with, whatever its events name: its answers are that one's.
  if (session.operation.endpoint.on !== 'model') session.grant = grant
  session.chain = owned[0]?.chain ?? session.chain

  const scope = { tenant: principal.tenant, scope: principal.id }
  const vault = avoiding(leaks.index.typed, host.vault)
  const before = await recallSurrogates(vault, scope, owned[0]?.chain)
  const earlier = before.size > 0 ? new Map([...leaks.index.surrogates, ...before]) : leaks.index.surrogates
  const look = async (texts: readonly Segment[]) => decide(grant, await detect(texts, detector, pause))
  let sent = await transform([document], seen, decision, { vault, scope, chain: session.chain, earlier, look, pause })
  entry.decision = { ...decision, edits: sent.edits }
  if (settings.canary !== null) {
    const system = systemTexts(segments, sent)
    sent = await plantCanary(sent, system, settings.canary, format, vault, scope, host.sha256)
    entry.planted = sent.canary !== undefined
  }
  if (sent.minted.size > 0) await host.vault.link(scope, session.chain, [...sent.minted.keys()])
  // Before it leaves: its answer may be there at once.
  leaks.add(collectLeaks(segments, decision, sent))

  const turn = { text: JSON.stringify(sent.body), durable: NOW }
  if (isSound(document, decision)) tallyEdit(session.tally, 'allow', BLOB_RULES.audio.ref, decision.findings.length)
  else if (!isSilent(document, decision)) {
    const facts = { now: host.now(), ruleset: ruleset.digest, access: access.digest, unrecorded: 0 }
    // Not waited for here: records of events that come together are written together.
    turn.durable = host.decisions.append(decisionRecord(entry, facts)).then(() => {
      entry.recorded = true
    })
  }
  delete entry.segments
  return turn
}
const NOW = Promise.resolve()

function readEvent(text: string, depth: number): JsonObject {
  let value: Json
  try {
    value = parseJson(text, depth)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw new Denial('unreadable_body', `the message is refused: ${error.problem}`)
  }
  const event = asObject(value)
  if (!event) throw new Denial('unreadable_body', 'a message must be a JSON object')
  if (Object.hasOwn(event, 'parapet')) {
    throw new Denial('unreadable_body', '`parapet` has no meaning in a message', { param: 'parapet' })
  }
  return event
}

/** What an event asks for: an operation on the model that it names, or that an earlier one did. */
function describeTurn(event: JsonObject, session: Session, host: Host): Operation {
  const { operation } = session
  const [named, ...more] = modelsOf(event).map(readModel)
  // INVARIANT: the upstream can read no other model out of an event than was asked about.
  if (more.some((model) => model !== named)) {
    throw new Denial('unreadable_body', 'an event must not name different models', { param: 'model' })
  }
  const known = session.grant.operation
  const model = named ?? (known.endpoint.on === 'model' ? known.model : undefined)
  if (model === undefined) {
    throw new Denial('unreadable_body', 'no event of this session has named a model', { param: 'model' })
  }
  const endpoint: Endpoint = known.endpoint.on === 'model' ? known.endpoint : { ...operation.endpoint, on: 'model' }
  return { ...operation, endpoint, model, needs: operation.format.needs(event, host.bundle.settings.limits) }
}
function readModel(value: Json): Id {
  const name = typeof value === 'string' ? id(value) : undefined
  if (name === undefined || name !== value) {
    const message = '`model` must be a name of letters, digits and . _ : / @ + -'
    throw new Denial('unreadable_body', message, { param: 'model' })
  }
  return name
}

/** A vault that makes none of these tokens: an earlier event of the caller's has them. */
function avoiding(typed: ReadonlySet<string>, vault: Vault): Vault {
  if (typed.size === 0) return vault
  return { ...vault, conceal: (at, values, avoid) => vault.conceal(at, values, new Set([...typed, ...avoid])) }
}

/** Whether there is nothing in an event that anybody wrote: only identifiers, and blobs. */
function isSilent({ segments, total }: Document, { findings }: Decision): boolean {
  return (
    findings.length === 0 &&
    total === segments.length &&
    segments.every(({ kind }) => kind === 'identifier' || kind === 'reference')
  )
}
function isSound({ segments, total }: Document, { findings }: Decision): boolean {
  return (
    findings.length > 0 &&
    total === segments.length &&
    segments.every(({ kind, blob }) => kind === 'identifier' || blob === 'audio') &&
    findings.every(({ rule, ruling }) => rule === BLOB_RULES.audio && ruling.action === 'allow')
  )
}
