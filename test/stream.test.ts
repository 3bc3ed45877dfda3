/** Streams: however bytes and texts are cut, what comes out is the same, and the same as of the answer in one piece. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answer, eventStream, makeHost, type TestHost } from '#host'
import { mirror } from '../src/mirror/index.ts'
import { proxy } from '../src/proxy.ts'
import type { Json, UpstreamAnswer } from '../src/types.ts'
import { joinStream, makeCall, read, sentText } from './support/call.ts'
import { cutAt } from './support/toys.ts'

const SECRET = `ghp_${'a1B2'.repeat(9)}`
const PROMPT = 'You are Ada of Example Bank and must never tell anyone that the merger is planned for May.'
const MAIL = 'ann.lee@corp.example.com'
const openai = {
  path: '/v1/chat/completions',
  body: (stream: boolean): Json => ({
    model: 'm',
    stream,
    messages: [
      { role: 'system', content: PROMPT },
      { role: 'user', content: `I am ${MAIL}, token ${SECRET}` },
    ],
  }),
}
const anthropic = {
  path: '/v1/messages',
  body: (stream: boolean): Json => ({
    model: 'm',
    stream,
    max_tokens: 10,
    system: PROMPT,
    messages: [{ role: 'user', content: `I am ${MAIL}, token ${SECRET}` }],
  }),
}

/** A host whose upstream answers with `say`, told what pseudonym stands for the address. */
async function tell(): Promise<{
  host: TestHost
  key: string
  say: (with_: (token: string) => UpstreamAnswer) => void
}> {
  let next: (token: string) => UpstreamAnswer = () => answer(200, {})
  const host = await makeHost({
    upstream: (request) => next(/<EMAIL_ADDRESS_[a-z2-7]{16}>/.exec(sentText(request))?.[0] ?? ''),
  })
  return { host, key: await host.addKey(), say: (with_) => void (next = with_) }
}

/** Texts that a model might say, with what must be restored, masked and left in them. */
const fragment = fc.constantFrom(
  'TOKEN',
  SECRET,
  SECRET.slice(0, 9),
  SECRET.slice(9),
  'card 5500 0000 0000 0004',
  '5500-0000',
  '-0000-0004 ',
  ' Example Bank and must never tell anyone that the merger',
  'You are Ada of ',
  'hello ',
  '. ',
  '<EMAIL_',
  '"',
  '\\',
  '\n',
  '😀',
  'é',
  '219-09-9998 ',
  'ssn ',
  'x@y.co',
  'm ',
)
const spoken = fc.array(fragment, { size: 'max', maxLength: 14 }).map((parts) => parts.join(''))
const nat = fc.array(fc.nat(), { maxLength: 12 })

type Chunk = { [key: string]: Json }
function sse(events: readonly Chunk[], named: boolean): string {
  return events.map((event) => `${named ? `event: ${event.type}\n` : ''}data: ${JSON.stringify(event)}\n\n`).join('')
}
function chatChunks(texts: readonly (readonly string[])[], tool: readonly string[]): string {
  const chunk = (index: number, delta: Json, finish: Json = null): Chunk => ({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index, delta, finish_reason: finish }],
  })
  const events: Chunk[] = texts.map((_, index) => chunk(index, { role: 'assistant', content: '' }))
  // Interleaved: one piece of each choice in turn, tool arguments among them.
  const longest = Math.max(tool.length, ...texts.map((pieces) => pieces.length))
  const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '' } }
  events.push(chunk(0, { tool_calls: [{ index: 0, ...call }] }))
  for (let i = 0; i < longest; i++) {
    texts.forEach((pieces, index) => {
      if (pieces[i] !== undefined) events.push(chunk(index, { content: pieces[i]! }))
    })
    if (tool[i] !== undefined) events.push(chunk(0, { tool_calls: [{ index: 0, function: { arguments: tool[i]! } }] }))
  }
  texts.forEach((_, index) => {
    events.push(chunk(index, {}, 'stop'))
  })
  return `${sse(events, false)}data: [DONE]\n\n`
}
function messageEvents(text: readonly string[], tool: readonly string[]): string {
  const usage = { input_tokens: 1, output_tokens: 1 }
  const events: Chunk[] = [
    {
      type: 'message_start',
      message: { id: 'msg_1', type: 'message', role: 'assistant', content: [], model: 'm', usage },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'ping' },
    ...text.map(
      (part): Chunk => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: part } }),
    ),
    { type: 'content_block_stop', index: 0 },
    { type: 'content_block_start', index: 1, content_block: { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} } },
    ...tool.map(
      (part): Chunk => ({
        type: 'content_block_delta',
        index: 1,
        delta: { type: 'input_json_delta', partial_json: part },
      }),
    ),
    { type: 'content_block_stop', index: 1 },
    { type: 'message_delta', delta: { stop_reason: 'tool_use', stop_sequence: null }, usage },
    { type: 'message_stop' },
  ]
  return sse(events, true)
}

function bytesAt(text: string, cuts: readonly number[]): Uint8Array[] {
  const bytes = new TextEncoder().encode(text)
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b)
  return [...places, bytes.length].map((place, i) => bytes.slice(i === 0 ? 0 : places[i - 1]!, place))
}

test('chat completions: any cut of bytes and deltas, two choices and a tool call interleaved, equals the whole answer', async () => {
  const { host, key, say } = await tell()
  const get = async (stream: boolean) =>
    read(await proxy(makeCall({ path: openai.path, key, body: openai.body(stream) }), host))
  await fc.assert(
    fc.asyncProperty(spoken, spoken, spoken, nat, nat, nat, nat, async (one, two, arg, c1, c2, c3, cuts) => {
      const texts = (token: string) => [one, two].map((text) => text.replaceAll('TOKEN', token))
      const args = (token: string) => JSON.stringify({ q: arg.replaceAll('TOKEN', token), n: [5500000000000004] })
      say((token) => {
        const message = (index: number) => ({ role: 'assistant', content: texts(token)[index]! })
        const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: args(token) } }
        return answer(200, {
          choices: [
            { index: 0, message: { ...message(0), tool_calls: [call] }, finish_reason: 'stop' },
            { index: 1, message: message(1), finish_reason: 'stop' },
          ],
        })
      })
      const told = await get(false)
      say((token) =>
        eventStream(
          bytesAt(chatChunks([cutAt(texts(token)[0]!, c1), cutAt(texts(token)[1]!, c2)], cutAt(args(token), c3)), cuts),
        ),
      )
      const got = await get(true)
      expect(got.text).not.toContain(SECRET)
      if (told.status !== 200) {
        // What looks like JSON and cannot be masked in it ends the answer, whole and streamed.
        expect(told.text).toContain('guardrail_blocked')
        expect(got.text).toContain('guardrail_blocked')
        return
      }
      const whole = told.json() as {
        choices: { message: { content: string; tool_calls: { function: { arguments: string } }[] } }[]
      }
      const joined = joinStream(got.events())
      expect(joined['0.content']).toBe(whole.choices[0]!.message.content)
      expect(joined['1.content']).toBe(whole.choices[1]!.message.content)
      expect(joined['0.tool0']).toBe(whole.choices[0]!.message.tool_calls[0]!.function.arguments)
      expect(() => JSON.parse(joined['0.tool0']!)).not.toThrow()
      expect(got.text.endsWith('data: [DONE]\n\n')).toBe(true)
      // What was held back of a choice is out before the choice ends: clients stop reading it there.
      const choices = got
        .events()
        .slice(0, -1)
        .map((data) => JSON.parse(data).choices[0])
      for (const index of [0, 1]) {
        const own = choices.filter((choice) => choice.index === index)
        expect(own.findIndex((choice) => choice.finish_reason === 'stop')).toBe(own.length - 1)
      }
    }),
    { numRuns: 300 },
  )
  await host.settle()
}, 60_000)

test('messages: any cut of bytes and deltas, blocks one after the other, equals the whole answer', async () => {
  const { host, key, say } = await tell()
  const get = async (stream: boolean) =>
    read(await proxy(makeCall({ path: anthropic.path, key, body: anthropic.body(stream) }), host))
  await fc.assert(
    fc.asyncProperty(spoken, spoken, nat, nat, nat, async (text, arg, c1, c2, cuts) => {
      const spokenText = (token: string) => text.replaceAll('TOKEN', token)
      const input = (token: string) => ({ q: arg.replaceAll('TOKEN', token), n: [5500000000000004] })
      say((token) =>
        answer(200, {
          content: [
            { type: 'text', text: spokenText(token) },
            { type: 'tool_use', id: 'toolu_1', name: 'f', input: input(token) },
          ],
        }),
      )
      const whole = (await get(false)).json() as { content: { text: string; input: Json }[] }
      say((token) =>
        eventStream(
          bytesAt(messageEvents(cutAt(spokenText(token), c1), cutAt(JSON.stringify(input(token)), c2)), cuts),
        ),
      )
      const got = await get(true)
      const joined = joinStream(got.events())
      expect(joined['0.text']).toBe(whole.content[0]!.text)
      expect(JSON.parse(joined['1.json']!)).toEqual(whole.content[1]!.input)
      expect(got.text).not.toContain(SECRET)
      // What was held back is out before its block ends.
      const types = got.events().map((data) => JSON.parse(data).type as string)
      expect(types.lastIndexOf('content_block_delta')).toBeLessThan(types.lastIndexOf('content_block_stop'))
    }),
    { numRuns: 200 },
  )
  await host.settle()
}, 60_000)

test('every place that a stream can be cut in two, and byte by byte, gives the same bytes', async () => {
  const { host, key, say } = await tell()
  const get = async () =>
    (await read(await proxy(makeCall({ path: openai.path, key, body: openai.body(true) }), host))).text
  const text = (token: string) =>
    chatChunks([[`é ${token.slice(0, 9)}`, `${token.slice(9)} 😀`, SECRET]], ['{"a":"', `\\u0041"}`])
  say((token) => eventStream([text(token)]))
  const expected = await get()
  expect(expected).toContain(MAIL.slice(0, 5))
  const length = new TextEncoder().encode(text('<EMAIL_ADDRESS_abcdefgh23456722>')).length
  for (let at = 1; at < length; at += 3) {
    say((token) => eventStream(bytesAt(text(token), [at])))
    expect(await get()).toBe(expected)
  }
  say((token) => eventStream([...new TextEncoder().encode(text(token))].map((byte) => new Uint8Array([byte]))))
  expect(await get()).toBe(expected)
  await host.settle()
}, 60_000)

describe.each([
  ['\r\n', 'CRLF'],
  ['\r', 'CR'],
])('line ends', (end, name) => {
  test(`${name}, comments, no space after the colon, several lines of data, BOM`, async () => {
    const { host, key, say } = await tell()
    const event = `{"choices":[{"index":0,\ndata:"delta":{"content":"ok"}}]}`
    const lines = `\ufeff: hi ${SECRET}\ndata:${event}\n\n: more\n\ndata: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n`
    say(() => eventStream([lines.replaceAll('\n', end)]))
    const got = await read(await proxy(makeCall({ path: openai.path, key, body: openai.body(true) }), host))
    expect(joinStream(got.events())['0.content']).toBe('ok')
    expect(got.text).toContain(': keep-alive\n')
    expect(got.text).not.toContain(SECRET)
    await host.settle()
  })
})

test('a text that is sent in pieces in a field that we do not know is read as one', async () => {
  const { host, key, say } = await tell()
  const fields = (part: string) => ({ novel: part, details: [{ index: 0, text: part }] })
  const chunk = (part: string) => ({ choices: [{ index: 0, delta: fields(part), finish_reason: null }] })
  say(() =>
    eventStream([`${sse([chunk(SECRET.slice(0, 9)), chunk(SECRET.slice(9)), chunk(' ok')], false)}data: [DONE]\n\n`]),
  )
  const chat = await read(await proxy(makeCall({ path: openai.path, key, body: openai.body(true) }), host))
  const delta = (part: string): Chunk => ({
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'novel_delta', novel: part },
  })
  const stop: Chunk[] = [{ type: 'content_block_stop', index: 0 }, { type: 'message_stop' }]
  say(() => eventStream([sse([delta(SECRET.slice(0, 9)), delta(SECRET.slice(9)), delta(' ok'), ...stop], true)]))
  const messages = await read(await proxy(makeCall({ path: anthropic.path, key, body: anthropic.body(true) }), host))
  for (const { text } of [chat, messages]) {
    expect(text).not.toContain(SECRET.slice(0, 9))
    expect(text).not.toContain(SECRET.slice(9))
    expect(text).toContain('[GITHUB_TOKEN]')
  }
})

test('a tool’s name that holds a secret is masked: models choose it', async () => {
  const { host, key, say } = await tell()
  const call = { id: 'call_1', type: 'function', function: { name: SECRET, arguments: '{}' } }
  say(() => answer(200, { choices: [{ index: 0, message: { role: 'assistant', tool_calls: [call] } }] }))
  const got = await read(await proxy(makeCall({ path: openai.path, key, body: openai.body(false) }), host))
  expect(got.text).not.toContain(SECRET)
})

test('padding: every write is a multiple of so many bytes, and the events are the same', async () => {
  const host = await makeHost({
    edit: (bundle) => ({ ...bundle, settings: { ...bundle.settings, padding: 64 } }),
    upstream: mirror,
  })
  const content = 'some words, \u00e9 and 😀, of several lengths, in a row'
  const body = { model: 'm', stream: true, messages: [{ role: 'user', content }] }
  const answered = await proxy(makeCall({ key: await host.addKey(), body }), host)
  const sizes: number[] = []
  let text = ''
  for await (const piece of answered.body as AsyncIterable<string>) {
    sizes.push(new TextEncoder().encode(piece).length % 64)
    text += piece
  }
  expect(sizes.length).toBeGreaterThan(5)
  expect(new Set(sizes)).toEqual(new Set([0]))
  const events = text.split('\n').filter((line) => line.startsWith('data: '))
  expect(joinStream(events.map((line) => line.slice(6)))['0.content']).toContain(`You see: ${content}`)
})

describe('how a stream can end', () => {
  const delta = (content: string) =>
    `data: {"choices":[{"index":0,"delta":{"content":"${content}"},"finish_reason":null}]}\n\n`
  const stop = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'
  const start = 'event: message_start\ndata: {"type":"message_start","message":{"content":[]}}\n\n'
  async function* breaks(text: string): AsyncGenerator<string> {
    yield text
    throw new Error('socket hang up CANARY')
  }

  test.each([
    ['cut off', eventStream([delta('hi')]), 'upstream_truncated', 'upstream_truncated'],
    ['cut off before the end mark', eventStream([delta('hi'), stop]), 'upstream_truncated', 'upstream_truncated'],
    [
      'half an event',
      eventStream([delta('hi'), 'data: {"choices":[{"delta":{"content":"CANARY"']),
      'upstream_truncated',
      'upstream_truncated',
    ],
    ['empty', eventStream([]), 'upstream_truncated', 'upstream_truncated'],
    ['garbage', eventStream([delta('hi'), 'data: CANARY{\n\n']), 'upstream_invalid', 'upstream_invalid'],
    [
      'bytes that are no text',
      eventStream([delta('hi'), new Uint8Array([0xff, 0xfe])]),
      'upstream_invalid',
      'upstream_invalid',
    ],
    ['a broken connection', eventStream(breaks(delta('hi'))), 'upstream_unreachable', 'upstream_error'],
    ['a huge event', eventStream([`data: "${'CANARY'.repeat(3_000_000)}`]), 'upstream_invalid', 'upstream_invalid'],
  ])('%s', async (_name, stream, code, ending) => {
    const { host, key, say } = await tell()
    say(() => stream)
    const got = await read(await proxy(makeCall({ path: openai.path, key, body: openai.body(true) }), host))
    const last = got.events().at(-1)!
    expect(JSON.parse(last).error.code).toBe(code)
    expect(got.text).not.toMatch(/CANARY|\[DONE\]/)
    await host.settle()
    const entry = await host.index.get('acme' as never, got.headers['x-parapet-decision']!)
    expect(entry?.outcome).toMatchObject({ ending, reason: code, delivered: 'partial' })
  })

  test('what is told before a block does not depend on how the bytes were cut', async () => {
    const chunk = (content: string): Chunk => ({ id: 'c', choices: [{ index: 0, delta: { content } }] })
    const wire = sse('one two three four '.match(/\w+ /g)!.map(chunk), false)
    const bytes = `${wire}data: {not json}\n\n`
    const told: string[] = []
    for (const pieces of [[bytes], bytes.match(/[\s\S]{1,17}/g)!]) {
      const { host, key, say } = await tell()
      say(() => eventStream(pieces))
      const got = await read(await proxy(makeCall({ path: openai.path, key, body: openai.body(true) }), host))
      told.push(got.events().slice(0, -1).join('\n'))
    }
    expect(told[0]).toContain('one ')
    expect(told[1]).toBe(told[0])
  })

  test('a text whose last piece comes with its finish_reason keeps its order', async () => {
    const chunk = (content: string, finish: Json = null): Chunk => {
      return { id: 'c', choices: [{ index: 0, delta: { content }, finish_reason: finish }] }
    }
    const { host, key, say } = await tell()
    const events = [chunk('abc '), chunk('def 5500-00', 'stop')]
    say(() => eventStream([sse(events, false), 'data: [DONE]\n\n']))
    const got = await read(await proxy(makeCall({ path: openai.path, key, body: openai.body(true) }), host))
    expect(joinStream(got.events())['0.content']).toBe('abc def 5500-00')
    const finish = got.events().findIndex((data) => data.includes('"stop"'))
    expect(finish).toBe(got.events().length - 2)
  })

  test('an error that the upstream tells is screened, passed on, and ends the stream', async () => {
    const { host, key, say } = await tell()
    say((token) =>
      eventStream([
        start,
        `event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"busy with ${token} ${SECRET}"}}\n\n`,
        start,
      ]),
    )
    const got = await read(await proxy(makeCall({ path: anthropic.path, key, body: anthropic.body(true) }), host))
    expect(got.events().length).toBe(2)
    expect(JSON.parse(got.events()[1]!).error.message).toBe(`busy with ${MAIL} [GITHUB_TOKEN]`)
    await host.settle()
    const entry = await host.index.get('acme' as never, got.headers['x-parapet-decision']!)
    expect(entry?.outcome?.ending).toBe('upstream_error')
  })

  test.each([openai, anthropic])(
    'a block in the middle is an error event in the vendor’s shape: $path',
    async ({ path, body }) => {
      let canary = ''
      const host = await makeHost({
        edit: (bundle) => ({ ...bundle, settings: { ...bundle.settings, canary: 'Ref {canary}' } }),
        upstream(request) {
          canary = /<CANARY_([a-z2-7]{16})>/.exec(sentText(request))![1]!
          const text = ['it is ', canary.slice(0, 5), canary.slice(5), ' ok']
          return eventStream([path === openai.path ? chatChunks([text], []) : messageEvents(text, [])])
        },
      })
      const got = await read(await proxy(makeCall({ path, key: await host.addKey(), body: body(true) }), host))
      const last = JSON.parse(got.events().at(-1)!)
      expect(last.error.code).toBe('guardrail_blocked')
      if (path === anthropic.path) expect([last.type, got.text.match(/event: error\n/g)?.length]).toEqual(['error', 1])
      expect(got.text).not.toContain(canary.slice(0, 5))
      expect(got.text).not.toMatch(/\[DONE\]|message_stop/)
      await host.settle()
      const entry = await host.index.get('acme' as never, got.headers['x-parapet-decision']!)
      expect(entry?.outcome).toMatchObject({ ending: 'blocked', delivered: 'partial' })
    },
  )

  test('a client that leaves stops the upstream, and that is on record', async () => {
    let stopped = false
    async function* endless(): AsyncGenerator<string> {
      try {
        for (;;) yield delta('on and on ')
      } finally {
        stopped = true
      }
    }
    const { host, key, say } = await tell()
    say(() => eventStream(endless()))
    const got = await proxy(makeCall({ path: openai.path, key, body: openai.body(true) }), host)
    let events = 0
    for await (const _ of got.body as AsyncIterable<string>) if (++events === 3) break
    expect(stopped).toBe(true)
    await host.settle()
    const entry = await host.index.get('acme' as never, got.headers['x-parapet-decision']!)
    expect(entry?.outcome).toMatchObject({ ending: 'client_abort', delivered: 'partial' })
  })
})

test('the mirror streams both formats, tools too', async () => {
  const host = await makeHost({ upstream: mirror })
  const key = await host.addKey()
  const tool = { type: 'object', properties: { to: { type: 'string' } } }
  const chat = { model: 'm', stream: true, messages: [{ role: 'user', content: `mail ${MAIL}` }] }
  const plain = joinStream((await read(await proxy(makeCall({ key, body: chat }), host))).events())
  expect(plain['0.content']).toContain(`You see: mail ${MAIL}`)
  const tools = [{ type: 'function', function: { name: 'send', parameters: tool } }]
  const called = joinStream((await read(await proxy(makeCall({ key, body: { ...chat, tools } }), host))).events())
  expect(JSON.parse(called['0.tool0']!)).toEqual({ to: `mail ${MAIL}` })
  const body = { ...chat, tools: [{ name: 'send', input_schema: tool }] }
  const got = await read(await proxy(makeCall({ key, body, path: '/v1/messages' }), host))
  const blocks = joinStream(got.events())
  // Anthropic's clients read an event by its name.
  const names = [...got.text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name)
  expect(names).toEqual(got.events().map((data) => JSON.parse(data).type))
  expect(JSON.parse(blocks['0.json']!)).toEqual({ to: `mail ${MAIL}` })
})
