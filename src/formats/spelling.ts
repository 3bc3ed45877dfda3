/** Fields that are spelt otherwise than we read them: some readers do not mind case, spaces or brackets. */
import { Denial } from '../errors.ts'
import type { JsonObject } from '../types.ts'

/** The fields of a body on which it depends what is asked, of whom, and who may. */
const FIELDS = [
  ...['model', 'models', 'fallbacks', 'stream', 'store', 'n', 'best_of', 'include', 'purpose', 'parapet', 'modalities'],
  ...['logprobs', 'top_logprobs', 'echo', 'logit_bias', 'prompt_logprobs', 'n_probs', 'return_token_ids'],
  ...['return_tokens_as_token_ids', 'return_prompt_logprobs', 'return_hidden_states', 'prompt_embeds'],
  ...['prompt_token_ids', 'previous_response_id', 'conversation', 'container', 'thread', 'thread_id', 'assistant_id'],
  ...['training_file', 'validation_file', 'input_file_id', 'file_id', 'file_ids', 'vector_store_ids', 'part_ids'],
  ...['user_profile_id', 'input', 'messages', 'tools', 'requests', 'data_source'],
]
const SPELT = new Map(FIELDS.map((field) => [squash(field), field]))
/** How forms, and queries, repeat it. */
const REPEATED = 'include[]'
const LONGEST = 200

/** @throws Denial that names the field */
export function checkSpelling(body: JsonObject): void {
  for (const key of Object.keys(body)) {
    const name = key.trim()
    if (name.length > LONGEST || key === REPEATED) continue
    const field = SPELT.get(squash(name.split(/[[\]]+/).find((part) => part !== '') ?? ''))
    if (field === undefined || field === key) continue
    throw new Denial('unreadable_body', `\`${field}\` is not spelt as the API has it`, { param: field })
  }
}
/** Upper case first: there are letters that are an S or a K only there. */
function squash(name: string): string {
  return name
    .toUpperCase()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '')
}
