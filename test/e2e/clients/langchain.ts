import { ChatAnthropic } from '@langchain/anthropic'
import type { BaseChatModel } from '@langchain/core/language_models/chat_models'
import { type AIMessageChunk, type BaseMessage, HumanMessage, ToolMessage } from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai'
import { z } from 'zod'
import { ASK, PERSON, STORY } from '../../support/aimock-answers.ts'
import {
  arrivesInPieces,
  breaksOff,
  type Check,
  type Client,
  checksOf,
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

type Model = ChatOpenAI | ChatAnthropic
/** One more try, after a second: LangChain does not ask when. */
const COMMON = { model: MODEL, maxRetries: 1 }
const openai = ({ url, key }: Way, useResponsesApi = false): ChatOpenAI =>
  new ChatOpenAI({ ...COMMON, useResponsesApi, apiKey: key('invoke'), configuration: { baseURL: `${url}/v1` } })
const anthropic = ({ url, key }: Way): ChatAnthropic =>
  new ChatAnthropic({ ...COMMON, apiKey: key('invoke'), anthropicApiUrl: url, maxTokens: 200 })

const Person = z.object({ name: z.string(), age: z.number(), tags: z.array(z.string()) })
const City = z.object({ city: z.string(), note: z.string() })

async function whole(pieces: AsyncIterable<AIMessageChunk>): Promise<AIMessageChunk> {
  let all: AIMessageChunk | undefined
  for await (const piece of pieces) all = all?.concat(piece) ?? piece
  if (!all) throw new Error('an empty stream')
  return all
}
async function toolLoop(model: BaseChatModel, stream: boolean): Promise<object> {
  const calls: unknown[] = []
  const weather = tool((input: z.infer<typeof City>) => measure(input), { ...WEATHER, schema: City })
  const bound = model.bindTools!([weather])
  const messages: BaseMessage[] = [new HumanMessage(ASK.weather)]
  for (;;) {
    const answer = stream ? await whole(await bound.stream(messages)) : await bound.invoke(messages)
    if (!answer.tool_calls?.length) return { text: answer.text, calls }
    messages.push(answer)
    for (const { id, name, args } of answer.tool_calls) {
      calls.push({ id, name, args })
      messages.push(new ToolMessage({ tool_call_id: id!, content: measure(args as { city: string }) }))
    }
  }
}
const LOOPED = {
  text: WEATHER_REPORT,
  calls: WEATHER_INPUTS.map((args, i) => ({ id: `call_${i}`, name: WEATHER.name, args })),
}

function clientOf(name: string, asked: string, model: (way: Way) => Model, others: Check[] = []): Client {
  const read = async (way: Way, prompt: string, got: (text: string) => void, signal?: AbortSignal) => {
    for await (const chunk of await model(way).stream(prompt, signal && { signal })) if (chunk.text) got(chunk.text)
  }
  const asks = {
    invoke: (way: Way, prompt: string) => model(way).invoke(prompt),
    stream: (way: Way, prompt: string) => read(way, prompt, () => {}),
  }
  const checks = checksOf([asked], {
    invoke: {
      run: async (way) => {
        const { text, usage_metadata } = await model(way).invoke(ASK.story)
        return { text, usage_metadata }
      },
      wants: { text: STORY, usage_metadata: { input_tokens: 11, output_tokens: 7 } },
    },
    'personal data comes back': {
      personal: true,
      run: async (way) => {
        let text = ''
        await read(way, `${ASK.echo} ${SECRETIVE}`, (piece) => {
          text += piece
        })
        return { whole: (await model(way).invoke(`${ASK.echo} ${SECRETIVE}`)).text, text }
      },
      wants: { whole: SECRETIVE, text: SECRETIVE },
    },
    stream: {
      run: async (way) => {
        let text = ''
        await read(way, ASK.story, (piece) => {
          text += piece
        })
        return text
      },
      wants: Object(STORY) as object,
    },
    'stream is not buffered': {
      run: (way) =>
        arrivesInPieces(way, async (got) => {
          let text = ''
          await read(way, ASK.story, (piece) => {
            text += piece
            got()
          })
          return text
        }),
      wants: { early: true, result: STORY },
    },
    'bound tools': { run: (way) => toolLoop(model(way) as BaseChatModel, false), wants: LOOPED },
    'bound tools, streamed': { run: (way) => toolLoop(model(way) as BaseChatModel, true), wants: LOOPED },
    'structured output': {
      run: (way) => (model(way) as BaseChatModel).withStructuredOutput(Person).invoke(ASK.person),
      wants: PERSON,
    },
    ...failures(asks.invoke, {
      400: { error: { failed: true, status: 400 }, requests: 1 },
      429: { error: { failed: true, status: 429 }, requests: 2 },
      500: { error: { failed: true, status: 500 }, requests: 2 },
    }),
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
  embeddings: {
    run: ({ url, key }) => {
      const configuration = { baseURL: `${url}/v1` }
      const embeddings = new OpenAIEmbeddings({ ...COMMON, apiKey: key('invoke'), configuration })
      return embeddings.embedDocuments(['the sea', 'das Meer'])
    },
    wants: [
      [0.25, -0.5, 0.125],
      [0.25, -0.5, 0.125],
    ],
  },
})

const chat = 'POST /v1/chat/completions'
export const langchainOpenai = clientOf('langchain, ChatOpenAI', chat, (way) => openai(way), embeddings)
export const langchainResponses = clientOf('langchain, ChatOpenAI with responses', 'POST /v1/responses', (way) =>
  openai(way, true),
)
export const langchainAnthropic = clientOf('langchain, ChatAnthropic', 'POST /v1/messages', anthropic)
