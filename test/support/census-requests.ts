/** The census of requests: canaries in every place of every call, and what becomes of them. */
import type { Census, Value } from '../../scripts/census/nodes.ts'
import { addressPlaces } from '../../src/address.ts'
import { classify, findEndpoint } from '../../src/classify.ts'
import { makeCall } from './call.ts'
import { makeSpine, type Plant, type Spot } from './census.ts'
import { literalCanary, type Sowing, sow } from './census-canaries.ts'
import { countLeak, type Figures, type Kind, nameOf, noFigures } from './census-figures.ts'
import { type CensusHost, forEach, toldTo } from './census-host.ts'
import { kindsIn } from './census-kinds.ts'
import type { Subject } from './census-subjects.ts'
import { makeCalls, type Sent, writeBody } from './census-wire.ts'

/** Of one request, 1000 different values are taken out at most. Characters. */
export const SMALL = { size: 24_000, again: 2 }

/** Of these nothing can be taken out: what is found there refuses the call. */
export const FIXED = new Set<Kind>(['identifier', 'reference', 'encrypted'])

/** What stands where nothing is planted: a model that there is, no stream, ids and values of the protocol. */
export function keep({ path, values }: Spot): Value | undefined {
  const name = path.slice(path.lastIndexOf('.') + 1)
  if (name === 'model') return 'model-1'
  if (name === 'stream') return false
  return values?.[0]
}
export const PLAIN = 'plain-1'
export const plain: Plant = (spot) => keep(spot) ?? (spot.kind === 'number' ? 1 : PLAIN)

/** A subject's calls with canaries in all texts, and none where one would refuse the call: those are `fixed`. */
export async function sowTexts(
  subject: Subject,
  census: Census,
  at: CensusHost,
): Promise<{ readonly calls: readonly Sent[]; readonly sowing: Sowing; readonly fixed: Fixed }> {
  const fixed = await findFixed(subject, census, at)
  const sowing = sow((spot) => keep(spot) ?? (fixed.has(nameOf(spot)) ? PLAIN : undefined))
  return { calls: makeCalls(census, subject.method, sowing.plant, SMALL), sowing, fixed }
}

/** Canaries in all texts of a subject's calls: the calls are sent, and the canaries are not. */
export async function sendTexts(subject: Subject, census: Census, at: CensusHost): Promise<Figures & { fixed: Fixed }> {
  const { row, method } = subject
  const figures = noFigures()
  const { calls, sowing, fixed } = await sowTexts(subject, census, at)
  const { planted, find } = sowing
  await forEach(calls, async (sent) => {
    const kinds = await readKinds(sent, at)
    const there = find(everythingOf(sent))
    figures.planted += there.length
    const { got, sent: told } = await at.ask(asMade(sent))
    if (got.status !== 200) figures.wrong.push(`${method.id}: ${got.status} ${got.text}`)
    if (told.length !== 1) figures.wrong.push(`${method.id}: ${told.length} calls of the upstream`)
    if (there.length > 0 && !told.join().includes('[SECRET]')) figures.wrong.push(`${method.id}: nothing was masked`)
    for (const leak of find(`${told.join('\n')}\n${toldTo(got)}`)) {
      countLeak(figures, method.id, planted.get(leak), kinds.get(leak), row.format, 'request')
    }
  })
  return { ...figures, fixed }
}

/** Spots by name where nothing can be taken out, with what they are. */
export type Fixed = ReadonlyMap<string, { readonly spot: Spot; readonly kind: Kind }>

async function findFixed({ method }: Subject, census: Census, at: CensusHost): Promise<Fixed> {
  const fixed = new Map<string, { spot: Spot; kind: Kind }>()
  const { plant, planted } = sow(keep)
  for (const sent of makeCalls(census, method, plant, SMALL)) {
    for (const [canary, kind] of await readKinds(sent, at)) {
      const spot = planted.get(canary)!
      if (FIXED.has(kind)) fixed.set(nameOf(spot), { spot, kind })
    }
  }
  return fixed
}

/** What the walk takes each canary's place for; texts of files are not among them. */
export async function readKinds(sent: Sent, { host }: CensusHost): Promise<Map<string, Kind>> {
  const call = makeCall(asMade(sent))
  const found = findEndpoint(call)
  const { body, operation, files } = await classify(call, found, host.bundle.settings.limits, () => host.spool())
  for (const file of files?.values() ?? []) await file.discard()
  const { requestPlaces } = operation.format
  const inBody = kindsIn(body ?? null, requestPlaces, true)
  return new Map([...inBody, ...kindsIn({ ...found.address }, addressPlaces(found.address), true)])
}

export function asMade({ method, path, query, headers, body }: Sent) {
  return { method, path, query, headers, ...(body === '' ? {} : { raw: body }) }
}
function everythingOf({ path, query, body }: Sent): string {
  return `${path}\n${decodeURIComponent(query)}\n${body}`
}

/** A canary in one spot of a call that is otherwise plain. `undefined`: the type has no such body. */
function makeSpineCall(
  { method }: Subject,
  census: Census,
  { whole, bare }: Record<'whole' | 'bare', Sent>,
  spot: Spot,
  value: Value,
): Sent | undefined {
  const name = nameOf(spot)
  const plant: Plant = (one) => (nameOf(one) === name ? value : plain(one))
  if (/^(?:path|query)\./.test(spot.path)) {
    const calls = makeCalls(census, { ...method, body: null }, plant)
    const call = calls.find(({ path, query }) => `${path}?${query}`.includes(String(value)))
    return call && { ...whole, path: call.path, query: call.query }
  }
  const body = method.body === null ? undefined : makeSpine(census.types, method.body, spot, plant)
  return body === undefined ? undefined : { ...bare, ...writeBody(method, body) }
}

/** A canary where nothing can be taken out, or in the place of a literal: refused, or taken for a text and out. */
export async function sendAlone(
  subject: Subject,
  census: Census,
  at: CensusHost,
  spots: readonly Spot[],
): Promise<Figures> {
  const { method, row } = subject
  const figures = noFigures()
  const [whole] = makeCalls(census, method, plain)
  const [bare] = makeCalls(census, { ...method, body: null }, plain)
  let number = 0
  await forEach(spots, async (spot) => {
    const canary = literalCanary(++number)
    const call = makeSpineCall(subject, census, { whole: whole!, bare: bare! }, spot, canary)
    if (!call || !everythingOf(call).includes(canary)) {
      figures.wrong.push(`${method.id}: no body for ${nameOf(spot)}`)
      return
    }
    figures.planted++
    const { got, sent } = await at.ask(asMade(call))
    const refused = got.status >= 400
    if (refused) figures.refused++
    if (refused && sent.length > 0) figures.wrong.push(`${method.id}: ${nameOf(spot)} was refused when it was sent`)
    if (refused && ![400, 403].includes(got.status)) figures.wrong.push(`${method.id}: ${nameOf(spot)} ${got.text}`)
    if (`${sent.join('\n')}\n${toldTo(got)}`.includes(canary)) {
      countLeak(figures, method.id, spot, undefined, row.format, 'request')
    }
  })
  return figures
}
