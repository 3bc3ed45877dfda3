/** The census of what is in no type: errors, headers, contents of files, calls that nobody is served, and what is stored of all. */
import type { Census } from '../../scripts/census/nodes.ts'
import { ENDPOINTS } from '../../src/operations/index.ts'
import type { Api, Endpoint, Format, Json, JsonObject } from '../../src/types.ts'
import { makeAnswer, sowAnswers } from './census-answers.ts'
import { type Sowing, sow } from './census-canaries.ts'
import { countLeak, type Figures, type Kind, noFigures } from './census-figures.ts'
import { type CensusHost, toldTo } from './census-host.ts'
import { kindsIn } from './census-kinds.ts'
import { asMade, plain, readKinds, sowTexts } from './census-requests.ts'
import type { Subject } from './census-subjects.ts'
import { makeAnswers, makeCalls, methodsOf, toLines, writeBody } from './census-wire.ts'

function text({ plant }: Sowing, path: string): string {
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

/** Answers that files of batches hold, as lines. */
const IN_LINES = ['chat.completions.create', 'responses.create', 'embeddings.create', 'completions.create']

/** What a file holds, and what the walk takes each canary's place for; `format` is that of what its lines hold. */
interface Content {
  readonly content: string
  readonly sowing: Sowing
  readonly kinds: ReadonlyMap<string, Kind>
  readonly format: Format
}

/** Contents of a file: text, a document, and lines of results. */
export async function tellFiles(
  { row, method }: Subject,
  census: Census,
  host: CensusHost,
  subjects: readonly Subject[],
): Promise<Figures> {
  const figures = noFigures()
  const [call] = makeCalls(census, method, plain)
  const made = [makeText, makeDocument].map((make): Content => {
    const sowing = sow()
    return { content: make(sowing), sowing, kinds: new Map(), format: row.format }
  })
  const results = row.id === 'files.content' ? listResults(census, subjects) : []
  for (const { content, sowing, kinds, format } of [...made, ...results]) {
    const { planted, find } = sowing
    figures.planted += planted.size
    const { got } = await host.ask(asMade(call!), () => makeAnswer('application/octet-stream', content))
    if (got.status !== 200 || !got.text.includes('[SECRET]')) figures.wrong.push(`${method.id}: ${got.status}`)
    for (const leak of find(toldTo(got))) {
      countLeak(figures, method.id, planted.get(leak), kinds.get(leak), format, 'answer')
    }
  }
  return figures
}
function makeText(sowing: Sowing): string {
  return `${text(sowing, 'a')}, b: ${text(sowing, 'b')}\n\n${text(sowing, 'c')}`
}
function makeDocument(sowing: Sowing): string {
  return JSON.stringify(
    { [text(sowing, '{}')]: [text(sowing, 'a'), { b: sowing.plant({ path: 'b', kind: 'number' }) }] },
    null,
    2,
  )
}
/** Results of a batch: of each kind of call that one may ask for. */
function listResults(census: Census, subjects: readonly Subject[]): readonly Content[] {
  return IN_LINES.map((id) => {
    const { row, method } = subjects.find((one) => one.row.id === id && one.method.id === id)!
    const root = method.answer!
    const { format } = row
    const sowing = sowAnswers({ root, streamed: false, formatOf: () => format }, census)
    const bodies = makeAnswers(census, root, sowing.plant).map((body) => JSON.parse(body) as Json)
    const lines = bodies.map((body) => ({
      ...{ id: text(sowing, 'id'), custom_id: text(sowing, 'custom_id') },
      response: { status_code: 200, request_id: text(sowing, 'request_id'), body },
      error: { code: text(sowing, 'code'), message: text(sowing, 'message') },
    }))
    const kinds = new Map(bodies.flatMap((body) => [...kindsIn(body, format.responsePlaces, false)]))
    return { content: toLines(lines), sowing, kinds, format }
  })
}

/** What lines of a batch ask for. */
const BATCHED = [...IN_LINES, 'moderations.create']
interface File extends Content {
  readonly purpose: string
}

/** Files as they are uploaded for each purpose, with all that their lines can hold. */
export async function sendFiles(subjects: readonly Subject[], census: Census, host: CensusHost): Promise<Figures> {
  const figures = noFigures()
  const { row, method } = subjects.find((one) => one.row.id === 'files.create')!
  for (const { purpose, content, sowing, kinds, format } of await makeFiles(row, subjects, census, host)) {
    figures.planted += sowing.find(content).length
    const form = { purpose, file: { $file: { name: 'a.jsonl', content } } }
    const { got, sent } = await host.ask(
      asMade({ method: 'POST', path: row.path, query: '', ...writeBody(method, form) }),
    )
    if (got.status !== 200 || !sent.join().includes('[SECRET]')) {
      figures.wrong.push(`a file for ${purpose}: ${got.status} ${got.text}`)
    }
    for (const leak of sowing.find(`${sent.join('\n')}\n${toldTo(got)}`)) {
      countLeak(figures, `a file for ${purpose}`, sowing.planted.get(leak), kinds.get(leak), format, 'request')
    }
  }
  return figures
}

async function makeFiles(
  row: Endpoint,
  subjects: readonly Subject[],
  census: Census,
  host: CensusHost,
): Promise<readonly File[]> {
  const files: File[] = []
  for (const id of BATCHED) {
    const subject = subjects.find(({ row, method }) => row.id === id && method.id === id)!
    const { calls, sowing } = await sowTexts(subject, census, host)
    const kinds = new Map((await Promise.all(calls.map((call) => readKinds(call, host)))).flatMap((one) => [...one]))
    const bodies = calls.map(({ body }) => JSON.parse(body) as JsonObject)
    const url = subject.row.path
    const lines = bodies.map((body, i) => ({ custom_id: `call-${i}`, method: 'POST', url, body }))
    const { format } = subject.row
    files.push({ purpose: 'batch', content: toLines(lines), sowing, kinds, format })
    if (id !== 'chat.completions.create') continue
    const examples = bodies.map(({ messages = [], tools = [] }) => ({ messages, tools }))
    files.push({ purpose: 'fine-tune', content: toLines(examples), sowing, kinds, format })
    files.push({ purpose: 'evals', content: toLines(bodies.map((item) => ({ item }))), sowing, kinds, format })
  }
  for (const purpose of ['assistants', 'user_data', 'vision']) {
    for (const make of [makeText, makeDocument]) {
      const sowing = sow()
      files.push({ purpose, content: make(sowing), sowing, kinds: new Map(), format: row.format })
    }
  }
  return files
}

/** What of the log, of what else is stored and of warnings holds a canary; of `made` it may. */
export async function findStored({ host }: CensusHost, made: ReadonlySet<string>): Promise<readonly string[]> {
  await host.settle()
  const stored = `${await host.dump('acme')}\n${await host.dump('none')}\n${host.warnings.join('\n')}`
  // Numbers that were planted begin with zeros, or a nine: others are a chance find in a hash.
  const found = stored.match(/cnry\d{8}x|9913(?:0000|9000)\d{6}/g) ?? []
  return [...new Set(found)].filter((canary) => !made.has(canary))
}
