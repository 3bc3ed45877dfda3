/** A Messages stream as a stream of chunks. */
import { asObject, hasValue } from '../formats/shapes.ts'
import type { Json, JsonObject } from '../types.ts'
import { explanation, keptThinking } from './anthropic-answer.ts'
import { finishReason, usageForOpenai } from './endings.ts'
import { errorForOpenai } from './errors.ts'
import type { OpenaiFacts } from './openai-request.ts'
import {
  framed,
  holding,
  inputOf,
  invalid,
  MOST_CALLS,
  objectOf,
  type StreamTranslation,
  type TranslatedEvent,
  textOf,
} from './stream.ts'

/** A block that is open. `text` is what was held of it: thinking, or a call's arguments. */
interface Open {
  readonly index: Json | undefined
  readonly block: JsonObject
  /** Its place among the calls. */
  readonly call: number
  text: string
}

export function readAnthropicStream({ includeUsage }: OpenaiFacts, now: number): StreamTranslation {
  let head: JsonObject | undefined
  let open: Open | undefined
  let calls = 0
  let ending: JsonObject = {}
  let usage: JsonObject = {}
  let broken = false
  const thinking: Json[] = []
  const hold = holding()

  const chunk = (choices: Json[], more: JsonObject = {}): TranslatedEvent => {
    // OpenAI has the field in every chunk of a stream that will have it in one.
    const body = { ...(head ?? invalid('a stream that does not begin')), choices, ...(includeUsage && { usage: null }) }
    return { name: undefined, data: JSON.stringify({ ...body, ...more }) }
  }
  const delta = (delta: JsonObject, finish: string | null = null) => {
    return chunk([{ index: 0, delta, logprobs: null, finish_reason: finish }])
  }
  const call = (index: number, more: JsonObject) => delta({ tool_calls: [{ index, ...more }] })

  return framed((data) => {
    const event = objectOf(data, 'an event')
    switch (event.type) {
      case 'message_start':
        return { events: start(objectOf(event.message, 'a message')), ends: false }
      case 'content_block_start':
        return { events: begin(event), ends: false }
      case 'content_block_delta':
        return { events: go(event), ends: false }
      case 'content_block_stop':
        return { events: close(event), ends: false }
      case 'message_delta':
        // Counts are of the whole answer so far.
        usage = { ...usage, ...known(event.usage) }
        ending = { ...ending, ...known(event.delta) }
        return { events: [], ends: false }
      case 'message_stop':
        return { events: finish(), ends: true }
      case 'ping':
        return { events: [], ends: false }
      case 'error':
        return { events: [{ name: undefined, data: JSON.stringify(errorForOpenai(event, 500).body) }], ends: true }
      default:
        return invalid('a kind of event')
    }
  })

  function start(message: JsonObject): TranslatedEvent[] {
    if (head) invalid('a second beginning')
    // Clients of the API would show it; blocks begin by themselves everywhere else.
    if (hasValue(message.content)) invalid('content before the first block')
    head = {
      id: textOf(message.id, 'an id'),
      object: 'chat.completion.chunk',
      created: Math.floor(now / 1000),
      model: textOf(message.model, 'a model'),
    }
    usage = known(message.usage)
    return [delta({ role: 'assistant', content: '', refusal: null })]
  }

  function begin({ index, content_block }: JsonObject): TranslatedEvent[] {
    if (open) invalid('blocks within each other')
    const block = { ...objectOf(content_block, 'a block') }
    open = { index, block, call: block.type === 'tool_use' ? calls++ : 0, text: '' }
    switch (block.type) {
      case 'text':
        return say(block.text)
      case 'thinking':
        return think(block.thinking)
      case 'redacted_thinking':
        hold(textOf(block.data, 'thinking'))
        return []
      case 'tool_use': {
        if (calls > MOST_CALLS) invalid('too many calls')
        const name = textOf(block.name, 'a name')
        const id = textOf(block.id, 'an id')
        return [call(open.call, { id, type: 'function', function: { name, arguments: '' } })]
      }
      default:
        return invalid('a kind of block')
    }
  }

  function go({ index, delta: piece }: JsonObject): TranslatedEvent[] {
    const given = objectOf(piece, 'a delta')
    if (!open || open.index !== index) return invalid('a piece of a block that is not open')
    const { type } = open.block
    if (given.type === 'text_delta' && type === 'text') return say(given.text)
    if (given.type === 'thinking_delta' && type === 'thinking') return think(given.thinking)
    if (given.type === 'input_json_delta' && type === 'tool_use') {
      const text = textOf(given.partial_json, 'arguments')
      open.text += hold(text)
      return text === '' ? [] : [call(open.call, { function: { arguments: text } })]
    }
    if (given.type === 'signature_delta' && type === 'thinking') {
      open.block.signature = hold(textOf(given.signature, 'a signature'))
      return []
    }
    // Notes on a text, which are not told: the caller cannot have asked for them.
    return given.type === 'citations_delta' ? [] : invalid('a kind of delta')
  }
  function say(text: Json | undefined): TranslatedEvent[] {
    const piece = textOf(text ?? '', 'a text')
    return piece === '' ? [] : [delta({ content: piece })]
  }
  function think(text: Json | undefined): TranslatedEvent[] {
    const piece = textOf(text ?? '', 'thinking')
    open!.text += hold(piece)
    return piece === '' ? [] : [delta({ reasoning_content: piece })]
  }

  function close({ index }: JsonObject): TranslatedEvent[] {
    if (!open || open.index !== index) return invalid('an end of a block that is not open')
    const { block, text, call: place } = open
    open = undefined
    if (block.type === 'tool_use' && text.trim() === '') {
      // Some servers send the input with the beginning; a call without arguments has none at all.
      return [call(place, { function: { arguments: JSON.stringify(asObject(block.input) ?? {}) } })]
    }
    const kept =
      block.type === 'text' || block.type === 'tool_use' ? undefined : keptThinking({ ...block, thinking: text })
    if (kept) thinking.push(kept)
    // A call that was cut by the limit on tokens says so at the end.
    if (block.type === 'tool_use' && !inputOf(text)) broken = true
    return []
  }

  function finish(): TranslatedEvent[] {
    if (open) invalid('an end within a block')
    const reason = finishReason(ending.stop_reason, calls > 0)
    if (broken && reason !== 'length') invalid('arguments that are no JSON')
    const refusal = explanation(ending.stop_reason, ending.stop_details)
    return [
      // Whole and once: what stands in an unknown field, the SDKs keep the last of.
      ...(thinking.length > 0 ? [delta({ thinking_blocks: thinking })] : []),
      ...(refusal !== null ? [delta({ refusal })] : []),
      delta({}, reason),
      ...(includeUsage ? [chunk([], { usage: usageForOpenai(usage) })] : []),
      { name: undefined, data: '[DONE]' },
    ]
  }
}

/** What is said, without what is left open. */
function known(value: Json | undefined): JsonObject {
  return Object.fromEntries(Object.entries(asObject(value) ?? {}).filter(([, one]) => one !== null)) as JsonObject
}
