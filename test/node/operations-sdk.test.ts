/** The operation map against the installed SDKs: what they can call is mapped, and what is mapped they can call. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { Census, CensusEndpoint } from '../../scripts/census/nodes.ts'
import { readCensus, writeCensus } from '../../scripts/census.ts'
import { loadAccess } from '../../src/hosts/node/access-loader.ts'
import { ENDPOINTS } from '../../src/operations/index.ts'
import type { Api, Endpoint } from '../../src/types.ts'

const root = new URL('../..', import.meta.url).pathname

function shape(api: string, method: string, path: string): string {
  return `${api} ${method} ${path.replace(/\?.*$/, '').replace(/\$?\{[^}]*\}/g, '{}')}`
}
const TABLE = new Map(ENDPOINTS.map((one) => [shape(one.api, one.method, one.path), one]))

/** Routes as they stand in an SDK's compiled code: `this._client.post(path `/responses/${responseID}/cancel`, …`. */
function routesIn(folder: string, api: Api, prefix: string): Set<string> {
  const routes = new Set<string>()
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((one) => one.endsWith('.mjs'))) {
    const text = readFileSync(join(folder, name), 'utf8')
    const call = /client\.(get|post|put|patch|delete|getAPIList)\(\s*(?:path\s*)?(`[^`]*`|'[^']*'|"[^"]*")([^;]*)/g
    for (const [, verb, path, rest] of text.matchAll(call)) {
      const method = verb === 'getAPIList' ? (/method: ['"]post['"]/.test(rest!) ? 'post' : 'get') : verb!
      if (path!.startsWith('/', 1)) routes.add(shape(api, method.toUpperCase(), prefix + path!.slice(1, -1)))
    }
    // Sockets, and methods of other names that take the path as text.
    for (const [, path] of text.matchAll(/\bendpoint = '(\/[^']+)'/g)) routes.add(shape(api, 'GET', prefix + path!))
  }
  return routes
}

/** What the installed SDKs have no call for. Each is there for a reason. */
const NOT_IN_SDK: ReadonlySet<string> = new Set([
  // Gone from Anthropic's SDK 1, not from its API.
  'anthropic POST /v1/complete',
  // How OpenAI's SDKs before 7 cancel a run of an evaluation.
  'openai POST /v1/evals/{}/runs/{}',
])

let census: Census
beforeAll(async () => {
  await writeCensus()
  census = readCensus()
}, 60_000)

test.each([
  ['openai', 'node_modules/openai', '/v1', 380],
  ['anthropic', 'node_modules/@anthropic-ai/sdk', '', 270],
] as const)('%s: every route in the compiled code is mapped', (api, folder, prefix, least) => {
  const routes = new Set(['resources', 'lib'].flatMap((part) => [...routesIn(join(root, folder, part), api, prefix)]))
  expect(routes.size).toBeGreaterThanOrEqual(least)
  expect([...routes].filter((route) => !TABLE.has(route))).toEqual([])
})

test('every endpoint and socket of the census is mapped', () => {
  const routes = [
    ...census.endpoints.map(({ api, method, path }) => shape(api, method, path)),
    ...census.sockets.map(({ api, path }) => shape(api, 'GET', path)),
  ]
  expect(new Set(routes).size).toBeGreaterThan(650)
  expect(routes.filter((route) => !TABLE.has(route))).toEqual([])
})

test('what is mapped is in an SDK, or in a short list with reasons', () => {
  const routes = new Set([
    ...census.endpoints.map(({ api, method, path }) => shape(api, method, path)),
    ...census.sockets.map(({ api, path }) => shape(api, 'GET', path)),
  ])
  expect([...TABLE.keys()].filter((route) => !routes.has(route) && !NOT_IN_SDK.has(route))).toEqual([])
  expect([...NOT_IN_SDK].filter((route) => routes.has(route) || !TABLE.has(route))).toEqual([])
})

/** Served, but not as the SDKs have it: `METHOD path`, and what the row says instead. */
const OTHERWISE: Readonly<Record<string, Partial<Endpoint>>> = {
  // The SDK reads its events by hand, out of what it takes for a file.
  'openai POST /v1/audio/speech': { streams: true },
  // Events come in pieces that no format puts together.
  'openai POST /v1/agents/sessions': { streams: false },
}
/** A form that may be JSON instead is a form here: JSON is read for it too. */
function requestOf(requests: readonly CensusEndpoint['request'][]): Endpoint['request'] {
  if (requests.some((one) => one === 'multipart' || one === 'either')) return 'multipart'
  return requests.includes('json') ? 'json' : 'none'
}
test('rows that are served say what the SDKs do: body, stream, file, query, name', () => {
  const calls = Map.groupBy(census.endpoints, ({ api, method, path }) => shape(api, method, path))
  const open = [...TABLE].filter(
    ([route, one]) => one.closed === undefined && one.answer !== 'socket' && calls.has(route),
  )
  expect(open.length).toBeGreaterThan(280)
  for (const [route, one] of open) {
    const some = calls.get(route)!
    const has = { request: one.request, streams: one.streams, file: one.answer === 'file' }
    const wants = {
      request: requestOf(some.map(({ request }) => request)),
      streams: some.some(({ streams }) => streams),
      file: some.some(({ answers }) => answers.includes('file') || answers.includes('lines')),
      ...OTHERWISE[route],
    }
    expect(has, route).toEqual(wants)
    const names = some.flatMap(({ query }) => Object.keys(query)).map((name) => name.replace(/\[.*$/, ''))
    expect(
      names.filter((name) => !one.query.includes(name)),
      route,
    ).toEqual([])
    expect(
      some.map(({ id }) => id),
      route,
    ).toContain(one.id)
  }
})

test('every action is in the Cedar schema, in the domain of its row, and asked about a thing that it applies to', () => {
  const actions = new Map(loadAccess('guardrails').actions.map((action) => [action.name, action]))
  for (const { id, domain, action, on } of ENDPOINTS) {
    expect(actions.get(action)?.parents, id).toContain(domain)
    for (const asked of [action, 'useOwn', 'readStored', 'readLogprobs']) {
      expect(actions.get(asked)?.resources, `${id}: ${asked}`).toContain(on === 'model' ? 'Model' : 'Collection')
    }
  }
})

test("what an answer names as made is there, in the SDKs' types", () => {
  const { types } = census
  const rows = ENDPOINTS.filter((one) => one.creates.length > 0 && one.answer === 'json')
  expect(rows.length).toBeGreaterThan(40)
  for (const one of rows) {
    const calls = census.endpoints.filter(
      (call) => shape(call.api, call.method, call.path) === shape(one.api, one.method, one.path),
    )
    for (const field of one.creates) {
      // In the whole answer, or in an event of it; the SDK does not type the sound of a chat's events.
      const keys = field.replace('.delta.audio.', '.message.audio.').split('.')
      if (one.owned === 'list') keys.unshift('data', '*')
      const there = calls.some(({ answer, event }) =>
        [answer, event].some((ref) => ref !== null && reaches(types, ref, keys)),
      )
      expect(there, `${one.id}: ${field}`).toBe(true)
    }
  }
})
function reaches(types: Census['types'], ref: number, keys: readonly string[]): boolean {
  const [key, ...rest] = keys
  if (key === undefined) return true
  const node = types[ref]!
  if (typeof node === 'string' || 'literals' in node) return false
  if ('union' in node) return node.union.some((one) => reaches(types, one, keys))
  if ('array' in node) return key === '*' && reaches(types, node.array, rest)
  const below = Object.hasOwn(node.object, key) ? node.object[key] : undefined
  return below !== undefined && reaches(types, below, rest)
}
