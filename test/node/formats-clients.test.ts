/** The vendors' own clients read what formats write: events that carry held-back text, and denials in the middle of an answer. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAI } from '@ai-sdk/openai'
import Anthropic from '@anthropic-ai/sdk'
import { type LanguageModel, streamText } from 'ai'
import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { Denial } from '../../src/errors.ts'
import { anthropicMessages } from '../../src/formats/anthropic-messages.ts'
import { denialBody } from '../../src/formats/denials.ts'
import { openaiAudio } from '../../src/formats/openai-audio.ts'
import { openaiChat } from '../../src/formats/openai-chat.ts'
import { openaiCompletions } from '../../src/formats/openai-completions.ts'
import { openaiResponses } from '../../src/formats/openai-responses.ts'
import { openaiThreads } from '../../src/formats/openai-threads.ts'
import { id } from '../../src/ids.ts'
import { writeEvent } from '../../src/sse.ts'
import type { Format, JsonObject } from '../../src/types.ts'
import { chatEvents, messageEvents, threadEvents } from '../support/events.ts'
import { relay, toWire } from '../support/relay.ts'
import { responsesEvents, type Said } from '../support/responses-events.ts'

globalThis.AI_SDK_LOG_WARNINGS = false

/** Runs `use` against a server that answers everything with this event stream. */
async function serve<T>(wire: string, use: (url: string) => Promise<T>): Promise<T> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(wire)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
}
function openai(url: string): OpenAI {
  return new OpenAI({ apiKey: 'none', baseURL: `${url}/v1`, maxRetries: 0 })
}
function anthropic(url: string): Anthropic {
  return new Anthropic({ apiKey: 'none', baseURL: url, maxRetries: 0 })
}
function denied(format: Format): string {
  const denial = new Denial('guardrail_blocked', 'the answer was stopped')
  const events = format.stream.denied(denialBody(format.api, denial, id('d')))
  return events.map(({ name, data }) => writeEvent(name, JSON.stringify(data))).join('')
}

const said: Said = {
  ...{ summary: ['I ', 'think'], text: ['He', 'llo'], refusal: ['No', '.'], args: ['{"a"', ':1}'], input: ['x', 'y'] },
  ...{ mcp: ['{"b":', '2}'], code: ['print', '(1)'] },
}

describe('openai responses.stream', () => {
  test('an answer of which every text was held back is the same answer', async () => {
    const events = responsesEvents(said)
    const read = (wire: string) =>
      serve(wire, async (url) => {
        const stream = openai(url).responses.stream({ model: 'm', input: 'hi' })
        const deltas = new Map<string, string>()
        for await (const event of stream) {
          if ('delta' in event && typeof event.delta === 'string') {
            deltas.set(event.type, (deltas.get(event.type) ?? '') + event.delta)
          }
        }
        return { final: JSON.parse(JSON.stringify(await stream.finalResponse())), deltas: [...deltas] }
      })
    const direct = await read(toWire(openaiResponses, events))
    expect(direct.final.output_text).toBe('Hello')
    expect(direct.deltas).toHaveLength(7)
    const held = await read(toWire(openaiResponses, relay(openaiResponses, events).events))
    expect(held.final).toEqual(direct.final)
    expect(new Map(held.deltas)).toEqual(new Map(direct.deltas))
  })
  test('a snapshot without the end of the answer is made of the pieces', async () => {
    // The last event says nothing of the output: what the client has is what the deltas told.
    const { events } = relay(openaiResponses, responsesEvents(said))
    const cut = events.findIndex(({ type }) => type === 'response.output_text.done')
    await serve(toWire(openaiResponses, events.slice(0, cut)), async (url) => {
      const stream = openai(url).responses.stream({ model: 'm', input: 'hi' })
      let snapshot = ''
      stream.on('response.output_text.delta', (event) => {
        snapshot = event.snapshot
      })
      await stream.done().catch(() => {})
      expect(snapshot).toBe('Hello')
    })
  })
  test('a denial in the middle is an error with our message and code', async () => {
    const wire = toWire(openaiResponses, responsesEvents(said).slice(0, 12)) + denied(openaiResponses)
    await serve(wire, async (url) => {
      const failure = await openai(url)
        .responses.stream({ model: 'm', input: 'hi' })
        .finalResponse()
        .catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(OpenAI.APIError)
      expect(failure).toMatchObject({ message: expect.stringContaining('stopped'), code: 'guardrail_blocked' })
      const plain = async () => {
        for await (const _ of await openai(url).responses.create({ model: 'm', input: 'hi', stream: true }));
      }
      await expect(plain()).rejects.toMatchObject({ message: expect.stringContaining('stopped') })
    })
  })
})

describe('other streams: an answer of which every text was held back is the same answer', () => {
  const DONE = 'data: [DONE]\n\n'
  /** What a client makes of a stream, as it came and as it is when everything is held back. */
  async function both(
    format: Format,
    events: readonly JsonObject[],
    read: (url: string) => Promise<unknown>,
    last = '',
  ): Promise<{ direct: unknown; held: unknown }> {
    const direct = await serve(toWire(format, events, last), read)
    const held = await serve(toWire(format, relay(format, events).events, last), read)
    return { direct, held }
  }
  test('chat.completions.stream', async () => {
    // The client's accumulator has no word for thoughts: those are left out here.
    const events = chatEvents().filter((event) => !JSON.stringify(event).includes('"reasoning'))
    const { direct, held } = await both(
      openaiChat,
      events,
      async (url) => {
        const stream = openai(url).chat.completions.stream({ model: 'm', messages: [] })
        const { choices } = await stream.finalChatCompletion()
        return JSON.parse(JSON.stringify(choices))
      },
      DONE,
    )
    expect(JSON.stringify(direct)).toContain('Hello')
    expect(held).toEqual(direct)
  })
  test('completions', async () => {
    const piece = (text: string, finish_reason: string | null) => ({
      id: 'c',
      choices: [{ index: 0, text, finish_reason }],
    })
    const { direct, held } = await both(
      openaiCompletions,
      [piece('He', null), piece('llo', null), piece('', 'stop')],
      async (url) => {
        let text = ''
        const stream = await openai(url).completions.create({ model: 'm', prompt: 'hi', stream: true })
        for await (const { choices } of stream) text += choices[0]!.text
        return text
      },
      DONE,
    )
    expect([direct, held]).toEqual(['Hello', 'Hello'])
  })
  test('messages.stream', async () => {
    const events = messageEvents().filter((event) => event.index !== 3)
    const { direct, held } = await both(anthropicMessages, events, async (url) => {
      const stream = anthropic(url).messages.stream({
        model: 'm',
        max_tokens: 9,
        messages: [{ role: 'user', content: 'hi' }],
      })
      return JSON.parse(JSON.stringify(await stream.finalMessage()))
    })
    expect(JSON.stringify(direct)).toContain('Hello')
    expect(held).toEqual(direct)
  })
  test('beta.threads.runs.stream', async () => {
    // The names of its events stand beside the data, and are the upstream's.
    const nameOf = ({ object, status }: JsonObject) =>
      String(object).endsWith('.delta') ? object : `${object}.${status === 'completed' ? 'completed' : 'created'}`
    const wire = (events: readonly JsonObject[]) =>
      events
        .map((event) => {
          const name = openaiThreads.stream.eventName(event, String(nameOf(event)))
          return writeEvent(name, JSON.stringify(event))
        })
        .join('')
    const read = async (url: string) => {
      const stream = openai(url).beta.threads.runs.stream('thread_1', { assistant_id: 'asst_1' })
      let text = ''
      stream.on('textDelta', (delta) => {
        text += delta.value ?? ''
      })
      const calls = new Set<string>()
      stream.on('toolCallDelta', (_delta, snapshot) => calls.add(JSON.stringify(snapshot)))
      await stream.done()
      return { text, calls: [...calls].filter((one) => /:1\}|printed/.test(one)) }
    }
    const direct = await serve(wire(threadEvents()) + DONE, read)
    const held = await serve(wire(relay(openaiThreads, threadEvents()).events) + DONE, read)
    expect(direct.text).toBe('Hello')
    expect(direct.calls).not.toEqual([])
    expect(held.text).toBe('Hello')
    expect(new Set(held.calls)).toEqual(new Set(direct.calls))
  })
  test('audio.transcriptions', async () => {
    const events = [
      { type: 'transcript.text.delta', delta: 'He' },
      { type: 'transcript.text.delta', delta: 'llo' },
      { type: 'transcript.text.done', text: 'Hello' },
    ]
    const { direct, held } = await both(openaiAudio, events, async (url) => {
      let text = ''
      const file = new File(['x'], 'a.wav')
      const stream = await openai(url).audio.transcriptions.create({ file, model: 'm', stream: true })
      for await (const event of stream) if (event.type === 'transcript.text.delta') text += event.delta
      return text
    })
    expect([direct, held]).toEqual(['Hello', 'Hello'])
  })
  test.each([
    ['chat', openaiChat, chatEvents()],
    ['threads', openaiThreads, threadEvents()],
    ['audio', openaiAudio, []],
  ] as const)('a denial in the middle of %s is an error with our message', async (kind, format, events) => {
    await serve(toWire(format, events.slice(0, 3)) + denied(format), async (url) => {
      const client = openai(url)
      const read = async () => {
        const stream =
          kind === 'chat'
            ? await client.chat.completions.create({ model: 'm', messages: [], stream: true })
            : kind === 'threads'
              ? await client.beta.threads.runs.create('t', { assistant_id: 'a', stream: true })
              : await client.audio.transcriptions.create({ file: new File(['x'], 'a'), model: 'm', stream: true })
        for await (const _ of stream);
      }
      await expect(read()).rejects.toMatchObject({ message: expect.stringContaining('stopped') })
    })
  })
})

describe('an answer that was stopped in the middle is no answer', () => {
  const model = 'm'
  /** How a client ends, which must be by throwing. */
  const READERS: readonly [string, Format, readonly JsonObject[], (url: string) => Promise<unknown>][] = [
    [
      'chat.completions.stream',
      openaiChat,
      chatEvents(),
      (url) => openai(url).chat.completions.stream({ model, messages: [] }).finalChatCompletion(),
    ],
    [
      'messages.stream',
      anthropicMessages,
      messageEvents(),
      (url) => anthropic(url).messages.stream({ model, max_tokens: 9, messages: [] }).finalMessage(),
    ],
    [
      'messages.create',
      anthropicMessages,
      messageEvents(),
      async (url) => {
        for await (const _ of await anthropic(url).messages.create({
          model,
          max_tokens: 9,
          messages: [],
          stream: true,
        }));
      },
    ],
  ]
  test.each(READERS)('%s throws our message', async (_, format, events, read) => {
    for (const cut of [1, 3, 5]) {
      await serve(toWire(format, events.slice(0, cut)) + denied(format), async (url) => {
        await expect(read(url)).rejects.toMatchObject({ message: expect.stringContaining('stopped') })
      })
    }
  })
  const PROVIDERS: readonly [string, Format, readonly JsonObject[], (url: string) => LanguageModel][] = [
    ['chat', openaiChat, chatEvents(), (url) => createOpenAI({ apiKey: 'none', baseURL: `${url}/v1` }).chat(model)],
    [
      'responses',
      openaiResponses,
      responsesEvents(said),
      (url) => createOpenAI({ apiKey: 'none', baseURL: `${url}/v1` }).responses(model),
    ],
    [
      'messages',
      anthropicMessages,
      messageEvents(),
      (url) => createAnthropic({ apiKey: 'none', baseURL: `${url}/v1` })(model),
    ],
  ]
  test.each(PROVIDERS)(
    'AI SDK, %s: one error with our message, and the finish reason says so',
    async (_, format, events, model) => {
      for (const cut of [3, 5]) {
        await serve(toWire(format, events.slice(0, cut)) + denied(format), async (url) => {
          const errors: unknown[] = []
          const result = streamText({
            model: model(url),
            prompt: 'hi',
            onError: ({ error }) => void errors.push(error),
          })
          await result.consumeStream()
          expect(JSON.stringify(errors.map((error) => (error as Error).message ?? error))).toContain('stopped')
          expect(errors).toHaveLength(1)
          expect(await result.finishReason.then(String, () => 'thrown')).toMatch(/^(error|thrown)$/)
        })
      }
    },
  )
})
