/** Anthropic: messages, batches of them, and what the models are. */
import { anthropicMessages } from '../formats/anthropic-messages.ts'
import { anthropicJson } from '../formats/generic.ts'
import { rows } from './row.ts'

const BETA = ['beta']
const PAGE = ['after_id', 'before_id', 'limit', 'beta']
const messages = rows('anthropic', 'messages', anthropicMessages)
const batches = rows('anthropic', 'batches', anthropicJson)
const files = rows('anthropic', 'files', anthropicJson)
const models = rows('anthropic', 'models', anthropicJson)

export const anthropicInvoke = [
  messages.post('/v1/messages', 'messages.create', 'invoke:chat', { on: 'model', streams: true, query: BETA }),
  messages.post('/v1/messages/count_tokens', 'messages.countTokens', 'invoke:chat', { on: 'model', query: BETA }),

  batches.post('/v1/messages/batches', 'messages.batches.create', 'invoke:batch', { query: BETA, creates: ['id'] }),
  batches.get('/v1/messages/batches', 'messages.batches.list', 'inspect:readStored', { owned: 'list', query: PAGE }),
  batches.get('/v1/messages/batches/{message_batch_id}', 'messages.batches.retrieve', 'inspect:readStored', {
    owned: 'id',
    query: BETA,
  }),
  batches.del('/v1/messages/batches/{message_batch_id}', 'messages.batches.delete', 'inspect:deleteStored', {
    owned: 'id',
    query: BETA,
  }),
  batches.post('/v1/messages/batches/{message_batch_id}/cancel', 'messages.batches.cancel', 'invoke:useOwn', {
    owned: 'id',
    request: 'none',
    query: BETA,
  }),
  batches.get('/v1/messages/batches/{message_batch_id}/results', 'messages.batches.results', 'inspect:readStored', {
    owned: 'id',
    answer: 'file',
    query: BETA,
  }),

  files.post('/v1/files', 'files.upload', 'invoke:keep', { request: 'multipart', query: BETA, creates: ['id'] }),
  files.get('/v1/files', 'files.list', 'inspect:readFiles', { owned: 'list', query: PAGE }),
  files.get('/v1/files/{file_id}', 'files.retrieveMetadata', 'inspect:readFiles', { owned: 'id', query: BETA }),
  files.del('/v1/files/{file_id}', 'files.delete', 'inspect:deleteStored', { owned: 'id', query: BETA }),
  files.get('/v1/files/{file_id}/content', 'files.download', 'inspect:readFiles', {
    owned: 'id',
    answer: 'file',
    query: BETA,
  }),

  models.get('/v1/models', 'models.list', 'inspect:readCatalog', { owned: 'list', query: PAGE }),
  models.get('/v1/models/{model_id}', 'models.retrieve', 'inspect:readCatalog', { owned: 'id', query: BETA }),
]
