/** OpenAI's Responses: which text is whose, when it ends, and what asks to look inside. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { extract } from '../src/extract.ts'
import { openaiResponses as format } from '../src/formats/openai-responses.ts'
import type { Json, JsonObject, Limits } from '../src/types.ts'
import { relay } from './support/relay.ts'
import { responsesEvents, type Said } from './support/responses-events.ts'

const limits = { choices: 8 } as Limits
const pieces = fc.array(fc.string({ minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 5 })
const said: fc.Arbitrary<Said> = fc.record({
  ...{ summary: pieces, text: pieces, refusal: pieces, args: pieces, input: pieces, mcp: pieces, code: pieces },
})
const one: Said = {
  ...{ summary: ['I ', 'think'], text: ['He', 'llo'], refusal: ['No', '.'], args: ['{"a"', ':1}'], input: ['x', 'y'] },
  ...{ mcp: ['{}'], code: ['print', '(1)'] },
}

describe('the stream', () => {
  test('every piece of a text, however texts are cut and interleaved, is on one channel, which ends before the text is repeated', () => {
    fc.assert(
      fc.property(said, (texts) => {
        const { texts: joined } = relay(format, responsesEvents(texts))
        const whole = Object.values(texts).map((parts) => (parts as string[]).join(''))
        expect([...joined.values()].sort()).toEqual(whole.sort())
      }),
    )
  })
  test('what was held back is told by an event of the same kind, and numbers of events never go down', () => {
    const events = responsesEvents(one)
    const relayed = relay(format, events).events
    const kinds = new Set(events.map(({ type }) => type).filter((type) => String(type).endsWith('.delta')))
    expect(kinds.size).toBe(7)
    for (const type of kinds) {
      const before = events.filter((event) => event.type === type)
      const after = relayed.filter((event) => event.type === type && event.delta !== '')
      expect(after).toHaveLength(1)
      const { delta: _a, obfuscation: _b, sequence_number: _c, ...last } = before.at(-1)!
      const { delta, sequence_number: _d, ...told } = after[0]!
      expect(told).toEqual(last)
      expect(delta).toBe(before.map((event) => event.delta).join(''))
    }
    const numbers = relayed.map((event) => event.sequence_number as number)
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
  })
  test.each([
    ['response.output_text.done', { item_id: 'a', output_index: 0, content_index: 1 }, ['t1']],
    ['response.content_part.done', { item_id: 'a', output_index: 0, content_index: 1 }, ['t1', 'r1']],
    ['response.content_part.done', { item_id: 'a', output_index: 0, content_index: 0 }, ['t0']],
    ['response.reasoning_summary_part.done', { item_id: 'a', output_index: 0, summary_index: 0 }, ['s0']],
    ['response.output_item.done', { output_index: 0, item: { id: 'a' } }, ['t0', 't1', 'r1', 's0']],
    ['response.function_call_arguments.done', { item_id: 'b', output_index: 1 }, ['f']],
    ['response.output_item.done', { output_index: 1, item: { id: 'b' } }, ['f']],
    ['response.completed', { response: {} }, ['t0', 't1', 'r1', 's0', 'f']],
    ['response.incomplete', { response: {} }, ['t0', 't1', 'r1', 's0', 'f']],
    ['response.output_text.annotation.added', { item_id: 'a', output_index: 0, content_index: 0 }, []],
    ['response.web_search_call.completed', { item_id: 'a', output_index: 0 }, []],
    ['response.completed', { response: {}, stream_id: 'other' }, []],
  ])('%s %j ends %j', (type, fields, ended) => {
    const a = { item_id: 'a', output_index: 0, delta: 'x' }
    const b = { item_id: 'b', output_index: 1, delta: 'x' }
    const events: Record<string, JsonObject> = {
      t0: { type: 'response.output_text.delta', ...a, content_index: 0 },
      t1: { type: 'response.output_text.delta', ...a, content_index: 1 },
      r1: { type: 'response.refusal.delta', ...a, content_index: 1 },
      s0: { type: 'response.reasoning_summary_text.delta', ...a, summary_index: 0 },
      f: { type: 'response.function_call_arguments.delta', ...b },
    }
    const open = new Map(
      Object.entries(events).map(([name, event]) => [format.stream.channel(['delta'], event)!, name]),
    )
    expect(open.size).toBe(5)
    const closed = format.stream.closes({ type, ...fields }, [...open.keys()])
    expect(closed.map((channel) => open.get(channel))).toEqual(ended)
  })
  test('a text that begins when its item or part is added goes on in the pieces', () => {
    const piece = (type: string, fields: JsonObject) =>
      format.stream.channel(['delta'], { type, delta: 'x', ...fields })
    const begun = (keys: (string | number)[], event: JsonObject) => format.stream.channel(keys, event)
    const item = (fields: JsonObject): JsonObject => ({
      ...{ type: 'response.output_item.added', output_index: 3, item: { id: 'i', ...fields } },
    })
    const where = { item_id: 'i', output_index: 3 }
    expect(begun(['item', 'arguments'], item({ type: 'function_call', arguments: 'x' }))).toBe(
      piece('response.function_call_arguments.delta', where),
    )
    expect(begun(['item', 'input'], item({ type: 'custom_tool_call', input: 'x' }))).toBe(
      piece('response.custom_tool_call_input.delta', where),
    )
    const content = [{ type: 'output_text', text: 'x' }]
    expect(begun(['item', 'content', 0, 'text'], item({ type: 'message', content }))).toBe(
      piece('response.output_text.delta', { ...where, content_index: 0 }),
    )
    const part = {
      type: 'response.content_part.added',
      ...where,
      content_index: 2,
      part: { type: 'refusal', refusal: 'x' },
    }
    expect(begun(['part', 'refusal'], part)).toBe(piece('response.refusal.delta', { ...where, content_index: 2 }))
    const action = { commands: ['ls'] }
    const command = {
      type: 'response.shell_call_command.delta',
      output_index: 3,
      item_id: 'i',
      command_index: 0,
      delta: 'x',
    }
    expect(begun(['item', 'action', 'commands', 0], item({ type: 'shell_call', action }))).toBe(
      format.stream.channel(['delta'], command),
    )
    expect(begun(['item', 'name'], item({ type: 'function_call', name: 'x' }))).toBeUndefined()
  })
  test('shell output has two texts; a kind of piece that is new is a text; sound is none', () => {
    const shell = {
      type: 'response.shell_call_output_content.delta',
      output_index: 0,
      command_index: 0,
      delta: { stdout: 'a', stderr: 'b' },
    }
    const [out, err] = ['stdout', 'stderr'].map((name) => format.stream.channel(['delta', name], shell))
    expect(out).not.toBe(err)
    expect(format.stream.delta(err!, 'held', { sequence_number: 4 }, {})).toEqual({
      ...{ type: shell.type, sequence_number: 4, output_index: 0, command_index: 0, delta: { stderr: 'held' } },
    })
    expect(format.stream.channel(['delta'], { type: 'response.newest.delta', delta: 'x' })).toBeDefined()
    expect(format.stream.channel(['delta'], { type: 'response.audio.delta', delta: 'AAAA' })).toBeUndefined()
  })
  test('an item under two names, and an index that is no whole number, are refused', () => {
    const piece = (output_index: Json, item_id: Json): JsonObject => ({
      ...{ type: 'response.output_text.delta', output_index, item_id, content_index: 0, delta: 'x' },
    })
    const pass = (...events: JsonObject[]) => relay(format, [...events, { type: 'response.completed', response: {} }])
    expect(() => pass(piece(0, 'a'), piece(0, 'b'))).toThrow('two names')
    expect(() => pass(piece(0, 'a'), piece(1, 'a'))).toThrow('two names')
    expect(() => pass(piece(0, 'a'), piece(1, 'b'))).not.toThrow()
    expect(() => pass(piece(0.5, 'a'))).toThrow('whole number')
  })
  test('only the end of an answer ends it, and a failure is no end', () => {
    const ends = ['response.completed', 'response.incomplete', 'response.failed']
    for (const { type } of responsesEvents(one)) {
      expect(format.stream.terminal('', { type: type! })).toBe(ends.includes(type as string))
    }
    expect(format.stream.terminal('[DONE]', undefined)).toBe(false)
    expect(format.stream.failed({ type: 'response.failed', response: {} })).toBe(true)
    expect(format.stream.failed({ type: 'error', message: 'x' })).toBe(true)
    expect(format.stream.failed({ error: { message: 'x' } })).toBe(true)
    expect(format.stream.failed({ type: 'response.completed', response: { error: null } })).toBe(false)
  })
  test('each text is told once: everywhere else it repeats', () => {
    const fresh = new Map<string, number>()
    for (const event of responsesEvents(one)) {
      const places = format.responsePlaces
      const document = extract(event, { places, source: () => 'assistant', inner: false, shortest: 1 })
      for (const segment of document.segments) {
        if (segment.kind !== 'string' || format.stream.repeats(document.keys(segment), event)) continue
        fresh.set(segment.text, (fresh.get(segment.text) ?? 0) + 1)
      }
    }
    for (const parts of Object.values(one)) {
      for (const piece of parts as string[]) expect(fresh.get(piece), piece).toBe(1)
      if (parts.length > 1) expect(fresh.has((parts as string[]).join(''))).toBe(false)
    }
    expect(fresh.get('printed')).toBe(1)
    expect(fresh.get('Be brief.')).toBe(1)
  })
})

describe('needs', () => {
  const needs = (body: JsonObject) => format.needs(body, limits).map(({ action, field }) => `${action} ${field}`)
  test.each<[JsonObject, string[]]>([
    [{ top_logprobs: 3 }, ['readLogprobs top_logprobs']],
    [{ top_logprobs: 0 }, []],
    [{ logprobs: true }, ['readLogprobs logprobs']],
    [{ logit_bias: { 1: 2 } }, ['biasLogits logit_bias']],
    [{ include: ['message.output_text.logprobs'] }, ['readLogprobs include']],
    [{ include: ['file_search_call.results'] }, ['includeHidden include']],
    [{ include: ['web_search_call.results'] }, ['includeHidden include']],
    [{ include: ['something.new', 'message.output_text.logprobs'] }, ['readLogprobs include', 'includeHidden include']],
    [{ include: 'file_search_call.results' }, ['includeHidden include']],
    [{ include: ['reasoning.encrypted_content', 'web_search_call.action.sources'] }, []],
    [{ include: ['code_interpreter_call.outputs', 'message.input_image.image_url'] }, []],
    [{ include: [] }, []],
    [{ store: true, input: 'hi', instructions: 'x' }, []],
    [
      { prompt_cache_options: { comparison_response_id: 'resp_1' } },
      ['readStored prompt_cache_options.comparison_response_id'],
    ],
  ])('%j', (body, wanted) => expect(needs(body)).toEqual(wanted))
})

test('what an inspection shows is taken out, wherever it stands, whole and in events', () => {
  const logprobs = () => [{ token: 'a', bytes: [97], logprob: -1, top_logprobs: [] }]
  const message = () => ({ type: 'message', content: [{ type: 'output_text', text: 'a', logprobs: logprobs() }] })
  const search = () => ({ type: 'file_search_call', results: [{ text: 'passage' }] })
  const cases: [JsonObject, number][] = [
    [{ output: [message(), search()], system_fingerprint: 'fp' }, 3],
    [{ data: [message()] }, 1],
    [{ type: 'response.output_text.delta', delta: 'a', logprobs: logprobs() }, 1],
    [{ type: 'response.output_text.done', text: 'a', logprobs: logprobs() }, 1],
    [{ type: 'response.content_part.done', part: message().content[0]! }, 1],
    [{ type: 'response.output_item.done', item: message() }, 1],
    [{ type: 'response.output_item.done', item: search() }, 1],
    [{ type: 'response.completed', response: { output: [message(), search()] } }, 2],
    [message(), 1],
    [{ output: [{ type: 'web_search_call', results: [{ text: 'page' }] }] }, 1],
    [{ type: 'response.completed', response: { output: [], prompt_cache_diagnostics: { type: 'cache_hit' } } }, 1],
  ]
  for (const [answer, count] of cases) {
    expect(format.trim(answer), JSON.stringify(answer)).toBe(count)
    expect(JSON.stringify(answer)).not.toMatch(/logprob"|passage|"page"|fp|cache_hit/)
    expect(format.trim(answer)).toBe(0)
  }
  expect(
    format.trim({ output: [{ type: 'message', content: [{ type: 'output_text', text: 'a', logprobs: [] }] }] }),
  ).toBe(0)
})

test('who wrote what', () => {
  const body: JsonObject = {
    instructions: 'x',
    prompt: { id: 'p', variables: { a: 'x' } },
    input: [
      { role: 'user', content: 'x' },
      { role: 'developer', content: [{ type: 'input_text', text: 'x' }] },
      { type: 'message', role: 'assistant', content: 'x' },
      { type: 'function_call', arguments: 'x' },
      { type: 'function_call_output', output: [{ type: 'input_text', text: 'x' }] },
      { type: 'mcp_call', arguments: 'x', output: 'x' },
      { type: 'reasoning', summary: [] },
      { type: 'mcp_list_tools', tools: [] },
      { type: 'additional_tools', tools: [] },
      { type: 'unheard_of', x: 'x' },
    ],
  }
  const source = (...keys: (string | number)[]) => format.source(keys, body)
  expect(source('instructions')).toBe('system')
  expect(source('prompt', 'variables', 'a')).toBe('system')
  expect(body.input).toHaveLength(10)
  const wanted = [
    'user',
    'system',
    'assistant',
    'assistant',
    'tool',
    'assistant',
    'assistant',
    'tool',
    'system',
    'unknown',
  ]
  expect(wanted.map((_, i) => source('input', i, 'content'))).toEqual(wanted)
  expect(source('input', 5, 'output')).toBe('tool')
  expect(format.source(['input'], { input: 'x' })).toBe('user')
  expect(source('tools', 0, 'description')).toBe('unknown')
})

test('kinds of places: references, sealed things, pictures, and strings where an object may stand', () => {
  const kinds = (body: JsonObject) => {
    const { requestPlaces: places } = format
    const { segments } = extract(body, { places, source: () => 'unknown', inner: true, shortest: 1 })
    return segments.map(({ kind, text }) => `${kind} ${text}`)
  }
  expect(kinds({ conversation: 'conv_1' })).toEqual(['reference conv_1'])
  expect(kinds({ conversation: { id: 'conv_1' }, previous_response_id: 'resp_1' })).toEqual([
    ...['reference conv_1', 'reference resp_1'],
  ])
  // Read by its id alone, whatever it says it is; a message is not.
  expect(
    kinds({
      input: [{ id: 'rs_1' }, { type: 'item_reference', id: 'a' }, { type: 'image_generation_call', id: 'ig' }],
    }),
  ).toEqual([
    'reference rs_1',
    'identifier item_reference',
    'reference a',
    'identifier image_generation_call',
    'reference ig',
  ])
  expect(kinds({ input: [{ type: 'message', id: 'msg_1', content: 'hi' }] })).toEqual([
    ...['identifier message', 'identifier msg_1', 'string hi'],
  ])
  expect(kinds({ tools: [{ type: 'code_interpreter', container: 'cntr_1' }] })).toContain('reference cntr_1')
  expect(kinds({ tools: [{ type: 'code_interpreter', container: { type: 'auto', file_ids: ['f_1'] } }] })).toContain(
    'reference f_1',
  )
  expect(
    kinds({ tools: [{ type: 'namespace', tools: [{ type: 'file_search', vector_store_ids: ['vs'] }] }] }),
  ).toContain('reference vs')
  expect(
    kinds({ prompt: { id: 'pmpt', variables: { who: 'Ann', pic: { type: 'input_file', file_id: 'f' } } } }),
  ).toEqual([...['reference pmpt', 'key who', 'string Ann', 'key pic', 'identifier input_file', 'reference f']])
  expect(kinds({ input: [{ type: 'reasoning', encrypted_content: 'gAAA' }] })).toContain('blob gAAA')
  const png = `data:image/png;base64,${btoa(`\x89PNG${'\x01'.repeat(90)}`)}`
  expect(kinds({ input: [{ role: 'user', content: [{ type: 'input_image', image_url: png }] }] })).toContain(
    `blob ${png}`,
  )
  expect(
    kinds({ input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'https://x.example/a.png' }] }] }),
  ).toContain('string https://x.example/a.png')
})

test('a line is planted where the system prompt is', () => {
  const plant = (body: JsonObject) => {
    format.plant(body, 'LINE')
    return JSON.stringify(body)
  }
  expect(plant({ instructions: 'Be brief.' })).toBe('{"instructions":"Be brief.\\n\\nLINE"}')
  expect(plant({ input: [{ role: 'developer', content: [] }] })).toContain('{"type":"input_text","text":"LINE"}')
  expect(plant({ input: [{ role: 'system', content: 'a' }] })).toContain('a\\n\\nLINE')
  expect(plant({ input: 'hi' })).toBe('{"input":"hi"}')
})
