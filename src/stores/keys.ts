/** Keys in SQLite: what `Directory` finds, and what the command line changes. */
import type { StoredKey } from '../ports.ts'
import type { Domain, Id } from '../types.ts'
import type { Sql } from './sql.ts'

interface KeyRow {
  readonly id: string
  readonly hash: string
  readonly tenant: string
  readonly domains: string
  readonly groups: string
  readonly expires: number | null
  readonly revoked: number
}
const COLUMNS = 'id, hash, tenant, domains, groups, expires, revoked'

export function createKeyTables(sql: Sql): void {
  sql.run(`CREATE TABLE IF NOT EXISTS keys (
    id TEXT NOT NULL PRIMARY KEY, hash TEXT NOT NULL, tenant TEXT NOT NULL,
    domains TEXT NOT NULL, groups TEXT NOT NULL, expires INTEGER, revoked INTEGER NOT NULL
  ) STRICT`)
}

export function findKey(sql: Sql, id: string): StoredKey | undefined {
  const row = sql.all<KeyRow>(`SELECT ${COLUMNS} FROM keys WHERE id = ?`, id)[0]
  return row && toKey(row)
}
export function listKeys(sql: Sql): StoredKey[] {
  return sql.all<KeyRow>(`SELECT ${COLUMNS} FROM keys ORDER BY tenant, id`).map(toKey)
}
/** Throws if there is a key with this id already. */
export function addKey(sql: Sql, key: StoredKey): void {
  sql.run(
    `INSERT INTO keys (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ...[key.id, key.hash, key.tenant, JSON.stringify(key.domains), JSON.stringify(key.groups), key.expires],
    key.revoked ? 1 : 0,
  )
}
/** Whether there was such a key. */
export function revokeKey(sql: Sql, id: string): boolean {
  return sql.all('UPDATE keys SET revoked = 1 WHERE id = ? RETURNING id', id).length > 0
}

function toKey(row: KeyRow): StoredKey {
  return {
    id: row.id as Id,
    hash: row.hash,
    tenant: row.tenant as Id,
    domains: JSON.parse(row.domains) as Domain[],
    groups: JSON.parse(row.groups) as Id[],
    expires: row.expires,
    revoked: row.revoked !== 0,
  }
}
