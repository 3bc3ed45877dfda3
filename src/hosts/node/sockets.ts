/** WebSockets by `ws`: those of clients, which come as upgrades of HTTP, and those to upstreams. */
import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RawData, WebSocket, WebSocketServer } from 'ws'
import { Denial } from '../../errors.ts'
import type { Host } from '../../ports.ts'
import { openSession } from '../../sessions/handshake.ts'
import type { OpenSession } from '../../sessions/realtime.ts'
import { CLOSE, type Dial, readOffer, type Socket } from '../../sessions/sockets.ts'
import type { Answer } from '../../types.ts'
import { readCall } from './exchange.ts'

/** Bytes that wait to be screened, or to be taken by the other side, before no more are read. */
const AHEAD = 1024 * 1024
/** What a message takes beside its text. */
const MESSAGE = 64
/** Between two looks at how long a session has been, and whether its key is still good. Milliseconds. */
const CHECK_MS = 2000
/** Until the other side has closed too, or the connection is cut. Milliseconds. */
const CLOSING_MS = 2000
const DIAL_MS = 30_000

/** Whether a request is for a WebSocket: what would upgrade to something else is answered as if it would not. */
export function isWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket'
}

export interface SocketServer {
  /** Ends all sessions. */
  stop(): void
}

/** `current`: the host that a session begins with, and keeps. */
export function serveSockets(server: Server, current: () => Host): SocketServer {
  const { requestBytes, answerBytes } = current().bundle.settings.limits
  const accepting = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    // Compressed length tells of what is in a message; and memory for each connection.
    perMessageDeflate: false,
    maxPayload: requestBytes,
    handleProtocols: (offered) => readOffer([...offered].join()).protocol ?? false,
  })
  const sessions = new Set<OpenSession>()
  let stopped = false

  server.on('upgrade', (incoming: IncomingMessage, connection: Duplex, head: Buffer) => {
    // Before there is a WebSocket nobody else listens, and an error would end the process.
    connection.on('error', () => connection.destroy())
    current().background(begin(incoming, connection, head).catch(() => connection.destroy()))
  })
  return {
    stop() {
      stopped = true
      for (const session of sessions) session.stop()
    },
  }

  async function begin(incoming: IncomingMessage, connection: Duplex, head: Buffer): Promise<void> {
    const host = current()
    const gone = new AbortController()
    connection.on('close', () => gone.abort())
    const opened = await openSession(readUpgrade(incoming, gone.signal), dialWith(answerBytes), host)
    if ('status' in opened) return refuse(connection, opened)
    // A session that was opened must be run, even if there is nobody any more.
    if (stopped || gone.signal.aborted) return opened.run(NOBODY)
    let upgraded = false
    accepting.handleUpgrade(incoming, connection, head, (socket) => {
      upgraded = true
      sessions.add(opened)
      const timer = setInterval(() => host.background(opened.check()), CHECK_MS)
      const done = opened.run(wrap(socket)).finally(() => {
        clearInterval(timer)
        sessions.delete(opened)
      })
      host.background(done)
    })
    // What is no proper handshake was answered by the library.
    if (!upgraded) await opened.run(NOBODY)
  }
}

const NOBODY: Socket = {
  messages: (async function* () {})(),
  code: CLOSE.broken,
  send: async () => {},
  close() {},
}

/** The request of an upgrade. It has no body that anybody would read. */
function readUpgrade(incoming: IncomingMessage, signal: AbortSignal): ReturnType<typeof readCall> {
  const call = readCall(incoming, signal)
  return { ...call, read: async () => new Uint8Array(), chunks: async function* () {} }
}

function refuse(connection: Duplex, { status, headers, body }: Answer): void {
  const text = typeof body === 'string' ? body : ''
  const all = { ...headers, connection: 'close', 'content-length': String(Buffer.byteLength(text)) }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  connection.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}\r\n${lines.join('')}\r\n${text}`)
}

function dialWith(answerBytes: number): Dial {
  return (upstream, request, signal) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(upstream.url.replace(/^http/, 'ws') + request.path, {
        headers: request.headers,
        perMessageDeflate: false,
        maxPayload: answerBytes,
        handshakeTimeout: DIAL_MS,
        followRedirects: false,
      })
      const abort = (): void => socket.terminate()
      const fail = (denial: Denial): void => {
        signal.removeEventListener('abort', abort)
        reject(denial)
      }
      signal.addEventListener('abort', abort, { once: true })
      socket.on('unexpected-response', (asked, { statusCode = 0 }) => {
        asked.destroy()
        fail(refusalOf(statusCode))
      })
      socket.on('error', () => {
        const gone = signal.aborted
        fail(
          gone
            ? new Denial('client_gone', 'the client went away')
            : new Denial('upstream_unreachable', 'the connection to the upstream failed'),
        )
      })
      // Before anything else of it is read: an upstream speaks first.
      const wrapped = wrap(socket)
      socket.on('open', () => {
        signal.removeEventListener('abort', abort)
        resolve(wrapped)
      })
      if (signal.aborted) abort()
    })
}
function refusalOf(status: number): Denial {
  if (status === 401 || status === 403) {
    return new Denial('upstream_refused', 'the upstream does not accept the credential that Parapet has for it')
  }
  if (status === 429 || status >= 500) return new Denial('upstream_unreachable', 'the upstream could not answer')
  return new Denial('upstream_invalid', 'the upstream did not open a WebSocket')
}

/** A socket of the library's, read as fast as its messages are taken. */
function wrap(socket: WebSocket): Socket {
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

  socket.on('message', (data: RawData, binary: boolean) => {
    if (binary) {
      failure ??= new Denial('unsupported_media_type', 'messages must be text')
      return end()
    }
    const text = data.toString()
    waiting.push(text)
    size += text.length + MESSAGE
    if (size > AHEAD) socket.pause()
    wake()
  })
  socket.on('close', (told) => {
    code = told
    end()
  })
  socket.on('error', (error: Error & { code?: string }) => {
    // Broken frames break the connection; a message that is too long has a name of its own.
    if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') {
      failure ??= new Denial('body_too_large', 'a message is too long')
    }
    end()
  })

  async function* read(): AsyncGenerator<string, void, void> {
    for (;;) {
      const text = waiting.shift()
      if (text !== undefined) {
        size -= text.length + MESSAGE
        if (size <= AHEAD && socket.isPaused) socket.resume()
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

  return {
    messages: read(),
    get code() {
      return code
    },
    send(text) {
      return new Promise((resolve) => {
        if (socket.readyState !== WebSocket.OPEN) return resolve()
        // Called when it is written, or the connection is gone.
        socket.send(text, () => resolve())
        if (socket.bufferedAmount <= AHEAD) resolve()
      })
    },
    close(told, reason) {
      waiting.length = 0
      end()
      // A paused socket does not read that the other side has closed.
      socket.resume()
      socket.close(told, reason)
      setTimeout(() => socket.terminate(), CLOSING_MS).unref()
    },
  }
}
