/** A model's API for clients to be run against: aimock, which speaks both vendors' formats, behind a tap that sees what arrives. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { LLMock, type Mountable } from '@copilotkit/aimock'
import { answers } from './aimock-answers.ts'
import { serveMissing } from './aimock-missing.ts'

export interface Arrived {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly headers: IncomingMessage['headers']
  /** What has been read of the body. */
  body(): string
  /** How its answer ended: `gone` if the other side closed the connection first. */
  ended(): 'open' | 'finished' | 'gone'
}
export interface ModelApi {
  readonly url: string
  /** Requests, oldest first. */
  readonly arrived: readonly Arrived[]
  clear(): void
  /** Holds the next answer back after some writes, until it is released. */
  hold(writes: number): Held
  stop(): Promise<void>
}
export interface Held {
  /** Lets the rest go; says whether there was still a rest to wait for. */
  release(): boolean
}

/** A client that waits for the whole of an answer must not wait for ever: then the answer goes on by itself. */
const HELD_MS = 8000

export async function startModelApi(): Promise<ModelApi> {
  let arrived: Arrived[] = []
  let next: { writes: number; release: () => boolean } | undefined
  const tap: Mountable = {
    handleRequest: async (request, response) => {
      const body = readAlong(request)
      arrived.push({
        method: request.method!,
        path: request.url!,
        headers: { ...request.headers },
        body,
        ended: () => (response.writableFinished ? 'finished' : response.closed ? 'gone' : 'open'),
      })
      // Anthropic's name for what aimock sends as x-request-id; and clients that try again shall not wait a second before.
      response.setHeader('request-id', `req_mock_${arrived.length}`)
      response.setHeader('x-request-id', `req_mock_${arrived.length}`)
      response.setHeader('retry-after-ms', '5')
      if (next) {
        holdBack(response, next)
        next = undefined
      }
      return serveMissing(request, response, body)
    },
  }
  const mock = new LLMock({ host: '127.0.0.1', port: 0, latency: 0, chunkSize: 12, strict: true })
  mock.mount('/v1', tap)
  for (const answer of answers()) mock.addFixture(answer)
  mock.onModerate(/harmless/, { flagged: false, categories: { violence: false }, category_scores: { violence: 0.01 } })
  const url = await mock.start()
  return {
    url,
    get arrived() {
      return arrived
    },
    clear() {
      arrived = []
      next = undefined
      mock.resetMatchCounts()
    },
    hold(writes) {
      const held = { writes, release: () => false }
      next = held
      return { release: () => held.release() }
    },
    stop: () => mock.stop(),
  }
}

/** Sees a body go by without reading it: aimock wants it itself. */
function readAlong(request: IncomingMessage): () => string {
  const chunks: Uint8Array[] = []
  const { push } = request
  request.push = (chunk: Uint8Array | null, ...rest) => {
    if (chunk !== null) chunks.push(chunk)
    return push.call(request, chunk, ...rest)
  }
  return () => Buffer.concat(chunks).toString('utf8')
}

function holdBack(response: ServerResponse, held: { writes: number; release: () => boolean }): void {
  const { write, end } = response
  const waiting: (() => void)[] = []
  let open = false
  let left = held.writes
  const release = () => {
    const early = !open && waiting.length > 0
    open = true
    clearTimeout(timer)
    for (const go of waiting.splice(0)) go()
    return early
  }
  const timer = setTimeout(release, HELD_MS)
  held.release = release
  response.write = ((...args: Parameters<typeof write>) => {
    if (open || left-- > 0) return write.apply(response, args)
    waiting.push(() => write.apply(response, args))
    return true
  }) as typeof write
  response.end = ((...args: Parameters<typeof end>) => {
    if (open) return end.apply(response, args)
    waiting.push(() => end.apply(response, args))
    return response
  }) as typeof end
}
