/** The vendor's client for everything that is not a conversation. */
import OpenAI, { toFile } from 'openai'
import type { Domain } from '../../../src/types.ts'
import { type Check, type Client, checksOf, MODEL, type Way } from '../checks.ts'

const client = ({ url, key }: Way, domain: Domain = 'invoke') =>
  new OpenAI({ baseURL: `${url}/v1`, apiKey: key(domain) })

const TRAINING = ['one', 'two']
  .map((word) =>
    JSON.stringify({
      messages: [
        { role: 'user', content: `Say ${word}.` },
        { role: 'assistant', content: word },
      ],
    }),
  )
  .join('\n')
  // Files are written anew line by line: each ends with a line break then.
  .concat('\n')
const lineOf = (id: string) =>
  JSON.stringify({
    custom_id: id,
    method: 'POST',
    url: '/v1/chat/completions',
    body: { model: MODEL, messages: [{ role: 'user', content: `Say ${id} — für dich 🌊.` }] },
  })
const BATCH = ['a', 'b'].map(lineOf).join('\n')

const wordy: Check[] = [
  ...checksOf(['POST /v1/completions'], {
    completion: {
      run: (way) => client(way).completions.create({ model: MODEL, prompt: 'Go on — 続けて' }),
      wants: { choices: [{ text: 'Go on — 続けて and on', finish_reason: 'stop' }], usage: { total_tokens: 5 } },
    },
    'completion, streamed': {
      run: async (way) => {
        let text = ''
        const request = { model: MODEL, prompt: 'Go on — 続けて', stream: true as const }
        for await (const chunk of await client(way).completions.create(request)) text += chunk.choices[0]!.text
        return { text }
      },
      wants: { text: 'Go on — 続けて and on' },
    },
  }),
  ...checksOf(['POST /v1/embeddings'], {
    embeddings: {
      run: async (way) => {
        const { data, ...rest } = await client(way).embeddings.create({ model: MODEL, input: ['the sea', 'das Meer'] })
        return { ...rest, data }
      },
      wants: { data: [{ index: 0, embedding: [0.25, -0.5, 0.125] }, { index: 1 }], model: MODEL },
    },
    'embeddings as numbers': {
      run: async (way) => {
        const request = { model: MODEL, input: 'the sea', encoding_format: 'float' as const }
        return (await client(way).embeddings.create(request)).data
      },
      wants: [{ index: 0, embedding: [0.25, -0.5, 0.125] }],
    },
  }),
  ...checksOf(['POST /v1/moderations'], {
    moderation: {
      run: async (way) => {
        const { results, model } = await client(way).moderations.create({ model: MODEL, input: 'a harmless sentence' })
        return { results, model }
      },
      wants: { results: [{ flagged: false, categories: { violence: false } }] },
    },
  }),
  ...checksOf(['GET /v1/models'], {
    models: {
      run: async (way) => (await client(way, 'inspect').models.list()).data.map(({ id }) => id).length > 0,
      wants: Object(true) as object,
    },
  }),
  ...checksOf(['GET /v1/models/{model}'], {
    model: {
      run: (way) => client(way, 'inspect').models.retrieve(MODEL),
      wants: { id: MODEL, object: 'model' },
    },
  }),
]

const lives: Check[] = [
  ...checksOf(
    ['POST /v1/files', 'GET /v1/files/{file_id}', 'GET /v1/files/{file_id}/content', 'DELETE /v1/files/{file_id}'],
    {
      'the life of a file': {
        run: async (way) => {
          const { files } = client(way, 'train')
          const file = await toFile(Buffer.from(TRAINING), 'training.jsonl')
          const made = await files.create({ file, purpose: 'fine-tune' })
          const inspect = client(way, 'inspect').files
          const seen = await inspect.retrieve(made.id)
          const content = await (await inspect.content(made.id)).text()
          const { deleted } = await files.delete(made.id)
          return { filename: seen.filename, bytes: seen.bytes, purpose: seen.purpose, content, deleted }
        },
        wants: { filename: 'training.jsonl', purpose: 'fine-tune', content: TRAINING, deleted: true },
      },
    },
  ),
  ...checksOf(
    [
      'POST /v1/files',
      'POST /v1/fine_tuning/jobs',
      'GET /v1/fine_tuning/jobs/{fine_tuning_job_id}',
      'GET /v1/fine_tuning/jobs/{fine_tuning_job_id}/events',
    ],
    {
      'the life of a fine-tuning': {
        run: async (way) => {
          const train = client(way, 'train')
          const inspect = client(way, 'inspect').fineTuning.jobs
          const file = await toFile(Buffer.from(TRAINING), 'training.jsonl')
          const { id: training_file } = await train.files.create({ file, purpose: 'fine-tune' })
          const { id } = await train.fineTuning.jobs.create({ model: 'gpt-4o-mini-2024-07-18', training_file })
          const states: string[] = []
          for (let i = 0; i < 6 && states.at(-1) !== 'succeeded'; i++) states.push((await inspect.retrieve(id)).status)
          const events: string[] = []
          for await (const { message } of inspect.listEvents(id)) events.push(message)
          return { states, events }
        },
        wants: {},
      },
    },
  ),
  ...checksOf(
    [
      'POST /v1/files',
      'POST /v1/batches',
      'GET /v1/batches/{batch_id}',
      'GET /v1/files/{file_id}/content',
      'POST /v1/batches/{batch_id}/cancel',
    ],
    {
      'the life of a batch': {
        run: async (way) => {
          const own = client(way)
          const file = await toFile(Buffer.from(BATCH), 'batch.jsonl')
          const { id: input_file_id } = await own.files.create({ file, purpose: 'batch' })
          const request = { input_file_id, endpoint: '/v1/chat/completions', completion_window: '24h' } as const
          let batch = await own.batches.create(request)
          const states = [batch.status]
          for (let i = 0; i < 6 && batch.status !== 'completed'; i++) {
            batch = await own.batches.retrieve(batch.id)
            states.push(batch.status)
          }
          const results = await (await own.files.content(batch.output_file_id!)).text()
          const lines = results.trim().split('\n')
          return {
            states,
            counts: batch.request_counts,
            ids: lines.map((line) => (JSON.parse(line) as { custom_id: string }).custom_id),
          }
        },
        wants: { counts: { total: 2, completed: 2, failed: 0 }, ids: ['a', 'b'] },
      },
      'a batch that is cancelled': {
        run: async (way) => {
          const own = client(way)
          const file = await toFile(Buffer.from(BATCH), 'batch.jsonl')
          const { id: input_file_id } = await own.files.create({ file, purpose: 'batch' })
          const request = { input_file_id, endpoint: '/v1/chat/completions', completion_window: '24h' } as const
          const { id } = await own.batches.create(request)
          const { id: _, ...rest } = await own.batches.cancel(id)
          return { status: rest.status }
        },
        wants: { status: 'cancelling' },
      },
    },
  ),
]

const asks = {
  embeddings: (way: Way, input: string) => client(way).embeddings.create({ model: MODEL, input }),
}
export const openaiOthers: Client = {
  name: 'openai, other endpoints',
  asked: 'POST /v1/embeddings',
  asks,
  checks: [...wordy, ...lives],
}
