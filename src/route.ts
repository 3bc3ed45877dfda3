import { Denial } from './errors.ts'
import { hex } from './ids.ts'
import { fillPath } from './operations/index.ts'
import type { Ownership, Sha256 } from './ports.ts'
import type { Address, Api, Call, Grant, JsonObject, Operation, Stored, Upstream, UpstreamRequest } from './types.ts'

/**
 * The upstream that names the model most exactly; of several the first that speaks the caller's API, then the first. What the
 * call refers to decides before that: it is where it was made. @throws Denial `no_upstream`
 */
export function route(
  operation: Operation,
  owned: readonly Ownership[],
  upstreams: readonly Upstream[],
  translates: (operation: Operation) => boolean,
): Upstream {
  const { api } = operation.format
  const places = new Set(owned.map((thing) => thing.upstream))
  if (places.size > 1) {
    throw new Denial('no_upstream', 'the call refers to things at different upstreams, which none of them can serve')
  }
  const [place] = places
  if (place !== undefined) {
    const there = upstreams.find((one) => one.id === place && one.api === api)
    if (!there)
      throw new Denial('no_upstream', 'the upstream that has what the call refers to is not configured any more')
    if (operation.endpoint.on === 'model' && exactness(there, operation) < 0) throw noModel()
    return there
  }
  let best: Upstream | undefined
  let most = -1
  for (const upstream of upstreams) {
    if (upstream.api !== api && !translates(operation)) continue
    const exact = operation.endpoint.on === 'model' ? exactness(upstream, operation) : upstream.api === api ? 0 : -1
    const better = exact > most || (exact === most && best && best.api !== api && upstream.api === api)
    if (better && exact >= 0) {
      best = upstream
      most = exact
    }
  }
  if (!best) throw noModel()
  return best
}
function noModel(): Denial {
  return new Denial('no_upstream', 'no upstream is configured for this model', { param: 'model' })
}

/** Characters of the model's name that an upstream's list spells out; -1 if it does not have the model. */
function exactness({ models }: Upstream, { model }: Operation): number {
  const fits = models.filter((pattern) => matches(model, pattern))
  return fits.length === 0 ? -1 : Math.max(...fits.map((pattern) => pattern.replaceAll('*', '').length))
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
  openai: ['openai-beta', 'idempotency-key', 'x-client-request-id', 'x-stainless-retry-count'],
  anthropic: ['anthropic-beta', 'anthropic-version', 'idempotency-key', 'x-stainless-retry-count'],
}
const PROTOCOL_VALUE = /^[A-Za-z0-9][A-Za-z0-9 ._,:=;-]{0,1023}$/
const IDEMPOTENCY = 'idempotency-key'
/** INVARIANT: no caller is given the answer to another's call, by a key that both of them chose. A call again has the same key. */
function ownKey(parts: readonly string[], sha256: Sha256): string {
  return hex(sha256(new TextEncoder().encode(JSON.stringify(parts))))
}
const ANTHROPIC_VERSION = '2023-06-01'

/** The headers that go out: of the caller's those on the list, the credential is the upstream's own. @throws Denial if one holds text */
export function buildHeaders(
  upstream: Upstream,
  call: Call,
  { principal, operation }: Pick<Grant, 'principal' | 'operation'>,
  isClean: (text: string) => boolean,
  sha256: Sha256,
): Record<string, string> {
  const headers: Record<string, string> = { accept: operation.stream ? 'text/event-stream' : 'application/json' }
  if (operation.endpoint.answer === 'file') headers.accept = '*/*'
  for (const name of FORWARDED[upstream.api]) {
    const value = call.header(name)
    if (value === undefined) continue
    if (!PROTOCOL_VALUE.test(value) || !isClean(value)) {
      throw new Denial('guardrail_blocked', `the header ${name} holds what is no value of a protocol`, { param: name })
    }
    headers[name] = name === IDEMPOTENCY ? ownKey([principal.tenant, principal.id, value], sha256) : value
  }
  if (upstream.api === 'anthropic') headers['anthropic-version'] ??= ANTHROPIC_VERSION
  if (upstream.credential !== undefined) {
    if (upstream.api === 'anthropic') headers['x-api-key'] = upstream.credential
    else headers.authorization = `Bearer ${upstream.credential}`
  }
  return headers
}

/** What goes out: a body that is serialised from the tree that was scanned, or a form that was written from it. */
export function buildRequest(
  upstream: Upstream,
  operation: Operation,
  address: Address,
  headers: Record<string, string>,
  body: JsonObject | { readonly type: string; readonly content: Stored } | undefined,
  translated?: string,
): UpstreamRequest {
  const form = isForm(body) ? body : undefined
  const path = translated ?? fillPath(operation.endpoint.path, address.path)
  // What a query says to one API means nothing to the other.
  const query = translated === undefined ? writeQuery(address.query) : ''
  if (body) headers['content-type'] = form ? form.type : 'application/json'
  return {
    method: operation.endpoint.method,
    // An OpenAI base URL ends with the version, an Anthropic one does not, as their SDKs have it.
    path: (upstream.api === 'openai' ? path.replace(/^\/v1/, '') : path) + query,
    headers,
    body: form ? form.content : body && JSON.stringify(body),
    stream: operation.stream,
  }
}
function isForm(body: object | undefined): body is { readonly type: string; readonly content: Stored } {
  return body !== undefined && 'content' in body && typeof (body.content as Partial<Stored>).chunks === 'function'
}

function writeQuery(query: JsonObject): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => `${escapeQuery(name)}=${escapeQuery(String(one))}`),
  )
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}
/** Brackets stay, as the vendors' SDKs write them. */
function escapeQuery(text: string): string {
  return encodeURIComponent(text).replaceAll('%5B', '[').replaceAll('%5D', ']')
}
