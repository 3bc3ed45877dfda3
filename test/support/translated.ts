/** For tests of translation: streams made of whole answers, and read back into them, strictly. */
import { expect } from 'vitest'
import type { StreamTranslation, TranslatedEvent } from '../../src/translate/index.ts'
import type { Json, JsonObject } from '../../src/types.ts'
import { cutAt } from './toys.ts'

// biome-ignore lint/suspicious/noExplicitAny: answers are read as a client would, without types
export type Loose = any

/** All that comes out for what goes in; the end is told. */
export function runStream(stream: StreamTranslation, events: readonly Json[]): TranslatedEvent[] {
  const out = events.flatMap((event) => stream.push(event))
  stream.end()
  return out
}

/** A whole message as events, its texts cut anywhere. */
export function messageEvents(message: Loose, cuts: readonly number[]): Json[] {
  const events: Json[] = []
  const { content, stop_reason, stop_details, usage, ...head } = message
  const started = { ...usage, output_tokens: 1 }
  events.push({ type: 'message_start', message: { ...head, content: [], stop_reason: null, usage: started } })
  for (const [index, block] of content.entries()) {
    const go = (delta: JsonObject) => events.push({ type: 'content_block_delta', index, delta })
    const empty: Loose = { text: { text: '' }, thinking: { thinking: '', signature: '' }, tool_use: { input: {} } }
    events.push({ type: 'content_block_start', index, content_block: { ...block, ...empty[block.type] } })
    if (block.type === 'text') for (const text of cutAt(block.text, cuts)) go({ type: 'text_delta', text })
    if (block.type === 'thinking') {
      for (const thinking of cutAt(block.thinking, cuts)) go({ type: 'thinking_delta', thinking })
      go({ type: 'signature_delta', signature: block.signature })
    }
    if (block.type === 'tool_use') {
      const pieces = cutAt(JSON.stringify(block.input), cuts)
      for (const partial_json of pieces) go({ type: 'input_json_delta', partial_json })
    }
    events.push({ type: 'content_block_stop', index }, { type: 'ping' })
  }
  events.push({ type: 'message_delta', delta: { stop_reason: null }, usage: { output_tokens: 2 } })
  events.push({ type: 'message_delta', delta: { stop_reason, stop_details }, usage })
  return [...events, { type: 'message_stop' }]
}

/** A whole completion as chunks, its texts cut anywhere, calls interleaved as `order` says. */
export function completionChunks(completion: Loose, cuts: readonly number[], order: readonly number[]): Json[] {
  const [{ message, finish_reason }] = completion.choices
  const { id, created, model, usage } = completion
  const chunk = (delta: JsonObject, finish: Json = null): Json => {
    return {
      ...{ id, created, model, object: 'chat.completion.chunk', usage: null },
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    }
  }
  const lines: Json[][] = []
  const text: Json[] = []
  for (const field of ['reasoning_content', 'content', 'refusal']) {
    if (message[field])
      text.push(...cutAt(message[field], cuts).map((piece) => chunk({ [field]: piece, tool_calls: [] })))
  }
  lines.push(text)
  for (const [index, call] of (message.tool_calls ?? []).entries()) {
    const { arguments: text, ...called } = call.function
    lines.push([
      chunk({ tool_calls: [{ index, ...call, function: { ...called, arguments: '' } }] }),
      ...cutAt(text, cuts).map((piece) => chunk({ tool_calls: [{ index, function: { arguments: piece } }] })),
    ])
  }
  const lengths = lines.map((line) => line.length)
  const events = [chunk({ role: 'assistant', content: '' })]
  for (let step = 0; lines.some((line) => line.length > 0); step++) {
    // Calls begin in the order of their index, and go on in any.
    const begun = lines.findLastIndex((line, at) => at > 0 && line.length < lengths[at]!)
    const left = lines.slice(0, Math.max(begun, 0) + 2).filter((line) => line.length > 0)
    events.push(left[order[step % order.length]! % left.length]!.shift()!)
  }
  events.push(chunk({}, finish_reason), { id, created, model, object: 'chat.completion.chunk', choices: [], usage })
  return [...events, '[DONE]']
}

/** Chunks as the completion that a client makes of them. */
export function joinChunks(events: readonly TranslatedEvent[]): Loose {
  expect(events.at(-1)).toEqual({ name: undefined, data: '[DONE]' })
  const message: Loose = {}
  let whole: Loose = {}
  for (const { name, data } of events.slice(0, -1)) {
    expect(name).toBeUndefined()
    const { choices, object, usage, ...head } = JSON.parse(data)
    expect(object).toBe('chat.completion.chunk')
    whole = { ...whole, ...head, ...(usage && { usage }) }
    if (choices.length === 0) continue
    expect(whole.finish_reason).toBeFalsy()
    const [{ delta, index, finish_reason }] = choices
    expect(index).toBe(0)
    whole.finish_reason = finish_reason
    const { tool_calls = [], ...rest } = delta
    for (const [field, value] of Object.entries(rest)) {
      const joins = ['content', 'refusal', 'reasoning_content'].includes(field) && message[field]
      message[field] = joins ? message[field] + (value ?? '') : value
    }
    for (const { index, function: called, ...call } of tool_calls) {
      message.tool_calls ??= []
      expect(index).toBeLessThanOrEqual(message.tool_calls.length)
      const known = (message.tool_calls[index] ??= { ...call, function: { name: called.name, arguments: '' } })
      known.function.arguments += called.arguments
    }
  }
  message.content ||= null
  const { finish_reason, usage, ...head } = whole
  const choices = [{ index: 0, message, finish_reason, logprobs: null }]
  return { ...head, object: 'chat.completion', choices, ...(usage && { usage }) }
}

/** Events as the message that a client makes of them; their order is checked. */
export function joinEvents(events: readonly TranslatedEvent[]): Loose {
  const parsed = events.map(({ name, data }): Loose => {
    const event = JSON.parse(data)
    expect(name).toBe(event.type)
    return event
  })
  expect(parsed[0].type).toBe('message_start')
  expect(parsed.slice(-2).map(({ type }) => type)).toEqual(['message_delta', 'message_stop'])
  const message = { ...parsed[0].message, content: [] as Loose[] }
  let open = false
  for (const event of parsed.slice(1, -2)) {
    if (event.type === 'content_block_start') {
      expect([open, event.index]).toEqual([false, message.content.length])
      message.content.push({ ...event.content_block, ...(event.content_block.type === 'tool_use' && { input: '' }) })
      open = true
      continue
    }
    expect([open, event.index]).toEqual([true, message.content.length - 1])
    const block = message.content.at(-1)
    if (event.type === 'content_block_stop') {
      open = false
      if (block.type === 'tool_use') block.input = JSON.parse(block.input)
      continue
    }
    expect(event.type).toBe('content_block_delta')
    const { type, text, thinking, signature, partial_json } = event.delta
    expect(type).toBe({ text: 'text_delta', tool_use: 'input_json_delta', thinking: type }[block.type as string])
    if (text !== undefined) block.text += text
    if (thinking !== undefined) block.thinking += thinking
    if (signature !== undefined) block.signature = signature
    if (partial_json !== undefined) block.input += partial_json
  }
  expect(open).toBe(false)
  const { delta, usage } = parsed.at(-2)
  return { ...message, ...delta, usage: { ...message.usage, ...usage } }
}

/** Blocks as they mean the same: thinking, then text, in one piece each, then calls. */
export function sortBlocks(content: readonly Loose[]): Loose[] {
  const of = (type: string) => content.filter((block) => block.type === type)
  const joined = (type: string) => {
    const all = of(type)
    return all.length > 0 ? [{ ...all[0], [type]: all.map((block) => block[type]).join('') }] : []
  }
  return [...joined('thinking'), ...joined('text'), ...of('tool_use')]
}
