/** A call from a web Request, and a web Response from an answer. */
import { waitUntil } from 'cloudflare:workers'
import { concatBytes } from '../../bytes.ts'
import type { Exchange } from '../../ports.ts'
import type { Call } from '../../types.ts'

export async function exchangeWeb(request: Request, proxy: Exchange): Promise<Response> {
  const answer = proxy(readCall(request))
  // Goes on after the client has gone, so that how it ended is recorded. What it fails with is told below.
  waitUntil(answer.then(nothing, nothing))
  const { status, headers, body } = await answer
  if (typeof body === 'string') return new Response(status === 204 ? null : body, { status, headers })
  const { readable, writable } = new IdentityTransformStream()
  waitUntil(pump(body, writable))
  return new Response(readable, { status, headers })
}

function nothing(): void {}

export function readCall(request: Request): Call {
  const { url, method, headers, signal } = request
  const start = url.indexOf('/', url.indexOf('://') + 3)
  const mark = url.indexOf('?', start)
  return {
    method,
    path: mark < 0 ? url.slice(start) : url.slice(start, mark),
    query: mark < 0 ? '' : url.slice(mark + 1),
    header: (name) => headers.get(name) ?? undefined,
    read: (limit) => readBody(request, limit),
    chunks: () => readChunks(request),
    signal,
  }
}

async function readBody(request: Request, limit: number): Promise<Uint8Array | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > limit) return undefined
  if (!request.body) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = request.body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.length
    if (length > limit) {
      await reader.cancel()
      return undefined
    }
    chunks.push(value)
  }
  return concatBytes(chunks)
}
async function* readChunks({ body }: Request): AsyncGenerator<Uint8Array, void, void> {
  const reader = body?.getReader()
  if (!reader) return
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    // Should this have been left early; a body that has ended or broken needs no end.
    await reader.cancel().catch(() => {})
  }
}

/** Waits for the reader at every piece. An error on either side ends the other, and is never a clean end. */
async function pump(body: AsyncIterable<string | Uint8Array>, writable: WritableStream<Uint8Array>): Promise<void> {
  const writer = writable.getWriter()
  const utf8 = new TextEncoder()
  try {
    for await (const piece of body) await writer.write(typeof piece === 'string' ? utf8.encode(piece) : piece)
    await writer.close()
  } catch (error) {
    // Either the body failed, or the client went away: then there is nothing left to break off.
    await writer.abort(error).catch(() => {})
  }
}
