/** What comes of a census: how many canaries were planted, and where those went that came through. */
import { listExemptions, WHY } from '../../src/coverage.ts'
import { ENDPOINTS } from '../../src/operations/index.ts'
import { BLOBS, type Blob, type Format, type Segment } from '../../src/types.ts'
import type { Spot } from './census.ts'

export type Kind = Segment['kind'] | Blob
export type Direction = 'request' | 'answer'

export interface Figures {
  planted: number
  /** Came through where nothing can be read, as the list of exemptions has it. */
  exempt: number
  /** Refused, with nothing passed on. */
  refused: number
  readonly leaked: string[]
  /** What did not come about as it should: what is refused leaks nothing, and shows nothing either. */
  readonly wrong: string[]
}
export function noFigures(): Figures {
  return { planted: 0, exempt: 0, refused: 0, leaked: [], wrong: [] }
}

const EXEMPT = new Set(
  listExemptions(ENDPOINTS)
    .filter(({ blob }) => WHY[blob].length > 0)
    .map(({ format, direction, blob }) => `${format} ${direction} ${blob}`),
)

/** Counts a canary that came through: as exempt only if the format says that nothing can be read there. */
export function countLeak(
  figures: Figures,
  what: string,
  spot: Spot | undefined,
  kind: Kind | undefined,
  format: Format,
  direction: Direction,
): void {
  if (isBlob(kind) && EXEMPT.has(`${format.name} ${direction} ${kind}`)) figures.exempt++
  else
    figures.leaked.push(
      `${what}: ${spot ? nameOf(spot) : 'elsewhere'} (${format.name} ${direction}, ${kind ?? 'no segment'})`,
    )
}
function isBlob(kind: Kind | undefined): boolean {
  return (BLOBS as readonly unknown[]).includes(kind)
}

export function nameOf({ kind, path }: Spot): string {
  return `${kind} ${path}`
}

/** Figures by format and direction. */
export type Table = Map<string, Figures>

export function record(table: Table, format: Format, direction: Direction, more: Figures): void {
  const name = `${format.name} ${direction}`
  const known = table.get(name) ?? noFigures()
  table.set(name, known)
  merge(known, more)
}
export function merge(into: Figures, more: Figures): void {
  into.planted += more.planted
  into.exempt += more.exempt
  into.refused += more.refused
  into.leaked.push(...more.leaked)
  into.wrong.push(...more.wrong)
}
export function total(table: Table): Figures {
  const all = noFigures()
  for (const one of table.values()) merge(all, one)
  return all
}

/** A line for each format and direction, and one for all. */
export function print(title: string, table: Table): string {
  const line = (name: string, { planted, exempt, refused, leaked }: Figures) =>
    `census of ${title}: ${name}: ${planted} planted, ${exempt} exempt, ${refused} refused, ${leaked.length} leaked`
  const rows = [...table].sort(([a], [b]) => (a < b ? -1 : 1))
  return [...rows.map(([name, one]) => line(name, one)), line('all', total(table))].join('\n')
}

/** Some of a list, in an order that only the seed decides. */
export function sample<T>(list: readonly T[], count: number, seed: number): readonly T[] {
  let state = seed
  const rest = [...list]
  const taken: T[] = []
  while (taken.length < count && rest.length > 0) {
    // Numerical Recipes' generator: the high bits are good enough to choose by.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    taken.push(...rest.splice(Math.floor((state / 2 ** 32) * rest.length), 1))
  }
  return taken
}
