/** Items: the turns, calls, results and thoughts that make up the input and the output of OpenAI's Responses API. */
import type { Places } from '../types.ts'
import { answerFormat, tool } from './openai-tools.ts'
import { names } from './shapes.ts'

const logprob: Places = { token: 'text', logprob: 'text', bytes: 'tokens' }
/** Tokens with their probabilities; `bytes` is each token once more, as numbers. */
export const logprobs: Places = { '*': { ...logprob, top_logprobs: { '*': logprob } } }

const citation: Places = {
  ...names('text', 'title url start_index end_index index filename quote text'),
  // What an answer tells to have read: an id here reads nothing, and histories bring it back.
  ...names('identifier', 'type file_id container_id'),
}
export const annotation: Places = {
  ...citation,
  url_citation: citation,
  file_citation: citation,
  file_path: citation,
}

const breakpoint: Places = names('identifier', 'mode ttl')
/** A piece of a message, in any of OpenAI's APIs: where one has a string, another has an object around it. */
export const part: Places = {
  ...names('identifier', 'type detail format'),
  ...names('text', 'refusal transcript filename file_url'),
  text: { '.': 'text', value: 'text', annotations: { '*': annotation } },
  image_url: { '.': 'image', url: 'image', detail: 'identifier', file_id: 'reference' },
  image_file: { file_id: 'reference', detail: 'identifier' },
  input_audio: { data: 'audio', format: 'identifier' },
  file: { file_id: 'reference', filename: 'text', file_data: 'document' },
  file_id: 'reference',
  file_data: 'document',
  data: 'audio',
  audio: 'audio',
  annotations: { '*': annotation },
  logprobs,
  encrypted_content: 'encrypted',
  prompt_cache_breakpoint: breakpoint,
  // What a shell wrote, among the parts of a result.
  ...names('text', 'stdout stderr'),
  outcome: { type: 'identifier', exit_code: 'text' },
  created_by: 'identifier',
}

const check: Places = { ...names('identifier', 'id code'), message: 'text' }
/** What an agent does: commands, clicks, searches. */
const action: Places = {
  '.': 'identifier',
  ...names('identifier', 'type button'),
  ...names(
    'text',
    'x y scroll_x scroll_y text query url pattern timeout_ms max_output_length user working_directory env',
  ),
  keys: { '*': 'text' },
  path: { '*': names('text', 'x y') },
  queries: { '*': 'text' },
  commands: { '*': 'text' },
  command: { '*': 'text' },
  sources: { '*': { type: 'identifier', ...names('text', 'url title name') } },
}
const failure: Places = {
  ...names('identifier', 'type code'),
  ...names('text', 'message param'),
  content: { '*': part },
  moderation_details: { categories: { '*': 'identifier' }, moderation_stage: 'identifier' },
}
const fields: Places = {
  ...names('identifier', 'type role status phase call_id name namespace server_label approval_request_id created_by'),
  ...names('identifier', 'execution fingerprint object output_format quality size background model agent_name author'),
  ...names('identifier', 'recipient format'),
  ...names(
    'text',
    'arguments input code revised_prompt reason approve max_output_length async created_at completed_at',
  ),
  content: { '*': part },
  summary: { '*': part },
  encrypted_content: 'encrypted',
  output: { ...part, '*': part },
  outputs: { '*': { type: 'identifier', logs: 'text', url: 'image' } },
  results: {
    '*': { ...names('text', 'attributes filename score text url title'), file_id: 'identifier' },
  },
  // A picture, or what a program returned.
  result: 'image',
  queries: { '*': 'text' },
  action,
  actions: { '*': action },
  operation: { type: 'identifier', ...names('text', 'diff path') },
  pending_safety_checks: { '*': check },
  acknowledged_safety_checks: { '*': check },
  // Runs in it again, with all that is there.
  container_id: 'reference',
  environment: {
    ...names('identifier', 'type'),
    container_id: 'reference',
    skills: { '*': names('text', 'name description path') },
  },
  caller: names('identifier', 'type caller_id'),
  agent: names('identifier', 'agent_name'),
  tools: { '*': tool },
  error: failure,
  reasoning: { effort: 'identifier' },
  text: { '.': 'text', format: answerFormat },
  svg_usage: { model: 'identifier', ...names('text', 'input_tokens output_tokens reasoning_tokens total_tokens') },
}
const told: Places = { ...fields, id: 'identifier' }

/**
 * An item. Its id alone is enough for the API to read it from what is stored (`item_reference`, thoughts, pictures), so it must
 * be the caller's; where the content stands beside it, an id is only a name.
 */
export const item: Places = {
  ...fields,
  id: 'reference',
  '?': {
    message: told,
    function_call: told,
    function_call_output: told,
    custom_tool_call: told,
    custom_tool_call_output: told,
    mcp_approval_response: told,
    local_shell_call_output: told,
    shell_call_output: told,
    apply_patch_call_output: told,
    program_output: told,
    additional_tools: told,
    configuration_update: told,
  },
}
/** Items of an answer. */
export const outputItem: Places = told
