/** What looks inside a model, in the APIs of OpenAI that have the same names for it, and in those of other servers of them. */
import type { Json, JsonObject, Limits, Need } from '../types.ts'
import { asObject, hasValue } from './shapes.ts'

/** Each tells how likely texts are to the model, or the numbers of its tokens, which no rule reads. */
const PROBABILITIES = [
  ...['logprobs', 'top_logprobs', 'echo'],
  // vLLM, llama.cpp and others.
  ...['prompt_logprobs', 'n_probs', 'return_token_ids', 'return_tokens_as_token_ids', 'return_prompt_logprobs'],
  // What the model thought of them, which can be turned back into text; SGLang's names for the rest.
  ...['return_hidden_states', 'output_hidden_states', 'return_logprob', 'top_logprobs_num', 'token_ids_logprob'],
]

/** A form sends numbers as texts; what is no number at all is for the upstream to refuse, but not to be let through here. */
function isMore(value: Json | undefined, limit: number): boolean {
  return hasValue(value) && !(Number(value) <= limit)
}

export function commonNeeds(body: JsonObject, limits: Limits): readonly Need[] {
  return [
    ...PROBABILITIES.filter((field) => hasValue(body[field])).map((field) => ({ action: 'readLogprobs', field })),
    ...(hasValue(body.logit_bias) ? [{ action: 'biasLogits', field: 'logit_bias' }] : []),
    ...['n', 'best_of']
      .filter((field) => isMore(body[field], limits.choices))
      .map((field) => ({ action: 'sampleMany', field })),
  ]
}

/** What `include` asks for; in a query, or a form, it is `include[]`. */
export function includesOf(body: JsonObject): readonly Json[] {
  return [body.include, body['include[]']].flat().filter((one): one is Json => one !== undefined && hasValue(one))
}

/** Answers to these, and what tells which build of a model answered. */
const TOLD = ['system_fingerprint', 'prompt_logprobs', 'prompt_token_ids', 'hidden_states']
const TOLD_OF_CHOICE = ['prompt_logprobs', 'prompt_token_ids', 'token_ids', 'stop_reason_token', 'hidden_states']

/** Takes the answers to these out of an answer with choices, or an event of one, or a list of such. */
export function trimChoices(answer: Json): number {
  const body = asObject(answer)
  if (!body) return 0
  let count = remove(body, TOLD)
  for (const item of Array.isArray(body.choices) ? body.choices : []) {
    const one = asObject(item)
    if (!one) continue
    count += remove(one, TOLD_OF_CHOICE)
    if (!hasValue(one.logprobs)) continue
    one.logprobs = null
    count++
  }
  for (const item of Array.isArray(body.data) ? body.data : []) count += trimChoices(item)
  return count
}
export function remove(body: JsonObject, fields: readonly string[]): number {
  const found = fields.filter((field) => hasValue(body[field]))
  for (const field of found) delete body[field]
  return found.length
}
