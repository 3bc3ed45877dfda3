/**
 * The census, all of it: canaries in every place of every call, answer and event that the vendors' types have, at every endpoint.
 * Nothing of them reaches an upstream, a client, the log or a warning, but from the places in the list of exemptions.
 */
import { expect, test } from 'vitest'
import { answer, makeHost } from '#host'
import { readCensus } from '../../scripts/census.ts'
import { print, type Table, total } from '../support/census-figures.ts'
import { startCensus } from '../support/census-host.ts'
import { type Passes, passAnswers, passRequests, passRest, passSockets } from '../support/census-passes.ts'
import { CLOSED, findStored } from '../support/census-rest.ts'
import { listSockets } from '../support/census-sockets.ts'
import { listSubjects } from '../support/census-subjects.ts'
import { OPENAI, withUpstreams } from '../support/sockets.ts'

const LONG = { timeout: 180_000 }
const { census, subjects } = listSubjects(readCensus())

async function begin(): Promise<Passes> {
  const host = await startCensus(makeHost, () => answer(200, { data: [] }))
  return { census, subjects, all: subjects, host, choose: (spots) => spots }
}
function check(title: string, table: Table, least: number): void {
  console.info(print(title, table))
  const { leaked, wrong, planted } = total(table)
  expect(leaked).toEqual([])
  expect(wrong).toEqual([])
  expect(planted).toBeGreaterThan(least)
}

test('requests: every text, number, key, identifier and literal', LONG, async () => {
  const passes = await begin()
  check('requests', await passRequests(passes), 30_000)
  expect(await findStored(passes.host, new Set())).toEqual([])
})

test('answers: every text, number, key, identifier and literal, whole and streamed', LONG, async () => {
  const passes = await begin()
  const made = new Set<string>()
  check('answers', await passAnswers(passes, made), 90_000)
  expect(await findStored(passes.host, made)).toEqual([])
})

test('errors, headers, files, and what nobody is served', LONG, async () => {
  const passes = await begin()
  expect(CLOSED.length).toBeGreaterThan(300)
  check('the rest', await passRest(passes, CLOSED), 10_000)
  expect(await findStored(passes.host, new Set())).toEqual([])
})

test('events of sockets, both ways', LONG, async () => {
  const host = await startCensus(makeHost, () => answer(200, {}), withUpstreams(OPENAI))
  const made = new Set<string>()
  const choose = <T>(spots: T) => spots
  check('sockets', await passSockets({ census, host, choose }, listSockets(census), made), 10_000)
  expect(await findStored(host, made)).toEqual([])
})
