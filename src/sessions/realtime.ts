/**
 * A WebSocket session: calls without end, both ways. Its client's events are screened like requests (turns.ts) and its server's
 * like a stream (answers.ts); here is what holds them together, and how it ends. How it begins is in handshake.ts.
 */

import { admit } from '../authenticate.ts'
import { mayInspect } from '../authorize.ts'
import { createNamed } from '../claims.ts'
import { append, deny } from '../deliver.ts'
import { besidePseudonyms } from '../detectors/pseudonyms.ts'
import { Denial, describeFailure } from '../errors.ts'
import type { Screening } from '../guard.ts'
import { id } from '../ids.ts'
import { ownerKey, readCreated } from '../own.ts'
import type { Host } from '../ports.ts'
import { createTally, type Entry } from '../record.ts'
import { route } from '../route.ts'
import type { Call, Ending, Grant, Reason, Upstream } from '../types.ts'
import { screenAnswers } from './answers.ts'
import { createSessionLeaks } from './session-leaks.ts'
import { dropSecrets, errorEvent } from './socket-events.ts'
import { CLOSE, codeOf, passOn, type Socket, SWITCHED } from './sockets.ts'
import { type Session, type Turn, takeTurn } from './turns.ts'

/** A session that may begin. */
export interface OpenSession {
  /** The subprotocol to answer the client with. */
  readonly protocol: string | undefined
  /** Carries events both ways until either side ends it, or `stop` is called. Never rejects. */
  run(client: Socket): Promise<void>
  /** To be called every few seconds: ends a session that has been too long or too quiet, or whose key is not good any more. */
  check(): Promise<void>
  /** Ends the session because the host does. */
  stop(): void
}

/** How a session ended. */
interface End {
  readonly ending: Ending
  readonly reason: Reason
  /** Codes for the two sides. */
  readonly client: number
  readonly upstream: number
  readonly told?: Denial
}

export interface Opening {
  /** Of the session; it is in the log once an upstream was dialled. */
  readonly entry: Entry
  readonly grant: Grant
  readonly protocol: string | undefined
  /** Records that the session begins, and dials. @throws Denial */
  connect(upstream: Upstream): Promise<Socket>
}

export function createSession(
  { entry, grant, protocol, connect }: Opening,
  call: Call,
  host: Host,
): OpenSession & Session {
  const { ruleset, access, upstreams, settings } = host.bundle
  const { principal, operation } = grant
  const { endpoint, format } = operation
  const { limits } = settings
  const tally = (entry.tally = createTally())
  const leaks = createSessionLeaks(ruleset.detector)
  const scope = { tenant: principal.tenant, scope: principal.id }
  const claimed = new Set<string>()
  const named = createNamed(besidePseudonyms(ruleset.detector).shortest)
  const joined = settle<Socket>()
  const over = settle<End>()
  let client: Socket | undefined
  let upstream: Socket | undefined
  let active = entry.started
  let events = 0
  /** Events that were taken and wait for their records. */
  const leaving = { last: Promise.resolve(), count: 0, characters: 0 }
  let inspecting = { grant, allowed: mayInspect(grant, access) }

  const session: OpenSession & Session = {
    ...{ principal, operation, leaks, tally, named, grant, chain: entry.id, signal: call.signal, protocol },
    async reach(turn, owned) {
      const wanted = route(turn, owned, upstreams, () => false)
      if (!upstream) {
        const socket = await connect(wanted)
        if (over.done) {
          socket.close(CLOSE.away, '')
          throw new Denial('client_gone', 'the session has ended')
        }
        upstream = socket
        joined.resolve(socket)
      } else if (wanted !== entry.upstream) {
        throw new Denial('no_upstream', 'this session is with another upstream: open another for this model')
      }
      return wanted
    },
    async run(socket) {
      client = socket
      const work = [sendTurns(socket), sendAnswers(socket)]
      const end = await over.promise
      await Promise.allSettled(work)
      if (entry.recorded) await append(entry, tally, { ...end, status: SWITCHED }, host)
    },
    async check() {
      const now = host.now()
      if (now - entry.started > limits.sessionMs || now - active > limits.sessionIdleMs) {
        finish({ ending: 'timeout', reason: 'none', client: CLOSE.away, upstream: CLOSE.normal })
        return
      }
      try {
        const key = await host.directory.find(principal.id)
        if (!key) throw new Denial('unauthenticated', 'this API key is not known to Parapet any more')
        admit(key, now)
      } catch (error) {
        fail(error, 'blocked')
      }
    },
    stop: () => finish({ ending: 'failed', reason: 'none', client: CLOSE.away, upstream: CLOSE.away }),
  }
  const screening: Screening = {
    ...{
      format,
      limits,
      tally,
      scope,
      vault: host.vault,
      rules: ruleset.rules,
      leaks: leaks.index,
    },
    // Of the latest turn: an answer that is on its way goes on with what it began with.
    get grant() {
      return session.grant
    },
    get inspects() {
      if (inspecting.grant !== session.grant) {
        inspecting = { grant: session.grant, allowed: mayInspect(session.grant, access) }
      }
      return inspecting.allowed
    },
    get chain() {
      return session.chain
    },
    async watch(event) {
      dropSecrets(event)
      const made = readCreated(event, endpoint.creates).filter((name) => !claimed.has(name) && !named.has(name))
      if (made.length === 0) return
      for (const name of made) claimed.add(name)
      const owner = {
        tenant: scope.tenant,
        principal: principal.id,
        upstream: entry.upstream!.id,
        chain: session.chain,
      }
      await host.owners.claim(made.map((name) => ({ id: ownerKey(format.api, name), ...owner })))
    },
  }
  return session

  async function sendTurns(from: Socket): Promise<void> {
    try {
      for await (const message of from.messages) {
        active = host.now()
        await sendTurn(message, from)
        if (leaving.count < MOST_LEAVING && leaving.characters < MOST_CHARACTERS) continue
        await leaving.last
        leaving.count = 0
        leaving.characters = 0
      }
      await leaving.last
      const code = from.code
      const gone = code === CLOSE.broken
      finish({
        ending: gone ? 'client_abort' : 'complete',
        reason: gone ? 'client_gone' : 'none',
        client: CLOSE.normal,
        upstream: gone ? CLOSE.away : passOn(code),
      })
    } catch (error) {
      fail(error, 'failed')
    }
  }

  /** One event of the client's. One that is refused is answered, and the session goes on. */
  async function sendTurn(message: string, from: Socket): Promise<void> {
    const now = host.now()
    const turn: Entry = { id: id(`${entry.id}.${++events}`), started: now, api: entry.api, spools: [] }
    try {
      const taken = await takeTurn(message, session, turn, host)
      leaving.last = letLeave(taken, turn, leaving.last)
      leaving.count++
      leaving.characters += message.length
      // Its failure is met by the one behind it, or above.
      leaving.last.catch(() => {})
    } catch (error) {
      if (!(error instanceof Denial)) host.warn(describeFailure(error))
      const denial = Denial.from(error)
      await deny(denial, turn, call, host)
      if (!REFUSALS.has(denial.reason)) throw denial
      await from.send(errorEvent(denial, turn.id))
    }
  }

  /** Sends an event when its record is durable, behind the one before it. */
  async function letLeave({ text, durable }: Turn, turn: Entry, before: Promise<void>): Promise<void> {
    try {
      for (const one of await Promise.allSettled([before, durable])) if (one.status === 'rejected') throw one.reason
      if (over.done) throw new Denial('client_gone', 'the session has ended')
      await upstream!.send(text)
      if (!turn.recorded) return
      turn.upstreamStatus = SWITCHED
      const end = { ending: 'complete', reason: 'none', status: SWITCHED } as const
      host.background(append(turn, createTally(), end, host))
    } catch (error) {
      if (!(error instanceof Denial)) host.warn(describeFailure(error))
      const denial = Denial.from(error)
      // Of one that carries nothing there is no record, if it only came too late.
      const late = over.done && !turn.recorded
      fail(denial, 'failed')
      if (!late) await deny(denial, turn, call, host)
      throw denial
    }
  }

  async function sendAnswers(to: Socket): Promise<void> {
    const from = await Promise.race([joined.promise, over.promise.then(() => undefined)])
    if (!from) return
    const screen = screenAnswers(screening, endpoint.on !== 'model')
    try {
      for await (const message of from.messages) {
        active = host.now()
        for (const text of await screen(message)) {
          tally.sent = true
          await to.send(text)
        }
      }
      finish({ ...endOf(from.code), client: passOn(from.code), upstream: CLOSE.normal })
    } catch (error) {
      fail(isUnreadable(error) ? new Denial('upstream_invalid', `the upstream: ${error.message}`) : error, 'failed')
    }
  }

  function fail(error: unknown, otherwise: Ending): void {
    if (!(error instanceof Denial)) host.warn(describeFailure(error))
    const told = Denial.from(error)
    const ending = endingOf(told, otherwise)
    finish({ ending, reason: told.reason, client: codeOf(told.reason), upstream: CLOSE.away, told })
  }

  /** Ends both sides, once. */
  function finish(end: End): void {
    if (over.done) return
    over.resolve(end)
    const reason = end.told?.reason ?? end.ending
    // Not waited for: a client that reads nothing must not keep the session open.
    if (end.told) void client?.send(errorEvent(end.told, entry.id)).catch(() => {})
    client?.close(end.client, reason)
    upstream?.close(end.upstream, '')
  }
}

/** What a socket's messages may fail with: of a client it is told, of an upstream it is not the client's fault. */
function isUnreadable(error: unknown): error is Denial {
  return error instanceof Denial && ['unsupported_media_type', 'body_too_large'].includes(error.reason)
}
/** What an upstream's closing means. */
function endOf(code: number): Pick<End, 'ending' | 'reason'> {
  if (code === CLOSE.normal || code === CLOSE.away || code === CLOSE.noCode) {
    return { ending: 'complete', reason: 'none' }
  }
  if (code === CLOSE.broken) return { ending: 'upstream_truncated', reason: 'upstream_truncated' }
  return { ending: 'upstream_error', reason: 'upstream_refused' }
}

/** So many events at most wait for their records, and so long ones together. */
const MOST_LEAVING = 32
const MOST_CHARACTERS = 1024 * 1024

/** What refuses one event, and not the session. */
const REFUSALS = new Set<Reason>([
  'permission_denied',
  'guardrail_blocked',
  'unreadable_body',
  'body_too_large',
  'no_upstream',
])

function endingOf({ reason }: Denial, otherwise: Ending): Ending {
  switch (reason) {
    case 'guardrail_blocked':
    case 'unauthenticated':
      return 'blocked'
    case 'upstream_invalid':
      return 'upstream_invalid'
    case 'upstream_truncated':
      return 'upstream_truncated'
    case 'upstream_timeout':
      return 'timeout'
    case 'client_gone':
      return 'client_abort'
    case 'internal':
      return 'failed'
    default:
      return otherwise
  }
}

/** A promise, to be settled from outside. */
function settle<T>(): { readonly promise: Promise<T>; resolve(value: T): void; readonly done: boolean } {
  let done = false
  let pass: (value: T) => void
  const promise = new Promise<T>((resolve) => {
    pass = resolve
  })
  return {
    promise,
    get done() {
      return done
    },
    resolve(value) {
      done = true
      pass(value)
    },
  }
}
