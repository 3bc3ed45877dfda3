/** OpenAI: what calls leave at the vendor, and what is left there for calls to use. */
import { openaiJson } from '../formats/generic.ts'
import { rows } from './row.ts'

/** Of lists that come in pages. */
const PAGE = ['after', 'limit', 'order']

const responses = rows('openai', 'responses', openaiJson)
const files = rows('openai', 'files', openaiJson)
const batches = rows('openai', 'batches', openaiJson)
const models = rows('openai', 'models', openaiJson)
const OUTPUT = ['id', 'output_file_id', 'error_file_id']

export const openaiStored = [
  responses.get('/v1/responses/{response_id}', 'responses.retrieve', 'inspect:readStored', {
    owned: 'id',
    streams: true,
    query: ['include', 'include_obfuscation', 'starting_after', 'stream'],
  }),
  responses.del('/v1/responses/{response_id}', 'responses.delete', 'inspect:deleteStored', { owned: 'id' }),
  responses.post('/v1/responses/{response_id}/cancel', 'responses.cancel', 'invoke:useOwn', {
    owned: 'id',
    request: 'none',
  }),
  responses.get('/v1/responses/{response_id}/input_items', 'responses.inputItems.list', 'inspect:readStored', {
    owned: 'id',
    query: ['include', ...PAGE],
  }),

  files.post('/v1/files', 'files.create', 'invoke:putFile', { request: 'multipart', creates: ['id'] }),
  files.get('/v1/files', 'files.list', 'inspect:readFiles', { owned: 'list', query: ['purpose', ...PAGE] }),
  files.get('/v1/files/{file_id}', 'files.retrieve', 'inspect:readFiles', { owned: 'id' }),
  files.del('/v1/files/{file_id}', 'files.delete', 'inspect:deleteStored', { owned: 'id' }),
  files.get('/v1/files/{file_id}/content', 'files.content', 'inspect:readFiles', { owned: 'id', answer: 'file' }),

  batches.post('/v1/batches', 'batches.create', 'invoke:batch', { creates: OUTPUT }),
  batches.get('/v1/batches', 'batches.list', 'inspect:readStored', { owned: 'list', query: PAGE, creates: OUTPUT }),
  batches.get('/v1/batches/{batch_id}', 'batches.retrieve', 'inspect:readStored', { owned: 'id', creates: OUTPUT }),
  batches.post('/v1/batches/{batch_id}/cancel', 'batches.cancel', 'invoke:useOwn', {
    owned: 'id',
    request: 'none',
    creates: OUTPUT,
  }),

  models.get('/v1/models', 'models.list', 'inspect:readCatalog', { owned: 'list' }),
  models.get('/v1/models/{model}', 'models.retrieve', 'inspect:readCatalog', { owned: 'id' }),
]
