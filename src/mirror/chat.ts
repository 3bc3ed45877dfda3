import { asObject, at } from '../formats/shapes.ts'
import type { Json, JsonObject } from '../types.ts'
import { argumentsFor, countWords, lastMessage, pieces, reflect } from './texts.ts'

export function answerChat(body: JsonObject): JsonObject {
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

export function streamChat(answer: JsonObject): readonly string[] {
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
