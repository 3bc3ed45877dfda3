import type { Places } from '../types.ts'
import { makeFormat } from './make.ts'
import { completion, openaiChat } from './openai-chat.ts'
import { commonNeeds, trimChoices } from './openai-needs.ts'
import { common } from './openai-tools.ts'
import { names } from './shapes.ts'

const requestPlaces: Places = {
  ...common,
  // A text, texts, or the numbers of their tokens.
  prompt: 'tokens',
  stop: { '*': 'text' },
  ...names('text', 'suffix echo best_of logprobs'),
}

/** OpenAI's older Completions, `POST /v1/completions`: chat completions without messages. */
export const openaiCompletions = makeFormat('openai-completions', 'openai', {
  requestPlaces,
  responsePlaces: completion,
  source: (keys) => (keys[0] === 'prompt' || keys[0] === 'suffix' ? 'user' : 'unknown'),
  needs: commonNeeds,
  trim: trimChoices,
  stream: openaiChat.stream,
})
