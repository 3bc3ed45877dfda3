import { asObject, at } from '../formats/shapes.ts'
import type { JsonObject } from '../types.ts'
import { argumentsFor, countWords, lastMessage, pieces, reflect } from './texts.ts'

export function answerMessages(body: JsonObject): JsonObject {
  const { text, isResult } = lastMessage(body)
  const tool = asObject(at(body, ['tools', 0]))
  const calls = tool && !isResult
  const block: JsonObject = calls
    ? { type: 'tool_use', id: 'toolu_mirror', name: tool.name ?? '', input: argumentsFor(tool.input_schema, text) }
    : { type: 'text', text: reflect(text) }
  const used = countWords(text)
  return {
    id: 'msg_mirror',
    type: 'message',
    role: 'assistant',
    model: body.model ?? 'mirror',
    content: [block],
    stop_reason: calls ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: used, output_tokens: used },
  }
}

export function streamMessages(answer: JsonObject): readonly string[] {
  const event = (value: JsonObject) => `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`
  const block = asObject(at(answer, ['content', 0]))!
  const isText = block.type === 'text'
  const text = isText ? String(block.text) : JSON.stringify(block.input)
  const start = isText ? { type: 'text', text: '' } : { ...block, input: {} }
  const delta = (part: string) =>
    isText ? { type: 'text_delta', text: part } : { type: 'input_json_delta', partial_json: part }
  const { stop_reason, stop_sequence, usage } = answer
  return [
    { type: 'message_start', message: { ...answer, content: [], stop_reason: null } },
    { type: 'content_block_start', index: 0, content_block: start },
    ...pieces(text).map((part) => ({ type: 'content_block_delta', index: 0, delta: delta(part) })),
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: stop_reason!, stop_sequence: stop_sequence! }, usage: usage! },
    { type: 'message_stop' },
  ].map((value) => event(value as JsonObject))
}
