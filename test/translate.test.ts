/** Translation between the two APIs: what goes there and back means the same, and streams say what whole answers say. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { translate } from '../src/translate/index.ts'
import type { Json, JsonObject } from '../src/types.ts'
import {
  completionChunks,
  joinChunks,
  joinEvents,
  type Loose,
  messageEvents,
  runStream,
  sortBlocks,
} from './support/translated.ts'

const options = { now: Date.UTC(2026, 10, 20), version: '2023-06-01' }
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwC'
const PDF = 'JVBERi0xLjQKJcOkw7zDtsOf'

// ── What may be asked ──
const text = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }).filter((one) => one.trim() !== '')
const name = fc.stringMatching(/^[a-z][a-z_]{0,19}$/)
const callId = fc.stringMatching(/^call_[A-Za-z0-9]{8}$/)
const input = fc.dictionary(name, fc.oneof(fc.integer(), text, fc.boolean(), fc.array(text, { maxLength: 2 })), {
  maxKeys: 3,
})
const schema = fc.constantFrom<JsonObject>(
  { type: 'object', properties: {} },
  { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false },
)
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined })
/** Without the fields that are left out. */
const present = <T>(object: fc.Arbitrary<T>) => object.map((one) => JSON.parse(JSON.stringify(one)) as JsonObject)
const calls = fc.uniqueArray(fc.record({ id: callId, name, input }), { maxLength: 3, selector: ({ id }) => id })
const several = <T>(part: fc.Arbitrary<T>) => fc.array(part, { minLength: 2, maxLength: 3 })

const textPart = text.map((one) => ({ type: 'text', text: one }))
const userPart = fc.oneof(
  textPart,
  fc.constantFrom(
    { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } },
    { type: 'image_url', image_url: { url: 'https://pictures.example/a.png' } },
    { type: 'file', file: { filename: 'a.pdf', file_data: `data:application/pdf;base64,${PDF}` } },
  ),
)
const chatTurn = fc.oneof(
  fc.oneof(text, several(userPart)).map((content) => [{ role: 'user', content }]),
  fc
    .tuple(maybe(fc.oneof(text, several(textPart))), calls, fc.array(text, { minLength: 3, maxLength: 3 }))
    .map(([content, made, results]) => {
      if (made.length === 0) return [{ role: 'assistant', content: content ?? 'yes' }]
      const tool_calls = made.map(({ id, name, input }) => ({
        ...{ id, type: 'function', function: { name, arguments: JSON.stringify(input) } },
      }))
      return [
        { role: 'assistant', content: content ?? null, tool_calls },
        ...made.map(({ id }, index) => ({ role: 'tool', tool_call_id: id, content: results[index] })),
      ]
    }),
)
const chatRequest = present(
  fc.record({
    model: fc.constant('some-model'),
    messages: fc
      .tuple(maybe(fc.oneof(text, several(textPart))), fc.array(chatTurn, { maxLength: 4 }), text)
      .map(([system, turns, last]) => [
        ...(system === undefined ? [] : [{ role: 'system', content: system }]),
        ...turns.flat(),
        { role: 'user', content: last },
      ]),
    max_tokens: fc.integer({ min: 1, max: 9_000 }),
    temperature: maybe(fc.constantFrom(0, 0.5, 1)),
    top_p: maybe(fc.constantFrom(0.1, 1)),
    stop: maybe(fc.array(text, { minLength: 1, maxLength: 4 })),
    tools: maybe(
      fc.array(
        fc.record({ name, description: maybe(text), parameters: schema, strict: maybe(fc.boolean()) }).map((one) => ({
          ...{ type: 'function', function: one },
        })),
        { minLength: 1, maxLength: 3 },
      ),
    ),
    tool_choice: maybe(
      fc.oneof(
        fc.constantFrom('auto', 'required', 'none'),
        name.map((one) => ({ type: 'function', function: { name: one } })),
      ),
    ),
    response_format: maybe(
      schema.map((one) => ({ type: 'json_schema', json_schema: { name: 'answer', strict: true, schema: one } })),
    ),
    user: maybe(text),
    stream: maybe(fc.constant(true)),
    reasoning_effort: fc.constantFrom(undefined, undefined, 'low', 'high', 'max'),
    parallel_tool_calls: fc.constantFrom(undefined, false),
  }),
).map((request): JsonObject => {
  const { reasoning_effort, temperature, top_p, ...rest } = request
  return {
    ...rest,
    ...(request.stream && { stream_options: { include_usage: true } }),
    // Only said together with a choice, so that it can be told from none.
    ...(request.parallel_tool_calls === false && { tool_choice: 'auto' }),
    ...(reasoning_effort
      ? { reasoning_effort }
      : { ...(temperature !== undefined && { temperature }), ...(top_p !== undefined && { top_p }) }),
  }
})

test('a request of OpenAI means the same when it went to Anthropic and back', () => {
  fc.assert(
    fc.property(chatRequest, (request) => {
      const there = translate('openai', request, options)
      expect(there.ignored.filter((one) => !one.startsWith('response_format'))).toEqual([])
      expect(translate('anthropic', there.body, options).body).toEqual(request)
    }),
    { numRuns: 300 },
  )
})

const block = fc.oneof(
  textPart,
  fc.constantFrom(
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
    { type: 'image', source: { type: 'url', url: 'http://pictures.example/a.png' } },
    { type: 'document', title: 'a.pdf', source: { type: 'base64', media_type: 'application/pdf', data: PDF } },
  ),
)
const turn = fc.oneof(
  fc.oneof(text, fc.array(block, { minLength: 1, maxLength: 3 })).map((content) => [{ role: 'user', content }]),
  fc
    .tuple(maybe(text), calls, fc.array(text, { minLength: 3, maxLength: 3 }), fc.array(block, { maxLength: 2 }))
    .map(([said, made, results, more]) => {
      if (made.length === 0) return [{ role: 'assistant', content: said ?? 'yes' }]
      const before = said === undefined ? [] : [{ type: 'text', text: said }]
      return [
        { role: 'assistant', content: [...before, ...made.map((one) => ({ type: 'tool_use', ...one }))] },
        {
          role: 'user',
          content: [
            ...made.map(({ id }, at) => ({ type: 'tool_result', tool_use_id: id, content: results[at] })),
            ...more,
          ],
        },
        // What the user says next would go into the turn of the results.
        { role: 'assistant', content: 'well' },
      ]
    }),
)
const messagesRequest = present(
  fc.record({
    model: fc.constant('some-model'),
    max_tokens: fc.integer({ min: 1, max: 9_000 }),
    system: maybe(fc.oneof(text, several(textPart))),
    messages: fc.tuple(fc.array(turn, { maxLength: 4 }), text).map(([turns, last]) => {
      return [...turns.flat(), { role: 'user', content: last }]
    }),
    stop_sequences: maybe(fc.array(text, { minLength: 1, maxLength: 4 })),
    temperature: maybe(fc.constantFrom(0, 0.5, 1)),
    stream: maybe(fc.constant(true)),
    tools: maybe(
      fc.array(fc.record({ name, description: maybe(text), input_schema: schema, strict: maybe(fc.boolean()) }), {
        minLength: 1,
        maxLength: 3,
      }),
    ),
    tool_choice: maybe(
      fc.oneof(
        fc.constant({ type: 'none' }),
        fc.record({
          type: fc.constantFrom('auto', 'any'),
          disable_parallel_tool_use: fc.constantFrom(undefined, true),
        }),
        fc.record({ type: fc.constant('tool'), name, disable_parallel_tool_use: fc.constantFrom(undefined, true) }),
      ),
    ),
    metadata: maybe(fc.record({ user_id: text })),
    output_config: maybe(schema.map((one) => ({ format: { type: 'json_schema', schema: one } }))),
  }),
)
/** Texts as blocks. */
function unfold(request: Loose): Loose {
  const blocks = (content: Loose) => {
    const all = typeof content === 'string' ? [{ type: 'text', text: content }] : content
    return all.map((one: Loose) => (one.type === 'tool_result' ? { ...one, content: blocks(one.content) } : one))
  }
  return {
    ...request,
    ...(request.system && { system: blocks(request.system) }),
    messages: request.messages.map((one: Loose) => ({ ...one, content: blocks(one.content) })),
  }
}

test('a request of Anthropic means the same when it went to OpenAI and back', () => {
  fc.assert(
    fc.property(messagesRequest, (request) => {
      const there = translate('anthropic', request, options)
      expect(there.ignored).toEqual([])
      expect(unfold(translate('openai', there.body, options).body)).toEqual(unfold(request))
    }),
    { numRuns: 300 },
  )
})

test('what comes of a request is JSON, and the request is as it was', () => {
  fc.assert(
    fc.property(chatRequest, messagesRequest, (chat, messages) => {
      const before = JSON.stringify([chat, messages])
      const bodies = [translate('openai', chat, options).body, translate('anthropic', messages, options).body]
      expect(JSON.parse(JSON.stringify(bodies))).toEqual(bodies)
      expect(JSON.stringify([chat, messages])).toBe(before)
    }),
  )
})

// ── What may be answered ──
const tokens = fc.integer({ min: 0, max: 5_000 })
const cuts = fc.array(fc.nat(60), { maxLength: 8 })
const message = fc
  .record({
    content: fc.array(
      fc.oneof(
        fc.record({ type: fc.constant('text'), text: fc.string({ unit: 'grapheme' }) }),
        fc.record({ type: fc.constant('thinking'), thinking: text, signature: fc.base64String({ minLength: 4 }) }),
        fc.record({ type: fc.constant('redacted_thinking'), data: fc.base64String({ minLength: 4 }) }),
        fc.record({ type: fc.constant('tool_use'), id: callId, name, input }),
      ),
      { maxLength: 5 },
    ),
    stop_reason: fc.constantFrom(
      'end_turn',
      'max_tokens',
      'stop_sequence',
      'tool_use',
      'refusal',
      'model_context_window_exceeded',
    ),
    stop_details: maybe(fc.constant({ type: 'refusal', category: null, explanation: 'No.' })),
    usage: fc.record({
      input_tokens: tokens,
      output_tokens: tokens,
      cache_read_input_tokens: tokens,
      cache_creation_input_tokens: tokens,
    }),
  })
  .map((one): Loose => ({ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude', ...one }))
const asking: JsonObject = { model: 'm', messages: [{ role: 'user', content: 'hi' }], max_tokens: 5 }
const chat = translate('openai', { ...asking, stream: true, stream_options: { include_usage: true } }, options)
const messages = translate('anthropic', { ...asking, stream: true }, options)

test('a stream of Anthropic, however it is cut, says what the whole answer says', () => {
  fc.assert(
    fc.property(message, cuts, (one, where) => {
      expect(joinChunks(runStream(chat.stream(), messageEvents(one, where)))).toEqual(chat.answer(one))
    }),
    { numRuns: 500 },
  )
})

const completion = fc
  .record({
    content: maybe(fc.string({ unit: 'grapheme' })),
    refusal: fc.constantFrom(null, null, null, 'I will not.'),
    reasoning_content: maybe(text),
    calls,
    finish_reason: fc.constantFrom('stop', 'length', 'tool_calls', 'content_filter', 'function_call'),
    usage: fc.record({
      prompt_tokens: tokens,
      completion_tokens: tokens,
      prompt_tokens_details: fc.record({ cached_tokens: tokens }),
      completion_tokens_details: fc.record({ reasoning_tokens: tokens }),
    }),
  })
  .map(({ finish_reason, usage, calls, content, ...rest }): Loose => {
    const tool_calls = calls.map(({ id, name, input }) => ({
      ...{ id, type: 'function', function: { name, arguments: JSON.stringify(input) } },
    }))
    const said = { role: 'assistant', content: content ?? null, ...rest, ...(calls.length > 0 && { tool_calls }) }
    return {
      ...{ id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'gpt', usage },
      choices: [{ index: 0, message: said, finish_reason, logprobs: null }],
    }
  })

test('a stream of OpenAI, however it is cut and its calls are mixed, says what the whole answer says', () => {
  fc.assert(
    fc.property(completion, cuts, fc.array(fc.nat(9), { minLength: 1 }), (one, where, order) => {
      const whole = messages.answer(one) as Loose
      const streamed = joinEvents(runStream(messages.stream(), completionChunks(one, where, order)))
      expect({ ...streamed, content: sortBlocks(streamed.content) }).toEqual({
        ...whole,
        content: sortBlocks(whole.content),
      })
    }),
    { numRuns: 500 },
  )
})

test('a stream that is cut never ends well', () => {
  fc.assert(
    fc.property(message, completion, cuts, fc.nat(), (one, other, where, at) => {
      for (const [stream, events] of [
        [chat.stream(), messageEvents(one, where)],
        [messages.stream(), completionChunks(other, where, [0, 1])],
      ] as const) {
        const out = events.slice(0, at % events.length).flatMap((event) => stream.push(event as Json))
        expect(() => stream.end()).toThrow(expect.objectContaining({ reason: 'upstream_truncated' }))
        expect(out.some(({ name, data }) => data === '[DONE]' || name === 'message_stop')).toBe(false)
        expect(out.some(({ data }) => /"finish_reason":"|"stop_reason":"/.test(data))).toBe(false)
      }
    }),
  )
})

test('what an answer of Anthropic brought, the next request can bring back', () => {
  fc.assert(
    fc.property(message, ({ content, ...rest }) => {
      const kept = content.filter(({ text }: Loose) => text === undefined || text.trim() !== '')
      const [{ message: said }] = (chat.answer({ ...rest, content: kept }) as Loose).choices
      const again = { ...asking, messages: [...(asking.messages as Json[]), said, { role: 'user', content: 'on' }] }
      const turns = translate('openai', again, options).body.messages as Loose[]
      const thinking = kept.filter(({ type }: Loose) => type.endsWith('thinking'))
      const texts = kept.filter(({ type }: Loose) => type === 'text').map(({ text }: Loose) => text)
      const refused = rest.stop_reason === 'refusal' && rest.stop_details ? ['No.'] : []
      expect(turns.flatMap((one) => (one.role === 'assistant' ? one.content : []))).toEqual([
        ...thinking,
        ...[...(texts.length > 0 ? [texts.join('')] : []), ...refused].map((text) => ({ type: 'text', text })),
        ...kept.filter(({ type }: Loose) => type === 'tool_use'),
      ])
    }),
  )
})
