/** The ports that keep something, over Durable Objects: one per tenant, one for the keys, and some for what is owned. */
import type { DecisionIndex, DecisionLog, Directory, Owners, Ownership, Parts, StoredKey, Vault } from '../../ports.ts'
import { toEntry, toRow } from '../../stores/decisions.ts'
import { partOwners, rememberOwners } from '../../stores/owners.ts'
import { makeParts } from '../../stores/parts.ts'
import { makeVault } from '../../stores/vault.ts'
import type { SecretKey } from '../../stores/vault-crypto.ts'
import { random, sha256 } from './crypto.ts'
import type { Env } from './env.ts'
import type { TenantStore } from './objects.ts'
import { openPartRows } from './parts.ts'

export interface Stores {
  readonly directory: Directory
  readonly vault: Vault
  readonly owners: Owners
  readonly parts: Parts
  readonly decisions: DecisionLog
  readonly index: DecisionIndex
}
export interface StoreOptions {
  readonly master: SecretKey
  readonly now: () => number
  /** Keys that need no look-up in the directory's object. */
  readonly keys: readonly StoredKey[]
  /** Goes before the objects' names; tests keep apart by it. */
  readonly prefix?: string
}

export function openStores(env: Env, { master, now, keys, prefix = '' }: StoreOptions): Stores {
  // A stub belongs to the request that made it, so each call makes its own.
  const store = (tenant: string): DurableObjectStub<TenantStore> => env.TENANTS.getByName(prefix + tenant)
  const listed = new Map(keys.map((key) => [key.id as string, key]))
  return {
    directory: {
      find: async (id) =>
        listed.get(id) ?? ((await env.DIRECTORY.getByName(`${prefix}keys`).find(id)) as StoredKey | undefined),
    },
    vault: makeVault({
      rows: {
        key: (tenant, fresh) => store(tenant).vaultKey(tenant, fresh),
        put: (tenant, rows, time) => store(tenant).putValues(tenant, [...rows], time),
        get: (tenant, scope, tokens) => store(tenant).getValues(tenant, scope, [...tokens]),
        link: (tenant, scope, chain, tokens, time) => store(tenant).linkTokens(tenant, scope, chain, [...tokens], time),
        linked: (tenant, scope, chain, tokens) => store(tenant).linkedValues(tenant, scope, chain, [...tokens]),
        named: (tenant, scope, chain, prefix, most) => store(tenant).namedValues(tenant, scope, chain, prefix, most),
      },
      master,
      sha256,
      random,
      now,
    }),
    owners: rememberOwners(
      partOwners(partOf, (part) => {
        const owners = () => env.OWNERS.getByName(`${prefix}owners-${part}`)
        return {
          claim: (things) => owners().claim([...things]),
          find: async (ids) => (await owners().find([...ids])) as (Ownership | undefined)[],
        }
      }),
    ),
    parts: makeParts({ rows: openPartRows(env, prefix), master, random, now }),
    decisions: { append: (record) => store(record.tenant).append(record.tenant, [toRow(record)]) },
    index: {
      search: async (tenant, query) => (await store(tenant).search(tenant, query)).map(toEntry),
      async get(tenant, id) {
        const row = await store(tenant).find(tenant, id)
        return row && toEntry(row)
      },
    },
  }
}

/** Spreads ids evenly, however alike they are. */
function partOf(id: string): number {
  return sha256(new TextEncoder().encode(id))[0]!
}
