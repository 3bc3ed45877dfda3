/** What a caller may read of stored things is what it made itself; more needs the permission to inspect. */
import { Denial } from './errors.ts'
import { asObject } from './formats/shapes.ts'
import type { Access, AccessAnswer, AccessRequest, Owners, Ownership } from './ports.ts'
import type { Address, Api, Endpoint, Grant, Id, Json, Operation, Principal, Segment } from './types.ts'

/** A body may name this many stored things. */
const MOST_REFERENCES = 1000

/**
 * A thing as owners know it: one id may be two things in two APIs. `purpose`: that of a file whose lines were scanned for it, which
 * is known of it besides who made it.
 */
export function ownerKey(api: Api, id: string, purpose?: string): string {
  return purpose === undefined ? `${api} ${id}` : `${api} ${purpose} ${id}`
}

export function isOwn(thing: Ownership | undefined, { tenant, id }: Principal): boolean {
  return thing !== undefined && thing.tenant === tenant && thing.principal === id
}

/** Who made the thing that the path names; `undefined` if it names none, or nobody made it through this proxy. */
export async function findOwner(address: Address, api: Api, owners: Owners): Promise<Ownership | undefined> {
  const [first] = Object.values(address.path)
  return typeof first === 'string' ? (await owners.find([ownerKey(api, first)]))[0] : undefined
}

/**
 * The owners of what a request refers to. @throws Denial `permission_denied` for a thing that is not the caller's, if it may not
 * inspect; and for a thing of another tenant
 */
export async function checkReferences(
  segments: readonly Segment[],
  { principal, operation }: Grant,
  access: Access,
  owners: Owners,
): Promise<Ownership[]> {
  const references = new Map<string, Segment>()
  for (const segment of segments) if (segment.kind === 'reference') references.set(segment.text, segment)
  // What has the look of an id is looked up wherever it stands: an API may have more ways to name a thing than formats know.
  const others = new Map<string, Segment>()
  for (const segment of segments) {
    if (isIdLike(segment) && !references.has(segment.text)) others.set(segment.text, segment)
  }
  if (references.size + others.size === 0) return []
  if (references.size + others.size > MOST_REFERENCES) {
    throw new Denial('body_too_large', `the body names more than ${MOST_REFERENCES} stored things`)
  }
  const { format } = operation
  const named = [...references.values(), ...others.values()]
  const found = await owners.find(named.map(({ text }) => ownerKey(format.api, text)))
  const own: Ownership[] = []
  for (const [i, { key, kind }] of named.entries()) {
    const thing = found[i]
    if (thing && isOwn(thing, principal)) {
      if (kind === 'reference') own.push(thing)
    } else if (thing && thing.tenant !== principal.tenant) throw foreign(key)
    else if (!thing && kind !== 'reference') continue
    else if (!thing && !askAbout(access, principal, 'readUnowned', operation).allowed) throw foreign(key)
    else if (!askAbout(access, principal, 'readStored', operation).allowed) throw foreign(key)
  }
  await checkScanned(segments, principal, operation, access, owners)
  return own
}

/**
 * Files whose lines are to be run must have been scanned for that, whatever the caller may inspect: a batch is calls, and a file that
 * did not pass through here was never ruled on. By field, not by id: one may be named twice. @throws Denial `permission_denied`
 */
async function checkScanned(
  segments: readonly Segment[],
  principal: Principal,
  operation: Operation,
  access: Access,
  owners: Owners,
): Promise<void> {
  const { endpoint, format } = operation
  const fields = new Map<string, string>()
  for (const { key = '', text, kind } of segments) {
    const purpose = kind === 'reference' ? readsAs(endpoint.reads, key) : undefined
    if (purpose !== undefined) fields.set(ownerKey(format.api, text, purpose), key)
  }
  if (fields.size === 0) return
  const scanned = await owners.find([...fields.keys()])
  const missing = [...fields.values()].find((_, i) => scanned[i]?.tenant !== principal.tenant)
  if (missing === undefined || askAbout(access, principal, 'runUnscanned', operation).allowed) return
  const message = `\`${missing}\` names a file that was not uploaded through Parapet for this`
  throw new Denial('permission_denied', message, { param: missing })
}

/** Ids of things that the vendors store: not those of calls of tools, of which every chat is full. */
const ID_LIKE =
  /^(?:asst|batch|cntr|container|conv|file|ft|ftjob|memstore|msg|msgbatch|resp|rs|run|sess|sesn|skill|thread|upload|video|vs|vsfb)[_-][A-Za-z0-9:_-]{6,200}$/
function isIdLike({ kind, text }: Segment): boolean {
  return (kind === 'string' || kind === 'identifier') && text.length <= 220 && ID_LIKE.test(text)
}
function readsAs(reads: Endpoint['reads'], key: string): string | undefined {
  return Object.entries(reads).find(([field]) => field === key.toLowerCase().replace(/[^a-z_]/g, ''))?.[1]
}

/** Whether the caller may call a model: then it may know of it. */
export function mayCall(principal: Principal, { purpose, stream }: Operation, model: Id, access: Access): boolean {
  const resource = { type: 'Model', id: model } as const
  return access.ask({ principal, action: 'chat', resource, context: { purpose, stream } }).allowed
}
/**
 * Asks policies about an operation: about the kind of stored things that it is on, and about the model that it names. Both must
 * allow it, so that a model which is forbidden cannot be had by way of a stored thing.
 */
export function askAbout(
  access: Access,
  principal: Principal,
  action: string,
  { endpoint, model, purpose, stream }: Operation,
): AccessAnswer {
  const resources: AccessRequest['resource'][] = []
  if (endpoint.on !== 'model') resources.push({ type: 'Collection', id: endpoint.on })
  if (endpoint.on === 'model' || model !== 'none') resources.push({ type: 'Model', id: model })
  const context = { purpose, stream }
  const answers = resources.map((resource) => access.ask({ principal, action, resource, context }))
  return {
    allowed: answers.every(({ allowed }) => allowed),
    policies: [...new Set(answers.flatMap(({ policies }) => policies))],
  }
}

function foreign(field: string | undefined): Denial {
  const message =
    'the request names a stored thing that this key did not make: reading others needs the inspect permission'
  return new Denial('permission_denied', message, field === undefined ? {} : { param: field })
}

/** Of one answer, more are not remembered. */
const MOST_MADE = 1000
/** An id as owners know it. */
const LONGEST_ID = 256

/**
 * Ids of what an answer, or an event of it, says was made. `fields` are keys joined by dots, `*` for any array position.
 * Events carry what was made under `response`.
 */
export function readCreated(answer: Json, fields: readonly string[]): readonly string[] {
  const thing = asObject(asObject(answer)?.response) ?? asObject(answer) ?? {}
  const ids = fields.flatMap((field) => follow(thing, field.split('.')))
  return [...new Set(ids)].slice(0, MOST_MADE)
}
function follow(value: Json | undefined, [key, ...rest]: readonly string[]): readonly string[] {
  if (key === undefined) return typeof value === 'string' && value !== '' && value.length <= LONGEST_ID ? [value] : []
  if (key === '*') return Array.isArray(value) ? value.flatMap((item) => follow(item, rest)) : []
  return follow(asObject(value)?.[key], rest)
}
