/** Translated streams and answers, read by the vendors' own clients over a socket. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeEvent } from '../../src/sse.ts'
import { translate } from '../../src/translate/index.ts'
import type { Api, Json, JsonObject } from '../../src/types.ts'
import { completionChunks, type Loose, messageEvents } from '../support/translated.ts'

/** What the upstream of the other API answers next: a whole answer, events, or an error; `cut` ends without the last event. */
let upstream: { status?: number; body?: Json; events?: readonly Json[]; cut?: boolean } = {}
let sent: Loose
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = JSON.parse(Buffer.concat(chunks).toString()) as JsonObject
  const from: Api = request.url === '/v1/messages' ? 'anthropic' : 'openai'
  const translation = translate(from, body, { now: Date.now(), version: '2026-10-21' })
  sent = translation.body
  const id = { [from === 'openai' ? 'request-id' : 'x-request-id']: 'req_7' } as Record<string, string>
  const headers = translation.headers((name) => id[name])
  if (upstream.status) {
    const { status, body, headers: more } = translation.error(upstream.body, upstream.status)
    response.writeHead(status, { 'content-type': 'application/json', ...headers, ...more }).end(JSON.stringify(body))
  } else if (upstream.events) {
    response.writeHead(200, { 'content-type': 'text/event-stream', ...headers })
    const stream = translation.stream()
    for (const event of upstream.cut ? upstream.events.slice(0, -1) : upstream.events) {
      for (const { name, data } of stream.push(event)) response.write(writeEvent(name, data))
    }
    if (upstream.cut) expect(() => stream.end()).toThrow()
    response.end()
  } else {
    response.writeHead(200, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify(translation.answer(upstream.body!)))
  }
})
let openai: OpenAI
let anthropic: Anthropic
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  openai = new OpenAI({ apiKey: 'k', baseURL: `${url}/v1`, maxRetries: 0 })
  anthropic = new Anthropic({ apiKey: 'k', baseURL: url, maxRetries: 0 })
})
afterAll(() => void server.close())

const message: Loose = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-opus-5',
  content: [
    { type: 'thinking', thinking: 'Two cities, two calls.', signature: 'EqQBCgIYAhIM' },
    { type: 'text', text: 'I look at both: 東京 and 😀.' },
    { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Tokyo' } },
    { type: 'tool_use', id: 'toolu_2', name: 'now', input: {} },
  ],
  stop_reason: 'tool_use',
  usage: { input_tokens: 10, output_tokens: 5, cache_read_input_tokens: 3, cache_creation_input_tokens: 2 },
}
const completion: Loose = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-5.1',
  choices: [
    {
      index: 0,
      finish_reason: 'tool_calls',
      logprobs: null,
      message: {
        role: 'assistant',
        reasoning_content: 'Two cities, two calls.',
        content: 'I look at both: 東京 and 😀.',
        refusal: null,
        tool_calls: [
          { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Tokyo"}' } },
          { id: 'call_2', type: 'function', function: { name: 'now', arguments: '{}' } },
        ],
      },
    },
  ],
  usage: { prompt_tokens: 15, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 3 } },
}
const cuts = [1, 3, 4, 9, 15, 16, 17]
const user = { role: 'user', content: 'Weather in Tokyo, and the time?' } as const
const chatTools = [
  { type: 'function', function: { name: 'weather', parameters: { type: 'object', properties: {} } } },
] as const
const messageTools = [{ name: 'weather', input_schema: { type: 'object' } }] as const

test('openai: chat.completions.stream, and what it gives goes back in the next request', async () => {
  upstream = { events: messageEvents(message, cuts) }
  const request = {
    model: 'claude-opus-5',
    messages: [user],
    tools: [...chatTools],
    stream_options: { include_usage: true },
  }
  const stream = openai.chat.completions.stream(request)
  const deltas: string[] = []
  stream.on('content', (delta) => void deltas.push(delta))
  const { choices, usage } = await stream.finalChatCompletion()
  expect(deltas.join('')).toBe('I look at both: 東京 and 😀.')
  expect(choices[0]).toMatchObject({
    finish_reason: 'tool_calls',
    message: {
      content: 'I look at both: 東京 and 😀.',
      tool_calls: [
        { id: 'toolu_1', function: { name: 'weather', arguments: '{"city":"Tokyo"}' } },
        { id: 'toolu_2', function: { name: 'now', arguments: '{}' } },
      ],
    },
  })
  expect((await stream.totalUsage()).prompt_tokens).toBe(15)
  expect(usage === undefined || usage.prompt_tokens === 15).toBe(true)

  upstream = { body: { ...message, content: [{ type: 'text', text: 'Sunny.' }], stop_reason: 'end_turn' } }
  const results = ['toolu_1', 'toolu_2'].map((id) => ({ role: 'tool' as const, tool_call_id: id, content: '7' }))
  const next = await openai.chat.completions.create({
    model: 'claude-opus-5',
    messages: [user, choices[0]!.message, ...results],
  })
  expect(next.choices[0]!.message.content).toBe('Sunny.')
  expect(next._request_id).toBe('req_7')
  // As the model said it, signed thinking first.
  expect(sent.messages[1].content).toEqual(message.content)
})

test('openai: a whole answer, structured output, and an error', async () => {
  const json = { ...message, content: [{ type: 'text', text: '{"city":"Tokyo"}' }], stop_reason: 'end_turn' }
  upstream = { body: json }
  const schema = { type: 'object', properties: { city: { type: 'string' } } }
  const format = { type: 'json_schema', json_schema: { name: 'city', strict: true, schema } } as const
  const parsed = await openai.chat.completions.parse({ model: 'm', messages: [user], response_format: format })
  expect(parsed.choices[0]!.message.parsed).toEqual({ city: 'Tokyo' })
  expect(sent.output_config.format.schema).toEqual(schema)

  upstream = { events: messageEvents(json, cuts) }
  const streamed = openai.chat.completions.stream({ model: 'm', messages: [user], response_format: format })
  expect((await streamed.finalChatCompletion()).choices[0]!.message.parsed).toEqual({ city: 'Tokyo' })

  upstream = { status: 529, body: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } } }
  const failed = openai.chat.completions.create({ model: 'm', messages: [user] })
  await expect(failed).rejects.toMatchObject({ status: 503, code: 'overloaded', requestID: 'req_7' })
})

test('anthropic: messages.stream, and what it gives goes back in the next request', async () => {
  // All text, then both calls mixed.
  upstream = { events: completionChunks(completion, cuts, [...Array(30).fill(0), 1, 0, 1, 1, 0]) }
  const stream = anthropic.messages.stream({
    model: 'gpt-5.1',
    max_tokens: 99,
    messages: [user],
    tools: [...messageTools],
  })
  const texts: string[] = []
  stream.on('text', (text) => void texts.push(text))
  const final = await stream.finalMessage()
  expect(texts.join('')).toBe('I look at both: 東京 and 😀.')
  expect(final).toMatchObject({
    stop_reason: 'tool_use',
    usage: { input_tokens: 12, output_tokens: 5, cache_read_input_tokens: 3 },
    content: [
      { type: 'thinking', thinking: 'Two cities, two calls.' },
      { type: 'text', text: 'I look at both: 東京 and 😀.' },
      { type: 'tool_use', id: 'call_1', name: 'weather', input: { city: 'Tokyo' } },
      { type: 'tool_use', id: 'call_2', name: 'now', input: {} },
    ],
  })

  const choices = [
    { ...completion.choices[0], finish_reason: 'stop', message: { role: 'assistant', content: 'Sunny.' } },
  ]
  upstream = { body: { ...completion, choices } }
  const results = ['call_1', 'call_2'].map((id) => ({ type: 'tool_result' as const, tool_use_id: id, content: '7' }))
  const next = await anthropic.messages.create({
    model: 'gpt-5.1',
    max_tokens: 99,
    messages: [user, { role: 'assistant', content: final.content }, { role: 'user', content: results }],
  })
  expect(next.content).toMatchObject([{ type: 'text', text: 'Sunny.' }])
  expect(next._request_id).toBe('req_7')
  const { refusal: _none, ...said } = completion.choices[0].message
  expect(sent.messages[1]).toEqual(said)
})

test('anthropic: an error', async () => {
  upstream = {
    status: 429,
    body: { error: { message: 'Spent.', type: 'insufficient_quota', code: 'insufficient_quota' } },
  }
  const failed = anthropic.messages.create({ model: 'm', max_tokens: 9, messages: [user] })
  await expect(failed).rejects.toMatchObject({ status: 402, type: 'billing_error', requestID: 'req_7' })
})

test('a stream that was cut, or ends in an error, is no answer to either', async () => {
  upstream = { events: messageEvents(message, cuts), cut: true }
  await expect(openai.chat.completions.stream({ model: 'm', messages: [user] }).finalMessage()).rejects.toThrow()
  upstream = { events: completionChunks(completion, cuts, [0]), cut: true }
  const cut = anthropic.messages.stream({ model: 'm', max_tokens: 9, messages: [user] })
  await expect(cut.finalMessage()).rejects.toThrow()

  const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
  upstream = { events: [...messageEvents(message, cuts).slice(0, 6), error] }
  await expect(openai.chat.completions.stream({ model: 'm', messages: [user] }).finalMessage()).rejects.toThrow(
    'Overloaded',
  )
  upstream = { events: [...completionChunks(completion, cuts, [0]).slice(0, 6), { error: { message: 'Broken' } }] }
  const broken = anthropic.messages.stream({ model: 'm', max_tokens: 9, messages: [user] })
  await expect(broken.finalMessage()).rejects.toThrow('Broken')
})
