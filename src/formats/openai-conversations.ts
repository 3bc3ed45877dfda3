import type { Json } from '../types.ts'
import { makeFormat } from './make.ts'
import { item, outputItem } from './openai-items.ts'
import { openaiResponses, sourceOfItem } from './openai-responses.ts'
import { at, names } from './shapes.ts'

/** OpenAI's Conversations: items of the Responses API, kept and read one by one. */
export const openaiConversations = makeFormat('openai-conversations', 'openai', {
  requestPlaces: { items: { '*': item }, metadata: 'text', include: { '*': 'identifier' } },
  responsePlaces: {
    ...outputItem,
    ...names('identifier', 'object first_id last_id'),
    ...names('text', 'created_at metadata deleted has_more'),
    data: { '*': outputItem },
  },
  source(keys, body: Json) {
    return keys[0] === 'items' && typeof keys[1] === 'number' ? sourceOfItem(at(body, keys.slice(0, 2))) : 'unknown'
  },
  needs: openaiResponses.needs,
  trim: openaiResponses.trim,
  anchors: openaiResponses.anchors,
})
