/** A Messages answer as a Chat Completion. */
import { asObject } from '../formats/shapes.ts'
import type { Json, JsonObject } from '../types.ts'
import { finishReason, usageForOpenai } from './endings.ts'
import { invalid, listOf, objectOf, textOf } from './stream.ts'

export function anthropicAnswer(value: Json, now: number): JsonObject {
  const message = objectOf(value, 'an answer')
  if (message.type !== 'message') invalid('an answer of an unknown type')
  const parts = { text: '', thinking: '', blocks: [] as Json[], calls: [] as Json[] }
  for (const item of listOf(message.content, 'content')) {
    const block = objectOf(item, 'a block')
    if (block.type === 'text') parts.text += textOf(block.text, 'a text')
    else if (block.type === 'tool_use') parts.calls.push(toolCall(block))
    else if (block.type === 'thinking' || block.type === 'redacted_thinking') {
      parts.thinking += typeof block.thinking === 'string' ? block.thinking : ''
      const kept = keptThinking(block)
      if (kept) parts.blocks.push(kept)
    } else invalid('a kind of block')
  }
  const { text, thinking, blocks, calls } = parts
  return {
    id: textOf(message.id, 'an id'),
    object: 'chat.completion',
    created: Math.floor(now / 1000),
    model: textOf(message.model, 'a model'),
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: text === '' ? null : text,
          refusal: explanation(message.stop_reason, message.stop_details),
          ...(thinking !== '' && { reasoning_content: thinking }),
          ...(blocks.length > 0 && { thinking_blocks: blocks }),
          ...(calls.length > 0 && { tool_calls: calls }),
        },
        finish_reason: finishReason(message.stop_reason, calls.length > 0),
        logprobs: null,
      },
    ],
    usage: usageForOpenai(message.usage),
  }
}

function toolCall(block: JsonObject): JsonObject {
  const input = objectOf(block.input, "a tool's input")
  return {
    id: textOf(block.id, 'an id'),
    type: 'function',
    function: { name: textOf(block.name, 'a name'), arguments: JSON.stringify(input) },
  }
}
/**
 * Thinking as the next request can bring it back: with the text that was signed. Unsigned, it is of no use to Anthropic, and
 * would have the request refused.
 */
export function keptThinking(block: JsonObject): JsonObject | undefined {
  const { type, thinking, signature, data } = block
  if (type === 'redacted_thinking') return { type, data: textOf(data, 'thinking') }
  if (typeof signature !== 'string' || signature === '') return undefined
  return { type: 'thinking', thinking: textOf(thinking, 'thinking'), signature }
}
/** What is said of a refusal. */
export function explanation(reason: Json | undefined, details: Json | undefined): string | null {
  const told = asObject(details)?.explanation
  return reason === 'refusal' && typeof told === 'string' && told !== '' ? told : null
}
