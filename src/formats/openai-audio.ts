import type { Json, JsonObject, Need, Places, StreamFormat } from '../types.ts'
import { makeFormat } from './make.ts'
import { logprobs } from './openai-items.ts'
import { includesOf, remove } from './openai-needs.ts'
import { usage, voice } from './openai-tools.ts'
import { asObject, formFile, hasValue, names } from './shapes.ts'

const segment: Places = {
  ...names('identifier', 'id type'),
  ...names('text', 'text speaker start end seek temperature avg_logprob compression_ratio no_speech_prob'),
  // The text once more, as numbers.
  tokens: 'tokens',
}
const languages: Places = { '*': { '.': 'identifier', code: 'identifier' } }

/** Pieces of a transcript; segments come whole, each with its speaker. */
const stream: StreamFormat = {
  channel(keys, event) {
    const { type, segment_id: segment = null } = asObject(event) ?? {}
    if (type !== 'transcript.text.delta' || keys.length !== 1 || keys[0] !== 'delta') return undefined
    return JSON.stringify(['delta', typeof segment === 'object' ? null : segment])
  },
  delta(channel, text) {
    const [, segment] = JSON.parse(channel) as [string, Json]
    return { type: 'transcript.text.delta', delta: text, ...(segment === null ? {} : { segment_id: segment }) }
  },
  eventName: ({ type }) => (typeof type === 'string' && /^[a-z_.]{1,64}$/.test(type) ? type : undefined),
  closes(event, open) {
    const { type, id = null } = asObject(event) ?? {}
    if (type === 'transcript.text.done') return open
    if (type !== 'transcript.text.segment') return []
    return open.filter((channel) => (JSON.parse(channel) as [string, Json])[1] === id)
  },
  terminal(data, event) {
    const { type } = asObject(event) ?? {}
    return data === '[DONE]' || type === 'transcript.text.done' || type === 'speech.audio.done'
  },
  failed: (event) => asObject(event)?.type === 'error' || hasValue(asObject(event)?.error),
  repeats(keys, event) {
    const { type } = asObject(event) ?? {}
    return keys[0] === 'text' && (type === 'transcript.text.done' || type === 'transcript.text.segment')
  },
  denied: (body) => [{ name: 'error', data: { type: 'error', ...body } }],
}

/** OpenAI's Audio: speech, transcriptions, translations. The latter two come as forms, whose fields are named as here. */
export const openaiAudio = makeFormat('openai-audio', 'openai', {
  requestPlaces: {
    ...names('identifier', 'model response_format stream_format language'),
    ...names('text', 'input instructions prompt speed temperature stream'),
    voice,
    file: formFile,
    languages,
    include: { '*': 'identifier' },
    keywords: { '*': 'text' },
    known_speaker_names: { '*': 'text' },
    known_speaker_references: { '*': 'audio' },
    timestamp_granularities: { '*': 'identifier' },
    chunking_strategy: {
      '.': 'identifier',
      type: 'identifier',
      ...names('text', 'prefix_padding_ms silence_duration_ms threshold'),
    },
  },
  responsePlaces: {
    ...segment,
    ...names('identifier', 'task language segment_id'),
    ...names('text', 'duration delta'),
    audio: 'audio',
    languages,
    logprobs,
    segments: { '*': segment },
    words: { '*': names('text', 'word start end speaker') },
    usage,
    error: { ...names('identifier', 'type code'), ...names('text', 'message param') },
  },
  source: (keys) =>
    keys[0] === 'instructions' ? 'system' : keys[0] === 'input' || keys[0] === 'prompt' ? 'user' : 'unknown',
  needs(body): readonly Need[] {
    const include = includesOf(body)
    const asked = include.some((one) => typeof one === 'string' && one.includes('logprobs'))
    return [
      ...(asked ? [{ action: 'readLogprobs', field: 'include' }] : []),
      // A value that is new might show anything.
      ...(include.some((one) => one !== 'logprobs') ? [{ action: 'includeHidden', field: 'include' }] : []),
    ]
  },
  trim(answer) {
    const body = asObject(answer)
    if (!body) return 0
    let count = remove(body, ['logprobs'])
    for (const item of Array.isArray(body.segments) ? body.segments : []) {
      const one: JsonObject | undefined = asObject(item)
      if (!one || !hasValue(one.tokens)) continue
      one.tokens = []
      count++
    }
    return count
  },
  stream,
})
