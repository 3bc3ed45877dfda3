/**
 * The decision log in SQLite: records as their exact text, chained, with the columns that are searched by beside it.
 * The text is the truth; `verifyLog` checks that the columns say the same.
 */
import { type ChainReport, genesis, type Link, seal, verifyChain } from '../chain.ts'
import { digest } from '../ids.ts'
import type { DecisionQuery, LogEntry, Sha256 } from '../ports.ts'
import type { DecisionRecord, LogRecord, OutcomeRecord } from '../types.ts'
import type { Sql } from './sql.ts'

const TABLES = [
  `CREATE TABLE IF NOT EXISTS log (
    tenant TEXT NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL,
    kind TEXT NOT NULL, id TEXT NOT NULL, parent TEXT, action TEXT, body TEXT NOT NULL
  ) STRICT`,
  'CREATE UNIQUE INDEX IF NOT EXISTS log_seq ON log (tenant, seq)',
  "CREATE INDEX IF NOT EXISTS log_id ON log (tenant, id) WHERE kind = 'decision'",
  'CREATE INDEX IF NOT EXISTS log_parent ON log (tenant, parent) WHERE parent IS NOT NULL',
  'CREATE INDEX IF NOT EXISTS log_action ON log (tenant, action, seq) WHERE action IS NOT NULL',
]
const ENTRY = `SELECT seq, hash, body,
    (SELECT body FROM log AS o WHERE o.tenant = d.tenant AND o.parent = d.id ORDER BY o.seq LIMIT 1) AS outcome
  FROM log AS d WHERE d.tenant = ? AND d.kind = 'decision'`

/** A record as it is stored. */
export interface LogRow {
  readonly kind: LogRecord['kind']
  readonly id: string
  readonly parent: string | null
  readonly action: string | null
  readonly body: string
}
/** A decision and its outcome as they are stored. */
export interface EntryRow extends Link {
  readonly body: string
  readonly outcome: string | null
}

export function createLogTables(sql: Sql): void {
  for (const statement of TABLES) sql.run(statement)
}

export function toRow(record: LogRecord): LogRow {
  return { ...columns(record), body: JSON.stringify(record) }
}
export function toEntry(row: EntryRow): LogEntry {
  return {
    seq: row.seq,
    hash: digest(row.hash),
    decision: JSON.parse(row.body) as DecisionRecord,
    outcome: row.outcome === null ? undefined : (JSON.parse(row.outcome) as OutcomeRecord),
  }
}
function columns(record: LogRecord): Omit<LogRow, 'body'> {
  const { kind, id } = record
  return kind === 'decision'
    ? { kind, id, parent: null, action: record.action }
    : { kind, id, parent: record.parent, action: null }
}

/**
 * Adds rows to a tenant's chain. To be called inside a transaction.
 * INVARIANT: synchronous from reading the head to writing the last row, so that no other append comes between.
 */
export function appendRows(sql: Sql, tenant: string, rows: readonly LogRow[], sha256: Sha256): void {
  const last = sql.all<Link>('SELECT seq, hash FROM log WHERE tenant = ? ORDER BY seq DESC LIMIT 1', tenant)
  let head = last[0] ?? genesis(tenant, sha256)
  for (const { kind, id, parent, action, body } of rows) {
    head = seal(head, body, sha256)
    sql.run(
      'INSERT INTO log (tenant, seq, hash, kind, id, parent, action, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      ...[tenant, head.seq, head.hash, kind, id, parent, action, body],
    )
  }
}

export function searchRows(sql: Sql, tenant: string, query: DecisionQuery): EntryRow[] {
  const before = query.before ?? Number.MAX_SAFE_INTEGER
  if (query.action === undefined) {
    return sql.all(`${ENTRY} AND d.seq < ? ORDER BY d.seq DESC LIMIT ?`, tenant, before, query.limit)
  }
  const statement = `${ENTRY} AND d.action = ? AND d.seq < ? ORDER BY d.seq DESC LIMIT ?`
  return sql.all(statement, tenant, query.action, before, query.limit)
}
export function findRow(sql: Sql, tenant: string, id: string): EntryRow | undefined {
  return sql.all<EntryRow>(`${ENTRY} AND d.id = ? ORDER BY d.seq LIMIT 1`, tenant, id)[0]
}

export function logTenants(sql: Sql): string[] {
  return sql.all<{ tenant: string }>('SELECT DISTINCT tenant FROM log ORDER BY tenant').map(({ tenant }) => tenant)
}

/** Reads a tenant's whole log, some rows at a time, and reports the first break. */
export function verifyLog(sql: Sql, tenant: string, sha256: Sha256): ChainReport {
  return verifyChain(tenant, readLog(sql, tenant), sha256)
}
function* readLog(sql: Sql, tenant: string): Generator<Link & LogRow> {
  const statement = `SELECT seq, hash, kind, id, parent, action, body FROM log
    WHERE tenant = ? AND seq > ? ORDER BY seq LIMIT 500`
  for (let after = Number.MIN_SAFE_INTEGER; ; ) {
    const rows = sql.all<Link & LogRow>(statement, tenant, after)
    // A row whose columns differ from its text counts as altered: an empty hash equals none.
    for (const row of rows) yield tellsTheSame(row) ? row : { ...row, hash: '' }
    const last = rows.at(-1)
    if (!last) return
    after = last.seq
  }
}
function tellsTheSame(row: LogRow): boolean {
  try {
    const told = columns(JSON.parse(row.body) as LogRecord)
    return told.kind === row.kind && told.id === row.id && told.parent === row.parent && told.action === row.action
  } catch {
    return false // Not JSON any more: altered.
  }
}
