/** What translators of these two APIs get wrong, one by one. */
import { describe, expect, test } from 'vitest'
import { translate } from '../src/translate/index.ts'
import type { Api, Json, JsonObject } from '../src/types.ts'
import { joinChunks, joinEvents, type Loose, runStream } from './support/translated.ts'

const options = { now: Date.UTC(2026, 10, 20, 12), version: '2023-06-01' }
const user = { role: 'user', content: 'hi' }
const toAnthropic = (more: JsonObject, how = options): Loose =>
  translate('openai', { model: 'claude-opus-4-8', messages: [user], ...more }, how).body
const toOpenai = (more: JsonObject): Loose =>
  translate('anthropic', { model: 'gpt-5.1', max_tokens: 9, messages: [user], ...more }, options).body
const ignored = (from: Api, more: JsonObject, version = options.version) =>
  translate(from, { model: 'm', max_tokens: 9, messages: [user], ...more }, { ...options, version }).ignored
function refusal(from: Api, more: JsonObject): string | undefined {
  try {
    translate(from, { model: 'm', max_tokens: 9, messages: [user], ...more }, options)
    return 'none'
  } catch (error) {
    expect(error).toMatchObject({ reason: 'unreadable_body', status: 400 })
    return (error as { param?: string }).param
  }
}
const chat = (more: JsonObject = {}) => translate('openai', { model: 'claude-x', messages: [user], ...more }, options)
const messages = (more: JsonObject = {}) =>
  translate('anthropic', { model: 'gpt-x', max_tokens: 9, messages: [user], ...more }, options)
const invalid = expect.objectContaining({ reason: 'upstream_invalid' })
const call = (id: string, name = 'look', text = '{}') => ({ id, type: 'function', function: { name, arguments: text } })
const PNG = 'iVBORw0KGgoAAAANSUhEUgAA'

describe('OpenAI to Anthropic: what is asked', () => {
  test('system prompts stay blocks, in their order, with their markers for caching', () => {
    const cached = { type: 'text', text: 'b', cache_control: { type: 'ephemeral' } }
    const { system } = toAnthropic({
      messages: [{ role: 'system', content: 'a' }, { role: 'developer', content: [cached] }, user],
    })
    expect(system).toEqual([{ type: 'text', text: 'a' }, cached])
  })
  test('instructions in the middle stay there, where the model takes them', () => {
    const later = { role: 'developer', content: 'Be brief.' }
    const there = { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] }
    const hi = { role: 'user', content: [{ type: 'text', text: 'hi' }] }
    expect(toAnthropic({ messages: [user, later] }).messages).toEqual([hi, there])
    const marked = { type: 'text', text: '<system>\nBe brief.\n</system>' }
    expect(toAnthropic({ model: 'claude-sonnet-4-5', messages: [user, later] }).messages).toEqual([
      { role: 'user', content: [...hi.content, marked] },
    ])
    // Not between two turns of the user's, where no model takes them.
    expect(toAnthropic({ messages: [user, later, user] }).messages).toEqual([
      { role: 'user', content: [...hi.content, marked] },
      hi,
    ])
  })
  test('instructions between a call and its result do not come between them', () => {
    const said = { role: 'assistant', content: null, tool_calls: [call('call_1')] }
    const result = { role: 'tool', tool_call_id: 'call_1', content: '7' }
    const turns = toAnthropic({ messages: [user, said, { role: 'system', content: 'Go on.' }, result] }).messages
    expect(turns.at(-1).content.map(({ type }: Loose) => type)).toEqual(['tool_result', 'text'])
  })
  test('an image is what its bytes say, whatever its URL says', () => {
    const image = (url: string) => {
      const { content } = toAnthropic({
        messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }],
      }).messages[0]
      return content[0].source
    }
    expect(image(`data:image/jpeg;base64,${PNG}`)).toEqual({ type: 'base64', media_type: 'image/png', data: PNG })
    expect(image('data:image/png;base64,/9j/4AAQ').media_type).toBe('image/jpeg')
    expect(image('data:image/png;base64,R0lGODlh').media_type).toBe('image/gif')
    expect(image('data:image/png;base64,UklGRiQAAABXRUJQVlA4').media_type).toBe('image/webp')
    // Never fetched.
    expect(image('https://a.example/b.png')).toEqual({ type: 'url', url: 'https://a.example/b.png' })
  })
  test.each([
    ['messages[0].content[0].image_url.url', { type: 'image_url', image_url: { url: 'file:///etc/passwd' } }],
    ['messages[0].content[0].image_url.url', { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }],
    ['messages[0].content[0].image_url.url', { type: 'image_url', image_url: { url: 'data:image/png,x' } }],
    ['messages[0].content[0].type', { type: 'input_audio', input_audio: { data: 'AA', format: 'wav' } }],
    ['messages[0].content[0].file.file_id', { type: 'file', file: { file_id: 'file-1' } }],
    ['messages[0].content[0].file.file_data', { type: 'file', file: { file_data: `data:a/b;base64,${PNG}` } }],
  ])('%s is refused, not dropped', (param, part) => {
    expect(refusal('openai', { messages: [{ role: 'user', content: [part as Json] }] })).toBe(param)
  })
  test('no empty text is sent, and no empty message', () => {
    const { messages } = toAnthropic({
      messages: [
        user,
        { role: 'assistant', content: '', tool_calls: [call('call_1', 'look', '')] },
        { role: 'tool', tool_call_id: 'call_1', content: '' },
        { role: 'assistant', content: '' },
        {
          role: 'user',
          content: [
            { type: 'text', text: ' ' },
            { type: 'text', text: 'so' },
          ],
        },
      ],
    })
    expect(messages.slice(1)).toEqual([
      { role: 'assistant', content: [{ type: 'tool_use', id: 'call_1', name: 'look', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_1' }] },
      { role: 'user', content: [{ type: 'text', text: 'so' }] },
    ])
    expect(refusal('openai', { messages: [{ role: 'user', content: ' ' }] })).toBe('messages')
  })
  test('all results of a turn are one message, before its text, with their lists and images', () => {
    const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } }
    const { messages } = toAnthropic({
      messages: [
        user,
        { role: 'assistant', content: null, tool_calls: [call('call_1'), call('call_2')] },
        { role: 'tool', tool_call_id: 'call_1', content: 'one' },
        { role: 'tool', tool_call_id: 'call_2', content: [{ type: 'text', text: 'two' }, image] },
        { role: 'user', content: 'and?' },
      ],
    })
    expect(messages).toHaveLength(3)
    expect(messages[2].content).toEqual([
      { type: 'tool_result', tool_use_id: 'call_1', content: 'one' },
      {
        type: 'tool_result',
        tool_use_id: 'call_2',
        content: [
          { type: 'text', text: 'two' },
          { type: 'image', source: expect.objectContaining({ type: 'base64' }) },
        ],
      },
      { type: 'text', text: 'and?' },
    ])
  })
  test('arguments that are no object, or hold a number that would round, are refused', () => {
    const at = 'messages[1].tool_calls[0].function.arguments'
    for (const text of ['{"a":', '[1]', '7', '{"id":9007199254740993}', '{"a":1,"a":2}']) {
      const said = { role: 'assistant', content: null, tool_calls: [call('call_1', 'look', text)] }
      expect(refusal('openai', { messages: [user, said, user] }), text).toBe(at)
    }
  })
  test('ids of calls that the upstream would refuse are changed alike in the call and its result', () => {
    const id = 'functions.look:0'
    const { messages } = toAnthropic({
      messages: [user, { role: 'assistant', tool_calls: [call(id)] }, { role: 'tool', tool_call_id: id, content: '7' }],
    })
    expect(messages[1].content[0].id).toMatch(/^[A-Za-z0-9_-]+$/)
    expect(messages[2].content[0].tool_use_id).toBe(messages[1].content[0].id)
  })
  test('a tool without parameters gets a schema; no marker for caching is null', () => {
    const { tools } = toAnthropic({ tools: [{ type: 'function', function: { name: 'look' }, cache_control: null }] })
    expect(tools).toEqual([{ name: 'look', input_schema: { type: 'object', properties: {} } }])
  })
  test.each<[Json, boolean | undefined, Json | undefined]>([
    ['none', undefined, { type: 'none' }],
    ['none', false, { type: 'none' }],
    ['auto', undefined, { type: 'auto' }],
    ['required', undefined, { type: 'any' }],
    ['required', false, { type: 'any', disable_parallel_tool_use: true }],
    [null, false, { type: 'auto', disable_parallel_tool_use: true }],
    [null, true, undefined],
    [{ type: 'function', function: { name: 'look' } }, undefined, { type: 'tool', name: 'look' }],
  ])('tool_choice %j, parallel %j: %j', (choice, parallel, expected) => {
    const more = parallel === undefined ? {} : { parallel_tool_calls: parallel }
    expect(toAnthropic({ tool_choice: choice, ...more }).tool_choice).toEqual(expected)
  })
  test('there is always a limit on tokens: the caller’s, or the most that the model takes', () => {
    expect(toAnthropic({ max_tokens: 5, max_completion_tokens: 7 }).max_tokens).toBe(7)
    expect(toAnthropic({ max_tokens: 5 }).max_tokens).toBe(5)
    const most = (model: string) => toAnthropic({ model }).max_tokens
    expect(
      ['claude-opus-4-8', 'claude-sonnet-5', 'claude-haiku-4-5-20251001', 'claude-opus-4-1-20250805'].map(most),
    ).toEqual([128_000, 128_000, 64_000, 32_000])
    expect(['claude-sonnet-4-20250514', 'claude-3-5-haiku-latest', 'our-own'].map(most)).toEqual([64_000, 8_192, 8_192])
  })
  test('temperature is kept in range, and left out, said so, where there is none', () => {
    expect(toAnthropic({ temperature: 1.5 }).temperature).toBe(1)
    expect(ignored('openai', { temperature: 1.5 })).toEqual(['temperature'])
    expect(toAnthropic({ temperature: 0.5 }, { ...options, version: '2026-10-21' })).not.toHaveProperty('temperature')
    expect(ignored('openai', { temperature: 0.5, top_p: 0.9 }, '2026-10-21')).toEqual(['temperature', 'top_p'])
    expect(toAnthropic({ temperature: 0.5, reasoning_effort: 'high' })).not.toHaveProperty('temperature')
  })
  test('an effort is an effort, not a budget, and no thinking is asked for where a tool is forced', () => {
    expect(toAnthropic({ reasoning_effort: 'minimal' })).toMatchObject({
      thinking: { type: 'adaptive' },
      output_config: { effort: 'low' },
    })
    expect(toAnthropic({ reasoning_effort: 'none' }).thinking).toEqual({ type: 'disabled' })
    expect(toAnthropic({ reasoning_effort: 'high', tool_choice: 'required' })).not.toHaveProperty('thinking')
    expect(refusal('openai', { reasoning_effort: 'enormous' })).toBe('reasoning_effort')
  })
  test('stop sequences of white space are left out, said so', () => {
    expect(toAnthropic({ stop: ['\n', 'END'] }).stop_sequences).toEqual(['END'])
    expect(toAnthropic({ stop: 'END' }).stop_sequences).toEqual(['END'])
    expect(ignored('openai', { stop: '\n\n' })).toEqual(['stop'])
  })
  test('structured output is asked for as such, not by a tool; json_object in words', () => {
    const format = { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object' } } }
    expect(toAnthropic({ response_format: format }).output_config).toEqual({
      format: { type: 'json_schema', schema: { type: 'object' } },
    })
    expect(toAnthropic({ response_format: { type: 'json_object' } }).system.at(-1).text).toMatch(/one JSON object/)
    expect(toAnthropic({ response_format: { type: 'text' } })).not.toHaveProperty('output_config')
  })
  test.each<[string, JsonObject]>([
    ['n', { n: 2 }],
    ['logprobs', { logprobs: true }],
    ['top_logprobs', { top_logprobs: 3 }],
    ['logit_bias', { logit_bias: { '50256': -100 } }],
    ['frequency_penalty', { frequency_penalty: 0.1 }],
    ['presence_penalty', { presence_penalty: -1 }],
    ['audio', { audio: { voice: 'ash', format: 'mp3' } }],
    ['modalities', { modalities: ['text', 'audio'] }],
    ['store', { store: true }],
    ['web_search_options', { web_search_options: { search_context_size: 'low' } }],
    ['functions', { functions: [{ name: 'look' }] }],
    ['tools[0].type', { tools: [{ type: 'custom', custom: { name: 'look' } }] }],
    ['tool_choice.type', { tool_choice: { type: 'allowed_tools', allowed_tools: {} } }],
    ['messages[0].role', { messages: [{ role: 'function', name: 'look', content: '' }] }],
    ['messages[0].name', { messages: [{ role: 'user', name: 'Ann', content: 'hi' }] }],
    ['messages', { messages: [user, { role: 'assistant', content: 'Once upon' }] }],
  ])('%s is refused by name', (param, more) => expect(refusal('openai', more)).toBe(param))
  test('what asks for nothing is not refused', () => {
    const more = {
      n: 1,
      logprobs: false,
      top_logprobs: 0,
      logit_bias: {},
      frequency_penalty: 0,
      store: false,
      audio: null,
    }
    expect(ignored('openai', { ...more, modalities: ['text'], functions: [] })).toEqual([])
  })
  test('a field that nobody knows is refused, and not repeated', () => {
    for (const more of [{ 'ann@corp.example': 1 }, { messages: [{ ...user, 'ann@corp.example': 1 }] }]) {
      try {
        translate('openai', { model: 'm', messages: [user], ...more }, options)
        expect.unreachable()
      } catch (error) {
        expect(JSON.stringify(error) + String(error)).not.toContain('corp.example')
      }
    }
    expect(refusal('openai', { messages: [{ ...user, __proto__x: 1 }] })).toBe('messages[0]')
    expect(refusal('openai', JSON.parse('{"__proto__":{"a":1}}'))).toBeUndefined()
    expect(refusal('anthropic', { constructor: 'x' })).toBeUndefined()
  })
  test('hints are left out, said so', () => {
    const more = { prompt_cache_key: 'k', service_tier: 'flex', seed: 7, verbosity: 'low', metadata: { a: 'b' } }
    expect(ignored('openai', more)).toEqual(Object.keys(more).sort())
  })
})

describe('Anthropic to OpenAI: what is asked', () => {
  test('results come before the text of their turn, never dropped, and their images follow in the user’s message', () => {
    const use = { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: PNG } }
    const { messages } = toOpenai({
      messages: [
        user,
        { role: 'assistant', content: [use, { ...use, id: 'toolu_2' }, { ...use, id: 'toolu_3' }] },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'and?' },
            { type: 'tool_result', tool_use_id: 'toolu_1' },
            { type: 'tool_result', tool_use_id: 'toolu_2', is_error: true, content: [image] },
            { type: 'tool_result', tool_use_id: 'toolu_3', content: [{ type: 'tool_reference', tool_name: 'dig' }] },
          ],
        },
      ],
    })
    expect(messages.slice(2)).toEqual([
      { role: 'tool', tool_call_id: 'toolu_1', content: '' },
      { role: 'tool', tool_call_id: 'toolu_2', content: 'The tool failed.' },
      { role: 'tool', tool_call_id: 'toolu_3', content: 'dig' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'and?' },
          { type: 'text', text: 'Returned by the call toolu_2:' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } },
        ],
      },
    ])
  })
  test('another vendor’s thinking is never text, and this upstream’s goes back to it', () => {
    const said = messages().answer(completion({ content: 'Yes.', reasoning_content: 'Hm.' })) as Loose
    const foreign = [
      { type: 'thinking', thinking: 'SECRET', signature: 'EqQBCg' },
      { type: 'redacted_thinking', data: 'SECRET' },
    ]
    const history = [user, { role: 'assistant', content: [...foreign, ...said.content] }, user]
    expect(toOpenai({ messages: history }).messages[1]).toEqual({
      role: 'assistant',
      content: 'Yes.',
      reasoning_content: 'Hm.',
    })
    expect(ignored('anthropic', { messages: history })).toContain('messages[].content[].thinking')
  })
  test('long names of tools are shortened, alike everywhere, and found again', () => {
    const long = (end: string) => `mcp__${'a'.repeat(90)}__${end}`
    const tools = ['x', 'y'].map((end) => ({ name: long(end), input_schema: { type: 'object' } }))
    const use = { type: 'tool_use', id: 'toolu_1', name: long('y'), input: {} }
    const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: '7' }] }
    const translation = messages({
      tools,
      tool_choice: { type: 'tool', name: long('x') },
      messages: [user, { role: 'assistant', content: [use] }, result],
    })
    const { tools: sent, tool_choice, messages: turns } = translation.body as Loose
    const [x, y] = sent.map((tool: Loose) => tool.function.name)
    expect([x.length, y.length]).toEqual([64, 64])
    expect(x).not.toBe(y)
    expect(tool_choice.function.name).toBe(x)
    expect(turns[1].tool_calls[0].function.name).toBe(y)
    const answer = translation.answer(completion({ content: null, tool_calls: [call('call_1', y)] })) as Loose
    expect(answer.content[0].name).toBe(long('y'))
    // The same in the next request, without the other.
    expect((messages({ tools: [tools[1]!] }).body as Loose).tools[0].function.name).toBe(y)
    expect(refusal('anthropic', { tools: [...tools, { name: x, input_schema: {} }] })).toBe('tools')
  })
  test('any is required, and none is none', () => {
    expect(toOpenai({ tool_choice: { type: 'any' } }).tool_choice).toBe('required')
    expect(toOpenai({ tool_choice: { type: 'none' } }).tool_choice).toBe('none')
    expect(refusal('anthropic', { tool_choice: { type: 'maybe' } })).toBe('tool_choice.type')
  })
  test('limits on tokens have the name that the model knows', () => {
    expect(toOpenai({})).toMatchObject({ max_completion_tokens: 9 })
    expect(toOpenai({ model: 'openai/o3-mini' })).toMatchObject({ max_completion_tokens: 9 })
    expect(toOpenai({ model: 'deepseek-chat' })).toMatchObject({ max_tokens: 9 })
  })
  test('a user’s id is cut to the length that OpenAI takes, and still tells users apart', () => {
    const user_id = (end: string) => toOpenai({ metadata: { user_id: `${'u'.repeat(90)}${end}` } }).user
    expect(user_id('a')).toHaveLength(64)
    expect(user_id('a')).not.toBe(user_id('b'))
  })
  test('thinking that is turned off stays off where the model reasons', () => {
    expect(toOpenai({ thinking: { type: 'disabled' } }).reasoning_effort).toBe('none')
    expect(toOpenai({ model: 'gpt-4o', thinking: { type: 'disabled' } })).not.toHaveProperty('reasoning_effort')
    expect(toOpenai({ output_config: { effort: 'xhigh' } }).reasoning_effort).toBe('xhigh')
    expect(ignored('anthropic', { thinking: { type: 'enabled', budget_tokens: 2000 } })).toEqual([
      'thinking.budget_tokens',
    ])
  })
  test.each<[string, JsonObject]>([
    ['container', { container: 'c_1' }],
    ['mcp_servers', { mcp_servers: [{ type: 'url', url: 'https://a.example' }] }],
    ['context_management', { context_management: { edits: [{}] } }],
    ['inference_geo', { inference_geo: 'eu' }],
    ['max_tokens', { max_tokens: 0 }],
    ['stop_sequences', { stop_sequences: ['1', '2', '3', '4', '5'] }],
    ['tools[0].type', { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }],
    [
      'tools[0].allowed_callers',
      { tools: [{ name: 'a', input_schema: {}, allowed_callers: ['code_execution_20260120'] }] },
    ],
    ['messages[0].content[0].type', { messages: [{ role: 'user', content: [{ type: 'search_result' }] }] }],
    [
      'messages[0].content[0].source.file_id',
      { messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'file', file_id: 'f' } }] }] },
    ],
    [
      'messages[0].content[0].source.type',
      {
        messages: [
          { role: 'user', content: [{ type: 'document', source: { type: 'url', url: 'https://a.example/b.pdf' } }] },
        ],
      },
    ],
    [
      'messages[0].content[0].citations',
      {
        messages: [
          {
            role: 'user',
            content: [{ type: 'document', source: { type: 'text', data: 'a' }, citations: { enabled: true } }],
          },
        ],
      },
    ],
    ['messages', { messages: [user, { role: 'assistant', content: 'Once upon' }] }],
  ])('%s is refused by name', (param, more) => expect(refusal('anthropic', more)).toBe(param))
  test('documents of text keep their title and context', () => {
    const source = { type: 'text', media_type: 'text/plain', data: 'c' }
    const { messages } = toOpenai({
      messages: [{ role: 'user', content: [{ type: 'document', title: 'a', context: 'b', source }] }],
    })
    expect(messages[0].content.map(({ text }: Loose) => text)).toEqual(['a', 'b', 'c'])
  })
})

function completion(message: JsonObject, finish: Json = 'stop', more: JsonObject = {}): JsonObject {
  const choices = [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finish, logprobs: null }]
  return { id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'gpt', choices, ...more }
}
function message(content: Json[], stop: Json = 'end_turn', more: JsonObject = {}): JsonObject {
  const usage = { input_tokens: 10, output_tokens: 5, cache_read_input_tokens: 3, cache_creation_input_tokens: 2 }
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude',
    content,
    stop_reason: stop,
    usage,
    ...more,
  }
}

describe('what is answered', () => {
  test.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['tool_use', 'tool_calls'],
    ['refusal', 'content_filter'],
  ])('%s is %s', (reason, expected) => {
    expect((chat().answer(message([], reason)) as Loose).choices[0].finish_reason).toBe(expected)
  })
  test.each(['pause_turn', 'something_new', '', null, 7, 'toString'])('%j is no end: never "stop"', (reason) => {
    expect(() => chat().answer(message([], reason))).toThrow(invalid)
    expect(() => messages().answer(completion({ content: 'a' }, reason))).toThrow(invalid)
    const events: Json[] = [
      { type: 'message_start', message: message([], null) },
      { type: 'message_delta', delta: { stop_reason: reason }, usage: {} },
      { type: 'message_stop' },
    ]
    expect(() => runStream(chat().stream(), events)).toThrow(invalid)
    const chunk = completion({}, null)
    const chunks = [{ ...chunk, choices: [{ index: 0, delta: { content: 'a' }, finish_reason: reason }] }, '[DONE]']
    expect(() => runStream(messages().stream(), chunks)).toThrow(invalid)
  })
  test('a refusal is told as one, with what was said of it', () => {
    const stop_details = { type: 'refusal', category: null, explanation: 'Not this.' }
    expect((chat().answer(message([], 'refusal', { stop_details })) as Loose).choices[0].message.refusal).toBe(
      'Not this.',
    )
    const refused = { stop_reason: 'refusal', stop_details: { type: 'refusal', explanation: 'No.' } }
    expect(messages().answer(completion({ content: null, refusal: 'No.' }))).toMatchObject(refused)
    expect(messages().answer(completion({ content: 'a' }, 'content_filter'))).toMatchObject({ stop_reason: 'refusal' })
  })
  test('with a call in it, an answer ended for the call, unless it was cut or refused', () => {
    const reason = (finish: string) =>
      (messages().answer(completion({ content: null, tool_calls: [call('call_1')] }, finish)) as Loose).stop_reason
    const use = { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }
    expect((chat().answer(message([use], 'end_turn')) as Loose).choices[0].finish_reason).toBe('tool_calls')
    expect(['stop', 'tool_calls', 'length', 'content_filter'].map(reason)).toEqual([
      'tool_use',
      'tool_use',
      'max_tokens',
      'refusal',
    ])
  })
  test('input that was cached counts once', () => {
    const { usage } = chat().answer(message([])) as Loose
    expect(usage).toMatchObject({ prompt_tokens: 15, total_tokens: 20, prompt_tokens_details: { cached_tokens: 3 } })
    const given = { prompt_tokens: 15, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 3 } }
    expect((messages().answer(completion({ content: 'a' }, 'stop', { usage: given })) as Loose).usage).toMatchObject({
      input_tokens: 12,
      cache_read_input_tokens: 3,
      output_tokens: 5,
    })
  })
  test('what the tools of a vendor say, sound, calls in the old form and other choices are errors, not dropped', () => {
    expect(() => chat().answer(message([{ type: 'server_tool_use', id: 'a', name: 'web_search', input: {} }]))).toThrow(
      invalid,
    )
    const bad: JsonObject[] = [
      completion({ function_call: { name: 'look', arguments: '{}' } }),
      completion({ audio: { data: 'AA' } }),
      completion({ tool_calls: [{ id: 'a', type: 'custom', custom: { name: 'a', input: 'b' } }] }),
      { ...completion({}), choices: [] },
      { ...completion({}), choices: [...(completion({}).choices as Json[]), ...(completion({}).choices as Json[])] },
    ]
    for (const one of bad) expect(() => messages().answer(one), JSON.stringify(one)).toThrow(invalid)
  })
  test('arguments that are no JSON are an error, unless the limit on tokens cut them', () => {
    const cut = (finish: string) => completion({ tool_calls: [call('call_1', 'look', '{"a":')] }, finish)
    expect(() => messages().answer(cut('tool_calls'))).toThrow(invalid)
    expect(messages().answer(cut('length'))).toMatchObject({ stop_reason: 'max_tokens', content: [{ input: {} }] })
  })
  test('a call without an id gets one of its own', () => {
    const answer = messages().answer(completion({ tool_calls: [call(''), call('')] }, 'tool_calls')) as Loose
    const ids = answer.content.map(({ id }: Loose) => id)
    expect(new Set(ids).size).toBe(2)
    for (const id of ids) expect(id).toMatch(/^call_[0-9a-f]{16}$/)
  })
  test('thinking that the caller does not want to see is not shown', () => {
    const hidden = messages({ thinking: { type: 'adaptive', display: 'omitted' } })
    expect((hidden.answer(completion({ content: 'a', reasoning_content: 'b' })) as Loose).content).toHaveLength(1)
  })
  test('thinking without a signature is shown, and not brought back', () => {
    const answer = chat().answer(message([{ type: 'thinking', thinking: 'Hm.', signature: '' }])) as Loose
    expect(answer.choices[0].message.reasoning_content).toBe('Hm.')
    expect(answer.choices[0].message).not.toHaveProperty('thinking_blocks')
  })
})

describe('streams', () => {
  const chunk = (delta: JsonObject, finish: Json = null): JsonObject => {
    return { id: 'c', model: 'gpt', choices: [{ index: 0, delta, finish_reason: finish }] }
  }
  const start = { type: 'message_start', message: message([], null) }
  const end: Json[] = [
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } },
    { type: 'message_stop' },
  ]
  const names = (events: readonly { name: string | undefined }[]) => events.map(({ name }) => name)

  test('the first chunk has the role, the last but one the usage only if it was asked for', () => {
    const told = runStream(chat().stream(), [start, ...end]).map(({ data }) => data)
    expect(JSON.parse(told[0]!).choices[0].delta).toEqual({ role: 'assistant', content: '', refusal: null })
    expect(told.at(-1)).toBe('[DONE]')
    expect(told.join()).not.toContain('usage')
    const asked = runStream(chat({ stream_options: { include_usage: true } }).stream(), [start, ...end])
    expect(JSON.parse(asked.at(-2)!.data)).toMatchObject({
      choices: [],
      usage: { completion_tokens: 9, prompt_tokens: 15 },
    })
    expect(JSON.parse(asked[0]!.data).usage).toBeNull()
  })
  test('counts of a stream replace each other and are not added', () => {
    const twice: Json[] = [start, { type: 'message_delta', delta: {}, usage: { output_tokens: 7 } }, ...end]
    const asked = runStream(chat({ stream_options: { include_usage: true } }).stream(), twice)
    expect(joinChunks(asked).usage.completion_tokens).toBe(9)
  })
  test('a call without arguments has {}, in both directions', () => {
    const use = { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }
    const events: Json[] = [
      start,
      { type: 'content_block_start', index: 0, content_block: use },
      { type: 'content_block_stop', index: 0 },
      ...end,
    ]
    expect(joinChunks(runStream(chat().stream(), events)).choices[0].message.tool_calls[0].function.arguments).toBe(
      '{}',
    )
    const one = { tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'look' } }] }
    const out = runStream(messages().stream(), [chunk(one), chunk({}, 'tool_calls'), '[DONE]'])
    expect(joinEvents(out).content[0].input).toEqual({})
    expect(out.some(({ data }) => data.includes('"partial_json":"{}"'))).toBe(true)
  })
  test('blocks open when there is something in them, and one after the other', () => {
    const piece = (index: number, more: JsonObject) => chunk({ tool_calls: [{ index, ...more }] })
    const out = runStream(messages().stream(), [
      chunk({ role: 'assistant', content: '' }),
      piece(0, { id: 'call_a', type: 'function', function: { name: 'a', arguments: '{"x"' } }),
      piece(1, { id: 'call_b', type: 'function', function: { name: 'b', arguments: '{"y"' } }),
      piece(0, { function: { arguments: ':1}' } }),
      piece(1, { function: { arguments: ':2}' } }),
      chunk({ content: 'So.' }),
      chunk({}, 'tool_calls'),
      '[DONE]',
    ])
    expect(joinEvents(out).content.map(({ type, name, input, text }: Loose) => [type, name ?? text, input])).toEqual([
      ['tool_use', 'a', { x: 1 }],
      ['tool_use', 'b', { y: 2 }],
      ['text', 'So.', undefined],
    ])
  })
  test('a text with an empty list of calls beside it is a text; so is one with an empty finish_reason', () => {
    const out = runStream(messages().stream(), [
      { choices: [], prompt_filter_results: [] },
      chunk({ content: 'a', tool_calls: [] }, ''),
      chunk({ content: 'b' }, 'stop'),
      chunk({ content: 'c' }, 'stop'),
      chunk({}, ''),
      '[DONE]',
    ])
    expect(joinEvents(out)).toMatchObject({ stop_reason: 'end_turn', content: [{ text: 'abc' }] })
  })
  test('a stream to Anthropic begins with a guess of its input, and ends with the count', () => {
    const translation = messages({ messages: [{ role: 'user', content: 'word '.repeat(80) }] })
    const usage = { prompt_tokens: 120, completion_tokens: 2 }
    const out = runStream(translation.stream(), [
      chunk({ content: 'a' }),
      chunk({}, 'stop'),
      { choices: [], usage },
      '[DONE]',
    ])
    const first = JSON.parse(out[0]!.data).message.usage.input_tokens
    expect(first).toBeGreaterThan(90)
    expect(joinEvents(out).usage).toMatchObject({ input_tokens: 120, output_tokens: 2 })
    expect((translation.body as Loose).stream_options).toBeUndefined()
    expect((messages({ stream: true }).body as Loose).stream_options).toEqual({ include_usage: true })
  })
  test('pings go no further', () => {
    expect(names(runStream(chat().stream(), [start, { type: 'ping' }, ...end])).filter(Boolean)).toEqual([])
  })
  test('thinking of a signature alone survives', () => {
    const events: Json[] = [
      start,
      { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'Eq' } },
      { type: 'content_block_stop', index: 0 },
      ...end,
    ]
    const kept = [{ type: 'thinking', thinking: '', signature: 'Eq' }]
    expect(joinChunks(runStream(chat().stream(), events)).choices[0].message.thinking_blocks).toEqual(kept)
  })
  test('an error in a stream ends it, as an error', () => {
    const failed = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
    const out = runStream(chat().stream(), [start, failed, ...end])
    expect(JSON.parse(out.at(-1)!.data).error).toMatchObject({ message: 'Overloaded', type: 'server_error' })
    expect(out.some(({ data }) => data === '[DONE]')).toBe(false)
    const other = runStream(messages().stream(), [
      chunk({ content: 'a' }),
      { error: { message: 'Broken', type: 'server_error' } },
      '[DONE]',
    ])
    expect(names(other)).toEqual(['message_start', 'content_block_start', 'content_block_delta', 'error'])
    expect(JSON.parse(other.at(-1)!.data)).toEqual({ type: 'error', error: { type: 'api_error', message: 'Broken' } })
  })
  test.each<[string, Json[]]>([
    [
      'a piece of no block',
      [start, { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'a' } }],
    ],
    [
      'blocks within each other',
      [
        start,
        { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
        { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
      ],
    ],
    [
      'an end within a block',
      [start, { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }, ...end],
    ],
    [
      'a block of an unknown kind',
      [start, { type: 'content_block_start', index: 0, content_block: { type: 'hologram' } }],
    ],
    [
      'arguments that are no JSON',
      [
        start,
        { type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: 'a', name: 'a', input: {} } },
        { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '{"a":' } },
        { type: 'content_block_stop', index: 0 },
        ...end,
      ],
    ],
    ['an event of an unknown kind', [start, { type: 'content_block_pause' }]],
    ['no beginning', end],
    ['two beginnings', [start, start]],
  ])('%s is an error', (_name, events) => {
    expect(() => runStream(chat().stream(), events)).toThrow(invalid)
  })
  test.each<[string, Json[]]>([
    ['another choice', [{ ...chunk({}), choices: [{ index: 1, delta: {} }] }]],
    [
      'too many calls',
      Array.from({ length: 129 }, (_, index) =>
        chunk({ tool_calls: [{ index, id: `call_${index}`, function: { name: 'a' } }] }),
      ),
    ],
    ['a call without a name', [chunk({ tool_calls: [{ index: 0, id: 'a', function: { arguments: '' } }] })]],
    ['no finish_reason', [chunk({ content: 'a' }), '[DONE]']],
    [
      'arguments that are no JSON',
      [
        chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'a', arguments: '{' } }] }),
        chunk({}, 'stop'),
        '[DONE]',
      ],
    ],
  ])('%s is an error, too', (_name, chunks) => expect(() => runStream(messages().stream(), chunks)).toThrow(invalid))
  test('what is held has a limit', () => {
    const stream = messages().stream()
    const piece = (index: number, text: string) =>
      stream.push(chunk({ tool_calls: [{ index, id: `call_${index}`, function: { name: 'a', arguments: text } }] }))
    piece(0, '{')
    const million = 'x'.repeat(1_000_000)
    for (let i = 0; i < 7; i++) piece(1, million)
    expect(() => piece(1, million)).toThrow(invalid)
  })
})

describe('errors and headers', () => {
  test.each([
    [400, 'invalid_request_error', 400, 'invalid_request_error', null],
    [401, 'authentication_error', 401, 'invalid_request_error', 'invalid_api_key'],
    [402, 'billing_error', 429, 'insufficient_quota', 'insufficient_quota'],
    [403, 'permission_error', 403, 'permission_error', null],
    [404, 'not_found_error', 404, 'invalid_request_error', null],
    [413, 'request_too_large', 413, 'invalid_request_error', 'request_too_large'],
    [429, 'rate_limit_error', 429, 'rate_limit_error', 'rate_limit_exceeded'],
    [500, 'api_error', 500, 'server_error', null],
    [504, 'timeout_error', 504, 'server_error', 'timeout'],
    [529, 'overloaded_error', 503, 'server_error', 'overloaded'],
  ])('%i %s is %i %s', (status, type, expected, name, code) => {
    const { status: told, body } = chat().error(
      { type: 'error', error: { type, message: 'Why.' }, request_id: 'r' },
      status,
    )
    expect([told, body]).toEqual([expected, { error: { message: 'Why.', type: name, param: null, code } }])
  })
  test.each([
    [400, 'invalid_request_error', 400, 'invalid_request_error'],
    [401, 'invalid_request_error', 401, 'authentication_error'],
    [403, 'permission_error', 403, 'permission_error'],
    [404, 'invalid_request_error', 404, 'not_found_error'],
    [429, 'rate_limit_error', 429, 'rate_limit_error'],
    [429, 'insufficient_quota', 402, 'billing_error'],
    [500, 'server_error', 500, 'api_error'],
    [503, 'server_error', 529, 'overloaded_error'],
  ])('%i %s is %i %s, for Anthropic', (status, type, expected, name) => {
    const { status: told, body } = messages().error(
      { error: { type, message: 'Why.', code: null, param: null } },
      status,
    )
    expect([told, body]).toEqual([expected, { type: 'error', error: { type: name, message: 'Why.' } }])
  })
  test('what is spent is not asked for again', () => {
    expect(chat().error({ error: { type: 'billing_error' } }, 402).headers).toEqual({ 'x-should-retry': 'false' })
    expect(messages().error({ error: { code: 'insufficient_quota' } }, 429).headers).toEqual({
      'x-should-retry': 'false',
    })
    expect(messages().error({ error: { code: 'rate_limit_exceeded' } }, 429).headers).toEqual({})
  })
  test.each([undefined, null, 'no', [], { error: 'no' }, { error: { message: 7 } }, { detail: 'no' }])(
    'a body of another shape, %j, is an error of that status',
    (value) => {
      expect(chat().error(value as Json, 502).body).toMatchObject({ error: { type: 'server_error' } })
      expect(messages().error(value as Json, 422).body).toMatchObject({ error: { type: 'invalid_request_error' } })
    },
  )
  test('each SDK gets its own names for ids and limits; nothing else goes through', () => {
    const anthropic: Record<string, string> = {
      'request-id': 'req_1',
      'retry-after': '7',
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-remaining': '49',
      'anthropic-ratelimit-requests-reset': '2026-11-20T12:06:01Z',
      'anthropic-ratelimit-tokens-reset': '2026-11-20T11:00:00Z',
      'anthropic-organization-id': 'org',
    }
    expect(chat().headers((name) => anthropic[name])).toEqual({
      'x-request-id': 'req_1',
      'retry-after': '7',
      'x-ratelimit-limit-requests': '50',
      'x-ratelimit-remaining-requests': '49',
      'x-ratelimit-reset-requests': '6m1s',
      'x-ratelimit-reset-tokens': '0ms',
    })
    const openai: Record<string, string> = {
      'x-request-id': 'req_2',
      'x-should-retry': 'false',
      'x-ratelimit-remaining-tokens': '99',
      'x-ratelimit-reset-tokens': '1h1m0.5s',
      'x-ratelimit-reset-requests': '12ms',
      'openai-organization': 'org',
    }
    expect(messages().headers((name) => openai[name])).toEqual({
      'request-id': 'req_2',
      'x-should-retry': 'false',
      'anthropic-ratelimit-tokens-remaining': '99',
      'anthropic-ratelimit-tokens-reset': '2026-11-20T13:01:01Z',
      'anthropic-ratelimit-requests-reset': '2026-11-20T12:00:01Z',
    })
    const odd = (name: string) => (name.includes('reset') ? 'soon' : undefined)
    expect([chat().headers(odd), messages().headers(odd)]).toEqual([{}, {}])
  })
})
