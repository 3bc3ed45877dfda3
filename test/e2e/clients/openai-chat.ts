import OpenAI from 'openai'
import { zodResponseFormat } from 'openai/helpers/zod'
import { z } from 'zod'
import { ASK, PERSON, STORY } from '../../support/aimock-answers.ts'
import {
  arrivesInPieces,
  breaksOff,
  type Client,
  checksOf,
  FAILURE,
  failures,
  isRepeated,
  leaves,
  MODEL,
  measure,
  prefixed,
  SECRETIVE,
  type Way,
  WEATHER,
  WEATHER_INPUTS,
  WEATHER_REPORT,
} from '../checks.ts'

const client = ({ url, key }: Way) => new OpenAI({ baseURL: `${url}/v1`, apiKey: key('invoke') })
const ask = (content: string) => ({ model: MODEL, messages: [{ role: 'user' as const, content }] })
const streamed = (content: string) => ({ ...ask(content), stream: true as const })
const textOf = (chunk: OpenAI.ChatCompletionChunk) => chunk.choices[0]?.delta.content ?? ''
const Person = z.object({ name: z.string(), age: z.number(), tags: z.array(z.string()) })

const tools = [
  {
    type: 'function' as const,
    function: {
      ...WEATHER,
      parameters: { type: 'object', properties: { city: { type: 'string' }, note: { type: 'string' } } },
    },
  },
]
/** A program's own loop: asks, runs the tools, asks again. */
async function toolLoop(way: Way, stream: boolean): Promise<object> {
  const messages: OpenAI.ChatCompletionMessageParam[] = [...ask(ASK.weather).messages]
  const calls: unknown[] = []
  for (;;) {
    const request = { model: MODEL, messages, tools }
    const completions = client(way).chat.completions
    const { choices } = stream
      ? await completions.stream(request).finalChatCompletion()
      : await completions.create(request)
    const { message, finish_reason } = choices[0]!
    if (!message.tool_calls?.length) return { calls, finish_reason, content: message.content }
    messages.push(message)
    for (const call of message.tool_calls) {
      if (call.type !== 'function') throw new Error('not a function')
      calls.push({ finish_reason, id: call.id, ...call.function })
      messages.push({ role: 'tool', tool_call_id: call.id, content: measure(JSON.parse(call.function.arguments)) })
    }
  }
}
const LOOPED = {
  calls: WEATHER_INPUTS.map((input, i) => ({
    finish_reason: 'tool_calls',
    id: `call_${i}`,
    name: WEATHER.name,
    arguments: JSON.stringify(input),
  })),
  finish_reason: 'stop',
  content: WEATHER_REPORT,
}
/** As the vendor's own clients do: two more tries, but not for what asking again cannot help. */
const told = (kind: string, status: number) => ({
  kind,
  status,
  code: `code_${status}`,
  message: `${status} ${FAILURE}`,
})
export const FAILED = {
  400: { error: told('BadRequestError', 400), requests: 1 },
  404: { error: told('NotFoundError', 404), requests: 1 },
  429: { error: told('RateLimitError', 429), requests: 3 },
  500: { error: told('InternalServerError', 500), requests: 3 },
  503: { error: told('InternalServerError', 503), requests: 3 },
}

const asks = {
  whole: (way: Way, prompt: string) => client(way).chat.completions.create(ask(prompt)),
  streamed: (way: Way, prompt: string) => client(way).chat.completions.create(streamed(prompt)),
  'stream helper': (way: Way, prompt: string) => client(way).chat.completions.stream(ask(prompt)).finalContent(),
}

export const openaiChat: Client = {
  name: 'openai, chat completions',
  asked: 'POST /v1/chat/completions',
  asks,
  checks: checksOf(['POST /v1/chat/completions'], {
    chat: {
      run: (way) => client(way).chat.completions.create(ask(ASK.story)),
      wants: { choices: [{ message: { content: STORY }, finish_reason: 'stop' }], usage: { total_tokens: 18 } },
    },
    'personal data comes back': {
      personal: true,
      run: async (way) => {
        const prompt = `${ASK.echo} ${SECRETIVE}`
        const whole = await client(way).chat.completions.create(ask(prompt))
        let text = ''
        for await (const chunk of await client(way).chat.completions.create(streamed(prompt))) text += textOf(chunk)
        return { whole: whole.choices[0]!.message.content, text }
      },
      wants: { whole: SECRETIVE, text: SECRETIVE },
    },
    stream: {
      run: async (way) => {
        const request = { ...streamed(ASK.story), stream_options: { include_usage: true } }
        let text = ''
        const ends: unknown[] = []
        for await (const chunk of await client(way).chat.completions.create(request)) {
          text += textOf(chunk)
          const { finish_reason } = chunk.choices[0] ?? {}
          if (finish_reason) ends.push(finish_reason)
          if (chunk.usage) ends.push(chunk.usage)
        }
        return { text, ends }
      },
      wants: { text: STORY, ends: ['stop', { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 }] },
    },
    'stream helper': {
      run: (way) => client(way).chat.completions.stream(ask(ASK.story)).finalChatCompletion(),
      wants: { choices: [{ message: { content: STORY }, finish_reason: 'stop' }] },
    },
    'stream is not buffered': {
      run: (way) =>
        arrivesInPieces(way, async (got) => {
          let text = ''
          for await (const chunk of await client(way).chat.completions.create(streamed(ASK.story))) {
            text += textOf(chunk)
            if (text) got()
          }
          return text
        }),
      wants: { early: true, result: STORY },
    },
    'parallel tools': { run: (way) => toolLoop(way, false), wants: LOOPED },
    'parallel tools, streamed': { run: (way) => toolLoop(way, true), wants: LOOPED },
    'tool runner': {
      run: async (way) => {
        const seen: string[] = []
        const runner = client(way).chat.completions.runTools({
          ...ask(ASK.weather),
          tools: [
            {
              type: 'function',
              function: {
                ...WEATHER,
                parameters: { type: 'object', properties: { city: { type: 'string' } } },
                function: (text: string) => {
                  seen.push(text)
                  return measure(JSON.parse(text))
                },
              },
            },
          ],
        })
        return { content: await runner.finalContent(), seen }
      },
      wants: { content: LOOPED.content, seen: WEATHER_INPUTS.map((input) => JSON.stringify(input)) },
    },
    'structured output': {
      run: async (way) => {
        const response_format = zodResponseFormat(Person, 'person')
        const { choices } = await client(way).chat.completions.parse({ ...ask(ASK.person), response_format })
        return choices[0]!.message.parsed
      },
      wants: PERSON,
    },
    'structured output, streamed': {
      run: async (way) => {
        const response_format = zodResponseFormat(Person, 'person')
        const stream = client(way).chat.completions.stream({ ...ask(ASK.person), response_format })
        return (await stream.finalChatCompletion()).choices[0]!.message.parsed
      },
      wants: PERSON,
    },
    ...failures(asks.whole, FAILED),
    ...prefixed('streamed, ', failures(asks.streamed, FAILED)),
    'a failure that passes': {
      run: async (way) => {
        const { choices } = await client(way).chat.completions.create(ask(ASK.failOnce))
        return { content: choices[0]!.message.content, requests: way.api.arrived.length }
      },
      wants: { content: 'Now it works.', requests: 2 },
    },
    'leaving in the middle': {
      run: (way) =>
        leaves(way, async (signal, got) => {
          for await (const chunk of await client(way).chat.completions.create(streamed(ASK.slow), { signal })) {
            if (textOf(chunk)) got()
          }
        }),
      wants: { pieces: true, upstream: 'gone' },
    },
    'a stream that breaks off': {
      run: (way) =>
        breaksOff(async (got) => {
          for await (const chunk of await client(way).chat.completions.create(streamed(ASK.cut))) got(textOf(chunk))
        }),
      wants: { failed: true, begun: true },
    },
    'a stream that breaks off, by the helper': {
      run: (way) =>
        breaksOff((got) => client(way).chat.completions.stream(ask(ASK.cut)).on('content', got).finalContent()),
      wants: { failed: true, begun: true },
    },
    'ids of requests': {
      run: async (way) => {
        const headers = { 'Idempotency-Key': 'once-1' }
        const { request_id, response } = await client(way)
          .chat.completions.create(ask(ASK.story), { headers })
          .withResponse()
        await client(way).chat.completions.create(ask(ASK.story), { headers })
        return {
          request_id,
          left: response.headers.get('x-request-id'),
          idempotent: isRepeated(way),
        }
      },
      wants: { request_id: 'req_mock_1', left: 'req_mock_1', idempotent: true },
    },
    'rate limits can be read': {
      run: async (way) => {
        const error = await client(way)
          .chat.completions.create(ask(ASK.fail(429)), { maxRetries: 0 })
          .catch((reason: unknown) => reason as InstanceType<typeof OpenAI.APIError>)
        if (!(error instanceof OpenAI.APIError)) throw new Error('it did not fail')
        const names = [
          'retry-after',
          'x-ratelimit-limit-requests',
          'x-ratelimit-remaining-tokens',
          'x-ratelimit-reset-tokens',
        ]
        return Object.fromEntries(names.map((name) => [name, error.headers?.get(name)]))
      },
      wants: {
        'retry-after': '1',
        'x-ratelimit-limit-requests': '60',
        'x-ratelimit-remaining-tokens': '0',
        'x-ratelimit-reset-tokens': '6m0s',
      },
    },
  }),
}
