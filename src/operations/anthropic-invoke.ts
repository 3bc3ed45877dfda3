/** Anthropic: messages, batches of them, files for them, and the catalog of models. */
import { anthropicMessages } from '../formats/anthropic-messages.ts'
import { anthropicBatches, anthropicCountTokens, anthropicFiles } from '../formats/anthropic-stored.ts'
import { anthropicJson } from '../formats/generic.ts'
import { OWN, OWN_BARE, rows } from './row.ts'

const files = rows('anthropic', 'files', anthropicFiles)
const messages = rows('anthropic', 'messages', anthropicMessages)
const batches = rows('anthropic', 'batches', anthropicBatches)
const models = rows('anthropic', 'models', anthropicJson)

export const anthropicInvoke = [
  files.get('/v1/files', 'files.list', 'inspect:readFiles', {
    owned: 'list',
    query: ['after_id', 'before_id', 'ids', 'limit', 'page', 'scope_id'],
  }),
  // For messages and code to use; nothing is trained on it.
  files.post('/v1/files', 'files.upload', 'invoke:keep', { request: 'multipart', creates: ['id'] }),
  files.remove('/v1/files/{file_id}', 'files.delete'),
  files.get('/v1/files/{file_id}', 'files.retrieveMetadata', 'inspect:readFiles', OWN),
  files.get('/v1/files/{file_id}/content', 'files.download', 'inspect:readFiles', { answer: 'file', owned: 'id' }),

  // Code runs in a container, which later messages may name; a stream tells of it at its beginning, or at its end.
  messages.post('/v1/messages', 'messages.create', 'invoke:chat', {
    on: 'model',
    streams: true,
    creates: [
      ...['id', 'message.id', 'container.id', 'message.container.id', 'delta.container.id'],
      // Files that a program wrote: a history brings their ids back.
      ...['content.*.content.content.*.file_id', 'content_block.content.content.*.file_id'],
    ],
  }),
  // No model runs, but the whole text goes out all the same.
  messages.post('/v1/messages/count_tokens', 'messages.countTokens', 'invoke:chat', {
    format: anthropicCountTokens,
    on: 'model',
  }),

  // Gone from the SDK, not from the API. Not streamed: its events come in pieces of a shape of their own.
  messages.post('/v1/complete', 'completions.create', 'invoke:chat', { on: 'model', format: anthropicJson }),

  batches.list('/v1/messages/batches', 'messages.batches.list', { query: ['after_id', 'before_id', 'limit'] }),
  // The bodies are in it; they must name one model, which policy is asked about.
  batches.post('/v1/messages/batches', 'messages.batches.create', 'invoke:batch', { on: 'model', creates: ['id'] }),
  batches.remove('/v1/messages/batches/{message_batch_id}', 'messages.batches.delete'),
  batches.read('/v1/messages/batches/{message_batch_id}', 'messages.batches.retrieve'),
  batches.post('/v1/messages/batches/{message_batch_id}/cancel', 'messages.batches.cancel', 'invoke:useOwn', OWN_BARE),
  // The SDK goes where `results_url` says, so that is made to say here.
  batches.read('/v1/messages/batches/{message_batch_id}/results', 'messages.batches.results', { answer: 'file' }),

  // As OpenAI's: a key that may not inspect sees those that it may call, instead of an error.
  models.get('/v1/models', 'models.list', 'inspect:readCatalog', {
    owned: 'list',
    query: ['after_id', 'before_id', 'lifecycle', 'limit'],
  }),
  models.get('/v1/models/{model_id}', 'models.retrieve', 'inspect:readCatalog', OWN),
]
