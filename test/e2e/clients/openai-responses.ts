import OpenAI from 'openai'
import { zodTextFormat } from 'openai/helpers/zod'
import { z } from 'zod'
import { ASK, PERSON, STORY } from '../../support/aimock-answers.ts'
import {
  arrivesInPieces,
  breaksOff,
  type Client,
  checksOf,
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
import { FAILED } from './openai-chat.ts'

const client = ({ url, key }: Way) => new OpenAI({ baseURL: `${url}/v1`, apiKey: key('invoke') })
const ask = (input: string) => ({ model: MODEL, input, store: false })
const streamed = (input: string) => ({ ...ask(input), stream: true as const })
const textOf = (event: OpenAI.Responses.ResponseStreamEvent) =>
  event.type === 'response.output_text.delta' ? event.delta : ''
const Person = z.object({ name: z.string(), age: z.number(), tags: z.array(z.string()) })
const tools: OpenAI.Responses.FunctionTool[] = [
  {
    type: 'function',
    ...WEATHER,
    strict: false,
    parameters: { type: 'object', properties: { city: { type: 'string' }, note: { type: 'string' } } },
  },
]

async function toolLoop(way: Way, stream: boolean): Promise<object> {
  const input: OpenAI.Responses.ResponseInputItem[] = [{ role: 'user', content: ASK.weather }]
  const calls: unknown[] = []
  for (;;) {
    const request = { model: MODEL, store: false, input, tools }
    const { responses } = client(way)
    const { output, output_text, status }: OpenAI.Responses.Response = stream
      ? await responses.stream(request).finalResponse()
      : await responses.create(request)
    const wanted = output.filter((item) => item.type === 'function_call')
    if (wanted.length === 0) return { calls, status, output_text }
    for (const item of wanted) {
      calls.push({ call_id: item.call_id, name: item.name, arguments: item.arguments })
      // Without its id, which the mock draws by lot.
      input.push({ type: 'function_call', call_id: item.call_id, name: item.name, arguments: item.arguments })
      const result = measure(JSON.parse(item.arguments) as { city: string })
      input.push({ type: 'function_call_output', call_id: item.call_id, output: result })
    }
  }
}
const LOOPED = {
  calls: WEATHER_INPUTS.map((input, i) => ({
    call_id: `call_${i}`,
    name: WEATHER.name,
    arguments: JSON.stringify(input),
  })),
  status: 'completed',
  output_text: WEATHER_REPORT,
}
/** An answer without the ids of its items, which the mock draws by lot. */
function withoutIds({ output, ...rest }: OpenAI.Responses.Response): object {
  return { ...rest, output: output.map((item) => ({ ...item, id: '' })) }
}

const asks = {
  whole: (way: Way, prompt: string) => client(way).responses.create(ask(prompt)),
  streamed: (way: Way, prompt: string) => client(way).responses.create(streamed(prompt)),
  'stream helper': (way: Way, prompt: string) => client(way).responses.stream(ask(prompt)).finalResponse(),
}

export const openaiResponses: Client = {
  name: 'openai, responses',
  asked: 'POST /v1/responses',
  asks,
  checks: checksOf(['POST /v1/responses'], {
    answer: {
      run: async (way) => withoutIds(await client(way).responses.create(ask(ASK.story))),
      wants: { output_text: STORY, status: 'completed', usage: { total_tokens: 18 } },
    },
    'personal data comes back': {
      personal: true,
      run: async (way) => {
        const prompt = `${ASK.echo} ${SECRETIVE}`
        const whole = await client(way).responses.create(ask(prompt))
        let text = ''
        let done = ''
        let final = ''
        for await (const event of await client(way).responses.create(streamed(prompt))) {
          text += textOf(event)
          if (event.type === 'response.output_text.done') done = event.text
          if (event.type === 'response.completed') final = JSON.stringify(event.response.output)
        }
        return { whole: whole.output_text, text, done, final: final.includes(SECRETIVE) }
      },
      wants: { whole: SECRETIVE, text: SECRETIVE, done: SECRETIVE, final: true },
    },
    stream: {
      run: async (way) => {
        let text = ''
        const types = new Set<string>()
        let usage: unknown
        for await (const event of await client(way).responses.create(streamed(ASK.story))) {
          text += textOf(event)
          types.add(event.type)
          if (event.type === 'response.completed') usage = event.response.usage
        }
        return { text, types: [...types], usage }
      },
      wants: { text: STORY, usage: { input_tokens: 11, output_tokens: 7, total_tokens: 18 } },
    },
    'stream helper': {
      run: async (way) => withoutIds(await client(way).responses.stream(ask(ASK.story)).finalResponse()),
      wants: { output_text: STORY, status: 'completed' },
    },
    'stream is not buffered': {
      run: (way) =>
        arrivesInPieces(way, async (got) => {
          let text = ''
          for await (const event of await client(way).responses.create(streamed(ASK.story))) {
            text += textOf(event)
            if (text) got()
          }
          return text
        }),
      wants: { early: true, result: STORY },
    },
    reasoning: {
      run: async (way) => {
        const { output, output_text } = await client(way).responses.create(ask(ASK.think))
        const streamedOutput = (await client(way).responses.stream(ask(ASK.think)).finalResponse()).output
        const summaries = [output, streamedOutput].map((items) =>
          items.flatMap((item) => (item.type === 'reasoning' ? item.summary : [])),
        )
        return { summaries, output_text }
      },
      wants: {
        summaries: [
          [{ type: 'summary_text', text: 'Twice three is six.' }],
          [{ type: 'summary_text', text: 'Twice three is six.' }],
        ],
        output_text: 'Six.',
      },
    },
    'parallel tools': { run: (way) => toolLoop(way, false), wants: LOOPED },
    'parallel tools, streamed': { run: (way) => toolLoop(way, true), wants: LOOPED },
    'thoughts that are sent back, and not stored': {
      run: async (way) => {
        const shell = { ...tools[0]!, name: 'shell', parameters: { type: 'object', properties: { command: {} } } }
        const include = ['reasoning.encrypted_content' as const]
        const input: OpenAI.Responses.ResponseInputItem[] = [{ role: 'user', content: `${ASK.shell} Greet Ann too.` }]
        const request = { model: MODEL, store: false, tools: [shell], include }
        const { output } = await client(way).responses.create({ ...request, input })
        // All of it, as it came: that is how the vendor wants it.
        for (const item of output) if (item.type === 'reasoning' || item.type === 'function_call') input.push(item)
        input.push({ type: 'function_call_output', call_id: 'call_0', output: 'sum-42 for Ann' })
        const { output_text } = await client(way).responses.create({ ...request, input })
        return { output_text, kinds: output.map(({ type }) => type) }
      },
      wants: { output_text: 'The shell says sum-42 for Ann indeed.', kinds: ['reasoning', 'function_call'] },
    },
    'structured output': {
      run: async (way) => {
        const text = { format: zodTextFormat(Person, 'person') }
        return (await client(way).responses.parse({ ...ask(ASK.person), text })).output_parsed
      },
      wants: PERSON,
    },
    'structured output, streamed': {
      run: async (way) => {
        const text = { format: zodTextFormat(Person, 'person') }
        return (
          await client(way)
            .responses.stream({ ...ask(ASK.person), text })
            .finalResponse()
        ).output_parsed
      },
      wants: PERSON,
    },
    ...failures(asks.whole, FAILED),
    ...prefixed('streamed, ', failures(asks.streamed, FAILED)),
    'leaving in the middle': {
      run: (way) =>
        leaves(way, async (signal, got) => {
          for await (const event of await client(way).responses.create(streamed(ASK.slow), { signal })) {
            if (textOf(event)) got()
          }
        }),
      wants: { pieces: true, upstream: 'gone' },
    },
    'a stream that breaks off': {
      run: (way) =>
        breaksOff(async (got) => {
          for await (const event of await client(way).responses.create(streamed(ASK.cut))) got(textOf(event))
        }),
      wants: { failed: true, begun: true },
    },
    'ids of requests': {
      run: async (way) => {
        const headers = { 'Idempotency-Key': 'once-1' }
        const { request_id } = await client(way).responses.create(ask(ASK.story), { headers }).withResponse()
        await client(way).responses.create(ask(ASK.story), { headers })
        return { request_id, idempotent: isRepeated(way) }
      },
      wants: { request_id: 'req_mock_1', idempotent: true },
    },
  }),
}
