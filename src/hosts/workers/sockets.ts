/** WebSockets in workerd: a pair for the client, of which it gets one, and an upgraded fetch() for the upstream. */
import { waitUntil } from 'cloudflare:workers'
import { Denial } from '../../errors.ts'
import type { Host } from '../../ports.ts'
import { openSession } from '../../sessions/handshake.ts'
import { CLOSE, type Dial, type Socket } from '../../sessions/sockets.ts'
import { readCall } from './exchange.ts'

/** Characters that wait to be screened: there is no way to stop a WebSocket here, so with more the session ends. */
const AHEAD = 16 * 1024 * 1024
/** What a message takes beside its text. */
const MESSAGE = 64
/** Between two looks at how long a session has been, and whether its key is still good. Milliseconds. */
const CHECK_MS = 2000
const DIAL_MS = 30_000

export function isWebSocket({ headers }: Request): boolean {
  return headers.get('upgrade')?.toLowerCase() === 'websocket'
}

export async function openSocket(request: Request, host: Host): Promise<Response> {
  const { requestBytes, answerBytes } = host.bundle.settings.limits
  const opened = await openSession(readCall(request), dialWith(answerBytes), host)
  if ('status' in opened) {
    return new Response(typeof opened.body === 'string' ? opened.body : null, opened)
  }
  const [theirs, ours] = Object.values(new WebSocketPair()) as [WebSocket, WebSocket]
  const socket = wrap(ours, requestBytes)
  const timer = setInterval(() => void opened.check(), CHECK_MS)
  waitUntil(opened.run(socket).finally(() => clearInterval(timer)))
  const headers: Record<string, string> = opened.protocol ? { 'sec-websocket-protocol': opened.protocol } : {}
  return new Response(null, { status: 101, webSocket: theirs, headers })
}

function dialWith(answerBytes: number): Dial {
  return async (upstream, request, signal) => {
    const late = AbortSignal.timeout(DIAL_MS)
    const { status, webSocket, body } = await fetch(upstream.url + request.path, {
      headers: { ...request.headers, upgrade: 'websocket' },
      redirect: 'manual',
      signal: AbortSignal.any([signal, late]),
    }).catch(() => {
      throw new Denial('upstream_unreachable', 'the connection to the upstream failed')
    })
    if (webSocket) return wrap(webSocket, answerBytes)
    await body?.cancel()
    if (status === 401 || status === 403) {
      throw new Denial('upstream_refused', 'the upstream does not accept the credential that Parapet has for it')
    }
    if (status === 429 || status >= 500) throw new Denial('upstream_unreachable', 'the upstream could not answer')
    throw new Denial('upstream_invalid', 'the upstream did not open a WebSocket')
  }
}

/** A socket as it comes, kept in order until its messages are taken. */
function wrap(socket: WebSocket, limit: number): Socket {
  const waiting: string[] = []
  let size = 0
  let code: number = CLOSE.broken
  let failure: Denial | undefined
  let ended = false
  let wake: () => void = () => {}
  const end = (): void => {
    ended = true
    wake()
  }
  const fail = (denial: Denial): void => {
    failure ??= denial
    end()
  }

  socket.addEventListener('message', ({ data }) => {
    if (ended) return
    if (typeof data !== 'string') return fail(new Denial('unsupported_media_type', 'messages must be text'))
    // At most three bytes a character.
    if (data.length > limit || (data.length * 3 > limit && new TextEncoder().encode(data).length > limit)) {
      return fail(new Denial('body_too_large', 'a message is too long'))
    }
    size += data.length + MESSAGE
    if (size > AHEAD) return fail(new Denial('body_too_large', 'more messages wait to be screened than can be kept'))
    waiting.push(data)
    wake()
  })
  socket.addEventListener('close', (event) => {
    code = event.code
    end()
  })
  socket.addEventListener('error', end)
  socket.accept()

  async function* read(): AsyncGenerator<string, void, void> {
    for (;;) {
      const text = waiting.shift()
      if (text !== undefined) {
        size -= text.length + MESSAGE
        yield text
        continue
      }
      if (failure) throw failure
      if (ended) return
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  const isOpen = (): boolean => socket.readyState === WebSocket.READY_STATE_OPEN

  return {
    messages: read(),
    get code() {
      return code
    },
    // workerd has no `bufferedAmount` (it is in the types, but undefined): what a slow reader has not taken is the runtime's to bound.
    async send(text) {
      if (isOpen()) socket.send(text)
    },
    close(told, reason) {
      waiting.length = 0
      end()
      try {
        socket.close(told, reason)
      } catch {
        // Closed already, or a code that may not be sent from here: closed all the same.
        if (isOpen()) socket.close(CLOSE.normal)
      }
    },
  }
}
