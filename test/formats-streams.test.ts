/** Streams of the other APIs: which text is whose, when it ends, and how a text that was held back is told. */
import { describe, expect, test } from 'vitest'
import { anthropicMessages } from '../src/formats/anthropic-messages.ts'
import { openaiAudio } from '../src/formats/openai-audio.ts'
import { openaiChat } from '../src/formats/openai-chat.ts'
import { openaiCompletions } from '../src/formats/openai-completions.ts'
import { openaiImages } from '../src/formats/openai-images.ts'
import { openaiRealtime } from '../src/formats/openai-realtime.ts'
import { openaiResponses } from '../src/formats/openai-responses.ts'
import { openaiThreads } from '../src/formats/openai-threads.ts'
import type { Format, Json, JsonObject } from '../src/types.ts'
import { chatEvents, messageEvents, threadEvents } from './support/events.ts'
import { relay } from './support/relay.ts'

/** What every channel said, by nothing but the texts. */
function textsOf(format: Format, events: readonly JsonObject[]): string[] {
  return [...relay(format, events).texts.values()].sort()
}
function held(format: Format, event: JsonObject, keys: (string | number)[]): JsonObject {
  return format.stream.delta(format.stream.channel(keys, event)!, 'held', {}, {})
}
const sound = 'UklGR'.repeat(30)

describe('chat completions', () => {
  test('texts of interleaved choices, calls, thoughts and a transcript are put together, and told in this shape', () => {
    expect(textsOf(openaiChat, chatEvents())).toEqual(
      ['Hello', 'Bye', '{"a":1}', 'input', 'No.', 'I think', 'spoken', 'why', 'in short'].sort(),
    )
    const { events } = relay(openaiChat, chatEvents())
    const details = events.flatMap(({ choices }) =>
      (choices as JsonObject[]).map(({ delta }) => (delta as JsonObject)?.reasoning_details),
    )
    const told = details.flat().filter((one) => one !== undefined) as JsonObject[]
    expect(told).toContainEqual({ index: 0, text: 'why', type: 'reasoning.text' })
    expect(told).toContainEqual({ index: 1, summary: 'in short', type: 'reasoning.summary' })
  })
  test('what is sent whole is no piece: names, pictures, annotations, sound', () => {
    const at = (delta: JsonObject, ...keys: (string | number)[]) =>
      openaiChat.stream.channel(['choices', 0, 'delta', ...keys], { choices: [{ index: 0, delta }] })
    expect(
      at({ tool_calls: [{ index: 0, function: { name: 'f' } }] }, 'tool_calls', 0, 'function', 'name'),
    ).toBeUndefined()
    expect(
      at({ annotations: [{ url_citation: { content: 'x' } }] }, 'annotations', 0, 'url_citation', 'content'),
    ).toBeUndefined()
    expect(at({ images: [{ image_url: { detail: 'x' } }] }, 'images', 0, 'image_url', 'detail')).toBeUndefined()
    expect(at({ audio: { data: 'AAAA' } }, 'audio', 'data')).toBeUndefined()
    expect(at({ audio: { transcript: 'x' } }, 'audio', 'transcript')).toBeDefined()
    expect(at({ anything_new: 'x' }, 'anything_new')).toBeDefined()
  })
  test('a choice ends with its reason, and only that choice', () => {
    const piece = (index: number): JsonObject => ({ choices: [{ index, delta: { content: 'x' } }] })
    const open = [0, 1].map((index) => openaiChat.stream.channel(['choices', 0, 'delta', 'content'], piece(index))!)
    const closes = (finish_reason: Json) =>
      openaiChat.stream.closes({ choices: [{ index: 1, delta: {}, finish_reason }] }, open)
    expect(closes('stop')).toEqual([open[1]])
    expect(closes(null)).toEqual([])
    expect(closes('')).toEqual([])
    expect(openaiChat.stream.closes({ choices: [], usage: {} }, open)).toEqual([])
  })
  test('older completions have the same stream', () => {
    const piece = (text: string, finish_reason: Json): JsonObject => ({
      id: 'c',
      choices: [{ index: 0, text, finish_reason }],
    })
    const events = [piece('He', null), piece('llo', null), piece('', 'stop')]
    expect(textsOf(openaiCompletions, events)).toEqual(['Hello'])
    expect(held(openaiCompletions, events[0]!, ['choices', 0, 'text'])).toEqual({
      choices: [{ index: 0, text: 'held', finish_reason: null }],
    })
    expect(openaiCompletions.stream.terminal('[DONE]', undefined)).toBe(true)
  })
})

describe('messages', () => {
  test('texts of blocks are put together; a block that begins with text goes on in its deltas', () => {
    expect(textsOf(anthropicMessages, messageEvents())).toEqual(['Hello', 'I think', '{"a":1}', 'summed up'].sort())
  })
  test.each([
    ['text', 'text_delta'],
    ['thinking', 'thinking_delta'],
    ['partial_json', 'input_json_delta'],
    ['content', 'compaction_delta'],
  ])('%s is told in a %s', (field, type) => {
    const event = { type: 'content_block_delta', index: 2, delta: { type, [field]: 'x' } }
    expect(held(anthropicMessages, event, ['delta', field])).toEqual({ ...event, delta: { type, [field]: 'held' } })
  })
  test('what is signed or sealed, and what is cited, is whole', () => {
    const event = { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'EqQB' } }
    const cited = { type: 'citations_delta', citation: { type: 'char_location', cited_text: 'whole' } }
    const { texts } = relay(anthropicMessages, [event, { type: 'content_block_delta', index: 1, delta: cited }])
    expect([...texts]).toEqual([])
  })
  test('the end', () => {
    expect(anthropicMessages.stream.terminal('', { type: 'message_stop' })).toBe(true)
    expect(anthropicMessages.stream.terminal('', { type: 'message_delta' })).toBe(false)
    expect(anthropicMessages.stream.failed({ type: 'error', error: { message: 'x' } })).toBe(true)
  })
})

describe('runs of assistants', () => {
  test('texts of messages and of calls are put together, and told in this shape', () => {
    const relayed = relay(openaiThreads, threadEvents())
    expect([...relayed.texts.values()].sort()).toEqual(['Hello', '{"a":1}', 'print(1)', 'printed'].sort())
    const deltas = relayed.events.filter(({ object }) => String(object).endsWith('.delta'))
    expect(deltas).toContainEqual({
      ...{ id: 'msg_1', object: 'thread.message.delta' },
      delta: { content: [{ index: 0, type: 'text', text: { value: 'Hello' } }] },
    })
    const call = {
      index: 1,
      type: 'code_interpreter',
      code_interpreter: { outputs: [{ index: 0, type: 'logs', logs: 'printed' }] },
    }
    expect(deltas).toContainEqual({
      ...{ id: 'step_1', object: 'thread.run.step.delta' },
      delta: { step_details: { type: 'tool_calls', tool_calls: [call] } },
    })
  })
  test("an upstream's name for an event is believed if it is one of the API's", () => {
    const { eventName } = openaiThreads.stream
    expect(eventName({ object: 'thread.message' }, 'thread.message.completed')).toBe('thread.message.completed')
    expect(eventName({ object: 'thread.run.step' }, 'thread.run.step.cancelled')).toBe('thread.run.step.cancelled')
    expect(eventName({ object: 'thread.run' }, 'thread.run.requires_action')).toBe('thread.run.requires_action')
    expect(eventName({ object: 'thread.message.delta' })).toBe('thread.message.delta')
    expect(eventName({ object: 'thread.message' }, 'ghp_secret')).toBeUndefined()
    expect(eventName({ object: 'thread.message' }, 'thread.message.completed\nx')).toBeUndefined()
    expect(eventName({ object: 'thread.message' })).toBeUndefined()
  })
  test('the message at its end repeats; one that has just begun does not', () => {
    const message = (status: string): JsonObject => ({ object: 'thread.message', id: 'm', status, content: [] })
    const keys = ['content', 0, 'text', 'value']
    expect(openaiThreads.stream.repeats(keys, message('completed'))).toBe(true)
    expect(openaiThreads.stream.repeats(keys, message('in_progress'))).toBe(false)
    expect(openaiThreads.stream.repeats(['metadata', 'a'], message('completed'))).toBe(false)
  })
})

describe('transcripts', () => {
  const delta = (text: string, segment?: string): JsonObject => ({
    ...{ type: 'transcript.text.delta', delta: text },
    ...(segment === undefined ? {} : { segment_id: segment }),
  })
  test('pieces of segments end with their segment, all with the transcript', () => {
    const segment = { type: 'transcript.text.segment', id: 'a', text: 'Hello', speaker: 'A', start: 0, end: 1 }
    const events = [
      delta('He', 'a'),
      delta('Bye', 'b'),
      delta('llo', 'a'),
      segment,
      { type: 'transcript.text.done', text: '' },
    ]
    const { texts, ended } = relay(openaiAudio, events)
    expect([...texts.values()]).toEqual(['Hello', 'Bye'])
    expect([...ended.values()]).toEqual([3, 4])
    expect(held(openaiAudio, delta('x', 'a'), ['delta'])).toEqual(delta('held', 'a'))
    expect(held(openaiAudio, delta('x'), ['delta'])).toEqual(delta('held'))
  })
  test('ends, repeats', () => {
    const { terminal, repeats } = openaiAudio.stream
    expect(terminal('', { type: 'transcript.text.done' })).toBe(true)
    expect(terminal('', { type: 'speech.audio.done' })).toBe(true)
    expect(terminal('', { type: 'transcript.text.segment' })).toBe(false)
    expect(repeats(['text'], { type: 'transcript.text.done' })).toBe(true)
    expect(repeats(['languages', 0], { type: 'transcript.text.done' })).toBe(false)
  })
})

test('pictures: events are whole, and end with the last picture', () => {
  const { stream } = openaiImages
  expect(stream.channel(['b64_json'], { type: 'image_generation.partial_image', b64_json: 'x' })).toBeUndefined()
  expect(stream.terminal('', { type: 'image_generation.partial_image' })).toBe(false)
  expect(stream.terminal('', { type: 'image_generation.completed' })).toBe(true)
  expect(stream.terminal('', { type: 'image_edit.completed' })).toBe(true)
  expect(stream.eventName({ type: 'image_edit.completed' })).toBe('image_edit.completed')
})

describe('realtime', () => {
  const of = { response_id: 'resp_1', item_id: 'item_1', output_index: 0, content_index: 0, event_id: 'event_1' }
  const events: JsonObject[] = [
    { type: 'response.output_text.delta', ...of, delta: 'He' },
    { type: 'response.output_audio.delta', ...of, delta: sound },
    { type: 'response.output_audio.delta', ...of, delta: 'AAAA' },
    { type: 'response.output_audio_transcript.delta', ...of, content_index: 1, delta: 'spo' },
    { type: 'response.output_text.delta', ...of, delta: 'llo' },
    { type: 'response.output_audio_transcript.delta', ...of, content_index: 1, delta: 'ken' },
    { type: 'conversation.item.input_audio_transcription.delta', item_id: 'heard', content_index: 0, delta: 'hea' },
    { type: 'response.output_text.delta', ...of, response_id: 'resp_2', item_id: 'item_2', delta: 'other' },
    { type: 'conversation.item.input_audio_transcription.delta', item_id: 'heard', content_index: 0, delta: 'rd' },
    {
      type: 'conversation.item.input_audio_transcription.completed',
      item_id: 'heard',
      content_index: 0,
      transcript: 'heard',
    },
    { type: 'response.output_text.done', ...of, text: 'Hello' },
    {
      type: 'conversation.item.added',
      item: { id: 'u', type: 'message', role: 'user', content: [{ type: 'input_text', text: 'all' }] },
    },
    {
      type: 'response.function_call_arguments.delta',
      ...of,
      item_id: 'fc',
      output_index: 1,
      call_id: 'c',
      delta: '{}',
    },
    { type: 'response.done', event_id: 'e', response: { id: 'resp_1', output: [] } },
    { type: 'response.done', event_id: 'e', response: { id: 'resp_2', output: [] } },
  ]
  test('texts of responses and of what is heard are put together; sound passes as it is', () => {
    const relayed = relay(openaiRealtime, events)
    expect([...relayed.texts.values()].sort()).toEqual(['Hello', 'heard', 'other', 'spoken', '{}'].sort())
    expect(relayed.events.filter(({ type }) => type === 'response.output_audio.delta')).toEqual(events.slice(1, 3))
    // By number of the event it ended with.
    const ends = new Map([...relayed.texts].map(([channel, text]) => [text, relayed.ended.get(channel)]))
    expect(Object.fromEntries(ends)).toEqual({ heard: 9, Hello: 10, spoken: 13, '{}': 13, other: 14 })
  })
  test('held text is told with the ids of its response', () => {
    const like = { event_id: 'event_1' }
    const channel = openaiRealtime.stream.channel(['delta'], events[0]!)!
    expect(openaiRealtime.stream.delta(channel, 'held', like, {})).toEqual({ ...events[0], delta: 'held' })
  })
  test('a session does not end with an answer', () => {
    for (const event of events) expect(openaiRealtime.stream.terminal('', event)).toBe(false)
  })
  test('what was told in pieces repeats', () => {
    const { repeats } = openaiRealtime.stream
    expect(repeats(['transcript'], events[9]!)).toBe(true)
    expect(repeats(['text'], events[10]!)).toBe(true)
    expect(repeats(['response', 'output', 0, 'content', 0, 'text'], events[13]!)).toBe(true)
    expect(repeats(['item', 'content', 0, 'text'], events[11]!)).toBe(false)
  })
})

test('a denial in the middle has the shape of an error of its API', () => {
  const body = { error: { message: 'stopped', type: 'invalid_request_error', param: null, code: 'guardrail_blocked' } }
  for (const format of [openaiChat, openaiAudio, openaiImages, openaiThreads, openaiRealtime]) {
    const [event, ...more] = format.stream.denied(body)
    expect(event!.data).toMatchObject({ error: { message: 'stopped', code: 'guardrail_blocked' } })
    expect(more).toEqual([])
  }
  expect(anthropicMessages.stream.denied({ type: 'error', error: { type: 'x' } })).toEqual([
    { name: 'error', data: { type: 'error', error: { type: 'x' } } },
  ])
})
test.each([
  ['invalid_request_error', 'invalid_prompt'],
  ['server_error', 'server_error'],
])('of Responses it is an error, and the end of the answer: %s is %s there', (type, code) => {
  const body = { error: { message: 'stopped', type, param: null, code: 'x' } }
  const events = openaiResponses.stream.denied(body)
  expect(events.map(({ name }) => name)).toEqual(['error', 'response.failed'])
  expect(events[0]!.data).toMatchObject({ type: 'error', message: 'stopped', code: 'x' })
  expect(events[1]!.data).toMatchObject({
    type: 'response.failed',
    response: { status: 'failed', error: { code, message: 'stopped' } },
  })
})
