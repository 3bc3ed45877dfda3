/** Every field of a Chat Completions request, for an Anthropic upstream. */
import type { Json } from '../types.ts'
import { carried, type Fields, ignored, refused } from './fields.ts'

const CACHING = 'caching changes cost and speed, not answers'
const PROBABILITIES = 'the upstream gives no probabilities of tokens'
const OLD_FUNCTIONS = 'functions are asked for as tools'
const SOUND = 'the upstream neither hears nor speaks'
const isZero = (value: Json) => value === 0
/** Anthropic's marker for caching; clients of gateways set it on OpenAI's shapes too. */
const cache_control = carried
const prompt_cache_breakpoint = ignored(CACHING)

export const REQUEST: Fields = {
  model: carried,
  messages: carried,
  max_tokens: carried,
  max_completion_tokens: carried,
  temperature: carried,
  top_p: carried,
  stop: carried,
  stream: carried,
  stream_options: carried,
  tools: carried,
  tool_choice: carried,
  parallel_tool_calls: carried,
  response_format: carried,
  reasoning_effort: carried,
  user: carried,
  safety_identifier: carried,
  prompt_cache_key: ignored(CACHING),
  prompt_cache_options: ignored(CACHING),
  prompt_cache_retention: ignored(CACHING),
  service_tier: ignored("tiers are of a vendor's contract; the upstream's own default holds"),
  prediction: ignored('a guess at the answer makes it come faster, not different'),
  seed: ignored('OpenAI promises best effort only, and no client can rely on it'),
  verbosity: ignored('a hint of style; what the prompt says about length holds'),
  metadata: ignored('labels of stored completions, and nothing is stored'),
  n: refused('the upstream gives one choice', (value) => value === 1),
  logprobs: refused(PROBABILITIES),
  top_logprobs: refused(PROBABILITIES, isZero),
  logit_bias: refused(PROBABILITIES),
  frequency_penalty: refused('the upstream has no penalties', isZero),
  presence_penalty: refused('the upstream has no penalties', isZero),
  modalities: refused(SOUND, (value) => Array.isArray(value) && value.every((one) => one === 'text')),
  audio: refused(SOUND),
  store: refused('the upstream does not store answers'),
  moderation: refused('the upstream has no moderation to ask for'),
  web_search_options: refused('searching is not translated'),
  functions: refused(OLD_FUNCTIONS),
  function_call: refused(OLD_FUNCTIONS),
}
export const STREAM_OPTIONS: Fields = {
  include_usage: carried,
  include_obfuscation: ignored("padding is the proxy's own matter"),
}

const content = carried
/** Who in a group is speaking: it would have to go into the text. */
const name = refused('participants have no names at the upstream')
export const MESSAGES: Readonly<Record<string, Fields>> = {
  system: { role: carried, content, name },
  developer: { role: carried, content, name },
  user: { role: carried, content, name },
  assistant: {
    role: carried,
    content,
    refusal: carried,
    tool_calls: carried,
    // Ours: signed thinking, which the upstream wants back. (Also what LiteLLM calls it.)
    thinking_blocks: carried,
    reasoning_content: ignored('thinking counts at the upstream only with its signature, in thinking_blocks'),
    reasoning: ignored('thinking counts at the upstream only with its signature, in thinking_blocks'),
    annotations: ignored('notes on a text that is sent itself'),
    parsed: ignored('what the SDK read from the content, which is sent itself'),
    name,
    audio: refused(SOUND),
    function_call: refused(OLD_FUNCTIONS),
  },
  tool: { role: carried, content, tool_call_id: carried, cache_control },
}
export const PARTS: Readonly<Record<string, Fields>> = {
  text: { type: carried, text: carried, cache_control, prompt_cache_breakpoint },
  refusal: { type: carried, refusal: carried },
  image_url: { type: carried, image_url: carried, cache_control, prompt_cache_breakpoint },
  file: { type: carried, file: carried, cache_control, prompt_cache_breakpoint },
}
/** Kinds of parts that are refused, by the reason. */
export const REFUSED_PARTS: Readonly<Record<string, string>> = { input_audio: SOUND }
export const IMAGE_URL: Fields = { url: carried, detail: ignored('the upstream scales images itself') }
export const FILE: Fields = {
  file_data: carried,
  filename: carried,
  file_id: refused('files kept at one vendor are not at the other'),
}
export const TOOL_CALL: Fields = {
  id: carried,
  type: refused('only calls of functions can be told', (value) => value === 'function'),
  function: carried,
  index: ignored('its place in the list says the same'),
}
export const CALLED: Fields = {
  name: carried,
  arguments: carried,
  parsed_arguments: ignored('what the SDK read from the arguments, which are sent themselves'),
}
export const TOOL: Fields = {
  type: refused('only functions can be tools', (value) => value === 'function'),
  function: carried,
  cache_control,
}
export const FUNCTION: Fields = { name: carried, description: carried, parameters: carried, strict: carried }
export const TOOL_CHOICE: Fields = { type: carried, function: carried }
export const CHOSEN: Fields = { name: carried }
/** As our answers tell them. LiteLLM's may have a marker for caching, which Anthropic does not take here. */
export const THINKING_BLOCKS: Readonly<Record<string, Fields>> = {
  thinking: { type: carried, thinking: carried, signature: carried, cache_control: ignored(CACHING) },
  redacted_thinking: { type: carried, data: carried, cache_control: ignored(CACHING) },
}
export const RESPONSE_FORMAT: Fields = { type: carried, json_schema: carried }
export const JSON_SCHEMA: Fields = {
  schema: carried,
  description: carried,
  name: ignored('schemas have no names at the upstream'),
  strict: ignored('schemas always hold at the upstream'),
}
