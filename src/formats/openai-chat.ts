import { id } from '../ids.ts'
import type { Format, Json, JsonObject, Places } from '../types.ts'
import { asObject, at, channelOf, eventOf, hasValue, sourceOfRole } from './shapes.ts'

const call: Places = {
  id: 'identifier',
  index: 'text',
  type: 'identifier',
  function: { name: 'identifier', arguments: 'text' },
  custom: { name: 'identifier', input: 'text' },
}
const part: Places = {
  type: 'identifier',
  text: 'text',
  refusal: 'text',
  image_url: { url: 'text', detail: 'identifier' },
  input_audio: { data: 'text', format: 'identifier' },
  file: { file_id: 'identifier', filename: 'text', file_data: 'text' },
}
const message: Places = {
  role: 'identifier',
  content: { '*': part },
  name: 'text',
  refusal: 'text',
  tool_call_id: 'identifier',
  tool_calls: { '*': call },
  function_call: { name: 'identifier', arguments: 'text' },
  annotations: 'text',
  audio: { id: 'identifier', data: 'text', transcript: 'text', expires_at: 'text' },
  reasoning_content: 'text',
}
const choice: Places = {
  index: 'text',
  finish_reason: 'identifier',
  message,
  delta: message,
  logprobs: 'text',
}
const count: Places = {
  prompt_tokens: 'text',
  completion_tokens: 'text',
  total_tokens: 'text',
  prompt_tokens_details: { cached_tokens: 'text', audio_tokens: 'text', cache_write_tokens: 'text' },
  completion_tokens_details: {
    reasoning_tokens: 'text',
    audio_tokens: 'text',
    accepted_prediction_tokens: 'text',
    rejected_prediction_tokens: 'text',
  },
}

/**
 * Every string below `delta`, known to us or not, is taken for a piece of a text, except below these keys: names of things,
 * which are sent whole.
 */
const WHOLE = new Set<string | number>(['type', 'format', 'id', 'role', 'name', 'signature', 'url', 'title', 'file_id'])

/** OpenAI's Chat Completions, `POST /v1/chat/completions`. */
export const openaiChat: Format = {
  name: id('openai-chat'),
  api: 'openai',
  requestPlaces: {
    model: 'identifier',
    messages: { '*': message },
    tools: {
      '*': {
        type: 'identifier',
        function: { name: 'identifier', description: 'text', parameters: 'text', strict: 'text' },
        custom: { name: 'identifier', description: 'text', format: 'text' },
      },
    },
    tool_choice: { type: 'identifier', function: { name: 'identifier' }, custom: { name: 'identifier' } },
    response_format: { type: 'identifier', json_schema: { name: 'identifier', description: 'text', schema: 'text' } },
    stream: 'text',
    stream_options: { include_usage: 'text', include_obfuscation: 'text' },
    temperature: 'text',
    top_p: 'text',
    n: 'text',
    stop: 'text',
    max_tokens: 'text',
    max_completion_tokens: 'text',
    presence_penalty: 'text',
    frequency_penalty: 'text',
    seed: 'text',
    user: 'text',
    metadata: 'text',
    store: 'text',
    logprobs: 'text',
    top_logprobs: 'text',
    logit_bias: 'text',
    parallel_tool_calls: 'text',
    prediction: { type: 'identifier', content: { '*': part } },
    reasoning_effort: 'identifier',
    verbosity: 'identifier',
    service_tier: 'identifier',
    modalities: { '*': 'identifier' },
    prompt_cache_key: 'text',
    safety_identifier: 'text',
  },
  responsePlaces: {
    id: 'identifier',
    object: 'identifier',
    created: 'text',
    model: 'identifier',
    service_tier: 'identifier',
    system_fingerprint: 'identifier',
    obfuscation: 'identifier',
    choices: { '*': choice },
    usage: count,
    error: { message: 'text', type: 'identifier', param: 'text', code: 'identifier' },
  },
  source(keys, body) {
    return keys[0] === 'messages' ? sourceOfRole(at(body, keys.slice(0, 2))) : 'unknown'
  },
  model: (body) => body.model,
  needs(body) {
    return [
      ...(hasValue(body.logprobs) ? [{ action: 'readLogprobs', field: 'logprobs' }] : []),
      ...(hasValue(body.top_logprobs) ? [{ action: 'readLogprobs', field: 'top_logprobs' }] : []),
      // Other servers of this API have more ways to look inside.
      ...['echo', 'prompt_logprobs', 'n_probs', 'return_token_ids', 'return_tokens_as_token_ids'].flatMap((field) =>
        hasValue(body[field]) ? [{ action: 'readLogprobs', field }] : [],
      ),
      ...(hasValue(body.logit_bias) ? [{ action: 'biasLogits', field: 'logit_bias' }] : []),
      ...(hasValue(body.store) ? [{ action: 'readStored', field: 'store' }] : []),
    ]
  },
  trim(answer) {
    const body = asObject(answer)
    if (!body) return 0
    let count = 0
    if (hasValue(body.system_fingerprint)) {
      delete body.system_fingerprint
      count++
    }
    for (const item of Array.isArray(body.choices) ? body.choices : []) {
      const one = asObject(item)
      if (!one || !hasValue(one.logprobs)) continue
      one.logprobs = null
      count++
    }
    return count
  },
  plant(body, line) {
    const messages = Array.isArray(body.messages) ? body.messages : []
    const system = messages.map(asObject).find((one) => one && sourceOfRole(one) === 'system')
    if (typeof system?.content === 'string') system.content += `\n\n${line}`
    else if (Array.isArray(system?.content)) system.content.push({ type: 'text', text: line })
  },
  stream: {
    channel(keys, event) {
      if (keys[0] !== 'choices' || keys.length < 3) return undefined
      const pieces = keys[2] === 'delta' || keys[2] === 'message' || (keys[2] === 'text' && keys.length === 3)
      return pieces && !WHOLE.has(keys.at(-1)!) ? channelOf(keys, event) : undefined
    },
    delta(channel, text, like) {
      const { id: answer, object, created, model } = like
      const event = eventOf(channel, text)
      for (const one of event.choices as JsonObject[]) one.finish_reason = null
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
    denied: (body) => ({ name: undefined, data: body }),
  },
}

function defined(object: { [key: string]: Json | undefined }): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as JsonObject
}
