/** Blocks, tools and usage of Anthropic's Messages: generally available and beta, as requests, answers and batches have them. */
import type { Leaf, Places } from '../types.ts'
import { names } from './shapes.ts'

const cache: Places = names('identifier', 'type ttl scope')
const citation: Places = {
  ...names('identifier', 'type file_id'),
  ...names('text', 'cited_text document_title title source url document_index search_result_index start_char_index'),
  ...names('text', 'end_char_index start_page_number end_page_number start_block_index end_block_index'),
  encrypted_index: 'encrypted',
}
const caller: Places = names('identifier', 'type tool_id')

/** A block of any kind. Results of tools hold blocks, or an object with some. */
export const block: Record<string, Places | Leaf> = {
  ...names(
    'identifier',
    'type id name tool_use_id tool_name server_name mcp_server_name toolset_name error_code file_type',
  ),
  ...names('identifier', 'role stop_reason media_type download_id tab_id model agent_name'),
  ...names(
    'text',
    'text title context input is_error url page_age retrieved_at error_message stdout stderr return_code',
  ),
  ...names(
    'text',
    'start_line num_lines total_lines old_start old_lines new_start new_lines is_file_update partial_json',
  ),
  ...names('text', 'stop_sequence size_bytes path active error estimated_tokens'),
  // Signed as a whole: with a value masked it is refused by the vendor. Pseudonyms are the same the next time, so that it agrees.
  thinking: 'text',
  ...names('encrypted', 'signature data encrypted_content encrypted_index encrypted_stdout'),
  file_id: 'reference',
  cache_control: cache,
  // Citations that were made; of a document, whether they are wanted.
  citations: { enabled: 'text', '*': citation },
  citation,
  lines: { '*': 'text' },
  paths: { '*': 'text' },
  caller,
  stop_details: {
    ...names('identifier', 'type category recommended_model fallback_credit_token'),
    ...names('text', 'explanation fallback_has_prefill_claim'),
  },
  transformations: names('text', 'max_side_length_pixels oversized_image'),
  from: names('identifier', 'type model'),
  to: names('identifier', 'type model'),
  trigger: names('identifier', 'type category'),
}
// Results hold blocks, or one that holds more; so do documents that were fetched.
block['*'] = block
block.content = block
block.source = {
  ...names('identifier', 'type media_type'),
  data: 'document',
  url: 'text',
  file_id: 'reference',
  content: block,
  // A document may be plain text, of any letters.
  '?': { text: { ...names('identifier', 'type media_type'), data: 'text', file_id: 'reference' } },
}
block.tool_references = { '*': block }
block.tabs = { '*': { ...names('identifier', 'tab_id'), ...names('text', 'title url active') } }
block.state_changes = { '*': block }

const mcpConfig: Places = names('text', 'enabled defer_loading')
export const tool: Record<string, Places | Leaf> = {
  ...names('identifier', 'type name model mcp_server_name server_name response_inclusion toolset_name'),
  ...names(
    'text',
    'description input_schema input_examples strict defer_loading eager_input_streaming max_uses max_tokens',
  ),
  ...names(
    'text',
    'max_characters max_content_tokens use_cache display_width_px display_height_px display_number enable_zoom',
  ),
  ...names('text', 'url_sources configs server_tool_results client_tool_results user_input properties'),
  cache_control: cache,
  caching: cache,
  citations: { enabled: 'text' },
  allowed_callers: { '*': 'identifier' },
  allowed_domains: { '*': 'text' },
  blocked_domains: { '*': 'text' },
  user_location: { type: 'identifier', ...names('text', 'city country region timezone') },
  default_config: mcpConfig,
}
tool.tools = { '*': tool }
tool.definition = tool
// Tools that come and go within a conversation.
block.tool = tool
block.tools = { '*': tool }
block.tool_changes = { '*': block }

const counts: Places = {
  ...names('identifier', 'type model service_tier inference_geo speed'),
  ...names('text', 'input_tokens output_tokens cache_creation_input_tokens cache_read_input_tokens fallback_credit'),
  cache_creation: names('text', 'ephemeral_5m_input_tokens ephemeral_1h_input_tokens'),
  output_tokens_details: names('text', 'thinking_tokens'),
  server_tool_use: names('text', 'web_search_requests web_fetch_requests'),
}
export const usage: Places = { ...counts, iterations: { '*': counts } }

const container: Places = {
  '.': 'reference',
  id: 'reference',
  expires_at: 'text',
  // The vendor's own skills are there for everybody.
  skills: {
    '*': {
      ...names('identifier', 'type version'),
      skill_id: 'reference',
      '?': { anthropic: names('identifier', 'type version skill_id') },
    },
  },
}
const amount: Places = { type: 'identifier', value: 'text' }
const edit: Places = {
  type: 'identifier',
  ...names('text', 'clear_tool_inputs instructions pause_after_compaction cleared_input_tokens cleared_thinking_turns'),
  ...names('text', 'cleared_tool_uses'),
  trigger: amount,
  keep: { '.': 'identifier', ...amount },
  clear_at_least: amount,
  exclude_tools: { '*': 'identifier' },
}
const thinking: Places = { ...names('identifier', 'type display'), block_binding: 'text', budget_tokens: 'text' }
const form: Places = { type: 'identifier', schema: 'text', name: 'identifier' }
const output_config: Places = {
  effort: 'identifier',
  format: form,
  task_budget: { type: 'identifier', ...names('text', 'total remaining') },
}

/** The body of a request. */
export const request: Places = {
  ...names('identifier', 'model service_tier speed inference_geo workspace_id'),
  ...names('text', 'max_tokens stream temperature top_k top_p'),
  system: { '*': block },
  messages: { '*': { ...names('identifier', 'role clear_at'), content: { '*': block }, output_config } },
  tools: { '*': tool },
  tool_choice: { ...names('identifier', 'type name'), disable_parallel_tool_use: 'text' },
  metadata: { user_id: 'text' },
  stop_sequences: { '*': 'text' },
  thinking,
  cache_control: cache,
  container,
  context_management: { edits: { '*': edit } },
  compaction: { type: 'identifier', instructions: 'text' },
  mcp_servers: {
    '*': {
      ...names('identifier', 'type name'),
      ...names('text', 'url authorization_token'),
      tool_configuration: { enabled: 'text', allowed_tools: { '*': 'identifier' } },
    },
  },
  output_config,
  output_format: form,
  fallbacks: {
    '.': 'identifier',
    '*': { ...names('identifier', 'model speed'), max_tokens: 'text', thinking, output_config },
  },
  fallback_credit_token: { '.': 'identifier', ...names('identifier', 'token mode') },
  billing_policy: { type: 'identifier', bill_to: names('identifier', 'type id') },
  betas: { '*': 'identifier' },
  user_profile_id: 'reference',
  // What an earlier answer knew: the vendor compares with it, or goes on from it.
  diagnostics: { previous_message_id: 'reference' },
  thread: { type: 'identifier', previous_message_id: 'reference' },
}

/** A message of an answer. */
export const message: Places = {
  ...names('identifier', 'id type role model stop_reason'),
  stop_sequence: 'text',
  content: { '*': block },
  stop_details: block.stop_details!,
  usage,
  container,
  context_management: { applied_edits: { '*': edit }, original_input_tokens: 'text' },
  diagnostics: {
    cache_miss_reason: { type: 'identifier', cache_missed_input_tokens: 'text' },
  },
  input_transformations: { '*': { ...names('identifier', 'type reason'), path: 'text' } },
}
