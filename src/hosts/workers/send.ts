/** Calls to upstreams by fetch(), the only way out of a Worker. */
import { Denial } from '../../errors.ts'
import { mirror } from '../../mirror/index.ts'
import type { Host } from '../../ports.ts'
import type { Limits, Stored, UpstreamAnswer } from '../../types.ts'
import { MIRROR } from '../../upstreams.ts'

export function makeSend({ firstByteMs, idleMs }: Limits): Host['send'] {
  return async (upstream, request, signal) => {
    if (upstream.url === MIRROR) return mirror(request)
    // An upstream that does not answer while the client has gone is noticed by this timer at the latest.
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(), firstByteMs)
    try {
      const response = await fetch(upstream.url + request.path, {
        method: request.method,
        headers: { ...request.headers, 'accept-encoding': 'identity' },
        body: openBody(request.body),
        redirect: 'manual',
        signal: AbortSignal.any([signal, late.signal]),
      })
      return await readAnswer(response, idleMs)
    } catch (error) {
      if (late.signal.aborted && !signal.aborted)
        throw new Denial('upstream_timeout', 'the upstream did not answer in time')
      throw error
    } finally {
      clearTimeout(timer)
    }
  }
}

/** What is stored is sent with its length known, and read as it is taken. */
function openBody(body: string | Stored | undefined): string | ReadableStream | null {
  if (body === undefined || typeof body === 'string') return body ?? null
  const { readable, writable } = new FixedLengthStream(body.size)
  // A failure ends the request, which then fails with it.
  pump(body.chunks(), writable).catch(() => {})
  return readable
}
async function pump(chunks: AsyncIterable<Uint8Array>, writable: WritableStream<Uint8Array>): Promise<void> {
  const writer = writable.getWriter()
  try {
    for await (const chunk of chunks) await writer.write(chunk)
    await writer.close()
  } catch (error) {
    await writer.abort(error)
  }
}

async function readAnswer(response: Response, idleMs: number): Promise<UpstreamAnswer> {
  const encoding = response.headers.get('content-encoding') ?? 'identity'
  if (encoding !== 'identity') {
    // Not asked for. It may be one that fetch() does not decode, so that what is in it would go unread.
    await response.body?.cancel()
    throw new Denial('upstream_invalid', 'the upstream sent a content-encoding that was not asked for')
  }
  return {
    status: response.status,
    header: (name) => response.headers.get(name) ?? undefined,
    chunks: readChunks(response.body, idleMs),
  }
}

async function* readChunks(body: ReadableStream<Uint8Array> | null, idleMs: number): AsyncGenerator<Uint8Array> {
  if (!body) return
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await beforeLong(reader.read(), idleMs)
      if (done) return
      yield value
    }
  } finally {
    // Ends the call to the upstream, should this have been left early. It has failed already if this fails.
    await reader.cancel().catch(() => {})
  }
}

async function beforeLong<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | null = null
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Denial('upstream_timeout', 'the upstream stopped in the middle of its answer')),
      ms,
    )
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
