import { id } from '../ids.ts'
import type { Format, Json, JsonObject, Places } from '../types.ts'
import { withNames } from './models.ts'
import { citationsOf } from './openai-citations.ts'
import { annotation, logprobs, part } from './openai-items.ts'
import { commonNeeds, trimChoices } from './openai-needs.ts'
import { answerFormat, common, moderation, usage, voice, webSearchOptions } from './openai-tools.ts'
import { asObject, at, channelOf, eventOf, hasValue, names, sourceOfRole } from './shapes.ts'

const call: Places = {
  ...names('identifier', 'id type'),
  index: 'text',
  function: { name: 'identifier', arguments: 'text' },
  custom: { name: 'identifier', input: 'text' },
}
const audio: Places = { id: 'identifier', data: 'audio', ...names('text', 'transcript expires_at') }
/** Thoughts, as other servers of this API tell them: OpenRouter's details are partly signed or sealed. */
const thought: Places = {
  ...names('identifier', 'type id format'),
  ...names('text', 'index text summary thinking'),
  ...names('encrypted', 'signature data'),
}
export const message: Places = {
  ...names('identifier', 'id role tool_call_id'),
  ...names('text', 'name refusal reasoning reasoning_content'),
  content: { '*': part },
  content_parts: { '*': part },
  tool_calls: { '*': call },
  attachments: { '*': { file_id: 'reference' } },
  file_ids: { '*': 'reference' },
  function_call: { name: 'identifier', arguments: 'text' },
  annotations: { '*': annotation },
  audio,
  reasoning_details: { '*': thought },
  thinking_blocks: { '*': thought },
  images: { '*': part },
}
const probabilities: Places = {
  content: logprobs,
  refusal: logprobs,
  // Of text completions.
  tokens: { '*': 'text' },
  ...names('text', 'token_logprobs top_logprobs text_offset'),
}
export const choice: Places = {
  ...names('text', 'index text'),
  finish_reason: 'identifier',
  message,
  delta: message,
  logprobs: probabilities,
}
const error: Places = { ...names('identifier', 'type code'), ...names('text', 'message param') }
/** An answer with choices, whole or an event of it. */
export const completion: Places = {
  ...names('identifier', 'id object model service_tier system_fingerprint obfuscation'),
  ...names('text', 'created metadata'),
  choices: { '*': choice },
  moderation,
  usage,
  error,
}

/**
 * Every string below `delta`, known to us or not, is taken for a piece of a text, except at these keys: names of things, which
 * are sent whole, and sound, of which the pieces are no text.
 */
const WHOLE = new Set<string | number>([
  'type',
  'format',
  'id',
  'role',
  'name',
  'signature',
  'url',
  'title',
  'file_id',
  'data',
])
/** Below these, things are told one by one, each whole. */
const LISTS = new Set<string | number>(['annotations', 'images'])
/** What OpenRouter calls a thought, by what it holds. */
const THOUGHTS: Readonly<Record<string, string>> = { text: 'reasoning.text', summary: 'reasoning.summary' }

/** OpenAI's Chat Completions, `POST /v1/chat/completions`. */
export const openaiChat: Format = withNames({
  name: id('openai-chat'),
  api: 'openai',
  requestPlaces: {
    ...common,
    // Sound that an answer said before is named by its id.
    messages: { '*': { ...message, audio: { ...audio, id: 'reference' } } },
    response_format: answerFormat,
    audio: { format: 'identifier', voice },
    stop: { '*': 'text' },
    logprobs: 'text',
    functions: { '*': { name: 'identifier', ...names('text', 'description parameters') } },
    function_call: { '.': 'identifier', name: 'identifier' },
    prediction: { type: 'identifier', content: { '*': part } },
    modalities: { '*': 'identifier' },
    web_search_options: webSearchOptions,
  },
  responsePlaces: {
    ...completion,
    // Lists of what is stored: answers, or messages of one.
    ...names('identifier', 'first_id last_id'),
    ...names('text', 'has_more deleted'),
    data: { '*': { ...completion, ...message } },
  },
  source(keys, body) {
    return keys[0] === 'messages' ? sourceOfRole(at(body, keys.slice(0, 2))) : 'unknown'
  },
  model: (body) => body.model,
  keeps: ({ store, modalities }) => store === true || (Array.isArray(modalities) && modalities.includes('audio')),
  needs(body, limits) {
    // What is stored can be listed with a project's other answers, so that storing is for those who may read them.
    const store = hasValue(body.store) ? [{ action: 'readStored', field: 'store' }] : []
    return [...commonNeeds(body, limits), ...store]
  },
  trim: trimChoices,
  lead: () => {},
  plant(body, line) {
    const messages = Array.isArray(body.messages) ? body.messages : []
    const system = messages.map(asObject).find((one) => one && sourceOfRole(one) === 'system')
    if (typeof system?.content === 'string') system.content += `\n\n${line}`
    else if (Array.isArray(system?.content)) system.content.push({ type: 'text', text: line })
  },
  anchors: citationsOf('content', false),
  cited: () => [],
  stream: {
    channel(keys, event) {
      if (keys[0] !== 'choices' || keys.length < 3) return undefined
      const pieces = keys[2] === 'delta' || keys[2] === 'message' || (keys[2] === 'text' && keys.length === 3)
      if (!pieces || WHOLE.has(keys.at(-1)!) || keys.some((key) => LISTS.has(key))) return undefined
      return channelOf(keys, event)
    },
    delta(channel, text, like) {
      const { id: answer, object, created, model } = like
      const event = eventOf(channel, text)
      for (const one of event.choices as JsonObject[]) {
        one.finish_reason = null
        nameThoughts(one)
      }
      return { ...defined({ id: answer, object, created, model }), ...event }
    },
    eventName: () => undefined,
    closes(event, open) {
      const choices = asObject(event)?.choices
      if (!Array.isArray(choices)) return []
      // Some servers send an empty finish_reason with every piece: only a reason ends a choice.
      const ended = choices.flatMap((item, position) => {
        const one = asObject(item)
        const { finish_reason: reason, index } = one ?? {}
        return typeof reason === 'string' && reason !== '' ? [index ?? position] : []
      })
      return open.filter((channel) => ended.includes((JSON.parse(channel) as Json[])[1]!))
    },
    terminal: (data) => data === '[DONE]',
    failed: (event) => hasValue(asObject(event)?.error),
    repeats: () => false,
    denied: (body) => [{ name: undefined, data: body }],
  },
})

/** Readers of thoughts know them by their type. */
function nameThoughts(choice: JsonObject): void {
  const details = asObject(choice.delta)?.reasoning_details
  for (const one of Array.isArray(details) ? details.map(asObject) : []) {
    const field = Object.keys(THOUGHTS).find((key) => one && Object.hasOwn(one, key))
    if (one && field !== undefined) one.type = THOUGHTS[field]!
  }
}

function defined(object: { [key: string]: Json | undefined }): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as JsonObject
}
