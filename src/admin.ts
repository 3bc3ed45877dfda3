/** The decision log over HTTP, for whoever may inspect: their own tenant's records, and no others. And simulations, for those who administer, too. */
import type { Context } from 'hono'
import { authenticate } from './authenticate.ts'
import { concatBytes } from './bytes.ts'
import { describe } from './classify.ts'
import { Denial } from './errors.ts'
import { denialBody } from './formats/denials.ts'
import { id } from './ids.ts'
import { JsonError, parseJsonBytes } from './json.ts'
import type { DecisionQuery, Host, LogEntry } from './ports.ts'
import { SIMULATION_BYTES, simulate } from './simulate.ts'
import { readSimulation } from './simulation/read.ts'
import type { DecisionRecord, Json, OutcomeRecord, Principal } from './types.ts'

/** A decision as it is given out. */
export type DecisionView = {
  readonly seq: number
  readonly hash: string
  readonly outcome: OutcomeRecord | null
} & DecisionRecord

/** The size of a page, if the caller does not say, and at most. */
const PAGE = 50
const LONGEST_PAGE = 200
const KNOWN = ['limit', 'cursor', 'action']
export const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** A query that cannot be read. Names the parameter, never its value. */
export class BadQuery extends Error {
  readonly param: string

  constructor(param: string, message: string) {
    super(message)
    this.param = param
  }
}

/** `GET /parapet/v1/decisions`: a page of decisions, newest first, and the cursor of the next page. */
export async function readDecisions(c: Context, host: Host): Promise<Response> {
  return answer(c, host, async ({ tenant }) => {
    const query = readQuery(new URL(c.req.url).searchParams)
    const { entries, next } = await searchPage(tenant, query, host)
    return c.json({ decisions: entries.map(view), next: next === undefined ? null : String(next) })
  })
}

/** `GET /parapet/v1/decisions/{id}`: one decision and its outcome. */
export async function readDecision(c: Context, host: Host): Promise<Response> {
  return answer(c, host, async ({ tenant }) => {
    readQuery(new URL(c.req.url).searchParams, [])
    const entry = await findEntry(tenant, c.req.param('id') ?? '', host)
    return entry ? c.json(view(entry)) : refuse(c, 404, 'not_found', 'there is no such decision')
  })
}

/** `POST /parapet/v1/simulate`: what would become of a call, and why. */
export async function simulateCall(c: Context, host: Host): Promise<Response> {
  const may = (principal: Principal) => authorizeFor('simulate', principal, host.bundle)
  return answer(
    c,
    host,
    async (principal) => {
      readQuery(new URL(c.req.url).searchParams, [])
      const simulation = readSimulation(await readBody(c, host), principal)
      return c.json(await simulate(simulation, host, c.req.raw.signal))
    },
    may,
  )
}

/** A body of JSON, which is bounded. @throws Denial */
async function readBody(c: Context, { bundle }: Host): Promise<Json> {
  if (!/^application\/json *(?:;|$)/i.test(c.req.header('content-type') ?? '')) {
    throw new Denial('unsupported_media_type', 'the body must be application/json', { param: 'content-type' })
  }
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = c.req.raw.body?.getReader()
  for (let next = await reader?.read(); next?.value; next = await reader!.read()) {
    size += next.value.length
    if (size > SIMULATION_BYTES) {
      await reader!.cancel()
      throw new Denial('body_too_large', `the body is larger than ${SIMULATION_BYTES} bytes`)
    }
    chunks.push(next.value)
  }
  try {
    // Two levels are ours.
    return parseJsonBytes(concatBytes(chunks), bundle.settings.limits.depth + 2)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw new Denial('unreadable_body', `the body holds ${describe(error)}`)
  }
}

/** Asks policy whether this principal may read the decision log of its own tenant. @throws Denial `permission_denied` */
export function authorizeReading(principal: Principal, bundle: Host['bundle']): void {
  authorizeFor('readDecisions', principal, bundle)
}
const NEEDED = { readDecisions: 'inspect', simulate: 'inspect or the admin' } as const
function authorizeFor(action: keyof typeof NEEDED, principal: Principal, { access }: Host['bundle']): void {
  const { allowed, policies } = access.ask({
    principal,
    action,
    resource: { type: 'Log', id: principal.tenant },
    context: { purpose: undefined, stream: false },
  })
  if (!allowed)
    throw new Denial('permission_denied', `this key does not have the ${NEEDED[action]} permission`, { policies })
}

/** Reads `limit`, `cursor` and `action`, or those of them that are `known`. @throws BadQuery */
export function readQuery(params: URLSearchParams, known: readonly string[] = KNOWN): DecisionQuery {
  const seen = new Set<string>()
  for (const name of params.keys()) {
    if (!known.includes(name)) {
      const list = known.length > 0 ? `it takes ${known.join(', ')}` : 'it takes none'
      // A name that is not just a word could be a value that slipped.
      const param = /^[a-z]{1,16}$/.test(name) ? name : 'query'
      throw new BadQuery(param, `this operation does not take such a query parameter; ${list}`)
    }
    if (seen.has(name)) throw new BadQuery(name, `\`${name}\` is given twice`)
    seen.add(name)
  }
  const limit = params.get('limit')
  const cursor = params.get('cursor')
  const action = params.get('action')
  if (limit !== null && !(/^[1-9]\d{0,2}$/.test(limit) && Number(limit) <= LONGEST_PAGE)) {
    throw new BadQuery('limit', `\`limit\` must be a whole number from 1 to ${LONGEST_PAGE}`)
  }
  if (cursor !== null && !isSeq(cursor)) throw new BadQuery('cursor', '`cursor` must be the `next` of an earlier page')
  if (action !== null && action !== 'allow' && action !== 'transform' && action !== 'block') {
    throw new BadQuery('action', '`action` must be allow, transform or block')
  }
  return {
    limit: limit === null ? PAGE : Number(limit),
    before: cursor === null ? undefined : Number(cursor),
    action: action ?? undefined,
  }
}

/** Whether a text is a record's number: at most 15 digits, which a double holds exactly. */
export function isSeq(text: string): boolean {
  return /^[1-9]\d{0,14}$/.test(text)
}

/** A page of entries, and where the next begins if there is one. */
export async function searchPage(
  tenant: Principal['tenant'],
  query: DecisionQuery,
  host: Host,
): Promise<{ entries: readonly LogEntry[]; next: number | undefined }> {
  // One more than asked for tells whether there is another page.
  const found = await host.index.search(tenant, { ...query, limit: query.limit + 1 })
  const entries = found.slice(0, query.limit)
  return { entries, next: found.length > entries.length ? entries.at(-1)?.seq : undefined }
}

/** A decision by its id; `undefined` if it is not of the shape of one, is unknown, or another tenant's. */
export async function findEntry(
  tenant: Principal['tenant'],
  wanted: string,
  host: Host,
): Promise<LogEntry | undefined> {
  return UUID.test(wanted) ? host.index.get(tenant, wanted) : undefined
}

export function view({ seq, hash, decision, outcome }: LogEntry): DecisionView {
  return { seq, hash, ...decision, outcome: outcome ?? null }
}

/** Lets the caller in, and turns what goes wrong into an error of OpenAI's shape. */
async function answer(
  c: Context,
  host: Host,
  read: (principal: Principal) => Promise<Response>,
  may = (principal: Principal) => authorizeReading(principal, host.bundle),
): Promise<Response> {
  c.header('cache-control', 'no-store')
  try {
    const call = { header: (name: string) => c.req.header(name) }
    const principal = await authenticate(call, host.directory, host.sha256, host.now())
    may(principal)
    return await read(principal)
  } catch (error) {
    if (error instanceof BadQuery) return refuse(c, 400, 'invalid_parameter', error.message, error.param)
    const denial = Denial.from(error)
    if (denial.reason === 'internal') host.warn('a request about the decision log, or a simulation, failed')
    if (!denial.retry) c.header('x-should-retry', 'false')
    return c.json(denialBody('openai', denial, id('none')), denial.status as 400 | 401 | 403 | 413 | 415 | 503)
  }
}

function refuse(c: Context, status: 400 | 404, code: string, message: string, param?: string): Response {
  c.header('x-should-retry', 'false')
  return c.json({ error: { message, type: 'invalid_request_error', param: param ?? null, code } }, status)
}
