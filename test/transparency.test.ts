/**
 * What no rule is about passes as it is: for every route of both SDKs, maximal requests and answers without anything sensitive,
 * with the rules and policies as they ship. Nothing may differ from a direct call but where policy says so.
 */
import { expect, test } from 'vitest'
import { answer, makeHost, type TestHost } from '#host'
import source from '../generated/census.json' with { type: 'json' }
import type { Census, CensusEndpoint } from '../scripts/census/nodes.ts'
import { id } from '../src/ids.ts'
import { ENDPOINTS } from '../src/operations/index.ts'
import { proxy } from '../src/proxy.ts'
import type { Api, Endpoint, Json, JsonObject, Stored, UpstreamRequest } from '../src/types.ts'
import { DOMAINS } from '../src/types.ts'
import { makeCall, read } from './support/call.ts'
import type { Plant } from './support/census.ts'
import { makeAnswers, makeCalls, methodsOf } from './support/census-wire.ts'

const census = source as unknown as Census
/** What a call cannot be refused for. Ids are among it: what one API made is not asked for at the other. */
function plantFor(api: Api): Plant {
  return ({ path, kind, values }) => {
    if (/(^|\.)stream$/.test(path)) return false
    if (values) return values[0]!
    return kind === 'number' ? 1 : kind === 'key' ? `key${path.length}` : `plain-${api}`
  }
}

async function told({ body }: UpstreamRequest): Promise<Json> {
  if (body === undefined) return null
  if (typeof body === 'string') return JSON.parse(body) as Json
  return form(await readStored(body))
}
async function readStored(stored: Stored): Promise<string> {
  const utf8 = new TextDecoder()
  let text = ''
  for await (const chunk of stored.chunks()) text += utf8.decode(chunk, { stream: true })
  return text
}
/** The parts of a form, without what its writer chooses: the boundary and the order of equal names. */
function form(text: string): Json {
  const boundary = text.slice(0, text.indexOf('\r\n'))
  return text
    .split(boundary)
    .slice(1, -1)
    .map((part) => part.replace(/^\r\n|\r\n$/g, ''))
    .sort()
}
function pairs(query: string): readonly string[] {
  return query === '' ? [] : query.split('&').map(decodeURIComponent).sort()
}

/** Where token numbers may stand for text, which policy refuses. */
const NUMBERS = new Set([
  ...['/v1/completions', '/v1/embeddings', '/v1/responses', '/v1/responses/compact', '/v1/responses/input_tokens'],
  ...['/v1/conversations', '/v1/conversations/{conversation_id}/items'],
])
let refused = 0

/** The proxy, and what its upstream was told last and says next. */
interface At {
  readonly host: TestHost
  readonly key: string
  next: Json
  seen: UpstreamRequest | undefined
  told: Json
}
async function start(): Promise<At> {
  const at: Omit<At, 'host' | 'key'> = { next: {}, seen: undefined, told: null }
  const host = await makeHost({
    async upstream(request) {
      at.seen = request
      at.told = await told(request)
      return answer(200, at.next)
    },
  })
  return Object.assign(at, { host, key: await host.addKey({ tenant: id('default'), domains: [...DOMAINS] }) })
}

interface Difference {
  readonly route: string
  readonly what: string
}
/** Every row that is open with the SDK methods that call it. Files that come in parts are answered here: test/parts.test.ts. */
const open = ENDPOINTS.filter(({ closed, answer, upload }) => !closed && answer !== 'socket' && !upload)
const subjects = open.flatMap((row) => methodsOf(census, row).map((method) => [row, method] as const))

async function compare(row: Endpoint, method: CensusEndpoint, at: At): Promise<readonly Difference[]> {
  const differences: Difference[] = []
  const plant = plantFor(row.api)
  const differ = (what: string) => void differences.push({ route: `${row.api} ${row.method} ${row.path}`, what })
  const answers = method.answer === null || row.answer === 'file' ? ['{}'] : makeAnswers(census, method.answer, plant)
  const calls = makeCalls(census, method, plant)
  for (const [i, call] of calls.entries()) {
    // Where the results of a batch are is told anew, so that clients do not go past the proxy.
    const said = answers[i % answers.length]!
    const local = said.replaceAll(/"results_url":"([^"]*)"/g, '"results_url":"/v1/messages/batches/$1/results"')
    at.next = JSON.parse(said) as Json
    at.seen = undefined
    const { body, ...rest } = call
    const got = await read(await proxy(makeCall({ ...rest, ...(body !== '' && { raw: body }), key: at.key }), at.host))
    const expected = expectation(call.body)
    const sent = at.seen as UpstreamRequest | undefined
    if (!sent && NUMBERS.has(row.path) && got.text.includes('data.unscannable.send')) refused++
    else if (!sent) differ(`request ${i}: ${got.status} ${got.text}`)
    else {
      const [, query = ''] = sent.path.split('?')
      if (JSON.stringify(pairs(query)) !== JSON.stringify(pairs(call.query))) differ(`query ${i}: ${query}`)
      if (JSON.stringify(at.told) !== JSON.stringify(expected))
        differ(`body ${i}: ${firstDifference(at.told, expected)}`)
      if (got.status !== 200) differ(`status ${i}: ${got.status} ${got.text}`)
      else if (got.text !== local) differ(`answer ${i}: ${firstDifference(JSON.parse(got.text), JSON.parse(local))}`)
    }
  }
  return differences
}
function expectation(body: string): Json {
  if (body === '') return null
  return body.startsWith('--') ? form(body) : (JSON.parse(body) as Json)
}
function firstDifference(one: Json, other: Json, place = ''): string {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return JSON.stringify(one) === JSON.stringify(other)
      ? ''
      : `${place}: ${JSON.stringify(one)} for ${JSON.stringify(other)}`
  }
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const found = firstDifference(
      (one as JsonObject)[key] ?? null,
      (other as JsonObject)[key] ?? null,
      `${place}/${key}`,
    )
    if (found !== '') return found
  }
  return Object.keys(one).join() === Object.keys(other).join() ? '' : `${place}: order of keys`
}

test('plain requests and answers of every route pass unchanged', { timeout: 300_000 }, async () => {
  const differences: Difference[] = []
  const at = await start()
  for (const [row, method] of subjects) differences.push(...(await compare(row, method, at)))
  console.log(
    `transparency: ${subjects.length} methods, ${differences.length} differences, ${refused} requests with token numbers refused`,
  )
  expect(differences).toEqual([])
  expect(refused).toBe(12)
})
