/** OpenAI: what changes what a model will do later: its weights, or what stands beside it. */
import { openaiEvals, openaiJson } from '../formats/generic.ts'
import { openaiTuning, openaiVectorStores } from '../formats/openai-stored.ts'
import { openaiThreads } from '../formats/openai-threads.ts'
import { OWN, OWN_BARE, PAGE, rows, WINDOW } from './row.ts'

const assistants = rows('openai', 'assistants', openaiThreads)
const voices = rows('openai', 'voices', openaiJson)
const evals = rows('openai', 'evals', openaiEvals)
const fineTuning = rows('openai', 'fine-tuning', openaiTuning)
const skills = rows('openai', 'skills', openaiJson)
const vectorStores = rows('openai', 'vector-stores', openaiVectorStores)

/** The model gets its name when its job is done: it is the job's maker's, and nothing to other tenants; see tuned.ts. */
const TUNED = ['fine_tuned_model']

export const openaiTrain = [
  // Shaping: what is kept here changes what later calls do, for anyone who uses it. It is training without weights.
  assistants.list('/v1/assistants', 'beta.assistants.list', { query: WINDOW }),
  assistants.post('/v1/assistants', 'beta.assistants.create', 'train:shape', { on: 'model', creates: ['id'] }),
  assistants.remove('/v1/assistants/{assistant_id}', 'beta.assistants.delete'),
  assistants.read('/v1/assistants/{assistant_id}', 'beta.assistants.retrieve'),
  assistants.post('/v1/assistants/{assistant_id}', 'beta.assistants.update', 'train:shape', OWN),

  // A voice of a person: consent first, then samples, which are blobs.
  voices.list('/v1/audio/voice_consents', 'audio.voiceConsents.list', { query: ['after', 'limit'] }),
  voices.post('/v1/audio/voice_consents', 'audio.voiceConsents.create', 'train:shape', {
    request: 'multipart',
    creates: ['id'],
  }),
  voices.remove('/v1/audio/voice_consents/{consent_id}', 'audio.voiceConsents.delete'),
  voices.read('/v1/audio/voice_consents/{consent_id}', 'audio.voiceConsents.retrieve'),
  voices.post('/v1/audio/voice_consents/{consent_id}', 'audio.voiceConsents.update', 'train:shape', OWN),
  voices.post('/v1/audio/voices', 'audio.voices.create', 'train:shape', { request: 'multipart', creates: ['id'] }),
  voices.remove('/v1/audio/voices/{voice_id}', 'audio.voices.delete'),

  evals.list('/v1/evals', 'evals.list', { query: ['order_by', ...PAGE] }),
  // Graders are what reinforcement tuning learns from.
  evals.post('/v1/evals', 'evals.create', 'train:evaluate', { creates: ['id'] }),
  evals.remove('/v1/evals/{eval_id}', 'evals.delete'),
  evals.read('/v1/evals/{eval_id}', 'evals.retrieve'),
  evals.post('/v1/evals/{eval_id}', 'evals.update', 'train:evaluate', OWN),
  evals.read('/v1/evals/{eval_id}/runs', 'evals.runs.list', { query: ['status', ...PAGE] }),
  evals.post('/v1/evals/{eval_id}/runs', 'evals.runs.create', 'train:evaluate', { owned: 'id', creates: ['id'] }),
  evals.remove('/v1/evals/{eval_id}/runs/{run_id}', 'evals.runs.delete'),
  evals.read('/v1/evals/{eval_id}/runs/{run_id}', 'evals.runs.retrieve'),
  evals.post('/v1/evals/{eval_id}/runs/{run_id}/cancel', 'evals.runs.cancel', 'train:evaluate', OWN_BARE),
  // As SDKs before 7 cancel a run.
  evals.post('/v1/evals/{eval_id}/runs/{run_id}', 'evals.runs.cancelOld', 'train:evaluate', OWN_BARE),
  // Not for the run's maker as such: a run can be over answers that others stored.
  evals.get('/v1/evals/{eval_id}/runs/{run_id}/output_items', 'evals.runs.outputItems.list', 'inspect:readStored', {
    query: ['status', ...PAGE],
  }),
  evals.get(
    '/v1/evals/{eval_id}/runs/{run_id}/output_items/{output_item_id}',
    'evals.runs.outputItems.retrieve',
    'inspect:readStored',
  ),

  fineTuning.post('/v1/fine_tuning/alpha/graders/run', 'fineTuning.alpha.graders.run', 'train:evaluate'),
  fineTuning.post('/v1/fine_tuning/alpha/graders/validate', 'fineTuning.alpha.graders.validate', 'train:evaluate'),
  fineTuning.get('/v1/fine_tuning/jobs', 'fineTuning.jobs.list', 'inspect:readJobs', {
    owned: 'list',
    query: ['after', 'limit', 'metadata'],
    creates: TUNED,
  }),
  fineTuning.post('/v1/fine_tuning/jobs', 'fineTuning.jobs.create', 'train:createJob', {
    on: 'model',
    creates: ['id', ...TUNED],
    reads: { training_file: 'fine-tune', validation_file: 'fine-tune' },
  }),
  // Its maker may see to its job: whether it is done, and what the model is called.
  fineTuning.get('/v1/fine_tuning/jobs/{fine_tuning_job_id}', 'fineTuning.jobs.retrieve', 'inspect:readJobs', {
    ...OWN,
    creates: TUNED,
  }),
  fineTuning.post('/v1/fine_tuning/jobs/{fine_tuning_job_id}/cancel', 'fineTuning.jobs.cancel', 'train:useOwn', {
    ...OWN_BARE,
    creates: TUNED,
  }),
  // Losses by step look inside what a model learned: `inspect`, also for the maker of the job. So do events.
  fineTuning.get(
    '/v1/fine_tuning/jobs/{fine_tuning_job_id}/checkpoints',
    'fineTuning.jobs.checkpoints.list',
    'inspect:readJobs',
    { query: ['after', 'limit'], creates: ['data.*.fine_tuned_model_checkpoint'] },
  ),
  fineTuning.get('/v1/fine_tuning/jobs/{fine_tuning_job_id}/events', 'fineTuning.jobs.listEvents', 'inspect:readJobs', {
    query: ['after', 'limit'],
  }),
  fineTuning.post('/v1/fine_tuning/jobs/{fine_tuning_job_id}/pause', 'fineTuning.jobs.pause', 'train:useOwn', {
    ...OWN_BARE,
    creates: TUNED,
  }),
  fineTuning.post('/v1/fine_tuning/jobs/{fine_tuning_job_id}/resume', 'fineTuning.jobs.resume', 'train:useOwn', {
    ...OWN_BARE,
    creates: TUNED,
  }),

  // A zip of instructions and code: a blob, by policy.
  skills.list('/v1/skills', 'skills.list', { query: PAGE }),
  skills.post('/v1/skills', 'skills.create', 'train:shape', { request: 'multipart', creates: ['id'] }),
  skills.remove('/v1/skills/{skill_id}', 'skills.delete'),
  skills.read('/v1/skills/{skill_id}', 'skills.retrieve'),
  skills.post('/v1/skills/{skill_id}', 'skills.update', 'train:shape', OWN),
  skills.read('/v1/skills/{skill_id}/content', 'skills.content.retrieve', { answer: 'file' }),
  skills.read('/v1/skills/{skill_id}/versions', 'skills.versions.list', { query: PAGE }),
  skills.post('/v1/skills/{skill_id}/versions', 'skills.versions.create', 'train:shape', {
    request: 'multipart',
    owned: 'id',
    creates: ['id'],
  }),
  skills.remove('/v1/skills/{skill_id}/versions/{version}', 'skills.versions.delete'),
  skills.read('/v1/skills/{skill_id}/versions/{version}', 'skills.versions.retrieve'),
  skills.read('/v1/skills/{skill_id}/versions/{version}/content', 'skills.versions.content.retrieve', {
    answer: 'file',
  }),

  // Documents that later calls will be answered from. Searching them reads them.
  vectorStores.list('/v1/vector_stores', 'vectorStores.list', { query: WINDOW }),
  vectorStores.post('/v1/vector_stores', 'vectorStores.create', 'train:shape', { creates: ['id'] }),
  vectorStores.remove('/v1/vector_stores/{vector_store_id}', 'vectorStores.delete'),
  vectorStores.read('/v1/vector_stores/{vector_store_id}', 'vectorStores.retrieve'),
  vectorStores.post('/v1/vector_stores/{vector_store_id}', 'vectorStores.update', 'train:shape', OWN),
  vectorStores.post(
    '/v1/vector_stores/{vector_store_id}/file_batches',
    'vectorStores.fileBatches.create',
    'train:shape',
    { owned: 'id', creates: ['id'] },
  ),
  vectorStores.read('/v1/vector_stores/{vector_store_id}/file_batches/{batch_id}', 'vectorStores.fileBatches.retrieve'),
  vectorStores.post(
    '/v1/vector_stores/{vector_store_id}/file_batches/{batch_id}/cancel',
    'vectorStores.fileBatches.cancel',
    'train:shape',
    OWN_BARE,
  ),
  vectorStores.read(
    '/v1/vector_stores/{vector_store_id}/file_batches/{batch_id}/files',
    'vectorStores.fileBatches.listFiles',
    { query: ['filter', ...WINDOW] },
  ),
  vectorStores.read('/v1/vector_stores/{vector_store_id}/files', 'vectorStores.files.list', {
    query: ['filter', ...WINDOW],
  }),
  vectorStores.post('/v1/vector_stores/{vector_store_id}/files', 'vectorStores.files.create', 'train:shape', {
    owned: 'id',
    creates: ['id'],
  }),
  vectorStores.remove('/v1/vector_stores/{vector_store_id}/files/{file_id}', 'vectorStores.files.delete'),
  vectorStores.read('/v1/vector_stores/{vector_store_id}/files/{file_id}', 'vectorStores.files.retrieve'),
  vectorStores.post(
    '/v1/vector_stores/{vector_store_id}/files/{file_id}',
    'vectorStores.files.update',
    'train:shape',
    OWN,
  ),
  vectorStores.read('/v1/vector_stores/{vector_store_id}/files/{file_id}/content', 'vectorStores.files.content'),
  vectorStores.post('/v1/vector_stores/{vector_store_id}/search', 'vectorStores.search', 'inspect:readStored', OWN),
]
