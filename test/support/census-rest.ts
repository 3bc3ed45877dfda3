/** The census of what is in no type: errors, headers, calls that nobody is served, and what is stored of all. */
import type { Census } from '../../scripts/census/nodes.ts'
import { ENDPOINTS } from '../../src/operations/index.ts'
import type { Api, Endpoint } from '../../src/types.ts'
import { makeAnswer } from './census-answers.ts'
import { type Sowing, sow } from './census-canaries.ts'
import { countLeak, type Figures, noFigures } from './census-figures.ts'
import { type CensusHost, toldTo } from './census-host.ts'
import { asMade, plain } from './census-requests.ts'
import type { Subject } from './census-subjects.ts'
import { makeCalls, methodsOf, writeBody } from './census-wire.ts'

export function text({ plant }: Sowing, path: string): string {
  return String(plant({ path, kind: 'string' }))
}

/** Headers that a client is given, and some that it is not. */
const HEADERS = [
  ...['request-id', 'x-request-id', 'openai-processing-ms', 'openai-version', 'retry-after', 'x-should-retry'],
  ...['x-ratelimit-limit-requests', 'anthropic-ratelimit-tokens-reset', 'set-cookie', 'server', 'x-echo', 'location'],
]
/** Of what a client sends: some go on to the upstream. */
const SENT_ON: Readonly<Record<Api, readonly string[]>> = {
  openai: ['openai-beta', 'idempotency-key', 'x-client-request-id'],
  anthropic: ['anthropic-beta', 'anthropic-version', 'idempotency-key'],
}
const NOT_SENT = [
  'user-agent',
  'openai-organization',
  'x-stainless-helper',
  'x-codex-turn-metadata',
  'cookie',
  'referer',
]

const STATUSES = [400, 404, 409, 422, 429, 500, 503]

/** An upstream that refuses a call, and quotes it. */
export async function tellErrors(
  { row, method }: Subject,
  census: Census,
  host: CensusHost,
  turn: number,
): Promise<Figures> {
  const figures = noFigures()
  const [call] = makeCalls(census, method, plain)
  const status = STATUSES[turn % STATUSES.length]!
  const sowing = sow()
  const error = { message: text(sowing, 'message'), type: text(sowing, 'type'), code: text(sowing, 'code') }
  const body = {
    type: 'error',
    error: {
      ...error,
      param: text(sowing, 'param'),
      [text(sowing, '{}')]: [sowing.plant({ path: 'n', kind: 'number' })],
    },
    request_id: text(sowing, 'request_id'),
  }
  const headers = Object.fromEntries(HEADERS.map((name) => [name, text(sowing, `header ${name}`)]))
  figures.planted += sowing.planted.size
  const { got } = await host.ask(asMade(call!), () =>
    makeAnswer('application/json', JSON.stringify(body), headers, status),
  )
  if (got.status !== status) figures.wrong.push(`${method.id}: ${status} became ${got.status} ${got.text}`)
  for (const leak of sowing.find(toldTo(got))) {
    countLeak(figures, method.id, sowing.planted.get(leak), undefined, row.format, 'answer')
  }
  return figures
}

/** Headers of the caller's: those that would go on refuse the call, the others stay here. */
export async function sendHeaders(
  { row, method }: Subject,
  census: Census,
  host: CensusHost,
  turn: number,
): Promise<Figures> {
  const figures = noFigures()
  const [call] = makeCalls(census, method, plain)
  const list = SENT_ON[row.api]
  for (const names of [NOT_SENT, [list[turn % list.length]!]]) {
    const sowing = sow()
    const headers = Object.fromEntries(names.map((name) => [name, text(sowing, `header ${name}`)]))
    figures.planted += sowing.planted.size
    const { got, sent } = await host.ask({ ...asMade(call!), headers: { ...call!.headers, ...headers } })
    const expected = names === NOT_SENT ? 200 : 400
    if (got.status !== expected || sent.length !== (expected === 200 ? 1 : 0)) {
      figures.wrong.push(`${method.id} with ${names}: ${got.status}, ${sent.length} calls of the upstream`)
    } else if (expected === 400) figures.refused++
    for (const leak of sowing.find(`${sent.join('\n')}\n${toldTo(got)}`)) {
      countLeak(figures, method.id, sowing.planted.get(leak), undefined, row.format, 'request')
    }
  }
  return figures
}

/** What nobody is served: refused, with nothing sent and nothing quoted, whoever asks. */
export async function sendClosed(row: Endpoint, census: Census, host: CensusHost): Promise<Figures> {
  const figures = noFigures()
  const sowing = sow()
  const version: Record<string, string> = row.api === 'anthropic' ? { 'anthropic-version': '2026-10-21' } : {}
  const [method] = methodsOf(census, row)
  const body = { model: text(sowing, 'model'), input: text(sowing, 'input'), [text(sowing, '{}')]: 1 }
  const path = row.path.replace(/\{[^}]*\}/g, () => text(sowing, 'path'))
  const query = row.query.map((name) => `${name}=${text(sowing, name)}`).join('&')
  const travels =
    row.request === 'none' || !method ? { headers: version, body: '' } : writeBody({ ...method, request: 'json' }, body)
  const { got, sent } = await host.ask(asMade({ method: row.method, path, query, ...travels }))
  figures.planted += sowing.planted.size
  if (got.status === 403 && sent.length === 0) figures.refused++
  else figures.wrong.push(`${row.id}: ${got.status}, ${sent.length} calls of the upstream`)
  for (const leak of sowing.find(`${sent.join('\n')}\n${toldTo(got)}`)) {
    countLeak(figures, row.id, sowing.planted.get(leak), undefined, row.format, 'request')
  }
  return figures
}
export const CLOSED = ENDPOINTS.filter(({ closed }) => closed !== undefined)

/** What of the log, of what else is stored and of warnings holds a canary; of `made` it may. */
export async function findStored({ host }: CensusHost, made: ReadonlySet<string>): Promise<readonly string[]> {
  await host.settle()
  const stored = `${await host.dump('default')}\n${await host.dump('none')}\n${host.warnings.join('\n')}`
  // Numbers that were planted begin with zeros, or a nine: others are a chance find in a hash.
  const found = stored.match(/cnry\d{8}x|9913(?:0000|9000)\d{6}/g) ?? []
  return [...new Set(found)].filter((canary) => !made.has(canary))
}
