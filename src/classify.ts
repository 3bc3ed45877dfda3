import { Denial } from './errors.ts'
import { ENDPOINTS, type Endpoint } from './formats/index.ts'
import { asObject } from './formats/shapes.ts'
import { id } from './ids.ts'
import { JsonError, parseJsonBytes } from './json.ts'
import type { Api, Call, Id, Json, JsonObject, Limits, Operation } from './types.ts'

const PREFIX = '/anthropic'

/** Whose API the caller speaks: decides the shape of a denial, so it must be known before anything can fail. */
export function apiOf(call: Call): Api {
  const anthropic =
    call.path.startsWith(`${PREFIX}/`) || call.header('anthropic-version') !== undefined || call.path === '/v1/messages'
  return anthropic ? 'anthropic' : 'openai'
}

/**
 * The endpoint of a call, by exact method and path: nothing is decoded or normalised, so that no other spelling of a
 * path is anything but unmapped. @throws Denial `unmapped_operation`
 */
export function findEndpoint(call: Call): Endpoint {
  const api = apiOf(call)
  const path = call.path.startsWith(`${PREFIX}/`) ? call.path.slice(PREFIX.length) : call.path
  const endpoint = ENDPOINTS.find((one) => one.api === api && one.method === call.method && one.path === path)
  if (!endpoint) throw new Denial('unmapped_operation', 'Parapet does not serve this method and path')
  checkQuery(call.query, endpoint)
  return endpoint
}

function checkQuery(query: string, endpoint: Endpoint): void {
  if (query === '') return
  for (const part of query.split('&')) {
    const [name, value] = part.split('=')
    const wanted = Object.hasOwn(endpoint.query, name!) ? endpoint.query[name!] : undefined
    if (wanted === undefined || wanted !== value) {
      throw new Denial('unreadable_body', 'this operation takes no such query parameter', { param: 'query' })
    }
  }
}

/** Reads the body, and from it what is asked. @throws Denial naming the field, never a value */
export async function classify(
  call: Call,
  endpoint: Endpoint,
  limits: Limits,
): Promise<{ operation: Operation; body: JsonObject }> {
  const body = await readBody(call, limits)
  const { format } = endpoint
  const purpose = takeExtension(body)
  const stream = body.stream ?? false
  if (typeof stream !== 'boolean') throw unreadable('`stream` must be true or false', 'stream')
  const operation: Operation = {
    id: endpoint.id,
    format,
    domain: endpoint.domain,
    action: endpoint.action,
    needs: format.needs(body),
    model: readName(format.model(body), 'model'),
    stream,
    purpose,
  }
  return { operation, body }
}

async function readBody(call: Call, limits: Limits): Promise<JsonObject> {
  const type = call.header('content-type') ?? ''
  if (!/^application\/json *(?:; *charset="?utf-8"? *)?$/i.test(type)) {
    throw new Denial('unsupported_media_type', 'the body must be application/json in UTF-8', { param: 'content-type' })
  }
  const encoding = call.header('content-encoding') ?? 'identity'
  if (encoding.toLowerCase() !== 'identity') {
    throw new Denial('unsupported_media_type', 'the body must not be compressed', { param: 'content-encoding' })
  }
  const bytes = await call.read(limits.requestBytes)
  if (!bytes) throw new Denial('body_too_large', `the body is larger than ${limits.requestBytes} bytes`)
  let value: Json
  try {
    value = parseJsonBytes(bytes, limits.depth)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw unreadable(`the body holds ${describe(error)}`)
  }
  const body = asObject(value)
  if (!body) throw unreadable('the body must be a JSON object')
  return body
}

function describe({ problem, at }: JsonError): string {
  const where = at === undefined ? '' : ` (at character ${at})`
  if (problem === 'not valid JSON') return `no valid JSON${where}`
  if (problem === 'not valid UTF-8') return 'bytes that are not UTF-8'
  if (problem === 'nested too deeply') return `JSON that is nested too deeply${where}`
  return problem + where
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

function readName(value: Json | undefined, field: string): Id {
  if (typeof value !== 'string') throw unreadable(`\`${field}\` must be a string`, field)
  const name = id(value)
  if (name !== value) throw unreadable(`\`${field}\` must be a name of letters, digits and . _ : / @ + -`, field)
  return name
}

function unreadable(message: string, param?: string): Denial {
  return new Denial('unreadable_body', message, param === undefined ? {} : { param })
}
