/** What a simulation is asked to do, as it is sent: `{as?, request, response?}`. */
import { Denial } from '../errors.ts'
import { asObject } from '../formats/shapes.ts'
import { id } from '../ids.ts'
import { DOMAINS, type Domain, type Id, type Json, type JsonObject, type Principal } from '../types.ts'

/** A call as a client would make it, without a credential. */
export interface SimulatedRequest {
  readonly method: string
  readonly path: string
  readonly query: string
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The body as it would be sent; empty for none. */
  readonly body: string
}
export interface Simulation {
  readonly as: Principal
  readonly request: SimulatedRequest
  /** What the upstream would answer: a JSON object, or the events of a stream; `undefined` to stop before. */
  readonly response: JsonObject | readonly JsonObject[] | undefined
}

/** Whoever is not told otherwise may invoke, and belongs to no group. */
const SOMEBODY: Principal = { id: id('simulated'), tenant: id('default'), domains: ['invoke'], groups: [] }
const MOST_HEADERS = 64
const LONGEST_PATH = 8192

/**
 * Reads a simulation. `caller`: who asks for it; who it is made for if nothing is said, and whose tenant that must be of.
 * @throws Denial that names a field, never a value
 */
export function readSimulation(value: Json, caller: Principal | undefined): Simulation {
  const fields = readObject(value, 'the body', undefined, ['as', 'request', 'response'])
  return {
    as: readPrincipal(fields.as, caller),
    request: readRequest(fields.request),
    response: readResponse(fields.response),
  }
}

function readPrincipal(value: Json | undefined, caller: Principal | undefined): Principal {
  if (value === undefined || value === null) return caller ?? SOMEBODY
  const fields = readObject(value, '`as`', 'as', ['id', 'tenant', 'domains', 'groups'])
  const tenant = readName(fields.tenant, 'as.tenant') ?? caller?.tenant ?? SOMEBODY.tenant
  // INVARIANT: nobody learns what another tenant may do.
  if (caller && tenant !== caller.tenant) {
    throw new Denial('permission_denied', '`as.tenant` must be your own', { param: 'as.tenant' })
  }
  const domains = readList(fields.domains, 'as.domains')
  if (domains?.some((domain) => !(DOMAINS as readonly string[]).includes(domain))) {
    throw unreadable(`\`as.domains\` is a list of ${DOMAINS.join(', ')}`, 'as.domains')
  }
  return {
    id: readName(fields.id, 'as.id') ?? SOMEBODY.id,
    tenant,
    domains: (domains as readonly string[] | undefined as readonly Domain[] | undefined) ?? SOMEBODY.domains,
    groups: readList(fields.groups, 'as.groups') ?? SOMEBODY.groups,
  }
}
function readName(value: Json | undefined, field: string): Id | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'string' || id(value) !== value) {
    throw unreadable(`\`${field}\` must be a name of letters, digits and . _ : / @ + -`, field)
  }
  return id(value)
}
function readList(value: Json | undefined, field: string): readonly Id[] | undefined {
  if (value === undefined) return undefined
  if (!Array.isArray(value)) throw unreadable(`\`${field}\` must be a list`, field)
  return value.map((one) => readName(one, field)!)
}

function readRequest(value: Json | undefined): SimulatedRequest {
  const fields = readObject(value, '`request`', 'request', ['method', 'path', 'headers', 'body'])
  const { method = 'POST', path, body } = fields
  if (typeof method !== 'string' || !/^[A-Z]{3,7}$/.test(method)) {
    throw unreadable('`request.method` must be a method such as POST', 'request.method')
  }
  if (typeof path !== 'string' || !path.startsWith('/') || path.length > LONGEST_PATH) {
    throw unreadable('`request.path` must be a path such as /v1/chat/completions', 'request.path')
  }
  const mark = path.indexOf('?')
  const headers = readHeaders(fields.headers)
  // Text is a body as it stands, also one that is no JSON.
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
  return {
    method,
    path: mark < 0 ? path : path.slice(0, mark),
    query: mark < 0 ? '' : path.slice(mark + 1),
    headers: text === '' || Object.hasOwn(headers, 'content-type') ? headers : { ...headers, ...JSON_BODY },
    body: text,
  }
}
const JSON_BODY = { 'content-type': 'application/json' }

function readHeaders(value: Json | undefined): Record<string, string> {
  if (value === undefined) return {}
  const fields = asObject(value)
  const entries = Object.entries(fields ?? {})
  if (!fields || entries.length > MOST_HEADERS || entries.some(([, one]) => typeof one !== 'string')) {
    throw unreadable('`request.headers` must be an object of strings', 'request.headers')
  }
  const headers = Object.fromEntries(entries.map(([name, one]) => [name.toLowerCase(), one as string]))
  if (Object.hasOwn(headers, 'authorization') || Object.hasOwn(headers, 'x-api-key')) {
    throw unreadable('`request.headers` must hold no key: `as` says who calls', 'request.headers')
  }
  return headers
}

function readResponse(value: Json | undefined): Simulation['response'] {
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value)) return readObject(value, '`response`', 'response')
  return value.map((event) => readObject(event, 'an event of `response`', 'response'))
}

/** `known`: the fields it may have. */
function readObject(
  value: Json | undefined,
  what: string,
  param: string | undefined,
  known?: readonly string[],
): JsonObject {
  const fields = asObject(value)
  if (!fields) throw unreadable(`${what} must be a JSON object`, param)
  if (known && Object.keys(fields).some((name) => !known.includes(name))) {
    throw unreadable(`${what} has an unknown field; it may have ${known.join(', ')}`, param)
  }
  return fields
}
function unreadable(message: string, param: string | undefined): Denial {
  return new Denial('unreadable_body', message, param === undefined ? {} : { param })
}
