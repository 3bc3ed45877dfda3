/** Responses, through the pipeline: however texts and bytes are cut, every place that tells a text tells the same. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { answer, eventStream, makeHost } from '#host'
import { id } from '../src/ids.ts'
import { proxy } from '../src/proxy.ts'
import type { JsonObject, UpstreamAnswer } from '../src/types.ts'
import { makeCall, read } from './support/call.ts'
import { responsesEvents, type Said } from './support/responses-events.ts'
import { cutAt } from './support/toys.ts'

const SECRET = `ghp_${'a1B2'.repeat(9)}`
const PROMPT = 'You are Ada of Example Bank and must never tell anyone that the merger is planned for May.'
const MAIL = 'ann.lee@corp.example.com'
const fragment = fc.constantFrom(
  ...['TOKEN', SECRET, SECRET.slice(0, 9), SECRET.slice(9), 'card 5500 0000 0000 0004', '5500-0000', '-0000-0004 '],
  ...[
    ' Example Bank and must never tell anyone that the merger',
    'You are Ada of ',
    'hello ',
    '. ',
    '<EMAIL_',
    '"',
    '\\',
  ],
  ...['\n', '😀', 'é', 'm '],
)
const spoken = fc.array(fragment, { size: 'max', maxLength: 9 }).map((parts) => `x${parts.join('')}`)
const cuts = fc.array(fc.nat(), { maxLength: 9 })

function bytesAt(text: string, places: readonly number[]): Uint8Array[] {
  const bytes = new TextEncoder().encode(text)
  const sorted = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b)
  return [...sorted, bytes.length].map((place, i) => bytes.slice(i === 0 ? 0 : sorted[i - 1]!, place))
}
interface Item {
  readonly summary: readonly { text: string }[]
  readonly content: readonly { text: string; refusal: string }[]
  readonly arguments: string
  readonly input: string
  readonly code: string
}
interface Told extends Partial<Item> {
  readonly type: string
  readonly sequence_number: number
  readonly delta: string
  readonly text?: string
  readonly refusal?: string
  readonly item: JsonObject
  readonly response: { readonly output: JsonObject[] }
}
/** Every text that a client could show, by what it is. */
function textsOf(output: readonly JsonObject[]): Record<string, string> {
  const [thought, message, call, custom, mcp, code] = output as unknown as readonly Item[]
  return {
    'response.reasoning_summary_text': thought!.summary[0]!.text,
    'response.output_text': message!.content[0]!.text,
    'response.refusal': message!.content[1]!.refusal,
    'response.function_call_arguments': call!.arguments,
    'response.custom_tool_call_input': custom!.input,
    'response.mcp_call_arguments': mcp!.arguments,
    'response.code_interpreter_call_code': code!.code,
  }
}

test('pieces, their wholes, parts, items and the answer agree with each other and with the answer unstreamed', async () => {
  let say: (token: string) => UpstreamAnswer = () => answer(200, {})
  const host = await makeHost({
    upstream: ({ body }) => say(/<EMAIL_ADDRESS_[a-z2-7]{16}>/.exec(String(body))?.[0] ?? ''),
  })
  const key = await host.addKey()
  const get = async (stream: boolean) => {
    const body = { model: 'm', stream, instructions: PROMPT, input: `I am ${MAIL}, token ${SECRET}` }
    return read(await proxy(makeCall({ path: '/v1/responses', key, body }), host))
  }
  await fc.assert(
    fc.asyncProperty(fc.array(spoken, { minLength: 7, maxLength: 7 }), cuts, cuts, async (texts, inText, inBytes) => {
      const events = (token: string) => {
        const [summary, text, refusal, args, input, mcp, code] = texts.map((one) =>
          cutAt(one.replaceAll('TOKEN', token), inText),
        )
        const said = { summary, text, refusal, args, input, mcp, code } as unknown as Said
        return responsesEvents(said)
      }
      say = (token) => answer(200, events(token).at(-1)!.response!)
      const whole = textsOf(((await get(false)).json() as { output: JsonObject[] }).output)
      say = (token) => {
        const wire = events(token).map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
        return eventStream(bytesAt(wire.join(''), inBytes))
      }
      const got = await get(true)
      const told = got.events().map((data) => JSON.parse(data) as Told)
      expect(told.at(-1)!.type).toBe('response.completed')
      expect(textsOf(told.at(-1)!.response.output)).toEqual(whole)
      const items = told.filter(({ type }) => type === 'response.output_item.done').map(({ item }) => item)
      expect(textsOf(items)).toEqual(whole)
      for (const [kind, text] of Object.entries(whole)) {
        const pieces = told.filter(({ type }) => type === `${kind}.delta`).map(({ delta }) => delta)
        expect(pieces.join(''), kind).toBe(text)
        const done = told.find(({ type }) => type === `${kind}.done`)!
        expect(done.text ?? done.refusal ?? done.arguments ?? done.input ?? done.code, kind).toBe(text)
        // Nothing of a text comes after its whole.
        expect(told.findLastIndex(({ type }) => type === `${kind}.delta`)).toBeLessThan(told.indexOf(done))
      }
      const numbers = told.map((event) => event.sequence_number)
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
      expect(got.text).not.toContain(SECRET)
      expect(got.text).not.toContain('never tell anyone that the merger is')
    }),
    { numRuns: 100 },
  )
  await host.settle()
}, 60_000)

test('a text that is told again is counted once, and what was found in it is on record', async () => {
  const said: Said = {
    ...{
      summary: ['ok'],
      text: [`card ${SECRET.slice(0, 9)}`, SECRET.slice(9), ' x'],
      refusal: ['no'],
      args: ['{}'],
      input: ['i'],
    },
    ...{ mcp: ['{}'], code: ['c'] },
  }
  const wire = responsesEvents(said).map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
  const host = await makeHost({ upstream: () => eventStream([new TextEncoder().encode(wire.join(''))]) })
  const key = await host.addKey()
  const body = { model: 'm', stream: true, input: 'hi' }
  const got = await read(await proxy(makeCall({ path: '/v1/responses', key, body }), host))
  expect(got.text).not.toContain(SECRET)
  await host.settle()
  const [entry] = await host.index.search(id('acme'), { limit: 1 })
  expect(entry?.outcome).toMatchObject({ ending: 'complete', found: 2 })
  const findings = entry?.outcome?.findings.map(({ rule, place }) => `${rule} ${place}`)
  expect(findings).toEqual(['unscannable-encrypted@1 /item/encrypted_content', 'github-token@2 /delta'])
  expect(entry?.outcome?.transforms).toEqual([expect.objectContaining({ action: 'redact', count: 1 })])
})

test('what only a repeat holds is taken out, and is on record', async () => {
  const said: Said = { summary: ['a'], text: ['b'], refusal: ['c'], args: ['d'], input: ['e'], mcp: ['f'], code: ['g'] }
  const events = responsesEvents(said).map((event) =>
    event.type === 'response.output_text.done' ? { ...event, text: `b ${SECRET}` } : event,
  )
  const wire = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')
  const host = await makeHost({ upstream: () => eventStream([new TextEncoder().encode(wire)]) })
  const body = { model: 'm', stream: true, input: 'hi' }
  const got = await read(await proxy(makeCall({ path: '/v1/responses', key: await host.addKey(), body }), host))
  expect(got.text).not.toContain(SECRET)
  await host.settle()
  const [entry] = await host.index.search(id('acme'), { limit: 1 })
  expect(entry?.outcome?.findings.map(({ rule }) => rule)).toContain('github-token@2')
})

test('a stream that is cut off, or that fails, does not end well', async () => {
  const said: Said = { summary: ['a'], text: ['b'], refusal: ['c'], args: ['d'], input: ['e'], mcp: ['f'], code: ['g'] }
  const events = responsesEvents(said)
  const failed = {
    type: 'response.failed',
    sequence_number: 9,
    response: { id: 'resp_1', error: { code: 'server_error', message: 'm' } },
  }
  for (const [sent, last] of [
    [events.slice(0, -1), ['error', 'response.failed']],
    [
      [...events.slice(0, 9), failed],
      ['response.output_item.added', 'response.failed'],
    ],
  ] as const) {
    const wire = sent.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')
    const host = await makeHost({ upstream: () => eventStream([new TextEncoder().encode(wire)]) })
    const key = await host.addKey()
    const call = makeCall({ path: '/v1/responses', key, body: { model: 'm', stream: true, input: 'hi' } })
    const got = await read(await proxy(call, host))
    const told = got.events().map((data) => JSON.parse(data))
    expect(told.slice(-2).map(({ type }) => type)).toEqual(last)
    // Asking again may help.
    expect(told.at(-1).response.error.code).toBe('server_error')
    await host.settle()
  }
})
