import type { Json, Places, Source } from '../types.ts'
import { makeFormat } from './make.ts'
import { logprobs, outputItem, part } from './openai-items.ts'
import { includesOf, remove } from './openai-needs.ts'
import { sourceOfItem } from './openai-responses.ts'
import { realtimeStream } from './openai-responses-stream.ts'
import { common, usage, voice } from './openai-tools.ts'
import { asObject, at, names } from './shapes.ts'

const encoding: Places = { '.': 'identifier', type: 'identifier', rate: 'text' }
const listener: Places = {
  ...names('identifier', 'model language delay'),
  prompt: 'text',
  languages: { '*': 'identifier' },
  keywords: { '*': 'text' },
}
const turns: Places = {
  ...names('identifier', 'type eagerness'),
  ...names(
    'text',
    'threshold prefix_padding_ms silence_duration_ms idle_timeout_ms create_response interrupt_response',
  ),
}
const sound: Places = {
  format: encoding,
  voice,
  speed: 'text',
  ...names('identifier', 'language'),
  transcription: listener,
  noise_reduction: { type: 'identifier', strength: 'text' },
  turn_detection: turns,
}
/** What a session, or one response of it, is set to. */
const settings: Places = {
  ...common,
  ...names('identifier', 'id object type conversation_id input_audio_format output_audio_format'),
  ...names('text', 'instructions expires_at max_response_output_tokens speed'),
  audio: { input: sound, output: sound },
  voice,
  modalities: { '*': 'identifier' },
  output_modalities: { '*': 'identifier' },
  include: { '*': 'identifier' },
  prompt: {
    id: 'reference',
    version: 'identifier',
    variables: { '**': { type: 'identifier', file_id: 'reference', image_url: 'image' } },
  },
  input_audio_transcription: listener,
  input_audio_noise_reduction: { type: 'identifier' },
  turn_detection: turns,
  tracing: { '.': 'identifier', ...names('text', 'workflow_name group_id metadata') },
  truncation: {
    '.': 'identifier',
    type: 'identifier',
    ...names('text', 'retention_ratio'),
    token_limits: names('text', 'post_instructions'),
  },
  // Whether it goes into the session's own conversation, or into none.
  conversation: 'identifier',
  // Items of this session, named by ids that are its own.
  input: { '*': outputItem },
}
const failure: Places = { ...names('identifier', 'type code event_id'), ...names('text', 'message param') }
const client: Places = {
  ...names('identifier', 'type event_id item_id previous_item_id response_id'),
  ...names('text', 'content_index audio_end_ms'),
  session: settings,
  response: settings,
  item: outputItem,
  audio: 'audio',
}
const server: Places = {
  ...client,
  ...names('identifier', 'id call_id obfuscation event'),
  ...names(
    'text',
    'output_index delta text transcript arguments name audio_start_ms start end speaker received_at elapsed_ms',
  ),
  response: {
    ...settings,
    status: 'identifier',
    status_details: { ...names('identifier', 'type reason'), error: failure },
    output: { '*': outputItem },
    usage,
  },
  conversation: names('identifier', 'id object'),
  part,
  logprobs,
  languages: { '*': { '.': 'identifier', code: 'identifier' } },
  usage,
  rate_limits: { '*': { name: 'identifier', ...names('text', 'limit remaining reset_seconds') } },
  error: failure,
}
const heard: Places = { ...server, delta: 'audio' }

/** OpenAI's Realtime: events of the client and of the server, over a WebSocket. */
export const openaiRealtime = makeFormat('openai-realtime', 'openai', {
  requestPlaces: client,
  responsePlaces: {
    ...server,
    '?': {
      'response.output_audio.delta': heard,
      'response.audio.delta': heard,
      'session.output_audio.delta': heard,
    },
  },
  source: sourceOf,
  model: (body) => asObject(body.session)?.model ?? body.model,
  needs(body) {
    const include = [body, body.session, body.response].flatMap((one) => includesOf(asObject(one) ?? {}))
    return include.length > 0 ? [{ action: 'readLogprobs', field: 'include' }] : []
  },
  trim: (event) => remove(asObject(event) ?? {}, ['logprobs']),
  plant(body, line) {
    for (const one of [asObject(body.session), asObject(body.response)]) {
      if (typeof one?.instructions === 'string' && one.instructions !== '') one.instructions += `\n\n${line}`
    }
  },
  stream: realtimeStream,
})

function sourceOf(keys: readonly (string | number)[], body: Json): Source {
  if (keys[1] === 'instructions' || keys[1] === 'prompt') return 'system'
  if (keys[0] === 'item') return sourceOfItem(at(body, ['item']))
  if (keys[0] === 'response' && keys[1] === 'input') return sourceOfItem(at(body, keys.slice(0, 3)))
  return keys[0] === 'audio' ? 'user' : 'unknown'
}
