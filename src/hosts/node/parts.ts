/** Parts of uploads as files, one for each block, in a folder for each upload; what they are stands in SQLite. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freeRoom, takeRoom } from '../../stores/part-room.ts'
import {
  addUpload,
  dropParts,
  findUpload,
  keepPart,
  listUploads,
  moveUpload,
  type PartRows,
  sweepUploads,
} from '../../stores/part-rows.ts'
import type { Sql } from '../../stores/sql.ts'
import type { Group } from './group.ts'

/** Between two looks for uploads that have expired. Milliseconds. */
const SWEEP_MS = 5 * 60_000
/** What is still being written may be in the way. */
const ALL = { recursive: true, force: true, maxRetries: 3 } as const

export interface PartFiles {
  readonly rows: PartRows
  close(): void
}

/** Forgets what has expired, now and from time to time, and folders that no upload has. */
export function openPartFiles(folder: string, sql: Sql, group: Group, now: () => number): PartFiles {
  const folderOf = (...names: readonly string[]): string => join(folder, ...names)

  /** Keys first: without its key, what may be left of an upload is noise. */
  function sweep(): void {
    for (const upload of sql.transaction(() => sweepUploads(sql, now()))) rmSync(folderOf(upload), ALL)
  }

  mkdirSync(folder, { recursive: true, mode: 0o700 })
  sweep()
  const known = new Set(listUploads(sql))
  for (const name of readdirSync(folder)) if (!known.has(name)) rmSync(folderOf(name), ALL)
  const timer = setInterval(() => {
    try {
      sweep()
    } catch {
      // Another process writes, or a disk is full: what has expired cannot be read, and is looked for again.
    }
  }, SWEEP_MS).unref()

  const rows: PartRows = {
    take: (row, most, time) => group.write(() => takeRoom(sql, row, most, time)),
    free: (_tenant, upload) => group.write(() => freeRoom(sql, upload)),
    async create(row) {
      await mkdir(folderOf(row.id), { mode: 0o700 })
      await group.write(() => addUpload(sql, row))
    },
    find: async (upload) => findUpload(sql, upload),
    async put(upload, part, n, block) {
      // Not recursive: what was cleared is not made again.
      if (n === 0) await mkdir(folderOf(upload, part), { mode: 0o700 })
      await writeFile(folderOf(upload, part, `${n}`), block, { flag: 'wx', mode: 0o600, flush: true })
    },
    keep: (upload, part, room, time) => group.write(() => keepPart(sql, upload, part, room, time)),
    get: (upload, part, n) => readFile(folderOf(upload, part, `${n}`)),
    drop: (upload, part) => rm(folderOf(upload, part), ALL),
    async clear(upload) {
      await group.write(() => dropParts(sql, upload))
      await rm(folderOf(upload), ALL)
    },
    move: (upload, from, to, time) => group.write(() => moveUpload(sql, upload, from, to, time)),
  }
  return { rows, close: () => clearInterval(timer) }
}
