/** The census, pass by pass, over all that it is given. */
import type { Census } from '../../scripts/census/nodes.ts'
import type { Endpoint } from '../../src/types.ts'
import { listSpots, type Spot } from './census.ts'
import { tellAlone, tellTexts } from './census-answers.ts'
import { nameOf, record, type Table } from './census-figures.ts'
import { sendAroundParts, sendFiles, sendParts, tellFiles } from './census-files.ts'
import type { CensusHost } from './census-host.ts'
import { sendAlone, sendTexts } from './census-requests.ts'
import { sendClosed, sendHeaders, tellErrors } from './census-rest.ts'
import { type SocketSubject, sendEvents, tellEvents } from './census-sockets.ts'
import type { Subject } from './census-subjects.ts'

export interface Passes {
  readonly census: Census
  readonly subjects: readonly Subject[]
  /** All that there are: files hold what other endpoints take. */
  readonly all: readonly Subject[]
  readonly host: CensusHost
  /** Which of a subject's spots are tried alone. */
  choose(spots: readonly Spot[]): readonly Spot[]
}

export async function passRequests({ census, subjects, host, choose }: Passes): Promise<Table> {
  const table: Table = new Map()
  const once = onlyOnce()
  for (const subject of subjects) {
    const { format } = subject.row
    const { fixed, ...texts } = await sendTexts(subject, census, host)
    record(table, format, 'request', texts)
    const { body } = subject.method
    const literals = body === null ? [] : listSpots(census.types, body).filter(({ kind }) => kind === 'literal')
    const alone = [...[...fixed.values()].map(({ spot }) => spot), ...once(format.name, literals)]
    record(table, format, 'request', await sendAlone(subject, census, host, choose(alone)))
  }
  return table
}

/** `made`: ids that answers said were made, to which all that is stored of owners is added. */
export async function passAnswers({ census, subjects, host, choose }: Passes, made: Set<string>): Promise<Table> {
  const table: Table = new Map()
  const once = onlyOnce()
  for (const subject of subjects) {
    const { format } = subject.row
    const { created, ...texts } = await tellTexts(subject, census, host)
    for (const id of created) made.add(id)
    record(table, format, 'answer', texts)
    const only = (spots: readonly Spot[]) => choose(once(format.name, spots, partOf))
    record(table, format, 'answer', await tellAlone(subject, census, host, only))
  }
  return table
}

export async function passRest({ census, subjects, all, host }: Passes, closed: readonly Endpoint[]): Promise<Table> {
  const table: Table = new Map()
  for (const [i, subject] of subjects.entries()) {
    const { row, method } = subject
    // One status and one header in turn: what becomes of them does not depend on the endpoint, which this shows.
    record(table, row.format, 'answer', await tellErrors(subject, census, host, i))
    record(table, row.format, 'request', await sendHeaders(subject, census, host, i))
    const isFile = row.answer === 'file' && !method.answers.includes('lines')
    if (isFile) record(table, row.format, 'answer', await tellFiles(subject, census, host, all))
    if (row.id !== 'files.create') continue
    record(table, row.format, 'request', await sendFiles(all, census, host))
    record(table, row.format, 'request', await sendParts(all, census, host))
    record(table, row.format, 'request', await sendAroundParts(census, host))
  }
  for (const row of closed) record(table, row.format, 'request', await sendClosed(row, census, host))
  return table
}

/** `host` needs upstreams that sockets can be opened to. */
export async function passSockets(
  { census, host, choose }: Pick<Passes, 'census' | 'host' | 'choose'>,
  subjects: readonly SocketSubject[],
  made: Set<string>,
): Promise<Table> {
  const table: Table = new Map()
  const once = onlyOnce()
  for (const subject of subjects) {
    const { format } = subject.row
    const only = (spots: readonly Spot[]) => choose(once(format.name, spots, partOf))
    record(table, format, 'request', await sendEvents(subject, census, host, only))
    const { created, ...told } = await tellEvents(subject, census, host)
    for (const id of created) made.add(id)
    record(table, format, 'answer', told)
  }
  return table
}

/** What becomes of a spot depends on its format, so that one is enough of those that several endpoints have. */
function onlyOnce() {
  const seen = new Set<string>()
  return (format: string, spots: readonly Spot[], tell: (spot: Spot) => string = nameOf): readonly Spot[] =>
    spots.filter((spot) => {
      const name = `${format} ${tell(spot)}`
      if (seen.has(name)) return false
      seen.add(name)
      return true
    })
}

/** A spot's name within the innermost variant of a union: events bring the same things in many places. */
function partOf(spot: Spot): string {
  const name = nameOf(spot)
  return name.slice(Math.max(0, name.lastIndexOf('(')))
}
