/** Offsets of citations: what they cite of the answer as it is told is what they cited of it as it came. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answer, eventStream, makeHost, type TestHost } from '#host'
import { createShifts, type Shifts } from '../src/anchors.ts'
import { openaiThreads } from '../src/formats/openai-threads.ts'
import { formatOfLine } from '../src/operations/lines.ts'
import { proxy } from '../src/proxy.ts'
import type { Json, JsonObject, UpstreamAnswer } from '../src/types.ts'
import { type Got, makeCall, read } from './support/call.ts'
import { cutAt } from './support/toys.ts'

const SECRET = `ghp_${'a1B2'.repeat(9)}`
const MAIL = 'ann.lee@corp.example.com'

/** A part of a text, as the upstream says it and as the caller is told it. */
interface Part {
  readonly came: string
  readonly told: string
}
type Edge = 'start' | 'end'

/** Where an offset must go, by walking the parts: to the edge of an edited part that it is inside of. */
function moved(parts: readonly Part[], offset: number, edge: Edge): number {
  let came = 0
  let told = 0
  for (const part of parts) {
    const [length, now] = [[...part.came].length, [...part.told].length]
    if (offset <= came) break
    if (offset < came + length)
      return part.came === part.told ? told + offset - came : told + (edge === 'start' ? 0 : now)
    came += length
    told += now
  }
  return told + offset - came
}
const whole = (parts: readonly Part[], side: keyof Part) => parts.map((part) => part[side]).join('')

describe('the edits of a text', () => {
  const word = fc.constantFrom('a', 'é', '😀', ' of ', '')
  const part = fc.oneof(
    word.map((text): Part => ({ came: text, told: text })),
    fc.tuple(fc.constantFrom('x', '😀y', 'long one'), word).map(([came, told]): Part => ({ came, told: `<${told}>` })),
  )
  /** The parts, told in groups, each when its text has come in pieces of its own. */
  function feed(shifts: Shifts, parts: readonly Part[], cuts: readonly number[]): void {
    for (const piece of cutAt(whole(parts, 'came'), cuts)) shifts.take(piece)
    for (const { came, told } of parts) shifts.settle([{ text: told, length: came.length, edited: came !== told }])
  }
  test('an offset goes where its character goes, in code points, however the text was cut', () => {
    fc.assert(
      fc.property(
        fc.array(part),
        fc.array(fc.nat()),
        fc.nat(60),
        fc.constantFrom<Edge>('start', 'end'),
        (parts, cuts, offset, edge) => {
          const shifts = createShifts()
          feed(shifts, parts, cuts)
          expect(shifts.move(offset, edge)).toBe(moved(parts, offset, edge))
          expect([shifts.come, shifts.settled]).toEqual(Array(2).fill([...whole(parts, 'came')].length))
        },
      ),
    )
  })
  test('a value that is masked in two pieces is one', () => {
    const shifts = createShifts()
    shifts.take('a 1234 5678 b')
    const mask = { text: '[CARD]', length: 4, edited: true }
    shifts.settle([{ text: 'a ', length: 2, edited: false }, mask, { text: '', length: 5, edited: true }])
    expect([shifts.move(8, 'start'), shifts.move(8, 'end'), shifts.move(11, 'start')]).toEqual([2, 8, 8])
  })
  test('of very many edits neighbours are taken for one: nothing that is cited is cut off, and memory is bounded', () => {
    const shifts = createShifts()
    const count = 100_000
    shifts.take('xy '.repeat(count))
    for (let i = 0; i < count; i++) {
      shifts.settle([
        { text: '[X]', length: 2, edited: true },
        { text: ' ', length: 1, edited: false },
      ])
    }
    expect(shifts.move(3 * count, 'end')).toBe(4 * count)
    for (const at of [0, 10, 777, 50_001, count - 1]) {
      expect(shifts.move(3 * at, 'start')).toBeLessThanOrEqual(4 * at)
      expect(shifts.move(3 * at + 2, 'end')).toBeGreaterThanOrEqual(4 * at + 3)
    }
  })
})

/** A text that holds a pseudonym (`TOKEN`), something that is masked, and characters of every width. */
const spoken: fc.Arbitrary<readonly Part[]> = fc
  .array(
    fc
      .oneof(
        fc
          .constantFrom('hello ', '😀', 'é ', '. ', 'see 日本 ', '\n')
          .map((text): Part => ({ came: text, told: text })),
        fc.constantFrom<Part>({ came: 'TOKEN', told: MAIL }, { came: SECRET, told: '[GITHUB_TOKEN]' }),
      )
      .chain((one) => fc.constant<readonly Part[]>([one, { came: ' - ', told: ' - ' }])),
    { minLength: 1, maxLength: 8 },
  )
  .map((groups) => groups.flat())
interface Cited {
  readonly start: number
  readonly end: number
  /** How many pieces later it is told. */
  readonly late: number
}
const cited: fc.Arbitrary<readonly Cited[]> = fc.array(
  fc.record({ start: fc.nat(200), end: fc.nat(200), late: fc.nat(3) }),
  { maxLength: 4 },
)
const cuts = fc.array(fc.nat(), { maxLength: 9 })
type Points = [number, number]

interface Played {
  readonly host: TestHost
  ask(
    path: string,
    body: JsonObject,
    say: (parts: (parts: readonly Part[]) => readonly Part[]) => UpstreamAnswer,
  ): Promise<Got>
}
/** A host whose upstream knows what pseudonym it was sent. */
async function play(): Promise<Played> {
  let next: (token: string) => UpstreamAnswer = () => answer(200, {})
  const host = await makeHost({ upstream: ({ body }) => next(/<EMAIL_ADDRESS_[a-z2-7]{16}>/.exec(String(body))![0]) })
  const key = await host.addKey()
  return {
    host,
    async ask(path, body, say) {
      next = (token) => say((parts) => parts.map(({ came, told }) => ({ told, came: came === 'TOKEN' ? token : came })))
      return read(await proxy(makeCall({ path, key, body }), host))
    },
  }
}
/** Citations that stay within the text, as the upstream counts. */
function within(citations: readonly Cited[], text: string): readonly Cited[] {
  const { length } = [...text]
  return citations.map(({ start, end, late }) => {
    const [from, to] = [start % (length + 1), end % (length + 1)].sort((a, b) => a - b) as Points
    return { start: from, end: to, late }
  })
}
/** Pieces of a text and, after each, the citations that are told then: not before what they cite. */
function schedule(
  text: string,
  at: readonly number[],
  citations: readonly Cited[],
): { piece: string; told: readonly Cited[] }[] {
  const pieces = cutAt(text, at)
  const ends: number[] = []
  let length = 0
  for (const piece of pieces) ends.push((length += piece.length))
  const due = (one: Cited) => {
    const end = [...text].slice(0, one.end).join('').length
    return Math.min(pieces.length - 1, ends.findIndex((there) => there >= end) + one.late)
  }
  return pieces.map((piece, i) => ({ piece, told: citations.filter((one) => due(one) === i) }))
}
const pointsOf = (parts: readonly Part[], one: Cited): Points => [
  moved(parts, one.start, 'start'),
  moved(parts, one.end, 'end'),
]
const sorted = (points: readonly Points[]) => [...points].map(String).sort()
/** The offsets of all citations below a value. */
function found(value: Json): Points[] {
  if (typeof value !== 'object' || value === null) return []
  const one = value as JsonObject
  const own: Points[] = typeof one.start_index === 'number' ? [[one.start_index, one.end_index as number]] : []
  return [...own, ...Object.values(one).flatMap(found)]
}
const eventsOf = (got: Got) =>
  got
    .events()
    .filter((data) => data !== '[DONE]')
    .map((data) => JSON.parse(data) as JsonObject)
const wire = (events: readonly JsonObject[], name?: (event: JsonObject) => string) =>
  events.map((event) => `${name ? `event: ${name(event)}\n` : ''}data: ${JSON.stringify(event)}\n\n`).join('')
const bytesAt = (text: string, at: readonly number[]) => {
  const bytes = new TextEncoder().encode(text)
  const places = [...new Set(at.map((cut) => cut % bytes.length))].sort((a, b) => a - b)
  return [...places, bytes.length].map((place, i) => bytes.slice(i === 0 ? 0 : places[i - 1]!, place))
}

test('Responses: whole, and in every place that a stream tells a citation', async () => {
  const { host, ask } = await play()
  const body = (stream: boolean): JsonObject => ({ model: 'm', stream, input: `I am ${MAIL}` })
  const citation = ({ start, end }: Cited): JsonObject => ({
    type: 'url_citation',
    url: 'u',
    title: 't',
    start_index: start,
    end_index: end,
  })
  const file = ({ end }: Cited): JsonObject => ({ type: 'file_citation', file_id: 'file-1', filename: 'f', index: end })
  await fc.assert(
    fc.asyncProperty(spoken, cited, cuts, cuts, async (said, wanted, inText, inBytes) => {
      let citations: readonly Cited[] = []
      let parts: readonly Part[] = []
      const tell = (name: (parts: readonly Part[]) => readonly Part[]) => {
        parts = name(said)
        citations = within(wanted, whole(parts, 'came'))
        const annotations = citations.flatMap((one) => [citation(one), file(one)])
        const part = { type: 'output_text', text: whole(parts, 'came'), annotations }
        return { part, item: { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content: [part] } }
      }
      const response = (status: string, output: Json): JsonObject => ({
        id: 'resp_1',
        object: 'response',
        status,
        output,
      })
      const one = await ask('/v1/responses', body(false), (name) =>
        answer(200, response('completed', [tell(name).item])),
      )
      const expected = citations.map((each) => pointsOf(parts, each))
      const text = whole(parts, 'told')
      const output = one.json() as { output: [{ content: [{ text: string; annotations: JsonObject[] }] }] }
      const [part] = output.output[0].content
      expect(part.text).toBe(text)
      expect(found(part as never)).toEqual(expected)
      expect(part.annotations.flatMap(({ index }) => (index === undefined ? [] : [index]))).toEqual(
        expected.map(([, end]) => end),
      )

      const streamed = await ask('/v1/responses', body(true), (name) => {
        const { part: spokenPart, item } = tell(name)
        const at = { item_id: 'msg_1', output_index: 0, content_index: 0 }
        let count = 0
        const pieces = schedule(spokenPart.text, inText, citations).flatMap(({ piece, told }): JsonObject[] => [
          { type: 'response.output_text.delta', ...at, delta: piece, logprobs: [] },
          ...told.map((each): JsonObject => {
            return {
              type: 'response.output_text.annotation.added',
              ...at,
              annotation_index: count++,
              annotation: citation(each),
            }
          }),
        ])
        const events: JsonObject[] = [
          { type: 'response.created', response: response('in_progress', []) },
          {
            type: 'response.output_item.added',
            output_index: 0,
            item: { ...item, status: 'in_progress', content: [] },
          },
          { type: 'response.content_part.added', ...at, part: { type: 'output_text', text: '', annotations: [] } },
          ...pieces,
          { type: 'response.output_text.done', ...at, text: spokenPart.text, logprobs: [] },
          { type: 'response.content_part.done', ...at, part: spokenPart },
          { type: 'response.output_item.done', output_index: 0, item },
          { type: 'response.completed', response: response('completed', [item]) },
        ].map((event, i) => ({ sequence_number: i, ...event }))
        return eventStream(
          bytesAt(
            wire(events, ({ type }) => String(type)),
            inBytes,
          ),
        )
      })
      const events = eventsOf(streamed)
      const deltas = events.filter(({ type }) => type === 'response.output_text.delta')
      expect(deltas.map(({ delta }) => delta).join('')).toBe(text)
      const added = events.filter(({ type }) => type === 'response.output_text.annotation.added')
      expect(sorted(added.flatMap(found))).toEqual(sorted(expected))
      expect(added.map((event) => event.annotation_index)).toEqual(added.map((_, i) => i))
      for (const last of events.slice(-3)) expect(found(last)).toEqual(expected)
      const numbers = events.map((event) => event.sequence_number as number)
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
    }),
    { numRuns: 150 },
  )
  await host.settle()
}, 60_000)

test('chat completions: two choices, whole and streamed, with the end of the choice in the same event or not', async () => {
  const { host, ask } = await play()
  const body = (stream: boolean): JsonObject => ({
    model: 'm',
    stream,
    messages: [{ role: 'user', content: `I am ${MAIL}` }],
  })
  const citation = ({ start, end }: Cited): JsonObject => {
    return { type: 'url_citation', url_citation: { url: 'u', title: 't', start_index: start, end_index: end } }
  }
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(spoken, spoken),
      cited,
      cuts,
      cuts,
      fc.boolean(),
      async (said, wanted, inText, inBytes, together) => {
        let parts: readonly (readonly Part[])[] = []
        const texts = (name: (parts: readonly Part[]) => readonly Part[]) => {
          parts = said.map(name)
          return parts.map((each) => whole(each, 'came'))
        }
        const one = await ask('/v1/chat/completions', body(false), (name) =>
          answer(200, {
            choices: texts(name).map((content, index) => {
              return {
                index,
                message: { role: 'assistant', content, annotations: within(wanted, content).map(citation) },
                finish_reason: 'stop',
              }
            }),
          }),
        )
        const expected = parts.map((each) =>
          within(wanted, whole(each, 'came')).map((citing) => pointsOf(each, citing)),
        )
        const { choices } = one.json() as { choices: { message: JsonObject }[] }
        expect(choices.map(({ message }) => message.content)).toEqual(parts.map((each) => whole(each, 'told')))
        expect(choices.map(({ message }) => found(message))).toEqual(expected)

        const streamed = await ask('/v1/chat/completions', body(true), (name) => {
          const chunk = (index: number, delta: JsonObject, finish: Json = null): JsonObject => ({
            choices: [{ index, delta, finish_reason: finish }],
          })
          const plans = texts(name).map((text) => schedule(text, inText, within(wanted, text)))
          const events: JsonObject[] = []
          for (let i = 0; i < Math.max(...plans.map((plan) => plan.length)); i++) {
            plans.forEach((plan, index) => {
              const step = plan[i]
              if (!step) return
              const annotations = step.told.length > 0 ? { annotations: step.told.map(citation) } : {}
              const last = i === plan.length - 1
              events.push(chunk(index, { content: step.piece, ...annotations }, last && together ? 'stop' : null))
              if (last && !together) events.push(chunk(index, {}, 'stop'))
            })
          }
          return eventStream(bytesAt(`${wire(events)}data: [DONE]\n\n`, inBytes))
        })
        for (const index of [0, 1]) {
          const own = eventsOf(streamed)
            .map(({ choices }) => (choices as JsonObject[])[0]!)
            .filter((choice) => choice.index === index)
          expect(own.map(({ delta }) => (delta as JsonObject).content ?? '').join('')).toBe(
            whole(parts[index]!, 'told'),
          )
          expect(sorted(own.flatMap(found))).toEqual(sorted(expected[index]!))
          expect(own.at(-1)!.finish_reason).toBe('stop')
        }
        expect(streamed.text.endsWith('data: [DONE]\n\n')).toBe(true)
      },
    ),
    { numRuns: 100 },
  )
  await host.settle()
}, 60_000)

test('Assistants: offsets count in the value beside them, which is told in pieces; the number of a citation is no offset', () => {
  const citation = {
    index: 7,
    type: 'file_path',
    text: 'sandbox:/a',
    start_index: 3,
    end_index: 9,
    file_path: { file_id: 'file-1' },
  }
  const event = (text: JsonObject): JsonObject => {
    return { id: 'msg_1', object: 'thread.message.delta', delta: { content: [{ index: 4, type: 'text', text }] } }
  }
  const { anchors, stream } = openaiThreads
  const keys = ['delta', 'content', 0, 'text', 'value']
  const found = anchors(event({ annotations: [citation] }))
  expect(found.map(({ field, edge, text }) => [field, edge, text])).toEqual([
    ['start_index', 'start', keys],
    ['end_index', 'end', keys],
  ])
  expect(stream.channel(found[0]!.text as string[], event({ annotations: [citation] }))).toBe(
    stream.channel(keys, event({ value: 'x' })),
  )
  const message = {
    object: 'thread.message',
    content: [{ type: 'text', text: { value: 'x', annotations: [citation] } }],
  }
  expect(anchors({ data: [message] })[0]!.text).toEqual(['data', 0, 'content', 0, 'text', 'value'])
})

test('the results of a batch are lines with answers', () => {
  const part = { type: 'output_text', text: 'x', annotations: [{ type: 'url_citation', start_index: 0, end_index: 1 }] }
  const body = { object: 'response', output: [{ type: 'message', content: [part] }] }
  const line = { custom_id: 'a', response: { status_code: 200, body } }
  const text = ['response', 'body', 'output', 0, 'content', 0, 'text']
  expect(
    formatOfLine(line)
      .anchors(line)
      .map((one) => one.text),
  ).toEqual([text, text])
})

describe('what a stream waits for', () => {
  const chunk = (index: number, delta: JsonObject): string =>
    wire([{ choices: [{ index, delta, finish_reason: null }] }])
  const annotation = (end: number): JsonObject => {
    return {
      annotations: [{ type: 'url_citation', url_citation: { url: 'u', title: 't', start_index: 0, end_index: end } }],
    }
  }
  /** How many events the upstream has sent when the citation is told, and the citation. */
  async function count(events: readonly string[]): Promise<{ sent: number; told: string }> {
    let sent = 0
    async function* stream(): AsyncGenerator<string> {
      for (const event of events) {
        sent++
        yield event
      }
      for (let i = 0; i < 500; i++) {
        sent++
        yield chunk(1, { content: 'and so ' })
      }
      yield 'data: [DONE]\n\n'
    }
    const host = await makeHost({ upstream: () => eventStream(stream()) })
    const body = { model: 'm', stream: true, messages: [{ role: 'user', content: 'hi' }] }
    const { body: told } = await proxy(makeCall({ key: await host.addKey(), body }), host)
    for await (const piece of told as AsyncIterable<string>)
      if (piece.includes('annotations')) return { sent, told: piece }
    throw new Error('it was not told')
  }
  test('not for text that is settled, nor for text that has not come', async () => {
    const early = await count([chunk(0, { role: 'assistant', ...annotation(9) })])
    expect([early.sent, found(JSON.parse(early.told.slice(6)))]).toEqual([1, [[0, 9]]])
    const late = await count([chunk(0, { content: `${SECRET} then ` }), chunk(0, annotation(400))])
    expect(late.sent).toBeLessThan(5)
    expect(found(JSON.parse(late.told.slice(6)))).toEqual([[0, 400 - SECRET.length + '[GITHUB_TOKEN]'.length]])
  })
  test('not for ever for text that is held back', async () => {
    const { sent, told } = await count([chunk(0, { content: `is ${SECRET.slice(0, 9)}` }), chunk(0, annotation(12))])
    expect(sent).toBeGreaterThan(20)
    expect(sent).toBeLessThan(100)
    expect(found(JSON.parse(told.split('\n')[0]!.slice(6)))).toEqual([[0, 12]])
  })
})

describe('Messages', () => {
  const swap = (parts: readonly Part[]) => parts.map(({ came, told }): Part => ({ came: told, told: came }))
  /** Here the model's text is the one that came, and the caller's, which it is told about, the other. */
  const written = spoken.map((parts): readonly Part[] => [
    { came: 'x ', told: 'x ' },
    ...parts.flatMap((part) => (part.came === SECRET ? swap([part]) : [part])),
  ])
  const plain = (data: string): JsonObject => ({
    type: 'document',
    source: { type: 'text', media_type: 'text/plain', data },
  })
  const page = { type: 'document', source: { type: 'url', url: 'https://example.com/a.pdf' } }
  const offsets = (one: Json) => [(one as JsonObject).start_char_index, (one as JsonObject).end_char_index] as Points

  test('of a document the caller is told what it sent, and the model what it saw', async () => {
    let saw: JsonObject = {}
    let next: (name: (parts: readonly Part[]) => readonly Part[]) => UpstreamAnswer = () => answer(200, {})
    const host = await makeHost({
      upstream: ({ body }) => {
        saw = JSON.parse(String(body)) as JsonObject
        const token = /<EMAIL_ADDRESS_[a-z2-7]{16}>/.exec(String(body))?.[0] ?? ''
        return next((parts) => parts.map(({ came, told }) => ({ told, came: came === 'TOKEN' ? token : came })))
      },
    })
    const key = await host.addKey()
    const ask = async (body: JsonObject) =>
      read(await proxy(makeCall({ path: '/v1/messages', key, body: { model: 'm', max_tokens: 9, ...body } }), host))
    await fc.assert(
      fc.asyncProperty(fc.tuple(written, written), cited, fc.boolean(), async (said, wanted, stream) => {
        const data = said.map((parts) => whole(parts, 'told')) as [string, string]
        // What a tool is called with only looks like a document.
        const call = { type: 'tool_use', id: 't1', name: 'read', input: plain('x') }
        const turns: JsonObject[] = [
          { role: 'user', content: [plain(data[0]), page, { type: 'text', text: 'Which?' }] },
          { role: 'assistant', content: [call] },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: [plain(data[1])] }] },
        ]
        let plans: { parts: readonly Part[]; one: Cited; number: number }[] = []
        next = (name) => {
          plans = wanted.map((each, i) => {
            const parts = name(said[i % 2]!)
            return { parts, one: within([each], whole(parts, 'came'))[0]!, number: (i % 2) * 2 }
          })
          const citations = plans.map(({ parts, one, number }): JsonObject => {
            const cited_text = [...whole(parts, 'came')].slice(one.start, one.end).join('')
            const at = { document_index: number, document_title: null }
            return { type: 'char_location', ...at, cited_text, start_char_index: one.start, end_char_index: one.end }
          })
          const base = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm' }
          if (!stream) return answer(200, { ...base, content: [{ type: 'text', text: 'It is.', citations }] })
          const events: JsonObject[] = [
            { type: 'message_start', message: { ...base, content: [] } },
            { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '', citations: [] } },
            ...citations.map((citation): JsonObject => {
              return { type: 'content_block_delta', index: 0, delta: { type: 'citations_delta', citation } }
            }),
            { type: 'content_block_stop', index: 0 },
            { type: 'message_stop' },
          ]
          return eventStream([wire(events, ({ type }) => String(type))])
        }
        const got = await ask({ stream, messages: turns })
        const told = stream
          ? eventsOf(got).flatMap(({ delta }) => ((delta as JsonObject)?.citation as JsonObject) ?? [])
          : (got.json() as { content: [{ citations: JsonObject[] }] }).content[0].citations
        const expected = plans.map(({ parts, one }) => pointsOf(parts, one))
        expect(told.map(offsets)).toEqual(expected)

        // The next turn brings them back.
        next = () => answer(200, { id: 'msg_2', type: 'message', role: 'assistant', content: [] })
        const answered = { role: 'assistant', content: [{ type: 'text', text: 'It is.', citations: told }] }
        await ask({ messages: [...turns, answered, { role: 'user', content: 'Sure?' }] })
        const sent = (saw.messages as { content: { citations: Json[] }[] }[])[3]!.content[0]!.citations
        expect(sent.map(offsets)).toEqual(
          plans.map(({ parts }, i) => pointsOf(swap(parts), { start: expected[i]![0], end: expected[i]![1], late: 0 })),
        )
      }),
      { numRuns: 80 },
    )
    await host.settle()
  }, 60_000)

  test('of a document that holds JSON, or that an edit did not touch, the offsets stay', async () => {
    const citation = {
      type: 'char_location',
      document_index: 0,
      document_title: null,
      cited_text: 'x',
      start_char_index: 30,
      end_char_index: 31,
    }
    const host = await makeHost({
      upstream: () => answer(200, { content: [{ type: 'text', text: 'It is.', citations: [citation] }] }),
    })
    const key = await host.addKey()
    for (const data of [JSON.stringify({ mail: MAIL, more: 'x'.repeat(30) }), 'x'.repeat(40)]) {
      const content = [plain(data), { type: 'text', text: `I am ${MAIL}` }]
      const body = { model: 'm', max_tokens: 9, messages: [{ role: 'user', content }] }
      const got = (await read(await proxy(makeCall({ path: '/v1/messages', key, body }), host))).json() as {
        content: [{ citations: JsonObject[] }]
      }
      expect(got.content[0].citations.map(offsets)).toEqual([[30, 31]])
    }
  })
})
