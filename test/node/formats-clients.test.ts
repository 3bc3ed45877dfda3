/** The vendors' own clients read what formats write: events that carry held-back text, and denials in the middle of an answer. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { Denial } from '../../src/errors.ts'
import { denialBody } from '../../src/formats/denials.ts'
import { openaiResponses } from '../../src/formats/openai-responses.ts'
import { id } from '../../src/ids.ts'
import { writeEvent } from '../../src/sse.ts'
import type { Format } from '../../src/types.ts'
import { relay, toWire } from '../support/relay.ts'
import { responsesEvents, type Said } from '../support/responses-events.ts'

/** Runs `use` against a server that answers everything with this event stream. */
async function serve<T>(wire: string, use: (url: string) => Promise<T>): Promise<T> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(wire)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
}
function openai(url: string): OpenAI {
  return new OpenAI({ apiKey: 'none', baseURL: `${url}/v1`, maxRetries: 0 })
}
function denied(format: Format): string {
  const denial = new Denial('guardrail_blocked', 'the answer was stopped')
  const { name, data } = format.stream.denied(denialBody(format.api, denial, id('d')))
  return writeEvent(name, JSON.stringify(data))
}

const said: Said = {
  ...{ summary: ['I ', 'think'], text: ['He', 'llo'], refusal: ['No', '.'], args: ['{"a"', ':1}'], input: ['x', 'y'] },
  ...{ mcp: ['{"b":', '2}'], code: ['print', '(1)'] },
}

describe('openai responses.stream', () => {
  test('an answer of which every text was held back is the same answer', async () => {
    const events = responsesEvents(said)
    const read = (wire: string) =>
      serve(wire, async (url) => {
        const stream = openai(url).responses.stream({ model: 'm', input: 'hi' })
        const deltas = new Map<string, string>()
        for await (const event of stream) {
          if ('delta' in event && typeof event.delta === 'string') {
            deltas.set(event.type, (deltas.get(event.type) ?? '') + event.delta)
          }
        }
        return { final: JSON.parse(JSON.stringify(await stream.finalResponse())), deltas: [...deltas] }
      })
    const direct = await read(toWire(openaiResponses, events))
    expect(direct.final.output_text).toBe('Hello')
    expect(direct.deltas).toHaveLength(7)
    const held = await read(toWire(openaiResponses, relay(openaiResponses, events).events))
    expect(held.final).toEqual(direct.final)
    expect(new Map(held.deltas)).toEqual(new Map(direct.deltas))
  })
  test('a snapshot without the end of the answer is made of the pieces', async () => {
    // The last event says nothing of the output: what the client has is what the deltas told.
    const { events } = relay(openaiResponses, responsesEvents(said))
    const cut = events.findIndex(({ type }) => type === 'response.output_text.done')
    await serve(toWire(openaiResponses, events.slice(0, cut)), async (url) => {
      const stream = openai(url).responses.stream({ model: 'm', input: 'hi' })
      let snapshot = ''
      stream.on('response.output_text.delta', (event) => {
        snapshot = event.snapshot
      })
      await stream.done().catch(() => {})
      expect(snapshot).toBe('Hello')
    })
  })
  test('a denial in the middle is an error with our message and code', async () => {
    const wire = toWire(openaiResponses, responsesEvents(said).slice(0, 12)) + denied(openaiResponses)
    await serve(wire, async (url) => {
      const failure = await openai(url)
        .responses.stream({ model: 'm', input: 'hi' })
        .finalResponse()
        .catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(OpenAI.APIError)
      expect(failure).toMatchObject({ message: expect.stringContaining('stopped'), code: 'guardrail_blocked' })
      const plain = async () => {
        for await (const _ of await openai(url).responses.create({ model: 'm', input: 'hi', stream: true }));
      }
      await expect(plain()).rejects.toMatchObject({ message: expect.stringContaining('stopped') })
    })
  })
})
