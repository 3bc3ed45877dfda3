import { Agent, OpenAIProvider, Runner, tool } from '@openai/agents'
import { z } from 'zod'
import { ASK, PERSON, STORY } from '../../support/aimock-answers.ts'
import {
  arrivesInPieces,
  breaksOff,
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

const Person = z.object({ name: z.string(), age: z.number(), tags: z.array(z.string()) })

function clientOf(name: string, asked: string, useResponses: boolean): Client {
  const runner = ({ url, key }: Way) =>
    new Runner({
      modelProvider: new OpenAIProvider({ baseURL: `${url}/v1`, apiKey: key('invoke'), useResponses }),
      tracingDisabled: true,
    })
  const plain = () => new Agent({ name: 'Teller', instructions: 'You tell stories.', model: MODEL })
  const forecaster = () => {
    const seen: unknown[] = []
    const parameters = z.object({ city: z.string(), note: z.string() })
    const execute = (input: z.infer<typeof parameters>) => {
      seen.push(input)
      return measure(input)
    }
    const agent = new Agent({ name: 'Forecaster', model: MODEL, tools: [tool({ ...WEATHER, parameters, execute })] })
    return { agent, seen }
  }
  const read = async (way: Way, prompt: string, got: (text: string) => void, signal?: AbortSignal) => {
    const result = await runner(way).run(plain(), prompt, { stream: true, ...(signal && { signal }) })
    for await (const event of result) {
      if (event.type === 'raw_model_stream_event' && event.data.type === 'output_text_delta') got(event.data.delta)
    }
    await result.completed
  }
  const asks = {
    run: (way: Way, prompt: string) => runner(way).run(plain(), prompt),
    'run, streamed': (way: Way, prompt: string) => read(way, prompt, () => {}),
  }
  const checks = checksOf([asked], {
    run: {
      run: async (way) => {
        const { finalOutput, state } = await runner(way).run(plain(), ASK.story)
        const { inputTokens, outputTokens } = state.usage
        return { finalOutput, inputTokens, outputTokens }
      },
      wants: { finalOutput: STORY, inputTokens: 11, outputTokens: 7 },
    },
    'personal data comes back': {
      personal: true,
      run: async (way) => (await runner(way).run(plain(), `${ASK.echo} ${SECRETIVE}`)).finalOutput,
      wants: Object(SECRETIVE) as object,
    },
    'run, streamed': {
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
    tools: {
      run: async (way) => {
        const { agent, seen } = forecaster()
        return { text: (await runner(way).run(agent, ASK.weather)).finalOutput, seen }
      },
      wants: { text: WEATHER_REPORT, seen: WEATHER_INPUTS },
    },
    'tools, streamed': {
      run: async (way) => {
        const { agent, seen } = forecaster()
        const result = await runner(way).run(agent, ASK.weather, { stream: true })
        await result.completed
        return { text: result.finalOutput, seen }
      },
      wants: { text: WEATHER_REPORT, seen: WEATHER_INPUTS },
    },
    'typed output': {
      run: async (way) => {
        const agent = new Agent({ name: 'Describer', model: MODEL, outputType: Person })
        return (await runner(way).run(agent, ASK.person)).finalOutput
      },
      wants: PERSON,
    },
    ...failures(asks.run, {
      400: { error: { failed: true, status: 400 }, requests: 1 },
      429: { error: { failed: true, status: 429 }, requests: 3 },
      500: { error: { failed: true, status: 500 }, requests: 3 },
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
  return { name, asked, asks, checks }
}

export const agentsResponses = clientOf('agents, responses', 'POST /v1/responses', true)
export const agentsChat = clientOf('agents, chat completions', 'POST /v1/chat/completions', false)
