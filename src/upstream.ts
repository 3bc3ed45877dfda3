import { Denial } from './errors.ts'
import type { Host } from './ports.ts'
import type { Call, Operation, Upstream, UpstreamAnswer, UpstreamRequest } from './types.ts'

/**
 * Sends a request and checks that what comes back can be screened: JSON, or server-sent events where they were asked for.
 * Whatever goes wrong is a Denial; nothing that the upstream said is in it.
 */
export async function callUpstream(
  upstream: Upstream,
  request: UpstreamRequest,
  operation: Operation,
  call: Call,
  host: Host,
): Promise<UpstreamAnswer & { readonly streamed: boolean }> {
  let answer: UpstreamAnswer
  try {
    answer = await host.send(upstream, request, call.signal)
  } catch (error) {
    throw brokenConnection(error, call)
  }
  const { status } = answer
  const header = (name: string) => answer.header(name)
  const chunks = watch(answer.chunks, call)
  const media = /^[^;\s]*/.exec(header('content-type') ?? '')![0].toLowerCase()
  const streamed = media === 'text/event-stream'
  const problem = findProblem(status, media, streamed, operation.stream)
  if (!problem) return { status, header, chunks, streamed }
  // Of the answer itself: a generator that was never begun does not pass its end on.
  await answer.chunks[Symbol.asyncIterator]().return?.()
  throw problem
}

function findProblem(status: number, media: string, streamed: boolean, wanted: boolean): Denial | undefined {
  if (status === 401 || status === 403) {
    return new Denial('upstream_refused', 'the upstream does not accept the credential that Parapet has for it')
  }
  if (status < 200 || (status >= 300 && status < 400)) {
    return new Denial('upstream_invalid', 'the upstream redirected the call, which Parapet does not follow')
  }
  const ok = status < 300
  if (media === 'application/json' && !(ok && wanted)) return undefined
  if (ok && streamed && wanted) return undefined
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
