import { makeFormat } from './make.ts'
import { usage } from './openai-tools.ts'
import { names } from './shapes.ts'

/**
 * OpenAI's Embeddings, `POST /v1/embeddings`. Texts can be read back out of vectors, roughly: they are blobs, which policy rules
 * on. So are inputs that are given as the numbers of tokens.
 */
export const openaiEmbeddings = makeFormat('openai-embeddings', 'openai', {
  requestPlaces: {
    ...names('identifier', 'model encoding_format'),
    ...names('text', 'dimensions user'),
    input: 'tokens',
  },
  responsePlaces: {
    ...names('identifier', 'object model'),
    data: { '*': { object: 'identifier', index: 'text', embedding: 'vector' } },
    usage,
  },
  source: (keys) => (keys[0] === 'input' ? 'user' : 'unknown'),
})
