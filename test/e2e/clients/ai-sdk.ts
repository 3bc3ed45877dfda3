import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAI } from '@ai-sdk/openai'
import { embed, embedMany, generateText, type LanguageModel, Output, stepCountIs, streamText, tool } from 'ai'
import { z } from 'zod'
import { ASK, PERSON, STORY } from '../../support/aimock-answers.ts'
import {
  arrivesInPieces,
  breaksOff,
  type Check,
  type Client,
  checksOf,
  FAILURE,
  failures,
  leaves,
  MODEL,
  measure,
  SECRETIVE,
  type Way,
  WEATHER,
  WEATHER_INPUTS,
  WEATHER_REPORT,
} from '../checks.ts'

const openai = ({ url, key }: Way) => createOpenAI({ baseURL: `${url}/v1`, apiKey: key('invoke') })
const anthropic = ({ url, key }: Way) => createAnthropic({ baseURL: `${url}/v1`, apiKey: key('invoke') })
const Person = z.object({ name: z.string(), age: z.number(), tags: z.array(z.string()) })
// Warnings are compared, not printed.
globalThis.AI_SDK_LOG_WARNINGS = false
/** Errors are looked at, not printed. */
const quiet = { onError() {} }

function clientOf(name: string, asked: string, model: (way: Way) => LanguageModel, others: Check[] = []): Client {
  const tools = () => {
    const seen: unknown[] = []
    const inputSchema = z.object({ city: z.string(), note: z.string() })
    const execute = (input: z.infer<typeof inputSchema>) => {
      seen.push(input)
      return measure(input)
    }
    return { seen, tools: { [WEATHER.name]: tool({ description: WEATHER.description, inputSchema, execute }) } }
  }
  const read = async (way: Way, prompt: string, got: (text: string) => void, signal?: AbortSignal) => {
    const request = { model: model(way), prompt, ...(signal && { abortSignal: signal }) }
    for await (const part of streamText({ ...request, ...quiet }).fullStream) {
      if (part.type === 'text-delta') got(part.text)
      if (part.type === 'error') throw part.error
      if (part.type === 'abort') throw new Error('aborted')
    }
  }
  const failed = (status: number) => ({ failed: true, kind: 'APICallError', message: FAILURE, statusCode: status })
  const asks = {
    generateText: (way: Way, prompt: string) => generateText({ model: model(way), prompt }),
    streamText: (way: Way, prompt: string) => read(way, prompt, () => {}),
  }
  const checks = checksOf([asked], {
    generateText: {
      run: async (way) => {
        const { text, finishReason, usage, warnings } = await generateText({ model: model(way), prompt: ASK.story })
        return { text, finishReason, usage, warnings }
      },
      wants: { text: STORY, finishReason: 'stop', usage: { inputTokens: 11, outputTokens: 7 } },
    },
    'personal data comes back': {
      personal: true,
      run: async (way) => {
        const prompt = `${ASK.echo} ${SECRETIVE}`
        const whole = await generateText({ model: model(way), prompt })
        return { whole: whole.text, text: await streamText({ model: model(way), prompt }).text }
      },
      wants: { whole: SECRETIVE, text: SECRETIVE },
    },
    streamText: {
      run: async (way) => {
        const stream = streamText({ model: model(way), prompt: ASK.story })
        const types = new Set<string>()
        let text = ''
        for await (const part of stream.fullStream) {
          types.add(part.type)
          if (part.type === 'text-delta') text += part.text
        }
        return { text, types: [...types], finishReason: await stream.finishReason, usage: await stream.usage }
      },
      wants: { text: STORY, finishReason: 'stop', usage: { inputTokens: 11, outputTokens: 7 } },
    },
    'stream is not buffered': {
      run: (way) =>
        arrivesInPieces(way, async (got) => {
          let all = ''
          await read(way, ASK.story, (text) => {
            all += text
            got()
          })
          return all
        }),
      wants: { early: true, result: STORY },
    },
    'tools, in steps': {
      run: async (way) => {
        const { seen, tools: offered } = tools()
        const request = { model: model(way), prompt: ASK.weather, tools: offered, stopWhen: stepCountIs(5) }
        const { text, steps } = await generateText(request)
        return { text, seen, reasons: steps.map(({ finishReason }) => finishReason) }
      },
      wants: { text: WEATHER_REPORT, seen: WEATHER_INPUTS, reasons: ['tool-calls', 'stop'] },
    },
    'tools, in steps, streamed': {
      run: async (way) => {
        const { seen, tools: offered } = tools()
        const request = { model: model(way), prompt: ASK.weather, tools: offered, stopWhen: stepCountIs(5) }
        const stream = streamText(request)
        const calls: unknown[] = []
        for await (const part of stream.fullStream) {
          if (part.type === 'tool-call') calls.push({ id: part.toolCallId, name: part.toolName, input: part.input })
        }
        return { text: await stream.text, seen, calls }
      },
      wants: {
        text: WEATHER_REPORT,
        seen: WEATHER_INPUTS,
        calls: WEATHER_INPUTS.map((input, i) => ({ id: `call_${i}`, name: WEATHER.name, input })),
      },
    },
    'structured output': {
      run: async (way) => {
        const output = Output.object({ schema: Person })
        return (await generateText({ model: model(way), prompt: ASK.person, output })).output
      },
      wants: PERSON,
    },
    'structured output, streamed': {
      run: async (way) => {
        const output = Output.object({ schema: Person })
        return await streamText({ model: model(way), prompt: ASK.person, output }).output
      },
      wants: PERSON,
    },
    ...failures(asks.generateText, {
      400: { error: failed(400), requests: 1 },
      429: { error: { kind: 'RetryError', last: failed(429) }, requests: 3 },
      500: { error: { kind: 'RetryError', last: failed(500) }, requests: 3 },
    }),
    'a failure that passes': {
      run: async (way) => {
        const { text } = await generateText({ model: model(way), prompt: ASK.failOnce })
        return { text, requests: way.api.arrived.length }
      },
      wants: { text: 'Now it works.', requests: 2 },
    },
    'leaving in the middle': {
      run: (way) => leaves(way, (signal, got) => read(way, ASK.slow, got, signal)),
      wants: { pieces: true, upstream: 'gone' },
    },
    'a stream that breaks off': {
      run: (way) => breaksOff((got) => read(way, ASK.cut, got)),
      wants: { failed: true, begun: true },
    },
  })
  return { name, asked, asks, checks: [...checks, ...others] }
}

const embeddings = checksOf(['POST /v1/embeddings'], {
  embed: {
    run: async (way) => (await embed({ model: openai(way).embedding(MODEL), value: 'the sea' })).embedding,
    wants: [0.25, -0.5, 0.125],
  },
  embedMany: {
    run: async (way) =>
      (await embedMany({ model: openai(way).embedding(MODEL), values: ['the sea', 'das Meer'] })).embeddings,
    wants: [
      [0.25, -0.5, 0.125],
      [0.25, -0.5, 0.125],
    ],
  },
})

export const aiSdkOpenaiChat = clientOf('ai, openai chat', 'POST /v1/chat/completions', (way) =>
  openai(way).chat(MODEL),
)
export const aiSdkOpenaiResponses = clientOf(
  'ai, openai responses',
  'POST /v1/responses',
  (way) => openai(way).responses(MODEL),
  embeddings,
)
export const aiSdkAnthropic = clientOf('ai, anthropic', 'POST /v1/messages', (way) => anthropic(way)(MODEL))
