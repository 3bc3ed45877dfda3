/** Answers that are files: JSON Lines, documents, texts and what is none of them, in any chunks. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { combine } from '../src/detectors/combine.ts'
import { PSEUDONYM, pseudonyms } from '../src/detectors/pseudonyms.ts'
import { Denial } from '../src/errors.ts'
import { type ContentReading, screenContent } from '../src/files/contents.ts'
import type { Screening } from '../src/guard.ts'
import { id } from '../src/ids.ts'
import { formatOfLine } from '../src/operations/lines.ts'
import { createTally, type Tally } from '../src/record.ts'
import type { Grant, Label, Ruling } from '../src/types.ts'
import { anyCuts, type Cuts, cut, encode, join, readAll } from './support/bytes.ts'
import { CARD, toyCards, toyWord, WORD } from './support/toys.ts'

const TOKEN = '<CREDIT_CARD_aaaaaaaaaaaaaaaa>'
const CARDS = '4111111111111111'
const detector = combine([toyCards, toyWord('hunter2', WORD), pseudonyms])

interface Told {
  readonly bytes: Uint8Array
  readonly text: string
  readonly tally: Tally
}
interface Options {
  readonly cuts?: Cuts
  readonly rulings?: Record<string, Ruling['action']>
  readonly inspects?: boolean
  readonly answerBytes?: number
  readonly expected?: ContentReading['expected']
}

/** Cards are masked, one pseudonym is restored, secrets stop the answer, what cannot be read passes unless told otherwise. */
function makeScreening({ rulings = {}, inspects = false, answerBytes = 5000 }: Options): Screening {
  const actions: Record<string, Ruling['action']> = {
    [CARD.label]: 'redact',
    [WORD.label]: 'block',
    [PSEUDONYM.label]: 'allow',
    ...rulings,
  }
  const on = (direction: string, label: Label): Ruling => {
    return { action: direction === 'restore' ? 'allow' : (actions[label] ?? 'allow'), policies: [id('p')] }
  }
  return {
    grant: { on } as unknown as Grant,
    format: formatOfLine(null),
    limits: { answerBytes, depth: 32 } as Screening['limits'],
    leaks: {
      detector,
      leaks: combine([]),
      minted: new Map([[TOKEN, { value: 'restored', label: CARD.label, entity: CARD.entity }]]),
      surrogates: new Map(),
      typed: new Set(),
      known: new Set(),
    },
    vault: {} as Screening['vault'],
    scope: { tenant: id('acme'), scope: id('key') },
    chain: undefined,
    rules: [CARD],
    inspects,
    tally: createTally(),
    watch: async () => {},
  }
}
async function tell(content: Uint8Array | string, options: Options = {}): Promise<Told> {
  const bytes = typeof content === 'string' ? encode(content) : content
  const screening = makeScreening(options)
  const reading: ContentReading = { expected: options.expected, formatOf: formatOfLine, pause: async () => {} }
  const told = await readAll(screenContent(cut(bytes, options.cuts ?? [1000]), screening, reading))
  return { bytes: told, text: new TextDecoder().decode(told), tally: screening.tally }
}
const refusal = async (work: Promise<unknown>): Promise<Denial> => {
  const error = await work.then(
    () => undefined,
    (thrown) => thrown,
  )
  expect(error).toBeInstanceOf(Denial)
  return error as Denial
}

const words = fc
  .array(
    fc.constantFrom(
      CARDS,
      TOKEN,
      'plain',
      '"',
      '\\',
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '\n',
      '\r\n',
      '\r',
      ' ',
      'é😀',
      '1',
      '\\u0034',
      '{"a":1}',
    ),
    { maxLength: 14 },
  )
  .map((list) => list.join(''))

test('what is told does not depend on how the bytes were cut, nor what is counted', async () => {
  await fc.assert(
    fc.asyncProperty(words, anyCuts, async (text, cuts) => {
      const whole = await tell(text, { cuts: [100_000] })
      const pieces = await tell(text, { cuts })
      expect(pieces.text).toBe(whole.text)
      expect(pieces.tally).toEqual(whole.tally)
      // An escape of a digit makes it another number.
      if (!text.includes('u0034')) expect(whole.text).not.toMatch(/(?<!\d)4111111111111111(?!\d)/)
    }),
    { numRuns: 500 },
  )
})

test('what holds nothing is told as it was written, byte by byte', async () => {
  const harmless = words.map((text) => text.replaceAll(CARDS, 'card').replaceAll(TOKEN, 'token').replaceAll('1', 'x'))
  await fc.assert(
    fc.asyncProperty(harmless, anyCuts, async (text, cuts) => {
      expect((await tell(text, { cuts })).text).toBe(text)
    }),
    { numRuns: 300 },
  )
  const lines = '{"a": 1.0,  "b":"\\u0041"}\r\n\n{"c":[ ]}'
  expect((await tell(lines)).text).toBe(lines)
})

const result = (content: string, more = {}) => ({
  id: 'batch_req_1',
  custom_id: 'a',
  response: {
    status_code: 200,
    request_id: 'r',
    body: {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      choices: [
        { index: 0, message: { role: 'assistant', content }, logprobs: { content: [{ token: content }] }, ...more },
      ],
      system_fingerprint: 'fp_1',
    },
  },
  error: null,
})
const lines = (...values: unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('')

test('results of a batch: each line is an answer, restored, masked, and without its inspection channels', async () => {
  const file = lines(result(`to ${TOKEN}`), result(`card ${CARDS}`), result('nothing'))
  const { text, tally } = await tell(file)
  const told = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).response.body)
  expect(told.map((body) => body.choices[0].message.content)).toEqual(['to restored', 'card [CREDIT_CARD]', 'nothing'])
  for (const body of told) {
    expect(body.choices[0].logprobs).toBe(null)
    expect(body.system_fingerprint).toBe(undefined)
  }
  expect(tally.findings.map(({ place, action }) => [place, action])).toEqual([
    ['/response/body/choices/0/message/content', 'restore'],
    ['/response/body/choices/0/message/content', 'redact'],
  ])
  const inspector = await tell(lines(result('nothing')), { inspects: true })
  expect(inspector.text).toBe(lines(result('nothing')))
})

test('results of messages, of responses, and of what answers are not known', async () => {
  const message = {
    custom_id: 'a',
    result: { type: 'succeeded', message: { type: 'message', content: [{ type: 'text', text: CARDS }] } },
  }
  const wrong = { custom_id: 'b', result: { type: 'errored', error: { type: 'error', error: { message: CARDS } } } }
  const text = { type: 'output_text', text: TOKEN, logprobs: [{ token: 'x' }] }
  const response = {
    custom_id: 'c',
    response: { body: { object: 'response', output: [{ type: 'message', content: [text] }] } },
  }
  const other = { custom_id: 'd', response: { body: { object: 'new', text: CARDS, logprobs: [{ token: 'x' }] } } }
  const { text: told } = await tell(lines(message, wrong, response, other))
  expect(told).not.toContain(CARDS)
  expect(told.match(/\[CREDIT_CARD\]/g)).toHaveLength(3)
  expect(told).toContain('restored')
  expect(told).not.toContain('"token"')
})

test('a line is screened as it is alone, whatever its neighbours are', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(words, { maxLength: 6 }), anyCuts, async (list, cuts) => {
      const file = list.map((text) => lines(result(text)))
      const alone = await Promise.all(file.map((line) => tell(line)))
      expect((await tell(file.join(''), { cuts })).text).toBe(alone.map(({ text }) => text).join(''))
    }),
    { numRuns: 100 },
  )
})

test('somebody’s own lines are text, whatever fields they have', async () => {
  const own = { logprobs: [1, 2], [CARDS]: 1, model: CARDS, messages: [{ content: CARDS }] }
  const { text } = await tell(lines(own, own))
  expect(text).not.toContain(CARDS)
  expect(JSON.parse(text.split('\n')[0]!).logprobs).toEqual([1, 2])
})

test('one document over many lines, and one that is longer than is kept', async () => {
  const list = Array.from({ length: 30 }, (_, i) => ({ number: i, text: i % 10 === 5 ? CARDS : 'fine' }))
  const text = JSON.stringify(list, null, 2)
  const { text: told } = await tell(text)
  expect(JSON.parse(told)[5].text).toBe('[CREDIT_CARD]')
  expect(told.match(/\[CREDIT_CARD\]/g)).toHaveLength(3)
  const long = await tell(text, { answerBytes: 500, cuts: [64] })
  expect(long.text).toBe(text.replaceAll(CARDS, '[CREDIT_CARD]'))
  const clean = JSON.stringify({ a: { b: [1, 2] } }, null, 2)
  expect((await tell(clean)).text).toBe(clean)
})

test('lines that turn into text are text from there on, across their ends', async () => {
  const across = toyWord('secret\ncode', WORD)
  const options = { rulings: { [WORD.label]: 'redact' as const } }
  const screening = makeScreening(options)
  const leaks = { ...screening.leaks, detector: combine([detector, across]) }
  const reading: ContentReading = { expected: undefined, formatOf: formatOfLine, pause: async () => {} }
  const file = '{"a":1}\n\nnow it is secret\ncode, \r\nand {"b":2}\n{"c":3}\n'
  for (const cuts of [[1], [5], [1000]]) {
    const told = await readAll(screenContent(cut(encode(file), cuts), { ...screening, leaks }, reading))
    expect(new TextDecoder().decode(told)).toBe(file.replace('secret\ncode', '[SECRET]'))
  }
})

test('subtitles, transcripts, tables: text', async () => {
  const srt = `1\r\n00:00:01,000 --> 00:00:02,000\r\nMy card is ${CARDS}\r\n\r\n2\r\n`
  expect((await tell(srt)).text).toBe(srt.replace(CARDS, '[CREDIT_CARD]'))
  const { text, tally } = await tell(`name,card\nann,${CARDS}\n`.repeat(500))
  expect(text).toBe('name,card\nann,[CREDIT_CARD]\n'.repeat(500))
  expect([tally.segments, tally.characters, tally.found]).toEqual([1, 31 * 500, 500])
})

test('what may not be told stops the answer, after what went before it', async () => {
  const screening = makeScreening({})
  const reading: ContentReading = { expected: undefined, formatOf: formatOfLine, pause: async () => {} }
  const file = `${lines(result('a'), result('b'))}${lines(result('the word is hunter2'))}${lines(result('c'))}`
  let told = ''
  const read = async () => {
    for await (const piece of screenContent(cut(encode(file), [64]), screening, reading)) told += piece
  }
  const denial = await refusal(read())
  expect(denial.reason).toBe('guardrail_blocked')
  expect(told.split('\n')).toHaveLength(3)
  expect(told).not.toMatch(/hunter2|"c"/)
  expect((await refusal(tell(`text ${'x \n'.repeat(10_000)} hunter2`))).policies).toEqual(['p'])
})

test('sound and pictures pass as they are, if policy lets them', async () => {
  const mp3 = join([new Uint8Array([0x49, 0x44, 0x33, 4, 0, 0xff]), encode(CARDS)])
  const pcm = new Uint8Array(9000).map((_, i) => i * 7)
  for (const [bytes, expected, label] of [
    [mp3, 'audio', 'unscannable.audio'],
    [pcm, 'audio', 'unscannable.audio'],
    [pcm, undefined, 'unscannable.binary'],
    [encode('%PDF-1.7'), undefined, 'unscannable.document'],
  ] as const) {
    const { bytes: told, tally } = await tell(bytes, { expected, cuts: [777] })
    expect(told).toEqual(bytes)
    expect(tally.findings.map((one) => [one.label, one.place])).toEqual([[label, '/content']])
    const denial = await refusal(tell(bytes, { expected, rulings: { [label]: 'block' } }))
    expect(denial.reason).toBe('guardrail_blocked')
  }
  expect((await tell('just text', { expected: 'audio', rulings: { 'unscannable.audio': 'block' } })).text).toBe(
    'just text',
  )
})

test('text that turns out to be none, and a line without an end, are not told on', async () => {
  const late = join([encode('text '.repeat(2000)), new Uint8Array([0xff]), encode(' more')])
  expect((await refusal(tell(late))).reason).toBe('upstream_invalid')
  expect((await refusal(tell(`{"a":"${'x'.repeat(6000)}"}`))).reason).toBe('upstream_invalid')
})

test('nothing is nothing', async () => {
  expect((await tell('')).text).toBe('')
  expect((await tell('\n\n')).text).toBe('\n\n')
})

test('a reader that stops lets the upstream go', async () => {
  let closed = false
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield encode('some text, and some more of it. ')
    } finally {
      closed = true
    }
  }
  const reading: ContentReading = { expected: undefined, formatOf: formatOfLine, pause: async () => {} }
  const stream = screenContent(chunks(), makeScreening({ answerBytes: 1e6 }), reading)
  const waiting = stream.next().catch(() => undefined)
  await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 50))])
  await stream.return('complete')
  expect(closed).toBe(true)
}, 5000)
