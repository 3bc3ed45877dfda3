/** Bypasses that once worked. Each report adds its own; none may come back. */

import { describe, expect, test } from 'vitest'
import { answer, eventStream, makeHost } from '#host'
import { readings } from '../src/detectors/disguise.ts'
import { pseudonyms } from '../src/detectors/pseudonyms.ts'
import { mirror } from '../src/mirror/index.ts'
import { proxy } from '../src/proxy.ts'
import type { Domain, Json } from '../src/types.ts'
import { type Got, makeCall, read, sentText } from './support/call.ts'

const TOKEN = `ghp_${'a1B2'.repeat(9)}`
const A = TOKEN.slice(0, 15)
const B = TOKEN.slice(15)
const CARD = '4111111111111111'
const KEY_LINE = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n'
const data = (event: Json) => `data: ${JSON.stringify(event)}\n\n`
const delta = (value: Json, reason: Json = null) =>
  data({ choices: [{ index: 0, delta: value, finish_reason: reason }] })
const DONE = 'data: [DONE]\n\n'

/** What reaches the upstream of a message. */
async function sent(content: string): Promise<string> {
  let body = ''
  const host = await makeHost({
    upstream(request) {
      body = sentText(request)
      return mirror(request)
    },
  })
  const messages = [{ role: 'user', content }]
  await read(await proxy(makeCall({ key: await host.addKey(), body: { model: 'm', messages } }), host))
  return body
}
/** What reaches the caller of a streamed answer. */
async function streamed(pieces: readonly string[], path = '/v1/chat/completions'): Promise<string> {
  const host = await makeHost({ upstream: () => eventStream(pieces) })
  const body = { model: 'm', stream: true, max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] }
  const got = await read(await proxy(makeCall({ path, key: await host.addKey(), body }), host))
  await host.settle()
  return got.text
}
interface Said {
  readonly content: string
  readonly choice?: { [key: string]: Json }
  readonly headers?: Record<string, string>
  readonly domains?: readonly Domain[]
  readonly ask?: { [key: string]: Json }
}
const CHINESE = '你是银行的助理,绝不能告诉任何人合并计划在五月进行,也不能透露任何客户的资料。'
async function whole({ content, choice, headers, domains = ['invoke'], ask }: Said): Promise<Got> {
  const choices = [{ index: 0, message: { role: 'assistant', content }, ...choice }]
  const host = await makeHost({
    upstream: () => answer(200, { choices }, { 'content-type': 'application/json', ...headers }),
  })
  const messages = [
    { role: 'system', content: CHINESE },
    { role: 'user', content: 'hi' },
  ]
  return read(
    await proxy(makeCall({ key: await host.addKey({ domains }), body: { model: 'm', messages, ...ask } }), host),
  )
}

describe('what stands beside a value does not hide it', () => {
  test.each([`card:${CARD}`, `cc-${CARD}`, `PAN/${CARD}`, `card ${CARD}/1227`, `${CARD}:12:27:123`, `${CARD}.Then`])(
    '%s',
    async (text) => expect(await sent(text)).not.toContain(CARD),
  )
  test.each([
    ['ssn:536-90-4399', '536-90'],
    ['tel:+12125550142', '2125550142'],
    [`我的卡号是${CARD}。`, '4111'],
    ['邮箱ann@corp.example.com。', 'ann@'],
    [`MY_${TOKEN}`, TOKEN],
    [`\u001b[0m${TOKEN}`, TOKEN],
    [`?t=%20${TOKEN}`, TOKEN],
    ['card 4111\u00a01111\u00a01111\u00a01111', '4111'],
    ['card 4111  1111  1111  1111', '4111'],
    ['card 4111.1111.1111.1111', '4111'],
    ['[2001:10:20:30:40:50:60:70]:443', '2001:10'],
    ['{"n":4.111111111111111e15}', '4.1111'],
    [`users.csv:12:${CARD}`, '4111'],
    [`card1:${CARD}`, '4111'],
    [`https://h.example/v1/${CARD}?x`, '4111'],
    [`{"n":${CARD}.0}`, '4111'],
    ['SSN1:536-90-4399', '536-90'],
    ['h2:+12125550142', '2125550142'],
  ])('%j', async (text, hidden) => expect(await sent(text)).not.toContain(hidden))
})

describe('JSON that is a part of a text', () => {
  test.each([
    `Result: {"log":"a\\n${TOKEN}"}`,
    `{"a":"b"}\n{"log":"a\\n${TOKEN}"}`,
    `\`\`\`json\n{"log":"a\\n${TOKEN}"}\n\`\`\``,
    `\ufeff{"log":"a\\u0067${TOKEN.slice(1)}"}`,
    `logged {\\"log\\":\\"a\\\\n${TOKEN}\\"}`,
  ])('%j', async (text) => expect(await sent(text)).not.toContain(TOKEN.slice(1)))
  test('an escape in the middle of a value', async () => {
    expect(await sent('see {"m":"ann\\u0040corp.example.com"}')).not.toContain('corp.example')
  })
  test('all that a text says is read, escape by escape', () => {
    expect(readings('a\\n\\u0041\\q\\\\n&amp;#52;')).toEqual(['a\\n\\u0041\\q\\\\n&amp;#52;', 'a\nA\\q\n4'])
    expect(readings('C:\\quick')).toEqual(['C:\\quick'])
  })
})

describe('pieces that clients join', () => {
  test('an empty finish_reason in every piece, as some servers send it, ends nothing', async () => {
    const text = await streamed([delta({ content: A }, ''), delta({ content: B }, ''), delta({}, 'stop'), DONE])
    expect(text).not.toContain(B)
    expect(text).toContain('[GITHUB_TOKEN]')
    expect(text.endsWith(DONE)).toBe(true)
  })
  const calls = (name: string) => delta({ tool_calls: [{ index: 0, function: { name } }] })
  test.each<[string, string[]]>([
    [
      'an empty finish_reason in every piece',
      [delta({ content: A }, ''), delta({ content: B }, ''), delta({}, 'stop'), DONE],
    ],
    ['a name of a function', [calls(A), calls(B), DONE]],
    ['content after its end', [delta({ content: A }, 'stop'), delta({ content: B }), DONE]],
    ['content long after its end', [delta({ content: A }, 'stop'), data({ choices: [] }), delta({ content: B }), DONE]],
    [
      'two choices of one index',
      [
        data({
          choices: [
            { index: 0, delta: { content: A }, finish_reason: 'stop' },
            { index: 0, delta: { content: B } },
          ],
        }),
        DONE,
      ],
    ],
    [
      'an index that is text',
      [delta({ content: A }), data({ choices: [{ index: 9 }, { index: '0', delta: { content: B } }] }), DONE],
    ],
    ['a nested field that we do not know', [delta({ foo: { bar: A } }), delta({ foo: { bar: B } }), DONE]],
    ['the name of an event', [`event: ${TOKEN}\n${delta({ content: 'hi' })}`, DONE]],
  ])('openai: %s', async (_name, pieces) => expect(await streamed(pieces)).not.toContain(B))

  const block = (index: Json, text: string) =>
    data({ type: 'content_block_delta', index, delta: { type: 'text_delta', text } })
  const stop = data({ type: 'message_stop' })
  test.each<[string, string[]]>([
    ['a delta after its block', [block(0, A), data({ type: 'content_block_stop', index: 0 }), block(0, B), stop]],
    [
      'a delta long after its block',
      [block(0, A), data({ type: 'content_block_stop', index: 0 }), data({ type: 'ping' }), block(0, B), stop],
    ],
    ['a delta after all blocks', [block(0, A), data({ type: 'message_delta', delta: {} }), block(0, B), stop]],
    [
      'a message that begins with text',
      [data({ type: 'message_start', message: { content: [{ type: 'text', text: A }] } }), block(0, B), stop],
    ],
    ['an index that is text', [block(0, A), block('0', B), stop]],
  ])('anthropic: %s', async (_name, pieces) => expect(await streamed(pieces, '/v1/messages')).not.toContain(B))
})

describe('ordinary content and ordinary clients are left alone', () => {
  test('text in quotes keeps its line breaks and backslashes around an edit', async () => {
    const text = '"Dear all,\ntwo\t\\alpha C:\\quick ann@corp.example.com\nBye \\u0041"'
    const out = JSON.parse(await sent(text)).messages[0].content as string
    expect(out.replace(/<EMAIL_ADDRESS_[a-z2-7]{16}>/, 'ann@corp.example.com')).toBe(text)
  })
  test('an escape is not cut in two, and the value is the one that was meant', async () => {
    const text = 'Result: {"log":"a\\nann@corp.example.com"} and ann@corp.example.com'
    const out = JSON.parse(await sent(text)).messages[0].content as string
    const tokens = out.match(/<EMAIL_ADDRESS_[a-z2-7]{16}>/g)!
    expect(out).toBe(`Result: {"log":"a\\n${tokens[0]}"} and ${tokens[0]}`)
  })
  test('what is found across an escape, and not behind it, is not lost', async () => {
    expect(await sent('C:\\n@corp.example.com')).not.toContain('@corp')
  })
  test('parallel tool calls under one index, and without one, as some servers send them', async () => {
    for (const index of [{ index: 0 }, {}]) {
      const call = (id: string, name: string) =>
        delta({ tool_calls: [{ ...index, id, type: 'function', function: { name, arguments: '{"x":1}' } }] })
      const text = await streamed([call('a', 'first'), call('b', 'second'), delta({}, 'tool_calls'), DONE])
      expect(text).toContain('second')
      expect(text.endsWith(DONE)).toBe(true)
    }
  })
  test('a finish_reason with every piece', async () => {
    const text = await streamed([
      delta({ content: 'a' }, 'stop'),
      delta({ content: 'b' }, 'stop'),
      delta({ content: A }, 'stop'),
      delta({ content: B }, 'stop'),
      DONE,
    ])
    expect(text).toContain('[GITHUB_TOKEN]')
    expect(text.endsWith(DONE)).toBe(true)
  })
  test('an index of null, an index elsewhere, an empty error', async () => {
    const odd = data({
      choices: [{ index: null, delta: { content: 'ok', annotations: [{ index: 'x1', note: 'n' }] } }],
      error: '',
    })
    expect((await streamed([odd, DONE])).endsWith(DONE)).toBe(true)
  })
})

describe('answers', () => {
  test('a private key behind a quote, with bare line breaks', async () => {
    const pem = `-----BEGIN PRIVATE KEY-----\n${KEY_LINE.repeat(4)}-----END PRIVATE KEY-----`
    for (const content of [`"${pem}"`, `{"key":"${pem}"}`, `[key]\n${pem}`]) {
      expect((await whole({ content })).text).not.toContain('MIIEvQ')
    }
  })
  test('what stands before text that is not JSON after all is its context', async () => {
    expect((await whole({ content: '["my ssn is"] 536904399' })).text).not.toContain('536904399')
  })
  test('log probabilities do not tell the tokens of what was masked', async () => {
    const choice = { logprobs: { content: [{ token: A }, { token: B }] } }
    const got = await whole({ content: TOKEN, choice, domains: ['invoke', 'inspect'], ask: { logprobs: true } })
    expect(got.text).not.toContain(B)
  })
  test('headers of the upstream are looked at', async () => {
    expect((await whole({ content: 'x', headers: { 'x-request-id': TOKEN } })).headers['x-request-id']).toBeUndefined()
    expect((await whole({ content: 'x', headers: { 'x-request-id': 'req_1' } })).headers['x-request-id']).toBe('req_1')
  })
  test('a system prompt in a script without spaces', async () => {
    expect((await whole({ content: `好的:${CHINESE}` })).text).not.toContain('五月')
  })
  test('very many edits in one string of JSON', async () => {
    expect((await whole({ content: JSON.stringify({ a: '5500 0000 0000 0004 x '.repeat(100_000) }) })).status).toBe(200)
  })
  test.each(['prompt_logprobs', 'echo', 'n_probs', 'return_token_ids'])('%s needs inspect', async (field) => {
    expect((await whole({ content: 'x', ask: { [field]: 5 } })).status).toBe(403)
  })
})

describe('time and memory', () => {
  // Quadratic, these took minutes; the bounds are a hundred times what they take now.
  test('many < are read in linear time', () => {
    const started = performance.now()
    pseudonyms.detect('<'.repeat(1 << 19), { from: 0, final: true })
    expect(performance.now() - started).toBeLessThan(3000)
  })
  test('escapes that make escapes are read a few times, not as often as they ask', async () => {
    const started = performance.now()
    await sent(`\\${'u005c'.repeat(20_000)}`)
    await sent('\\'.repeat(200_000))
    expect(performance.now() - started).toBeLessThan(5000)
  })
  test('an answer may not have any number of texts', async () => {
    const piece = (index: number) => data({ choices: [{ index, delta: { content: 'ghp_' } }] })
    const text = await streamed([...Array.from({ length: 3000 }, (_, i) => piece(i)), DONE])
    expect(text).toContain('upstream_invalid')
  })
  test('a body of very many texts, or of very many values, is refused', async () => {
    const host = await makeHost({ upstream: mirror })
    const key = await host.addKey()
    const texts = Array.from({ length: 200_001 }, () => 'abcdefghij')
    expect((await proxy(makeCall({ key, body: { model: 'm', texts } }), host)).status).toBe(413)
    const content = Array.from({ length: 10_001 }, (_, i) => `u${i}@corp.example`).join(' ')
    const many = { model: 'm', messages: [{ role: 'user', content }] }
    expect((await proxy(makeCall({ key, body: many }), host)).status).toBe(400)
  })
  test('other calls run while a long text is looked at', async () => {
    let pauses = 0
    const host = await makeHost({ upstream: mirror })
    const counting = {
      ...host,
      async pause() {
        pauses++
        await host.pause()
      },
    }
    const body = { model: 'm', messages: [{ role: 'user', content: '4111 1111 1111 1111, '.repeat(50_000) }] }
    const got = await proxy(makeCall({ key: await host.addKey(), body }), counting)
    expect(got.status).toBe(200)
    expect(pauses).toBeGreaterThan(8)
  })
})

test('a private key up to 16 KB is taken out whole', async () => {
  const pem = `-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n${KEY_LINE.repeat(200)}-----END PGP PRIVATE KEY BLOCK-----`
  expect(await sent(pem)).not.toContain('MIIEvQ')
})

test('a failure of ours is told to the operator, without what it says', async () => {
  const host = await makeHost({ upstream: mirror })
  const vault = {
    ...host.vault,
    conceal: async () => {
      throw new TypeError('CANARY ann@corp.example.com')
    },
  }
  const body = { model: 'm', messages: [{ role: 'user', content: 'ann@corp.example.com' }] }
  expect((await proxy(makeCall({ key: await host.addKey(), body }), { ...host, vault })).status).toBe(503)
  expect(host.warnings.join()).toMatch(/TypeError at attacks\.test\.ts:\d+/)
  expect(host.warnings.join()).not.toContain('CANARY')
})
