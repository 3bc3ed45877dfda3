/** What unfinished uploads have announced, in SQLite: one table for all uploads of a tenant, so that those begun at once are counted. */
import type { Pending } from '../ports.ts'
import type { Sql } from './sql.ts'

export interface RoomRow {
  readonly upload: string
  readonly tenant: string
  readonly principal: string
  /** How many were announced. */
  readonly bytes: number
  /** Milliseconds since 1970. */
  readonly expires: number
}
/** What may be unfinished, of a key and of its tenant. */
export interface Most {
  readonly key: Pending
  readonly tenant: Pending
}

export function createRoomTables(sql: Sql): void {
  sql.run(`CREATE TABLE IF NOT EXISTS upload_room (
    upload TEXT NOT NULL PRIMARY KEY, tenant TEXT NOT NULL, principal TEXT NOT NULL, bytes INTEGER NOT NULL,
    expires INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`)
}

/** Whether there is room for one more, which it has then. To be called inside a transaction, so that no two take the same. */
export function takeRoom(sql: Sql, row: RoomRow, most: Most, now: number): boolean {
  const { upload, tenant, principal, bytes, expires } = row
  sql.run('DELETE FROM upload_room WHERE expires <= ?', now)
  const statement = `SELECT count(*) AS uploads, coalesce(sum(bytes), 0) AS bytes FROM upload_room
    WHERE tenant = ? AND principal = coalesce(?, principal)`
  for (const [whose, limit] of [
    [principal, most.key],
    [null, most.tenant],
  ] as const) {
    const [known] = sql.all<Pending>(statement, tenant, whose)
    if (known!.uploads >= limit.uploads || known!.bytes + bytes > limit.bytes) return false
  }
  const insert = 'INSERT INTO upload_room (upload, tenant, principal, bytes, expires) VALUES (?, ?, ?, ?, ?)'
  sql.run(insert, upload, tenant, principal, bytes, expires)
  return true
}
export function freeRoom(sql: Sql, upload: string): void {
  sql.run('DELETE FROM upload_room WHERE upload = ?', upload)
}
