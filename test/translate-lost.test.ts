/** What could be lost, or told as another thing, without a word: each is an error instead. */
import { describe, expect, test } from 'vitest'
import { type TranslatedEvent, translate } from '../src/translate/index.ts'
import type { Api, Json, JsonObject } from '../src/types.ts'
import { joinChunks, joinEvents, runStream } from './support/translated.ts'

const options = { now: Date.UTC(2026, 10, 20, 12), version: '2023-06-01' }
const user = { role: 'user', content: 'hi' }
const messages = () => translate('anthropic', { model: 'gpt-x', max_tokens: 9, messages: [user] }, options)
const invalid = expect.objectContaining({ reason: 'upstream_invalid' })

const chunk = (delta: JsonObject, finish: Json = null, more: JsonObject = {}): JsonObject => {
  return { id: 'c', model: 'gpt', choices: [{ index: 0, delta, finish_reason: finish, ...more }] }
}
const piece = (more: JsonObject) => chunk({ tool_calls: [more as Json] })
const run = (chunks: Json[], finish = 'tool_calls') =>
  runStream(messages().stream(), [...chunks, chunk({}, finish), '[DONE]'])
const tell = (chunks: Json[], finish?: string) => joinEvents(run(chunks, finish))

const called = (text: string): JsonObject => {
  return { id: 'a', type: 'function', function: { name: 'look', arguments: text } }
}
function completion(message: JsonObject, finish: Json = 'stop', more: JsonObject = {}): JsonObject {
  const choices = [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finish, ...more }]
  return { id: 'c', object: 'chat.completion', created: 1, model: 'gpt', choices }
}
const chat = () => translate('openai', { model: 'claude-x', messages: [user] }, options)
function runMessage(events: Json[], content: Json[] = [], stop_reason = 'end_turn') {
  const message = { id: 'm', type: 'message', role: 'assistant', model: 'claude', content, usage: {} }
  const end: Json[] = [{ type: 'message_delta', delta: { stop_reason }, usage: {} }, { type: 'message_stop' }]
  return runStream(chat().stream(), [{ type: 'message_start', message }, ...events, ...end])
}

describe('calls in pieces', () => {
  test.each<[string, JsonObject[]]>([
    [
      'another id under one index',
      [
        { index: 0, id: 'a', function: { name: 'look', arguments: '' } },
        { index: 0, id: 'b', function: { arguments: '{}' } },
      ],
    ],
    [
      'another name under one index',
      [
        { index: 0, id: 'a', function: { name: 'look', arguments: '' } },
        { index: 0, function: { name: 'drop', arguments: '{}' } },
      ],
    ],
    [
      'a name in pieces',
      [
        { index: 0, id: 'a', function: { name: 'get_' } },
        { index: 0, function: { name: 'weather', arguments: '{}' } },
      ],
    ],
    ['a name that comes late', [{ index: 0, id: 'a', function: { name: '' } }]],
    [
      'an id that comes late',
      [
        { index: 0, function: { name: 'look' } },
        { index: 0, id: 'b', function: {} },
      ],
    ],
    [
      'two calls without an index',
      [
        { id: 'a', function: { name: 'look', arguments: '' } },
        { id: 'b', function: { name: 'look', arguments: '{}' } },
      ],
    ],
    [
      'two calls with neither index nor id',
      [{ function: { name: 'look', arguments: '' } }, { function: { name: 'look', arguments: '{}' } }],
    ],
    [
      'a piece without an index, behind two calls',
      [
        { index: 0, id: 'a', function: { name: 'look', arguments: '' } },
        { index: 1, id: 'b', function: { name: 'drop', arguments: '' } },
        { function: { arguments: '{}' } },
      ],
    ],
    [
      'a call behind one without an index',
      [
        { id: 'a', function: { name: 'look', arguments: '{}' } },
        { index: 1, id: 'b', function: { name: 'drop', arguments: '{}' } },
      ],
    ],
  ])('%s is an error', (_name, pieces) => expect(() => tell(pieces.map(piece))).toThrow(invalid))
  test('one call without an index, and ids and names that are repeated, are told', () => {
    const start = { id: 'a', function: { name: 'look', arguments: '{"x"' } }
    const block = { type: 'tool_use', id: 'a', name: 'look', input: { x: 1 } }
    const alone = [start, { function: { arguments: ':1}' } }]
    const repeated = [
      { index: 0, ...start },
      { index: 0, id: 'a', function: { name: 'look', arguments: ':1}' } },
    ]
    const empty = [
      { index: 0, ...start },
      { index: 0, id: '', function: { name: '', arguments: ':1}' } },
    ]
    for (const pieces of [alone, repeated, empty]) expect(tell(pieces.map(piece)).content).toMatchObject([block])
  })
})

describe('answers with a clean end', () => {
  test.each<[string, JsonObject]>([
    ['a whole message', { message: { role: 'assistant', content: 'a' } }],
    ['a text of the old kind', { text: 'a' }],
  ])('%s in a chunk is an error', (_name, more) => {
    expect(() => tell([chunk({}, null, more)])).toThrow(invalid)
    expect(() => tell([chunk({ content: 'b' }, null, more)])).toThrow(invalid)
  })
  test('a piece, or a text of the old kind, in a whole answer is an error', () => {
    for (const more of [{ delta: { content: 'a' } }, { text: 'a' }]) {
      expect(() => messages().answer(completion({ content: 'b' }, 'stop', more)), JSON.stringify(more)).toThrow(invalid)
    }
  })
  test.each<JsonObject>([
    { images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }] },
    { annotations: [{ type: 'url_citation', url_citation: { url: 'https://a.example' } }] },
  ])('%j is an error, streamed and whole', (more) => {
    expect(() => tell([chunk({ content: 'a', ...more })], 'stop')).toThrow(invalid)
    expect(() => messages().answer(completion({ content: 'a', ...more }))).toThrow(invalid)
  })
  test('what is empty says nothing', () => {
    const empty = { images: [], annotations: [], audio: null }
    const block = { type: 'text', text: 'a' }
    expect(tell([chunk({ content: 'a', ...empty }, null, { message: null, text: '' })], 'stop').content).toMatchObject([
      block,
    ])
    expect(messages().answer(completion({ content: 'a', ...empty }, 'stop', { delta: {}, text: '' }))).toMatchObject({
      content: [block],
    })
  })
  test('content at the beginning of a Messages stream is an error', () => {
    expect(() => runMessage([], [{ type: 'text', text: 'a' }])).toThrow(invalid)
    expect(() => runMessage([])).not.toThrow()
  })
})

describe('arguments of calls', () => {
  /** The same call, streamed and whole, of one API and the other. */
  const ways: Record<string, (text: string, cut: boolean) => unknown> = {
    chunks: (text, cut) => run([piece({ index: 0, ...called(text) })], cut ? 'length' : 'tool_calls'),
    'chunks of a second call': (text, cut) =>
      tell(
        [piece({ index: 0, ...called('{}') }), piece({ index: 1, ...called(text), id: 'b' })],
        cut ? 'length' : 'stop',
      ),
    completion: (text, cut) =>
      messages().answer(completion({ tool_calls: [called(text)] }, cut ? 'length' : 'tool_calls')),
    events: (text, cut) => {
      const use = { type: 'tool_use', id: 'a', name: 'look', input: {} }
      const delta = { type: 'input_json_delta', partial_json: text }
      const events: Json[] = [
        { type: 'content_block_start', index: 0, content_block: use },
        { type: 'content_block_delta', index: 0, delta },
        { type: 'content_block_stop', index: 0 },
      ]
      return runMessage(events, [], cut ? 'max_tokens' : 'tool_use')
    },
  }
  const deep = `{"a":${'['.repeat(200)}${']'.repeat(200)}}`
  test.each(Object.keys(ways))('are read alike, and strictly: %s', (way) => {
    for (const text of ['{"a":1,"a":2}', '{"id":9007199254740993}', '{"a":1e999}', '[1]', '7', 'null', deep]) {
      for (const cut of [false, true]) expect(() => ways[way]!(text, cut), `${text} ${cut}`).toThrow(invalid)
    }
    for (const text of ['{', '{"a":', '{"id":9007199254740993,"b', '{"a":1,"a":2']) {
      expect(() => ways[way]!(text, false), text).toThrow(invalid)
    }
    expect(() => ways[way]!('{"id":9007199254740991,"a":{"a":1}}', false)).not.toThrow()
  })
  test('which the limit on tokens cut are worth nothing', () => {
    for (const text of ['{', '{"a":', '{"id":9007199254740993,"b', '{"a":1,"a":2']) {
      expect(ways.completion!(text, true), text).toMatchObject({ stop_reason: 'max_tokens', content: [{ input: {} }] })
      for (const way of ['chunks', 'events'])
        expect(JSON.stringify(ways[way]!(text, true)), text).toMatch(/max_tokens|length/)
    }
  })
  test('of white space are none', () => {
    const none = { content: [{ input: {} }] }
    expect(ways.completion!(' ', false)).toMatchObject(none)
    expect(joinEvents(ways.chunks!(' ', false) as TranslatedEvent[])).toMatchObject(none)
    const message = { tool_calls: [{ function: { arguments: ' {}' } }] }
    expect(joinChunks(ways.events!(' ', false) as TranslatedEvent[])).toMatchObject({ choices: [{ message }] })
  })
})

describe('fields of requests', () => {
  const refusal = (from: Api, more: JsonObject): string | undefined => {
    try {
      translate(from, { model: 'm', max_tokens: 9, messages: [user], ...more }, options)
      return 'none'
    } catch (error) {
      expect(error).toMatchObject({ reason: 'unreadable_body', status: 400 })
      return (error as { param?: string }).param
    }
  }
  const chosen = (more: JsonObject) => ({ tool_choice: { type: 'function', function: { name: 'look' }, ...more } })
  const thought = (block: JsonObject) => ({
    messages: [user, { role: 'assistant', content: 'a', thinking_blocks: [block] }, user],
  })
  const signed = { type: 'thinking', thinking: 'a', signature: 'b' }
  test.each<[string, JsonObject]>([
    ['tool_choice.function', chosen({ function: { name: 'look', strict: true } })],
    ['tool_choice', chosen({ more: 1 })],
    ['messages[1].thinking_blocks[0]', thought({ ...signed, more: 1 })],
    ['messages[1].thinking_blocks[0]', thought({ type: 'redacted_thinking', data: 'a', thinking: 'b' })],
    ['messages[1].thinking_blocks[0].type', thought({ ...signed, type: 'other' })],
    ['parallel_tool_calls', { parallel_tool_calls: 'no' }],
    ['stream', { stream: 'yes' }],
    ['stream_options.include_usage', { stream_options: { include_usage: 1 } }],
  ])('%s is refused, for Anthropic', (param, more) => expect(refusal('openai', more)).toBe(param))

  const blocks = (...content: Json[]) => ({ messages: [{ role: 'user', content }] })
  const text = { type: 'text', media_type: 'text/plain', data: 'a' }
  const image = { type: 'url', url: 'https://a.example/b.png' }
  const result = { type: 'tool_result', tool_use_id: 'a', content: 'b' }
  test.each<[string, JsonObject]>([
    ['tool_choice.name', { tool_choice: { type: 'auto', name: 'look' } }],
    ['tool_choice.name', { tool_choice: { type: 'none', name: 'look' } }],
    ['tool_choice.disable_parallel_tool_use', { tool_choice: { type: 'auto', disable_parallel_tool_use: 'yes' } }],
    ['messages[0].content[0].source.url', blocks({ type: 'document', source: { ...text, url: image.url } })],
    ['messages[0].content[0].source.content', blocks({ type: 'document', source: { ...text, content: 'b' } })],
    [
      'messages[0].content[0].source.data',
      blocks({ type: 'document', source: { type: 'content', content: 'a', data: 'b' } }),
    ],
    ['messages[0].content[0].source.data', blocks({ type: 'image', source: { ...image, data: 'b' } })],
    ['messages[0].content[0].is_error', blocks({ ...result, is_error: 'yes' })],
    ['stream', { stream: 1 }],
  ])('%s is refused, for OpenAI', (param, more) => expect(refusal('anthropic', more)).toBe(param))

  test('the same without them is taken', () => {
    for (const more of [chosen({}), thought(signed), thought({ type: 'redacted_thinking', data: 'a' })]) {
      expect(refusal('openai', more), JSON.stringify(more)).toBe('none')
    }
    expect(refusal('openai', { parallel_tool_calls: null, stream: false })).toBe('none')
    const sources = [text, { type: 'content', content: 'a' }].map((source) => ({ type: 'document', source }))
    for (const block of [...sources, { type: 'image', source: image }, { ...result, is_error: null }]) {
      expect(refusal('anthropic', blocks(block as Json)), JSON.stringify(block)).toBe('none')
    }
    expect(refusal('anthropic', { tool_choice: { type: 'tool', name: 'look' } })).toBe('none')
  })
})
