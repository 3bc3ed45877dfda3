import { id } from '../ids.ts'
import type { Format, JsonObject, Places } from '../types.ts'
import { asObject, at, checkIndex, hasValue, sourceOfRole } from './shapes.ts'

const cache: Places = { type: 'identifier', ttl: 'identifier' }
const media: Places = { type: 'identifier', media_type: 'identifier', data: 'text', url: 'text', file_id: 'identifier' }
const inner: Places = { type: 'identifier', text: 'text', source: media, cache_control: cache }
const block: Places = {
  type: 'identifier',
  text: 'text',
  citations: 'text',
  cache_control: cache,
  source: { ...media, content: { '*': inner } },
  title: 'text',
  context: 'text',
  thinking: 'text',
  // Signed or encrypted by the provider: looked at, never rewritten.
  signature: 'identifier',
  data: 'identifier',
  id: 'identifier',
  name: 'identifier',
  input: 'text',
  tool_use_id: 'identifier',
  is_error: 'text',
  content: { '*': inner },
}
const usage: Places = {
  input_tokens: 'text',
  output_tokens: 'text',
  cache_creation_input_tokens: 'text',
  cache_read_input_tokens: 'text',
  cache_creation: { ephemeral_5m_input_tokens: 'text', ephemeral_1h_input_tokens: 'text' },
  server_tool_use: { web_search_requests: 'text', web_fetch_requests: 'text' },
  service_tier: 'identifier',
}
const message: Places = {
  id: 'identifier',
  type: 'identifier',
  role: 'identifier',
  model: 'identifier',
  content: { '*': block },
  stop_reason: 'identifier',
  stop_sequence: 'text',
  usage,
}

/** Anthropic's Messages, `POST /v1/messages`. */
export const anthropicMessages: Format = {
  name: id('anthropic-messages'),
  api: 'anthropic',
  requestPlaces: {
    model: 'identifier',
    system: { '*': block },
    messages: { '*': { role: 'identifier', content: { '*': block } } },
    tools: {
      '*': {
        type: 'identifier',
        name: 'identifier',
        description: 'text',
        input_schema: 'text',
        cache_control: cache,
      },
    },
    tool_choice: { type: 'identifier', name: 'identifier', disable_parallel_tool_use: 'text' },
    max_tokens: 'text',
    metadata: { user_id: 'text' },
    stop_sequences: 'text',
    stream: 'text',
    temperature: 'text',
    top_k: 'text',
    top_p: 'text',
    thinking: { type: 'identifier', budget_tokens: 'text' },
    service_tier: 'identifier',
  },
  responsePlaces: {
    ...message,
    message,
    index: 'text',
    content_block: block,
    delta: { ...block, partial_json: 'text', stop_reason: 'identifier', stop_sequence: 'text' },
    error: { type: 'identifier', message: 'text' },
    request_id: 'identifier',
  },
  source(keys, body) {
    if (keys[0] === 'system') return 'system'
    if (keys[0] !== 'messages') return 'unknown'
    if (keys[2] === 'content' && typeof keys[3] === 'number') {
      const type = asObject(at(body, keys.slice(0, 4)))?.type
      if (typeof type === 'string' && type.endsWith('tool_result')) return 'tool'
    }
    return sourceOfRole(at(body, keys.slice(0, 2)))
  },
  model: (body) => body.model,
  needs: () => [],
  trim: () => 0,
  plant(body, line) {
    if (typeof body.system === 'string') body.system += `\n\n${line}`
    else if (Array.isArray(body.system) && body.system.length > 0) body.system.push({ type: 'text', text: line })
  },
  stream: {
    channel(keys, event) {
      const { type, index } = asObject(event) ?? {}
      checkIndex(index)
      if (type === 'content_block_delta' && keys.length === 2 && keys[0] === 'delta') {
        // A kind of delta that we do not know is a piece of a text too.
        return JSON.stringify([index, keys[1]])
      }
      // A message, or a block, may begin with text; what the deltas bring goes on from there.
      if (type === 'message_start' && keys[0] === 'message' && keys[1] === 'content' && keys.length === 4) {
        if (keys[3] === 'text' || keys[3] === 'thinking') return JSON.stringify([keys[2], keys[3]])
      }
      if (type === 'content_block_start' && keys.length === 2 && keys[0] === 'content_block') {
        if (keys[1] === 'text' || keys[1] === 'thinking') return JSON.stringify([index, keys[1]])
      }
      return undefined
    },
    delta(channel, text) {
      const [index, field] = JSON.parse(channel) as [number, string]
      const type = field === 'partial_json' ? 'input_json_delta' : `${field}_delta`
      return { type: 'content_block_delta', index, delta: { type, [field]: text } }
    },
    eventName: ({ type }: JsonObject) => (typeof type === 'string' && /^[a-z_]{1,40}$/.test(type) ? type : undefined),
    closes(event, open) {
      const { type, index } = asObject(event) ?? {}
      if (type === 'message_delta' || type === 'message_stop') return open
      if (type !== 'content_block_stop') return []
      return open.filter((channel) => (JSON.parse(channel) as [number, string])[0] === index)
    },
    terminal: (_data, event) => asObject(event)?.type === 'message_stop',
    failed: (event) => asObject(event)?.type === 'error' || hasValue(asObject(event)?.error),
    repeats: () => false,
    denied: (body) => ({ name: 'error', data: body }),
  },
}
