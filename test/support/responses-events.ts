/** A streamed answer of the Responses API with a text of every kind, each cut into given pieces. */
import type { JsonObject } from '../../src/types.ts'

export interface Said {
  readonly summary: readonly string[]
  readonly text: readonly string[]
  readonly refusal: readonly string[]
  readonly args: readonly string[]
  readonly input: readonly string[]
  readonly mcp: readonly string[]
  readonly code: readonly string[]
}
type Pieces = readonly string[]

export function responsesEvents(said: Said): JsonObject[] {
  const events: JsonObject[] = []
  const push = (type: string, fields: JsonObject) =>
    void events.push({ type, sequence_number: events.length, ...fields })
  const whole = (pieces: Pieces) => pieces.join('')
  const response = (status: string, output: JsonObject[]): JsonObject => ({
    ...{ id: 'resp_1', object: 'response', created_at: 1, status, model: 'm', output, parallel_tool_calls: true },
    ...{
      error: null,
      incomplete_details: null,
      instructions: 'Be brief.',
      metadata: {},
      tools: [],
      tool_choice: 'auto',
    },
    ...{ temperature: 1, top_p: 1, text: { format: { type: 'text' } }, usage: null },
  })
  const done: JsonObject[] = []
  const finish = (index: number, item: JsonObject) => {
    push('response.output_item.done', { output_index: index, item })
    done.push(item)
  }
  push('response.created', { response: response('in_progress', []) })
  push('response.in_progress', { response: response('in_progress', []) })

  const thought = { id: 'rs_1', type: 'reasoning', summary: [] }
  push('response.output_item.added', { output_index: 0, item: thought })
  const summary = { item_id: 'rs_1', output_index: 0, summary_index: 0 }
  push('response.reasoning_summary_part.added', { ...summary, part: { type: 'summary_text', text: '' } })
  for (const delta of said.summary) push('response.reasoning_summary_text.delta', { ...summary, delta })
  push('response.reasoning_summary_text.done', { ...summary, text: whole(said.summary) })
  const summed = { type: 'summary_text', text: whole(said.summary) }
  push('response.reasoning_summary_part.done', { ...summary, part: summed })
  finish(0, { ...thought, summary: [summed], encrypted_content: 'gAAAsealed' })

  const message = { id: 'msg_1', type: 'message', role: 'assistant', status: 'in_progress', content: [] }
  push('response.output_item.added', { output_index: 1, item: message })
  const text = { item_id: 'msg_1', output_index: 1, content_index: 0 }
  push('response.content_part.added', {
    ...text,
    part: { type: 'output_text', text: '', annotations: [], logprobs: [] },
  })
  for (const delta of said.text) push('response.output_text.delta', { ...text, delta, logprobs: [], obfuscation: 'x' })
  push('response.output_text.done', { ...text, text: whole(said.text), logprobs: [] })
  const spoken = { type: 'output_text', text: whole(said.text), annotations: [], logprobs: [] }
  push('response.content_part.done', { ...text, part: spoken })
  const no = { item_id: 'msg_1', output_index: 1, content_index: 1 }
  push('response.content_part.added', { ...no, part: { type: 'refusal', refusal: '' } })
  for (const delta of said.refusal) push('response.refusal.delta', { ...no, delta })
  push('response.refusal.done', { ...no, refusal: whole(said.refusal) })
  const refused = { type: 'refusal', refusal: whole(said.refusal) }
  push('response.content_part.done', { ...no, part: refused })
  finish(1, { ...message, status: 'completed', content: [spoken, refused] })

  // Calls, their pieces interleaved.
  const calls = [
    { id: 'fc_1', type: 'function_call', call_id: 'call_1', name: 'f', status: 'in_progress', field: 'arguments' },
    { id: 'ct_1', type: 'custom_tool_call', call_id: 'call_2', name: 'g', status: 'in_progress', field: 'input' },
    { id: 'mcp_1', type: 'mcp_call', server_label: 's', name: 'h', status: 'in_progress', field: 'arguments' },
    { id: 'ci_1', type: 'code_interpreter_call', container_id: 'cntr_1', status: 'in_progress', field: 'code' },
  ]
  const pieces = [said.args, said.input, said.mcp, said.code]
  const names = [
    'function_call_arguments',
    'custom_tool_call_input',
    'mcp_call_arguments',
    'code_interpreter_call_code',
  ]
  calls.forEach(({ field, ...call }, i) => {
    const outputs = call.type === 'code_interpreter_call' ? { outputs: null } : {}
    push('response.output_item.added', { output_index: 2 + i, item: { ...call, [field]: '', ...outputs } })
  })
  for (let at = 0; at < Math.max(...pieces.map((one) => one.length)); at++) {
    calls.forEach(({ id }, i) => {
      const delta = pieces[i]![at]
      if (delta !== undefined) push(`response.${names[i]}.delta`, { item_id: id, output_index: 2 + i, delta })
    })
  }
  calls.forEach(({ id, field }, i) => {
    push(`response.${names[i]}.done`, { item_id: id, output_index: 2 + i, [field]: whole(pieces[i]!) })
  })
  calls.forEach(({ field, ...call }, i) => {
    const outputs = call.type === 'code_interpreter_call' ? { outputs: [{ type: 'logs', logs: 'printed' }] } : {}
    finish(2 + i, { ...call, status: 'completed', [field]: whole(pieces[i]!), ...outputs })
  })
  push('response.completed', { response: response('completed', done) })
  return events
}
