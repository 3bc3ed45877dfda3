import { makeFormat } from './make.ts'
import { part } from './openai-items.ts'
import { names } from './shapes.ts'

/** OpenAI's Moderations, `POST /v1/moderations`. */
export const openaiModerations = makeFormat('openai-moderations', 'openai', {
  requestPlaces: { model: 'identifier', input: { '*': part } },
  responsePlaces: {
    ...names('identifier', 'id model'),
    results: { '*': names('text', 'flagged categories category_scores category_applied_input_types') },
  },
  source: (keys) => (keys[0] === 'input' ? 'user' : 'unknown'),
  // The API has a model of its own if none is named.
  model: (body) => body.model ?? 'omni-moderation-latest',
})
