/** OpenAI's Assistants, second version: assistants, threads, messages, runs and their steps. */
import type { Channel, Json, JsonObject, Places, StreamFormat } from '../types.ts'
import { makeFormat } from './make.ts'
import { citationsOf } from './openai-citations.ts'
import { part } from './openai-items.ts'
import { includesOf, remove } from './openai-needs.ts'
import { vectorStore } from './openai-stored.ts'
import { answerFormat, tool, toolChoice, usage } from './openai-tools.ts'
import { asObject, at, checkIndex, hasValue, names, sourceOfRole } from './shapes.ts'

const resources: Places = {
  code_interpreter: { file_ids: { '*': 'reference' } },
  file_search: { vector_store_ids: { '*': 'reference' }, vector_stores: { '*': vectorStore } },
}
const failure: Places = { ...names('identifier', 'code type reason'), ...names('text', 'message param') }
const message: Places = {
  ...names('identifier', 'id object role status thread_id run_id assistant_id'),
  ...names('text', 'created_at completed_at incomplete_at metadata'),
  content: { '*': { ...part, index: 'text' } },
  attachments: { '*': { file_id: 'reference', tools: { '*': tool } } },
  // Of the first version.
  file_ids: { '*': 'reference' },
  incomplete_details: failure,
}
const call: Places = {
  ...names('identifier', 'id type'),
  index: 'text',
  function: { name: 'identifier', ...names('text', 'arguments output') },
  code_interpreter: {
    input: 'text',
    outputs: { '*': { type: 'identifier', ...names('text', 'index logs'), image: { file_id: 'identifier' } } },
  },
  file_search: {
    ranking_options: { ranker: 'identifier', score_threshold: 'text' },
    results: {
      '*': { file_id: 'identifier', ...names('text', 'file_name score'), content: { '*': part } },
    },
  },
}
const steps: Places = {
  type: 'identifier',
  message_creation: { message_id: 'identifier' },
  tool_calls: { '*': call },
}
const assistant: Places = {
  ...names('identifier', 'id object model reasoning_effort type status'),
  ...names('text', 'name description instructions metadata temperature top_p created_at deleted stream'),
  assistant_id: 'reference',
  thread_id: 'reference',
  file_ids: { '*': 'reference' },
  tools: { '*': tool },
  tool_resources: resources,
  response_format: answerFormat,
}
const thread: Places = { ...assistant, messages: { '*': message } }
const run: Places = {
  ...thread,
  ...names('text', 'additional_instructions max_completion_tokens max_prompt_tokens parallel_tool_calls'),
  tool_choice: toolChoice,
  truncation_strategy: { type: 'identifier', last_messages: 'text' },
}
const answer: Places = {
  ...run,
  ...message,
  ...names('identifier', 'run_id first_id last_id message_id step_id'),
  ...names('text', 'has_more cancelled_at expires_at expired_at failed_at started_at message param'),
  code: 'identifier',
  incomplete_details: failure,
  last_error: failure,
  error: failure,
  required_action: { type: 'identifier', submit_tool_outputs: { tool_calls: { '*': call } } },
  step_details: steps,
  delta: { role: 'identifier', content: message.content!, step_details: steps },
  usage,
}

/** Names of the events of a run. They stand beside the data, not in it, so that an upstream's name is believed if it is one. */
const EVENTS =
  /^thread(?:\.created|\.message\.(?:created|in_progress|delta|completed|incomplete)|\.run(?:\.step)?\.(?:created|queued|in_progress|requires_action|delta|completed|incomplete|failed|cancelling|cancelled|expired))$/

/** The pieces of a message, or of the calls of a step; each is named by the id of the thing and the numbers of its parts. */
const stream: StreamFormat = {
  channel(keys, event) {
    const { object, id } = asObject(event) ?? {}
    if (typeof object !== 'string' || !object.endsWith('.delta') || keys[0] !== 'delta') return undefined
    const last = keys.at(-1)!
    if (WHOLE.has(last) || keys.includes('annotations')) return undefined
    const numbered = keys.map((key, i) => {
      if (typeof key !== 'number') return key
      const index = asObject(at(event, keys.slice(0, i + 1)))?.index
      checkIndex(index)
      return (index as number | undefined) ?? key
    })
    return JSON.stringify([object, typeof id === 'string' ? id : null, ...numbered])
  },
  delta(channel, text) {
    const [object, id, ...keys] = JSON.parse(channel) as [string, string | null, ...(string | number)[]]
    const delta = keys.reduceRight<Json>((value, key, i) => {
      if (typeof key !== 'number') return { [key]: value }
      return [{ index: key, ...typed(keys, i), ...asObject(value) }]
    }, text) as JsonObject
    const details = asObject(delta.delta)?.step_details
    if (asObject(details)) (details as JsonObject).type = 'tool_calls'
    return { ...(id === null ? {} : { id }), object, ...delta }
  },
  eventName({ object }, told) {
    if (told !== undefined && EVENTS.test(told)) return told
    return typeof object === 'string' && EVENTS.test(object) ? object : undefined
  },
  closes(event, open) {
    const { object, id, status } = asObject(event) ?? {}
    // The message, or the step, as it is in the end.
    const ended = object === 'thread.message' || object === 'thread.run.step'
    if (!ended || status === 'in_progress') return []
    return open.filter((channel) => (JSON.parse(channel) as [string, Channel])[1] === id)
  },
  terminal: (data) => data === '[DONE]',
  failed: (event) => hasValue(asObject(event)?.error) && asObject(event)?.object === undefined,
  repeats(keys, event) {
    const { object, status } = asObject(event) ?? {}
    const ended = status !== 'in_progress' && (object === 'thread.message' || object === 'thread.run.step')
    return ended && (keys[0] === 'content' || keys[0] === 'step_details')
  },
  denied: (body) => [{ name: 'error', data: body }],
}
const WHOLE = new Set<string | number>([
  'type',
  'id',
  'role',
  'name',
  'file_id',
  'detail',
  'message_id',
  'url',
  'file_name',
])

/** What kind of thing is numbered, by where the key after it leads. */
function typed(keys: readonly (string | number)[], at: number): JsonObject {
  const next = keys[at + 1]
  if (keys[at - 1] === 'outputs') return { type: next === 'logs' ? 'logs' : 'image' }
  return typeof next === 'string' ? { type: next } : {}
}

export const openaiThreads = makeFormat('openai-threads', 'openai', {
  requestPlaces: {
    ...run,
    ...message,
    assistant_id: 'reference',
    thread_id: 'reference',
    include: { '*': 'identifier' },
    thread,
    additional_messages: { '*': message },
    tool_outputs: { '*': { tool_call_id: 'identifier', output: 'text' } },
  },
  responsePlaces: { ...answer, data: { '*': answer } },
  source(keys, body) {
    switch (keys[0]) {
      case 'instructions':
      case 'additional_instructions':
        return 'system'
      case 'tool_outputs':
        return 'tool'
      case 'messages':
      case 'additional_messages':
        return sourceOfRole(at(body, keys.slice(0, 2)))
      case 'thread':
        return keys[1] === 'messages' ? sourceOfRole(at(body, keys.slice(0, 3))) : 'unknown'
      case 'content':
        return sourceOfRole(body)
      default:
        return 'unknown'
    }
  },
  // Passages of files, as the search found them.
  needs: (body) => (includesOf(body).length > 0 ? [{ action: 'includeHidden', field: 'include' }] : []),
  trim(answer) {
    const one = asObject(answer)
    if (!one) return 0
    let count = 0
    for (const item of Array.isArray(one.data) ? one.data : []) count += trimCalls(asObject(item)?.step_details)
    return count + trimCalls(one.step_details) + trimCalls(asObject(one.delta)?.step_details)
  },
  plant(body, line) {
    if (typeof body.instructions === 'string' && body.instructions !== '') body.instructions += `\n\n${line}`
  },
  anchors: citationsOf('value', false),
  stream,
})

function trimCalls(details: Json | undefined): number {
  const calls = asObject(details)?.tool_calls
  let count = 0
  for (const call of Array.isArray(calls) ? calls : []) {
    const results = asObject(asObject(call)?.file_search)?.results
    for (const result of Array.isArray(results) ? results : []) count += remove(asObject(result) ?? {}, ['content'])
  }
  return count
}
