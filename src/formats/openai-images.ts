import type { Places } from '../types.ts'
import { makeFormat } from './make.ts'
import { part } from './openai-items.ts'
import { commonNeeds } from './openai-needs.ts'
import { usage } from './openai-tools.ts'
import { asObject, formFile, hasValue, names } from './shapes.ts'

const look: Places = names('identifier', 'background quality size output_format')
const picture: Places = {
  b64_json: 'image',
  url: 'image',
  revised_prompt: 'text',
}

/** In a form a file; in JSON what may stand for one. */
const given: Places = { '.': 'image', ...formFile, ...part }

/** OpenAI's Images: made, edited and varied. Edits and variations come as forms, whose fields are named as here. */
export const openaiImages = makeFormat('openai-images', 'openai', {
  requestPlaces: {
    ...look,
    ...names('identifier', 'model style moderation response_format input_fidelity complexity'),
    ...names('text', 'prompt n user safety_identifier stream partial_images output_compression frame_count'),
    ...names('text', 'frame_duration_ms'),
    image: { ...given, '*': given },
    'image[]': { ...given, '*': given },
    mask: given,
    markup: given,
    images: { '*': part },
    svg: { model: 'identifier', reasoning: { effort: 'identifier' } },
  },
  responsePlaces: {
    ...look,
    ...picture,
    type: 'identifier',
    ...names('text', 'created created_at partial_image_index safety_identifier'),
    data: { '*': picture },
    usage,
    svg_usage: usage,
    error: { ...names('identifier', 'type code'), ...names('text', 'message param') },
  },
  source: (keys) => (keys[0] === 'prompt' ? 'user' : 'unknown'),
  // The API has a model of its own if none is named.
  model: (body) => body.model ?? 'gpt-image-1',
  needs: commonNeeds,
  stream: {
    // Events bring whole pictures: no text is told in pieces.
    channel: () => undefined,
    delta: () => ({}),
    eventName: ({ type }) => (typeof type === 'string' && /^[a-z_.]{1,64}$/.test(type) ? type : undefined),
    closes: () => [],
    terminal(data, event) {
      const { type } = asObject(event) ?? {}
      return data === '[DONE]' || (typeof type === 'string' && /^image_[a-z]+\.completed$/.test(type))
    },
    failed: (event) => asObject(event)?.type === 'error' || hasValue(asObject(event)?.error),
    repeats: () => false,
    denied: (body) => [{ name: 'error', data: { type: 'error', ...body } }],
  },
})
