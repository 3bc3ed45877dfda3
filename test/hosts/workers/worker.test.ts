/** The Worker as a whole, inside workerd: configuration, and the way from a web Request to a web Response. */
import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { random, sha256 } from '../../../src/hosts/workers/crypto.ts'
import type { Env } from '../../../src/hosts/workers/env.ts'
import { exchangeWeb } from '../../../src/hosts/workers/exchange.ts'
import { makeHost } from '../../../src/hosts/workers/host.ts'
import worker from '../../../src/hosts/workers/main.ts'
import { hashKey, makeKey } from '../../../src/keys.ts'
import type { Answer, Call } from '../../../src/types.ts'
import { ownBundle } from '../../support/bundle.ts'

const bindings = env as unknown as Env
const bundle = () => ownBundle()
const made = makeKey(random)
const stored = {
  id: made.id,
  hash: hashKey(made.key, sha256),
  tenant: 'acme',
  domains: ['invoke'],
  groups: [],
  expires: null,
  revoked: false,
}
const ask = (url: string, init: RequestInit = {}) =>
  new Request(url, init) as Request<unknown, IncomingRequestCfProperties>

test('a call with a listed key goes through to the mirror and back', async () => {
  const request = ask('https://proxy.example/v1/chat/completions', {
    method: 'POST',
    headers: { authorization: `Bearer ${made.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'to ann.lee@corp.example.com' }] }),
  })
  const response = await worker.fetch(request, { ...bindings, PARAPET_KEYS: JSON.stringify([stored]) })
  expect(response.status).toBe(200)
  expect(await response.text()).toMatch(/‹EMAIL_ADDRESS_[a-z2-7]{16}›.*You see: to ann\.lee@corp\.example\.com/s)
})

test.for([
  [{ PARAPET_MASTER_KEY: undefined }, /PARAPET_MASTER_KEY is not set/],
  [{ PARAPET_MASTER_KEY: 'short' }, /PARAPET_MASTER_KEY/],
  [{ PARAPET_KEYS: '{}' }, /PARAPET_KEYS is not a list/],
  [{ PARAPET_KEYS: JSON.stringify([{ ...stored, hash: 'x' }]) }, /PARAPET_KEYS is not a list/],
  [{ PARAPET_KEYS: JSON.stringify([{ ...stored, domains: ['root'] }]) }, /PARAPET_KEYS is not a list/],
  [{ PARAPET_KEYS: JSON.stringify([{ ...stored, revoked: undefined }]) }, /PARAPET_KEYS is not a list/],
] as const)('a wrong configuration is refused: %j', async ([variables, expected]) => {
  await expect(makeHost({ ...bindings, ...variables } as unknown as Env, bundle)).rejects.toThrow(expected)
})

test('a call has method, path and query as sent, headers and body; a body over the limit is not read', async () => {
  const seen: unknown[] = []
  const proxy = async (call: Call): Promise<Answer> => {
    const body = await call.read(3)
    seen.push([
      call.method,
      call.path,
      call.query,
      call.header('x-b'),
      call.header('x-c'),
      body && new TextDecoder().decode(body),
    ])
    return { status: 201, headers: { 'x-a': '1' }, body: 'ü' }
  }
  const url = 'https://proxy.example/v1/a%2fb?x=%20&y'
  const response = await exchangeWeb(ask(url, { method: 'POST', headers: { 'X-B': '2' }, body: 'abc' }), proxy)
  expect([response.status, response.headers.get('x-a'), await response.text()]).toEqual([201, '1', 'ü'])
  await exchangeWeb(ask('https://proxy.example/v1', { method: 'POST', body: 'abcd' }), proxy)
  const pieces = new ReadableStream({
    start(controller) {
      for (const piece of ['ab', 'cd']) controller.enqueue(new TextEncoder().encode(piece))
      controller.close()
    },
  })
  await exchangeWeb(ask('https://proxy.example/v1', { method: 'POST', body: pieces }), proxy)
  expect(seen).toEqual([
    ['POST', '/v1/a%2fb', 'x=%20&y', '2', undefined, 'abc'],
    ['POST', '/v1', '', undefined, undefined, undefined],
    ['POST', '/v1', '', undefined, undefined, undefined],
  ])
})

test('a stream comes piece by piece; one that fails breaks off; one that is left is ended', async () => {
  const ended: string[] = []
  async function* body(end: 'fail' | 'go on'): AsyncGenerator<string> {
    try {
      yield 'a'
      if (end === 'fail') throw new Error('secret detail')
      for (;;) yield 'b'
    } finally {
      ended.push(end)
    }
  }
  const get = (end: 'fail' | 'go on') =>
    exchangeWeb(ask('https://proxy.example/'), async () => ({ status: 200, headers: {}, body: body(end) }))
  await expect((await get('fail')).text()).rejects.toThrow()
  const reader = (await get('go on')).body!.getReader()
  expect(new TextDecoder().decode((await reader.read()).value)).toBe('a')
  await reader.cancel()
  await expect.poll(() => ended).toEqual(['fail', 'go on'])
})
