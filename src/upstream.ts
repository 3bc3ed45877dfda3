import { Denial } from './errors.ts'
import type { Host } from './ports.ts'
import type { Rim } from './translation.ts'
import type { Call, Endpoint, Operation, Upstream, UpstreamAnswer, UpstreamRequest } from './types.ts'

/** How an answer is to be read. */
export interface ReadableAnswer extends UpstreamAnswer {
  readonly is: 'json' | 'events' | 'file' | 'nothing'
}

/**
 * Sends a request and checks that what comes back can be screened: JSON, server-sent events where they were asked for, or a file
 * where the operation gives one. Whatever goes wrong is a Denial; nothing that the upstream said is in it.
 */
export async function callUpstream(
  upstream: Upstream,
  request: UpstreamRequest,
  operation: Operation,
  rim: Rim | undefined,
  call: Call,
  host: Host,
): Promise<ReadableAnswer> {
  let sent: UpstreamAnswer
  try {
    sent = await host.send(upstream, request, call.signal)
  } catch (error) {
    throw brokenConnection(error, call)
  }
  const { status } = sent
  const header = (name: string) => sent.header(name)
  const media = /^[^;\s]*/.exec(header('content-type') ?? '')![0].toLowerCase()
  const events = media === 'text/event-stream'
  const problem = findProblem(status, media, events, operation)
  if (!problem) {
    const file = status < 300 && isFile(operation.endpoint.answer, media)
    const is = events ? 'events' : file ? 'file' : media === '' ? 'nothing' : 'json'
    const answer = { status, header, chunks: watch(sent.chunks, call), is } as const
    return rim ? { ...rim.answer(answer), is } : answer
  }
  // Of the answer itself: a generator that was never begun does not pass its end on.
  await sent.chunks[Symbol.asyncIterator]().return?.()
  throw problem
}

function isFile(answer: Endpoint['answer'], media: string): boolean {
  return answer === 'file' || (answer === 'text' && media.startsWith('text/'))
}

function findProblem(status: number, media: string, events: boolean, operation: Operation): Denial | undefined {
  if (status === 401 || status === 403) {
    return new Denial('upstream_refused', 'the upstream does not accept the credential that Parapet has for it')
  }
  if (status < 200 || (status >= 300 && status < 400)) {
    return new Denial('upstream_invalid', 'the upstream redirected the call, which Parapet does not follow')
  }
  const ok = status < 300
  const { stream, endpoint } = operation
  // Without a type there should be nothing to read: whether there is shows when it is read.
  if ((media === 'application/json' || (media === '' && ok)) && !(ok && stream)) return undefined
  if (ok && events && stream) return undefined
  if (ok && isFile(endpoint.answer, media) && !stream) return undefined
  if (status === 429 || status >= 500) return new Denial('upstream_unreachable', 'the upstream could not answer')
  return new Denial('upstream_invalid', 'the upstream sent an answer of another media type than was asked for')
}

/** The same chunks; a connection that breaks is a Denial. */
async function* watch(chunks: AsyncIterable<Uint8Array>, call: Call): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* chunks
  } catch (error) {
    throw brokenConnection(error, call)
  }
}

function brokenConnection(error: unknown, call: Call): Denial {
  if (error instanceof Denial) return error
  if (call.signal.aborted) return new Denial('client_gone', 'the client went away')
  return new Denial('upstream_unreachable', 'the connection to the upstream failed')
}
