/** The rim of an upstream that speaks the other API: what goes out and comes in there is in its API, everything inside in the caller's. */
import { concatBytes } from './bytes.ts'
import { Denial } from './errors.ts'
import { JsonError, parseJson, parseJsonBytes } from './json.ts'
import { readEvents, writeEvent } from './sse.ts'
import { type Translation, translate } from './translate/index.ts'
import type { Json, JsonObject, Limits, Operation, Upstream, UpstreamAnswer } from './types.ts'

/** What can be had from an upstream of the other API. */
const TRANSLATED = new Set<string>(['chat.completions.create', 'messages.create'])
export function translates({ id }: Operation): boolean {
  return TRANSLATED.has(id)
}

/** One request at the rim, and its answer. */
export interface Rim {
  readonly path: string
  readonly body: JsonObject
  /** Fields of the request that the upstream was not told, since they change nothing of what an answer means. */
  readonly ignored: readonly string[]
  answer(sent: UpstreamAnswer): UpstreamAnswer
}

/**
 * The rim for a request, if its upstream speaks another API than its caller.
 * @throws Denial `unreadable_body`, naming a field that cannot be carried over
 */
export function translateAtRim(
  operation: Operation,
  upstream: Upstream,
  body: JsonObject | undefined,
  headers: Readonly<Record<string, string>>,
  limits: Limits,
  now: number,
): Rim | undefined {
  const { api } = operation.format
  if (upstream.api === api || !body) return undefined
  const translation = translate(api, body, { now, version: headers['anthropic-version'] ?? '' })
  return {
    path: translation.path,
    body: translation.body,
    ignored: translation.ignored,
    answer: (sent) => translateAnswer(sent, translation, limits),
  }
}

function translateAnswer(sent: UpstreamAnswer, translation: Translation, limits: Limits): UpstreamAnswer {
  const { status } = sent
  const headers = translation.headers((name) => sent.header(name))
  const events = /^text\/event-stream/i.test(sent.header('content-type') ?? '')
  const translated = (more: Readonly<Record<string, string>>, chunks: AsyncIterable<Uint8Array>, as = status) => ({
    status: as,
    header: (name: string) => (name === 'content-type' ? sent.header(name) : (more[name] ?? headers[name])),
    chunks,
  })
  if (events) return translated({}, translateEvents(sent.chunks, translation, limits))
  if (status < 300) {
    return translated(
      {},
      translateWhole(sent.chunks, limits, (value) => translation.answer(value)),
    )
  }
  // Known before the body is: clients act on an error's status and headers.
  const { status: as, headers: more } = translation.error(undefined, status)
  return translated(
    more,
    translateWhole(sent.chunks, limits, (value) => translation.error(value, status).body),
    as,
  )
}

async function* translateWhole(
  chunks: AsyncIterable<Uint8Array>,
  limits: Limits,
  work: (value: Json) => JsonObject,
): AsyncGenerator<Uint8Array, void, void> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > limits.answerBytes) throw invalid('an answer that is too large')
    parts.push(chunk)
  }
  const value = read(() => parseJsonBytes(concatBytes(parts), limits.depth))
  yield new TextEncoder().encode(JSON.stringify(work(value)))
}

async function* translateEvents(
  chunks: AsyncIterable<Uint8Array>,
  translation: Translation,
  limits: Limits,
): AsyncGenerator<Uint8Array, void, void> {
  const utf8 = new TextEncoder()
  const stream = translation.stream()
  for await (const events of readEvents(chunks, limits.eventCharacters)) {
    let out = ''
    for (const event of events) {
      if (event.is === 'comment') continue
      const data = event.data === '[DONE]' ? event.data : read(() => parseJson(event.data, limits.depth))
      for (const { name, data: told } of stream.push(data)) out += writeEvent(name, told)
    }
    if (out !== '') yield utf8.encode(out)
  }
  stream.end()
}

function read(parse: () => Json): Json {
  try {
    return parse()
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw invalid('an answer that is not JSON')
  }
}
function invalid(what: string): Denial {
  return new Denial('upstream_invalid', `the upstream sent ${what}`)
}
