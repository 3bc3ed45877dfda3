/**
 * The census, of a sample that a seed chooses: on both hosts nothing of what is planted reaches an upstream, a client, the log or
 * a warning. All of it is taken in test/node/census.test.ts, which is too slow for workerd.
 */
import { expect, test } from 'vitest'
import { answer, makeHost } from '#host'
import generated from '../generated/census.json' with { type: 'json' }
import type { Census } from '../scripts/census/nodes.ts'
import { listExemptions } from '../src/coverage.ts'
import { ENDPOINTS } from '../src/operations/index.ts'
import { print, sample, type Table, total } from './support/census-figures.ts'
import { startCensus } from './support/census-host.ts'
import { passAnswers, passRequests, passRest, passSockets } from './support/census-passes.ts'
import { CLOSED, findStored } from './support/census-rest.ts'
import { listSockets } from './support/census-sockets.ts'
import { listSubjects } from './support/census-subjects.ts'
import { OPENAI, withUpstreams } from './support/sockets.ts'

const SEED = 20261121
const SAMPLE = 40
const SPOTS = 6
/** Where most of the text is. */
const ALWAYS = ['chat.completions.create', 'responses.create', 'messages.create', 'files.create', 'files.content']

test(`a sample of ${SAMPLE} endpoints and ${SPOTS} spots alone in each, by seed ${SEED}`, {
  timeout: 120_000,
}, async () => {
  const { census, subjects } = listSubjects(generated as unknown as Census)
  const always = subjects.filter(({ row, method }) => ALWAYS.includes(row.id) && method.id === row.id)
  const rest = subjects.filter((subject) => !always.includes(subject))
  const host = await startCensus(makeHost, () => answer(200, { data: [] }))
  // Those of Realtime: on the others travel the events of Responses.
  const live = await startCensus(makeHost, () => answer(200, {}), withUpstreams(OPENAI))
  const talking = listSockets(census).filter(({ row }) => row.on === 'model')
  const passes = {
    ...{ census, host, all: subjects, subjects: [...always, ...sample(rest, SAMPLE - always.length, SEED)] },
    choose: <T>(spots: readonly T[]) => sample(spots, SPOTS, SEED),
  }
  const made = new Set<string>()
  const tables: readonly (readonly [string, Table])[] = [
    ['requests', await passRequests(passes)],
    ['answers', await passAnswers(passes, made)],
    ['sockets', await passSockets({ ...passes, host: live }, talking, made)],
    ['the rest', await passRest(passes, sample(CLOSED, SAMPLE, SEED))],
  ]
  for (const [title, table] of tables) {
    console.info(print(title, table))
    const { leaked, wrong, planted } = total(table)
    expect(leaked).toEqual([])
    expect(wrong).toEqual([])
    expect(planted).toBeGreaterThan(300)
  }
  for (const one of [host, live]) expect(await findStored(one, made)).toEqual([])
})

test('the list of exemptions ends, and names the places', () => {
  const places = listExemptions(ENDPOINTS).map(
    ({ blob, format, direction, place }) => `${blob} ${format} ${direction} ${place}`,
  )
  expect(places).toContain('tokens openai-embeddings request /input')
  expect(places).toContain('vector openai-embeddings answer /data/*/embedding')
  expect(places).toContain('document openai-chat request /messages/*/content/*/file_data')
  expect(places).toContain('encrypted anthropic-messages request /messages/*/content/*/signature')
  expect(places.length).toBeLessThan(2000)
})
