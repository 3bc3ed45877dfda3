/**
 * How a WebSocket session begins: as any call does. What is refused is refused before the client's side is open, so that it gets an
 * answer of HTTP, and nothing is dialled for it.
 */
import { addressPlaces } from '../address.ts'
import { authenticate } from '../authenticate.ts'
import { authorize } from '../authorize.ts'
import { apiOf, classify, findEndpoint } from '../classify.ts'
import { decide, isAllowed } from '../decide.ts'
import { deny } from '../deliver.ts'
import { detect } from '../detect.ts'
import { besidePseudonyms } from '../detectors/pseudonyms.ts'
import { Denial, describeFailure } from '../errors.ts'
import { extract } from '../extract.ts'
import { uuid } from '../ids.ts'
import type { Host } from '../ports.ts'
import { decisionRecord, type Entry } from '../record.ts'
import { buildHeaders, buildRequest } from '../route.ts'
import { checkTuned } from '../tuned.ts'
import type { Answer, Call, Upstream, UpstreamRequest } from '../types.ts'
import { MIRROR } from '../upstreams.ts'
import { createSession, type OpenSession } from './realtime.ts'
import { type Dial, type Offer, readOffer, type Socket, SWITCHED } from './sockets.ts'

/** A session for a call that asks for one, or the answer that refuses it. */
export async function openSession(call: Call, dial: Dial, host: Host): Promise<OpenSession | Answer> {
  const started = host.now()
  const entry: Entry = { id: uuid(started, host.random(10)), started, api: apiOf(call), spools: [] }
  try {
    const { ruleset, access, settings } = host.bundle
    const offer = readOffer(call.header('sec-websocket-protocol'))
    const asked = withOffer(call, offer)
    const principal = (entry.principal = await authenticate(asked, host.directory, host.sha256, started))
    checkOrigin(call, settings.cors)
    const found = findEndpoint(call)
    if (found.endpoint.answer !== 'socket') {
      throw new Denial('unmapped_operation', 'Parapet does not serve this path over a WebSocket')
    }
    const { operation } = await classify(call, found, settings.limits, () => host.spool())
    entry.operation = operation
    const detector = besidePseudonyms(ruleset.detector)
    const findIn = (text: string) => ruleset.detector.detect(text, { from: 0, final: true }).findings
    entry.modelIsClean = findIn(operation.model).length === 0
    const grant = (entry.grant = authorize(principal, operation, undefined, access))

    const { address } = found
    const places = addressPlaces(address)
    const { shortest } = detector
    const document = extract({ ...address }, { places, source: () => 'unknown', inner: true, shortest })
    entry.segments = document.segments
    entry.total = document.total
    await checkTuned(document.segments, grant, host.owners)
    const decision = (entry.decision = decide(grant, await detect(document.segments, detector, () => host.pause())))
    if (decision.action !== 'allow') {
      throw new Denial('guardrail_blocked', 'the address holds data that may not go to this model', {
        policies: decision.reasons,
      })
    }

    const connect = async (upstream: Upstream): Promise<Socket> => {
      if (upstream.url === MIRROR) throw new Denial('no_upstream', 'the built-in model has no WebSockets')
      entry.upstream = upstream
      const isClean = (text: string) => isAllowed(grant, 'send', findIn(text))
      const headers = buildHeaders(upstream, asked, grant, isClean, host.sha256)
      const request = buildRequest(upstream, operation, address, headers, undefined)
      const facts = { now: host.now(), ruleset: ruleset.digest, access: access.digest, unrecorded: 0 }
      await host.decisions.append(decisionRecord(entry, facts)) // INVARIANT: no upstream is dialled before that is durable.
      entry.recorded = true
      delete entry.segments
      const socket = await dialUpstream(dial, upstream, request, call)
      entry.upstreamStatus = SWITCHED
      return socket
    }
    const session = createSession({ entry, grant, protocol: offer.protocol, connect }, call, host)
    // An upstream may speak first. Where messages name the model, the first of them says which upstream it is.
    if (operation.endpoint.on === 'model') await session.reach(operation, [])
    return session
  } catch (error) {
    if (!(error instanceof Denial)) host.warn(describeFailure(error))
    return await deny(Denial.from(error), entry, call, host)
  }
}

/** A browser's way of saying what others say by headers. @throws Denial for different keys */
function withOffer(call: Call, { keys, beta }: Offer): Call {
  const bearer = call.header('authorization')
  const offered = keys.map((key) => `Bearer ${key}`)
  if (new Set([...offered, ...(bearer === undefined ? [] : [bearer])]).size > 1) {
    throw new Denial('unauthenticated', 'the header and the subprotocols hold different keys: send one of them')
  }
  return {
    ...call,
    header(name) {
      if (name === 'authorization') return bearer ?? offered[0]
      if (name === 'openai-beta' && beta) return call.header(name) ?? 'realtime=v1'
      return call.header(name)
    },
  }
}

/** A key in a web page is everybody's; see Settings.cors. Browsers do not ask before they open a socket. */
function checkOrigin(call: Call, cors: Host['bundle']['settings']['cors']): void {
  const origin = call.header('origin')
  if (origin === undefined || cors?.origins.includes('*') || cors?.origins.includes(origin)) return
  throw new Denial('permission_denied', 'the settings let no web page of this origin call', { param: 'origin' })
}

async function dialUpstream(dial: Dial, upstream: Upstream, request: UpstreamRequest, call: Call): Promise<Socket> {
  try {
    return await dial(upstream, request, call.signal)
  } catch (error) {
    if (error instanceof Denial) throw error
    if (call.signal.aborted) throw new Denial('client_gone', 'the client went away')
    throw new Denial('upstream_unreachable', 'the connection to the upstream failed')
  }
}
