/** `#host` on Node: SQLite in a file of its own. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { md5, random, sha256 } from '../../src/hosts/node/crypto.ts'
import { openSpool } from '../../src/hosts/node/spool.ts'
import { openDatabase } from '../../src/hosts/node/sqlite.ts'
import { openKeys, openStores, verifyLogs } from '../../src/hosts/node/stores.ts'
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
  return openHost(join(mkdtempSync(join(tmpdir(), 'parapet-test-')), 'parapet.db'), options)
}

async function openHost(path: string, options: TestHostOptions): Promise<TestHost> {
  const now = options.now ?? Date.now
  const stores = openStores(path, { master: await importMasterKey(MASTER_KEY), random, now })
  const spool = async () => openSpool(dirname(path))
  const { host, settle, warnings } = await assembleHost({ ...stores, spool, random, sha256, md5, now }, options)
  let open = true
  const close = async (): Promise<void> => {
    if (!open) return
    await settle()
    stores.close()
    open = false
  }
  closeAfterwards(async () => {
    await close()
    rmSync(dirname(path), { recursive: true, force: true })
  })
  return {
    ...host,
    settle,
    warnings,
    async addKey(key = {}) {
      const made = makeTestKey(random, sha256, key)
      const keys = openKeys(path)
      keys.add(made.stored)
      keys.close()
      return made.key
    },
    async revokeKey(key) {
      const keys = openKeys(path)
      keys.revoke(key.slice(3, 11))
      keys.close()
    },
    async verify(tenant) {
      const found = verifyLogs(path).find((one) => one.tenant === tenant)
      if (!found) throw new Error('no record of this tenant')
      return found
    },
    async tamper(_tenant, statement) {
      const sql = openDatabase(path)
      sql.run(statement)
      sql.close()
    },
    async dump() {
      const sql = openDatabase(path)
      const rows = [
        'log',
        'vault',
        'vault_link',
        'vault_key',
        'owner',
        'keys',
        'upload',
        'upload_part',
        'upload_room',
      ].flatMap((table) => sql.all(`SELECT * FROM ${table}`))
      sql.close()
      const folder = join(dirname(path), 'uploads')
      const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile())
      return [...rows, ...files.map((file) => readFileSync(join(file.parentPath, file.name)))].map(dumpRow).join('\n')
    },
    async reopen() {
      await close()
      return openHost(path, options)
    },
  }
}
