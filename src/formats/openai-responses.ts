import type { Anchor, Json, JsonObject, Limits, Need, Places, Source } from '../types.ts'
import { makeFormat } from './make.ts'
import { citationsOf, offsetsOf } from './openai-citations.ts'
import { annotation, item, logprobs, outputItem, part } from './openai-items.ts'
import { includesOf } from './openai-needs.ts'
import { responsesStream } from './openai-responses-stream.ts'
import { answerFormat, common, moderation, usage } from './openai-tools.ts'
import { asObject, at, hasValue, names, sourceOfRole } from './shapes.ts'

const error: Places = {
  ...names('identifier', 'type code'),
  ...names('text', 'message param'),
  misalignment: {
    error_type: 'identifier',
    ...names('text', 'detailed_explanation review_target'),
    steer: { message: 'text' },
  },
}
const shared: Places = {
  ...common,
  // The body of a request, on a WebSocket, is an event.
  ...names('identifier', 'type stream_id'),
  previous_response_id: 'reference',
  conversation: { '.': 'reference', id: 'reference' },
  instructions: { '*': item },
  prompt: {
    id: 'reference',
    version: 'identifier',
    // Of any name, each a text or a part of a message.
    variables: { '**': { type: 'identifier', file_id: 'reference', image_url: 'image', file_data: 'document' } },
  },
  text: { format: answerFormat, verbosity: 'identifier' },
  context_management: { '*': { type: 'identifier', compact_threshold: 'text' } },
  multi_agent: names('text', 'enabled max_concurrent_subagents'),
}
const response: Places = {
  ...shared,
  ...names('identifier', 'id object status'),
  ...names('text', 'created_at completed_at output_text'),
  error,
  incomplete_details: { reason: 'identifier' },
  output: { '*': outputItem },
  usage,
  tool_usage: { image_gen: usage, web_search: usage },
  moderation,
  input_transformations: { '*': names('identifier', 'id action reason type') },
  prompt_cache_diagnostics: {
    ...names('identifier', 'type reason'),
    ...names('text', 'cache_missed_tokens comparison_reusable_tokens'),
  },
}
/** An event of the stream; a whole answer has the same names in other places. */
const event: Places = {
  ...names('identifier', 'item_id obfuscation'),
  ...names(
    'text',
    'sequence_number output_index content_index summary_index command_index annotation_index message param',
  ),
  ...names('text', 'refusal arguments input code command partial_image_index'),
  agent: names('identifier', 'agent_name'),
  delta: { '.': 'text', ...names('text', 'stdout stderr') },
  part,
  item: outputItem,
  annotation,
  logprobs,
  partial_image_b64: 'image',
  // Of a picture that is being made.
  ...names('identifier', 'output_format quality size'),
  response,
  steer: { ...names('identifier', 'id previous_response_id'), input: { '*': item } },
  reason: 'identifier',
  // Of what a shell wrote, in an event of its own.
  output: {
    '*': { ...outputItem, ...names('text', 'stdout stderr'), outcome: { type: 'identifier', exit_code: 'text' } },
  },
  required_input: { '*': outputItem },
  error: { ...error, headers: 'text' },
  headers: 'text',
}
const answer: Places = { ...response, ...event }

/** OpenAI's Responses, `POST /v1/responses`, its stored answers, and `input_tokens` and `compact`, which take the same. */
export const openaiResponses = makeFormat('openai-responses', 'openai', {
  requestPlaces: {
    ...shared,
    include: { '*': 'identifier' },
    input: { '*': item },
    generate: 'text',
    betas: { '*': 'identifier' },
  },
  responsePlaces: {
    ...answer,
    // Lists of stored items.
    ...names('identifier', 'first_id last_id'),
    has_more: 'text',
    data: { '*': outputItem },
    '?': { 'response.audio.delta': { ...answer, delta: 'audio' } },
  },
  source: sourceOf,
  // The API keeps what it is not told to forget; thoughts that it does not keep are sent back by their ids, too.
  keeps: (body) => body.store !== false || includesOf(body).includes('reasoning.encrypted_content'),
  needs,
  trim,
  plant(body, line) {
    if (typeof body.instructions === 'string' && body.instructions !== '') body.instructions += `\n\n${line}`
    else if (Array.isArray(body.input)) plantInItems(body.input, line)
  },
  anchors,
  stream: responsesStream,
})

/** Who wrote what, of items as the Responses and Conversations APIs have them. */
export function sourceOfItem(item: Json | undefined): Source {
  const { type, role } = asObject(item) ?? {}
  if (type === undefined || type === null || type === 'message' || type === 'agent_message') return sourceOfRole(item)
  if (typeof type !== 'string') return 'unknown'
  if (type === 'additional_tools' || type === 'configuration_update') return 'system'
  if (type === 'mcp_approval_response') return 'user'
  if (type.endsWith('_output') || type === 'mcp_list_tools') return 'tool'
  if (type.endsWith('_call') || type === 'reasoning' || type === 'program' || type.startsWith('mcp_'))
    return 'assistant'
  return role === undefined ? 'unknown' : sourceOfRole(item)
}
/** In items of calls that the vendor runs, results stand beside what the model asked for. */
const RESULTS = new Set<string | number>(['output', 'outputs', 'results', 'result', 'error'])

function sourceOf(keys: readonly (string | number)[], body: Json): Source {
  switch (keys[0]) {
    case 'instructions':
    case 'prompt':
      return 'system'
    case 'input': {
      if (typeof keys[1] !== 'number') return 'user'
      const source = sourceOfItem(at(body, keys.slice(0, 2)))
      return source === 'assistant' && RESULTS.has(keys[2]!) ? 'tool' : source
    }
    default:
      return 'unknown'
  }
}

/**
 * Values of `include` that show nothing which is not the caller's. Every other one shows what the model saw (passages of files and
 * pages) or how sure it was; and one that is new might.
 */
const OPEN_INCLUDES = new Set<Json>([
  // Pictures that stood in the caller's own input, or that its own program took of a screen.
  'message.input_image.image_url',
  'computer_call_output.output.image_url',
  // Addresses on the web, of which the answer cites some anyway.
  'web_search_call.action.sources',
  // What a program printed that ran in this call, in a container that must be the caller's own.
  'code_interpreter_call.outputs',
  // Sealed by the vendor. Clients that store nothing (Codex) must bring it back with the next turn, and cannot read it.
  'reasoning.encrypted_content',
])

// `store` asks for nothing here, unlike in chat completions: what is stored is on by default, belongs to who made it, and is
// given out again to its owner only (see own.ts). Chat completions that are stored can be listed with a project's others.
function needs(body: JsonObject, _limits: Limits): readonly Need[] {
  const found: Need[] = []
  for (const field of ['top_logprobs', 'logprobs']) {
    // 0 is the default.
    if (hasValue(body[field]) && body[field] !== 0) found.push({ action: 'readLogprobs', field })
  }
  if (hasValue(body.logit_bias)) found.push({ action: 'biasLogits', field: 'logit_bias' })
  const hidden = includesOf(body).filter((one) => !OPEN_INCLUDES.has(one))
  const probabilities = hidden.filter((one) => typeof one === 'string' && one.includes('logprobs'))
  if (probabilities.length > 0) found.push({ action: 'readLogprobs', field: 'include' })
  if (hidden.length > probabilities.length) found.push({ action: 'includeHidden', field: 'include' })
  // Tells how a request differs from one that was made before.
  const compared = asObject(body.prompt_cache_options)?.comparison_response_id
  if (hasValue(compared)) found.push({ action: 'readStored', field: 'prompt_cache_options.comparison_response_id' })
  return found
}

/** What an inspection shows in an item: probabilities anywhere, and what `include` asks for. */
function trimItem(value: Json | undefined): number {
  const one = asObject(value)
  if (!one) return 0
  let count = 0
  for (const field of ['content', 'output', 'summary']) {
    for (const piece of Array.isArray(one[field]) ? one[field] : []) count += trimLogprobs(piece)
  }
  const searched = one.type === 'file_search_call' || one.type === 'web_search_call'
  if (searched && hasValue(one.results)) {
    one.results = null
    count++
  }
  return count
}
function trimLogprobs(value: Json | undefined): number {
  const one = asObject(value)
  if (!one || !hasValue(one.logprobs)) return 0
  one.logprobs = []
  return 1
}
function trimAnswer(value: Json | undefined): number {
  const one = asObject(value)
  if (!one) return 0
  let count = trimLogprobs(one)
  for (const field of ['system_fingerprint', 'prompt_logprobs', 'prompt_cache_diagnostics']) {
    if (!hasValue(one[field])) continue
    delete one[field]
    count++
  }
  for (const list of [one.output, one.data]) {
    for (const each of Array.isArray(list) ? list : []) count += trimItem(each)
  }
  return count
}
function trim(answer: Json): number {
  const one = asObject(answer)
  if (!one) return 0
  return trimAnswer(one) + trimAnswer(one.response) + trimItem(one.item) + trimItem(one) + trimLogprobs(one.part)
}

const citations = citationsOf('text', true)
/** Beside their text, or in an event of its own. */
function anchors(answer: Json): Anchor[] {
  const event = asObject(answer)
  if (event?.type !== 'response.output_text.annotation.added') return citations(answer)
  const text = responsesStream.channel(['delta'], { ...event, type: 'response.output_text.delta' })
  return text === undefined ? [] : offsetsOf(event.annotation ?? null, text, true)
}

function plantInItems(items: readonly Json[], line: string): void {
  const first = items.map(asObject).find((one) => one && sourceOfRole(one) === 'system')
  if (typeof first?.content === 'string') first.content += `\n\n${line}`
  else if (Array.isArray(first?.content)) first.content.push({ type: 'input_text', text: line })
}
