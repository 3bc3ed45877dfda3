/**
 * Translation at the upstream's rim: a caller of one API, an upstream of the other. It stands behind the guardrails on the way
 * out and before them on the way back, so they only ever see the caller's API. Pure: no clock, no network, no state but a
 * stream's own.
 */
import type { Api, Json, JsonObject } from '../types.ts'
import { anthropicAnswer } from './anthropic-answer.ts'
import { anthropicRequest } from './anthropic-request.ts'
import { readAnthropicStream } from './anthropic-stream.ts'
import { errorForAnthropic, errorForOpenai, type TranslatedError } from './errors.ts'
import { headersForAnthropic, headersForOpenai } from './headers.ts'
import { openaiAnswer } from './openai-answer.ts'
import { openaiRequest } from './openai-request.ts'
import { readOpenaiStream } from './openai-stream.ts'
import type { StreamTranslation } from './stream.ts'

export type { TranslatedError } from './errors.ts'
export type { StreamTranslation, TranslatedEvent } from './stream.ts'

/** One request and what comes back for it: an answer's translation needs facts of its request. */
export interface Translation {
  /** Where the upstream takes it, as its API names it. */
  readonly path: string
  readonly body: JsonObject
  /** Fields of the request that the upstream was not told, none of which changes what an answer means. For a header. */
  readonly ignored: readonly string[]
  /** An answer (status 2xx) in the caller's API. @throws Denial `upstream_invalid` */
  answer(value: Json): JsonObject
  /** An error's body, whatever it holds, in the caller's API, with the status and the headers that its clients understand. */
  error(value: Json | undefined, status: number): TranslatedError
  stream(): StreamTranslation
  /** The headers that the caller gets of the upstream's; there are no others. */
  headers(get: (name: string) => string | undefined): Record<string, string>
}
export interface TranslationOptions {
  /** Milliseconds since 1970. */
  readonly now: number
  /** The `anthropic-version` that an Anthropic upstream will be sent. */
  readonly version: string
}

/**
 * A request of the caller's API (`/v1/chat/completions` or `/v1/messages`), for an upstream of the other.
 * @throws Denial `unreadable_body`, naming the field that cannot be carried over
 */
export function translate(from: Api, body: JsonObject, { now, version }: TranslationOptions): Translation {
  if (from === 'openai') {
    const { request, ignored, facts } = openaiRequest(body, version)
    return {
      path: '/v1/messages',
      body: request,
      ignored,
      answer: (value) => anthropicAnswer(value, now),
      error: errorForOpenai,
      stream: () => readAnthropicStream(facts, now),
      headers: (get) => headersForOpenai(get, now),
    }
  }
  const { request, ignored, facts } = anthropicRequest(body)
  return {
    path: '/v1/chat/completions',
    body: request,
    ignored,
    answer: (value) => openaiAnswer(value, facts),
    error: errorForAnthropic,
    stream: () => readOpenaiStream(facts),
    headers: (get) => headersForAnthropic(get, now),
  }
}
