import { asObject, at } from '../formats/shapes.ts'
import type { Json, JsonObject } from '../types.ts'
import { argumentsFor, countWords, pieces, reflect, textOf } from './texts.ts'

/** The text that was asked last, and whether it is a tool's result. */
function lastInput({ input }: JsonObject): { text: string; isResult: boolean } {
  if (typeof input === 'string') return { text: input, isResult: false }
  const last = asObject((Array.isArray(input) ? input : []).at(-1))
  const isResult = last?.type === 'function_call_output'
  return { text: textOf(last?.content ?? last?.output), isResult }
}

export function answerResponses(body: JsonObject): JsonObject {
  const { text, isResult } = lastInput(body)
  const tools = (Array.isArray(body.tools) ? body.tools : []).map(asObject)
  const tool = isResult ? undefined : tools.find((one) => one?.type === 'function')
  const call = {
    id: 'fc_mirror',
    type: 'function_call',
    status: 'completed',
    call_id: 'call_mirror',
    name: tool?.name ?? '',
  }
  const content = [{ type: 'output_text', text: reflect(text), annotations: [] }]
  const item: JsonObject = tool
    ? { ...call, arguments: JSON.stringify(argumentsFor(tool.parameters, text)) }
    : { id: 'msg_mirror', type: 'message', status: 'completed', role: 'assistant', content }
  const used = countWords(text)
  return {
    id: 'resp_mirror',
    object: 'response',
    created_at: 0,
    status: 'completed',
    error: null,
    incomplete_details: null,
    instructions: body.instructions ?? null,
    model: body.model ?? 'mirror',
    output: [item],
    parallel_tool_calls: true,
    tool_choice: body.tool_choice ?? 'auto',
    tools: body.tools ?? [],
    metadata: body.metadata ?? {},
    usage: {
      input_tokens: used,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: used,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 2 * used,
    },
  }
}

export function streamResponses(answer: JsonObject): readonly string[] {
  const item = asObject(at(answer, ['output', 0]))!
  const begun = { ...answer, status: 'in_progress', output: [] }
  const told = item.type === 'message' ? tellMessage(item) : tellCall(item)
  const events: JsonObject[] = [
    { type: 'response.created', response: begun },
    ...told,
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: answer },
  ]
  return events.map((event, i) => `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number: i })}\n\n`)
}
function tellMessage(item: JsonObject): readonly JsonObject[] {
  const part = asObject(at(item, ['content', 0]))!
  const place = { item_id: item.id!, output_index: 0, content_index: 0 }
  const empty: Json = { ...part, text: '' }
  return [
    { type: 'response.output_item.added', output_index: 0, item: { ...item, status: 'in_progress', content: [] } },
    { type: 'response.content_part.added', ...place, part: empty },
    ...pieces(String(part.text)).map((delta) => ({
      type: 'response.output_text.delta',
      ...place,
      delta,
      logprobs: [],
    })),
    { type: 'response.output_text.done', ...place, text: part.text!, logprobs: [] },
    { type: 'response.content_part.done', ...place, part },
  ]
}
function tellCall(item: JsonObject): readonly JsonObject[] {
  const place = { item_id: item.id!, output_index: 0 }
  const text = String(item.arguments)
  return [
    { type: 'response.output_item.added', output_index: 0, item: { ...item, status: 'in_progress', arguments: '' } },
    ...pieces(text).map((delta) => ({ type: 'response.function_call_arguments.delta', ...place, delta })),
    { type: 'response.function_call_arguments.done', ...place, name: item.name!, arguments: text },
  ]
}
