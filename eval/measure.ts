/** Measures one data set. What is counted, and what the misses look like; printing is `report.ts`. */
import type { Finding } from '../src/types.ts'
import { isSecret, isStructured, meaningsOf, POLISH, readFindingsAs, STRUCTURED } from './entities.ts'
import type { Look } from './look.ts'
import type { Row } from './rows.ts'
import { addMarks, type Counts, dropNested, type Marked, newCounts } from './score.ts'
import { excerpt } from './table.ts'

/** Tells how far the work is. */
export type Tick = () => void
/** One thing that is wrong, for `--misses`: what it is counted under, and a line about it. */
export interface Miss {
  readonly entity: string
  readonly line: string
}

export interface EntityResult {
  readonly byEntity: ReadonlyMap<string, Counts>
  readonly bySource: ReadonlyMap<string, { readonly counts: Counts; readonly structured: Counts }>
  /** Types with a form of their own, and no findings but of those. */
  readonly structured: Counts
  /** Recall of Polish identifiers, exact. */
  readonly polish: { readonly wanted: number; readonly found: number }
  /** Structured findings where nothing of the kind is labelled. */
  readonly wrong: number
  /** Entities of the set that no rule reports, with how many there are. */
  readonly uncovered: ReadonlyMap<string, number>
  /** Whether some rule reports an entity of `byEntity`. */
  readonly reports: (entity: string) => boolean
  readonly misses: readonly Miss[]
}
/** `reported`: the entities that some rule reports. */
export async function measureEntities(
  rows: readonly Row[],
  look: Look,
  reported: ReadonlySet<string>,
  tick: Tick,
): Promise<EntityResult> {
  const names = new Set(rows.flatMap(({ spans }) => spans.map(({ entity }) => entity)))
  const readAs = readFindingsAs(names)
  const covered = new Set([...names].filter((name) => meaningsOf(name).some((one) => reported.has(one))))
  const uncovered = new Map<string, number>()
  const reports = (entity: string) => [...covered].some((name) => meaningsOf(name)[0] === entity)
  const byEntity = new Map<string, Counts>()
  for (const name of names) byEntity.set(meaningsOf(name)[0]!, newCounts())
  const bySource = new Map<string, { counts: Counts; structured: Counts }>()
  const structured = newCounts()
  const polish = { wanted: 0, found: 0 }
  const misses: Miss[] = []
  let wrong = 0
  for (const row of rows) {
    const findings = await look(row.text)
    const wanted: Marked[] = []
    for (const span of row.spans) {
      wanted.push({ ...span, entity: meaningsOf(span.entity)[0]! })
      if (!covered.has(span.entity)) uncovered.set(span.entity, (uncovered.get(span.entity) ?? 0) + 1)
    }
    const found = marksOf(findings, readAs)
    const source = bySource.get(row.source ?? '') ?? { counts: newCounts(), structured: newCounts() }
    bySource.set(row.source ?? '', source)
    const add = (counts: Counts, entity: string, among: readonly Marked[]) =>
      addMarks(
        counts,
        wanted.filter((one) => one.entity === entity),
        among.filter((one) => one.entity === entity),
      )
    const plain = dropNested(found)
    for (const [entity, counts] of byEntity) {
      add(counts, entity, plain)
      if (reports(entity)) add(source.counts, entity, plain)
    }
    const formed = dropNested(found.filter(({ entity }) => STRUCTURED.includes(entity)))
    for (const entity of STRUCTURED) {
      add(structured, entity, formed)
      add(source.structured, entity, formed)
    }
    for (const one of wanted) {
      const hit = plain.some((other) => isSame(one, other))
      if (POLISH.includes(one.entity)) {
        polish.wanted++
        if (hit) polish.found++
      }
      if (hit) continue
      if (!reports(one.entity)) continue
      const near = plain.filter((other) => other.start < one.end && one.start < other.end)
      const got = near.map(({ start, end, entity }) => `${entity} ${JSON.stringify(row.text.slice(start, end))}`)
      misses.push({
        entity: one.entity,
        line: `missed ${row.id} ${excerpt(row.text, one.start, one.end)} got: ${got.join(', ') || 'nothing'}`,
      })
    }
    for (const one of plain) {
      if (wanted.some((other) => isSame(one, other))) continue
      misses.push({ entity: one.entity, line: `wrong  ${row.id} ${excerpt(row.text, one.start, one.end)}` })
    }
    for (const finding of findings) {
      const entity = readAs(finding.rule) ?? finding.rule.entity
      if (!isStructured(finding.rule.label)) continue
      if (wanted.some((one) => one.entity === entity && one.start < finding.end && finding.start < one.end)) continue
      wrong++
      if (!readAs(finding.rule)) misses.push({ entity, line: `wrong  ${row.id} ${tellFinding(row.text, finding)}` })
    }
    tick()
  }
  return { byEntity, bySource, structured, polish, wrong, uncovered, reports, misses }
}
function marksOf(findings: readonly Finding[], readAs: ReturnType<typeof readFindingsAs>): readonly Marked[] {
  const marks = new Map<string, Marked>()
  for (const { start, end, rule } of findings) {
    const entity = readAs(rule)
    // Two rules that see the same are one sight.
    if (entity !== undefined) marks.set(`${start} ${end} ${entity}`, { start, end, entity })
  }
  return [...marks.values()]
}
function isSame(a: Marked, b: Marked): boolean {
  return a.entity === b.entity && a.start === b.start && a.end === b.end
}

export interface CaseCount {
  wanted: number
  found: number
  /** Found, but not from the first to the last character. */
  partly: number
  quietWanted: number
  quiet: number
}
export interface CaseResult {
  readonly byEntity: ReadonlyMap<string, CaseCount>
  readonly uncovered: ReadonlyMap<string, number>
  readonly misses: readonly Miss[]
}
/** Each row is about one entity; what else is found in it does not count. */
export async function measureCases(
  rows: readonly Row[],
  look: Look,
  reported: ReadonlySet<string>,
  tick: Tick,
): Promise<CaseResult> {
  const byEntity = new Map<string, CaseCount>()
  const uncovered = new Map<string, number>()
  const misses: Miss[] = []
  for (const row of rows) {
    const name = row.entity!
    const meanings = meaningsOf(name)
    const count = byEntity.get(name) ?? { wanted: 0, found: 0, partly: 0, quietWanted: 0, quiet: 0 }
    byEntity.set(name, count)
    if (!meanings.some((one) => reported.has(one))) uncovered.set(name, (uncovered.get(name) ?? 0) + 1)
    const found = (await look(row.text)).filter(({ rule }) => meanings.includes(rule.entity))
    for (const { start, end } of row.spans) {
      count.wanted++
      if (found.some((one) => one.start === start && one.end === end)) {
        count.found++
        continue
      }
      const near = found.filter((one) => one.start < end && start < one.end)
      if (near.length > 0) count.partly++
      const got = near.map((one) => JSON.stringify(row.text.slice(one.start, one.end))).join(', ') || 'nothing'
      misses.push({ entity: name, line: `missed ${row.id} ${excerpt(row.text, start, end)} got: ${got}` })
    }
    if (row.spans.length === 0) {
      count.quietWanted++
      if (found.length === 0) count.quiet++
      else misses.push({ entity: name, line: `wrong  ${row.id} ${tellFinding(row.text, found[0]!)}` })
    }
    tick()
  }
  return { byEntity, uncovered, misses }
}

export interface OrdinaryResult {
  readonly texts: number
  readonly structured: number
  readonly secret: number
  readonly byEntity: ReadonlyMap<string, number>
  readonly misses: readonly Miss[]
}
/** Texts in which nothing of a form of its own is expected. */
export async function measureOrdinary(rows: readonly Row[], look: Look, tick: Tick): Promise<OrdinaryResult> {
  const byEntity = new Map<string, number>()
  const misses: Miss[] = []
  let structured = 0
  let secret = 0
  for (const row of rows) {
    const findings = (await look(row.text)).filter(({ rule }) => isStructured(rule.label))
    if (findings.length > 0) structured++
    if (findings.some(({ rule }) => isSecret(rule.label))) secret++
    for (const entity of new Set(findings.map(({ rule }) => rule.entity)))
      byEntity.set(entity, (byEntity.get(entity) ?? 0) + 1)
    for (const finding of findings) {
      misses.push({ entity: finding.rule.entity, line: `hit    ${row.id} ${tellFinding(row.text, finding)}` })
    }
    tick()
  }
  return { texts: rows.length, structured, secret, byEntity, misses }
}

export interface SecretCount {
  /** Texts that hold a secret, and those of them in which one was found. */
  positive: number
  found: number
  /** Texts that hold none, and those of them in which one was found all the same. */
  negative: number
  tripped: number
}
export interface SecretResult {
  readonly bySource: ReadonlyMap<string, SecretCount>
  /** Labelled spans of secrets, and those found exactly or touched. */
  readonly spans: { wanted: number; exact: number; touched: number }
  readonly misses: readonly Miss[]
}
export async function measureSecrets(rows: readonly Row[], look: Look, tick: Tick): Promise<SecretResult> {
  const bySource = new Map<string, SecretCount>()
  const spans = { wanted: 0, exact: 0, touched: 0 }
  const misses: Miss[] = []
  for (const row of rows) {
    const source = row.source ?? ''
    const count = bySource.get(source) ?? { positive: 0, found: 0, negative: 0, tripped: 0 }
    bySource.set(source, count)
    const found = (await look(row.text)).filter(({ rule }) => isSecret(rule.label))
    if (row.secret) {
      count.positive++
      if (found.length > 0) count.found++
      else {
        const { start, end } = row.spans[0] ?? { start: 0, end: Math.min(60, row.text.length) }
        misses.push({ entity: source || 'SECRET', line: `missed ${row.id} ${excerpt(row.text, start, end)}` })
      }
      for (const { start, end } of row.spans) {
        spans.wanted++
        if (found.some((one) => one.start === start && one.end === end)) spans.exact++
        if (found.some((one) => one.start < end && start < one.end)) spans.touched++
      }
    } else {
      count.negative++
      if (found.length > 0) {
        count.tripped++
        misses.push({ entity: source || 'SECRET', line: `wrong  ${row.id} ${tellFinding(row.text, found[0]!)}` })
      }
    }
    tick()
  }
  return { bySource, spans, misses }
}

function tellFinding(text: string, { start, end, rule, score }: Finding): string {
  return `${rule.ref} ${rule.entity} ${score.toFixed(2)} ${excerpt(text, start, end)}`
}
