/** The operation map: what is mapped, and that no other spelling of a path is. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ENDPOINTS, fillPath, findOperation } from '../src/operations/index.ts'
import { DOMAINS, type Endpoint, type Limits } from '../src/types.ts'

const endpoint = fc.constantFrom(...ENDPOINTS)
const HEAD = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789']
const identifier = fc
  .tuple(
    fc.constantFrom(...HEAD),
    fc.string({ unit: fc.constantFrom(...HEAD, '.', '_', ':', '-'), maxLength: 255, size: 'max' }),
  )
  .map((parts) => parts.join(''))
  .filter((id) => !STATIC.has(id))
const STATIC = new Set(ENDPOINTS.flatMap(({ path }) => path.split('/')).filter((part) => !part.startsWith('{')))

function namesIn(path: string): string[] {
  return [...path.matchAll(/\{([a-z_]+)\}/g)].map(([, name]) => name!)
}
function fill(one: Endpoint, ids: readonly string[]): string {
  return fillPath(one.path, Object.fromEntries(namesIn(one.path).map((name, i) => [name, ids[i % ids.length]!])))
}

test('every row is found by its own path, with its ids', () => {
  for (const one of ENDPOINTS) {
    const names = namesIn(one.path)
    const ids = Object.fromEntries(names.map((name, i) => [name, `id-${i}`]))
    expect(findOperation(one.api, one.method, fillPath(one.path, ids))).toEqual({ endpoint: one, ids })
    expect(new Set(names).size, one.path).toBe(names.length)
  }
})

test('ids of the shape are read as they are, and no row takes the path of another', () => {
  const ids = fc.array(identifier, { minLength: 5, maxLength: 5 })
  fc.assert(
    fc.property(endpoint, ids, (one, values) => {
      const found = findOperation(one.api, one.method, fill(one, values))
      expect(found?.endpoint).toBe(one)
      expect(Object.values(found!.ids)).toEqual(namesIn(one.path).map((_, i) => values[i % values.length]))
    }),
  )
})

const BAD_IDS = [
  ...[
    '',
    '.',
    '..',
    '...',
    '.a',
    '-a',
    '_a',
    ':a',
    '%61',
    'a%2fb',
    'a%2Fb',
    '%2e%2e',
    'a%00',
    'a b',
    'a+b',
    'ä',
    'a\\b',
  ],
  ...[
    'a;b',
    'a?b',
    'a#b',
    'a,b',
    'a@b',
    '*',
    '{response_id}',
    'a\n',
    `a${'b'.repeat(256)}`,
    'a\u200b',
    'ａ',
    '__proto__',
  ],
]
test('what is no id makes a path unmapped', () => {
  const withIds = fc.constantFrom(...ENDPOINTS.filter(({ path }) => path.includes('{')))
  fc.assert(
    fc.property(withIds, fc.nat(), fc.constantFrom(...BAD_IDS), (one, at, bad) => {
      const names = namesIn(one.path)
      const path = one.path.replace(/\{([a-z_]+)\}/g, (_, name: string) =>
        name === names[at % names.length] ? bad : 'a',
      )
      expect(findOperation(one.api, one.method, path)).toBeUndefined()
      const ids = Object.fromEntries(names.map((name) => [name, name === names[at % names.length] ? bad : 'a']))
      expect(() => fillPath(one.path, ids)).toThrow()
    }),
    { numRuns: 1000 },
  )
})

/** Other spellings that some server or router reads as the same path. Each changes what it is given. */
const TRICKS: readonly ((path: string, at: number) => string)[] = [
  (path) => `${path}/`,
  (path) => `${path}//`,
  (path) => `/${path}`,
  (path) => path.slice(1),
  (path) => `${path}?`,
  (path) => `${path}?model=x`,
  (path) => `${path}#`,
  (path) => `${path};a=b`,
  (path) => `${path}%20`,
  (path) => `${path} `,
  (path) => ` ${path}`,
  (path) => `${path}%00`,
  (path) => `${path}/.`,
  (path) => `${path}/..`,
  (path) => `${path}/x/..`,
  (path) => `/v1/..${path}`,
  (path) => `/openai${path}`,
  (path) => `http://localhost${path}`,
  (path) => path.replace('/v1/', '/v2/'),
  (path) => path.replace('/v1', ''),
  (path) => path.replace('/v1', '/V1'),
  (path) => path.replace('/v1', '/%76%31'),
  (path) => path.replace('/v1', '/v1/v1'),
  (path) => path.toUpperCase(),
  (path) => path.replaceAll('/', '\\'),
  ...['//', '/./', '/x/../', '%2f', '%2F', '/%2e/', '/%2e%2e/', '\\', '/;/', '/\t', '∕', '／'].map(
    (slash) => (path: string, at: number) => replaceAt(path, '/', at, slash),
  ),
]
function replaceAt(path: string, part: string, at: number, by: string): string {
  const parts = path.split(part)
  const cut = 1 + (at % (parts.length - 1))
  return parts.slice(0, cut).join(part) + by + parts.slice(cut).join(part)
}
test('no other spelling of a path is mapped', () => {
  for (const one of ENDPOINTS) {
    const path = one.path.replace(/\{[a-z_]+\}/g, 'id-1')
    for (const trick of TRICKS) {
      for (let at = 0; at < path.split('/').length - 1; at++) {
        expect(findOperation(one.api, one.method, trick(path, at)), trick(path, at)).toBeUndefined()
      }
    }
  }
})

test('a letter in another case, or percent-encoded, makes a path unmapped, but in an id', () => {
  fc.assert(
    fc.property(endpoint, fc.nat(), fc.boolean(), (one, nat, encode) => {
      const path = one.path.replace(/\{[a-z_]+\}/g, '0')
      const at = nat % path.length
      const letter = path[at]!
      const other = encode
        ? `%${letter.charCodeAt(0).toString(16)}`
        : letter === letter.toUpperCase()
          ? letter.toLowerCase()
          : letter.toUpperCase()
      if (other === letter) return
      const found = findOperation(one.api, one.method, path.slice(0, at) + other + path.slice(at + 1))
      // Another case can make an id of a segment that a row names: then it is that operation, and the id is sent as it came.
      if (found && !encode)
        expect(fillPath(found.endpoint.path, found.ids)).toBe(path.slice(0, at) + other + path.slice(at + 1))
      else expect(found).toBeUndefined()
    }),
    { numRuns: 2000 },
  )
})

test('what is found is sent as it came: any text at all is unmapped, or is the path of its row', () => {
  const piece = fc.oneof(
    fc.constantFrom(...ENDPOINTS.flatMap(({ path }) => path.split('/'))),
    fc.constantFrom('', '.', '..', '%2e', 'v1', 'V1', 'models', 'files'),
    identifier,
    fc.string({ maxLength: 6 }),
  )
  const path = fc.array(piece, { maxLength: 8 }).map((pieces) => `/v1/${pieces.join('/')}`)
  const method = fc.constantFrom('GET', 'POST', 'DELETE', 'get', 'PUT', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', '')
  fc.assert(
    fc.property(fc.constantFrom('openai' as const, 'anthropic' as const), method, path, (api, verb, text) => {
      const found = findOperation(api, verb, text)
      if (!found) return
      expect(found.endpoint.api).toBe(api)
      expect(found.endpoint.method).toBe(verb)
      expect(fillPath(found.endpoint.path, found.ids)).toBe(text)
    }),
    { numRuns: 5000 },
  )
})

test('methods are what they are, in capitals', () => {
  for (const { api, method, path } of ENDPOINTS) {
    const spelled = path.replace(/\{[a-z_]+\}/g, 'id-1')
    for (const other of [
      method.toLowerCase(),
      'HEAD',
      'OPTIONS',
      'PUT',
      'PATCH',
      'TRACE',
      'CONNECT',
      `${method} `,
      '',
    ]) {
      expect(findOperation(api, other, spelled), `${other} ${spelled}`).toBeUndefined()
    }
  }
})

test('a segment that a row names is not an id: upstreams differ on what it would be', () => {
  expect(findOperation('openai', 'GET', '/v1/responses/compact')).toBeUndefined()
  expect(findOperation('openai', 'DELETE', '/v1/agents/sessions')).toBeUndefined()
  expect(findOperation('openai', 'POST', '/v1/agents/automations')?.endpoint.id).toBe('beta.agents.automations.create')
  expect(findOperation('openai', 'POST', '/v1/videos/edits')?.endpoint.id).toBe('videos.edit')
  expect(findOperation('openai', 'POST', '/v1/threads/runs')?.endpoint.id).toBe('beta.threads.createAndRun')
  expect(findOperation('anthropic', 'GET', '/v1/environments/a/work/poll')?.endpoint.id).toBe(
    'beta.environments.work.poll',
  )
  expect(findOperation('anthropic', 'GET', '/v1/agents/sessions')?.ids).toEqual({ agent_id: 'sessions' })
})

test('routes that both vendors have are told apart by the API alone', () => {
  const spelled = (one: Endpoint) => `${one.method} ${one.path.replace(/\{[a-z_]+\}/g, 'id-1')}`
  const anthropic = new Map(ENDPOINTS.filter(({ api }) => api === 'anthropic').map((one) => [spelled(one), one]))
  const shared = ENDPOINTS.filter((one) => one.api === 'openai' && anthropic.has(spelled(one)))
  expect(shared.length).toBeGreaterThanOrEqual(28)
  for (const one of shared) {
    const [method, path] = spelled(one).split(' ') as [string, string]
    expect(findOperation('openai', method, path)?.endpoint).toBe(one)
    expect(findOperation('anthropic', method, path)?.endpoint).toBe(anthropic.get(spelled(one)))
  }
})

test('a path of a megabyte is read no further than it is known', () => {
  for (const long of [
    '/v1/responses/'.repeat(70_000),
    `/v1/responses/${'a'.repeat(1_000_000)}`,
    '/'.repeat(1_000_000),
  ]) {
    const started = performance.now()
    for (let i = 0; i < 1000; i++) expect(findOperation('openai', 'GET', long)).toBeUndefined()
    expect(performance.now() - started).toBeLessThan(1000)
  }
})

test('rows are whole: names are unique, and what a row says fits together', () => {
  const ids = ENDPOINTS.map(({ api, id }) => `${api} ${id}`)
  expect(new Set(ids).size).toBe(ids.length)
  const routes = ENDPOINTS.map(({ api, method, path }) => `${api} ${method} ${path.replace(/\{[a-z_]+\}/g, '{}')}`)
  expect(new Set(routes).size).toBe(routes.length)
  for (const one of ENDPOINTS) {
    const { id, api, path, domain, closed } = one
    expect(id).not.toBe('withheld')
    expect(one.on, id).not.toBe('withheld')
    expect(DOMAINS, id).toContain(domain)
    expect(path, id).toMatch(/^\/v1(\/[a-z_]+|\/\{[a-z_]+\})+$/)
    expect(one.format.api, id).toBe(api)
    if (one.method !== 'POST') expect(one.request, id).toBe('none')
    if (one.owned === 'id') expect(path, id).toContain('{')
    if (one.owned === 'list') expect(path, id).not.toContain('{')
    // What is only read tells of what its maker made: there must be something that has one.
    if (domain === 'inspect')
      expect(one.creates.length === 0 || one.owned === 'list' || path.includes('{'), id).toBe(true)
    // What can be stored is somebody's: an id in a path has an owner, or it takes the permission to inspect.
    if (path.includes('{') && closed === undefined && domain !== 'inspect') expect(one.owned, id).toBe('id')
  }
})

/** Reading these takes the permission to inspect, whoever made them; each says why where it stands. */
const NOBODYS_OWN = [
  ...[
    'evals.runs.outputItems.list',
    'evals.runs.outputItems.retrieve',
    'safety.alerts.retrieve',
    'safety.cases.retrieve',
  ],
  ...['fineTuning.jobs.checkpoints.list', 'fineTuning.jobs.listEvents'],
]
test('what is stored is read by who made it, and lists are cut to that; for the rest it takes inspect', () => {
  for (const { id, domain, path, action, owned, answer } of ENDPOINTS) {
    if (domain !== 'inspect' || action === 'readUsage' || answer === 'socket') continue
    const own = path.includes('{') ? 'id' : 'list'
    expect(owned, id).toBe(NOBODYS_OWN.includes(id) ? 'no' : own)
  }
  const ids = ENDPOINTS.filter(({ api }) => api === 'openai').map(({ id }) => id as string)
  expect(NOBODYS_OWN.filter((id) => !ids.includes(id))).toEqual([])
})

test('whoever makes a thing that has an id owns it', () => {
  const things = ENDPOINTS.filter(({ owned, path }) => owned === 'id' && path.split('/').length === 4)
  // Made by other calls than a POST to the list, or by nobody who calls us.
  const elsewhere = ['/v1/models/', '/v1/chatkit/', '/v1/deployment_runs/']
  for (const { api, path } of things) {
    if (elsewhere.some((start) => path.startsWith(start))) continue
    const makers = ENDPOINTS.filter(
      (one) => one.api === api && one.method === 'POST' && path.startsWith(`${one.path}/{`),
    )
    expect(makers.length, path).toBeGreaterThan(0)
    for (const maker of makers) expect(maker.creates, maker.id).toContain('id')
  }
})

test("a file's purpose says which domain it is for", () => {
  const { endpoint } = findOperation('openai', 'POST', '/v1/files')!
  const needs = (purpose: string | null | undefined) => {
    const body = purpose === undefined ? {} : { purpose }
    return endpoint.format.needs(body, {} as Limits).map(({ action }) => action)
  }
  for (const purpose of ['fine-tune', 'evals']) expect(needs(purpose)).toEqual(['upload'])
  for (const purpose of ['batch', 'vision', 'user_data', 'assistants']) expect(needs(purpose)).toEqual(['keep'])
  for (const purpose of ['', 'Fine-tune', 'fine-tune ', 'constructor', null, undefined]) {
    expect(needs(purpose)).toEqual(['upload', 'keep'])
  }
})

test('what nobody is served says why, in words for the caller; what administers the provider is never served', () => {
  const closed = ENDPOINTS.filter((one) => one.closed !== undefined)
  expect(closed.length).toBeGreaterThan(300)
  for (const one of closed) expect(one.closed, one.id).toMatch(/^[a-z].{40,}[^.]$/)
  for (const one of ENDPOINTS) expect(one.closed !== undefined, one.id).toBe(one.domain === 'admin')
})

test.each([
  ['openai', 'POST', '/v1/realtime/client_secrets'],
  ['openai', 'POST', '/v1/realtime/sessions'],
  ['openai', 'POST', '/v1/realtime/transcription_sessions'],
  ['openai', 'POST', '/v1/realtime/calls'],
  ['openai', 'POST', '/v1/live/sessions'],
  ['openai', 'POST', '/v1/chatkit/sessions'],
  ['openai', 'POST', '/v1/webhook_endpoints'],
  ['openai', 'POST', '/v1/organization/admin_api_keys'],
  ['openai', 'DELETE', '/v1/models/gpt-x'],
  ['anthropic', 'POST', '/v1/tunnels'],
  ['anthropic', 'POST', '/v1/vaults'],
  ['anthropic', 'GET', '/v1/environments/env_1/work/poll'],
  ['anthropic', 'POST', '/v1/organizations/webhooks'],
] as const)('a way around the proxy is closed: %s %s %s', (api, method, path) => {
  expect(findOperation(api, method, path)?.endpoint.closed).toBeDefined()
})
