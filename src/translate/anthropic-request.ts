/** A Messages request as a Chat Completions request. */
import { asObject, hasValue } from '../formats/shapes.ts'
import type { Json, JsonObject } from '../types.ts'
import { messagesOfTurns, textParts } from './anthropic-turns.ts'
import { asArray, asFlag, asText, checkFields, oneOf, optional, refuse } from './fields.ts'
import { FORMAT, METADATA, OUTPUT_CONFIG, REQUEST, THINKING, TOOL, TOOL_CHOICE } from './fields-anthropic.ts'
import { reasons } from './models.ts'
import { abridge, type Names, shortenNames } from './names.ts'

/** What the answer's translation needs to know. */
export interface AnthropicFacts {
  readonly names: Names
  /** Tokens of the input, guessed: a stream begins with them, and the upstream counts at its end. */
  readonly estimate: number
  /** Whether the caller wants to see thinking. */
  readonly showThinking: boolean
}

/** Both limits are the API's. */
const MOST_STOPS = 4
const USER = 64
const THINKS: ReadonlySet<Json> = new Set(['enabled', 'disabled', 'adaptive', 'between_tools'])
const EFFORT = { low: 'low', medium: 'medium', high: 'high', xhigh: 'xhigh', max: 'max' } as const

export function anthropicRequest(body: JsonObject) {
  const notes = new Set<string>()
  checkFields(body, REQUEST, '', notes)
  const model = asText(body.model, 'model')
  const names = shortenNames()
  const tools = asArray(body.tools, 'tools').map((tool, index) => translateTool(tool, `tools[${index}]`, names, notes))
  const { effort, format } = hasValue(body.output_config)
    ? checkFields(body.output_config, OUTPUT_CONFIG, 'output_config', notes)
    : {}
  const thinking = hasValue(body.thinking) ? checkFields(body.thinking, THINKING, 'thinking', notes) : {}
  if (hasValue(thinking.type) && !THINKS.has(thinking.type!)) refuse('thinking.type', 'no such kind of thinking')
  const system = textParts(body.system, 'system', notes)
  const messages = [
    ...(system === '' || system.length === 0 ? [] : [{ role: 'system', content: system }]),
    ...messagesOfTurns(asArray(body.messages, 'messages'), names, notes),
  ]
  const request = optional({
    model,
    messages,
    [reasons(model) ? 'max_completion_tokens' : 'max_tokens']: maximum(body.max_tokens),
    ...(asFlag(body.stream, 'stream') && { stream: true, stream_options: { include_usage: true } }),
    temperature: body.temperature,
    top_p: body.top_p,
    stop: stops(body.stop_sequences),
    tools: tools.length > 0 ? tools : undefined,
    ...toolChoice(body.tool_choice, names, notes),
    reasoning_effort: reasoningEffort(effort, thinking.type, model),
    response_format: hasValue(format) ? responseFormat(format!, notes) : undefined,
    user: hasValue(body.metadata) ? user(body.metadata!, notes) : undefined,
  })
  const estimate = Math.ceil(countText([body.system ?? null, body.messages ?? null, body.tools ?? null]) / 4)
  const facts: AnthropicFacts = { names, estimate, showThinking: thinking.display !== 'omitted' }
  return { request, ignored: [...notes].sort(), facts }
}

function maximum(value: Json | undefined): Json {
  if (value === 0) return refuse('max_tokens', 'OpenAI cannot fill a cache without answering')
  return typeof value === 'number' ? value : refuse('max_tokens', 'a number is needed here')
}
function stops(value: Json | undefined): Json | undefined {
  const all = asArray(value, 'stop_sequences')
  if (all.length > MOST_STOPS) refuse('stop_sequences', `OpenAI takes at most ${MOST_STOPS}`)
  return all.length > 0 ? [...all] : undefined
}
function user(value: Json, notes: Set<string>): Json | undefined {
  const { user_id } = checkFields(value, METADATA, 'metadata', notes)
  return hasValue(user_id) ? abridge(asText(user_id, 'metadata.user_id'), USER) : undefined
}
function responseFormat(value: Json, notes: Set<string>): JsonObject {
  const { type, schema } = checkFields(value, FORMAT, 'output_config.format', notes)
  if (type !== 'json_schema') return refuse('output_config.format.type', 'this value has no counterpart')
  const given = asObject(schema) ?? refuse('output_config.format.schema', 'a schema is needed here')
  // OpenAI needs a name, and holds to a schema only when it is strict.
  return { type, json_schema: { name: 'answer', schema: given, strict: true } }
}
/** Models that do not reason refuse to be told not to. */
function reasoningEffort(effort: Json | undefined, thinking: Json | undefined, model: string): Json | undefined {
  if (thinking === 'disabled') return reasons(model) ? 'none' : undefined
  return hasValue(effort) ? oneOf(effort, EFFORT, 'output_config.effort') : undefined
}

function translateTool(value: Json, path: string, names: Names, notes: Set<string>): JsonObject {
  const { name, description, input_schema, strict } = checkFields(value, TOOL, path, notes)
  const called = {
    name: names.short(asText(name, `${path}.name`)),
    parameters: asObject(input_schema) ?? refuse(`${path}.input_schema`, 'a schema is needed here'),
    ...optional({ description, strict }),
  }
  return { type: 'function', function: called }
}
function toolChoice(value: Json | undefined, names: Names, notes: Set<string>): JsonObject {
  if (value === undefined || value === null) return {}
  const { type, name, disable_parallel_tool_use } = checkFields(value, TOOL_CHOICE, 'tool_choice', notes)
  const single = asFlag(disable_parallel_tool_use, 'tool_choice.disable_parallel_tool_use')
  const parallel = single ? { parallel_tool_calls: false } : {}
  if (type === 'tool') {
    const called = { name: names.short(asText(name, 'tool_choice.name')) }
    return { tool_choice: { type: 'function', function: called }, ...parallel }
  }
  if (hasValue(name)) refuse('tool_choice.name', 'only a choice of one tool has a name')
  return { tool_choice: oneOf(type, { none: 'none', auto: 'auto', any: 'required' }, 'tool_choice.type'), ...parallel }
}

/** Characters of text; a picture's base64 is none. */
function countText(value: Json): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 0
  if (!Array.isArray(value) && value.type === 'base64') return 0
  let sum = 0
  for (const item of Array.isArray(value) ? value : Object.values(value)) sum += countText(item)
  return sum
}
