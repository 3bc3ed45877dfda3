/** Precision, recall and F, counted in three ways. */
export interface Marked {
  readonly start: number
  readonly end: number
  readonly entity: string
}
/** What was right of what was found, and what was found of what there is. */
export interface Count {
  found: number
  foundRight: number
  wanted: number
  wantedFound: number
}
export interface Counts {
  readonly exact: Count
  readonly overlap: Count
  readonly characters: Count
}
export function newCounts(): Counts {
  const zero = (): Count => ({ found: 0, foundRight: 0, wanted: 0, wantedFound: 0 })
  return { exact: zero(), overlap: zero(), characters: zero() }
}

/** Adds the marks of one text that are of one entity. */
export function addMarks(counts: Counts, wanted: readonly Marked[], found: readonly Marked[]): void {
  const same = (a: Marked, b: Marked) => a.start === b.start && a.end === b.end
  const touch = (a: Marked, b: Marked) => a.start < b.end && b.start < a.end
  for (const [count, agree] of [
    [counts.exact, same],
    [counts.overlap, touch],
  ] as const) {
    count.found += found.length
    count.foundRight += found.filter((one) => wanted.some((other) => agree(one, other))).length
    count.wanted += wanted.length
    count.wantedFound += wanted.filter((one) => found.some((other) => agree(one, other))).length
  }
  const inFound = positions(found)
  const inWanted = positions(wanted)
  let both = 0
  for (const at of inFound) if (inWanted.has(at)) both++
  counts.characters.found += inFound.size
  counts.characters.foundRight += both
  counts.characters.wanted += inWanted.size
  counts.characters.wantedFound += both
}
function positions(marks: readonly Marked[]): Set<number> {
  const all = new Set<number>()
  for (const { start, end } of marks) for (let at = start; at < end; at++) all.add(at)
  return all
}

export function sumCounts(all: Iterable<Counts>): Counts {
  const sum = newCounts()
  for (const counts of all) {
    for (const way of ['exact', 'overlap', 'characters'] as const) {
      for (const name of ['found', 'foundRight', 'wanted', 'wantedFound'] as const) sum[way][name] += counts[way][name]
    }
  }
  return sum
}

export function precision({ found, foundRight }: Count): number | undefined {
  return found === 0 ? undefined : foundRight / found
}
export function recall({ wanted, wantedFound }: Count): number | undefined {
  return wanted === 0 ? undefined : wantedFound / wanted
}
export function fScore(count: Count): number | undefined {
  const p = precision(count) ?? 0
  const r = recall(count)
  if (r === undefined) return undefined
  return p + r === 0 ? 0 : (2 * p * r) / (p + r)
}

/** Without the marks that lie inside of a longer one: the longer one is what is acted on. */
export function dropNested(marks: readonly Marked[]): readonly Marked[] {
  const length = ({ start, end }: Marked) => end - start
  return marks.filter(
    (one) => !marks.some((other) => other.start <= one.start && one.end <= other.end && length(other) > length(one)),
  )
}
