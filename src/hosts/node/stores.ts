/** The ports that keep something, in one SQLite file. */
import { dirname, join } from 'node:path'
import type { ChainReport } from '../../chain.ts'
import type { DecisionIndex, DecisionLog, Directory, Owners, Parts, StoredKey, Vault } from '../../ports.ts'
import {
  appendRows,
  createLogTables,
  findRow,
  logTenants,
  searchRows,
  toEntry,
  toRow,
  verifyLog,
} from '../../stores/decisions.ts'
import { addKey, createKeyTables, findKey, listKeys, revokeKey } from '../../stores/keys.ts'
import { claimThings, createOwnerTables, findThings } from '../../stores/owners.ts'
import { createRoomTables } from '../../stores/part-room.ts'
import { createPartTables } from '../../stores/part-rows.ts'
import { makeParts } from '../../stores/parts.ts'
import type { Sql } from '../../stores/sql.ts'
import { KEPT_MS, makeVault } from '../../stores/vault.ts'
import type { SecretKey } from '../../stores/vault-crypto.ts'
import {
  createVaultTables,
  getValues,
  linkedValues,
  linkTokens,
  namedValues,
  putValues,
  sweepValues,
  type VaultRows,
  vaultKey,
} from '../../stores/vault-rows.ts'
import { sha256 } from './crypto.ts'
import { groupWrites } from './group.ts'
import { openPartFiles } from './parts.ts'
import { openDatabase } from './sqlite.ts'

export interface Stores {
  readonly directory: Directory
  readonly vault: Vault
  readonly owners: Owners
  readonly parts: Parts
  readonly decisions: DecisionLog
  readonly index: DecisionIndex
  /** Commits what waits and closes the file. */
  close(): void
}
export interface StoreOptions {
  readonly master: SecretKey
  readonly random: (bytes: number) => Uint8Array
  readonly now: () => number
}

/** Opens or makes the file, and forgets what has expired of the vault and of uploads. */
export function openStores(path: string, { master, random, now }: StoreOptions): Stores {
  const sql = openDatabase(path)
  createTables(sql)
  sql.transaction(() => sweepValues(sql, now() - KEPT_MS))
  const group = groupWrites(sql)
  const files = openPartFiles(join(dirname(path), 'uploads'), sql, group, now)
  const rows: VaultRows = {
    key: (tenant, fresh) => group.write(() => vaultKey(sql, tenant, fresh)),
    put: (tenant, values, time) => group.write(() => putValues(sql, tenant, values, time)),
    get: async (tenant, scope, tokens) => getValues(sql, tenant, scope, tokens),
    link: (tenant, scope, chain, tokens, time) =>
      group.write(() => linkTokens(sql, tenant, scope, chain, tokens, time)),
    linked: async (tenant, scope, chain, tokens) => linkedValues(sql, tenant, scope, chain, tokens),
    named: async (tenant, scope, chain, prefix, most) => namedValues(sql, tenant, scope, chain, prefix, most),
  }
  return {
    directory: { find: async (id) => findKey(sql, id) },
    vault: makeVault({ rows, master, sha256, random, now }),
    owners: {
      claim: async (things) => {
        if (things.length > 0) await group.write(() => claimThings(sql, things))
      },
      find: async (ids) => findThings(sql, ids),
    },
    parts: makeParts({ rows: files.rows, master, random, now }),
    decisions: {
      append(record) {
        const row = toRow(record)
        // A decision holds a call up; an outcome comes after it.
        const patient = record.kind === 'outcome'
        return group.write(() => appendRows(sql, record.tenant, [row], sha256), patient)
      },
    },
    index: {
      search: async (tenant, query) => searchRows(sql, tenant, query).map(toEntry),
      async get(tenant, id) {
        const row = findRow(sql, tenant, id)
        return row && toEntry(row)
      },
    },
    close() {
      files.close()
      group.flush()
      sql.close()
    },
  }
}

function createTables(sql: Sql): void {
  sql.transaction(() => {
    createLogTables(sql)
    createVaultTables(sql)
    createOwnerTables(sql)
    createPartTables(sql)
    createRoomTables(sql)
    createKeyTables(sql)
  })
}

export interface KeyStore {
  list(): StoredKey[]
  /** Throws if there is a key with this id already. */
  add(key: StoredKey): void
  /** Whether there was such a key. */
  revoke(id: string): boolean
  close(): void
}
/** The keys of a file that a server may be using at the same time. */
export function openKeys(path: string): KeyStore {
  const sql = openDatabase(path)
  createTables(sql)
  return {
    list: () => listKeys(sql),
    add: (key) => addKey(sql, key),
    revoke: (id) => revokeKey(sql, id),
    close: () => sql.close(),
  }
}

export interface TenantReport extends ChainReport {
  readonly tenant: string
}
/** Checks the chains of all tenants of a file that a server may be using at the same time. */
export function verifyLogs(path: string): TenantReport[] {
  const sql = openDatabase(path, { readOnly: true })
  try {
    return logTenants(sql).map((tenant) => ({ tenant, ...verifyLog(sql, tenant, sha256) }))
  } finally {
    sql.close()
  }
}
