import type { Api, Format, Json, JsonObject, Leaf, Limits, Need, Places } from '../types.ts'
import { makeFormat } from './make.ts'
import { commonNeeds, includesOf } from './openai-needs.ts'
import { asObject, eachObject, hasValue, names } from './shapes.ts'

/**
 * Names that mean the same wherever they stand in the vendors' APIs. Where an operation has no format of its own, its bodies
 * are looked up here by name: what is an identifier is not rewritten (a finding in one refuses the call), what is a reference
 * must be the caller's own, the rest is text.
 */
const NAMED: Readonly<Record<string, Leaf>> = {
  ...names('identifier', 'id object type status role model model_name first_id last_id next_page prev_page request_id'),
  ...names('identifier', 'etag version latest_version default_version latest_version_id media_type mime_type call_id'),
  ...names('identifier', 'tool_call_id tool_use_id custom_tool_use_id mcp_tool_use_id tool_id turn_id subagent_id'),
  ...names('identifier', 'organization_id workspace_id project_id user_profile_id api_key_id service_account_id'),
  ...names('identifier', 'access action anchor background complexity container_size context_size currency decision'),
  ...names('identifier', 'detail effort error_code evaluated_permission finish_reason format inference_geo lifecycle'),
  ...names('identifier', 'memory_limit mode moderation operation output_format phase processing_status quality ranker'),
  ...names('identifier', 'reason_code reasoning_effort require_approval review scope service_tier speed stop_reason'),
  ...names('identifier', 'stream summary syntax system_fingerprint timezone ttl verbosity period search_context_size'),
  ...names('identifier', 'include'),

  // Things that are kept upstream.
  ...names('reference', 'agent_id automation_id batch_id character_id consent container_id conversation_id'),
  ...names('reference', 'credential_id deployment_id environment_id environment_template_id eval_id file_id file_ids'),
  ...names('reference', 'item_reference memory_id memory_store_id previous_message_id previous_response_id'),
  ...names('reference', 'response_id run_id session_id session_ids session_thread_id skill_id thread_id training_file'),
  ...names('reference', 'upload_id validation_file vault_ids vector_store_id vector_store_ids'),
  // As forms nest them; see isReferenceName for the rest.
  ...names('reference', 'video[id] characters[][id] input_reference[file_id]'),

  ...names('image', 'image image_url input_reference[image_url]'),
  ...names('audio', 'audio_sample recording'),
  ...names('document', 'file_data'),
  ...names('encrypted', 'encrypted_content encrypted_index encrypted_stdout signature'),
  embedding: 'vector',

  // Text, listed so that records may name the place.
  ...names('text', 'arguments city command content context country created_at data definition deny_message'),
  ...names('text', 'description display_name document_title error error_message events explanation expression'),
  ...names('text', 'filename instructions items label message metadata mount_path name output param path prompt'),
  ...names('text', 'queries query refusal region server_description server_label server_url source stderr stdout'),
  ...names('text', 'stop_sequence stop_sequences system text thinking title token tools transcript url user user_id'),
  ...names('text', 'value'),
}
/** Below these the caller's own names stand, which mean nothing of the above. */
const OWN_NAMES = {
  ...names('text', 'arguments attributes env input_schema metadata schema variables'),
}
/** The same, but only of a tool; and of a row that is to be judged. */
const OWN_OF_TOOL = names('text', 'parameters')
const OWN_OF_ROW = names('text', 'item sample')

/** Things that are kept upstream: what a string is in their place. An object in their place has the id in it. */
const KEPT: Readonly<Record<string, Leaf>> = {
  ...names('reference', 'agent container conversation environment skill'),
  ...names('text', 'file prompt source target'),
  video: 'video',
  voice: 'identifier',
}
const KEPT_LISTS = ['agents', 'characters', 'files', 'predefined_agents', 'skills']

/**
 * INVARIANT: what is found at the top is found at any depth, so all of these nodes have the same keys. `rows`: whether `content`
 * holds rows that are to be judged.
 */
function growPlaces(rows: boolean): Places {
  type Node = Record<string, Places | Leaf>
  const top: Node = {}
  // In base64, or a list of things.
  const data: Node = { '.': 'binary', '*': top }
  const kept = Object.entries(KEPT).map(([name, alone]): [string, Node] => [name, { '.': alone, id: 'reference' }])
  const lists = KEPT_LISTS.map((name): [string, Node] => [name, { '*': { '.': 'reference', id: 'reference' } }])
  const tool: Node = {}
  const row: Node = {}
  // Skills that the vendor has for everybody are called by names.
  const everybodys: Node = {}
  const keys = {
    ...OWN_NAMES,
    data,
    ...Object.fromEntries([...kept, ...lists]),
    tools: { '*': tool },
    function: tool,
    ...(rows && { content: { '.': 'text', '*': row } }),
    '**': NAMED,
  }
  const below = lists.flatMap(([, list]) => [list, list['*'] as Node])
  const own = [keys.tools, tool, everybodys, row, ...(keys.content ? [keys.content] : [])]
  for (const node of [top, data, ...kept.map(([, one]) => one), ...below, ...own]) Object.assign(node, keys)
  Object.assign(tool, OWN_OF_TOOL)
  Object.assign(row, OWN_OF_ROW)
  const skill = (keys as unknown as { skills: { '*': Node } }).skills['*']
  Object.assign(everybodys, skill, { skill_id: 'identifier' })
  skill['?'] = { anthropic: everybodys }
  return top
}

function needs(body: JsonObject, limits: Limits): readonly Need[] {
  const includes = includesOf(body).length > 0
  return [...commonNeeds(body, limits), ...(includes ? [{ action: 'includeHidden', field: 'include' }] : [])]
}

const TOLD = new Set(['logprobs', 'top_logprobs', 'system_fingerprint'])
/** Recursive: how deeply an answer is nested is limited where it is read. */
function trim(answer: Json): number {
  if (typeof answer !== 'object' || answer === null) return 0
  let count = 0
  for (const [key, value] of Object.entries(answer)) {
    if (TOLD.has(key) && hasValue(value)) {
      ;(answer as JsonObject)[key] = null
      count++
    } else count += trim(value)
  }
  return count
}

/** A name, or an object that has it as its id. */
function model({ model: named }: JsonObject): Json | undefined {
  return asObject(named)?.id ?? named
}

function genericFormat(name: string, api: Api, rows: boolean): Format {
  const places = growPlaces(rows)
  return makeFormat(name, api, { requestPlaces: places, responsePlaces: places, needs, trim, model })
}
export const openaiJson = genericFormat('openai-json', 'openai', false)
export const anthropicJson = genericFormat('anthropic-json', 'anthropic', false)

const evals = genericFormat('openai-evals', 'openai', true)
/** Where the answers are that an evaluation is over: these are all that a project has stored, whoever made them. */
const STORED = new Set<Json | undefined>(['stored_completions', 'stored-completions', 'logs', 'responses'])
/** OpenAI's Evals: what they say of stored answers is an answer to questions about these. */
export const openaiEvals: Format = {
  ...evals,
  needs(body, limits) {
    let field: string | undefined
    eachObject(body, 'metadata', (one, keys) => {
      // Of a run, it says that answers are made by the Responses API; its rows stand in its source.
      const makes = one.type === 'responses' && keys.join() === 'data_source' && asObject(one.source) !== undefined
      if (STORED.has(one.type) && !makes && !keys.includes('content')) field ??= 'data_source'
    })
    return [...evals.needs(body, limits), ...(field === undefined ? [] : [{ action: 'readStored', field }])]
  },
}
