/** The census of answers: canaries in every place of what upstreams say, whole and streamed, and what clients are told of it. */
import type { Census, Ref } from '../../scripts/census/nodes.ts'
import { asObject } from '../../src/formats/shapes.ts'
import { formatOfLine } from '../../src/operations/lines.ts'
import { readCreated } from '../../src/own.ts'
import type { Format, Json, JsonObject, UpstreamAnswer } from '../../src/types.ts'
import { listSpots, makeSpine, type Spot } from './census.ts'
import { literalCanary, numberCanary, type Sowing, sow } from './census-canaries.ts'
import { countLeak, type Figures, nameOf, noFigures } from './census-figures.ts'
import { type Asked, type CensusHost, forEach, toldTo } from './census-host.ts'
import { kindsIn } from './census-kinds.ts'
import { asMade, plain } from './census-requests.ts'
import type { Subject } from './census-subjects.ts'
import { makeAnswers, makeCalls, type Sent, toStream } from './census-wire.ts'

const utf8 = new TextEncoder()

export function makeAnswer(
  type: string,
  body: string,
  more: Record<string, string> = {},
  status = 200,
): UpstreamAnswer {
  const headers: Record<string, string> = { 'content-type': type, ...more }
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield utf8.encode(body)
  }
  return { status, header: (name) => headers[name], chunks: chunks() }
}

/** What is told. */
export interface Told {
  readonly root: Ref
  readonly streamed: boolean
  formatOf(answer: Json): Format
}
/** How it travels. */
interface Way extends Told {
  readonly call: Sent
  wrap(answer: string): UpstreamAnswer
}

/** The ways in which a subject is answered. */
function waysOf({ row, method }: Subject, census: Census): readonly Way[] {
  const [call] = makeCalls(census, method, plain)
  const ways: Way[] = []
  const lines = method.answers.includes('lines')
  if (method.answer !== null && (lines || row.answer !== 'file')) {
    ways.push({
      root: method.answer,
      call: call!,
      streamed: false,
      formatOf: lines ? formatOfLine : () => row.format,
      wrap: (text) => makeAnswer(lines ? 'application/x-jsonl' : 'application/json', lines ? `${text}\n` : text),
    })
  }
  if (method.event !== null && row.streams) {
    const end = endOf(row.format)
    ways.push({
      root: method.event,
      call: askStream(call!),
      streamed: true,
      formatOf: () => row.format,
      wrap: (text) => makeAnswer('text/event-stream', toStream([JSON.parse(text) as Json], end)),
    })
  }
  return ways
}

/** What tells that a stream is complete. */
function endOf({ name }: Format): string {
  if (name === 'anthropic-messages') return toStream([{ type: 'message_stop' }])
  if (name !== 'openai-responses') return 'data: [DONE]\n\n'
  return toStream([{ type: 'response.completed', response: { id: 'r', object: 'response', output: [] } }])
}
function askStream(call: Sent): Sent {
  if (call.body === '') return { ...call, query: call.query.replace('stream=false', 'stream=true') }
  const form = call.headers['content-type'] !== 'application/json'
  if (form) {
    const [boundary] = call.body.split('\r\n', 1)
    const part = 'Content-Disposition: form-data; name="stream"\r\n\r\n'
    const rest = call.body.replace(/name="stream"\r\n\r\nfalse/, 'name="was"\r\n\r\nfalse')
    return { ...call, body: `${boundary}\r\n${part}true\r\n${rest}` }
  }
  return { ...call, body: JSON.stringify({ ...(JSON.parse(call.body) as JsonObject), stream: true }) }
}

/** Canaries in all places of all answers: they are answered, and the canaries are not told. */
export async function tellTexts(
  subject: Subject,
  census: Census,
  host: CensusHost,
): Promise<Figures & { created: string[] }> {
  const { row, method } = subject
  const figures = noFigures()
  const created: string[] = []
  for (const way of waysOf(subject, census)) {
    const { plant, planted, find } = sowAnswers(way, census)
    await forEach(makeAnswers(census, way.root, plant), async (text) => {
      const answer = JSON.parse(text) as Json
      const kinds = kindsIn(answer, way.formatOf(answer).responsePlaces, false)
      const there = find(text)
      figures.planted += there.length
      const items = row.owned === 'list' ? asObject(answer)?.data : [answer]
      if (Array.isArray(items)) created.push(...items.flatMap((one) => readCreated(one, row.creates)))
      const asked = await host.ask(asMade(way.call), () => way.wrap(text))
      const { got } = asked
      if (isRefusal(asked)) figures.wrong.push(`${method.id}: ${got.status} ${got.text}`)
      else if (there.length > 0 && !got.text.includes('[SECRET]'))
        figures.wrong.push(`${method.id}: nothing was masked`)
      for (const leak of find(toldTo(got))) {
        countLeak(figures, method.id, planted.get(leak), kinds.get(leak), way.formatOf(answer), 'answer')
      }
    })
  }
  return { ...figures, created }
}

/** A denial of ours: instead of an answer, at the end of a stream, or where a file breaks off. */
function isRefusal({ got: { status, text }, broken }: Asked): boolean {
  return broken || status !== 200 || /"code":"(?:upstream_[a-z]+|guardrail_blocked|internal)"/.test(text)
}

/** Says which text of a stream a piece goes on: what is told apart by nothing else must be as it is. */
function isName({ path, kind }: Spot): boolean {
  if (kind === 'number') return /(?:^|[._])index$/.test(path)
  return /(?:^|\.)(?:item_id|item(?:\([^)]*\))?\.id)$/.test(path)
}

/** Canaries for answers that are told. */
export function sowAnswers(way: Told, census: Census): Sowing {
  const sealed = findSealed(way, census)
  return sow((spot) => (sealed.has(nameOf(spot)) ? plain(spot) : undefined))
}

/** Spots where what is found stops the answer. */
function findSealed({ root, formatOf, streamed }: Told, census: Census): ReadonlyMap<string, Spot> {
  const { plant, planted } = sow()
  const sealed = new Map<string, Spot>()
  for (const text of makeAnswers(census, root, plant)) {
    const answer = JSON.parse(text) as Json
    for (const [canary, kind] of kindsIn(answer, formatOf(answer).responsePlaces, false)) {
      const spot = planted.get(canary)!
      if (kind === 'encrypted' || (streamed && isName(spot))) sealed.set(nameOf(spot), spot)
    }
  }
  return sealed
}

/** A canary where an answer is stopped for it, or in the place of a literal: it is told nowhere. */
export async function tellAlone(
  subject: Subject,
  census: Census,
  host: CensusHost,
  choose: (spots: readonly Spot[]) => readonly Spot[],
): Promise<Figures> {
  const { row, method } = subject
  const figures = noFigures()
  let number = 0
  for (const way of waysOf(subject, census)) {
    const literals = listSpots(census.types, way.root).filter(({ kind }) => kind === 'literal')
    await forEach(choose([...findSealed(way, census).values(), ...literals]), async (spot) => {
      const canary = literalCanary(++number)
      const value = spot.kind === 'number' ? Number(numberCanary(number)) : canary
      const plant = (one: Spot) => (nameOf(one) === nameOf(spot) ? value : plain(one))
      const body = makeSpine(census.types, way.root, spot, plant)
      const text = JSON.stringify(body ?? null)
      if (!text.includes(String(value))) {
        figures.wrong.push(`${method.id}: no answer for ${nameOf(spot)}`)
        return
      }
      figures.planted++
      const asked = await host.ask(asMade(way.call), () => way.wrap(text))
      const { got } = asked
      if (isRefusal(asked)) figures.refused++
      if (toldTo(got).includes(String(value))) countLeak(figures, method.id, spot, undefined, row.format, 'answer')
    })
  }
  return figures
}
