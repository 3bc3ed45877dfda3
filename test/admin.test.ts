/** Reading the decision log over HTTP: who may, what of it, and what is never in it. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answer, makeHost, type TestHost } from '#host'
import { createApp } from '../src/app.ts'
import { id } from '../src/ids.ts'
import { mirror } from '../src/mirror/index.ts'
import type { Access, AccessRequest, Host } from '../src/ports.ts'
import { proxy } from '../src/proxy.ts'
import { DOMAINS, type Json } from '../src/types.ts'
import { makeCall, sentText } from './support/call.ts'
import { makeDecision, makeOutcome } from './support/host-records.ts'

const LIST = '/parapet/v1/decisions'
const ACTIONS = ['allow', 'transform', 'block'] as const
const UNKNOWN = '0190f3c1-7b2a-7cde-8f01-23456789abcd'

async function ask(host: Host, path: string, key?: string, headers: Record<string, string> = {}) {
  const app = createApp(host, async () => new Response(null, { status: 599 }))
  const answered = await app.request(path, { headers: { ...(key && { authorization: `Bearer ${key}` }), ...headers } })
  const text = await answered.text()
  // biome-ignore lint/suspicious/noExplicitAny: looked into by the tests
  return { status: answered.status, headers: answered.headers, text, body: JSON.parse(text) as any }
}
const inspector = (host: TestHost, tenant = 'acme') => host.addKey({ domains: ['inspect'], tenant: id(tenant) })

describe('who may read', () => {
  const subsets = Array.from({ length: 2 ** DOMAINS.length }, (_, bits) => DOMAINS.filter((_, i) => bits & (1 << i)))

  test('a key may if inspect is among its domains, whatever else is', async () => {
    const host = await makeHost()
    const decision = makeDecision()
    await host.decisions.append(decision)
    for (const domains of subsets) {
      const key = await host.addKey({ domains })
      for (const path of [LIST, `${LIST}/${decision.id}`, `${LIST}/${UNKNOWN}`]) {
        const got = await ask(host, path, key)
        const may = domains.includes('inspect')
        expect(got.status, `${domains} ${path}`).toBe(may ? (path.endsWith(UNKNOWN) ? 404 : 200) : 403)
        if (!may) expect(got.body.error).toMatchObject({ code: 'permission_denied', type: 'permission_error' })
        if (!may) expect(got.text).not.toContain(decision.id)
      }
    }
  })

  test('policy is asked for the log of the key’s own tenant', async () => {
    const host = await makeHost()
    const asked: AccessRequest[] = []
    const access: Access = {
      ...host.bundle.access,
      ask(request) {
        asked.push(request)
        return host.bundle.access.ask(request)
      },
    }
    await ask({ ...host, bundle: { ...host.bundle, access } }, LIST, await inspector(host))
    expect(asked).toMatchObject([{ action: 'readDecisions', resource: { type: 'Log', id: 'acme' } }])
  })

  test('no key, an unknown, a revoked, an expired one, and two that differ: 401', async () => {
    const host = await makeHost()
    const good = await inspector(host)
    const revoked = await inspector(host)
    await host.revokeKey(revoked)
    const expired = await host.addKey({ domains: ['inspect'], expires: 1 })
    for (const key of [
      undefined,
      'nonsense',
      `${good.slice(0, -1)}${good.endsWith('a') ? 'b' : 'a'}`,
      revoked,
      expired,
    ]) {
      const got = await ask(host, LIST, key)
      expect(got.status).toBe(401)
      expect(got.body.error.code).toBe('unauthenticated')
      expect(got.headers.get('x-should-retry')).toBe('false')
      if (key) expect(got.text).not.toContain(key)
    }
    expect((await ask(host, LIST, good, { 'x-api-key': revoked })).status).toBe(401)
    expect((await ask(host, LIST, undefined, { 'x-api-key': good })).status).toBe(200)
  })

  test('a port that fails refuses, and tells nothing', async () => {
    const host = await makeHost()
    const key = await inspector(host)
    const fail = () => {
      throw new Error('canary-5f1c')
    }
    const broken: Host[] = [
      { ...host, directory: { find: fail } },
      { ...host, index: { search: fail, get: fail } },
      { ...host, bundle: { ...host.bundle, access: { ...host.bundle.access, ask: fail } } },
    ]
    for (const one of broken) {
      for (const path of [LIST, `${LIST}/${UNKNOWN}`]) {
        const got = await ask(one, path, key)
        expect(got.status).toBe(503)
        expect(got.body.error.code).toBe('internal')
        expect(got.text + host.warnings.join()).not.toContain('canary')
      }
    }
    expect(host.warnings.length).toBeGreaterThan(0)
  })
})

test('a tenant sees its own records, and nothing of others', async () => {
  const host = await makeHost()
  const made = { acme: makeDecision(), other: makeDecision({ tenant: id('other') }) }
  for (const decision of Object.values(made)) await host.decisions.append(decision)
  for (const tenant of ['acme', 'other'] as const) {
    const key = await inspector(host, tenant)
    const got = await ask(host, LIST, key)
    expect(got.body.decisions.map((one: { id: string }) => one.id)).toEqual([made[tenant].id])
    const theirs = await ask(host, `${LIST}/${made[tenant === 'acme' ? 'other' : 'acme'].id}`, key)
    expect(theirs.status).toBe(404)
    // Another's record and none at all cannot be told apart.
    expect(theirs.text).toBe((await ask(host, `${LIST}/${UNKNOWN}`, key)).text)
  }
})

describe('what is read', () => {
  test('pages of any size and filter make the whole list, newest first', async () => {
    const host = await makeHost()
    const key = await inspector(host)
    const decisions = Array.from({ length: 23 }, (_, i) => makeDecision({ action: ACTIONS[i % 3]! }))
    for (const decision of decisions) {
      await host.decisions.append(decision)
      if (decision.action !== 'block') await host.decisions.append(makeOutcome(decision))
    }
    const sizes = fc.option(fc.integer({ min: 1, max: 200 }), { nil: undefined })
    const filters = fc.option(fc.constantFrom(...ACTIONS), { nil: undefined })
    const property = fc.asyncProperty(sizes, filters, async (limit, action) => {
      const seen: { id: string }[] = []
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const params = new URLSearchParams({
          ...(limit && { limit: String(limit) }),
          ...(action && { action }),
          ...(cursor && { cursor }),
        })
        const { body, headers } = await ask(host, `${LIST}?${params}`, key)
        expect(headers.get('cache-control')).toBe('no-store')
        expect(body.decisions.length).toBeLessThanOrEqual(limit ?? 50)
        seen.push(...body.decisions)
        cursor = body.next
        // A next page is promised only if there is one.
        if (cursor !== null) expect(body.decisions.length).toBe(limit ?? 50)
      }
      const wanted = decisions.filter((one) => action === undefined || one.action === action).reverse()
      expect(seen.map((one) => one.id)).toEqual(wanted.map((one) => one.id))
    })
    await fc.assert(property, { numRuns: 20 })
  })

  test('one decision is the record, its place in the chain, and its outcome once there is one', async () => {
    const host = await makeHost()
    const key = await inspector(host)
    const decision = makeDecision()
    await host.decisions.append(decision)
    const hash = `sha256:${(await host.verify('acme')).head.hash}`
    expect((await ask(host, `${LIST}/${decision.id}`, key)).body).toEqual({ seq: 1, hash, ...decision, outcome: null })
    const outcome = makeOutcome(decision)
    await host.decisions.append(outcome)
    const got = await ask(host, `${LIST}/${decision.id}`, key)
    expect(got.body).toEqual({ seq: 1, hash, ...decision, outcome })
    expect(got.headers.get('cache-control')).toBe('no-store')
    expect((await ask(host, LIST, key)).body.decisions).toEqual([got.body])
    expect((await ask(host, `${LIST}/${outcome.id}`, key)).status).toBe(404)
  })

  test('what has not the shape of an id is not looked for', async () => {
    const host = await makeHost()
    const key = await inspector(host)
    const index: Host['index'] = {
      search: host.index.search,
      get: () => {
        throw new Error('was looked for')
      },
    }
    for (const wrong of [
      '1',
      "'%20OR%201=1--",
      UNKNOWN.toUpperCase(),
      `${UNKNOWN}0`,
      '%3Cscript%3E',
      '%00',
      'a'.repeat(5000),
    ]) {
      const got = await ask({ ...host, index }, `${LIST}/${wrong}`, key)
      expect(got.status, wrong).toBe(404)
      expect(got.body.error.code).toBe('not_found')
    }
  })
})

describe('parameters that cannot be read are named, their values never told', () => {
  const SECRET = '4111111111111111'
  const wrong: [query: string, param: string][] = [
    ...['0', '201', '-1', '1.5', '1e2', '0x10', '', ' 5', '٣', SECRET].map(
      (v) => [`limit=${v}`, 'limit'] as [string, string],
    ),
    ...['0', '-3', 'abc', '', '1.0', '9'.repeat(16), `${SECRET}x`].map(
      (v) => [`cursor=${v}`, 'cursor'] as [string, string],
    ),
    ...['', 'ALLOW', 'deny', SECRET].map((v) => [`action=${v}`, 'action'] as [string, string]),
    ['limit=5&limit=5', 'limit'],
    ['action=allow&action=block', 'action'],
    ['tenant=other', 'tenant'],
    ['before=5', 'before'],
    [`${SECRET}=1`, 'query'],
    ['%3Cscript%3E=1', 'query'],
    ['__proto__=1', 'query'],
  ]
  test.each(wrong)('%s', async (query, param) => {
    const host = await makeHost()
    const got = await ask(host, `${LIST}?${query}`, await inspector(host))
    expect(got.status).toBe(400)
    expect(got.body.error).toMatchObject({ code: 'invalid_parameter', type: 'invalid_request_error', param })
    expect(got.text).not.toContain(SECRET)
    expect(got.text).not.toContain('<')
  })
  test('one decision takes none', async () => {
    const host = await makeHost()
    const got = await ask(host, `${LIST}/${UNKNOWN}?limit=1`, await inspector(host))
    expect([got.status, got.body.error.param]).toEqual([400, 'limit'])
  })
  test('without a key nothing of the query is read', async () => {
    expect((await ask(await makeHost(), `${LIST}?limit=nonsense`)).status).toBe(401)
  })
})

test('records of real calls hold nothing that was said', async () => {
  const canary = 'quetzal-7741-marmalade'
  const say = (content: Json, more = {}) => ({ model: 'mirror', messages: [{ role: 'user', content }], ...more })
  const bodies: Json[] = [
    say(`Card 4111 1111 1111 1111, ann.${canary}@corp.example.com`),
    say(canary, { stream: true }),
    say(canary, { [canary]: canary, metadata: { [canary]: `{"${canary}":"${canary}"}` } }),
    say(canary, { model: `${canary}@corp.example.com` }),
    say(canary, { model: { [canary]: canary } }),
    say(canary, { parapet: { purpose: canary } }),
    say(canary, { tools: [{ type: 'function', function: { name: canary, parameters: { type: 'object' } } }] }),
  ]
  const host = await makeHost({
    upstream: (request) =>
      sentText(request).includes('"stream":true')
        ? answer(500, { error: { message: canary, code: canary } })
        : mirror(request),
  })
  const key = await host.addKey()
  for (const body of bodies) {
    for (const [path, headers] of [
      ['/v1/chat/completions', {}],
      [`/v1/${canary}`, { 'anthropic-version': canary }],
    ] as const) {
      const made = await proxy(makeCall({ key, body, path, headers }), host)
      if (typeof made.body !== 'string') for await (const _ of made.body);
    }
  }
  await host.settle()
  const reader = await inspector(host)
  const { body, text } = await ask(host, LIST, reader)
  expect(body.decisions.length).toBe(2 * bodies.length)
  expect(new Set(body.decisions.map((one: { action: string }) => one.action)).size).toBe(3)
  expect(text).not.toContain('quetzal')
  // Not `4111` alone: a hash may hold it.
  expect(text).not.toContain('4111 1111')
  expect(text).not.toContain('41111111')
  for (const { id } of body.decisions) expect((await ask(host, `${LIST}/${id}`, reader)).text).not.toContain('quetzal')
})
