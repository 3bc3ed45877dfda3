import { id } from '../ids.ts'
import type { Format, Json, JsonObject } from '../types.ts'
import { block, message, request } from './anthropic-blocks.ts'
import { citationsOf, documentsOf } from './anthropic-citations.ts'
import { withNames } from './models.ts'
import { asObject, at, checkIndex, hasValue, sourceOfRole } from './shapes.ts'

/** Deltas are named by what they bring, but for these. */
const DELTAS: Readonly<Record<string, string>> = { partial_json: 'input_json_delta', content: 'compaction_delta' }
/** Fields of a block with which a text may begin. */
const TEXTS = new Set<string | number>(['text', 'thinking', 'content'])

/** Anthropic's Messages, `POST /v1/messages`. */
export const anthropicMessages: Format = withNames({
  name: id('anthropic-messages'),
  api: 'anthropic',
  requestPlaces: request,
  responsePlaces: {
    ...message,
    message,
    index: 'text',
    content_block: block,
    delta: { ...block, container: message.container! },
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
  // Only tools of the provider's run in a container; only in a thread is a message gone on from.
  keeps: ({ container, thread, tools }) =>
    hasValue(thread) ||
    hasValue(container) ||
    (Array.isArray(tools) && tools.some((tool) => isCode(asObject(tool)?.type))),
  needs: () => [],
  trim: () => 0,
  lead: () => {},
  plant(body, line) {
    if (typeof body.system === 'string') body.system += `\n\n${line}`
    else if (Array.isArray(body.system) && body.system.length > 0) body.system.push({ type: 'text', text: line })
  },
  anchors: citationsOf,
  cited: documentsOf,
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
        if (TEXTS.has(keys[3]!)) return JSON.stringify([keys[2], keys[3]])
      }
      if (type === 'content_block_start' && keys.length === 2 && keys[0] === 'content_block') {
        if (TEXTS.has(keys[1]!)) return JSON.stringify([index, keys[1]])
      }
      return undefined
    },
    delta(channel, text) {
      const [index, field] = JSON.parse(channel) as [number, string]
      const type = Object.hasOwn(DELTAS, field) ? DELTAS[field]! : `${field}_delta`
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
    denied: (body) => [{ name: 'error', data: body }],
  },
})

function isCode(type: Json | undefined): boolean {
  return typeof type === 'string' && type.startsWith('code_execution')
}
