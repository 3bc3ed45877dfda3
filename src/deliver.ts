/** The last step: what the caller gets, and the record of how it ended. */
import { Denial, type DenialReason, describeFailure } from './errors.ts'
import { denialBody } from './formats/denials.ts'
import type { Screening } from './guard.ts'
import { uuid } from './ids.ts'
import type { LeakIndex } from './leaks.ts'
import type { Host, VaultScope } from './ports.ts'
import { createTally, decisionRecord, type Entry, outcomeRecord, type Tally } from './record.ts'
import { screenStream, screenWhole } from './screen.ts'
import { writeEvent } from './sse.ts'
import type { Answer, Call, Detector, Ending, Grant, Reason, UpstreamAnswer } from './types.ts'

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

/** Screens an upstream's answer for the caller. The outcome is recorded when the answer has ended, however it ends. */
export async function deliver(
  answer: UpstreamAnswer & { readonly streamed: boolean },
  entry: Entry,
  way: { grant: Grant; leaks: LeakIndex; scope: VaultScope; inspects: boolean },
  call: Call,
  host: Host,
): Promise<Answer> {
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
  }
  const headers = returnedHeaders(answer, entry, way.leaks.detector)
  if (!answer.streamed) {
    const body = await screenWhole(answer.chunks, screening)
    tally.sent = true
    const ending = answer.status < 300 ? 'complete' : 'upstream_error'
    host.background(append(entry, tally, { ending, reason: 'none', status: answer.status }, host))
    const action = tally.edits.size > 0 ? 'transform' : headers['x-parapet-action']!
    return { status: answer.status, headers: { ...headers, 'x-parapet-action': action }, body }
  }
  return {
    status: answer.status,
    headers: { ...headers, 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' },
    body: follow(screenStream(answer.chunks, screening), entry, tally, call, host),
  }
}

/** Passes a stream on to its end. A denial in the middle becomes an error event: never a clean end, never a cut text. */
async function* follow(
  stream: ReturnType<typeof screenStream>,
  entry: Entry,
  tally: Tally,
  call: Call,
  host: Host,
): AsyncGenerator<string, void, void> {
  let end: { ending: Ending; reason: Reason } = { ending: 'client_abort', reason: 'client_gone' }
  try {
    for (;;) {
      const next = await stream.next()
      if (next.done) {
        end = { ending: next.value, reason: next.value === 'complete' ? 'none' : 'upstream_refused' }
        return
      }
      tally.sent = true
      yield next.value
    }
  } catch (error) {
    if (!(error instanceof Denial)) host.warn(describeFailure(error))
    const denial = Denial.from(error)
    end = { ending: endingOf(denial.reason, call), reason: denial.reason }
    tally.sent = true
    const name = entry.api === 'anthropic' ? 'error' : undefined
    yield writeEvent(name, JSON.stringify(denialBody(entry.api, denial, entry.id)))
  } finally {
    await stream.return('complete')
    host.background(append(entry, tally, { ...end, status: 200 }, host))
  }
}

/** A denial as an answer, once it is on record. */
export async function deny(denial: Denial, entry: Entry, call: Call, host: Host): Promise<Answer> {
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
  if (!denial.retry) headers['x-should-retry'] = 'false'
  return { status: denial.status, headers, body: JSON.stringify(denialBody(entry.api, denial, entry.id)) }
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

async function append(
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
  const total = entry.total ?? 0
  const scanned = entry.decision ? total : 0
  return { 'x-parapet-decision': entry.id, 'x-parapet-coverage': `${scanned}/${total}` }
}

function returnedHeaders(answer: UpstreamAnswer, entry: Entry, detector: Detector): Record<string, string> {
  const isClean = (text: string) => detector.detect(text, { from: 0, final: true }).findings.length === 0
  const headers: Record<string, string> = {
    ...ownHeaders(entry),
    'x-parapet-action': entry.decision?.action ?? 'block',
    'content-type': 'application/json',
  }
  for (const name of RETURNED) {
    const value = answer.header(name)
    if (value !== undefined && PROTOCOL_VALUE.test(value) && isClean(value)) headers[name] = value
  }
  return headers
}
