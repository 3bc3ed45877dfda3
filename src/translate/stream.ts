/** What translators of streams share. */
import { Denial } from '../errors.ts'
import { asObject } from '../formats/shapes.ts'
import type { Json, JsonObject } from '../types.ts'
import { readArguments } from './arguments.ts'

export interface TranslatedEvent {
  readonly name: string | undefined
  /** JSON, or `[DONE]`. */
  readonly data: string
}
/**
 * A stream, event by event. What it throws is for the caller to be told in the stream.
 * INVARIANT: the event that says that an answer is complete comes out only if one came in, and nothing comes after it.
 */
export interface StreamTranslation {
  /** Events for one event: JSON that was read, or `[DONE]` as it is. @throws Denial `upstream_invalid` */
  push(data: Json): readonly TranslatedEvent[]
  /** The upstream has ended. @throws Denial `upstream_truncated` unless the answer was complete, or an error was told */
  end(): void
}

/**
 * Held in memory of one answer: tool calls that wait for their turn, and thinking that is told at its end. A model's longest
 * answer, 128 000 tokens, is a tenth of it.
 */
const MOST_HELD = 8_000_000
/** As many as the SDK of OpenAI takes. */
export const MOST_CALLS = 128

/** Counts what a stream holds. @throws Denial */
export function holding(): (text: string) => string {
  let held = 0
  return (text) => {
    held += text.length
    if (held > MOST_HELD) invalid('more than one answer can hold')
    return text
  }
}

export function invalid(what: string): never {
  throw new Denial('upstream_invalid', `the upstream sent what cannot be told in the caller's API: ${what}`)
}
/** @throws Denial */
export function textOf(value: Json | undefined, what: string): string {
  return typeof value === 'string' ? value : invalid(`${what} that is no text`)
}
export function objectOf(value: Json | undefined, what: string): JsonObject {
  return asObject(value) ?? invalid(`${what} that is no object`)
}
export function listOf(value: Json | undefined, what: string): readonly Json[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : invalid(`${what} that is no list`)
}
/** A call's arguments in an answer; nothing if they are no JSON. @throws Denial */
export function inputOf(text: string): JsonObject | undefined {
  return readArguments(text, (problem) => invalid(`arguments that are ${problem}`))
}

/** Begins and ends a stream: nothing after an end, and no end that was not told. */
export function framed(step: (data: Json) => { events: readonly TranslatedEvent[]; ends: boolean }): StreamTranslation {
  let ended = false
  return {
    push(data) {
      if (ended) return []
      const { events, ends } = step(data)
      ended = ends
      return events
    },
    end() {
      if (!ended) throw new Denial('upstream_truncated', 'the answer of the upstream was cut off')
    },
  }
}
