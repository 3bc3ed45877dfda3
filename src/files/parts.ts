/**
 * Files that come in parts (OpenAI's Uploads). A part may begin in the middle of a character, a value or a line, so that nothing
 * of it can be looked at alone: parts are kept here, and go out as one file when they are complete, as if it had been sent with
 * POST /v1/files.
 */
import { authorize } from '../authorize.ts'
import { concatBytes, inBlocks } from '../bytes.ts'
import { PART_BYTES } from '../classify.ts'
import { Denial } from '../errors.ts'
import { asObject } from '../formats/shapes.ts'
import { hex } from '../ids.ts'
import { JsonError, parseJsonBytes } from '../json.ts'
import { base32 } from '../keys.ts'
import { findOperation } from '../operations/index.ts'
import { isOwn } from '../own.ts'
import type { Host, KeptUpload, Ownership, Spool, Upload, VaultScope } from '../ports.ts'
import type { Rim } from '../translation.ts'
import type { Call, Grant, Id, Json, JsonObject, UpstreamAnswer } from '../types.ts'
import type { ReadableAnswer } from '../upstream.ts'
import { isMediaType } from './form-heads.ts'
import { type RewrittenForm, rewriteForm } from './forms.ts'
import { writeMultipart } from './multipart.ts'
import type { FileSummary } from './upload-judging.ts'

/** As in the API. */
const LASTS_MS = 3600_000
/** As much is read at once. */
const BLOCK = 64 * 1024
/** Of a file's size, this much may be announced for a key's unfinished uploads; and a tenant has room for as many keys' that are full. */
const FILES = 4
const KEYS = 4

/** A call about an upload, as it may be sent. */
export interface Asked {
  readonly grant: Grant
  readonly body: JsonObject
  readonly files: ReadonlyMap<JsonObject, Spool> | undefined
  readonly path: JsonObject
  /** Who made the upload that the path names. */
  readonly owner: Ownership | undefined
}

/**
 * What Parapet answers itself, since nothing leaves: to be done when the decision is on record. `undefined` for other calls.
 * @throws Denial if there is something wrong with the call
 */
export function keepUpload(asked: Asked, host: Host): (() => Promise<ReadableAnswer>) | undefined {
  switch (asked.grant.operation.endpoint.upload) {
    case 'create':
      return begin(asked, host)
    case 'part':
      return addPart(asked, host)
    case 'cancel':
      return cancel(asked, host)
    default:
      return undefined
  }
}

function begin({ body, grant }: Asked, host: Host): () => Promise<ReadableAnswer> {
  const { fileBytes, pendingUploads } = host.bundle.settings.limits
  const { bytes, fields } = readAnnounced(body, fileBytes)
  // Whole seconds, as they are told.
  const created = Math.floor(host.now() / 1000) * 1000
  const { id: principal, tenant } = grant.principal
  const id = `upload_${base32(host.random(15))}`
  const upload: Upload = { id, tenant, fields, bytes, created, expires: created + LASTS_MS }
  return async () => {
    const key = { uploads: pendingUploads, bytes: FILES * fileBytes }
    const whole = { uploads: KEYS * key.uploads, bytes: KEYS * key.bytes }
    if (!(await host.parts.create(upload, { principal, key, tenant: whole }))) throw noRoom()
    return answer(describe(upload, 'pending'))
  }
}

function addPart(asked: Asked, host: Host): () => Promise<ReadableAnswer> {
  const { body, files } = asked
  const upload = nameOf(asked)
  const content = files?.get(asObject(body.data) ?? {})
  if (!content || Object.keys(body).length > 1) throw wrong('the form must have one field, the file `data`', 'data')
  const part = `part_${base32(host.random(15))}`
  const created_at = Math.floor(host.now() / 1000)
  return async () => {
    const kept = await host.parts.find(upload)
    if (kept?.status !== 'pending') throw notPending(kept)
    if (content.size > kept.bytes) throw tooMuch()
    // Clients send a part again if its answer was lost.
    const room = kept.bytes + Math.min(kept.bytes, PART_BYTES)
    if (!(await host.parts.add(upload, part, content, room))) {
      const now = await host.parts.find(upload)
      throw now?.status === 'pending' ? tooMuch() : notPending(now)
    }
    return answer({ id: part, created_at, object: 'upload.part', upload_id: upload })
  }
}

function cancel(asked: Asked, host: Host): () => Promise<ReadableAnswer> {
  const upload = nameOf(asked)
  return async () => {
    const kept = await host.parts.find(upload)
    if (!kept || !(await host.parts.move(upload, ['pending', 'cancelled'], 'cancelled'))) throw notPending(kept)
    await host.parts.clear(upload)
    return answer(describe(kept, 'cancelled'))
  }
}

/** A form as it may be sent. `rim`: how what the upstream says is told, where it is not as it says it. */
export interface WrittenForm extends RewrittenForm {
  readonly rim?: Rim
}
interface Going {
  readonly scope: VaultScope
  readonly chain: Id | undefined
}

/**
 * The form that goes out, of a call that has one: with its files rewritten, or with all of an upload as one file. Whoever has it
 * must discard `made`. @throws Denial that names the line of a file, and never quotes it
 */
export async function writeForm(
  asked: Asked,
  summary: FileSummary | undefined,
  going: Going,
  call: Call,
  host: Host,
): Promise<WrittenForm | undefined> {
  const { grant, body, files } = asked
  const { upload } = grant.operation.endpoint
  if (!summary) return undefined
  if (upload === 'complete') return joinUpload(asked, summary, going, call, host)
  return files && !upload ? rewriteForm(body, files, summary, { ...going, grant }, call, host) : undefined
}

/**
 * Puts an upload together and rewrites it, as one file. Until what was made is discarded nobody else can complete it, cancel it
 * or add to it; then it is pending again, unless the upstream has taken it.
 */
async function joinUpload(
  asked: Asked,
  summary: FileSummary,
  going: Going,
  call: Call,
  host: Host,
): Promise<WrittenForm> {
  const { parts } = host
  const upload = nameOf(asked)
  const { partIds, md5 } = readCompletion(asked.body)
  if (!(await parts.move(upload, ['pending'], 'completing'))) throw notPending(await parts.find(upload))
  let taken = false
  let ended = false
  async function end(): Promise<void> {
    if (ended) return
    ended = true
    if (taken) await parts.clear(upload)
    else await parts.move(upload, ['completing'], 'pending')
  }
  try {
    const kept = await parts.find(upload)
    if (!kept) throw notPending(kept)
    const whole: Spool = {
      size: sizeOf(partIds, kept),
      // INVARIANT: where it was cut does not show: what a file is, is read off the first of its chunks.
      chunks: () => inBlocks(contents(), BLOCK),
      discard: end,
    }
    if (md5 !== undefined) await checkMd5(whole, md5, host)
    const { form, files } = formOf(kept.fields, whole)
    const grant = authorizeFile(asked.grant, form, host)
    for (const policy of grant.policies) summary.policies.add(policy)
    const rewritten = await rewriteForm(form, files, summary, { ...going, grant }, call, host)
    const answerAs = (sent: UpstreamAnswer): UpstreamAnswer => {
      if (sent.status >= 300) return sent
      return {
        ...sent,
        header: (name) => sent.header(name),
        chunks: tellFile(sent.chunks, async () => {
          taken = await parts.move(upload, ['completing'], 'completed')
          return describe(kept, 'completed')
        }),
      }
    }
    const rim: Rim = { path: '/v1/files', body: {}, ignored: [], answer: answerAs }
    return { ...rewritten, made: [...rewritten.made, whole], rim }
  } catch (error) {
    await end()
    throw error
  }

  async function* contents(): AsyncGenerator<Uint8Array, void, void> {
    for (const part of partIds) yield* parts.read(upload, part)
  }
  /** The upstream's file object, in the upload. */
  async function* tellFile(
    chunks: AsyncIterable<Uint8Array>,
    complete: () => Promise<JsonObject>,
  ): AsyncGenerator<Uint8Array, void, void> {
    const file = await readFile(chunks, host)
    yield encode({ ...(await complete()), file })
  }
}

async function readFile(chunks: AsyncIterable<Uint8Array>, host: Host): Promise<Json> {
  const { answerBytes, depth } = host.bundle.settings.limits
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > answerBytes) throw new Denial('upstream_invalid', 'the upstream sent an answer that is too large')
    pieces.push(chunk)
  }
  try {
    const file = asObject(parseJsonBytes(concatBytes(pieces), depth))
    if (file) return file
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
  }
  throw new Denial('upstream_invalid', 'the upstream sent an answer that is not a JSON object')
}

/** May the caller send this file? Asked again, since an hour may have passed. @throws Denial */
function authorizeFile({ principal, operation }: Grant, form: JsonObject, { bundle }: Host): Grant {
  const { endpoint } = findOperation('openai', 'POST', '/v1/files')!
  const { id, format, domain, action } = endpoint
  const needs = format.needs(form, bundle.settings.limits)
  return authorize(principal, { ...operation, id, endpoint, format, domain, action, needs }, undefined, bundle.access)
}

async function checkMd5(whole: Spool, told: string, host: Host): Promise<void> {
  const hash = host.md5()
  for await (const chunk of whole.chunks()) {
    hash.update(chunk)
    await host.pause()
  }
  if (hex(hash.digest()) !== told) throw wrong('`md5` is not that of the parts in this order', 'md5')
}

/** @throws Denial unless the parts are those of the upload, each once, and as long as was announced */
function sizeOf(partIds: readonly string[], { parts, bytes }: KeptUpload): number {
  const sizes = new Map(parts.map(({ id, size }) => [id, size]))
  let sum = 0
  for (const id of partIds) {
    const size = sizes.get(id)
    if (size === undefined)
      throw wrong('`part_ids` names a part that this upload does not have, or one twice', 'part_ids')
    sizes.delete(id)
    sum += size
  }
  if (sum !== bytes) {
    throw wrong('the parts together are not as long as `bytes` announced', 'part_ids')
  }
  return sum
}

/** The form that POST /v1/files takes. */
function formOf(
  { filename, mime_type, purpose, expires_after }: JsonObject,
  whole: Spool,
): { readonly form: JsonObject; readonly files: ReadonlyMap<JsonObject, Spool> } {
  const file: JsonObject = { filename: filename!, content_type: mime_type! }
  const form: JsonObject = { purpose: purpose!, file }
  for (const [name, value] of Object.entries(asObject(expires_after) ?? {})) {
    form[`expires_after[${name}]`] = String(value)
  }
  return { form, files: new Map([[file, whole]]) }
}

/** @throws Denial */
function readAnnounced(body: JsonObject, most: number): { readonly bytes: number; readonly fields: JsonObject } {
  const { bytes, expires_after, ...fields } = body
  if (!Number.isSafeInteger(bytes) || (bytes as number) < 1) throw wrong('`bytes` must be a whole number', 'bytes')
  if ((bytes as number) > most) {
    throw new Denial('body_too_large', `\`bytes\` is more than ${most}`, { param: 'bytes' })
  }
  for (const name of ['filename', 'purpose', 'mime_type']) {
    if (typeof fields[name] !== 'string' || fields[name] === '') throw wrong(`\`${name}\` must be a text`, name)
  }
  if (Object.keys(fields).length > 3) throw wrong('an upload has no such field')
  if (!isMediaType(fields.mime_type as string)) throw wrong('`mime_type` must be a media type', 'mime_type')
  if (expires_after !== undefined && expires_after !== null) fields.expires_after = readExpiry(expires_after)
  const { form, files } = formOf(fields, NO_FILE)
  // Only to know that it can be written.
  writeMultipart(form, files, 'b')
  return { bytes: bytes as number, fields }
}
const NO_FILE: Spool = { size: 0, async *chunks() {}, async discard() {} }

function readExpiry(value: Json): JsonObject {
  const { anchor, seconds, ...rest } = asObject(value) ?? {}
  const fits = Number.isSafeInteger(seconds) && (seconds as number) >= 3600 && (seconds as number) <= 2_592_000
  if (anchor !== 'created_at' || !fits || Object.keys(rest).length > 0) {
    throw wrong('`expires_after` must have the anchor created_at and 3600 to 2592000 seconds', 'expires_after')
  }
  return { anchor, seconds: seconds! }
}

/** @throws Denial */
function readCompletion(body: JsonObject): { readonly partIds: readonly string[]; readonly md5: string | undefined } {
  const { part_ids, md5, ...rest } = body
  const partIds = Array.isArray(part_ids) ? part_ids.filter((one) => typeof one === 'string') : []
  if (!Array.isArray(part_ids) || partIds.length !== part_ids.length) {
    throw wrong('`part_ids` must be a list of ids', 'part_ids')
  }
  if (Object.keys(rest).length > 0) throw wrong('the completion of an upload has no such field')
  if (md5 === undefined || md5 === null) return { partIds, md5: undefined }
  if (typeof md5 !== 'string' || !/^[0-9a-f]{32}$/i.test(md5)) throw wrong('`md5` must be 32 hex digits', 'md5')
  return { partIds, md5: md5.toLowerCase() }
}

/** The upload that the path names. INVARIANT: nobody adds to what another sends, whatever it may inspect. */
function nameOf({ path, owner, grant }: Asked): string {
  const { upload_id } = path
  if (typeof upload_id !== 'string' || !isOwn(owner, grant.principal)) {
    throw new Denial('permission_denied', 'this key did not begin this upload')
  }
  return upload_id
}

function describe({ id, fields, bytes, created, expires }: Upload, status: string): JsonObject {
  return {
    id,
    object: 'upload',
    bytes,
    created_at: created / 1000,
    expires_at: expires / 1000,
    filename: fields.filename!,
    purpose: fields.purpose!,
    status,
  }
}

function answer(value: JsonObject): ReadableAnswer {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield encode(value)
  }
  return { is: 'json', status: 200, header: () => undefined, chunks: chunks() }
}
function encode(value: JsonObject): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}

function notPending(kept: KeptUpload | undefined): Denial {
  switch (kept?.status) {
    case undefined:
      return wrong('this upload has expired: an upload lasts an hour', 'upload_id')
    case 'cancelled':
      return wrong('this upload was cancelled', 'upload_id')
    case 'completed':
      return wrong('this upload is completed', 'upload_id')
    default:
      return wrong('this upload is being completed', 'upload_id')
  }
}
function noRoom(): Denial {
  const message =
    'too much is announced for uploads that are unfinished: complete or cancel one; an upload lasts an hour'
  return new Denial('body_too_large', message, { param: 'bytes' })
}
function tooMuch(): Denial {
  return wrong('the parts are more than the `bytes` that were announced', 'data')
}
function wrong(message: string, param?: string): Denial {
  return new Denial('unreadable_body', message, param === undefined ? {} : { param })
}
