/** A Chat Completions request as a Messages request. */
import { asObject, hasValue } from '../formats/shapes.ts'
import type { Json, JsonObject } from '../types.ts'
import { asArray, asFlag, asText, checkFields, oneOf, optional, refuse } from './fields.ts'
import {
  CHOSEN,
  FUNCTION,
  JSON_SCHEMA,
  REQUEST,
  RESPONSE_FORMAT,
  STREAM_OPTIONS,
  TOOL,
  TOOL_CHOICE,
} from './fields-openai.ts'
import { maximumTokens } from './models.ts'
import { turnsOfMessages } from './openai-turns.ts'

/** What the answer's translation needs to know. */
export interface OpenaiFacts {
  readonly includeUsage: boolean
}

/** From this version on, Messages has no temperature and no top_p. (Types of @anthropic-ai/sdk 0.120 and 1.11 compared.) */
const NO_SAMPLING = '2026-10-21'
const EFFORT = { minimal: 'low', low: 'low', medium: 'medium', high: 'high', xhigh: 'xhigh', max: 'max' } as const
const JSON_ONLY = 'Answer with one JSON object and nothing else: no text before or after it, and no code fence.'

export function openaiRequest(body: JsonObject, version: string) {
  const notes = new Set<string>()
  checkFields(body, REQUEST, '', notes)
  const options = hasValue(body.stream_options)
    ? checkFields(body.stream_options, STREAM_OPTIONS, 'stream_options', notes)
    : {}
  const model = asText(body.model, 'model')
  const { system, messages } = turnsOfMessages(asArray(body.messages, 'messages'), model, notes)
  const { format, hint } = outputFormat(body.response_format, notes)
  if (hint !== undefined) system.push({ type: 'text', text: hint })

  const tools = asArray(body.tools, 'tools').map((tool, index) => translateTool(tool, `tools[${index}]`, notes))
  const choice = toolChoice(body, notes)
  const { thinking, effort } = reasoning(body.reasoning_effort, choice)
  const request = optional({
    model,
    max_tokens: body.max_completion_tokens ?? body.max_tokens ?? maximumTokens(model),
    system: system.length > 0 ? system : undefined,
    messages,
    stream: asFlag(body.stream, 'stream') ? true : undefined,
    stop_sequences: stopSequences(body.stop, notes),
    tools: tools.length > 0 ? tools : undefined,
    tool_choice: choice,
    thinking,
    output_config: effort || format ? optional({ effort, format }) : undefined,
    metadata: hasValue(body.safety_identifier ?? body.user)
      ? { user_id: asText(body.safety_identifier ?? body.user, 'safety_identifier') }
      : undefined,
    ...sampling(body, version, thinking?.type === 'adaptive', notes),
  })
  const facts: OpenaiFacts = { includeUsage: asFlag(options.include_usage, 'stream_options.include_usage') === true }
  return { request, ignored: [...notes].sort(), facts }
}

/** Anthropic's range ends at 1, and thinking goes with its own sampling only. */
function sampling(body: JsonObject, version: string, thinks: boolean, notes: Set<string>): JsonObject {
  const sampling: JsonObject = {}
  for (const name of ['temperature', 'top_p']) {
    const value = body[name]
    if (value === undefined || value === null) continue
    if (typeof value !== 'number') return refuse(name, 'a number is needed here')
    // 1 is the default on both sides.
    if ((version >= NO_SAMPLING || thinks || value > 1) && value !== 1) notes.add(name)
    if (version < NO_SAMPLING && !thinks) sampling[name] = Math.min(value, 1)
  }
  return sampling
}

/** Anthropic refuses sequences of white space only. */
function stopSequences(stop: Json | undefined, notes: Set<string>): Json[] | undefined {
  const all = (typeof stop === 'string' ? [stop] : asArray(stop, 'stop')).map((one) => asText(one, 'stop'))
  const kept = all.filter((one) => one.trim() !== '')
  if (kept.length < all.length) notes.add('stop')
  return kept.length > 0 ? kept : undefined
}

/** `json_object` has no counterpart but to say so. */
function outputFormat(value: Json | undefined, notes: Set<string>): { format?: JsonObject; hint?: string } {
  if (value === undefined || value === null) return {}
  const { type, json_schema } = checkFields(value, RESPONSE_FORMAT, 'response_format', notes)
  if (type === 'text') return {}
  if (type === 'json_object') return { hint: JSON_ONLY }
  if (type !== 'json_schema') return refuse('response_format.type', 'this value has no counterpart')
  const given = checkFields(json_schema, JSON_SCHEMA, 'response_format.json_schema', notes)
  const schema = asObject(given.schema) ?? refuse('response_format.json_schema.schema', 'a schema is needed here')
  return { format: { type, schema: { ...optional({ description: given.description }), ...schema } } }
}

function translateTool(value: Json, path: string, notes: Set<string>): JsonObject {
  const tool = checkFields(value, TOOL, path, notes)
  const { name, description, parameters, strict } = checkFields(tool.function, FUNCTION, `${path}.function`, notes)
  return {
    name: asText(name, `${path}.function.name`),
    input_schema: asObject(parameters) ?? { type: 'object', properties: {} },
    ...optional({ description, strict, cache_control: tool.cache_control }),
  }
}

/** INVARIANT: `none` stays `none`. What is given only says whether calls may be parallel leaves the choice to the model. */
function toolChoice(body: JsonObject, notes: Set<string>): JsonObject | undefined {
  const choice = body.tool_choice
  const parallel = asFlag(body.parallel_tool_calls, 'parallel_tool_calls')
  const single = parallel === false ? { disable_parallel_tool_use: true } : {}
  if (choice === undefined || choice === null) return parallel === false ? { type: 'auto', ...single } : undefined
  if (typeof choice === 'string') {
    const type = oneOf(choice, { none: 'none', auto: 'auto', required: 'any' }, 'tool_choice')
    return { type, ...(type === 'none' ? {} : single) }
  }
  const { type } = asObject(choice) ?? refuse('tool_choice', 'this value has no counterpart')
  if (type !== 'function') return refuse('tool_choice.type', 'only a function can be chosen')
  const { function: named } = checkFields(choice, TOOL_CHOICE, 'tool_choice', notes)
  const { name } = checkFields(named, CHOSEN, 'tool_choice.function', notes)
  return { type: 'tool', name: asText(name, 'tool_choice.function.name'), ...single }
}

/** An effort is no budget: it stays one. Thinking is not asked for where a tool is forced, which Anthropic refuses. */
function reasoning(
  effort: Json | undefined,
  choice: JsonObject | undefined,
): { thinking?: JsonObject; effort?: string } {
  if (effort === undefined || effort === null) return {}
  if (effort === 'none') return { thinking: { type: 'disabled' } }
  const forced = choice?.type === 'any' || choice?.type === 'tool'
  return {
    effort: oneOf(effort, EFFORT, 'reasoning_effort'),
    ...(forced ? {} : { thinking: { type: 'adaptive' } }),
  }
}
