/** Tools, choices of tools, and formats of answers, as all of OpenAI's APIs have them. */
import type { Leaf, Places } from '../types.ts'
import { names } from './shapes.ts'

/** Which tools of a server are meant. */
const toolFilter: Places = { read_only: 'text', tool_names: { '*': 'identifier' } }
const networkPolicy: Places = {
  type: 'identifier',
  allowed_domains: { '*': 'text' },
  domain_secrets: { '*': names('text', 'domain name value') },
}
const skill: Places = {
  ...names('identifier', 'type name version'),
  ...names('text', 'description path'),
  skill_id: 'reference',
  // A ZIP archive.
  source: { ...names('identifier', 'type media_type'), data: 'document' },
}
/** Where code runs. A container keeps the files of those who used it before. */
const container: Places = {
  ...names('identifier', 'type memory_limit'),
  container_id: 'reference',
  file_ids: { '*': 'reference' },
  network_policy: networkPolicy,
  skills: { '*': skill },
}
/** Filters compare attributes of files; they nest, and their values are texts. */
const filter: Record<string, Places | Leaf> = {
  ...names('identifier', 'type'),
  ...names('text', 'key value'),
}
filter.filters = { '*': filter }

const plainFunction: Places = {
  ...names('identifier', 'name'),
  ...names('text', 'description parameters strict output_schema'),
}
/** The types of audio that may be spoken, and by whom: a voice is a name, or one that was made. */
export const voice: Places = { '.': 'identifier', id: 'reference' }
/** A grammar that a custom tool's input must follow, written in one of two ways. */
const customFormat: Places = {
  ...names('identifier', 'type syntax'),
  definition: 'text',
  grammar: { definition: 'text', syntax: 'identifier' },
}
const place: Places = names('text', 'city country region timezone')
const location: Places = { type: 'identifier', ...place, approximate: place }

/** A tool of any kind: a function, a server's, or one that the vendor runs. */
export const tool: Record<string, Places | Leaf> = {
  ...plainFunction,
  ...names('identifier', 'type server_label connector_id environment model size quality background action complexity'),
  ...names('identifier', 'output_format input_fidelity moderation search_context_size execution namespace'),
  ...names('text', 'async defer_loading display_height display_width max_num_results frame_count frame_duration_ms'),
  ...names('text', 'output_compression partial_images server_description server_url authorization input_schema'),
  ...names('text', 'annotations external_web_access max_output_length timeout_ms return_token_budget'),
  function: plainFunction,
  custom: { name: 'identifier', description: 'text', format: customFormat },
  format: customFormat,
  headers: 'text',
  allowed_callers: { '*': 'identifier' },
  allowed_tools: { '*': 'identifier', ...toolFilter },
  require_approval: { '.': 'identifier', always: toolFilter, never: toolFilter },
  tunnel_id: 'reference',
  vector_store_ids: { '*': 'reference' },
  ranking_options: {
    ranker: 'identifier',
    score_threshold: 'text',
    hybrid_search: names('text', 'embedding_weight text_weight'),
  },
  filters: { ...filter, allowed_domains: { '*': 'text' }, blocked_domains: { '*': 'text' } },
  file_search: { max_num_results: 'text', ranking_options: { ranker: 'identifier', score_threshold: 'text' } },
  user_location: location,
  search_content_types: { '*': 'identifier' },
  image_settings: names('text', 'max_results caption'),
  container: { '.': 'reference', ...container },
  input_image_mask: { file_id: 'reference', image_url: 'image' },
  svg: { model: 'identifier', reasoning: { effort: 'identifier' } },
  skills: { '*': skill },
}
tool.environment = { '.': 'identifier', ...container }
// A namespace holds tools.
tool.tools = { '*': tool }

export const toolChoice: Places = {
  '.': 'identifier',
  ...names('identifier', 'type name mode server_label namespace'),
  function: { name: 'identifier' },
  custom: { name: 'identifier' },
  tools: { '*': tool },
  allowed_tools: { mode: 'identifier', tools: { '*': tool } },
}

/** What form an answer must have. In the Responses API the schema stands beside its type, elsewhere below `json_schema`. */
const schema: Places = { name: 'identifier', ...names('text', 'description schema strict') }
export const answerFormat: Places = {
  '.': 'identifier',
  type: 'identifier',
  ...schema,
  json_schema: schema,
  grammar: 'text',
}

export const webSearchOptions: Places = { search_context_size: 'identifier', user_location: location }
/** Fields that mean the same in requests of all APIs for text. */
export const common: Places = {
  ...names('identifier', 'model service_tier prompt_cache_retention reasoning_effort verbosity truncation'),
  ...names(
    'text',
    'stream temperature top_p n max_tokens max_completion_tokens max_output_tokens max_tool_calls store',
  ),
  ...names(
    'text',
    'presence_penalty frequency_penalty seed user metadata client_metadata parallel_tool_calls top_logprobs logit_bias',
  ),
  ...names('text', 'prompt_cache_key safety_identifier background'),
  stream_options: names('text', 'include_usage include_obfuscation'),
  prompt_cache_options: {
    ...names('identifier', 'mode ttl'),
    prewarm: 'text',
    // Diagnostics of a cache tell how two requests differ.
    comparison_response_id: 'reference',
  },
  reasoning: { ...names('identifier', 'effort summary generate_summary context mode'), ...names('text', 'max_tokens') },
  access_programs: { cyber: 'identifier' },
  image: { context_compression: 'identifier' },
  moderation: {
    model: 'identifier',
    policy: { input: { mode: 'identifier' }, output: { mode: 'identifier' } },
  },
  tools: { '*': tool },
  tool_choice: toolChoice,
  // Of other servers: a prompt that no rule can read.
  prompt_embeds: 'vector',
  prompt_token_ids: 'tokens',
}

/** How many tokens were used, by all the names that these APIs have for it. */
const details: Places = {
  ...names('text', 'cached_tokens audio_tokens cache_write_tokens reasoning_tokens accepted_prediction_tokens'),
  ...names('text', 'rejected_prediction_tokens text_tokens image_tokens cached_image_tokens cached_text_tokens'),
  ...names('text', 'cached_audio_tokens ttl_12h_tokens ttl_30m_tokens'),
  cache_write_tokens_details: names('text', 'ttl_12h_tokens ttl_30m_tokens'),
  cached_tokens_details: names('text', 'text_tokens image_tokens audio_tokens cached_image_tokens cached_text_tokens'),
}
export const usage: Places = {
  type: 'identifier',
  ...names('text', 'prompt_tokens completion_tokens total_tokens input_tokens output_tokens reasoning_tokens seconds'),
  ...names('text', 'cached_tokens cost num_requests model'),
  prompt_tokens_details: details,
  completion_tokens_details: details,
  input_tokens_details: details,
  output_tokens_details: details,
  input_token_details: details,
  output_token_details: details,
  cached_tokens_details: details,
}

const result: Places = {
  ...names('identifier', 'type model code'),
  ...names('text', 'flagged message categories category_applied_input_types category_scores'),
}
const judged: Places = { ...result, results: { '*': result } }
/** What a moderation that was asked for with an answer says. */
export const moderation: Places = { ...(common.moderation as Places), input: judged, output: judged }
