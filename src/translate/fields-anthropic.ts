/** Every field of a Messages request, for an OpenAI upstream. */
import { carried, type Fields, ignored, refused } from './fields.ts'

const CACHING = 'OpenAI caches by itself; caching changes cost and speed, not answers'
const STORED = 'files kept at one vendor are not at the other'
const SERVER_TOOL = 'tools that run at the vendor are not translated'
const cache_control = ignored(CACHING)

export const REQUEST: Fields = {
  model: carried,
  messages: carried,
  max_tokens: carried,
  system: carried,
  stop_sequences: carried,
  stream: carried,
  temperature: carried,
  top_p: carried,
  tools: carried,
  tool_choice: carried,
  metadata: carried,
  output_config: carried,
  thinking: carried,
  cache_control,
  top_k: ignored('a limit on sampling that OpenAI does not have; top_p holds'),
  service_tier: ignored("tiers are of a vendor's contract; the upstream's own default holds"),
  speed: ignored('speed is not the answer'),
  diagnostics: ignored('asks why a cache was missed, and this cache was never asked'),
  inference_geo: refused('where the upstream runs is for the configuration to say'),
  container: refused(SERVER_TOOL),
  mcp_servers: refused(SERVER_TOOL),
  context_management: refused('OpenAI does not edit a conversation'),
  // Headers of the API, which the SDK takes beside the fields; a body must not have them.
  user_profile_id: refused('this is a header'),
  workspace_id: refused('this is a header'),
}
export const METADATA: Fields = { user_id: carried }
export const OUTPUT_CONFIG: Fields = { effort: carried, format: carried }
export const FORMAT: Fields = { type: carried, schema: carried }
/** `between_tools` and `adaptive` leave it to the model, as OpenAI's default does. */
export const THINKING: Fields = {
  type: carried,
  display: carried,
  budget_tokens: ignored('OpenAI has no budget for thinking alone; max_tokens holds, thinking included'),
}
export const TOOL_CHOICE: Fields = { type: carried, name: carried, disable_parallel_tool_use: carried }

export const MESSAGE: Fields = { role: carried, content: carried }
const citations = ignored('notes on a text that is sent itself')
const toolset_name = refused(SERVER_TOOL)
const caller = refused(SERVER_TOOL, (value) => JSON.stringify(value) === '{"type":"direct"}')
export const BLOCKS: Readonly<Record<string, Fields>> = {
  text: { type: carried, text: carried, cache_control, citations },
  image: {
    type: carried,
    source: carried,
    cache_control,
    transformations: ignored('OpenAI scales images itself'),
  },
  document: {
    type: carried,
    source: carried,
    title: carried,
    context: carried,
    cache_control,
    citations: refused('OpenAI does not cite', (value) => JSON.stringify(value) === '{"enabled":false}'),
  },
  thinking: { type: carried, thinking: carried, signature: carried },
  redacted_thinking: { type: carried, data: ignored("another vendor's thinking, which OpenAI cannot read") },
  tool_use: { type: carried, id: carried, name: carried, input: carried, cache_control, caller, toolset_name },
  tool_result: {
    type: carried,
    tool_use_id: carried,
    content: carried,
    is_error: carried,
    cache_control,
    toolset_name,
  },
  tool_reference: { type: carried, tool_name: carried, cache_control },
}
/** Kinds of blocks that are refused, by the reason. */
export const REFUSED_BLOCKS: Readonly<Record<string, string>> = {
  search_result: 'OpenAI does not cite',
  browser_state: SERVER_TOOL,
  container_upload: SERVER_TOOL,
  server_tool_use: SERVER_TOOL,
  web_search_tool_result: SERVER_TOOL,
  web_fetch_tool_result: SERVER_TOOL,
  code_execution_tool_result: SERVER_TOOL,
  bash_code_execution_tool_result: SERVER_TOOL,
  text_editor_code_execution_tool_result: SERVER_TOOL,
  tool_search_tool_result: SERVER_TOOL,
}
export const SOURCES: Fields = {
  type: carried,
  /** Told anew, by the first bytes of the data. */
  media_type: carried,
  data: carried,
  url: carried,
  content: carried,
  file_id: refused(STORED),
}
/** What each kind of source has its content in. */
export const HELD: Readonly<Record<string, string>> = {
  base64: 'data',
  text: 'data',
  url: 'url',
  content: 'content',
  file: 'file_id',
}
/** Tools that the caller runs. All other types run at the vendor. */
export const TOOL: Fields = {
  type: refused(SERVER_TOOL, (value) => value === 'custom'),
  name: carried,
  description: carried,
  input_schema: carried,
  strict: carried,
  cache_control,
  defer_loading: ignored('the tool is there from the start'),
  eager_input_streaming: ignored('when a piece of an answer comes is no part of it'),
  input_examples: ignored('help for the model; the schema and the description hold'),
  allowed_callers: refused(SERVER_TOOL, (value) => JSON.stringify(value) === '["direct"]'),
}
