/** Formats other than Responses: what asks to look inside, what is taken out of answers, what kind of thing stands where. */
import { describe, expect, test } from 'vitest'
import { extract } from '../src/extract.ts'
import { anthropicMessages } from '../src/formats/anthropic-messages.ts'
import { anthropicBatches, anthropicCountTokens, anthropicFiles } from '../src/formats/anthropic-stored.ts'
import { openaiAudio } from '../src/formats/openai-audio.ts'
import { openaiChat } from '../src/formats/openai-chat.ts'
import { openaiCompletions } from '../src/formats/openai-completions.ts'
import { openaiConversations } from '../src/formats/openai-conversations.ts'
import { openaiEmbeddings } from '../src/formats/openai-embeddings.ts'
import { openaiImages } from '../src/formats/openai-images.ts'
import { openaiModerations } from '../src/formats/openai-moderations.ts'
import { openaiRealtime } from '../src/formats/openai-realtime.ts'
import { openaiBatches, openaiFiles, openaiTuning, openaiVectorStores } from '../src/formats/openai-stored.ts'
import { openaiThreads } from '../src/formats/openai-threads.ts'
import type { Format, Json, JsonObject, Limits } from '../src/types.ts'

const limits = { choices: 8 } as Limits

test.each<[Format, JsonObject, string[]]>([
  [openaiChat, { logprobs: true, top_logprobs: 2 }, ['readLogprobs logprobs', 'readLogprobs top_logprobs']],
  [openaiChat, { logit_bias: { 5: -100 } }, ['biasLogits logit_bias']],
  [openaiChat, { store: true }, ['readStored store']],
  [openaiChat, { store: false, logprobs: false, n: 8, logit_bias: {} }, []],
  [openaiChat, { n: 9 }, ['sampleMany n']],
  [openaiChat, { n: 'many' }, ['sampleMany n']],
  [
    openaiChat,
    { prompt_logprobs: 1, return_token_ids: true, n_probs: 3 },
    [...['readLogprobs prompt_logprobs', 'readLogprobs n_probs', 'readLogprobs return_token_ids']],
  ],
  [openaiCompletions, { logprobs: 0, echo: true }, ['readLogprobs logprobs', 'readLogprobs echo']],
  [openaiCompletions, { best_of: 20, n: 1 }, ['sampleMany best_of']],
  [openaiImages, { prompt: 'x', n: '10' }, ['sampleMany n']],
  [openaiImages, { prompt: 'x', n: '2' }, []],
  [openaiAudio, { include: ['logprobs'] }, ['readLogprobs include']],
  [openaiAudio, { 'include[]': 'logprobs' }, ['readLogprobs include']],
  [openaiAudio, { include: ['anything'] }, ['includeHidden include']],
  [openaiAudio, { model: 'whisper-1', prompt: 'x' }, []],
  [openaiConversations, { 'include[]': ['message.output_text.logprobs'] }, ['readLogprobs include']],
  [openaiConversations, { items: [] }, []],
  [
    openaiThreads,
    { include: ['step_details.tool_calls[*].file_search.results[*].content'] },
    ['includeHidden include'],
  ],
  [openaiThreads, { assistant_id: 'a' }, []],
  [
    openaiRealtime,
    { type: 'session.update', session: { include: ['item.input_audio_transcription.logprobs'] } },
    ['readLogprobs include'],
  ],
  [openaiRealtime, { type: 'response.create', response: {} }, []],
  [openaiFiles, { purpose: 'fine-tune', file: {} }, ['upload purpose']],
  [openaiFiles, { purpose: 'evals', file: {} }, ['upload purpose']],
  [openaiFiles, { purpose: 'batch', filename: 'a.jsonl' }, ['keep purpose']],
  [openaiFiles, { purpose: 'new', file: {} }, ['upload purpose', 'keep purpose']],
  [openaiFiles, { file: {} }, ['upload purpose', 'keep purpose']],
  [openaiFiles, { purpose: 'batch' }, []],
  [openaiFiles, { part_ids: ['part_1'] }, []],
  [anthropicMessages, { model: 'm', messages: [] }, []],
  [anthropicMessages, { model: 'm', fallbacks: [{ model: 'm' }], tools: [{ name: 'f' }] }, []],
  [anthropicMessages, { model: 'm', fallbacks: [{ model: 'other' }] }, ['useModel model']],
  [anthropicMessages, { model: 'm', fallbacks: 'default' }, ['administer fallbacks']],
  [anthropicMessages, { model: 'm', tools: [{ type: 'advisor_20260301', model: 'other' }] }, ['useModel model']],
  [anthropicCountTokens, { model: 'm', fallbacks: 'default' }, ['administer fallbacks']],
  [
    anthropicBatches,
    { requests: [{ params: { model: 'm' } }, { params: { model: 'm', fallbacks: 'default' } }] },
    ['administer fallbacks'],
  ],
])('%# needs of %j', (format, body, wanted) => {
  expect(format.needs(body, limits).map(({ action, field }) => `${action} ${field}`)).toEqual(wanted)
})

describe('what an inspection shows is taken out', () => {
  const logprobs = (): JsonObject => ({ content: [{ token: 'hidden', bytes: [104], logprob: -1, top_logprobs: [] }] })
  test.each<[Format, () => JsonObject, number]>([
    [openaiChat, () => ({ choices: [{ message: {}, logprobs: logprobs() }], system_fingerprint: 'hidden' }), 2],
    [
      openaiChat,
      () => ({
        choices: [
          { delta: {}, logprobs: logprobs() },
          { delta: {}, logprobs: logprobs() },
        ],
      }),
      2,
    ],
    [openaiChat, () => ({ choices: [], prompt_logprobs: [{ hidden: 1 }], prompt_token_ids: [7] }), 2],
    [openaiChat, () => ({ choices: [{ token_ids: [7], prompt_logprobs: ['hidden'] }] }), 2],
    [openaiChat, () => ({ data: [{ choices: [{ logprobs: logprobs() }], system_fingerprint: 'hidden' }] }), 2],
    [openaiCompletions, () => ({ choices: [{ text: 'a', logprobs: { tokens: ['hidden'] } }] }), 1],
    [openaiAudio, () => ({ text: 'a', logprobs: [{ token: 'hidden' }] }), 1],
    [openaiAudio, () => ({ type: 'transcript.text.delta', delta: 'a', logprobs: [{ token: 'hidden' }] }), 1],
    [
      openaiAudio,
      () => ({
        text: 'a',
        segments: [
          { text: 'a', tokens: [7] },
          { text: 'a', tokens: [7] },
        ],
      }),
      2,
    ],
    [
      openaiConversations,
      () => ({ data: [{ type: 'message', content: [{ text: 'a', logprobs: [{ token: 'hidden' }] }] }] }),
      1,
    ],
    [openaiRealtime, () => ({ type: 'x', logprobs: [{ token: 'hidden' }] }), 1],
    [openaiThreads, () => steps(), 1],
    [openaiThreads, () => ({ data: [steps()] }), 1],
    [openaiThreads, () => ({ object: 'thread.run.step.delta', delta: steps() }), 1],
  ])('%#', (format, make, count) => {
    const answer: Json = make()
    expect(format.trim(answer)).toBe(count)
    expect(JSON.stringify(answer)).not.toMatch(/hidden|7/)
    expect(format.trim(answer)).toBe(0)
  })
  function steps(): JsonObject {
    const results = [{ file_id: 'f', content: [{ text: 'hidden' }] }]
    return { step_details: { type: 'tool_calls', tool_calls: [{ type: 'file_search', file_search: { results } }] } }
  }
})

describe('kinds of places', () => {
  const kinds = (format: Format, body: JsonObject) => {
    const { requestPlaces: places } = format
    const { segments } = extract(body, { places, source: () => 'unknown', inner: true, shortest: 1 })
    return segments.map(({ kind, blob, text }) => `${blob ?? kind} ${text}`)
  }
  const told = (format: Format, body: JsonObject) => {
    const { responsePlaces: places } = format
    const { segments } = extract(body, { places, source: () => 'assistant', inner: false, shortest: 1 })
    return segments.map(({ kind, blob, text }) => `${blob ?? kind} ${text}`)
  }
  const png = btoa(`\x89PNG${'\x01'.repeat(90)}`)
  const wav = btoa(`RIFF\x01\x01\x01\x01WAVE${'\xfe'.repeat(90)}`)
  const pdf = btoa(`%PDF-1.7${'\xfe'.repeat(90)}`)
  const secret = `sk${'Ab1'.repeat(30)}`

  test('tokens are blobs, texts in their place are texts, however much they look like base64', () => {
    expect(kinds(openaiCompletions, { prompt: [1, 2, 3] })).toEqual(['tokens '])
    expect(kinds(openaiCompletions, { prompt: [[1], [2]] })).toEqual(['tokens ', 'tokens '])
    expect(kinds(openaiCompletions, { prompt: 'hi' })).toEqual(['string hi'])
    expect(kinds(openaiEmbeddings, { input: ['hi', secret] })).toEqual(['string hi', `string ${secret}`])
    expect(told(openaiEmbeddings, { data: [{ embedding: [0.1, 0.2] }] })).toEqual(['vector '])
    expect(told(openaiAudio, { segments: [{ text: 'a', tokens: [5, 6] }] })).toEqual(['string a', 'tokens '])
    expect(told(openaiChat, { choices: [{ logprobs: { content: [{ token: 'a', bytes: [97] }] } }] })).toEqual([
      ...['string a', 'tokens '],
    ])
  })
  test('pictures, sound and documents', () => {
    const content = [
      { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } },
      { type: 'input_audio', input_audio: { data: wav, format: 'wav' } },
      { type: 'file', file: { file_data: `data:application/pdf;base64,${pdf}`, filename: 'a.pdf' } },
    ]
    expect(kinds(openaiChat, { messages: [{ role: 'user', content }] }).map((one) => one.split(' ')[0])).toEqual([
      ...['identifier', 'identifier', 'image', 'identifier', 'audio', 'identifier', 'identifier', 'document', 'string'],
    ])
    const source = { type: 'base64', media_type: 'image/png', data: png }
    const result = { type: 'tool_result', tool_use_id: 't', content: [{ type: 'image', source }] }
    expect(kinds(anthropicMessages, { messages: [{ role: 'user', content: [result] }] })).toContain(`image ${png}`)
    const plain = { type: 'text', media_type: 'text/plain', data: secret }
    const document = { type: 'document', source: plain }
    expect(kinds(anthropicMessages, { messages: [{ role: 'user', content: [document] }] })).toContain(
      `string ${secret}`,
    )
    expect(told(openaiImages, { type: 'image_generation.partial_image', b64_json: png })).toContain(`image ${png}`)
    expect(told(openaiRealtime, { type: 'response.output_audio.delta', delta: wav })).toContain(`audio ${wav}`)
    // The same letters in a delta of text are text.
    expect(told(openaiRealtime, { type: 'response.output_text.delta', delta: secret })).toContain(`string ${secret}`)
  })
  test('what is sealed or signed is exact', () => {
    const content = [
      { type: 'thinking', thinking: 'a', signature: 'EqQB' },
      { type: 'redacted_thinking', data: 'RqQB' },
      { type: 'web_search_tool_result', content: [{ type: 'web_search_result', encrypted_content: 'SqQB' }] },
    ]
    expect(kinds(anthropicMessages, { messages: [{ role: 'assistant', content }] })).toEqual(
      expect.arrayContaining(['encrypted EqQB', 'encrypted RqQB', 'encrypted SqQB', 'string a']),
    )
    const details = [{ type: 'reasoning.encrypted', data: 'gAAA' }]
    expect(kinds(openaiChat, { messages: [{ role: 'assistant', reasoning_details: details }] })).toContain(
      'encrypted gAAA',
    )
  })
  test.each<[Format, JsonObject, string[]]>([
    [openaiChat, { messages: [{ audio: { id: 'audio_1' } }] }, ['audio_1']],
    [openaiChat, { messages: [{ content: [{ file: { file_id: 'f' } }] }], audio: { voice: { id: 'v' } } }, ['f', 'v']],
    [openaiBatches, { input_file_id: 'f' }, ['f']],
    [openaiTuning, { training_file: 'f', validation_file: 'g' }, ['f', 'g']],
    [openaiVectorStores, { file_ids: ['f'], files: [{ file_id: 'g' }] }, ['f', 'g']],
    [openaiThreads, { assistant_id: 'a', tool_resources: { file_search: { vector_store_ids: ['vs'] } } }, ['a', 'vs']],
    [openaiThreads, { thread: { messages: [{ attachments: [{ file_id: 'f' }] }] } }, ['f']],
    [openaiThreads, { content: [{ type: 'image_file', image_file: { file_id: 'f' } }] }, ['f']],
    [openaiConversations, { items: [{ type: 'item_reference', id: 'msg_1' }] }, ['msg_1']],
    [openaiImages, { images: [{ file_id: 'f' }] }, ['f']],
    [openaiRealtime, { session: { prompt: { id: 'p' }, tools: [{ tunnel_id: 't' }] } }, ['p', 't']],
    [openaiFiles, { part_ids: ['part_1'] }, ['part_1']],
    [anthropicMessages, { container: 'c' }, ['c']],
    [anthropicMessages, { container: { id: 'c', skills: [{ type: 'custom', skill_id: 's' }] } }, ['c', 's']],
    [anthropicMessages, { container: { skills: [{ type: 'anthropic', skill_id: 'pptx' }] } }, []],
    [
      anthropicMessages,
      { messages: [{ content: [{ type: 'document', source: { type: 'file', file_id: 'f' } }] }] },
      ['f'],
    ],
    [anthropicMessages, { messages: [{ content: [{ type: 'container_upload', file_id: 'f' }] }] }, ['f']],
    [anthropicMessages, { thread: { type: 'continue', previous_message_id: 'm' }, user_profile_id: 'u' }, ['m', 'u']],
    [anthropicBatches, { requests: [{ params: { container: 'c' } }] }, ['c']],
    // What a program made is its own caller's: the answer that told of it said so.
    [
      anthropicMessages,
      { messages: [{ content: [{ content: { content: [{ type: 'code_execution_output', file_id: 'f' }] } }] }] },
      ['f'],
    ],
    [openaiChat, { messages: [{ annotations: [{ file_citation: { file_id: 'f' } }] }] }, []],
  ])('%# references of %j', (format, body, wanted) => {
    const references = kinds(format, body).filter((one) => one.startsWith('reference '))
    expect(references.map((one) => one.slice('reference '.length))).toEqual(wanted)
  })
  test('documents in results of tools are read to their ends', () => {
    const source = { type: 'base64', media_type: 'application/pdf', data: pdf }
    const document = { type: 'document', source, title: 'a' }
    const fetched = { type: 'web_fetch_result', url: 'https://x.example', content: document }
    const content = [{ type: 'web_fetch_tool_result', tool_use_id: 't', content: fetched }]
    const found = kinds(anthropicMessages, { messages: [{ role: 'assistant', content }] })
    expect(found).toContain(`document ${pdf}`)
    expect(found.filter((one) => one.startsWith('key '))).toEqual([])
  })
})

test('who wrote what', () => {
  const source = (format: Format, body: JsonObject, ...keys: (string | number)[]) => format.source(keys, body)
  expect(source(openaiCompletions, { prompt: 'a' }, 'prompt')).toBe('user')
  expect(source(openaiEmbeddings, { input: 'a' }, 'input')).toBe('user')
  expect(source(openaiModerations, { input: 'a' }, 'input')).toBe('user')
  expect(source(openaiImages, { prompt: 'a' }, 'prompt')).toBe('user')
  expect(source(openaiAudio, {}, 'instructions')).toBe('system')
  expect(source(openaiAudio, {}, 'input')).toBe('user')
  expect(source(openaiThreads, {}, 'additional_instructions')).toBe('system')
  expect(source(openaiThreads, { tool_outputs: [] }, 'tool_outputs', 0, 'output')).toBe('tool')
  expect(source(openaiThreads, { role: 'user', content: 'a' }, 'content')).toBe('user')
  const thread = { messages: [{ role: 'assistant', content: 'a' }] }
  expect(source(openaiThreads, { thread }, 'thread', 'messages', 0, 'content')).toBe('assistant')
  expect(source(openaiConversations, { items: [{ role: 'developer' }] }, 'items', 0, 'content')).toBe('system')
  expect(source(openaiRealtime, { session: {} }, 'session', 'instructions')).toBe('system')
  const item = { type: 'function_call_output', output: 'a' }
  expect(source(openaiRealtime, { item }, 'item', 'output')).toBe('tool')
  const params = { system: 'a', messages: [{ role: 'user', content: [{ type: 'tool_result' }, { type: 'text' }] }] }
  const batch = { requests: [{ params }] }
  expect(source(anthropicBatches, batch, 'requests', 0, 'params', 'system')).toBe('system')
  expect(source(anthropicBatches, batch, 'requests', 0, 'params', 'messages', 0, 'content', 0, 'content')).toBe('tool')
  expect(source(anthropicBatches, batch, 'requests', 0, 'params', 'messages', 0, 'content', 1, 'text')).toBe('user')
  expect(source(anthropicBatches, batch, 'requests', 0, 'custom_id')).toBe('unknown')
})

test('a batch names one model', () => {
  const model = (...models: string[]) =>
    anthropicBatches.model({ requests: models.map((one) => ({ params: { model: one } })) })
  expect(model('m', 'm')).toBe('m')
  expect(model('m', 'n')).toBeUndefined()
  expect(anthropicBatches.model({})).toBeUndefined()
})

test('a line is planted in every system prompt of a batch, a session, a run', () => {
  const batch: JsonObject = {
    requests: [{ params: { system: 'a' } }, { params: { system: [{ type: 'text', text: 'b' }] } }, { params: {} }],
  }
  anthropicBatches.plant(batch, 'LINE')
  expect(JSON.stringify(batch).match(/LINE/g)).toHaveLength(2)
  const session: JsonObject = { type: 'session.update', session: { instructions: 'a' } }
  openaiRealtime.plant(session, 'LINE')
  expect(session.session).toEqual({ instructions: 'a\n\nLINE' })
  const run: JsonObject = { instructions: 'a' }
  openaiThreads.plant(run, 'LINE')
  expect(run.instructions).toBe('a\n\nLINE')
})

test('files: what their lists and forms hold', () => {
  const file = { id: 'f', type: 'file', filename: 'a.txt', mime_type: 'text/plain', size_bytes: 3, downloadable: false }
  const { segments } = extract({ data: [file], has_more: false, first_id: 'f' } as JsonObject, {
    ...{ places: anthropicFiles.responsePlaces, source: () => 'unknown' as const, inner: false, shortest: 1 },
  })
  expect(segments.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
    ...['identifier f', 'identifier file', 'string a.txt', 'identifier text/plain', 'number 3', 'identifier f'],
  ])
})
