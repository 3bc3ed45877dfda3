/** Sessions without sockets: both ends are played by the test. */
import type { TestHost } from '#host'
import { Denial } from '../../src/errors.ts'
import { id } from '../../src/ids.ts'
import { openSession } from '../../src/sessions/handshake.ts'
import type { OpenSession } from '../../src/sessions/realtime.ts'
import { CLOSE, type Socket } from '../../src/sessions/sockets.ts'
import type { Answer, Json, Upstream, UpstreamRequest } from '../../src/types.ts'
import { type Made, makeCall } from './call.ts'

export interface PlayedSocket extends Socket {
  /** Says something to the proxy: text as it is, anything else as JSON. */
  say(message: Json | Denial): void
  hangUp(code?: number): void
  /** What the proxy has sent. */
  readonly got: readonly string[]
  /** How the proxy closed it. */
  readonly closed: { readonly code: number; readonly reason: string } | undefined
  /** Waits for what the proxy sends next, as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: events of all kinds
  next(): Promise<any>
  /** Messages that were said and have not been taken. */
  readonly waiting: number
  /** Takes nothing more until it is called again with false. */
  block(yes: boolean): void
}

export function playSocket(): PlayedSocket {
  const said: (Json | Denial)[] = []
  const got: string[] = []
  let taken = 0
  let code: number = CLOSE.broken
  let closed: PlayedSocket['closed']
  let ended = false
  let blocked = false
  let changed = (): void => {}
  let change = new Promise<void>((resolve) => {
    changed = resolve
  })
  const notify = (): void => {
    const wake = changed
    change = new Promise((resolve) => {
      changed = resolve
    })
    wake()
  }
  async function* read(): AsyncGenerator<string, void, void> {
    for (;;) {
      if (closed) return
      const next = said.shift()
      if (next instanceof Denial) throw next
      if (next !== undefined) yield typeof next === 'string' ? next : JSON.stringify(next)
      else if (ended) return
      else await change
    }
  }
  return {
    messages: read(),
    get code() {
      return code
    },
    get closed() {
      return closed
    },
    get waiting() {
      return said.length
    },
    got,
    async send(text) {
      while (blocked && !closed && !ended) await change
      if (closed || ended) return
      got.push(text)
      notify()
    },
    close(told, reason) {
      closed ??= { code: told, reason }
      notify()
    },
    say(message) {
      said.push(message)
      notify()
    },
    hangUp(told = CLOSE.normal) {
      code = told
      ended = true
      notify()
    },
    block(yes) {
      blocked = yes
      notify()
    },
    async next() {
      while (taken >= got.length) {
        if (closed) throw new Error(`closed with ${closed.code} ${closed.reason}`)
        await change
      }
      return JSON.parse(got[taken++]!)
    },
  }
}

export const OPENAI: Upstream = {
  id: id('openai'),
  api: 'openai',
  url: 'https://api.example.com/v1',
  credential: 'sk-upstream',
  zone: id('us'),
  models: ['*'],
}
/** Guardrails with these upstreams. */
export const withUpstreams =
  (...upstreams: readonly Upstream[]) =>
  (bundle: TestHost['bundle']): TestHost['bundle'] => ({ ...bundle, upstreams })

export interface Opened {
  readonly session: OpenSession
  readonly client: PlayedSocket
  readonly upstream: PlayedSocket
  /** What was asked of upstreams. */
  readonly dialled: { readonly upstream: Upstream; readonly request: UpstreamRequest }[]
  /** Resolves when the session has ended and its outcome is recorded. */
  readonly done: Promise<void>
}
export interface Opening extends Made {
  /** Instead of an upstream that answers. */
  readonly dial?: (upstream: Upstream, request: UpstreamRequest) => Promise<void>
}

/** Opens a session; gives the refusal if it is refused. */
export async function tryOpen(host: TestHost, made: Opening): Promise<Opened | Answer> {
  const upstream = playSocket()
  const dialled: Opened['dialled'] = []
  const call = makeCall({ method: 'GET', path: '/v1/realtime', query: 'model=gpt-realtime', ...made })
  const opened = await openSession(
    call,
    async (to, request) => {
      dialled.push({ upstream: to, request })
      await made.dial?.(to, request)
      return upstream
    },
    host,
  )
  if ('status' in opened) return opened
  const client = playSocket()
  return { session: opened, client, upstream, dialled, done: opened.run(client) }
}
export async function open(host: TestHost, made: Opening): Promise<Opened> {
  const opened = await tryOpen(host, made)
  if ('status' in opened) throw new Error(`refused: ${opened.status} ${String(opened.body)}`)
  return opened
}
