/** What OpenAI keeps: files, batches, vector stores, tuning jobs. Texts in them are few, references many. */
import type { Json, Places } from '../types.ts'
import { makeFormat } from './make.ts'
import { part } from './openai-items.ts'
import { answerFormat, tool, usage } from './openai-tools.ts'
import { formFile, names } from './shapes.ts'

/** Of every stored thing, and of every list of such. */
const thing: Places = {
  ...names('identifier', 'id object type status purpose model first_id last_id code'),
  ...names('text', 'created_at expires_at deleted has_more metadata name description message param bytes data'),
}
const expiry: Places = { anchor: 'identifier', ...names('text', 'seconds days') }
const failure: Places = { ...names('identifier', 'code type'), ...names('text', 'message param line data') }
function listed(one: Places): Places {
  return { ...one, data: { '*': one } }
}

const file: Places = {
  ...thing,
  ...names('text', 'filename status_details mime_type'),
  file: formFile,
  expires_after: { '.': 'text', ...expiry },
}
/** Purposes of files that a model reads, and of those that change one, or judge it. */
const USED = new Set<Json | undefined>(['batch', 'vision', 'user_data', 'assistants'])
const LEARNT = new Set<Json | undefined>(['fine-tune', 'evals'])
/** OpenAI's Files and Uploads; forms have the same names. */
export const openaiFiles = makeFormat('openai-files', 'openai', {
  requestPlaces: { ...file, data: formFile, part_ids: { '*': 'reference' }, md5: 'identifier' },
  needs({ purpose, file, filename }) {
    // Parts of a file, and what puts them together, have the purpose that the upload was begun with.
    if (file === undefined && filename === undefined) return []
    const field = 'purpose'
    // Without a purpose that is known, a file might be for anything.
    return [
      ...(USED.has(purpose) ? [] : [{ action: 'upload', field }]),
      ...(LEARNT.has(purpose) ? [] : [{ action: 'keep', field }]),
    ]
  },
  responsePlaces: { ...listed(file), file, upload_id: 'identifier' },
})

const batch: Places = {
  ...thing,
  ...names('identifier', 'completion_window endpoint error_file_id output_file_id'),
  ...names('text', 'cancelled_at cancelling_at completed_at expired_at failed_at finalizing_at in_progress_at'),
  input_file_id: 'reference',
  output_expires_after: expiry,
  errors: { object: 'identifier', data: { '*': failure } },
  request_counts: names('text', 'completed failed total'),
  usage,
}
/** OpenAI's Batches. What is asked stands in a file, line by line; each line is an operation of its own. */
export const openaiBatches = makeFormat('openai-batches', 'openai', {
  requestPlaces: batch,
  responsePlaces: listed(batch),
})

const chunking: Places = { type: 'identifier', static: names('text', 'chunk_overlap_tokens max_chunk_size_tokens') }
export const vectorStore: Places = {
  ...thing,
  ...names('text', 'attributes filename score usage_bytes last_active_at query rewrite_query max_num_results content'),
  file_id: 'reference',
  vector_store_id: 'reference',
  file_ids: { '*': 'reference' },
  expires_after: expiry,
  chunking_strategy: chunking,
  file_counts: names('text', 'cancelled completed failed in_progress total'),
  last_error: failure,
  filters: tool.filters!,
  ranking_options: tool.ranking_options!,
}
const stored: Places = {
  ...vectorStore,
  files: { '*': vectorStore },
  search_query: { '.': 'text', '*': 'text' },
  query: { '.': 'text', '*': 'text' },
  content: { '*': part },
}
/** OpenAI's Vector Stores: their files, batches of these, and searches. */
export const openaiVectorStores = makeFormat('openai-vector-stores', 'openai', {
  requestPlaces: stored,
  responsePlaces: listed(stored),
  source: (keys) => (keys[0] === 'query' ? 'user' : 'unknown'),
})

/** Graders nest, and are made of texts and templates; they are read by names. */
const grader: Places = {
  '**': {
    ...names('identifier', 'type role model operation evaluation_metric image_tag reasoning_effort'),
    ...names('text', 'name input reference source content text calculate_output labels passing_labels'),
    image_url: 'image',
  },
}
const parameters: Places = {
  ...names('text', 'batch_size n_epochs learning_rate_multiplier beta compute_multiplier eval_interval eval_samples'),
  reasoning_effort: 'identifier',
}
const way: Places = { hyperparameters: parameters, grader, response_format: answerFormat }
const wandb: Places = { ...names('identifier', 'project entity'), name: 'text', tags: { '*': 'text' } }
const job: Places = {
  ...thing,
  ...names(
    'identifier',
    'organization_id fine_tuned_model level fine_tuning_job_id fine_tuned_model_checkpoint step_number',
  ),
  ...names(
    'text',
    'suffix seed estimated_finish finished_at trained_tokens user_provided_suffix shared_with_openai metrics',
  ),
  training_file: 'reference',
  validation_file: 'reference',
  result_files: { '*': 'identifier' },
  hyperparameters: parameters,
  method: { type: 'identifier', supervised: way, dpo: way, reinforcement: way },
  integrations: { '*': { type: 'identifier', wandb } },
  error: failure,
  // Graders are tried before they are used.
  grader,
  item: 'text',
  model_sample: 'text',
  project_ids: { '*': 'identifier' },
}
/** OpenAI's Fine-tuning: jobs, their events and checkpoints, and graders. */
export const openaiTuning = makeFormat(
  'openai-tuning',
  'openai',
  {
    requestPlaces: job,
    responsePlaces: listed(job),
  },
  true,
)
