/** OpenAI: files, also in parts, batches, and the catalog of models. */
import { openaiJson } from '../formats/generic.ts'
import { withNames } from '../formats/models.ts'
import { openaiBatches, openaiFiles } from '../formats/openai-stored.ts'
import type { Format } from '../types.ts'
import { OWN, OWN_BARE, PAGE, rows } from './row.ts'

const batches = rows('openai', 'batches', openaiBatches)
const files = rows('openai', 'files', openaiFiles)
const models = rows('openai', 'models', openaiJson)

/** Of a batch. The files appear when it is done. */
const OUTPUT = ['id', 'output_file_id', 'error_file_id']

/** Purposes by what they are for. A file without one, or with one that is new, is for both. */
const PURPOSES: Readonly<Record<string, readonly string[]>> = {
  'fine-tune': ['upload'],
  evals: ['upload'],
  assistants: ['keep'],
  batch: ['keep'],
  user_data: ['keep'],
  vision: ['keep'],
}
/** `putFile` is in both domains: the purpose says which of them the caller must have. */
const forPurpose: Format = withNames({
  ...openaiFiles,
  needs({ purpose }) {
    const known = typeof purpose === 'string' && Object.hasOwn(PURPOSES, purpose) ? PURPOSES[purpose]! : undefined
    return (known ?? ['upload', 'keep']).map((action) => ({ action, field: 'purpose' }))
  },
})

export const openaiFileRows = [
  batches.list('/v1/batches', 'batches.list', { query: ['after', 'limit'], creates: OUTPUT }),
  // The texts are in the file: it is screened when it is uploaded, line by line, and must be the caller's own.
  batches.post('/v1/batches', 'batches.create', 'invoke:batch', {
    creates: OUTPUT,
    reads: { input_file_id: 'batch' },
  }),
  // The outputs get their ids when the batch is done, so whoever asks for their own batch learns of them here.
  batches.read('/v1/batches/{batch_id}', 'batches.retrieve', { creates: OUTPUT }),
  batches.post('/v1/batches/{batch_id}/cancel', 'batches.cancel', 'invoke:useOwn', { ...OWN_BARE, creates: OUTPUT }),

  files.get('/v1/files', 'files.list', 'inspect:readFiles', { owned: 'list', query: ['purpose', ...PAGE] }),
  files.post('/v1/files', 'files.create', 'invoke:putFile', {
    format: forPurpose,
    request: 'multipart',
    creates: ['id'],
  }),
  files.remove('/v1/files/{file_id}', 'files.delete'),
  files.get('/v1/files/{file_id}', 'files.retrieve', 'inspect:readFiles', OWN),
  // The maker may read it back, as it wrote it; of a batch's output too. Metrics of training are nobody's: they take `readUnowned`.
  files.get('/v1/files/{file_id}/content', 'files.content', 'inspect:readFiles', { answer: 'file', owned: 'id' }),

  // Who may send a file may send it in parts: its purpose says what it takes, when it is begun and when it is complete.
  files.post('/v1/uploads', 'uploads.create', 'invoke:putFile', {
    format: forPurpose,
    upload: 'create',
    creates: ['id'],
  }),
  files.post('/v1/uploads/{upload_id}/parts', 'uploads.parts.create', 'invoke:useOwn', {
    ...OWN,
    request: 'multipart',
    upload: 'part',
    creates: ['id'],
  }),
  files.post('/v1/uploads/{upload_id}/complete', 'uploads.complete', 'invoke:useOwn', {
    ...OWN,
    upload: 'complete',
    creates: ['file.id'],
  }),
  files.post('/v1/uploads/{upload_id}/cancel', 'uploads.cancel', 'invoke:useOwn', { ...OWN_BARE, upload: 'cancel' }),

  // Names of tuned models tell of people and projects. A key that may not inspect sees the models that it may call, of tuned ones its
  // tenant's, instead of an error: many clients ask when they start.
  models.get('/v1/models', 'models.list', 'inspect:readCatalog', { owned: 'list' }),
  models.get('/v1/models/{model}', 'models.retrieve', 'inspect:readCatalog', OWN),
]
