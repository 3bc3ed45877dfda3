/** A Chat Completion as a Messages answer. */
import { hasValue } from '../formats/shapes.ts'
import type { Json, JsonObject } from '../types.ts'
import type { AnthropicFacts } from './anthropic-request.ts'
import { stopReason, usageForAnthropic } from './endings.ts'
import { hash } from './names.ts'
import { inputOf, invalid, listOf, objectOf, textOf } from './stream.ts'

/** What servers of this API call their models' thinking; OpenAI's own does not tell it. */
export const REASONING = ['reasoning_content', 'reasoning'] as const

export function openaiAnswer(value: Json, facts: AnthropicFacts): JsonObject {
  const answer = objectOf(value, 'an answer')
  const choices = listOf(answer.choices, 'choices')
  if (choices.length !== 1) invalid('other than one choice')
  const choice = objectOf(choices[0], 'a choice')
  checkChoice(choice, ['delta', 'text'])
  const message = objectOf(choice.message, 'a message')
  checkMessage(message)
  const id = textOf(answer.id, 'an id')
  const cut = choice.finish_reason === 'length'
  const calls = listOf(message.tool_calls, 'calls').map((call, index) => toolUse(call, index, id, cut, facts))
  const text = textOf(message.content ?? '', 'a text')
  const refusal = textOf(message.refusal ?? '', 'a refusal')
  const thinking = facts.showThinking ? thinkingOf(message) : undefined
  return {
    ...headOf(id, textOf(answer.model, 'a model')),
    content: [
      ...(thinking ? [thinking] : []),
      // What the model says of its refusal is what the user is to see.
      ...(text + refusal === '' ? [] : [{ type: 'text', text: text + refusal, citations: null }]),
      ...calls,
    ],
    ...endOf(choice.finish_reason, calls.length > 0, refusal),
    usage: { ...usageForAnthropic(answer.usage, facts.estimate), ...USAGE },
  }
}

/**
 * What was never asked for: a call in the old form, or sound; and what Messages has no place for: images, and annotations, which
 * models that search set by themselves. They are sources that the reader is to see (or has to, by the vendor's terms), and a
 * `citations` made of them would lack what Anthropic's clients read in one.
 * INVARIANT: what an answer says is told or is an error.
 */
export function checkMessage(message: JsonObject): void {
  for (const field of UNTOLD) if (hasValue(message[field])) invalid('a kind of content')
}
const UNTOLD = ['function_call', 'audio', 'images', 'annotations'] as const
/** Where an answer of this kind does not stand: a server that puts it there would have it dropped. */
export function checkChoice(choice: JsonObject, empty: readonly string[]): void {
  for (const field of empty) if (hasValue(choice[field])) invalid('an answer where none belongs')
}
export function headOf(id: string, model: string): JsonObject {
  return { id, type: 'message', role: 'assistant', model, container: null, diagnostics: null }
}
/** Fields that the API always has and OpenAI does not tell. */
export const USAGE: JsonObject = {
  cache_creation: null,
  inference_geo: null,
  server_tool_use: null,
  service_tier: null,
  speed: null,
}
export function endOf(finish: Json | undefined, calls: boolean, refusal: string): JsonObject {
  const stop = stopReason(finish, calls, refusal !== '')
  const explanation = refusal === '' ? null : refusal
  return {
    stop_reason: stop,
    // Which sequence it was OpenAI does not tell.
    stop_sequence: null,
    stop_details: stop === 'refusal' ? { type: 'refusal', category: null, explanation } : null,
  }
}

/** Thinking has no signature here; this one tells that it may go back to the same server. */
export function signatureOf(field: string): string {
  return `unsigned:${field}`
}
export function thinkingField(message: JsonObject): (typeof REASONING)[number] | undefined {
  return REASONING.find((field) => typeof message[field] === 'string' && message[field] !== '')
}
function thinkingOf(message: JsonObject): JsonObject | undefined {
  const field = thinkingField(message)
  return field && { type: 'thinking', thinking: message[field]!, signature: signatureOf(field) }
}

/** The id that a call has, or one that only it has. */
export function callId(id: Json | undefined, answer: string, index: number): string {
  return typeof id === 'string' && id !== '' ? id : `call_${hash(`${answer} ${index}`)}`
}
export function startOfCall(id: string, name: Json | undefined, facts: AnthropicFacts): JsonObject {
  return { type: 'tool_use', id, name: facts.names.long(textOf(name, 'a name')), caller: { type: 'direct' } }
}
function toolUse(value: Json, index: number, answer: string, cut: boolean, facts: AnthropicFacts): JsonObject {
  const call = objectOf(value, 'a call')
  if (call.type !== undefined && call.type !== 'function') invalid('a kind of call')
  const called = objectOf(call.function, 'a call')
  const input = inputOf(textOf(called.arguments ?? '', 'arguments'))
  // Arguments that the limit on tokens cut are worth nothing, and the stop_reason says so.
  if (!input && !cut) invalid('arguments that are no JSON')
  return { ...startOfCall(callId(call.id, answer, index), called.name, facts), input: input ?? {} }
}
