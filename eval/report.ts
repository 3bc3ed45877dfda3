/** Results as tables. */
import { POLISH } from './entities.ts'
import type { CaseCount, CaseResult, EntityResult, OrdinaryResult, SecretCount, SecretResult } from './measure.ts'
import { type Counts, fScore, precision, recall, sumCounts } from './score.ts'
import { percent, ratio, table } from './table.ts'

/** A figure that the project is held to. */
export interface Goal {
  readonly what: string
  readonly value: number
  readonly goal: number
  /** Whether less is better. */
  readonly most?: boolean
  readonly anchor: string
}

const WAYS = ['exact', 'overlap', 'characters'] as const
export function tellEntities({ byEntity, bySource, structured, uncovered, reports, wrong }: EntityResult): string {
  const row = (name: string, counts: Counts) => [
    name,
    `${counts.exact.wanted}`,
    `${counts.exact.found}`,
    ...WAYS.flatMap((way) => [precision, recall, fScore].map((figure) => ratio(figure(counts[way])))),
  ]
  const entities = [...byEntity]
    .filter(([name]) => reports(name))
    .sort(([, a], [, b]) => b.exact.wanted - a.exact.wanted)
  const rows = entities.map(([name, counts]) => row(name, counts))
  rows.push(row('all that is covered', sumCounts(entities.map(([, counts]) => counts))))
  if (structured.exact.wanted > 0) rows.push(row('structured types', structured))
  if (bySource.size > 1) {
    for (const [source, one] of [...bySource].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const name = source || '(no source)'
      rows.push(row(`· ${name}`, one.counts))
      if (one.structured.exact.wanted > 0) rows.push(row(`· ${name}, structured`, one.structured))
    }
  }
  const head = ['entity', 'wanted', 'found', ...WAYS.flatMap((way) => [`${way} P`, 'R', 'F'])]
  return [
    table(head, rows),
    `structured findings where nothing of the kind is labelled: ${wrong}`,
    ...tellUncovered(uncovered),
  ].join('\n')
}

export function tellCases({ byEntity, uncovered }: CaseResult): string {
  const row = (name: string, { wanted, found, partly, quietWanted, quiet }: CaseCount) => [
    name,
    `${found}/${wanted}`,
    wanted === 0 ? '-' : percent(found / wanted),
    partly === 0 ? '' : `${partly}`,
    `${quiet}/${quietWanted}`,
    quietWanted === 0 ? '-' : percent(quiet / quietWanted),
  ]
  const entities = [...byEntity].sort(([a], [b]) => (a < b ? -1 : 1))
  return [
    table(
      ['entity', 'found', '', 'partly', 'quiet', ''],
      [...entities.map(([name, count]) => row(name, count)), row('all', sumCases(byEntity.values()))],
    ),
    ...tellUncovered(uncovered),
  ].join('\n')
}
function sumCases(all: Iterable<CaseCount>): CaseCount {
  const sum: CaseCount = { wanted: 0, found: 0, partly: 0, quietWanted: 0, quiet: 0 }
  for (const one of all) for (const name of Object.keys(sum) as (keyof CaseCount)[]) sum[name] += one[name]
  return sum
}

export function tellOrdinary({ texts, structured, secret, byEntity }: OrdinaryResult): string {
  const entities = [...byEntity].sort(([, a], [, b]) => b - a).map(([name, n]) => `${name} ${n}`)
  return [
    `texts with a structured hit: ${structured}/${texts} ${percent(structured / texts)}`,
    `texts flagged as secret:     ${secret}/${texts} ${percent(secret / texts)}`,
    ...(entities.length > 0 ? [`hits by entity, in texts: ${entities.join(', ')}`] : []),
  ].join('\n')
}

export function tellSecrets({ bySource, spans }: SecretResult): string {
  const row = (name: string, { positive, found, negative, tripped }: SecretCount) => [
    name,
    `${found}/${positive}`,
    positive === 0 ? '-' : percent(found / positive),
    `${tripped}/${negative}`,
    negative === 0 ? '-' : percent(tripped / negative),
  ]
  const sources = [...bySource].sort(([a], [b]) => (a < b ? -1 : 1))
  const rows = sources.length > 1 ? sources.map(([name, count]) => row(name || '(no source)', count)) : []
  return [
    table(['source', 'found', '', 'tripped', ''], [...rows, row('all', sumSecrets(bySource.values()))]),
    ...(spans.wanted > 0
      ? [`labelled spans: ${spans.wanted}, found exactly ${spans.exact}, touched ${spans.touched}`]
      : []),
  ].join('\n')
}
function sumSecrets(all: Iterable<SecretCount>): SecretCount {
  const sum: SecretCount = { positive: 0, found: 0, negative: 0, tripped: 0 }
  for (const one of all) for (const name of Object.keys(sum) as (keyof SecretCount)[]) sum[name] += one[name]
  return sum
}

function tellUncovered(uncovered: ReadonlyMap<string, number>): string[] {
  if (uncovered.size === 0) return []
  const names = [...uncovered].sort(([, a], [, b]) => b - a).map(([name, n]) => `${name} ${n}`)
  return [`not covered by any rule: ${names.join(', ')}`]
}

/** What a set of labelled entities says about the goals; which goals, its entities tell. */
export function goalsOfEntities(name: string, language: string | undefined, result: EntityResult): Goal[] {
  const { byEntity, structured, polish } = result
  const goals: Goal[] = []
  const add = (what: string, value: number | undefined, goal: number, anchor: string) => {
    if (value !== undefined) goals.push({ what: `${name}: ${what}`, value, goal, anchor })
  }
  const has = (entity: string) => (byEntity.get(entity)?.exact.wanted ?? 0) > 0
  const exact = (entity: string) => fScore(byEntity.get(entity)!.exact)
  if (language === 'es') {
    if (has('EMAIL_ADDRESS')) add('EMAIL_ADDRESS exact F', exact('EMAIL_ADDRESS'), 0.995, '.99')
    if (has('PHONE_NUMBER')) add('PHONE_NUMBER exact F', exact('PHONE_NUMBER'), 0.9, '.00')
  } else if (polish.wanted > 0 && POLISH.slice(0, 3).some(has)) {
    add('Polish identifiers, recall', polish.found / polish.wanted, 0.9, '44%')
  } else {
    // Those that no rule reports count as missed.
    if (structured.exact.wanted > 0) add('structured types exact F', fScore(structured.exact), 0.96, '.87-.94')
    if (has('PERSON')) add('PERSON exact F', exact('PERSON'), 0.75, '.55-.69')
  }
  return goals
}
export function goalsOfCases(name: string, { byEntity }: CaseResult): Goal[] {
  const { wanted, found, quietWanted, quiet } = sumCases(byEntity.values())
  const anchor = 'by construction'
  return [
    { what: `${name}: expected spans found`, value: wanted === 0 ? 1 : found / wanted, goal: 0.99, anchor },
    { what: `${name}: negatives quiet`, value: quietWanted === 0 ? 1 : quiet / quietWanted, goal: 0.99, anchor },
  ]
}
export function goalsOfOrdinary(name: string, { texts, structured, secret }: OrdinaryResult): Goal[] {
  return [
    { what: `${name}: structured hits`, value: structured / texts, goal: 0.02, most: true, anchor: '' },
    { what: `${name}: flagged as secret`, value: secret / texts, goal: 0.003, most: true, anchor: '12-71%' },
  ]
}
export function isReached({ value, goal, most }: Goal): boolean {
  return most ? value <= goal : value >= goal
}
export function tellGoals(goals: readonly Goal[]): string {
  const rows = goals.map((goal) => [
    goal.what,
    percent(goal.value),
    `${goal.most ? 'at most' : 'at least'} ${percent(goal.goal)}`,
    goal.anchor,
    isReached(goal) ? 'reached' : 'missed',
  ])
  return table(['figure', 'measured', 'goal', 'others', ''], rows)
}
