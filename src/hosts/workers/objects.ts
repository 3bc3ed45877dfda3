/**
 * The Durable Objects. They hold rows and chain them; parsing and cryptography stay in the isolates that call them, of which
 * there are many, while of each object there is one.
 * INVARIANT: no method awaits. So none interleaves with another, and a chain needs no queue. A call's answer leaves the object
 * only when its writes are durable (the output gate), so what has resolved is stored.
 */
import { DurableObject } from 'cloudflare:workers'
import type { ChainReport } from '../../chain.ts'
import type { DecisionQuery, Ownership, StoredKey, UploadStatus } from '../../ports.ts'
import {
  appendRows,
  createLogTables,
  type EntryRow,
  findRow,
  type LogRow,
  searchRows,
  verifyLog,
} from '../../stores/decisions.ts'
import { addKey, createKeyTables, findKey, listKeys, revokeKey } from '../../stores/keys.ts'
import { claimThings, createOwnerTables, findThings } from '../../stores/owners.ts'
import { createRoomTables, freeRoom, type Most, type RoomRow, takeRoom } from '../../stores/part-room.ts'
import {
  addUpload,
  createPartTables,
  dropParts,
  type FoundUpload,
  findUpload,
  keepPart,
  moveUpload,
  type PartRow,
  type UploadRow,
} from '../../stores/part-rows.ts'
import type { Sql } from '../../stores/sql.ts'
import { KEPT_MS } from '../../stores/vault.ts'
import {
  createVaultTables,
  getValues,
  linkedValues,
  linkTokens,
  type NamedRow,
  namedValues,
  putValues,
  sweepValues,
  type VaultRow,
  vaultKey,
} from '../../stores/vault-rows.ts'
import { sha256 } from './crypto.ts'
import type { Env } from './env.ts'
import { durableSql } from './sql.ts'

/** One tenant's decision log and vault, and what its unfinished uploads announced. */
export class TenantStore extends DurableObject<Env> {
  readonly #sql: Sql

  constructor(state: DurableObjectState, env: Env) {
    super(state, env)
    this.#sql = durableSql(state.storage)
    this.#sql.transaction(() => {
      createLogTables(this.#sql)
      createVaultTables(this.#sql)
      createRoomTables(this.#sql)
      sweepValues(this.#sql, Date.now() - KEPT_MS)
    })
  }

  append(tenant: string, rows: LogRow[]): void {
    this.#sql.transaction(() => appendRows(this.#sql, tenant, rows, sha256))
  }
  search(tenant: string, query: DecisionQuery): EntryRow[] {
    return searchRows(this.#sql, tenant, query)
  }
  find(tenant: string, id: string): EntryRow | undefined {
    return findRow(this.#sql, tenant, id)
  }
  verify(tenant: string): ChainReport {
    return verifyLog(this.#sql, tenant, sha256)
  }

  vaultKey(tenant: string, fresh: Uint8Array): Uint8Array {
    return this.#sql.transaction(() => vaultKey(this.#sql, tenant, fresh))
  }
  putValues(tenant: string, rows: VaultRow[], now: number): void {
    this.#sql.transaction(() => putValues(this.#sql, tenant, rows, now))
  }
  getValues(tenant: string, scope: string, tokens: string[]): (Uint8Array | undefined)[] {
    return getValues(this.#sql, tenant, scope, tokens)
  }
  linkTokens(tenant: string, scope: string, chain: string, tokens: string[], now: number): void {
    linkTokens(this.#sql, tenant, scope, chain, tokens, now)
  }
  linkedValues(tenant: string, scope: string, chain: string, tokens: string[]): (Uint8Array | undefined)[] {
    return linkedValues(this.#sql, tenant, scope, chain, tokens)
  }
  namedValues(tenant: string, scope: string, chain: string, prefix: string, most: number): NamedRow[] {
    return namedValues(this.#sql, tenant, scope, chain, prefix, most)
  }

  takeRoom(row: RoomRow, most: Most, now: number): boolean {
    return this.#sql.transaction(() => takeRoom(this.#sql, row, most, now))
  }
  freeRoom(upload: string): void {
    freeRoom(this.#sql, upload)
  }
}

/** The keys of all tenants. */
export class DirectoryStore extends DurableObject<Env> {
  readonly #sql: Sql

  constructor(state: DurableObjectState, env: Env) {
    super(state, env)
    this.#sql = durableSql(state.storage)
    createKeyTables(this.#sql)
  }

  find(id: string): StoredKey | undefined {
    return findKey(this.#sql, id)
  }
  list(): StoredKey[] {
    return listKeys(this.#sql)
  }
  add(key: StoredKey): void {
    addKey(this.#sql, key)
  }
  revoke(id: string): boolean {
    return revokeKey(this.#sql, id)
  }
}

/** A part of what is owned, by all tenants. */
export class OwnerStore extends DurableObject<Env> {
  readonly #sql: Sql

  constructor(state: DurableObjectState, env: Env) {
    super(state, env)
    this.#sql = durableSql(state.storage)
    createOwnerTables(this.#sql)
  }

  claim(things: Ownership[]): void {
    this.#sql.transaction(() => claimThings(this.#sql, things))
  }
  find(ids: string[]): (Ownership | undefined)[] {
    return findThings(this.#sql, ids)
  }
}

/** A spool is of use to the call that made it: no call takes longer than this. */
const SPOOL_MS = 6 * 60 * 60 * 1000

/** One spool: blocks that only their writer can decrypt. */
export class SpoolStore extends DurableObject<Env> {
  put(n: number, block: Uint8Array): void {
    const { storage } = this.ctx
    if (n === 0) {
      storage.sql.exec('CREATE TABLE blocks (n INTEGER PRIMARY KEY, block BLOB NOT NULL) STRICT')
      storage.setAlarm(Date.now() + SPOOL_MS)
    }
    storage.sql.exec('INSERT INTO blocks (n, block) VALUES (?, ?)', n, block)
  }
  get(n: number): Uint8Array {
    const { block } = this.ctx.storage.sql.exec<{ block: ArrayBuffer }>('SELECT block FROM blocks WHERE n = ?', n).one()
    return new Uint8Array(block)
  }
  /** The one method that awaits: nothing follows it. */
  async discard(): Promise<void> {
    await this.ctx.storage.deleteAlarm()
    await this.ctx.storage.deleteAll()
  }
  override alarm(): Promise<void> {
    return this.discard()
  }
}

/** One upload that comes in parts. The alarm takes it away when it has expired; until then it is whatever its rows say. */
export class UploadStore extends DurableObject<Env> {
  readonly #sql: Sql

  constructor(state: DurableObjectState, env: Env) {
    super(state, env)
    this.#sql = durableSql(state.storage)
  }

  create(row: UploadRow): void {
    this.#sql.transaction(() => {
      createPartTables(this.#sql)
      this.#sql.run(`CREATE TABLE IF NOT EXISTS block (
        part TEXT NOT NULL, n INTEGER NOT NULL, block BLOB NOT NULL, PRIMARY KEY (part, n)
      ) STRICT`)
      addUpload(this.#sql, row)
    })
    this.ctx.storage.setAlarm(row.expires)
  }
  find(upload: string): FoundUpload | undefined {
    return this.#isThere() ? findUpload(this.#sql, upload) : undefined
  }
  put(part: string, n: number, block: Uint8Array): void {
    this.#sql.run('INSERT INTO block (part, n, block) VALUES (?, ?, ?)', part, n, block)
  }
  keep(upload: string, part: PartRow, room: number, now: number): boolean {
    return this.#isThere() && this.#sql.transaction(() => keepPart(this.#sql, upload, part, room, now))
  }
  get(part: string, n: number): Uint8Array {
    const statement = 'SELECT block FROM block WHERE part = ? AND n = ?'
    const { block } = this.ctx.storage.sql.exec<{ block: ArrayBuffer }>(statement, part, n).one()
    return new Uint8Array(block)
  }
  drop(part: string): void {
    if (this.#isThere()) this.#sql.run('DELETE FROM block WHERE part = ?', part)
  }
  clear(upload: string): void {
    if (!this.#isThere()) return
    this.#sql.transaction(() => {
      dropParts(this.#sql, upload)
      this.#sql.run('DELETE FROM block')
    })
  }
  move(upload: string, from: UploadStatus[], to: UploadStatus, now: number): boolean {
    return this.#isThere() && this.#sql.transaction(() => moveUpload(this.#sql, upload, from, to, now))
  }
  /** The one method that awaits: nothing follows it. */
  override async alarm(): Promise<void> {
    await this.ctx.storage.deleteAll()
  }
  /** What an alarm took away has no tables, nor has what never was. */
  #isThere(): boolean {
    return this.#sql.all("SELECT name FROM sqlite_master WHERE name = 'upload'").length > 0
  }
}
