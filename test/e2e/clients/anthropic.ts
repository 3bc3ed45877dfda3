import Anthropic from '@anthropic-ai/sdk'
import { betaZodTool } from '@anthropic-ai/sdk/helpers/beta/zod'
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod'
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

const client = ({ url, key }: Way) => new Anthropic({ baseURL: url, apiKey: key('invoke') })
const ask = (content: string) => ({ model: MODEL, max_tokens: 200, messages: [{ role: 'user' as const, content }] })
const streamed = (content: string) => ({ ...ask(content), stream: true as const })
const textOf = (event: Anthropic.RawMessageStreamEvent) =>
  event.type === 'content_block_delta' && event.delta.type === 'text_delta' ? event.delta.text : ''
const Person = z.object({ name: z.string(), age: z.number(), tags: z.array(z.string()) })
const City = z.object({ city: z.string(), note: z.string() })
const tools: Anthropic.Tool[] = [
  { ...WEATHER, input_schema: { type: 'object', properties: { city: { type: 'string' }, note: { type: 'string' } } } },
]

async function toolLoop(way: Way, stream: boolean): Promise<object> {
  const messages: Anthropic.MessageParam[] = [...ask(ASK.weather).messages]
  const calls: unknown[] = []
  for (;;) {
    const request = { ...ask(''), messages, tools }
    const { content, stop_reason } = stream
      ? await client(way).messages.stream(request).finalMessage()
      : await client(way).messages.create(request)
    const uses = content.filter((block) => block.type === 'tool_use')
    if (uses.length === 0) return { calls, stop_reason, content }
    messages.push({ role: 'assistant', content })
    const results = uses.map(({ id, input }): Anthropic.ToolResultBlockParam => {
      const text = measure(input as { city: string })
      return { type: 'tool_result', tool_use_id: id, content: [{ type: 'text', text }] }
    })
    calls.push(...uses.map(({ id, name, input }) => ({ stop_reason, id, name, input })))
    messages.push({ role: 'user', content: results })
  }
}
const LOOPED = {
  calls: WEATHER_INPUTS.map((input, i) => ({ stop_reason: 'tool_use', id: `call_${i}`, name: WEATHER.name, input })),
  stop_reason: 'end_turn',
  content: [{ type: 'text', text: WEATHER_REPORT }],
}
const told = (kind: string, status: number, type: string) => ({
  kind,
  status,
  message: `${status} ${JSON.stringify({ type: 'error', error: { type, message: FAILURE } })}`,
})
const FAILED = {
  400: { error: told('BadRequestError', 400, 'invalid_request_error'), requests: 1 },
  404: { error: told('NotFoundError', 404, 'invalid_request_error'), requests: 1 },
  429: { error: told('RateLimitError', 429, 'rate_limit_error'), requests: 3 },
  500: { error: told('InternalServerError', 500, 'server_error'), requests: 3 },
}

const asks = {
  whole: (way: Way, prompt: string) => client(way).messages.create(ask(prompt)),
  streamed: (way: Way, prompt: string) => client(way).messages.create(streamed(prompt)),
  'stream helper': (way: Way, prompt: string) => client(way).messages.stream(ask(prompt)).finalMessage(),
}

export const anthropicMessages: Client = {
  name: 'anthropic',
  asked: 'POST /v1/messages',
  asks,
  checks: [
    ...checksOf(['POST /v1/messages'], {
      message: {
        run: (way) => client(way).messages.create(ask(ASK.story)),
        wants: { content: [{ type: 'text', text: STORY }], stop_reason: 'end_turn', usage: { input_tokens: 11 } },
      },
      'personal data comes back': {
        personal: true,
        run: async (way) => {
          const prompt = `${ASK.echo} ${SECRETIVE}`
          const whole = await client(way).messages.create(ask(prompt))
          return { whole: whole.content, text: await client(way).messages.stream(ask(prompt)).finalText() }
        },
        wants: { whole: [{ type: 'text', text: SECRETIVE }], text: SECRETIVE },
      },
      stream: {
        run: async (way) => {
          let text = ''
          const others: unknown[] = []
          for await (const event of await client(way).messages.create(streamed(ASK.story))) {
            text += textOf(event)
            if (event.type !== 'content_block_delta') others.push(event)
          }
          return { text, others }
        },
        wants: { text: STORY },
      },
      'stream helper': {
        run: (way) => client(way).messages.stream(ask(ASK.story)).finalMessage(),
        wants: { content: [{ type: 'text', text: STORY }], usage: { output_tokens: 7 } },
      },
      'stream is not buffered': {
        run: (way) =>
          arrivesInPieces(way, (got) => client(way).messages.stream(ask(ASK.story)).on('text', got).finalText()),
        wants: { early: true, result: STORY },
      },
      thinking: {
        run: async (way) => {
          const request = {
            ...ask(ASK.think),
            max_tokens: 4000,
            thinking: { type: 'enabled' as const, budget_tokens: 2000 },
          }
          const whole = await client(way).messages.create(request)
          return { whole: whole.content, streamed: (await client(way).messages.stream(request).finalMessage()).content }
        },
        wants: {
          whole: [
            { type: 'thinking', thinking: 'Twice three is six.' },
            { type: 'text', text: 'Six.' },
          ],
          streamed: [
            { type: 'thinking', thinking: 'Twice three is six.' },
            { type: 'text', text: 'Six.' },
          ],
        },
      },
      'parallel tools': { run: (way) => toolLoop(way, false), wants: LOOPED },
      'parallel tools, streamed': { run: (way) => toolLoop(way, true), wants: LOOPED },
      'structured output': {
        run: async (way) => {
          const output_config = { format: zodOutputFormat(Person) }
          return (await client(way).messages.parse({ ...ask(ASK.person), output_config })).parsed_output
        },
        wants: PERSON,
      },
      ...failures(asks.whole, FAILED),
      ...prefixed('streamed, ', failures(asks.streamed, FAILED)),
      'a failure that passes': {
        run: async (way) => {
          const { content } = await client(way).messages.create(ask(ASK.failOnce))
          return { content, requests: way.api.arrived.length }
        },
        wants: { content: [{ text: 'Now it works.' }], requests: 2 },
      },
      'leaving in the middle': {
        run: (way) =>
          leaves(way, async (signal, got) => {
            for await (const event of await client(way).messages.create(streamed(ASK.slow), { signal })) {
              if (textOf(event)) got()
            }
          }),
        wants: { pieces: true, upstream: 'gone' },
      },
      'a stream that breaks off': {
        run: (way) =>
          breaksOff(async (got) => {
            for await (const event of await client(way).messages.create(streamed(ASK.cut))) got(textOf(event))
          }),
        wants: { failed: true, begun: true },
      },
      'a stream that breaks off, by the helper': {
        run: (way) => breaksOff((got) => client(way).messages.stream(ask(ASK.cut)).on('text', got).finalText()),
        wants: { failed: true, begun: true },
      },
      'ids of requests': {
        run: async (way) => {
          const headers = { 'Idempotency-Key': 'once-1' }
          const { request_id } = await client(way).messages.create(ask(ASK.story), { headers }).withResponse()
          await client(way).messages.create(ask(ASK.story), { headers })
          return { request_id, idempotent: isRepeated(way) }
        },
        wants: { request_id: 'req_mock_1', idempotent: true },
      },
      'the versions that it asks for arrive': {
        run: async (way) => {
          await client(way).beta.messages.create({ ...ask(ASK.story), betas: ['context-1m-2025-08-07'] })
          const { headers, path } = way.api.arrived[0]!
          return { version: headers['anthropic-version'], beta: headers['anthropic-beta'], path }
        },
        wants: { beta: 'context-1m-2025-08-07' },
      },
    }),
    // It leaves the conversation with the vendor, and sends results alone: an answer's id is a reference then.
    ...checksOf(['POST /v1/messages'], {
      'tool runner': {
        run: async (way) => {
          const seen: unknown[] = []
          const tool = betaZodTool({
            ...WEATHER,
            inputSchema: City,
            run: (input) => {
              seen.push(input)
              return measure(input)
            },
          })
          const { content } = await client(way).beta.messages.toolRunner({ ...ask(ASK.weather), tools: [tool] })
          return { content, seen }
        },
        wants: { content: LOOPED.content, seen: WEATHER_INPUTS },
      },
    }),
    ...checksOf(['POST /v1/messages/count_tokens'], {
      'count of tokens': {
        run: (way) => client(way).messages.countTokens({ model: MODEL, messages: ask(ASK.story).messages }),
        wants: { input_tokens: 11 },
      },
    }),
    ...checksOf(['GET /v1/models'], {
      models: {
        run: async (way) => {
          const inspect = new Anthropic({ baseURL: way.url, apiKey: way.key('inspect') })
          return (await inspect.models.list()).data
        },
        wants: [{ id: MODEL }],
      },
    }),
  ],
}
