/**
 * The built-in upstream: answers with what it received, so that one sees what a model would see. No network, no key.
 * The first line spells the text with ‹ › for < >, so that pseudonyms in it are not restored; the second repeats it.
 * With tools and no tool result yet, it calls the first tool with the text in its first string parameter. It stores nothing.
 */
import type { Json, JsonObject, UpstreamAnswer, UpstreamRequest } from '../types.ts'
import { answerChat, streamChat } from './chat.ts'
import { answerMessages, streamMessages } from './messages.ts'
import { answerResponses, streamResponses } from './responses.ts'
import { countWords, reflect, textOf } from './texts.ts'

export function mirror(request: UpstreamRequest): UpstreamAnswer {
  const body = typeof request.body === 'string' ? (JSON.parse(request.body) as JsonObject) : {}
  const path = request.path.replace(/\?.*$/, '')
  switch (`${request.method} ${path}`) {
    case 'POST /chat/completions':
      return tell(answerChat(body), request.stream && streamChat)
    case 'POST /v1/messages':
      return tell(answerMessages(body), request.stream && streamMessages)
    case 'POST /responses':
      return tell(answerResponses(body), request.stream && streamResponses)
    case 'POST /v1/messages/count_tokens':
      return tell({ input_tokens: countWords(JSON.stringify(body)) })
    case 'POST /completions':
      return tell(answerCompletions(body))
    case 'POST /embeddings':
      return tell(answerEmbeddings(body))
    case 'POST /moderations':
      return tell({ id: 'modr_mirror', model: body.model ?? 'mirror', results: listOf(body.input).map(() => FINE) })
    case 'GET /models':
    case 'GET /v1/models':
      return tell({ object: 'list', data: [MODEL], first_id: MODEL.id!, last_id: MODEL.id!, has_more: false })
    default:
      return tell(path.startsWith('/v1/') ? MISSING_ANTHROPIC : MISSING, false, 404)
  }
}

const MODEL: JsonObject = {
  id: 'mirror',
  object: 'model',
  type: 'model',
  display_name: 'Mirror',
  created: 0,
  owned_by: 'parapet',
}
const FINE: JsonObject = { flagged: false, categories: {}, category_scores: {}, category_applied_input_types: {} }
const NOT_HERE = 'the mirror stores nothing, and answers chats only: set a provider key to use this operation'
const MISSING: JsonObject = { error: { message: NOT_HERE, type: 'invalid_request_error', param: null, code: null } }
const MISSING_ANTHROPIC: JsonObject = { type: 'error', error: { type: 'not_found_error', message: NOT_HERE } }

function tell(
  answer: JsonObject,
  stream: false | ((answer: JsonObject) => readonly string[]) = false,
  status = 200,
): UpstreamAnswer {
  const type = stream ? 'text/event-stream' : 'application/json'
  return {
    status,
    header: (name) => (name === 'content-type' ? type : undefined),
    chunks: encode(stream ? stream(answer) : [JSON.stringify(answer)]),
  }
}
async function* encode(parts: readonly string[]): AsyncGenerator<Uint8Array, void, void> {
  const encoder = new TextEncoder()
  for (const part of parts) yield encoder.encode(part)
}

function listOf(input: Json | undefined): readonly Json[] {
  return Array.isArray(input) ? input : [input ?? '']
}
function answerCompletions(body: JsonObject): JsonObject {
  const choices = listOf(body.prompt).map((prompt, index) => {
    return { index, text: reflect(textOf(prompt)), logprobs: null, finish_reason: 'stop' }
  })
  const used = countWords(JSON.stringify(body.prompt ?? ''))
  const usage = { prompt_tokens: used, completion_tokens: used, total_tokens: 2 * used }
  return { id: 'cmpl-mirror', object: 'text_completion', created: 0, model: body.model ?? 'mirror', choices, usage }
}
/** Counts of letters: the same text has the same vector, similar ones similar vectors. */
function answerEmbeddings(body: JsonObject): JsonObject {
  const data = listOf(body.input).map((input, index) => {
    const vector = Array.from({ length: 26 }, () => 0)
    for (const letter of textOf(input).toLowerCase()) {
      const at = letter.charCodeAt(0) - 97
      if (at >= 0 && at < 26) vector[at]! += 1
    }
    return { object: 'embedding', index, embedding: body.encoding_format === 'base64' ? packFloats(vector) : vector }
  })
  const used = countWords(JSON.stringify(body.input ?? ''))
  return { object: 'list', data, model: body.model ?? 'mirror', usage: { prompt_tokens: used, total_tokens: used } }
}
/** As the SDK of OpenAI asks for them: 32-bit floats, little-endian, in base64. */
function packFloats(vector: readonly number[]): string {
  const view = new DataView(new ArrayBuffer(vector.length * 4))
  for (const [i, value] of vector.entries()) view.setFloat32(i * 4, value, true)
  return btoa(String.fromCharCode(...new Uint8Array(view.buffer)))
}
