/** The last step: what the caller gets, and the record of how it ended. */

import { type Maker, type Named, readListed } from './claims.ts'
import { isAllowed } from './decide.ts'
import { Denial, type DenialReason, describeFailure } from './errors.ts'
import { screenContent } from './files/contents.ts'
import { denialBody } from './formats/denials.ts'
import type { Screening } from './guard.ts'
import { uuid } from './ids.ts'
import type { LeakIndex } from './leaks.ts'
import { cutList } from './lists.ts'
import { formatOfLine } from './operations/lines.ts'
import { ownerKey, readCreated } from './own.ts'
import type { Host, VaultScope } from './ports.ts'
import { actionOf, coverage, createTally, decisionRecord, type Entry, outcomeRecord, type Tally } from './record.ts'
import { refuse } from './refusals.ts'
import { screenNothing, screenStream, screenWhole } from './screen.ts'
import { writeEvent } from './sse.ts'
import type { Answer, Call, Detector, Ending, Format, Grant, Id, Reason, UpstreamAnswer } from './types.ts'
import type { ReadableAnswer } from './upstream.ts'

/** What the caller may know of the upstream's answer, besides its body. */
const RETURNED = [
  'request-id',
  'x-request-id',
  'openai-processing-ms',
  'openai-version',
  'retry-after',
  'retry-after-ms',
  'x-should-retry',
  ...['limit', 'remaining', 'reset'].flatMap((what) => [
    `x-ratelimit-${what}-requests`,
    `x-ratelimit-${what}-tokens`,
    ...['requests', 'tokens', 'input-tokens', 'output-tokens'].map((of) => `anthropic-ratelimit-${of}-${what}`),
  ]),
]
const PROTOCOL_VALUE = /^[A-Za-z0-9][A-Za-z0-9 .,:_-]{0,127}$/

/** What is known of a call once it has been sent, and must be to read its answer. */
export interface Way {
  readonly grant: Grant
  readonly leaks: LeakIndex
  readonly scope: VaultScope
  readonly chain: Id | undefined
  readonly cited: Screening['cited']
  /** May see inspection channels; may see what others made. */
  readonly inspects: boolean
  readonly readsAll: boolean
  /** Whose it is what the answer says was made; and what it says only since the request did. */
  readonly maker: Maker | undefined
  readonly named: Named
  /** What the files of a form were scanned for, if it was line by line. */
  readonly purpose: string | undefined
  /** See Rim.ignored. */
  readonly ignored: readonly string[]
}

/** Screens an upstream's answer for the caller. The outcome is recorded when the answer has ended, however it ends. */
export async function deliver(answer: ReadableAnswer, entry: Entry, way: Way, call: Call, host: Host): Promise<Answer> {
  const { bundle, vault } = host
  const { format } = way.grant.operation
  const tally = (entry.tally = createTally())
  entry.upstreamStatus = answer.status
  const screening: Screening = {
    ...way,
    format,
    vault,
    tally,
    limits: bundle.settings.limits,
    rules: bundle.ruleset.rules,
    watch: createWatch(answer.status, way, host),
  }
  const headers = returnedHeaders(answer, entry, way.leaks.detector, way.grant)
  // Nothing is dropped in silence.
  if (way.ignored.length > 0) headers['x-parapet-ignored'] = way.ignored.join(', ')
  const { status } = answer
  if (answer.is === 'json' || answer.is === 'nothing') {
    const { chunks, is } = answer
    const body = await (is === 'json' ? screenWhole(chunks, screening) : screenNothing(chunks))
    tally.sent = true
    discard(entry, host)
    const ending = status < 300 ? 'complete' : 'upstream_error'
    host.background(append(entry, tally, { ending, reason: 'none', status }, host))
    const action = tally.edits.size > 0 ? 'transform' : headers['x-parapet-action']!
    return { status, headers: { ...headers, 'x-parapet-action': action }, body }
  }
  if (answer.is === 'file') {
    const expected = way.grant.operation.action === 'audio' ? ('audio' as const) : undefined
    const reading = { expected, formatOf: formatOfLine, pause: () => host.pause() }
    const content = screenContent(answer.chunks, screening, reading)
    const body = follow(content, { entry, tally, status, padding: 0, failed: breakOff }, call, host)
    return { status, headers: { ...headers, 'content-type': mediaType(answer) }, body }
  }
  const events = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' }
  const { padding } = bundle.settings
  const stream = screenStream(answer.chunks, screening)
  const body = follow(
    stream,
    { entry, tally, status, padding, failed: (denial) => tellFailure(denial, entry, format) },
    call,
    host,
  )
  return { status, headers: { ...headers, ...events }, body }
}

/** Claims what an answer says was made, and cuts lists to what the caller may read. */
function createWatch(status: number, way: Way, host: Host): Screening['watch'] {
  const { grant, maker, named, purpose } = way
  const { operation } = grant
  const { endpoint } = operation
  const claimed = new Set<string>()
  return async (value) => {
    if (status >= 300) return
    if (endpoint.owned === 'list') {
      await host.owners.claim(await readListed(value, operation, named, host.owners))
      await cutList(value, grant, way.readsAll, host)
    }
    if (!maker) return
    const ids = readCreated(value, endpoint.creates).filter((id) => !claimed.has(id) && !named.has(id))
    if (ids.length === 0) return
    for (const id of ids) claimed.add(id)
    const { api } = operation.format
    const purposes = purpose === undefined ? [undefined] : [undefined, purpose]
    const keys = ids.flatMap((id) => purposes.map((one) => ownerKey(api, id, one)))
    await host.owners.claim(keys.map((id) => ({ ...maker, id })))
  }
}

/** What the upstream calls a file, if that is the name of a media type and nothing more. */
function mediaType(answer: UpstreamAnswer): string {
  const type = /^[a-z]+\/[a-z0-9.+-]{1,100}(?=$|;)/i.exec(answer.header('content-type') ?? '')?.[0] ?? ''
  return type === '' ? 'application/octet-stream' : type.startsWith('text/') ? `${type}; charset=utf-8` : type
}

/** Thrown out of an answer's body, so that the host breaks the connection off: a file that is cut must not look whole. */
function breakOff(denial: Denial): never {
  throw denial
}
function tellFailure(denial: Denial, entry: Entry, format: Format): string {
  const events = format.stream.denied(denialBody(entry.api, denial, entry.id))
  return events.map(({ name, data }) => writeEvent(name, JSON.stringify(data))).join('')
}

interface Followed {
  readonly entry: Entry
  readonly tally: Tally
  readonly status: number
  /** See Settings.padding. */
  readonly padding: number
  /** What the caller is told where it went wrong. Never a clean end, never a cut text. */
  failed(denial: Denial): string
}

/** Passes a stream on to its end, and records how that was. */
async function* follow<Piece extends string | Uint8Array>(
  stream: AsyncGenerator<Piece, 'complete' | 'upstream_error', void>,
  { entry, tally, status, padding, failed }: Followed,
  call: Call,
  host: Host,
): AsyncGenerator<string | Uint8Array, void, void> {
  let end: { ending: Ending; reason: Reason } = { ending: 'client_abort', reason: 'client_gone' }
  try {
    for (;;) {
      const next = await stream.next()
      if (next.done) {
        end = { ending: next.value, reason: next.value === 'complete' ? 'none' : 'upstream_refused' }
        return
      }
      tally.sent = true
      yield padding > 0 ? pad(next.value, padding) : next.value
    }
  } catch (error) {
    if (!(error instanceof Denial)) host.warn(describeFailure(error))
    const denial = Denial.from(error)
    end = { ending: endingOf(denial.reason, call), reason: denial.reason }
    tally.sent = true
    yield failed(denial)
  } finally {
    await stream.return('complete')
    discard(entry, host)
    host.background(append(entry, tally, { ...end, status }, host))
  }
}

/** Events with a comment that fills them up to a multiple of `padding` bytes, so that their size tells less of what is in them. */
function pad(events: string | Uint8Array, padding: number): string | Uint8Array {
  if (typeof events !== 'string') return events
  const size = utf8.encode(events).length + COMMENT.length + 1
  return `${events}${COMMENT}${'-'.repeat((padding - (size % padding)) % padding)}\n`
}
const utf8 = new TextEncoder()
/** One line break after it: two would make an empty event, which breaks some clients. */
const COMMENT = ': '

/** Files that came with a call are not needed after it. */
function discard(entry: Entry, host: Host): void {
  for (const spool of entry.spools.splice(0)) host.background(spool.discard())
}

/** A denial as an answer, once it is on record. */
export async function deny(denial: Denial, entry: Entry, call: Call, host: Host): Promise<Answer> {
  discard(entry, host)
  try {
    await recordDenial(denial, entry, call, host)
  } catch {
    // The call is refused already; a log that cannot be written cannot refuse it more. The operator must know.
    host.warn(`decision log: the denial ${entry.id} could not be recorded`)
  }
  const headers: Record<string, string> = {
    ...ownHeaders(entry),
    'x-parapet-action': 'block',
    'content-type': 'application/json',
  }
  const refusal = refusalOf(denial, entry, host)
  if (refusal !== undefined) {
    const type = entry.operation?.stream ? 'text/event-stream; charset=utf-8' : 'application/json'
    return { status: 200, headers: { ...headers, 'content-type': type }, body: refusal }
  }
  if (!denial.retry) headers['x-should-retry'] = 'false'
  return { status: denial.status, headers, body: JSON.stringify(denialBody(entry.api, denial, entry.id)) }
}

/** What is said instead of an error, if the settings have it so, where data was the reason and a model would have answered. */
function refusalOf({ reason }: Denial, { id, operation }: Entry, host: Host): string | undefined {
  const { refusal } = host.bundle.settings
  return reason === 'guardrail_blocked' && refusal !== null && operation ? refuse(operation, refusal, id) : undefined
}

/** Calls without a principal are recorded at most this often: else anybody could fill the log. */
const SAMPLE_MS = 10_000

async function recordDenial(denial: Denial, entry: Entry, call: Call, host: Host): Promise<void> {
  const now = host.now()
  if (entry.recorded) {
    const end = { ending: endingOf(denial.reason, call), reason: denial.reason, status: denial.status }
    await append(entry, entry.tally ?? createTally(), end, host)
    return
  }
  const { nobody } = host
  if (denial.reason === 'unauthenticated') {
    if (now - nobody.recordedAt < SAMPLE_MS) {
      nobody.unrecorded++
      return
    }
    nobody.recordedAt = now
  }
  const unrecorded = entry.principal ? 0 : nobody.unrecorded
  if (!entry.principal) nobody.unrecorded = 0
  const { ruleset, access } = host.bundle
  await host.decisions.append(
    decisionRecord(entry, { now, ruleset: ruleset.digest, access: access.digest, unrecorded, denial }),
  )
}

/** Records how a call ended. */
export async function append(
  entry: Entry,
  tally: Tally,
  end: { ending: Ending; reason: Reason; status: number },
  host: Host,
): Promise<void> {
  try {
    const now = host.now()
    const facts = { id: uuid(now, host.random(10)), now, upstreamStatus: entry.upstreamStatus ?? 0, ...end }
    await host.decisions.append(outcomeRecord(entry, tally, facts))
  } catch {
    // The decision stands in the log without an outcome, which readers show as such.
    host.warn(`decision log: the outcome of ${entry.id} could not be recorded`)
  }
}

function endingOf(reason: DenialReason, call: Call): Ending {
  if (call.signal.aborted) return 'client_abort'
  switch (reason) {
    case 'guardrail_blocked':
      return 'blocked'
    case 'upstream_invalid':
      return 'upstream_invalid'
    case 'upstream_truncated':
      return 'upstream_truncated'
    case 'upstream_timeout':
      return 'timeout'
    case 'upstream_unreachable':
    case 'upstream_refused':
      return 'upstream_error'
    case 'client_gone':
      return 'client_abort'
    default:
      return 'failed'
  }
}

function ownHeaders(entry: Entry): Record<string, string> {
  const { scanned, total } = coverage(entry)
  return { 'x-parapet-decision': entry.id, 'x-parapet-coverage': `${scanned}/${total}` }
}

function returnedHeaders(
  answer: UpstreamAnswer,
  entry: Entry,
  detector: Detector,
  grant: Grant,
): Record<string, string> {
  const isClean = (text: string) =>
    isAllowed(grant, 'receive', detector.detect(text, { from: 0, final: true }).findings)
  const headers: Record<string, string> = {
    ...ownHeaders(entry),
    'x-parapet-action': actionOf(entry),
    'content-type': 'application/json',
  }
  for (const name of RETURNED) {
    const value = answer.header(name)
    if (value !== undefined && PROTOCOL_VALUE.test(value) && isClean(value)) headers[name] = value
  }
  return headers
}
