/**
 * The Responses API's stream. Each text is told up to five times: in pieces, whole in `….done`, in its part, in its item, and in
 * the answer at the end. The pieces are channels; the rest is screened as it stands, and comes out the same.
 */
import { Denial } from '../errors.ts'
import type { Json, JsonObject, StreamFormat } from '../types.ts'
import { asObject, at, checkIndex, hasValue } from './shapes.ts'

type Keys = readonly (string | number)[]
/** What names a text across events: the kind of its pieces, the lane (WebSockets have several), item and part; and keys below. */
type Id = readonly [
  delta: string,
  lane: Json,
  output: Json,
  item: Json,
  part: Json,
  ...keys: readonly (string | number)[],
]

const TERMINAL = new Set<Json | undefined>(['response.completed', 'response.incomplete', 'response.failed'])
/** A session ends with its socket; each of its responses with this. */
const ENDS = new Set<Json | undefined>([...TERMINAL, 'response.done'])
/** Pieces of sound and pictures are base64: together they are no text. */
const SOUND = new Set<Json | undefined>([
  ...['response.audio.delta', 'response.output_audio.delta', 'session.output_audio.delta'],
])
/** Which pieces go on from a part of a message, or of a thought. */
const PARTS: Readonly<Record<string, string>> = {
  output_text: 'response.output_text.delta',
  text: 'response.output_text.delta',
  refusal: 'response.refusal.delta',
  reasoning_text: 'response.reasoning_text.delta',
  summary_text: 'response.reasoning_summary_text.delta',
}
/** Which pieces go on from a field of an item. */
const FIELDS: Readonly<Record<string, string>> = {
  'function_call arguments': 'response.function_call_arguments.delta',
  'mcp_call arguments': 'response.mcp_call_arguments.delta',
  'custom_tool_call input': 'response.custom_tool_call_input.delta',
  'code_interpreter_call code': 'response.code_interpreter_call_code.delta',
}
/** What an event calls the number of a part. */
function partField(delta: string): string {
  if (delta.startsWith('response.reasoning_summary')) return 'summary_index'
  return delta.startsWith('response.shell_call') ? 'command_index' : 'content_index'
}

/** What tells apart the answers that one connection brings: lanes of the Responses API, or a session's responses. */
type Lane = 'stream_id' | 'response_id'
function laneOf(event: JsonObject, lane: Lane): Json {
  return scalar(event[lane] ?? (lane === 'response_id' ? asObject(event.response)?.id : undefined))
}

export const responsesStream = streamItems('stream_id')
/** Realtime tells its answers in the same way, one response after another in one session. */
export const realtimeStream: StreamFormat = {
  ...streamItems('response_id'),
  terminal: () => false,
  denied: ({ error = null }) => [{ name: undefined, data: { type: 'error', event_id: 'event_denied', error } }],
}

function streamItems(lane: Lane): StreamFormat {
  return {
    channel(keys, event) {
      const one = asObject(event)
      if (!one || typeof one.type !== 'string') return undefined
      for (const field of ['output_index', 'content_index', 'summary_index', 'command_index']) checkIndex(one[field])
      const begun = begin(keys, one.type, one)
      if (!begun) return undefined
      const item = one.item_id ?? asObject(one.item)?.id
      const part = begun.part ?? one[partField(begun.delta)]
      const id: Id = [
        begun.delta,
        laneOf(one, lane),
        scalar(one.output_index),
        scalar(item),
        scalar(part),
        ...begun.keys,
      ]
      return JSON.stringify(id)
    },
    delta(channel, text, like, last) {
      const [type, of, output, item, part, ...keys] = JSON.parse(channel) as Id
      const event: JsonObject = { type }
      // The number of the event before, so that numbers never go down, and a client that comes back and asks for what came after
      // the last number it knows (`starting_after`) is told each event, and every text whole.
      const number = last.sequence_number ?? like.sequence_number
      if (number !== undefined) event.sequence_number = number
      if (like.event_id !== undefined) event.event_id = like.event_id
      if (of !== null) event[lane] = of
      if (item !== null) event.item_id = item
      if (output !== null) event.output_index = output
      if (part !== null) event[partField(type)] = part
      event.delta = keys.reduceRight<Json>((value, key) => ({ [key]: value }), text)
      if (type === 'response.output_text.delta' && lane === 'stream_id') event.logprobs = []
      return event
    },
    eventName: ({ type }) => (typeof type === 'string' && /^[a-z_.]{1,64}$/.test(type) ? type : undefined),
    closes(event, open) {
      const one = asObject(event)
      if (!one || typeof one.type !== 'string' || open.length === 0) return []
      const channels = open.map((channel) => ({ channel, id: JSON.parse(channel) as Id }))
      if (one.type.endsWith('.delta') || one.type.endsWith('.added')) {
        for (const { id } of channels) checkItem(id, one, laneOf(one, lane))
        return []
      }
      return channels.filter(({ id }) => ends(id, one, laneOf(one, lane))).map(({ channel }) => channel)
    },
    terminal: (_data, event) => TERMINAL.has(asObject(event)?.type),
    failed(event) {
      const one = asObject(event)
      return (
        one?.type === 'error' || one?.type === 'response.failed' || (one?.type === undefined && hasValue(one?.error))
      )
    },
    repeats(keys, event) {
      const { type } = asObject(event) ?? {}
      if (typeof type !== 'string') return false
      if (type === 'response.output_item.done') {
        return keys[0] === 'item' && TOLD_IN_PIECES.has(keys[1]!) && keys.at(-1) !== 'encrypted_content'
      }
      if (type.endsWith('.done') && type !== 'response.done') return true
      if (type.endsWith('_transcription.completed')) return keys[0] === 'transcript'
      // `response.created` comes first, with all that the request said.
      return keys[0] === 'response' && type !== 'response.created' && !TOLD_LAST.has(keys[1]!)
    },
    denied(body) {
      // The vendor nests what is wrong; its published schema has it flat, and clients read one or the other.
      const error = asObject(body.error) ?? {}
      const { message = null, code = null, param = null, type } = error
      const told = { type: 'error', sequence_number: 0, code, message, param, error }
      // Codex looks for its errors at the end of the answer only, shows no other, and asks five times more unless the prompt is
      // to blame; the SDKs throw at the event before.
      const reason = { code: type === 'server_error' ? 'server_error' : 'invalid_prompt', message }
      const response = {
        id: 'resp_denied',
        object: 'response',
        created_at: 0,
        status: 'failed',
        output: [],
        error: reason,
      }
      const failed = { type: 'response.failed', sequence_number: 0, response }
      return [
        { name: told.type, data: told },
        { name: failed.type, data: failed },
      ]
    },
  }
}
/** Fields of an item that events told before it was done: when it was added, or in pieces. */
const TOLD_IN_PIECES = new Set<string | number>([
  ...['id', 'type', 'role', 'name', 'call_id', 'namespace', 'server_label'],
  ...['content', 'summary', 'arguments', 'input', 'code'],
])
/** Fields of an answer that only its end tells. */
const TOLD_LAST = new Set<string | number>(['error', 'incomplete_details', 'usage', 'tool_usage', 'moderation'])

interface Begun {
  readonly delta: string
  readonly part?: Json | undefined
  readonly keys: Keys
}
/** What the text at `keys` is a piece of: a delta, or the beginning of what deltas go on with. */
function begin(keys: Keys, type: string, event: JsonObject): Begun | undefined {
  if (type.endsWith('.delta')) {
    // A kind of delta that we do not know is a piece of a text too.
    return keys[0] === 'delta' && !SOUND.has(type) ? { delta: type, keys: keys.slice(1) } : undefined
  }
  // What was added to a conversation, by anyone, is whole.
  if (!type.startsWith('response.') || !type.endsWith('.added')) return undefined
  if (type === 'response.shell_call_command.added') {
    return keys[0] === 'command' && keys.length === 1
      ? { delta: 'response.shell_call_command.delta', keys: [] }
      : undefined
  }
  if (keys[0] === 'part' && keys.length === 2) return ofPart(event.part, keys[1]!, undefined)
  if (keys[0] !== 'item') return undefined
  if (keys.length === 4 && (keys[1] === 'content' || keys[1] === 'summary')) {
    return ofPart(at(event, keys.slice(0, 3)), keys[3]!, keys[2])
  }
  const item = asObject(event.item)
  if (item?.type === 'shell_call' && keys.length === 4 && keys[1] === 'action' && keys[2] === 'commands') {
    return { delta: 'response.shell_call_command.delta', part: keys[3], keys: [] }
  }
  const delta = keys.length === 2 ? FIELDS[`${String(item?.type)} ${keys[1]}`] : undefined
  return delta === undefined ? undefined : { delta, keys: [] }
}
function ofPart(part: Json | undefined, key: string | number, index: Json | undefined): Begun | undefined {
  const type = asObject(part)?.type
  const delta = typeof type === 'string' && Object.hasOwn(PARTS, type) ? PARTS[type] : undefined
  if (delta === undefined || key !== (type === 'refusal' ? 'refusal' : 'text')) return undefined
  return { delta, part: index, keys: [] }
}
function scalar(value: Json | undefined): Json {
  return value === undefined || typeof value === 'object' ? null : value
}

/** Whether a text ends with this event. */
function ends([delta, of, output, item, part]: Id, event: JsonObject, lane: Json): boolean {
  const type = event.type as string
  if (of !== lane) return false
  if (ENDS.has(type)) return true
  const kind = /^(.+)\.(?:done|completed|failed)$/.exec(type)?.[1]
  if (kind === undefined) return false
  const index = scalar(event.output_index)
  const named = scalar(event.item_id ?? asObject(event.item)?.id)
  if (output !== null && index !== null ? output !== index : item !== named) return false
  if (kind === 'response.output_item') return true
  const field = partField(delta)
  if (part !== scalar(event[field])) return false
  if (kind === 'response.content_part') return field === 'content_index'
  return kind === 'response.reasoning_summary_part' ? field === 'summary_index' : delta === `${kind}.delta`
}

/** Some clients put pieces together by the item's id, others by its number: both must mean the same. @throws Denial */
function checkItem([, of, output, item]: Id, event: JsonObject, lane: Json): void {
  const index = scalar(event.output_index)
  const name = scalar(event.item_id ?? asObject(event.item)?.id)
  if (of !== lane) return
  const conflict =
    (index !== null && output === index && item !== name) || (name !== null && item === name && output !== index)
  if (conflict) throw new Denial('upstream_invalid', 'the upstream sent an item under two names')
}
