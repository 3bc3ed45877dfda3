/**
 * The built-in upstream: answers with what it received, so that one sees what a model would see. No network, no key.
 * The first line spells the text with ‹ › for < >, so that pseudonyms in it are not restored; the second repeats it.
 * With tools and no tool result yet, it calls the first tool with the text in its first string parameter.
 */
import { asObject, at } from './formats/shapes.ts'
import type { Json, JsonObject, UpstreamAnswer, UpstreamRequest } from './types.ts'

export function mirror(request: UpstreamRequest): UpstreamAnswer {
  const body = typeof request.body === 'string' ? (JSON.parse(request.body) as JsonObject) : {}
  const anthropic = request.path.startsWith('/v1/messages')
  const answer = anthropic ? answerMessages(body) : answerChat(body)
  const text = request.stream ? (anthropic ? streamMessages(answer) : streamChat(answer)) : [JSON.stringify(answer)]
  const type = request.stream ? 'text/event-stream' : 'application/json'
  return {
    status: 200,
    header: (name) => (name === 'content-type' ? type : undefined),
    chunks: encode(text),
  }
}

async function* encode(parts: readonly string[]): AsyncGenerator<Uint8Array, void, void> {
  const encoder = new TextEncoder()
  for (const part of parts) yield encoder.encode(part)
}

function reflect(text: string): string {
  return `The model received: ${text.replaceAll('<', '‹').replaceAll('>', '›')}\nYou see: ${text}`
}

/** The text of the last message, and whether it is a tool's result. */
function lastMessage(body: JsonObject): { text: string; isResult: boolean } {
  const last = asObject((Array.isArray(body.messages) ? body.messages : []).at(-1))
  const parts = Array.isArray(last?.content) ? last.content.map(asObject) : []
  const isResult = last?.role === 'tool' || parts.some((part) => part?.type === 'tool_result')
  if (typeof last?.content === 'string') return { text: last.content, isResult }
  return { text: parts.map((part) => textOf(part?.text ?? part?.content)).join(''), isResult }
}
function textOf(value: Json | undefined): string {
  if (typeof value === 'string') return value
  return Array.isArray(value) ? value.map((part) => textOf(asObject(part)?.text)).join('') : ''
}
/** Arguments for a tool: the text, under the name of its first string parameter. */
function argumentsFor(schema: Json | undefined, text: string): JsonObject {
  const properties = asObject(at(schema ?? null, ['properties'])) ?? {}
  const name = Object.keys(properties).find((key) => asObject(properties[key])?.type === 'string') ?? 'text'
  return { [name]: text }
}
function countWords(text: string): number {
  return text.split(/\s+/).length
}

function answerChat(body: JsonObject): JsonObject {
  const { text, isResult } = lastMessage(body)
  const tool = asObject(at(body, ['tools', 0, 'function']))
  const calls = tool && !isResult
  const call = { id: 'call_mirror', type: 'function', function: { name: tool?.name ?? '', arguments: '' } }
  call.function.arguments = JSON.stringify(argumentsFor(tool?.parameters, text))
  const message: JsonObject = calls
    ? { role: 'assistant', content: null, tool_calls: [call] }
    : { role: 'assistant', content: reflect(text), refusal: null }
  const used = countWords(text)
  return {
    id: 'chatcmpl-mirror',
    object: 'chat.completion',
    created: 0,
    model: body.model ?? 'mirror',
    choices: [{ index: 0, message, logprobs: null, finish_reason: calls ? 'tool_calls' : 'stop' }],
    usage: { prompt_tokens: used, completion_tokens: used, total_tokens: 2 * used },
  }
}

/** Small pieces, as models send them: some cut pseudonyms and values in two. */
function pieces(text: string): readonly string[] {
  return text.match(/[\s\S]{1,7}/gu) ?? []
}

function streamChat(answer: JsonObject): readonly string[] {
  const { id, created, model } = answer
  const chunk = (delta: JsonObject, finish: Json = null) => {
    const choices = [{ index: 0, delta, finish_reason: finish }]
    return `data: ${JSON.stringify({ id, object: 'chat.completion.chunk', created, model, choices })}\n\n`
  }
  const message = asObject(at(answer, ['choices', 0, 'message']))!
  const call = asObject(at(message, ['tool_calls', 0]))
  const deltas = call
    ? [
        { role: 'assistant', content: null, tool_calls: [{ index: 0, ...call, function: nameOnly(call.function!) }] },
        ...pieces(String(asObject(call.function)!.arguments)).map((text) => {
          return { tool_calls: [{ index: 0, function: { arguments: text } }] }
        }),
      ]
    : [{ role: 'assistant', content: '' }, ...pieces(String(message.content)).map((content) => ({ content }))]
  const finish = at(answer, ['choices', 0, 'finish_reason'])!
  return [...deltas.map((delta) => chunk(delta as JsonObject)), chunk({}, finish), 'data: [DONE]\n\n']
}
function nameOnly(called: Json): JsonObject {
  return { ...asObject(called), arguments: '' }
}

function answerMessages(body: JsonObject): JsonObject {
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

function streamMessages(answer: JsonObject): readonly string[] {
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
