import { Denial } from './errors.ts'
import type { Endpoint } from './formats/index.ts'
import type { Api, Call, JsonObject, Operation, Upstream, UpstreamRequest } from './types.ts'

/** The first upstream that speaks the caller's API and has the model. @throws Denial `no_upstream` */
export function route(operation: Operation, upstreams: readonly Upstream[]): Upstream {
  const found = upstreams.find(
    ({ api, models }) => api === operation.format.api && models.some((pattern) => matches(operation.model, pattern)),
  )
  if (!found) throw new Denial('no_upstream', 'no upstream is configured for this model', { param: 'model' })
  return found
}

/** `*` stands for any run of characters. Compared piece by piece: a pattern cannot make it slow. */
export function matches(name: string, pattern: string): boolean {
  const [first, ...rest] = pattern.split('*')
  if (!name.startsWith(first!)) return false
  if (rest.length === 0) return name.length === first!.length
  const last = rest.pop()!
  let at = first!.length
  for (const piece of rest) {
    const found = name.indexOf(piece, at)
    if (found < 0) return false
    at = found + piece.length
  }
  return name.length - last.length >= at && name.endsWith(last)
}

/** Headers of the caller that an upstream gets. Text in one refuses the call; all others stay here. */
const FORWARDED: Record<Api, readonly string[]> = {
  openai: ['openai-beta', 'idempotency-key'],
  anthropic: ['anthropic-beta', 'anthropic-version', 'idempotency-key'],
}
const PROTOCOL_VALUE = /^[A-Za-z0-9][A-Za-z0-9 ._,:=;-]{0,255}$/
const ANTHROPIC_VERSION = '2023-06-01'

/** What goes out. @throws Denial if a header holds text. The body is serialised from the tree that was scanned; the credential is the upstream's own. */
export function buildRequest(
  upstream: Upstream,
  endpoint: Endpoint,
  call: Call,
  operation: Operation,
  body: JsonObject,
  isClean: (text: string) => boolean,
): UpstreamRequest {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: operation.stream ? 'text/event-stream' : 'application/json',
  }
  for (const name of FORWARDED[upstream.api]) {
    const value = call.header(name)
    if (value === undefined) continue
    if (!PROTOCOL_VALUE.test(value) || !isClean(value)) {
      throw new Denial('guardrail_blocked', `the header ${name} holds what is no value of a protocol`, { param: name })
    }
    headers[name] = value
  }
  if (upstream.api === 'anthropic') headers['anthropic-version'] ??= ANTHROPIC_VERSION
  if (upstream.credential !== undefined) {
    if (upstream.api === 'anthropic') headers['x-api-key'] = upstream.credential
    else headers.authorization = `Bearer ${upstream.credential}`
  }
  // An OpenAI base URL ends with the version, an Anthropic one does not, as their SDKs have it.
  const path = upstream.api === 'openai' ? endpoint.path.replace(/^\/v1/, '') : endpoint.path
  const query = call.query === '' ? '' : `?${call.query}`
  return { method: endpoint.method, path: path + query, headers, body: JSON.stringify(body), stream: operation.stream }
}
