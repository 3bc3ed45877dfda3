/** Bad input, from callers and from upstreams: a clear error in the caller's shape, a record, and nothing leaks. */

import { describe, expect, test } from 'vitest'
import { answer, makeHost, type TestHost } from '#host'
import { proxy } from '../src/proxy.ts'
import type { UpstreamAnswer } from '../src/types.ts'
import { type Made, makeCall, read, sentText } from './support/call.ts'

const CANARY = 'CANARY-7f3a'
const utf8 = (text: string) => new TextEncoder().encode(text)
const good = `{"model":"mirror","messages":[{"role":"user","content":"${CANARY}"}]}`

async function play(
  upstream?: () => UpstreamAnswer | Promise<UpstreamAnswer>,
): Promise<{ host: TestHost; key: string }> {
  const host = await makeHost({
    edit: (bundle) => ({
      ...bundle,
      upstreams: bundle.upstreams.map((one) => ({ ...one, models: ['m', 'mirror'] })),
      settings: {
        ...bundle.settings,
        limits: { ...bundle.settings.limits, requestBytes: 5000, answerBytes: 5000, depth: 20, eventCharacters: 3000 },
      },
    }),
    ...(upstream && { upstream }),
  })
  return { host, key: await host.addKey() }
}

describe('from callers', () => {
  const json = { 'content-type': 'application/json' }
  const rows: [string, Made, number, string, string | null][] = [
    ['not JSON', { raw: `{"model":"mirror",${CANARY}}` }, 400, 'unreadable_body', null],
    ['nothing', { raw: '' }, 400, 'unreadable_body', null],
    ['trailing bytes', { raw: `${good} ${CANARY}` }, 400, 'unreadable_body', null],
    ['no object', { raw: `["${CANARY}"]` }, 400, 'unreadable_body', null],
    ['duplicate keys', { raw: `{"model":"mirror","model":"${CANARY}","messages":[]}` }, 400, 'unreadable_body', null],
    [
      'over-deep',
      { raw: `{"model":"mirror","x":${'['.repeat(30)}"${CANARY}"${']'.repeat(30)}}` },
      400,
      'unreadable_body',
      null,
    ],
    ['over-size', { raw: `{"model":"mirror","x":"${CANARY.repeat(600)}"}` }, 413, 'body_too_large', null],
    [
      'invalid UTF-8',
      { body: new Uint8Array([...utf8('{"model":"'), 0xff, ...utf8('"}')]) },
      400,
      'unreadable_body',
      null,
    ],
    ['an integer beyond 2^53', { raw: `{"model":"mirror","seed":90071992547409931}` }, 400, 'unreadable_body', null],
    [
      'another type',
      { raw: good, headers: { 'content-type': 'text/plain' } },
      415,
      'unsupported_media_type',
      'content-type',
    ],
    [
      'another charset',
      { raw: good, headers: { 'content-type': 'application/json; charset=utf-16' } },
      415,
      'unsupported_media_type',
      'content-type',
    ],
    [
      'compressed',
      { raw: good, headers: { ...json, 'content-encoding': 'gzip' } },
      415,
      'unsupported_media_type',
      'content-encoding',
    ],
    ['no model', { raw: `{"messages":[{"role":"user","content":"${CANARY}"}]}` }, 400, 'unreadable_body', 'model'],
    ['a model that is no name', { raw: `{"model":"${CANARY} ${CANARY}"}` }, 400, 'unreadable_body', 'model'],
    ['a stream that is no boolean', { raw: `{"model":"m","stream":"${CANARY}"}` }, 400, 'unreadable_body', 'stream'],
    ['a query', { raw: good, query: `model=${CANARY}` }, 400, 'unreadable_body', 'query'],
    ['an unknown extension', { raw: `{"model":"m","parapet":{"${CANARY}":1}}` }, 400, 'unreadable_body', 'parapet'],
    [
      'context',
      { raw: `{"model":"m","parapet":{"context":["${CANARY}"]}}` },
      400,
      'unreadable_body',
      'parapet.context',
    ],
    [
      'a purpose with digits',
      { raw: `{"model":"m","parapet":{"purpose":"p-4111"}}` },
      400,
      'unreadable_body',
      'parapet.purpose',
    ],
    ['a model that nobody serves', { raw: good.replace('mirror', 'nobody-has-this') }, 404, 'no_upstream', 'model'],
    ['JSON in JSON in JSON …', { raw: JSON.stringify({ model: 'mirror', x: deep(6) }) }, 400, 'unreadable_body', null],
  ]
  function deep(levels: number): string {
    let text = `{"a":"${CANARY}"}`
    for (let i = 0; i < levels; i++) text = JSON.stringify([text])
    return text
  }

  test.each(rows)('%s', async (_name, made, status, code, param) => {
    const { host, key } = await play()
    const got = await read(await proxy(makeCall({ ...made, key }), host))
    const { error } = got.json() as { error: { code: string; param: string | null; message: string } }
    expect([got.status, error.code, error.param]).toEqual([status, code, param])
    expect(error.message.length).toBeGreaterThan(10)
    expect(got.text + JSON.stringify(got.headers)).not.toContain('CANARY')
    expect(got.headers['x-parapet-action']).toBe('block')
    const entry = await host.index.get('acme' as never, got.headers['x-parapet-decision']!)
    expect(entry?.decision).toMatchObject({ action: 'block', reason: code, status })
    expect(await host.dump('acme')).not.toContain('CANARY')
    // The same call in the other API's shape.
    const path = '/v1/messages'
    const other = await read(await proxy(makeCall({ ...made, key, path }), host))
    expect(other.json()).toMatchObject({ type: 'error', error: { code, message: expect.any(String) } })
  })
})

describe('from upstreams', () => {
  const json = { 'content-type': 'application/json' }
  const html = { 'content-type': 'text/html' }
  const rows: [string, () => UpstreamAnswer, number, string][] = [
    ['garbage', () => answer(200, pieces('CANARY{{'), json), 502, 'upstream_invalid'],
    ['nothing', () => answer(200, pieces(''), json), 502, 'upstream_invalid'],
    [
      'half an answer',
      () => answer(200, pieces('{"choices":[{"message":{"content":"CANARY'), json),
      502,
      'upstream_invalid',
    ],
    [
      'bytes that are no text',
      () => answer(200, pieces(new Uint8Array([123, 255, 254])), json),
      502,
      'upstream_invalid',
    ],
    ['a page', () => answer(200, pieces('<p>CANARY'), html), 502, 'upstream_invalid'],
    ['a page as an error', () => answer(503, pieces('<p>CANARY'), html), 502, 'upstream_unreachable'],
    [
      'a redirect',
      () => answer(302, pieces(''), { ...html, location: 'http://CANARY.example' }),
      502,
      'upstream_invalid',
    ],
    [
      'a redirect with an answer',
      () => answer(307, { choices: [] }, { ...json, location: '/CANARY' }),
      502,
      'upstream_invalid',
    ],
    ['a refused credential', () => answer(401, { error: { message: 'CANARY key' } }), 502, 'upstream_refused'],
    [
      'a stream nobody asked for',
      () => answer(200, pieces('data: CANARY\n\n'), { 'content-type': 'text/event-stream' }),
      502,
      'upstream_invalid',
    ],
    ['too much', () => answer(200, { choices: ['CANARY'.repeat(2000)] }), 502, 'upstream_invalid'],
    ['a broken connection', () => answer(200, breaks(), json), 502, 'upstream_unreachable'],
    [
      'no connection',
      () => {
        throw new Error('connect ECONNREFUSED CANARY')
      },
      502,
      'upstream_unreachable',
    ],
  ]
  async function* pieces(...parts: (string | Uint8Array)[]): AsyncGenerator<string> {
    for (const part of parts) yield part as string
  }
  async function* breaks(): AsyncGenerator<string> {
    yield '{"choices":'
    throw new Error('socket hang up CANARY')
  }

  test.each(rows)('%s', async (_name, upstream, status, code) => {
    const { host, key } = await play(upstream)
    const got = await read(await proxy(makeCall({ raw: good.replace(CANARY, 'hi'), key }), host))
    expect([got.status, (got.json() as { error: { code: string } }).error.code]).toEqual([status, code])
    expect(got.text + JSON.stringify(got.headers)).not.toContain('CANARY')
    await host.settle()
    const entry = await host.index.get('acme' as never, got.headers['x-parapet-decision']!)
    expect(entry?.decision).toMatchObject({ action: 'allow' })
    expect(entry?.outcome).toMatchObject({ reason: code, delivered: 'none', status })
    expect(await host.dump('acme')).not.toContain('CANARY')
  })

  test('a 500 with the prompt in it: its status and screened message reach the caller, restored', async () => {
    let seen = ''
    const host = await makeHost({
      upstream(request) {
        seen = JSON.parse(sentText(request)).messages[0].content
        const error = { message: `cannot process: ${seen} ghp_${'a1B2'.repeat(9)}`, type: 'server_error' }
        return answer(
          500,
          { error },
          { 'content-type': 'application/json', 'x-request-id': 'req_1', 'x-echo': 'CANARY' },
        )
      },
    })
    const body = { model: 'mirror', messages: [{ role: 'user', content: 'mail ann.lee@corp.example.com' }] }
    const got = await read(await proxy(makeCall({ body, key: await host.addKey() }), host))
    expect(seen).not.toContain('ann.lee')
    expect(got.status).toBe(500)
    expect((got.json() as { error: { message: string } }).error.message).toBe(
      'cannot process: mail ann.lee@corp.example.com [GITHUB_TOKEN]',
    )
    expect(got.headers['x-request-id']).toBe('req_1')
    expect(JSON.stringify(got.headers)).not.toContain('CANARY')
  })
})
