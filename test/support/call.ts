/** Calls as a host would make them, for tests that run the pipeline without sockets. */
import type { Answer, Call, Json, UpstreamRequest } from '../../src/types.ts'

export interface Made {
  readonly method?: string
  readonly path?: string
  readonly query?: string
  readonly headers?: Record<string, string>
  readonly key?: string
  /** Text and bytes go as they are; anything else as JSON. */
  readonly body?: Json | Uint8Array
  readonly raw?: string
  readonly signal?: AbortSignal
}

export function makeCall(made: Made): Call {
  const headers: Record<string, string | undefined> = {
    ...(made.body !== undefined || made.raw !== undefined ? { 'content-type': 'application/json' } : {}),
    ...(made.key && { authorization: `Bearer ${made.key}` }),
    ...made.headers,
  }
  const bytes =
    made.body instanceof Uint8Array
      ? made.body
      : new TextEncoder().encode(made.raw ?? (made.body === undefined ? '' : JSON.stringify(made.body)))
  return {
    method: made.method ?? 'POST',
    path: made.path ?? '/v1/chat/completions',
    query: made.query ?? '',
    header: (name) => headers[name],
    read: async (limit) => (bytes.length > limit ? undefined : bytes),
    async *chunks() {
      // In pieces that cut characters, as sockets do.
      for (let at = 0; at < bytes.length; at += 4099) yield bytes.slice(at, at + 4099)
    },
    signal: made.signal ?? new AbortController().signal,
  }
}

/** The body that was sent, where it is text. */
export function sentText({ body }: Pick<UpstreamRequest, 'body'>): string {
  if (typeof body !== 'string') throw new Error('the request has no body of text')
  return body
}

export interface Got {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  /** The body as JSON; throws if it is not. */
  json(): never
  /** The `data:` of a stream's events. */
  events(): readonly string[]
}

export async function read(answer: Answer): Promise<Got> {
  let text = ''
  if (typeof answer.body === 'string') text = answer.body
  else {
    const utf8 = new TextDecoder()
    for await (const part of answer.body) text += typeof part === 'string' ? part : utf8.decode(part, { stream: true })
  }
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    json: () => JSON.parse(text) as never,
    events: () =>
      text
        .split('\n')
        .filter((line) => line.startsWith('data: '))
        .map((line) => line.slice(6)),
  }
}

/** The text of a streamed answer as its client would put it together, by channel. */
export function joinStream(events: readonly string[]): Record<string, string> {
  const channels: Record<string, string> = {}
  const add = (name: string, text: unknown): void => {
    if (typeof text === 'string') channels[name] = (channels[name] ?? '') + text
  }
  for (const data of events) {
    if (data === '[DONE]') continue
    // biome-ignore lint/suspicious/noExplicitAny: events of two vendors
    const event = JSON.parse(data) as any
    for (const choice of event.choices ?? []) {
      add(`${choice.index}.content`, choice.delta?.content)
      add(`${choice.index}.refusal`, choice.delta?.refusal)
      for (const call of choice.delta?.tool_calls ?? [])
        add(`${choice.index}.tool${call.index}`, call.function?.arguments)
    }
    if (event.type === 'content_block_start') add(`${event.index}.text`, event.content_block.text)
    if (event.type === 'content_block_delta') {
      add(`${event.index}.text`, event.delta.text)
      add(`${event.index}.json`, event.delta.partial_json)
      add(`${event.index}.thinking`, event.delta.thinking)
    }
  }
  return channels
}
