/** The census's bodies as they travel: calls, multipart forms, queries, streams and JSON Lines. */
import type { Census, CensusEndpoint, Ref } from '../../scripts/census/nodes.ts'
import type { Json, JsonObject } from '../../src/types.ts'
import { LIMITS, makeBodies, type Plant } from './census.ts'

export interface Sent {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  /** Empty if the call has none. */
  readonly body: string
}

/** The methods of the SDKs that call a route; names of ids in its path may differ. */
export function methodsOf(census: Census, route: Pick<CensusEndpoint, 'api' | 'method' | 'path'>): CensusEndpoint[] {
  const wanted = routeOf(route)
  return census.endpoints.filter((endpoint) => routeOf(endpoint) === wanted)
}

export function routeOf({ api, method, path }: Pick<CensusEndpoint, 'api' | 'method' | 'path'>): string {
  return `${api} ${method} ${path.replace(/\{[^}]*\}/g, '{}')}`
}

/** Calls that together hold every place of an endpoint's request: ids in the path, query and body. */
export function makeCalls({ types }: Census, endpoint: CensusEndpoint, plant: Plant, limits = LIMITS): Sent[] {
  const { method, path, query, body } = endpoint
  const queries = makeBodies([...types, { object: query }], types.length, prefixed(plant, 'query')).map(toQuery)
  const bodies = body === null ? [] : makeBodies(types, body, plant, limits)
  const count = Math.max(1, queries.length, bodies.length)
  return Array.from({ length: count }, (_, i) => {
    const value = bodies[i]
    return {
      method,
      path: path.replace(/\{([^}]*)\}/g, (_, name: string) => String(plant({ path: `path.${name}`, kind: 'string' }))),
      query: queries[i] ?? '',
      ...writeBody(endpoint, value),
    }
  })
}

/** A body as its method sends it; `undefined`: none. */
export function writeBody({ api, request }: CensusEndpoint, value: Json | undefined): Pick<Sent, 'headers' | 'body'> {
  const version: Record<string, string> = api === 'anthropic' ? { 'anthropic-version': '2026-10-21' } : {}
  if (value === undefined) return { headers: version, body: '' }
  const isForm = request === 'multipart' || (request === 'either' && holdsFile(value))
  const type = isForm ? `multipart/form-data; boundary=${BOUNDARY}` : 'application/json'
  const body = isForm ? toMultipart(value as JsonObject) : JSON.stringify(value)
  return { headers: { ...version, 'content-type': type }, body }
}

/** The same plant for places that stand outside of a body. */
function prefixed(plant: Plant, start: string): Plant {
  return (spot) => plant({ ...spot, path: `${start}.${spot.path}` })
}

/** Answers that together hold every place of a type, as JSON. */
export function makeAnswers({ types }: Census, root: Ref, plant: Plant): string[] {
  return makeBodies(types, root, plant).map((body) => JSON.stringify(body))
}

/** `a=1&b[]=2&c[d]=3`, as both SDKs write queries. */
export function toQuery(query: Json): string {
  return flatten(query as JsonObject)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
    .join('&')
}

export const BOUNDARY = 'boundary-of-the-census'

/** A form as both SDKs write one; files are what `makeBodies` puts there for binary places. */
export function toMultipart(form: JsonObject): string {
  const parts = flatten(form).map(([name, value]) => {
    const file = fileOf(value)
    const named = `Content-Disposition: form-data; name="${name}"`
    if (file === undefined) return `--${BOUNDARY}\r\n${named}\r\n\r\n${String(value)}\r\n`
    const headers = `${named}; filename="${file.name}"\r\nContent-Type: application/octet-stream`
    return `--${BOUNDARY}\r\n${headers}\r\n\r\n${file.content}\r\n`
  })
  return `${parts.join('')}--${BOUNDARY}--\r\n`
}

function fileOf(value: Json): { name: string; content: string } | undefined {
  return (value as { $file?: { name: string; content: string } } | null)?.$file
}

function holdsFile(value: Json | undefined): boolean {
  if (typeof value !== 'object' || value === null) return false
  return fileOf(value) !== undefined || Object.values(value).some(holdsFile)
}

function flatten(object: JsonObject): [string, Json][] {
  const visit = (name: string, value: Json): [string, Json][] => {
    if (Array.isArray(value)) return value.flatMap((one) => visit(`${name}[]`, one))
    if (typeof value !== 'object' || value === null || fileOf(value) !== undefined) return [[name, value]]
    return Object.entries(value).flatMap(([inner, one]) => visit(`${name}[${inner}]`, one))
  }
  return Object.entries(object).flatMap(([name, value]) => visit(name, value))
}

/** Server-sent events, named by their type as the vendors name them. */
export function toStream(events: readonly Json[], end = ''): string {
  const texts = events.map((event) => {
    const { type, event: name } = event as { type?: Json; event?: Json }
    const named = typeof type === 'string' ? type : name
    return `${typeof named === 'string' ? `event: ${named}\n` : ''}data: ${JSON.stringify(event)}\n\n`
  })
  return texts.join('') + end
}

export function toLines(values: readonly Json[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('')
}
