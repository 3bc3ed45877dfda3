/** Streamed answers of Chat Completions, Messages and runs of Assistants, with texts of every kind in pieces. */
import type { Json, JsonObject } from '../../src/types.ts'

export function chatEvents(): JsonObject[] {
  const chunk = (index: number, delta: JsonObject, finish_reason: Json = null): JsonObject => ({
    ...{ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm', obfuscation: 'abc' },
    choices: [{ index, delta, finish_reason, logprobs: null }],
  })
  const call = (index: number, fields: JsonObject) => ({ tool_calls: [{ index, ...fields }] })
  const detail = (one: JsonObject) => ({ reasoning_details: [one] })
  return [
    chunk(0, { role: 'assistant', content: '', refusal: null }),
    chunk(1, { role: 'assistant', content: 'By' }),
    chunk(0, { reasoning_content: 'I ' }),
    chunk(0, { reasoning_content: 'think' }),
    chunk(0, detail({ type: 'reasoning.text', index: 0, text: 'wh' })),
    chunk(0, detail({ type: 'reasoning.summary', index: 1, summary: 'in ' })),
    chunk(0, detail({ type: 'reasoning.text', index: 0, text: 'y', signature: 'EqQB' })),
    chunk(0, detail({ type: 'reasoning.summary', index: 1, summary: 'short' })),
    chunk(0, detail({ type: 'reasoning.encrypted', index: 2, data: 'gAAA' })),
    chunk(0, { content: 'He' }),
    chunk(1, { content: 'e' }),
    chunk(0, { content: 'llo' }),
    chunk(1, {}, 'stop'),
    chunk(0, call(0, { id: 'call_1', type: 'function', function: { name: 'f', arguments: '' } })),
    chunk(0, call(0, { function: { arguments: '{"a"' } })),
    chunk(0, call(1, { id: 'call_2', type: 'custom', custom: { name: 'g', input: 'in' } })),
    chunk(0, call(0, { function: { arguments: ':1}' } })),
    chunk(0, call(1, { custom: { input: 'put' } })),
    chunk(0, { audio: { id: 'audio_1', data: 'UklGR'.repeat(30), transcript: 'spo' } }),
    chunk(0, { audio: { data: 'AAAA', transcript: 'ken' } }),
    chunk(0, { refusal: 'No' }),
    chunk(0, { refusal: '.' }),
    chunk(0, {}, 'tool_calls'),
    {
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'm',
      choices: [],
      usage: { total_tokens: 3 },
    },
  ]
}

export function messageEvents(): JsonObject[] {
  const start = (index: number, block: JsonObject) => ({ type: 'content_block_start', index, content_block: block })
  const delta = (index: number, one: JsonObject) => ({ type: 'content_block_delta', index, delta: one })
  const stop = (index: number) => ({ type: 'content_block_stop', index })
  const usage = { input_tokens: 1, output_tokens: 1 }
  const message = { id: 'msg_1', type: 'message', role: 'assistant', content: [], model: 'm', stop_reason: null, usage }
  return [
    { type: 'message_start', message },
    start(0, { type: 'thinking', thinking: '', signature: '' }),
    { type: 'ping' },
    delta(0, { type: 'thinking_delta', thinking: 'I ' }),
    delta(0, { type: 'thinking_delta', thinking: 'think' }),
    delta(0, { type: 'signature_delta', signature: 'EqQB' }),
    stop(0),
    start(1, { type: 'text', text: 'He' }),
    delta(1, { type: 'text_delta', text: 'llo' }),
    stop(1),
    start(2, { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} }),
    delta(2, { type: 'input_json_delta', partial_json: '{"a"' }),
    delta(2, { type: 'input_json_delta', partial_json: ':1}' }),
    stop(2),
    start(3, { type: 'compaction', content: null }),
    delta(3, { type: 'compaction_delta', content: 'summed ' }),
    delta(3, { type: 'compaction_delta', content: 'up' }),
    stop(3),
    { type: 'message_delta', delta: { stop_reason: 'tool_use', stop_sequence: null }, usage },
    { type: 'message_stop' },
  ]
}

export function threadEvents(): JsonObject[] {
  const message = (fields: JsonObject): JsonObject => ({
    ...{ id: 'msg_1', object: 'thread.message', thread_id: 'thread_1', role: 'assistant', metadata: {}, ...fields },
  })
  const text = (value: string): JsonObject => ({
    ...{ id: 'msg_1', object: 'thread.message.delta' },
    delta: { content: [{ index: 0, type: 'text', text: { value, annotations: [] } }] },
  })
  const step = (fields: JsonObject): JsonObject => ({
    id: 'step_1',
    object: 'thread.run.step',
    run_id: 'run_1',
    ...fields,
  })
  const call = (one: JsonObject): JsonObject => ({
    ...{ id: 'step_1', object: 'thread.run.step.delta' },
    delta: { step_details: { type: 'tool_calls', tool_calls: [one] } },
  })
  const code = (fields: JsonObject) => call({ index: 1, type: 'code_interpreter', code_interpreter: fields })
  const details = { type: 'tool_calls', tool_calls: [] }
  return [
    { id: 'run_1', object: 'thread.run', status: 'in_progress', thread_id: 'thread_1', assistant_id: 'asst_1' },
    step({ status: 'in_progress', step_details: details }),
    call({ index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: '', output: null } }),
    call({ index: 0, type: 'function', function: { arguments: '{"a"' } }),
    code({ input: 'print' }),
    call({ index: 0, type: 'function', function: { arguments: ':1}' } }),
    code({ input: '(1)' }),
    code({ outputs: [{ index: 0, type: 'logs', logs: 'prin' }] }),
    code({ outputs: [{ index: 0, type: 'logs', logs: 'ted' }] }),
    step({ status: 'completed', step_details: details }),
    message({ status: 'in_progress', content: [] }),
    text('He'),
    text('llo'),
    message({ status: 'completed', content: [{ type: 'text', text: { value: 'Hello', annotations: [] } }] }),
    { id: 'run_1', object: 'thread.run', status: 'completed', thread_id: 'thread_1', assistant_id: 'asst_1' },
  ]
}
