/** What must be known of single events of OpenAI's sockets, besides where their texts are. */
import type { Denial } from '../errors.ts'
import { asObject, at } from '../formats/shapes.ts'
import type { Id, Json, JsonObject } from '../types.ts'

/** The models that an event names to answer. Responses have it in the event, Realtime in what is to be made or changed. */
export function modelsOf(event: JsonObject): readonly Json[] {
  return [event.model, asObject(event.session)?.model, asObject(event.response)?.model].filter(isNamed)
}
/** Models that an event has run beside that: they write down what is heard. */
export function listenersOf(event: JsonObject): readonly Json[] {
  const { session } = event
  return [
    ['audio', 'input', 'transcription', 'model'],
    ['input_audio_transcription', 'model'],
  ]
    .map((keys) => at(session ?? null, keys))
    .filter(isNamed)
}
function isNamed(model: Json | undefined): model is Json {
  return model !== undefined && model !== null
}

const DONE = new Set<Json | undefined>([
  'response.done',
  'response.completed',
  'response.incomplete',
  'response.failed',
  'conversation.item.input_audio_transcription.completed',
  'conversation.item.input_audio_transcription.failed',
])
/**
 * What a server's event belongs to, of things that go on at the same time; and whether that ends with it. `lanes`: whether there
 * is one response after another, in one or more lanes, as Responses have it. In Realtime each event names its response, or the
 * item that is being written down.
 */
export function strandOf(event: JsonObject, lanes: boolean): { readonly strand: string; readonly ends: boolean } {
  const { type } = event
  const ends = DONE.has(type) || (lanes && type === 'error')
  if (lanes) return { strand: JSON.stringify(event.stream_id ?? null), ends }
  const heard = typeof type === 'string' && type.startsWith('conversation.item.input_audio_transcription.')
  const response = event.response_id ?? asObject(event.response)?.id
  return { strand: JSON.stringify([response ?? null, heard ? (event.item_id ?? null) : null]), ends }
}

/** Takes out what would let a client go past the proxy: a key of the vendor's for the same session. */
export function dropSecrets(event: Json): void {
  if (Array.isArray(event)) for (const one of event) dropSecrets(one)
  const object = asObject(event)
  if (!object) return
  delete object.client_secret
  for (const one of Object.values(object)) if (typeof one === 'object') dropSecrets(one)
}

/** A denial as an event. Realtime and Responses have the same shape, but for `status`. */
export function errorEvent(denial: Denial, id: Id): string {
  const { status, message, param = null, reason } = denial
  const type = status >= 500 ? 'server_error' : 'invalid_request_error'
  const error = { type, code: reason, message, param, event_id: null }
  return JSON.stringify({ type: 'error', event_id: id, status, error })
}
