/** OpenAI: calls that make a model run, and nothing else. */
import { openaiJson } from '../formats/generic.ts'
import { openaiChat } from '../formats/openai-chat.ts'
import { rows } from './row.ts'

const { get, post } = rows('openai', 'responses', openaiJson)

export const openaiInvoke = [
  post('/v1/chat/completions', 'chat.completions.create', 'invoke:chat', {
    format: openaiChat,
    on: 'model',
    streams: true,
    creates: ['id'],
  }),
  post('/v1/completions', 'completions.create', 'invoke:chat', { on: 'model', streams: true }),
  post('/v1/responses', 'responses.create', 'invoke:chat', { on: 'model', streams: true, creates: ['id'] }),
  get('/v1/responses', 'responses.connect', 'invoke:chat', { on: 'model', answer: 'socket', creates: ['id'] }),
  post('/v1/responses/compact', 'responses.compact', 'invoke:chat', { on: 'model', creates: ['id'] }),
  post('/v1/responses/input_tokens', 'responses.inputTokens.count', 'invoke:chat', { on: 'model' }),
  post('/v1/embeddings', 'embeddings.create', 'invoke:embed', { on: 'model' }),
]
