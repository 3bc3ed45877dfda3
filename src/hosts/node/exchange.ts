/**
 * A call from Node's own request, and an answer to its own response: making web Requests and Responses of them costs four times
 * the CPU of everything else (measured).
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Denial } from '../../errors.ts'
import type { Exchange } from '../../ports.ts'
import type { Answer, Call } from '../../types.ts'

export async function exchangeNode(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  proxy: Exchange,
): Promise<void> {
  const gone = new AbortController()
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) gone.abort()
  })
  try {
    await writeAnswer(await proxy(readCall(incoming, gone.signal)), outgoing)
  } catch {
    // Not to be passed on, and never a clean end: what the caller has got may be half of something.
    outgoing.destroy()
  }
}

export function readCall(incoming: IncomingMessage, signal: AbortSignal): Call {
  const { method = '', headers } = incoming
  // A proxy's absolute form (RFC 9112 §3.2.2) means the same.
  const target = (incoming.url ?? '').replace(/^https?:\/\/[^/?]*/i, '')
  const mark = target.indexOf('?')
  return {
    method,
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? '' : target.slice(mark + 1),
    header(name) {
      const value = headers[name]
      return Array.isArray(value) ? value.join(', ') : value
    },
    read: (limit) => readBody(incoming, limit),
    chunks: () => readChunks(incoming, signal),
    signal,
  }
}

function readBody(incoming: IncomingMessage, limit: number): Promise<Uint8Array | undefined> {
  if (Number(incoming.headers['content-length'] ?? 0) > limit) return Promise.resolve(undefined)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const settle = (work: () => void): void => {
      incoming.off('data', onData).off('end', onEnd).off('error', onFail).off('close', onFail)
      work()
    }
    const onData = (chunk: Buffer): void => {
      length += chunk.length
      if (length > limit) {
        // What still comes is thrown away by the server once the answer is out, up to a limit of its own.
        incoming.pause()
        settle(() => resolve(undefined))
      } else chunks.push(chunk)
    }
    const onEnd = (): void => settle(() => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, length)))
    const onFail = (): void => settle(() => reject(new Denial('client_gone', 'the client went away')))
    incoming.on('data', onData).on('end', onEnd).on('error', onFail).on('close', onFail)
  })
}

/** The body as it comes; the connection is paused while its reader is behind. */
async function* readChunks(incoming: IncomingMessage, signal: AbortSignal): AsyncGenerator<Uint8Array, void, void> {
  try {
    for await (const chunk of incoming) yield chunk as Buffer
  } catch {
    throw new Denial('client_gone', 'the client went away')
  }
  if (signal.aborted || !incoming.complete) throw new Denial('client_gone', 'the client went away')
}

async function writeAnswer({ status, headers, body }: Answer, outgoing: ServerResponse): Promise<void> {
  if (typeof body === 'string') {
    // An answer without content has no length either (RFC 9110 §8.6).
    const length = status === 204 ? {} : { 'content-length': Buffer.byteLength(body) }
    outgoing.writeHead(status, { ...headers, ...length })
    outgoing.end(body)
    return
  }
  outgoing.writeHead(status, headers)
  outgoing.flushHeaders()
  // Begun even if the client has gone, since a body that was never begun does not know that it ended.
  for await (const piece of body) {
    if (outgoing.destroyed) return
    if (!outgoing.write(piece)) await drained(outgoing)
  }
  outgoing.end()
}
function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      outgoing.off('drain', settle).off('close', settle)
      resolve()
    }
    outgoing.on('drain', settle).on('close', settle)
  })
}
