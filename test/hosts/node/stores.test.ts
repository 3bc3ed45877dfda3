/** One file of SQLite: what is in it when a promise resolves, who else may use it, and files of older versions. */
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { random } from '../../../src/hosts/node/crypto.ts'
import { openDatabase } from '../../../src/hosts/node/sqlite.ts'
import { openStores, type Stores } from '../../../src/hosts/node/stores.ts'
import { id } from '../../../src/ids.ts'
import type { Sql } from '../../../src/stores/sql.ts'
import { importMasterKey } from '../../../src/stores/vault-crypto.ts'
import { createVaultTables, linkedValues, linkTokens, putValues } from '../../../src/stores/vault-rows.ts'
import { MASTER_KEY } from '../../support/host.ts'
import { makeFolder } from '../../support/host-process.ts'
import { makeDecision } from '../../support/host-records.ts'

const folder = makeFolder()
afterAll(folder.remove)
let made = 0
const newPath = () => join(folder.path, `${made++}.db`)

async function open(path: string): Promise<Stores> {
  return openStores(path, { master: await importMasterKey(MASTER_KEY), random, now: Date.now })
}
const THING = { id: 'file_1', tenant: id('acme'), principal: id('key-1'), upstream: id('openai'), chain: id('chain-1') }
const AT = { tenant: id('acme'), scope: id('key-1') }

test('what has resolved is there for another process, while this one goes on', async () => {
  const path = newPath()
  const [one, other] = [await open(path), await open(path)]
  await one.owners.claim([THING])
  expect(await other.owners.find(['file_1'])).toEqual([THING])
  const tokens = await one.vault.conceal(AT, [{ entity: id('EMAIL_ADDRESS'), value: 'ann@example.com' }], new Set())
  await one.vault.link(AT, id('chain-1'), tokens)
  expect(await other.vault.recall(AT, id('chain-1'), tokens)).toEqual(['ann@example.com'])
  one.close()
  other.close()
})

test('of two processes that claim one thing, one wins and both see it', async () => {
  const path = newPath()
  const stores = [await open(path), await open(path)]
  for (let round = 0; round < 20; round++) {
    const name = `file_${round}`
    const work = stores.map(({ owners }, i) => owners.claim([{ ...THING, id: name, principal: id(`key-${i}`) }]))
    await Promise.all(work)
    const [mine, others] = await Promise.all(stores.map(({ owners }) => owners.find([name])))
    expect(mine![0]!.id).toBe(name)
    expect(mine).toEqual(others)
  }
  for (const store of stores) store.close()
})

test('a claim that cannot be written is told, and so is a tie', async () => {
  const path = newPath()
  const stores = await open(path)
  const sql = openDatabase(path)
  sql.run('DROP TABLE owner')
  sql.run('DROP TABLE vault_link')
  sql.close()
  await expect(stores.owners.claim([THING])).rejects.toThrow('owner')
  await expect(stores.vault.link(AT, id('chain-1'), ['<X_1>'])).rejects.toThrow('vault_link')
  stores.close()
})

test('a file from before there were owners and ties opens, with all that is in it', async () => {
  const path = newPath()
  const first = await open(path)
  const decision = makeDecision()
  await first.decisions.append(decision)
  const tokens = await first.vault.conceal(AT, [{ entity: id('EMAIL_ADDRESS'), value: 'ann@example.com' }], new Set())
  first.close()
  const sql = openDatabase(path)
  sql.run('DROP TABLE owner')
  sql.run('DROP TABLE vault_link')
  sql.close()
  const again = await open(path)
  expect((await again.index.get(id('acme'), decision.id))?.decision).toEqual(decision)
  expect(await again.vault.reveal(AT, tokens)).toEqual(['ann@example.com'])
  expect(await again.vault.recall(AT, id('chain-1'), tokens)).toEqual([undefined])
  await again.owners.claim([THING])
  expect(await again.owners.find(['file_1'])).toEqual([THING])
  again.close()
})

test('tying and recalling take one statement, however many tokens there are', () => {
  const sql = openDatabase(newPath())
  createVaultTables(sql)
  const tokens = Array.from({ length: 10_000 }, (_, i) => `<EMAIL_ADDRESS_${String(i).padStart(16, 'a')}>`)
  const sealed = new Uint8Array([1])
  sql.transaction(() =>
    putValues(
      sql,
      'acme',
      tokens.map((token) => ({ scope: 's', token, sealed })),
      1,
    ),
  )
  let statements = 0
  const counted: Sql = {
    all: (statement, ...values) => {
      statements++
      return sql.all(statement, ...values)
    },
    run: (statement, ...values) => {
      statements++
      sql.run(statement, ...values)
    },
    transaction: (work) => sql.transaction(work),
  }
  linkTokens(counted, 'acme', 's', 'c', tokens, 1)
  expect(linkedValues(counted, 'acme', 's', 'c', tokens).every((value) => value?.length === 1)).toBe(true)
  expect(statements).toBe(2)
  sql.close()
})
