/** What is in the Durable Object of a file that comes in parts: noise, and nothing when its alarm has rung. */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { random } from '../../../src/hosts/workers/crypto.ts'
import type { Env } from '../../../src/hosts/workers/env.ts'
import { openStores, type Stores } from '../../../src/hosts/workers/stores.ts'
import { id } from '../../../src/ids.ts'
import { base32 } from '../../../src/keys.ts'
import { importMasterKey } from '../../../src/stores/vault-crypto.ts'
import type { Stored } from '../../../src/types.ts'
import { MASTER_KEY } from '../../support/host.ts'

const HOUR = 3600_000
const SECRET = 'a text that must not be stored as it is; '
const content = new TextEncoder().encode(SECRET.repeat(40_000))
const stored: Stored = {
  size: content.length,
  async *chunks() {
    yield content
  },
}
const bindings = env as unknown as Env

const MOST = { uploads: 100, bytes: 1e9 }
const ROOM = { principal: id('key-1'), key: MOST, tenant: MOST }

async function begin(): Promise<{
  parts: Stores['parts']
  name: string
  stub: ReturnType<Env['UPLOADS']['getByName']>
}> {
  const { parts } = openStores(bindings, { master: await importMasterKey(MASTER_KEY), now: Date.now, keys: [] })
  const name = `upload_${base32(random(15))}`
  const created = Date.now()
  const sizes = { bytes: content.length, created, expires: created + HOUR }
  await parts.create({ id: name, tenant: id('acme'), fields: { filename: SECRET }, ...sizes }, ROOM)
  expect(await parts.add(name, 'part_1', stored, content.length)).toBe(true)
  return { parts, name, stub: bindings.UPLOADS.getByName(name) }
}
async function drain(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of chunks);
}

test('blocks and fields are encrypted', async () => {
  const { stub } = await begin()
  const [blocks, rows] = await runInDurableObject(stub, (_, { storage }) => [
    storage.sql.exec<{ block: ArrayBuffer }>('SELECT block FROM block ORDER BY n').toArray(),
    storage.sql.exec<{ fields: ArrayBuffer }>('SELECT fields FROM upload').toArray(),
  ])
  expect(blocks.map(({ block }) => block.byteLength)).toEqual([1024 * 1024 + 28, content.length - 1024 * 1024 + 28])
  for (const bytes of [...blocks.map(({ block }) => block), rows[0]!.fields]) {
    expect(new TextDecoder('latin1').decode(bytes)).not.toContain('must not')
  }
})

test('an alarm takes it away when it has expired, all of it', async () => {
  const { parts, name, stub } = await begin()
  const alarm = await runInDurableObject(stub, (_, { storage }) => storage.getAlarm())
  expect(Math.abs(alarm! - Date.now() - HOUR)).toBeLessThan(60_000)
  expect(await runDurableObjectAlarm(stub)).toBe(true)
  const left = await runInDurableObject(stub, (_, { storage }) =>
    storage.sql
      .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE name LIKE 'upload%' OR name = 'block'")
      .toArray(),
  )
  expect(left).toEqual([])
  expect(await parts.find(name)).toBeUndefined()
  expect(await parts.add(name, 'part_2', stored, 2 * content.length)).toBe(false)
  expect(await parts.move(name, ['pending'], 'completing')).toBe(false)
  await parts.clear(name)
  await expect(drain(parts.read(name, 'part_1'))).rejects.toThrow()
})

test('a block that was altered or moved does not open', async () => {
  for (const statement of [
    'UPDATE block SET block = zeroblob(length(block)) WHERE n = 1',
    'UPDATE block SET n = 11 - n; UPDATE block SET n = n - 10',
  ]) {
    const { parts, name, stub } = await begin()
    await runInDurableObject(stub, (_, { storage }) => {
      for (const one of statement.split(';')) storage.sql.exec(one)
    })
    await expect(drain(parts.read(name, 'part_1'))).rejects.toThrow('does not open')
  }
})

test('what is cleared leaves no block', async () => {
  const { parts, name, stub } = await begin()
  await parts.clear(name)
  const left = await runInDurableObject(stub, (_, { storage }) => storage.sql.exec('SELECT n FROM block').toArray())
  expect(left).toEqual([])
})
