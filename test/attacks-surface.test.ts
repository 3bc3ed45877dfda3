/** Ways around policy by fields beside the ones that it is asked about. Each once worked; none may come back. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answer, makeHost, type TestHost } from '#host'
import { extract } from '../src/extract.ts'
import { anthropicMessages } from '../src/formats/anthropic-messages.ts'
import { anthropicBatches } from '../src/formats/anthropic-stored.ts'
import { anthropicJson, openaiEvals, openaiJson } from '../src/formats/generic.ts'
import { openaiChat } from '../src/formats/openai-chat.ts'
import { openaiCompletions } from '../src/formats/openai-completions.ts'
import { openaiImages } from '../src/formats/openai-images.ts'
import { openaiResponses } from '../src/formats/openai-responses.ts'
import { openaiTuning } from '../src/formats/openai-stored.ts'
import { openaiThreads } from '../src/formats/openai-threads.ts'
import type { Bundle } from '../src/ports.ts'
import { proxy } from '../src/proxy.ts'
import type { Domain, Format, JsonObject, Limits, Stored, UpstreamRequest } from '../src/types.ts'
import { type Got, makeCall, read } from './support/call.ts'

const FORBIDDEN = 'the-large-one'
/** As a policy would that forbids everybody a model. */
function forbidModel(bundle: Bundle): Bundle {
  const { access } = bundle
  return {
    ...bundle,
    access: {
      ...access,
      ask: (request) =>
        request.resource.type === 'Model' && request.resource.id === FORBIDDEN
          ? { allowed: false, policies: [] }
          : access.ask(request),
    },
  }
}
interface At {
  readonly host: TestHost
  /** What reached the upstream. */
  readonly sent: UpstreamRequest[]
  ask(path: string, body: JsonObject, domains?: readonly Domain[]): Promise<Got>
}
async function start(edit?: (bundle: Bundle) => Bundle): Promise<At> {
  const sent: UpstreamRequest[] = []
  const host = await makeHost({
    ...(edit && { edit }),
    upstream(request) {
      sent.push(request)
      return answer(200, { id: 'made_1', choices: [] })
    },
  })
  return {
    host,
    sent,
    async ask(path, body, domains = ['invoke', 'train']) {
      const headers = path.startsWith('/v1/messages') ? { 'anthropic-version': '2023-06-01' } : {}
      const key = await host.addKey({ domains: [...domains] })
      return read(await proxy(makeCall({ path, key, body, headers }), host))
    },
  }
}
const CHAT = '/v1/chat/completions'
const RESPONSES = '/v1/responses'
const MESSAGES = '/v1/messages'
const chat = { model: 'm', messages: [{ role: 'user', content: 'hi' }] }
const response = { model: 'm', input: 'hi' }
const message = { ...chat, max_tokens: 5 }
const needs = (format: Format, body: JsonObject) =>
  format.needs(body, { choices: 1 } as Limits).map(({ action, model }) => model ?? action)

describe('a model that policy forbids is not had by another field', () => {
  const advisor = { type: 'advisor_20260301', name: 'a', model: FORBIDDEN }
  const grader = { type: 'score_model', name: 'g', input: [{ role: 'user', content: 'x' }], model: FORBIDDEN }
  test.each<[string, JsonObject]>([
    [CHAT, { ...chat, models: ['m', FORBIDDEN] }],
    [CHAT, { ...chat, fallbacks: [FORBIDDEN] }],
    [CHAT, { ...chat, fallbacks: [{ m: [FORBIDDEN] }] }],
    [CHAT, { ...chat, moderation: { model: FORBIDDEN } }],
    [CHAT, { ...chat, plugins: [{ id: 'web', fallback_model: FORBIDDEN }] }],
    [CHAT, { ...chat, plugins: [{ Model: FORBIDDEN }] }],
    [RESPONSES, { ...response, tools: [{ type: 'image_generation', model: FORBIDDEN }] }],
    [RESPONSES, { ...response, tools: [{ type: 'namespace', tools: [{ svg: { model: FORBIDDEN } }] }] }],
    [MESSAGES, { ...message, fallbacks: [{ model: FORBIDDEN }] }],
    [MESSAGES, { ...message, tools: [advisor] }],
    [MESSAGES, { ...message, tools: [{ type: 'toolset', tools: [advisor] }] }],
    [
      MESSAGES,
      { ...message, messages: [{ role: 'user', content: [{ type: 't', tool_changes: [{ tool: advisor }] }] }] },
    ],
    ['/v1/fine_tuning/alpha/graders/run', { grader, model_sample: 'x' }],
    ['/v1/fine_tuning/jobs', { model: 'm', training_file: 'f', method: { reinforcement: { grader } } }],
    ['/v1/evals', { data_source_config: { type: 'custom' }, testing_criteria: [grader] }],
    ['/v1/agents', { model: 'm', multi_agent: { model: { id: FORBIDDEN } } }],
  ])('%s %j', async (path, body) => {
    const { ask, sent } = await start(forbidModel)
    const got = await ask(path, body)
    expect(got.status).toBe(403)
    expect(got.text).toMatch(/`(?:model|fallbacks)` names/)
    expect(sent).toEqual([])
  })

  test.each<[string, JsonObject]>([
    [CHAT, { ...chat, models: ['m', 'other'] }],
    [CHAT, { ...chat, metadata: { model: FORBIDDEN } }],
    [
      CHAT,
      { ...chat, tools: [{ type: 'function', function: { name: 'f', parameters: { properties: { model: {} } } } }] },
    ],
    [RESPONSES, { ...response, tools: [{ type: 'image_generation', model: 'gpt-image-1' }] }],
    [MESSAGES, { ...message, fallbacks: [{ model: 'other' }] }],
    [MESSAGES, { ...message, tools: [{ name: 'f', input_schema: { properties: { model: { type: 'string' } } } }] }],
    [
      MESSAGES,
      {
        ...message,
        messages: [
          { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input: { model: 'Model T' } }] },
        ],
      },
    ],
    ['/v1/fine_tuning/alpha/graders/run', { grader: { ...grader, model: 'm' }, item: { model: 'Model T' } }],
  ])('%s %j is served', async (path, body) => {
    const { ask, sent } = await start(forbidModel)
    expect((await ask(path, body)).status).toBe(200)
    expect(sent).toHaveLength(1)
  })

  test('wherever it stands, but among names of the caller', () => {
    const key = fc.constantFrom('a', 'tools', 'content', 'definition', 'data', 'input', 'item')
    fc.assert(
      fc.property(fc.array(key, { minLength: 1, maxLength: 8 }), fc.boolean(), (keys, listed) => {
        const inner: JsonObject = { model: 'other' }
        const body = keys.reduceRight<JsonObject>((held, one) => ({ [one]: listed ? [held] : held }), inner)
        const row = keys.some((one, i) => one === 'item' && keys[i - 1] === 'content')
        expect(needs(openaiChat, { ...body, model: 'm' })).toEqual(row ? [] : ['other'])
        expect(needs(openaiChat, { model: 'm', metadata: body })).toEqual([])
      }),
    )
  })
  test.each<[Format, JsonObject, string[]]>([
    [openaiChat, { model: 'm', models: ['m', 'a', 'b', 'a'] }, ['a', 'b']],
    [openaiChat, { model: 'm', fallbacks: ['a', { model: 'b' }, { m: ['c'] }] }, ['a', 'b', 'c']],
    [openaiChat, { model: 'm', 'session[model]': 'a', 'metadata[x]': 'b' }, ['a']],
    [openaiResponses, { model: 'm', moderation: { model: 'a' }, text: { format: { schema: { model: 'b' } } } }, ['a']],
    [anthropicMessages, { model: 'm', fallbacks: 'default' }, ['administer']],
    [anthropicMessages, { model: 'm', fallbacks: [{ speed: 'fast' }] }, ['administer']],
    [anthropicBatches, { requests: [{ params: { model: 'm' } }, { params: { model: 'm', fallbacks: ['a'] } }] }, ['a']],
    [openaiTuning, { grader: { graders: { one: { model: 'a' } } }, item: { model: 'no name' } }, ['a']],
    [openaiJson, { data_source: { model: 'a', source: { content: [{ item: { model: 'no name' } }] } } }, ['a']],
    [anthropicJson, { model: { id: 'm', speed: 'fast' } }, []],
    [openaiChat, { model: 'm', use_model: true, max_models: 5 }, []],
  ])('%# needs of %j', (format, body, wanted) => expect(needs(format, body)).toEqual(wanted))

  test.each<[JsonObject, string]>([
    [{ models: [7] }, 'model'],
    [{ models: 'two names' }, 'model'],
    [{ tools: [{ model: {} }] }, 'model'],
    [{ fallbacks: ['two names'] }, 'fallbacks'],
    [{ models: [''] }, 'model'],
  ])('what is no name is refused: %j', async (more, field) => {
    const { ask, sent } = await start()
    const got = await ask(CHAT, { ...chat, ...more })
    expect([got.status, got.text]).toEqual([400, expect.stringContaining(`"param":"${field}"`)])
    expect(sent).toEqual([])
  })
  test('very many are refused', async () => {
    const { ask } = await start()
    const models = Array.from({ length: 101 }, (_, i) => `m${i}`)
    expect((await ask(CHAT, { ...chat, models })).status).toBe(413)
    expect((await ask(CHAT, { ...chat, models: models.slice(1) })).status).toBe(200)
  })
})

describe('a field that matters is spelt as the API has it', () => {
  const spelt = ['model', 'stream', 'store', 'n', 'logprobs', 'include', 'purpose', 'previous_response_id', 'parapet']
  const way = fc.constantFrom<(name: string) => string>(
    (name) => name.toUpperCase(),
    (name) => `${name} `,
    (name) => ` ${name}`,
    (name) => `${name}\u200b`,
    (name) => `${name}[0]`,
    (name) => `${name}[a][b]`,
    (name) => `[${name}]`,
    (name) => `${name[0]!.toUpperCase()}${name.slice(1)}`,
  )
  test('in no other case, with no spaces and no brackets', () => {
    fc.assert(
      fc.property(fc.constantFrom(...spelt), way, (name, respell) => {
        expect(() => needs(openaiChat, { model: 'm', [respell(name)]: 'x' })).toThrow(`\`${name}\` is not spelt`)
      }),
    )
  })
  test.each(['Model', 'model ', 'model[]', 'purpose[]', '\u017ftream', 'topLogprobs', 'logprob\u017f', 'include[0]'])(
    '%j',
    async (name) => {
      const { ask, sent } = await start()
      const got = await ask(CHAT, { ...chat, [name]: 'x' })
      expect([got.status, got.text]).toEqual([400, expect.stringContaining('is not spelt')])
      expect(got.text).not.toContain(name)
      expect(sent).toEqual([])
    },
  )
  test('in each body of a batch, too', () => {
    expect(() => needs(anthropicBatches, { requests: [{ params: { model: 'm', Model: 'x' } }] })).toThrow('`model`')
  })
  test('names that are none of these pass', () => {
    for (const name of ['include[]', 'metadata[a]', 'image[]', 'user', 'nn', 'Foo']) {
      expect(needs(openaiChat, { model: 'm', [name]: [] })).toEqual([])
    }
  })
})

/** What each text of a body is taken for. */
function kindsOf(format: Format, body: JsonObject): Record<string, string> {
  const walk = { places: format.requestPlaces, source: () => 'user' as const, inner: true, shortest: 1 }
  const { segments } = extract(body, walk)
  return Object.fromEntries(
    segments.filter(({ kind }) => kind !== 'key').map(({ text, kind, blob }) => [text, blob ?? kind]),
  )
}

describe('what names a stored thing is a reference', () => {
  const ID = 'thing-of-somebody'
  test.each<[Format, JsonObject]>([
    // A type of a skill means nothing elsewhere.
    [openaiJson, { type: 'anthropic', file_id: ID }],
    [openaiJson, { type: 'anthropic', agent: { type: 'anthropic', id: ID } }],
    [anthropicJson, { resources: [{ type: 'anthropic', skill_id: ID }] }],
    [anthropicJson, { skills: [{ type: 'anthropic', file_id: ID }] }],
    [anthropicJson, { skills: [{ type: 'anthropic', agent: ID }] }],
    [anthropicJson, { skills: [{ type: 'custom', skill_id: ID }] }],
    // Names of rows and tools are the caller's own there only.
    [openaiJson, { item: { file_id: ID } }],
    [openaiJson, { parameters: { file_id: ID } }],
    [openaiEvals, { data_source: { item: { file_id: ID } } }],
    [openaiEvals, { data_source: { source: { type: 'file_id', id: ID } } }],
    [openaiImages, { mask: { file_id: ID } }],
    [openaiImages, { image: { file_id: ID } }],
    [openaiImages, { image: [{ file_id: ID }] }],
    [openaiImages, { images: [{ file_id: ID }] }],
    [openaiJson, { 'video[id]': ID }],
    [openaiJson, { 'input_reference[file_id]': ID }],
    [openaiJson, { 'characters[][id]': [ID] }],
    [openaiJson, { 'characters[][id]': ID }],
    [openaiJson, { 'characters[0][id]': ID }],
    [openaiJson, { 'Video[id]': ID }],
    [openaiJson, { 'video[ID]': ID }],
    [openaiChat, { messages: [{ attachments: [{ file_id: ID }] }] }],
    [openaiChat, { messages: [{ content: [{ type: 'image_url', image_url: { file_id: ID } }] }] }],
    [openaiThreads, { file_ids: [ID] }],
    [openaiThreads, { thread: { messages: [{ file_ids: [ID] }] } }],
    [anthropicMessages, { messages: [{ content: [{ type: 'document', source: { type: 'text', file_id: ID } }] }] }],
    [
      anthropicMessages,
      {
        messages: [
          { content: [{ type: 'x', content: { content: [{ type: 'bash_code_execution_output', file_id: ID }] } }] },
        ],
      },
    ],
  ])('%# %j', (format, body) => expect(kindsOf(format, body)[ID]).toBe('reference'))

  test("but not among the caller's own names", () => {
    const own = { file_id: 'anything' }
    expect(kindsOf(openaiEvals, { data_source: { source: { content: [{ item: own }] } } }).anything).toBe('string')
    expect(kindsOf(openaiJson, { tools: [{ parameters: own }] }).anything).toBe('string')
    expect(kindsOf(openaiJson, { tools: [{ tools: [{ function: { parameters: own } }] }] }).anything).toBe('string')
    expect(kindsOf(anthropicJson, { skills: [{ type: 'anthropic', skill_id: 'pptx' }] }).pptx).toBe('identifier')
  })

  test("a file that a program wrote is its own caller's", async () => {
    const file = { type: 'bash_code_execution_output', file_id: 'file_011CabcdefXYZ' }
    const block = { type: 'bash_code_execution_tool_result', content: { content: [file] } }
    let refers = false
    const host = await makeHost({
      upstream(request) {
        refers = JSON.stringify(request.body).includes(file.file_id)
        return answer(200, { id: 'msg_1', type: 'message', role: 'assistant', content: [block] })
      },
    })
    const tools = [{ type: 'code_execution_20250825', name: 'code_execution' }]
    const call = async (key: string, messages: JsonObject[]) =>
      (await read(await proxy(makeCall({ path: MESSAGES, key, body: { ...message, tools, messages } }), host))).status
    const key = await host.addKey()
    const turn = { role: 'user', content: 'hi' }
    expect(await call(key, [turn])).toBe(200)
    await host.settle()
    expect(await call(key, [turn, { role: 'assistant', content: [block] }, turn])).toBe(200)
    expect(refers).toBe(true)
    expect(await call(await host.addKey(), [turn, { role: 'assistant', content: [block] }, turn])).toBe(403)
  })
})

describe('evaluations of what others stored need the permission to read it', () => {
  const over = (source: JsonObject) => ({ data_source: { type: 'completions', model: 'm', source } })
  test.each<[JsonObject, number]>([
    [over({ type: 'stored_completions', limit: 5 }), 403],
    [over({ type: 'responses', limit: 5 }), 403],
    [{ data_source: { type: 'responses', source: { type: 'responses' } } }, 403],
    [{ data_source: { type: 'responses' } }, 403],
    [{ data_source_config: { type: 'stored_completions', metadata: { a: 'b' } } }, 403],
    [{ data_source_config: { type: 'logs' } }, 403],
    [over({ type: 'file_content', content: [{ item: { type: 'responses' } }] }), 200],
    [{ data_source: { type: 'responses', source: { type: 'file_content', content: [] } } }, 200],
    [{ data_source_config: { type: 'custom', item_schema: {} }, metadata: { type: 'logs' } }, 200],
  ])('%j: %i', async (body, status) => {
    const { ask, sent } = await start()
    const got = await ask('/v1/evals', { name: 'e', ...body }, ['train'])
    expect(got.status).toBe(status)
    if (status === 403) expect(got.text).toContain('`data_source` needs the permission `readStored`')
    expect(sent).toHaveLength(status === 200 ? 1 : 0)
    expect((await ask('/v1/evals', { name: 'e', ...body }, ['train', 'inspect'])).status).toBe(200)
  })
})

describe('what looks inside a model', () => {
  test.each(['return_hidden_states', 'output_hidden_states', 'return_logprob'])('%s needs inspect', async (field) => {
    const { ask, sent } = await start()
    expect((await ask(CHAT, { ...chat, [field]: true })).status).toBe(403)
    expect((await ask('/v1/completions', { model: 'm', prompt: 'hi', [field]: true })).status).toBe(403)
    expect(sent).toEqual([])
  })
  test('prompts of numbers are what cannot be read', () => {
    for (const format of [openaiChat, openaiCompletions, openaiResponses]) {
      expect(kindsOf(format, { prompt_token_ids: [1, 2, 3] })).toEqual({ '': 'tokens' })
      expect(kindsOf(format, { prompt_embeds: [[0.5, 0.25]] })).toEqual({ '': 'vector' })
    }
    const tensor = btoa('\u0000\u0001\u00ff'.repeat(60))
    expect(Object.values(kindsOf(openaiCompletions, { prompt_embeds: tensor }))).toEqual(['vector'])
  })
  test('hidden states are taken out of answers', () => {
    const told = { choices: [{ index: 0, message: { content: 'hi' }, hidden_states: [[0.5]] }], hidden_states: [1] }
    expect(openaiChat.trim(told)).toBe(2)
    expect(JSON.stringify(told)).not.toContain('hidden_states')
  })
})

describe('a file of any kind', () => {
  const SSN = '536904399'
  /** What a file of user data becomes. */
  async function uploaded(content: string, purpose = 'user_data', name = 'purpose'): Promise<[number, string]> {
    let stored = ''
    const host = await makeHost({
      async upstream({ body }) {
        const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
        for await (const chunk of (body as Stored).chunks()) stored += utf8.decode(chunk, { stream: true })
        return answer(200, { id: 'file_1' })
      },
    })
    const part = (head: string, value: string) => `--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n${value}\r\n`
    const raw = `${part(`name="${name}"`, purpose)}${part('name="file"; filename="a.jsonl"', content)}--b--\r\n`
    const headers = { 'content-type': 'multipart/form-data; boundary=b' }
    const key = await host.addKey({ domains: ['invoke', 'train'] })
    const got = await read(await proxy(makeCall({ path: '/v1/files', key, raw, headers }), host))
    const file = /filename="a\.jsonl"[\s\S]*?\r\n\r\n([\s\S]*?)\r\n--/.exec(stored)?.[1]
    return [got.status, file ?? got.text]
  }

  test('lines of JSON are read as JSON, and are JSON afterwards', async () => {
    const lines = [`{"ssn": ${SSN}}`, 'no JSON at all', '{"n":4.111111111111111e15}', '', '["card 4111111111111111"]']
    for (const end of ['\n', '\r\n', '\r']) {
      const [status, out] = await uploaded(lines.join(end))
      expect(status).toBe(200)
      expect(out).not.toMatch(/536904399|4\.1111|4111/)
      const told = out.split(end)
      expect([told.length, told[1], told[3]]).toEqual([5, lines[1], ''])
      for (const i of [0, 2, 4]) expect(typeof JSON.parse(told[i]!)).toBe('object')
    }
  })
  test('what is not rewritten stays as it was written', async () => {
    const text = '\ufeff{ "a" : 1.50 }\r\n\n  [1,\t2]\n{"a":1,"a":2}\ntext {"x"\n{"last": true}'
    expect(await uploaded(text)).toEqual([200, text])
  })
  test('lines that are read in two ways, and lines among texts', async () => {
    const [, out] = await uploaded(`x\n{"n":1,"ssn":${SSN},"ssn":${SSN}}\n- ssn ${SSN}\n{"ssn":"${SSN}"}\n`)
    expect(out).not.toContain(SSN)
    const [first, twice, , last, end] = out.split('\n')
    expect([first, end]).toEqual(['x', ''])
    for (const one of [twice, last]) expect(typeof JSON.parse(one!)).toBe('object')
  })
  test('a purpose by another spelling is none', async () => {
    for (const name of ['Purpose', 'purpose[]', ' purpose', 'purpose[0]']) {
      const [status, text] = await uploaded('{}', 'batch', name)
      expect([name, status, text]).toEqual([name, 400, expect.stringContaining('`purpose` is not spelt')])
    }
  })
  test('a line of a batch has no extension of ours', async () => {
    const line = (more: JsonObject) =>
      JSON.stringify({ custom_id: 'a', method: 'POST', url: CHAT, body: { ...chat, ...more } })
    expect(await uploaded(line({}), 'batch')).toEqual([200, line({})])
    for (const parapet of [{ purpose: 'support' }, null, 'x']) {
      const [status, text] = await uploaded(`${line({})}\n${line({ parapet })}`, 'batch')
      expect([status, text]).toEqual([400, expect.stringContaining('line 2 of the file: `parapet` has no meaning')])
    }
    expect(() => needs(anthropicBatches, { requests: [{ params: { model: 'm', parapet: {} } }] })).toThrow('`parapet`')
  })
})
