/** `POST /parapet/v1/simulate`: what it tells, that it is what the proxy does, and that nothing comes of it. */
import { describe, expect, test } from 'vitest'
import { answer, makeHost, type TestHost, type TestHostOptions } from '#host'
import { createApp } from '../src/app.ts'
import type { PatternDetector } from '../src/detectors/pattern.ts'
import { id } from '../src/ids.ts'
import type { Bundle, Host } from '../src/ports.ts'
import { proxy } from '../src/proxy.ts'
import type { Simulated } from '../src/simulate.ts'
import { DOMAINS, type Json } from '../src/types.ts'
import { makeCall } from './support/call.ts'
import { compile, rule } from './support/inline-rules.ts'

const PATH = '/parapet/v1/simulate'
const CHAT = '/v1/chat/completions'
const CARD = '4111 1111 1111 1111'
const MAIL = 'ann.lee@corp.example.com'

async function post(host: Host, body: unknown, key?: string, headers: Record<string, string> = {}) {
  const app = createApp(host, async () => new Response(null, { status: 599 }))
  const answered = await app.request(PATH, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }), ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const text = await answered.text()
  return { status: answered.status, text, json: JSON.parse(text) as Simulated & { error: Record<string, unknown> } }
}
const chat = (content: Json, more = {}) => ({
  path: CHAT,
  body: { model: 'm', messages: [{ role: 'user', content }], ...more },
})
const said = (content: string) => ({
  ...{ id: 'c', object: 'chat.completion', created: 1, model: 'm' },
  choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
})
const as = { id: 'someone', domains: ['invoke'] }

/** A host whose upstream must not be called, with a credential that must not be told. */
async function open(options: TestHostOptions = {}): Promise<{ host: TestHost; key: string }> {
  const edit = (bundle: Bundle): Bundle => ({
    ...(options.edit?.(bundle) ?? bundle),
    upstreams: [
      {
        id: id('up'),
        api: 'openai',
        url: 'https://up.example',
        credential: 'credential-77',
        zone: id('z'),
        models: ['*'],
      },
    ],
  })
  const host = await makeHost({ ...options, edit })
  return { host, key: await host.addKey({ domains: ['inspect'] }) }
}
async function simulated(body: unknown, options: TestHostOptions = {}): Promise<Simulated> {
  const { host, key } = await open(options)
  const got = await post(host, body, key)
  expect(got.status, got.text).toBe(200)
  return got.json
}

test('a call that is transformed: what was found, what becomes of it, and what would be sent', async () => {
  const text = `write to ${MAIL}`
  const got = await simulated({ as, request: chat(text) })
  expect(got.decision).toMatchObject({ action: 'transform', reason: 'none', principal: 'someone', tenant: 'acme' })
  const place = '/messages/0/content'
  const where = { place, start: 9, end: 9 + MAIL.length }
  expect(got.findings).toMatchObject([
    { ...where, entity: 'EMAIL_ADDRESS', label: 'pii.email', source: 'user', action: 'pseudonymise', disguised: false },
  ])
  expect(got.candidates).toContainEqual(
    expect.objectContaining({ ...where, in: 'request', reported: true, why: 'reported: its form is enough' }),
  )
  expect(got.grant?.operation).toMatchObject({ id: 'chat.completions.create', action: 'chat', model: 'm' })
  expect(got.grant?.rulings[id('pii.email')]).toMatchObject({
    send: { action: 'pseudonymise' },
    receive: { action: 'allow' },
  })
  expect(got.coverage).toEqual(got.decision.coverage)
  expect(got.coverage.total).toBeGreaterThan(0)
  expect(got.sent).toMatchObject({ upstream: 'up', zone: 'z', method: 'POST', path: '/chat/completions' })
  const [message] = (got.sent!.body as { messages: { content: string }[] }).messages
  expect(message!.content).toMatch(/^write to <EMAIL_ADDRESS_simulated[a-z]{7}>$/)
  expect(got).toMatchObject({ simulated: true, answer: null, outcome: null })
})

test('`response` is screened: pseudonyms come back, what may not be told does not', async () => {
  const request = chat(`write to ${MAIL}`)
  const { sent } = await simulated({ as, request })
  const [token] = /<EMAIL_ADDRESS_\w+>/.exec(JSON.stringify(sent))!
  const got = await simulated({ as, request, response: said(`I wrote to ${token}, card ${CARD}`) })
  expect(got.answer).toMatchObject({
    status: 200,
    body: { choices: [{ message: { content: `I wrote to ${MAIL}, card [CREDIT_CARD]` } }] },
  })
  expect(got.outcome).toMatchObject({
    ending: 'complete',
    findings: [{ action: 'restore' }, { entity: 'CREDIT_CARD', action: 'redact' }],
  })
  expect(got.candidates.filter((one) => one.in === 'response' && one.reported)).toMatchObject([
    { entity: 'CREDIT_CARD' },
  ])
})

test('a stream is simulated with a list of events', async () => {
  const events = ['4111 1111', ' 1111 1111'].map((content) => ({
    ...{ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm' },
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
  }))
  const end = { ...events[0], choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }
  const request = chat('hi', { stream: true })
  const got = await simulated({ as, request, response: [...events, end] })
  expect(got.answer?.body).toContain('[CREDIT_CARD]')
  expect(JSON.stringify(got.answer)).not.toContain('4111')
  const { host, key } = await open()
  for (const [one, response] of [
    [request, said('hi')],
    [chat('hi'), events],
  ]) {
    const wrong = await post(host, { as, request: one, response }, key)
    expect(wrong).toMatchObject({ status: 400, json: { error: { param: 'response' } } })
  }
})

test('it is what the proxy does', async () => {
  const secret = `sk-ant-api03-${'abcdefghijklmnop0123456789-_'.repeat(4).slice(0, 93)}AA`
  const requests = [
    chat('nothing'),
    chat(`${MAIL} ${CARD} ${secret}`),
    chat([{ type: 'text', text: JSON.stringify({ to: [MAIL, { n: CARD }], [MAIL]: 1 }) }]),
    chat(`a\\u0034111 1111 1111 1111`),
    chat('hi', { logprobs: true }),
    chat('hi', { user: CARD }),
    chat('hi', { parapet: { purpose: 'x y' } }),
    { path: '/v1/nowhere', body: {} },
    { path: `/v1/responses/resp_${'a'.repeat(20)}?stream=${MAIL}`, method: 'GET' },
    {
      path: '/v1/messages',
      headers: { 'anthropic-version': '2023-06-01' },
      body: { model: 'm', max_tokens: 5, messages: [{ role: 'user', content: CARD }] },
    },
    { path: CHAT, body: '{"model": "m", "model": "n"}' },
    { path: CHAT, headers: { 'Content-Type': 'text/plain' }, body: 'x' },
    { path: '/v1/files', headers: { 'content-type': 'multipart/form-data; boundary=x' }, body: '--x--' },
  ]
  const sent: string[] = []
  const { host, key } = await open({
    upstream: ({ body }) => {
      sent.push(body as string)
      return answer(200, said('fine'))
    },
  })
  const caller = await host.addKey({ domains: ['invoke'] })
  for (const request of requests) {
    const {
      path,
      body,
      method,
      headers = {},
    } = request as { path: string; body?: Json; method?: string; headers?: Record<string, string> }
    const [where = '', query = ''] = path.split('?')
    const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
    const made = typeof body === 'string' ? { raw: body } : body === undefined ? {} : { body }
    sent.length = 0
    const real = await proxy(
      makeCall({ path: where, query, key: caller, headers: named, ...(method && { method }), ...made }),
      host,
    )
    await host.settle()
    const decision = (await host.index.get(id('acme'), real.headers['x-parapet-decision']!))!.decision
    const got = (await post(host, { as: { id: decision.principal, domains: ['invoke'] }, request }, key)).json
    const without = (record: object) => ({ ...record, id: '', at: '', ms: 0 })
    expect(without(got.decision), path).toEqual(without(decision))
    expect(got.findings.map(({ disguised, ...finding }) => finding)).toEqual(decision.findings)
    const tokens = (text: string) => text.replace(/<([A-Z_]+)_[a-z2-7]{16}>/g, '<$1>')
    expect(tokens(JSON.stringify(got.sent?.body ?? null))).toEqual(tokens(sent[0] ?? 'null'))
    if (decision.action === 'block') expect(got.answer?.status).toBe(real.status)
  }
})

test('nothing comes of it: no record, no pseudonym, no owner, no call, no credential', async () => {
  const { host, key } = await open()
  const caller = { tenant: id('acme'), principal: id('someone') }
  const before = await host.dump('acme')
  const stored = { path: '/v1/responses', body: { model: 'm', input: `${MAIL} ${CARD}` } }
  const made = { id: 'resp_made1234567890', object: 'response', status: 'completed', output: [] }
  const got = await post(host, { as, request: stored, response: made }, key)
  expect(got.json.answer).toMatchObject({ status: 200, body: { id: made.id } })
  await host.settle()
  expect(await host.dump('acme')).toBe(before)
  expect(await host.index.search(caller.tenant, { limit: 10 })).toEqual([])
  expect(await host.owners.find([`openai ${made.id}`])).toEqual([undefined])
  expect(got.text).not.toContain('credential-77')
  expect(host.warnings).toEqual([])
})

test('pseudonyms of real calls are not revealed', async () => {
  const { host, key } = await open({ upstream: () => answer(200, said('fine')) })
  const scope = { tenant: id('acme'), scope: id('someone') }
  const [token] = await host.vault.conceal(scope, [{ entity: id('EMAIL_ADDRESS'), value: MAIL }], new Set())
  await host.vault.link(scope, id('chain-1'), [token!])
  await host.owners.claim([
    {
      id: 'openai resp_abcdefghijkl',
      tenant: id('acme'),
      principal: id('someone'),
      upstream: id('up'),
      chain: id('chain-1'),
    },
  ])
  const request = {
    path: '/v1/responses',
    body: { model: 'm', input: 'go on', previous_response_id: 'resp_abcdefghijkl' },
  }
  const output = [
    {
      type: 'message',
      role: 'assistant',
      id: 'msg_1',
      status: 'completed',
      content: [{ type: 'output_text', text: token, annotations: [] }],
    },
  ]
  const got = await post(
    host,
    { as, request, response: { id: 'resp_b', object: 'response', status: 'completed', output } },
    key,
  )
  expect(got.json.answer?.status).toBe(200)
  expect(got.text).toContain(token)
  expect(got.text).not.toContain(MAIL)
})

describe('candidates', () => {
  const ruleset = compile(
    rule({
      id: 'card',
      entity: 'CREDIT_CARD',
      label: 'pii.payment-card',
      patterns: [{ re: '\\b\\d{16}\\b', score: 0.7 }],
      validate: 'card',
      reach: 16,
    }),
    rule({
      id: 'badge',
      patterns: [{ re: '\\b\\d{5}\\b', score: 0.3 }],
      context: { words: ['badge'], unless: ['room'], within: 12, boost: 0.4 },
      reach: 5,
    }),
    rule({
      id: 'plate',
      pack: 'xx',
      patterns: [{ re: '\\bX-\\d{3}\\b', score: 0.8 }],
      context: { words: ['plate'], within: 8, boost: 0.4 },
      reach: 5,
    }),
  )
  const edit = (bundle: Bundle): Bundle => ({ ...bundle, ruleset })
  test.for([
    [
      '4111111111111111',
      { base: 0.7, valid: true, context: 'not needed', reported: true, why: 'reported: its form is enough' },
    ],
    ['4111111111111112', { valid: false, reported: false, why: 'dropped: its validator refused it' }],
    [
      'badge 12345',
      {
        base: 0.3,
        score: 0.7,
        context: 'found',
        valid: 'not asked',
        reported: true,
        why: 'reported: a context word is near, which it needs',
      },
    ],
    [
      '12345',
      { score: 0.3, context: 'missing', reported: false, why: 'dropped: no context word is near, which it needs' },
    ],
    ['room badge 12345', { against: true, reported: false, why: 'dropped: a word near it makes it something else' }],
    [
      'X-123',
      {
        base: 0.8,
        context: 'missing',
        reported: false,
        why: 'dropped: no context word is near, which it needs, since its pack is off',
      },
    ],
    ['plate X-123', { reported: true, why: 'reported: a context word is near, which it needs, since its pack is off' }],
  ] as const)('%s', async ([text, expected]) => {
    const got = await simulated({ as, request: chat(text) }, { edit })
    const { length } = text
    expect(got.candidates).toMatchObject([
      { place: '/messages/0/content', source: 'user', end: length, in: 'request', ...expected },
    ])
    expect(got.more).toBe(false)
    expect(got.findings).toHaveLength(expected.reported ? 1 : 0)
    expect(JSON.stringify(got.candidates)).not.toContain(text)
  })

  test('the key that a value stands under is context', async () => {
    const got = await simulated({ as, request: chat(JSON.stringify({ badge: '12345' })) }, { edit })
    expect(got.candidates).toMatchObject([{ context: 'found', reported: true }])
  })
  test('in a long text they are looked for piece by piece, and listed up to a bound', async () => {
    const words = ['badge 12345', 'room badge 12345', '4111111111111111', 'plate X-123', 'nothing', '.']
    const text = Array.from({ length: 3000 }, (_, i) => words[((i * 7) % 11) % words.length]).join(' ')
    const got = await simulated({ as, request: chat(text) }, { edit })
    const explained = (ruleset.plain as PatternDetector).explain(text)
    expect(explained.length).toBeGreaterThan(1000)
    expect(got.candidates.map(({ start, end, reported }) => [start, end, reported])).toEqual(
      explained.map(({ start, end, reported }) => [start, end, reported]),
    )
    expect(got.more).toBe(false)
    const many = await simulated({ as, request: chat('12345 '.repeat(5001)) }, { edit })
    expect(many).toMatchObject({ more: true, candidates: { length: 5000 } })
  })
  test('what only escapes show is a finding without a candidate', async () => {
    const got = await simulated({ as, request: chat('see \\u0034111111111111111') }, { edit })
    expect(got.findings).toMatchObject([{ entity: 'CREDIT_CARD', disguised: true }])
    expect(got.candidates.filter(({ reported }) => reported)).toEqual([])
  })
  test('a call that is not permitted has candidates, and no findings', async () => {
    const got = await simulated({ as: { domains: [] }, request: chat('badge 12345') }, { edit })
    expect(got).toMatchObject({
      decision: { reason: 'permission_denied' },
      grant: null,
      findings: [],
      sent: null,
      answer: { status: 403 },
    })
    expect(got.candidates).toHaveLength(1)
  })
})

describe('who may', () => {
  test('a key may if inspect or admin is among its domains, whatever else is', async () => {
    const { host } = await open()
    for (let bits = 0; bits < 2 ** DOMAINS.length; bits++) {
      const domains = DOMAINS.filter((_, i) => bits & (1 << i))
      const got = await post(host, { as, request: chat('hi') }, await host.addKey({ domains }))
      expect(got.status, domains.join()).toBe(domains.includes('inspect') || domains.includes('admin') ? 200 : 403)
    }
    expect((await post(host, { as, request: chat('hi') })).status).toBe(401)
  })

  test('who is not named is the caller; who is named is of the caller’s tenant', async () => {
    const { host, key } = await open()
    const own = await post(host, { request: chat('hi') }, key)
    expect(own.json).toMatchObject({
      as: { tenant: 'acme', domains: ['inspect'] },
      decision: { reason: 'permission_denied' },
    })
    const other = await post(host, { as: { tenant: 'other-7' }, request: chat('hi') }, key)
    expect(other).toMatchObject({ status: 403, json: { error: { code: 'permission_denied', param: 'as.tenant' } } })
    expect(other.text).not.toContain('other-7')
    const same = await post(host, { as: { tenant: 'acme' }, request: chat('hi') }, key)
    expect(same.json).toMatchObject({ as: { id: 'simulated', tenant: 'acme', domains: ['invoke'], groups: [] } })
  })
})

test.for([
  ['x-canary', undefined],
  ['["x-canary"]', undefined],
  [{ request: chat('hi'), 'x-canary': 1 }, null],
  [{}, 'request'],
  [{ request: 'x-canary' }, 'request'],
  [{ request: { ...chat('hi'), 'x-canary': 1 } }, 'request'],
  [{ request: { path: 'x-canary' } }, 'request.path'],
  [{ request: { path: `/${'x-canary'.repeat(2000)}` } }, 'request.path'],
  [{ request: { path: CHAT, method: 'x-canary' } }, 'request.method'],
  [{ request: { path: CHAT, headers: ['x-canary'] } }, 'request.headers'],
  [{ request: { path: CHAT, headers: { 'x-canary': 1 } } }, 'request.headers'],
  [{ request: { path: CHAT, headers: { Authorization: 'x-canary' } } }, 'request.headers'],
  [{ request: chat('hi'), as: 'x-canary' }, 'as'],
  [{ request: chat('hi'), as: { 'x-canary': 1 } }, 'as'],
  [{ request: chat('hi'), as: { id: 'x-canary !' } }, 'as.id'],
  [{ request: chat('hi'), as: { domains: ['x-canary'] } }, 'as.domains'],
  [{ request: chat('hi'), as: { groups: 'x-canary' } }, 'as.groups'],
  [{ request: chat('hi'), response: 'x-canary' }, 'response'],
  [{ request: chat('hi', { stream: true }), response: ['x-canary'] }, 'response'],
] as const)('bad input %j is told by its field, %s, and quoted nowhere', async ([body, param]) => {
  const { host, key } = await open()
  const got = await post(host, body, key)
  expect(got.status).toBe(400)
  expect(got.json.error).toMatchObject({ code: 'unreadable_body', param: param ?? null })
  expect(got.text + host.warnings.join()).not.toContain('x-canary')
})

test('a body of another type, or one that is too large, is refused', async () => {
  const { host, key } = await open()
  expect((await post(host, '{}', key, { 'content-type': 'text/plain' })).status).toBe(415)
  const got = await post(host, { request: chat('x'.repeat(1024 * 1024)) }, key)
  expect(got).toMatchObject({ status: 413, json: { error: { code: 'body_too_large' } } })
})
