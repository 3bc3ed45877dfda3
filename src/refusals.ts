/**
 * A denial that reads as if the model had refused, where the settings ask for it: agents show such a text and stop, while an
 * error makes some of them try again (measured: a coding agent makes up to six requests of one 400).
 */
import { streamChat } from './mirror/chat.ts'
import { streamMessages } from './mirror/messages.ts'
import { streamResponses } from './mirror/responses.ts'
import type { Id, JsonObject, Operation } from './types.ts'

/** The body of an answer, whole or streamed; `undefined` if the operation is none that a model answers in words. */
export function refuse({ id, model, stream }: Operation, text: string, decision: Id): string | undefined {
  switch (id) {
    case 'chat.completions.create':
      return write(chat(model, text, decision), stream && streamChat)
    case 'messages.create':
      return write(messages(model, text, decision), stream && streamMessages)
    case 'responses.create':
      return write(responses(model, text, decision), stream && streamResponses)
    default:
      return undefined
  }
}
function write(answer: JsonObject, stream: false | ((answer: JsonObject) => readonly string[])): string {
  return stream ? stream(answer).join('') : JSON.stringify(answer)
}

function chat(model: Id, text: string, decision: Id): JsonObject {
  const message = { role: 'assistant', content: text, refusal: null }
  return {
    id: `chatcmpl-${decision}`,
    object: 'chat.completion',
    created: 0,
    model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: 'stop' }],
    usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
  }
}
function messages(model: Id, text: string, decision: Id): JsonObject {
  return {
    id: `msg_${decision}`,
    type: 'message',
    role: 'assistant',
    model,
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 0, output_tokens: 0 },
  }
}
function responses(model: Id, text: string, decision: Id): JsonObject {
  const content = [{ type: 'output_text', text, annotations: [] }]
  const item = { id: `msg_${decision}`, type: 'message', status: 'completed', role: 'assistant', content }
  return {
    id: `resp_${decision}`,
    object: 'response',
    created_at: 0,
    status: 'completed',
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: {},
    model,
    output: [item],
    parallel_tool_calls: true,
    tool_choice: 'auto',
    tools: [],
    usage: {
      ...{ input_tokens: 0, output_tokens: 0, total_tokens: 0 },
      ...{ input_tokens_details: { cached_tokens: 0 }, output_tokens_details: { reasoning_tokens: 0 } },
    },
  }
}
