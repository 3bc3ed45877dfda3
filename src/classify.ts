import { Denial } from './errors.ts'
import { readMultipart } from './files/multipart.ts'
import { asObject } from './formats/shapes.ts'
import { id } from './ids.ts'
import { JsonError, parseJsonBytes } from './json.ts'
import { findOperation } from './operations/index.ts'
import type { Spool, SpoolWriter } from './ports.ts'
import type { Address, Api, Call, Endpoint, Id, Json, JsonObject, Limits, Operation } from './types.ts'

const PREFIX = '/anthropic'
/** Paths that only Anthropic has, known without its version header. */
const ANTHROPIC = /^\/v1\/(?:messages|complete)(?:\/|$)/

/** Whose API the caller speaks: decides the shape of a denial, so it must be known before anything can fail. */
export function apiOf(call: Call): Api {
  const anthropic =
    call.path.startsWith(`${PREFIX}/`) || call.header('anthropic-version') !== undefined || ANTHROPIC.test(call.path)
  return anthropic ? 'anthropic' : 'openai'
}

/**
 * The endpoint of a call, by exact method and path: nothing is decoded or normalised, so that no other spelling of a
 * path is anything but unmapped. @throws Denial `unmapped_operation`
 */
export function findEndpoint(call: Call): { readonly endpoint: Endpoint; readonly address: Address } {
  const path = call.path.startsWith(`${PREFIX}/`) ? call.path.slice(PREFIX.length) : call.path
  const found = findOperation(apiOf(call), call.method, path)
  if (!found) throw new Denial('unmapped_operation', 'Parapet does not serve this method and path')
  return { endpoint: found.endpoint, address: { path: found.ids, query: readQuery(call.query, found.endpoint) } }
}

/** Query parameters, decoded. What the API does not have is refused: it could mean something to somebody. */
function readQuery(query: string, endpoint: Endpoint): JsonObject {
  const parameters: JsonObject = {}
  if (query === '') return parameters
  for (const [name, value] of query.split('&').map(decodePair)) {
    const bracket = name.indexOf('[')
    const field = bracket < 0 ? name : name.slice(0, bracket)
    const known = endpoint.query.includes(field) && (bracket < 0 || isBracketed(field, name.slice(bracket)))
    if (!known) throw unreadable('this operation takes no such query parameter', 'query')
    const before = Object.hasOwn(parameters, name) ? parameters[name] : undefined
    if (before !== undefined && !name.endsWith('[]')) throw unreadable('a query parameter is given twice', 'query')
    parameters[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value]
  }
  return parameters
}
/** `include[]`, which says the same as `include`; `metadata[key]`, `created_at[gte]`. No positions: who reads them is not known. */
function isBracketed(field: string, rest: string): boolean {
  if (rest === '[]') return true
  return field !== 'include' && /^\[[A-Za-z_][^[\]]{0,99}\](?:\[\])?$/.test(rest)
}
function decodePair(pair: string): [string, string] {
  const mark = pair.indexOf('=')
  const parts = mark < 0 ? [pair, ''] : [pair.slice(0, mark), pair.slice(mark + 1)]
  try {
    const [name, value] = parts.map((part) => decodeURIComponent(part.replaceAll('+', ' ')))
    return [name!, value!]
  } catch {
    throw unreadable('the query holds what is no percent-encoded UTF-8', 'query')
  }
}

/** A body as it was read. Of a form, `files` has the contents of the parts that are files, by what stands for them in `body`. */
export interface Body {
  /** `undefined`: the call has none. */
  readonly body: JsonObject | undefined
  readonly files: ReadonlyMap<JsonObject, Spool> | undefined
}

/** Reads the body, and from it what is asked. @throws Denial naming the field, never a value */
export async function classify(
  call: Call,
  { endpoint, address }: { readonly endpoint: Endpoint; readonly address: Address },
  limits: Limits,
  spool: () => Promise<SpoolWriter>,
): Promise<Body & { readonly operation: Operation }> {
  const { body, files } = await readBody(call, endpoint, limits, spool)
  const fields = body ?? {}
  const purpose = body && takeExtension(body)
  const operation: Operation = {
    id: endpoint.id,
    endpoint,
    format: endpoint.format,
    domain: endpoint.domain,
    action: endpoint.action,
    needs: endpoint.format.needs(mergeQuery(address.query, fields), limits),
    model: readModel(endpoint, address, fields),
    stream: endpoint.streams && readStream(body?.stream ?? address.query.stream),
    purpose,
  }
  return { operation, body, files }
}

async function readBody(
  call: Call,
  { request, upload }: Endpoint,
  limits: Limits,
  spool: () => Promise<SpoolWriter>,
): Promise<Body> {
  const type = call.header('content-type') ?? ''
  const encoding = call.header('content-encoding') ?? 'identity'
  if (encoding.toLowerCase() !== 'identity') {
    throw new Denial('unsupported_media_type', 'the body must not be compressed', { param: 'content-encoding' })
  }
  if (request === 'multipart' && /^multipart\/form-data *;/i.test(type)) {
    const { requestBytes, fileBytes } = limits
    const most = upload === 'part' ? Math.min(fileBytes, PART_BYTES) : fileBytes
    return readMultipart(call.chunks(), type, { spool, limits: { requestBytes, fileBytes: most } })
  }
  const bytes = await call.read(request === 'none' ? NOTHING : limits.requestBytes)
  if (request === 'none' && !bytes) throw unreadable('this operation takes no body')
  if (!bytes) throw new Denial('body_too_large', `the body is larger than ${limits.requestBytes} bytes`)
  if (bytes.length === 0 && request !== 'multipart' && type === '') return { body: undefined, files: undefined }
  if (!/^application\/json *(?:; *charset="?utf-8"? *)?$/i.test(type)) {
    const wanted = request === 'multipart' ? 'multipart/form-data' : 'application/json in UTF-8'
    throw new Denial('unsupported_media_type', `the body must be ${wanted}`, { param: 'content-type' })
  }
  // Some clients say that a body is JSON, and send none.
  if (bytes.length === 0 && request === 'none') return { body: undefined, files: undefined }
  const body = asObject(readJson(bytes, limits))
  if (!body) throw unreadable('the body must be a JSON object')
  if (request === 'none' && Object.keys(body).length > 0) throw unreadable('this operation takes no body')
  return { body: request === 'none' ? undefined : body, files: undefined }
}
/** A file that comes in parts: each may be as long as in the API. */
export const PART_BYTES = 64 * 1024 * 1024
/** Room for an empty object, which some clients send as the body of what takes none. Bytes. */
const NOTHING = 16

function readJson(bytes: Uint8Array, limits: Limits): Json {
  try {
    return parseJsonBytes(bytes, limits.depth)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw unreadable(`the body holds ${describe(error)}`)
  }
}
/** What is wrong with JSON, to follow "holds". */
export function describe({ problem, at }: JsonError): string {
  const where = at === undefined ? '' : ` (at character ${at})`
  if (problem === 'not valid JSON') return `no valid JSON${where}`
  if (problem === 'not valid UTF-8') return 'bytes that are not UTF-8'
  if (problem === 'nested too deeply') return `JSON that is nested too deeply${where}`
  return problem + where
}

/** INVARIANT: the model is read from one place, which is the one that the upstream reads: the address, or the body. */
function readModel({ on, answer, format }: Endpoint, { path, query }: Address, body: JsonObject): Id {
  const name = answer === 'socket' ? query.model : on === 'models' ? Object.values(path)[0] : format.model(body)
  if (on !== 'model' && (name === undefined || name === null)) return id('none')
  return readName(name, 'model')
}
function readName(value: Json | undefined, field: string): Id {
  if (typeof value !== 'string') throw unreadable(`\`${field}\` must be a string`, field)
  const name = id(value)
  if (name !== value) throw unreadable(`\`${field}\` must be a name of letters, digits and . _ : / @ + -`, field)
  return name
}

/** What is asked for in the query is asked for beside what is in the body: `include[]`, `include` and the body's are one list. */
function mergeQuery(query: JsonObject, body: JsonObject): JsonObject {
  const merged: JsonObject = {}
  for (const [name, value] of [...Object.entries(query), ...Object.entries(body)]) {
    // Of a body's fields only this one: the rest are not spelt so.
    const field = Object.hasOwn(query, name) ? name.replace(/\[\]$/, '') : name === 'include[]' ? 'include' : name
    const before = merged[field]
    merged[field] = before === undefined || field !== 'include' ? value : [...listOf(before), ...listOf(value)]
  }
  return merged
}
function listOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [value]
}

/** In JSON a boolean; in a form or a query its name. */
function readStream(stream: Json | undefined): boolean {
  if (stream === undefined || stream === null || stream === false || stream === 'false') return false
  if (stream === true || stream === 'true') return true
  throw unreadable('`stream` must be true or false', 'stream')
}

/** Takes our extension out of the body, `"parapet": { "purpose" }`, and returns the purpose. */
function takeExtension(body: JsonObject): Id | undefined {
  if (!Object.hasOwn(body, 'parapet')) return undefined
  const extension = asObject(body.parapet)
  if (!extension) throw unreadable('`parapet` must be an object', 'parapet')
  delete body.parapet
  for (const key of Object.keys(extension)) {
    if (key === 'context') throw unreadable('`parapet.context` is not served by this version', 'parapet.context')
    if (key !== 'purpose') throw unreadable('`parapet` has an unknown field; it may have `purpose`', 'parapet')
  }
  const { purpose } = extension
  if (purpose === undefined) return undefined
  // Letters only: a purpose stands in records.
  if (typeof purpose !== 'string' || !/^[a-z][a-z-]{0,31}$/.test(purpose)) {
    throw unreadable('`parapet.purpose` must be a name of lower-case letters and hyphens', 'parapet.purpose')
  }
  return id(purpose)
}

function unreadable(message: string, param?: string): Denial {
  return new Denial('unreadable_body', message, param === undefined ? {} : { param })
}
