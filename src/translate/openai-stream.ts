/** A stream of chunks as a Messages stream. */
import { asObject, hasValue } from '../formats/shapes.ts'
import type { Json, JsonObject } from '../types.ts'
import type { AnthropicFacts } from './anthropic-request.ts'
import { usageForAnthropic } from './endings.ts'
import { errorForAnthropic } from './errors.ts'
import {
  callId,
  checkChoice,
  checkMessage,
  endOf,
  headOf,
  signatureOf,
  startOfCall,
  thinkingField,
  USAGE,
} from './openai-answer.ts'
import {
  framed,
  holding,
  inputOf,
  invalid,
  listOf,
  MOST_CALLS,
  objectOf,
  type StreamTranslation,
  type TranslatedEvent,
  textOf,
} from './stream.ts'

interface ToolCall {
  id: string
  name: string
  /** All of its arguments. */
  text: string
}

export function readOpenaiStream(facts: AnthropicFacts): StreamTranslation {
  let id: string | undefined
  let finish: Json | undefined
  let usage: Json | undefined
  let refusal = ''
  /** Blocks begun so far; the last is open while `open` says what it is. */
  let blocks = 0
  let open: 'text' | 'thinking' | 'call' | undefined
  let field: string | undefined
  /** By their index, in order of coming. The first is told as it comes; others wait, since blocks follow one another. */
  const calls = new Map<number, ToolCall>()
  /** Whether a piece came without an index: then there is only one call. */
  let unplaced = false
  /** What comes behind a call that is open. */
  const after = { thinking: '', text: '' }
  const hold = holding()

  return framed((data) => {
    if (data === '[DONE]') return { events: end(), ends: true }
    const chunk = objectOf(data, 'an event')
    if (hasValue(chunk.error)) return { events: [write(errorForAnthropic(chunk, 500).body)], ends: true }
    return { events: read(chunk), ends: false }
  })

  function read(chunk: JsonObject): TranslatedEvent[] {
    const events: TranslatedEvent[] = []
    const choices = listOf(chunk.choices, 'choices')
    if (hasValue(chunk.usage)) usage = chunk.usage
    // Some servers send a chunk of their own first, which names nothing.
    if (id === undefined && choices.length > 0) events.push(start(chunk))
    for (const value of choices) {
      const choice = objectOf(value, 'a choice')
      if ((choice.index ?? 0) !== 0) invalid('other than one choice')
      checkChoice(choice, ['message', 'text'])
      events.push(...take(objectOf(choice.delta ?? {}, 'a delta')))
      // Some servers send an empty reason with every piece.
      if (hasValue(choice.finish_reason)) finish = choice.finish_reason
    }
    return events
  }
  function start(chunk: JsonObject): TranslatedEvent {
    id = textOf(chunk.id, 'an id')
    const rest = { content: [], stop_reason: null, stop_sequence: null, stop_details: null }
    // The upstream counts at the end; a client takes 0 for an empty conversation until then.
    const counts = { ...usageForAnthropic(undefined, facts.estimate), ...USAGE }
    const message = { ...headOf(id, textOf(chunk.model, 'a model')), ...rest, usage: counts }
    return write({ type: 'message_start', message })
  }

  function take(delta: JsonObject): TranslatedEvent[] {
    checkMessage(delta)
    const events: TranslatedEvent[] = []
    const thought = thinkingField(delta)
    if (thought && facts.showThinking) events.push(...think(thought, textOf(delta[thought], 'thinking')))
    const said = textOf(delta.refusal ?? '', 'a refusal')
    refusal += hold(said)
    events.push(...say(textOf(delta.content ?? '', 'a text') + said))
    // An empty list beside a text says nothing.
    for (const value of listOf(delta.tool_calls, 'calls')) events.push(...call(objectOf(value, 'a call')))
    return events
  }
  function think(from: string, text: string): TranslatedEvent[] {
    field = from
    if (open === 'call') {
      after.thinking += hold(text)
      return []
    }
    const before = open === 'thinking' ? [] : begin('thinking', { type: 'thinking', thinking: '', signature: '' })
    return [...before, piece({ type: 'thinking_delta', thinking: text })]
  }
  function say(text: string): TranslatedEvent[] {
    if (text === '') return []
    if (open === 'call') {
      after.text += hold(text)
      return []
    }
    const before = open === 'text' ? [] : begin('text', { type: 'text', text: '', citations: null })
    return [...before, piece({ type: 'text_delta', text })]
  }
  function call(delta: JsonObject): TranslatedEvent[] {
    if (delta.type !== undefined && delta.type !== null && delta.type !== 'function') invalid('a kind of call')
    const called = asObject(delta.function)
    const index = placeOf(delta.index)
    const known = calls.get(index)
    const one = known ?? { id: '', name: '', text: '' }
    if (!known) {
      if (calls.size >= MOST_CALLS) invalid('too many calls')
      if (unplaced && calls.size > 0) invalid('several calls without an index')
      calls.set(index, one)
      one.id = callId(delta.id, id!, index)
      one.name = textOf(called?.name, 'a name')
      if (one.name === '') invalid('a call without a name')
    } else checkSame(one, delta.id, called?.name)
    const text = hold(textOf(called?.arguments ?? '', 'arguments'))
    one.text += text
    if (one !== calls.values().next().value) return []
    return [...(known ? [] : beginCall(one)), ...tell(text)]
  }
  /** Without an index, a piece can only be of the one call that there is. */
  function placeOf(index: Json | undefined): number {
    if (typeof index === 'number' && Number.isSafeInteger(index)) return index
    if (index !== undefined && index !== null) return invalid('an index that is no number')
    if (calls.size > 1) invalid('several calls without an index')
    unplaced = true
    return calls.keys().next().value ?? 0
  }
  /** INVARIANT: no call runs with another's arguments. What names another call is one, whatever its index says. */
  function checkSame(one: ToolCall, id: Json | undefined, name: Json | undefined): void {
    if (hasValue(id) && id !== one.id) invalid('two calls in one place')
    if (hasValue(name) && name !== one.name) invalid('two calls in one place, or a name in pieces')
    // A second call of the same tool looks like this, where calls have neither index nor id.
    if (unplaced && hasValue(name) && !hasValue(id)) invalid('several calls without an index')
  }
  function beginCall({ id, name }: ToolCall): TranslatedEvent[] {
    return begin('call', { ...startOfCall(id, name, facts), input: {} })
  }
  function tell(text: string): TranslatedEvent[] {
    return text === '' ? [] : [piece({ type: 'input_json_delta', partial_json: text })]
  }

  function begin(kind: NonNullable<typeof open>, content_block: JsonObject): TranslatedEvent[] {
    const before = close()
    open = kind
    return [...before, write({ type: 'content_block_start', index: blocks++, content_block })]
  }
  function piece(delta: JsonObject): TranslatedEvent {
    return write({ type: 'content_block_delta', index: blocks - 1, delta })
  }
  function close(): TranslatedEvent[] {
    if (!open) return []
    const signature = open === 'thinking' ? [piece({ type: 'signature_delta', signature: signatureOf(field!) })] : []
    open = undefined
    return [...signature, write({ type: 'content_block_stop', index: blocks - 1 })]
  }

  /** The other calls and what came behind them, then how it ended. */
  function end(): TranslatedEvent[] {
    if (id === undefined) return invalid('an end without a beginning')
    const events: TranslatedEvent[] = []
    for (const [place, one] of [...calls.values()].entries()) {
      if (place > 0) events.push(...beginCall(one), ...tell(one.text))
      // Clients that read the pieces need some.
      if (one.text.trim() === '') events.push(...tell('{}'))
      else if (!inputOf(one.text) && finish !== 'length') invalid('arguments that are no JSON')
    }
    if (open === 'call') events.push(...close())
    if (after.thinking !== '') events.push(...think(field!, after.thinking))
    events.push(...say(after.text), ...close())
    const delta = { container: null, ...endOf(finish, calls.size > 0, refusal) }
    const counts = { ...usageForAnthropic(usage, facts.estimate), server_tool_use: null }
    events.push(write({ type: 'message_delta', delta, usage: counts }), write({ type: 'message_stop' }))
    return events
  }
}

/** Clients of Anthropic go by an event's name. */
function write(event: JsonObject): TranslatedEvent {
  return { name: event.type as string, data: JSON.stringify(event) }
}
