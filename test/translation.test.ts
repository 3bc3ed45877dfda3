/** A caller of one API and an upstream of the other: the guardrails see the caller's API only, and nothing is lost on the way. */
import { describe, expect, test } from 'vitest'
import { answer, makeHost, type TestHost } from '#host'
import { id } from '../src/ids.ts'
import { mirror } from '../src/mirror/index.ts'
import type { Bundle } from '../src/ports.ts'
import { proxy } from '../src/proxy.ts'
import type { Api, Json, JsonObject, UpstreamRequest } from '../src/types.ts'
import { joinStream, makeCall, read } from './support/call.ts'

const CARD = '4111 1111 1111 1111'

/** A host with upstreams of one API only. */
async function only(api: Api, play = mirror): Promise<{ host: TestHost; key: string; sent: UpstreamRequest[] }> {
  const sent: UpstreamRequest[] = []
  const upstream = { id: id('other'), api, url: 'mirror:', credential: 'sk-own', zone: id('local'), models: ['*'] }
  const host = await makeHost({
    edit: (bundle: Bundle) => ({ ...bundle, upstreams: [upstream] }),
    upstream(request) {
      sent.push(request)
      return play(request)
    },
  })
  return { host, key: await host.addKey(), sent }
}
const chat = (more: JsonObject = {}) => ({
  body: { model: 'm', max_tokens: 50, messages: [{ role: 'user', content: `Card ${CARD}` }], ...more } as Json,
})
const messages = (more: JsonObject = {}) => ({
  ...chat(more),
  path: '/v1/messages',
  headers: { 'anthropic-version': '2023-06-01' },
})

describe.each([false, true])('stream: %s', (stream) => {
  test('an OpenAI caller at an Anthropic upstream', async () => {
    const { host, key, sent } = await only('anthropic')
    const got = await read(await proxy(makeCall({ ...chat({ stream }), key }), host))
    expect(got.status).toBe(200)
    expect(sent[0]).toMatchObject({
      path: '/v1/messages',
      headers: { 'x-api-key': 'sk-own', 'anthropic-version': '2023-06-01' },
    })
    expect(sent[0]!.body).not.toContain('4111')
    const text = stream
      ? joinStream(got.events())['0.content']
      : (got.json() as { choices: { message: { content: string } }[] }).choices[0]!.message.content
    expect(text).toContain(`You see: Card ${CARD}`)
    if (stream) expect(got.events().at(-1)).toBe('[DONE]')
  })
  test('an Anthropic caller at an OpenAI upstream', async () => {
    const { host, key, sent } = await only('openai')
    const got = await read(await proxy(makeCall({ ...messages({ stream }), key }), host))
    expect(got.status).toBe(200)
    expect(sent[0]).toMatchObject({ path: '/chat/completions', headers: { authorization: 'Bearer sk-own' } })
    expect(sent[0]!.body).not.toContain('4111')
    const text = stream
      ? joinStream(got.events())['0.text']
      : (got.json() as { content: { text: string }[] }).content[0]!.text
    expect(text).toContain(`You see: Card ${CARD}`)
    if (stream) expect(got.text).toMatch(/event: message_stop\ndata: \{"type":"message_stop"\}\n\n$/)
  })
  test('an error of the upstream comes in the caller’s shape', async () => {
    const error = {
      error: { message: 'no quota for 5500 0000 0000 0004', type: 'insufficient_quota', code: 'insufficient_quota' },
    }
    const { host, key } = await only('openai', () => answer(429, error))
    const got = await read(await proxy(makeCall({ ...messages({ stream }), key }), host))
    expect([got.status, (got.json() as JsonObject).type]).toEqual([429, 'error'])
    expect(got.text).not.toContain('5500')
  })
})

test('a stream that is cut off is told as such, in the caller’s shape', async () => {
  const { host, key } = await only('openai', (request) => {
    const whole = mirror(request)
    return {
      ...whole,
      chunks: (async function* () {
        for await (const chunk of whole.chunks) {
          if (new TextDecoder().decode(chunk).includes('"finish_reason":"stop"')) return
          yield chunk
        }
      })(),
    }
  })
  const got = await read(await proxy(makeCall({ ...messages({ stream: true }), key }), host))
  expect(got.text).toMatch(/event: error\ndata: .*upstream_truncated/)
  expect(got.text).not.toContain('message_stop')
})
test('what cannot be carried over is named, and nothing leaves', async () => {
  const { host, key, sent } = await only('anthropic')
  const got = await read(await proxy(makeCall({ ...chat({ n: 2 }), key }), host))
  expect([got.status, (got.json() as { error: JsonObject }).error.param, sent.length]).toEqual([400, 'n', 0])
})
test('other operations are not translated', async () => {
  const { host, key, sent } = await only('anthropic')
  const call = makeCall({ path: '/v1/embeddings', key, body: { model: 'm', input: 'x' } })
  expect([(await read(await proxy(call, host))).status, sent.length]).toEqual([404, 0])
})
test('the upstream that names the model most exactly has it; of equals the one of the caller’s API', async () => {
  const at = (name: string, api: Api, models: readonly string[]) => {
    return { id: id(name), api, url: 'mirror:', credential: undefined, zone: id('local'), models }
  }
  const upstreams = [at('a', 'openai', ['*']), at('b', 'anthropic', ['claude-*', '*']), at('c', 'openai', ['gpt-*'])]
  const seen: string[] = []
  const host = await makeHost({
    edit: (bundle) => ({ ...bundle, upstreams }),
    upstream(request, upstream) {
      seen.push(upstream.id)
      return mirror(request)
    },
  })
  const key = await host.addKey()
  for (const model of ['claude-x', 'gpt-x', 'other']) await proxy(makeCall({ ...chat({ model }), key }), host)
  for (const model of ['claude-x', 'gpt-x', 'other']) await proxy(makeCall({ ...messages({ model }), key }), host)
  expect(seen).toEqual(['b', 'c', 'a', 'b', 'c', 'b'])
})
