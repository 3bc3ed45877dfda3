/** Reads labelled JSON Lines. What a file is for is told by what its rows have, not by its name. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { namesSecret } from './entities.ts'

export interface GoldSpan {
  readonly start: number
  readonly end: number
  /** As the data set calls it. */
  readonly entity: string
}
export interface Row {
  readonly id: string
  readonly text: string
  readonly spans: readonly GoldSpan[]
  /** The one entity that a recognizer case is about. */
  readonly entity: string | undefined
  readonly language: string | undefined
  readonly source: string | undefined
  /** Whether there is a secret in it; `undefined` if nobody said. */
  readonly secret: boolean | undefined
}
export type Kind = 'entities' | 'cases' | 'secrets' | 'ordinary'
export interface DataSet {
  readonly name: string
  readonly kind: Kind
  readonly rows: readonly Row[]
}
export interface Read {
  readonly sets: readonly DataSet[]
  /** Files that nothing can be measured with, and why. */
  readonly skipped: readonly { readonly name: string; readonly why: string }[]
}

/** What stops a reading, as one line. */
export class DataError extends Error {}

/** Every *.jsonl below the folders (or the files named). */
export function readSets(places: readonly string[]): Read {
  const sets: DataSet[] = []
  const skipped: { name: string; why: string }[] = []
  for (const place of places) {
    for (const file of listFiles(place)) {
      const name = relative(place, file) || file
      const rows = readRows(file)
      const found = sortRows(name, `${basename(place)}/${name}`, rows)
      if (found.length > 0) sets.push(...found)
      else skipped.push({ name, why: rows.length === 0 ? 'no rows with a text' : 'labelled for something else' })
    }
  }
  return { sets, skipped }
}

function listFiles(place: string): string[] {
  let isFile: boolean
  try {
    isFile = statSync(place).isFile()
  } catch {
    throw new DataError(`cannot read ${place}: there is no such folder`)
  }
  if (isFile) return [place]
  return readdirSync(place, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .map((name) => join(place, name))
}

type Fields = Readonly<Record<string, unknown>>

function readRows(file: string): Fields[] {
  const rows: Fields[] = []
  readFileSync(file, 'utf8')
    .replace(/^\uFEFF/, '')
    .split('\n')
    .forEach((line, i) => {
      if (line.trim() === '') return
      let row: unknown
      try {
        row = JSON.parse(line)
      } catch {
        throw new DataError(`${file}:${i + 1}: this line is not JSON`)
      }
      if (typeof row !== 'object' || row === null) throw new DataError(`${file}:${i + 1}: an object is needed`)
      if (textOf(row as Fields) !== undefined) rows.push(row as Fields)
    })
  return rows
}

/** The sets of one file: rows of one kind each. */
function sortRows(name: string, path: string, fields: readonly Fields[]): DataSet[] {
  const entities = fields.flatMap((row) => spansOf(row).map(({ entity }) => entity))
  const secrets = /secret|credential/i.test(path) || (entities.length > 0 && entities.every(namesSecret))
  const facts = {
    secrets,
    attacks: fields.some((row) => truth(row.label) === true),
    labelled: fields.some((row) => Array.isArray(row.spans)),
  }
  const kinds: Record<Kind, Row[]> = { cases: [], entities: [], secrets: [], ordinary: [] }
  fields.forEach((row, i) => {
    const kind = kindOf(row, facts)
    if (kind !== undefined) kinds[kind].push(readRow(row, `${i + 1}`, kind))
  })
  return (Object.keys(kinds) as Kind[])
    .filter((kind) => kinds[kind].length > 0)
    .map((kind) => ({ name, kind, rows: kinds[kind] }))
}

/**
 * What a row is for, given whether its file is about secrets, has rows of attacks, or has labelled spans. A file of attacks has no
 * ordinary texts: nobody said that its other rows are.
 */
function kindOf(row: Fields, file: { secrets: boolean; attacks: boolean; labelled: boolean }): Kind | undefined {
  const named = typeof row.entity === 'string' ? row.entity : undefined
  if (file.secrets || saysSecret(row) || (named !== undefined && namesSecret(named))) return 'secrets'
  if (file.labelled) return named === undefined ? 'entities' : 'cases'
  return file.attacks ? undefined : 'ordinary'
}

function readRow(row: Fields, line: string, kind: Kind): Row {
  const spans = spansOf(row)
  const string = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
  return {
    id: string(row.id) ?? line,
    text: textOf(row)!,
    spans,
    entity: string(row.entity),
    language: string(row.language),
    source: string(row.source) ?? (kind === 'secrets' ? (string(row.kind) ?? string(row.rule)) : undefined),
    secret: kind === 'secrets' ? holdsSecret(row, spans) : undefined,
  }
}

/** Fields that say by themselves whether a text holds a secret. */
const SAYING = ['secret', 'is_secret', 'isSecret', 'has_secret', 'positive'] as const
function saysSecret(row: Fields): boolean {
  return (
    SAYING.some((name) => row[name] !== undefined) ||
    typeof row.label === 'boolean' ||
    /^secret/i.test(`${row.label ?? ''}`)
  )
}
function holdsSecret(row: Fields, spans: readonly GoldSpan[]): boolean {
  if (spans.length > 0 || /^secret/i.test(`${row.label ?? ''}`)) return true
  for (const name of [...SAYING, 'label', 'expected'] as const) {
    const said = truth(row[name])
    if (said !== undefined) return said
  }
  return false
}
function truth(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return value !== 0
  if (typeof value !== 'string') return undefined
  if (/^(0|false|no|none|negative|benign|not[-_ ]?secret)$/i.test(value)) return false
  return /^(1|true|yes|positive|secret|attack|injection|jailbreak|malicious)$/i.test(value) ? true : undefined
}

function textOf(row: Fields): string | undefined {
  const text = row.text ?? row.content ?? row.prompt
  return typeof text === 'string' ? text : undefined
}
function spansOf(row: Fields): GoldSpan[] {
  if (!Array.isArray(row.spans)) {
    // The secret itself may stand beside the text.
    const start = typeof row.secret === 'string' && row.secret.length > 5 ? textOf(row)?.indexOf(row.secret) : undefined
    if (start === undefined || start < 0) return []
    return [{ start, end: start + (row.secret as string).length, entity: 'SECRET' }]
  }
  return row.spans.flatMap((span: Fields) => {
    const start = span.start ?? span.start_position
    const end = span.end ?? span.end_position
    const entity = span.entity ?? span.entity_type ?? span.label ?? span.type ?? row.entity
    return typeof start === 'number' && typeof end === 'number' && typeof entity === 'string'
      ? [{ start, end, entity }]
      : []
  })
}
