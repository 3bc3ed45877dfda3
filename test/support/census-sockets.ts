/** The census of sockets: canaries in every place of every event, of the client's and of the server's. */
import type { Census, CensusSocket } from '../../scripts/census/nodes.ts'
import { ENDPOINTS } from '../../src/operations/index.ts'
import { readCreated } from '../../src/own.ts'
import type { Endpoint, Json, JsonObject } from '../../src/types.ts'
import { listSpots, makeBodies, makeSpine, type Spot } from './census.ts'
import { sowAnswers } from './census-answers.ts'
import { literalCanary, sow } from './census-canaries.ts'
import { countLeak, type Figures, type Kind, nameOf, noFigures } from './census-figures.ts'
import { type CensusHost, forEach } from './census-host.ts'
import { kindsIn } from './census-kinds.ts'
import { FIXED, keep, PLAIN, plain, SMALL } from './census-requests.ts'
import { open } from './sockets.ts'

export interface SocketSubject {
  readonly row: Endpoint
  readonly socket: CensusSocket
}
export function listSockets(census: Census): readonly SocketSubject[] {
  return ENDPOINTS.filter(({ answer, closed }) => answer === 'socket' && closed === undefined).flatMap((row) =>
    census.sockets.filter(({ path }) => path === row.path).map((socket) => ({ row, socket })),
  )
}

/** One event of either side, in a session of its own, and what each side got. */
async function exchange({ row }: SocketSubject, { host, key }: CensusHost, from: 'client' | 'server', event: Json) {
  const query = row.query.includes('model') ? 'model=model-1' : ''
  const { client, upstream, done } = await open(host, { key, path: row.path, query })
  // Of Responses, the first event names the model, and so the upstream.
  const begun = row.on === 'model' || typeOf(event) === 'response.create'
  if (!begun) {
    client.say({ type: 'response.create', model: 'model-1', input: 'hello' })
    await upstream.next()
  }
  if (from === 'client') {
    client.say(event)
    await Promise.race([upstream.next(), client.next()]).catch(() => {})
    client.hangUp()
  } else {
    upstream.say(event)
    upstream.hangUp()
  }
  await done
  return {
    toUpstream: begun ? upstream.got : upstream.got.slice(1),
    toClient: [...client.got, client.closed?.reason ?? ''],
  }
}

/** Events of the client's. */
export async function sendEvents(
  subject: SocketSubject,
  census: Census,
  at: CensusHost,
  choose: (spots: readonly Spot[]) => readonly Spot[],
): Promise<Figures> {
  const { row, socket } = subject
  const figures = noFigures()
  const places = row.format.requestPlaces
  const fixed = findFixed(census, socket, row)
  const { plant, planted, find } = sow((spot) => keep(spot) ?? (fixed.has(nameOf(spot)) ? PLAIN : undefined))
  await forEach(makeBodies(census.types, socket.client, plant, SMALL), async (event) => {
    const kinds = kindsIn(event, places, true)
    const there = find(JSON.stringify(event))
    figures.planted += there.length
    const { toUpstream, toClient } = await exchange(subject, at, 'client', event)
    const passed = toUpstream.join()
    if (toUpstream.length !== 1) figures.wrong.push(`${socket.id} ${typeOf(event)}: ${toClient}`)
    else if (there.length > 0 && !passed.includes('[SECRET]') && !there.every((one) => passed.includes(one))) {
      figures.wrong.push(`${socket.id} ${typeOf(event)}: nothing was masked`)
    }
    for (const leak of find(`${passed}\n${toClient}`)) {
      countLeak(figures, socket.id, planted.get(leak), kinds.get(leak), row.format, 'request')
    }
  })
  const literals = listSpots(census.types, socket.client).filter(({ kind }) => kind === 'literal')
  let number = 0
  await forEach(choose([...fixed.values(), ...literals]), async (spot) => {
    const canary = literalCanary(++number)
    const event = makeSpine(census.types, socket.client, spot, (one) =>
      nameOf(one) === nameOf(spot) ? canary : plain(one),
    )
    if (!JSON.stringify(event ?? null).includes(canary))
      figures.wrong.push(`${socket.id}: no event for ${nameOf(spot)}`)
    figures.planted++
    const { toUpstream, toClient } = await exchange(subject, at, 'client', event ?? null)
    if (toUpstream.length === 0) figures.refused++
    if (`${toUpstream}\n${toClient}`.includes(canary)) {
      countLeak(figures, socket.id, spot, undefined, row.format, 'request')
    }
  })
  return figures
}

function findFixed(census: Census, socket: CensusSocket, row: Endpoint): ReadonlyMap<string, Spot> {
  const { plant, planted } = sow(keep)
  const fixed = new Map<string, Spot>()
  for (const event of makeBodies(census.types, socket.client, plant)) {
    for (const [canary, kind] of kindsIn(event, row.format.requestPlaces, true)) {
      const spot = planted.get(canary)!
      if (FIXED.has(kind as Kind)) fixed.set(nameOf(spot), spot)
    }
  }
  return fixed
}

/** Events of the server's. */
export async function tellEvents(
  subject: SocketSubject,
  census: Census,
  at: CensusHost,
): Promise<Figures & { created: readonly string[] }> {
  const { row, socket } = subject
  const figures = noFigures()
  const created: string[] = []
  const { plant, planted, find } = sowAnswers(
    { root: socket.server, streamed: true, formatOf: () => row.format },
    census,
  )
  await forEach(makeBodies(census.types, socket.server, plant), async (event) => {
    const kinds = kindsIn(event, row.format.responsePlaces, false)
    const there = find(JSON.stringify(event))
    figures.planted += there.length
    created.push(...readCreated(event, row.creates))
    const { toClient } = await exchange(subject, at, 'server', event)
    const told = toClient.join('\n')
    if (!told.includes('[SECRET]') && there.length > 0) figures.wrong.push(`${socket.id} ${typeOf(event)}: ${told}`)
    for (const leak of find(told)) {
      countLeak(figures, socket.id, planted.get(leak), kinds.get(leak), row.format, 'answer')
    }
  })
  return { ...figures, created }
}

function typeOf(event: Json): string {
  return String((event as JsonObject | null)?.type)
}
