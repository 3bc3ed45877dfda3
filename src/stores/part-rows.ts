/** Rows of uploads that come in parts, in SQLite. All texts and contents are sealed before they get here. */
import type { UploadStatus } from '../ports.ts'
import type { Most, RoomRow } from './part-room.ts'
import { bytes, type Sql } from './sql.ts'

export interface UploadRow {
  readonly id: string
  readonly tenant: string
  readonly status: UploadStatus
  /** The upload's own key, wrapped. */
  readonly wrapped: Uint8Array
  readonly fields: Uint8Array
  /** How many were announced. */
  readonly bytes: number
  /** Milliseconds since 1970. */
  readonly created: number
  readonly expires: number
}
export interface PartRow {
  readonly part: string
  readonly size: number
  readonly blocks: number
}
export interface FoundUpload {
  readonly row: UploadRow
  readonly parts: readonly PartRow[]
}

/** Where parts are kept. Durable when a promise resolves. */
export interface PartRows {
  /** See `takeRoom`. */
  take(row: RoomRow, most: Most, now: number): Promise<boolean>
  free(tenant: string, upload: string): Promise<void>
  create(row: UploadRow): Promise<void>
  find(upload: string): Promise<FoundUpload | undefined>
  /** A block of a part that is being written. Blocks come in order. */
  put(upload: string, part: string, n: number, block: Uint8Array): Promise<void>
  /** What was put is a part from now on: see `keepPart`. */
  keep(upload: string, part: PartRow, room: number, now: number): Promise<boolean>
  get(upload: string, part: string, n: number): Promise<Uint8Array>
  /** Forgets what was put of a part, or of all. */
  drop(upload: string, part: string): Promise<void>
  clear(upload: string): Promise<void>
  move(upload: string, from: readonly UploadStatus[], to: UploadStatus, now: number): Promise<boolean>
}

/** As many parts may an upload have: its completion names them all, and a body may name no more stored things. */
const MOST_PARTS = 1000

export function createPartTables(sql: Sql): void {
  sql.run(`CREATE TABLE IF NOT EXISTS upload (
    id TEXT NOT NULL PRIMARY KEY, tenant TEXT NOT NULL, status TEXT NOT NULL, wrapped BLOB NOT NULL, fields BLOB NOT NULL,
    bytes INTEGER NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`)
  sql.run(`CREATE TABLE IF NOT EXISTS upload_part (
    upload TEXT NOT NULL, part TEXT NOT NULL, size INTEGER NOT NULL, blocks INTEGER NOT NULL, PRIMARY KEY (upload, part)
  ) STRICT, WITHOUT ROWID`)
}

export function addUpload(sql: Sql, row: UploadRow): void {
  const { id, tenant, status, wrapped, fields, created, expires } = row
  const statement = `INSERT INTO upload (id, tenant, status, wrapped, fields, bytes, created, expires)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
  sql.run(statement, id, tenant, status, wrapped, fields, row.bytes, created, expires)
}
export function findUpload(sql: Sql, id: string): FoundUpload | undefined {
  const [row] = sql.all<UploadRow>('SELECT * FROM upload WHERE id = ?', id)
  if (!row) return undefined
  const parts = sql.all<PartRow>('SELECT part, size, blocks FROM upload_part WHERE upload = ?', id)
  return { row: { ...row, wrapped: bytes(row.wrapped), fields: bytes(row.fields) }, parts }
}
/**
 * Keeps a part, unless its upload is not open any more, or has no room for it: all parts together have `room` bytes. To be
 * called inside a transaction, so that parts which come at once cannot each take the same room.
 */
export function keepPart(
  sql: Sql,
  upload: string,
  { part, size, blocks }: PartRow,
  room: number,
  now: number,
): boolean {
  if (!isOpen(sql, upload, ['pending'], now)) return false
  const statement = 'SELECT count(*) AS count, coalesce(sum(size), 0) AS size FROM upload_part WHERE upload = ?'
  const [known] = sql.all<{ count: number; size: number }>(statement, upload)
  if (known!.count >= MOST_PARTS || known!.size + size > room) return false
  sql.run('INSERT INTO upload_part (upload, part, size, blocks) VALUES (?, ?, ?, ?)', upload, part, size, blocks)
  return true
}
/** To be called inside a transaction: of two that move the same upload, one does. */
export function moveUpload(
  sql: Sql,
  id: string,
  from: readonly UploadStatus[],
  to: UploadStatus,
  now: number,
): boolean {
  if (!isOpen(sql, id, from, now)) return false
  sql.run('UPDATE upload SET status = ? WHERE id = ?', to, id)
  return true
}
function isOpen(sql: Sql, id: string, statuses: readonly UploadStatus[], now: number): boolean {
  const [row] = sql.all<{ status: UploadStatus }>('SELECT status FROM upload WHERE id = ? AND expires > ?', id, now)
  return row !== undefined && statuses.includes(row.status)
}
export function dropParts(sql: Sql, upload: string): void {
  sql.run('DELETE FROM upload_part WHERE upload = ?', upload)
}

export function listUploads(sql: Sql): string[] {
  return sql.all<{ id: string }>('SELECT id FROM upload').map(({ id }) => id)
}
/** Forgets uploads that have expired. */
export function sweepUploads(sql: Sql, now: number): string[] {
  const ids = sql.all<{ id: string }>('SELECT id FROM upload WHERE expires <= ?', now).map(({ id }) => id)
  for (const id of ids) {
    dropParts(sql, id)
    sql.run('DELETE FROM upload WHERE id = ?', id)
  }
  return ids
}
