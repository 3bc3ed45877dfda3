/** What is left of a spool in its Durable Object: noise while it is needed, and nothing afterwards. */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import type { Env } from '../../../src/hosts/workers/env.ts'
import { openSpool } from '../../../src/hosts/workers/spool.ts'

const bindings = env as unknown as Env
const SECRET = 'a text that must not be stored as it is; '
const content = new TextEncoder().encode(SECRET.repeat(40_000))

type Stub = ReturnType<Env['SPOOLS']['get']>
/** Spools, and the objects that they were kept in. */
async function write(): Promise<{ spool: Awaited<ReturnType<typeof finish>>; stub: Stub }> {
  let stub: Stub | undefined
  const SPOOLS = {
    newUniqueId: () => bindings.SPOOLS.newUniqueId(),
    get(id: DurableObjectId) {
      stub = bindings.SPOOLS.get(id)
      return stub
    },
  } as unknown as Env['SPOOLS']
  const spool = await finish({ ...bindings, SPOOLS })
  return { spool, stub: stub! }
}
async function finish(to: Env) {
  const writer = openSpool(to)
  await writer.write(content)
  return writer.finish()
}
const tables = (stub: Stub) =>
  runInDurableObject(stub, async (_, state) => ({
    names: state.storage.sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE name = 'blocks'").toArray(),
    alarm: await state.storage.getAlarm(),
  }))

test('blocks are encrypted, and no two alike', async () => {
  const { spool, stub } = await write()
  const rows = await runInDurableObject(stub, (_, state) =>
    state.storage.sql.exec<{ block: ArrayBuffer }>('SELECT block FROM blocks ORDER BY n').toArray(),
  )
  expect(rows).toHaveLength(2)
  const stored = rows.map(({ block }) => new TextDecoder('latin1').decode(block))
  for (const text of stored) expect(text).not.toContain('must not')
  expect(rows.map(({ block }) => block.byteLength)).toEqual([1024 * 1024 + 16, content.length - 1024 * 1024 + 16])
  await spool.discard()
})

test('nothing is left when it is discarded, no alarm either', async () => {
  const { spool, stub } = await write()
  const before = await tables(stub)
  expect(before.names).toHaveLength(1)
  expect(before.alarm).toBeGreaterThan(Date.now() + 3600_000)
  await spool.discard()
  expect(await tables(stub)).toEqual({ names: [], alarm: null })
})

test('what nobody discarded, since its isolate is gone, an alarm takes away', async () => {
  const { spool, stub } = await write()
  expect(await runDurableObjectAlarm(stub)).toBe(true)
  expect(await tables(stub)).toEqual({ names: [], alarm: null })
  const read = async () => {
    for await (const _ of spool.chunks());
  }
  await expect(read()).rejects.toThrow()
})

test('a block that was altered or moved does not open', async () => {
  for (const statement of [
    'UPDATE blocks SET block = zeroblob(length(block)) WHERE n = 1',
    'UPDATE blocks SET n = 1 - n + 10; UPDATE blocks SET n = n - 10',
  ]) {
    const { spool, stub } = await write()
    await runInDurableObject(stub, (_, state) => {
      for (const one of statement.split(';')) state.storage.sql.exec(one)
    })
    const read = async () => {
      for await (const _ of spool.chunks());
    }
    await expect(read()).rejects.toThrow()
    await spool.discard()
  }
})

test('a small file needs no object', async () => {
  const refuse = { newUniqueId: () => expect.unreachable('an object was made') } as unknown as Env['SPOOLS']
  const writer = openSpool({ ...bindings, SPOOLS: refuse })
  await writer.write(content.subarray(0, 64 * 1024))
  const spool = await writer.finish()
  expect(spool.size).toBe(64 * 1024)
  await spool.discard()
})
