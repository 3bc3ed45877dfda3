/** `#host` in workerd: Durable Objects under names of their own. */
import { evictAllDurableObjects, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { md5, random, sha256 } from '../../src/hosts/workers/crypto.ts'
import type { Env } from '../../src/hosts/workers/env.ts'
import { openSpool } from '../../src/hosts/workers/spool.ts'
import { openStores } from '../../src/hosts/workers/stores.ts'
import { importMasterKey } from '../../src/stores/vault-crypto.ts'
import {
  assembleHost,
  closeAfterwards,
  dumpRow,
  MASTER_KEY,
  makeTestKey,
  type TestHost,
  type TestHostOptions,
} from './host.ts'

export type { TestHost, TestHostOptions } from './host.ts'
export { answer, eventStream } from './host.ts'

export async function makeHost(options: TestHostOptions = {}): Promise<TestHost> {
  return openHost(`${crypto.randomUUID()}/`, options)
}

async function openHost(prefix: string, options: TestHostOptions): Promise<TestHost> {
  const bindings = env as unknown as Env
  const now = options.now ?? Date.now
  const stores = openStores(bindings, { master: await importMasterKey(MASTER_KEY), now, keys: [], prefix })
  const spool = async () => openSpool(bindings)
  const { host, settle, warnings } = await assembleHost({ ...stores, spool, random, sha256, md5, now }, options)
  closeAfterwards(settle)
  const store = (tenant: string) => bindings.TENANTS.getByName(prefix + tenant)
  const directory = () => bindings.DIRECTORY.getByName(`${prefix}keys`)
  return {
    ...host,
    settle,
    warnings,
    async addKey(key = {}) {
      const made = makeTestKey(random, sha256, key)
      await directory().add(made.stored)
      return made.key
    },
    async revokeKey(key) {
      await directory().revoke(key.slice(3, 11))
    },
    verify: async (tenant) => store(tenant).verify(tenant),
    async tamper(tenant, statement) {
      await runInDurableObject(store(tenant), (_, state) => void state.storage.sql.exec(statement))
    },
    async dump(tenant) {
      const rows = await runInDurableObject(store(tenant), (_, state) =>
        ['log', 'vault', 'vault_link', 'vault_key', 'upload_room'].flatMap((table) =>
          state.storage.sql.exec(`SELECT * FROM ${table}`).toArray(),
        ),
      )
      return rows.map(dumpRow).join('\n')
    },
    async reopen() {
      await settle()
      await evictAllDurableObjects()
      return openHost(prefix, options)
    },
  }
}
