/** What every store of uploads in parts must do. */
import { describe, expect, test } from 'vitest'
import { makeHost, type TestHost } from '#host'
import { id } from '../../src/ids.ts'
import type { Stored } from '../../src/types.ts'
import { readAll } from '../support/bytes.ts'

const KB = 1024
const HOUR = 3600_000
const SECRET = 'a text that must not be stored as it is'

/** Bytes that differ from place to place, so that blocks in the wrong order show. */
function makeBytes(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size)
  for (let i = 0, x = size + 1; i < size; i++) bytes[i] = x = (Math.imul(x, 1103515245) + 12345) >>> 16
  return bytes
}
const same = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, i) => byte === b[i])
function stored(bytes: Uint8Array, piece = 50 * KB): Stored {
  return {
    size: bytes.length,
    async *chunks() {
      // One buffer for all, as a reader of files may have.
      const buffer = new Uint8Array(piece)
      for (let at = 0; at < bytes.length; at += piece) {
        const some = bytes.subarray(at, at + piece)
        buffer.set(some)
        yield buffer.subarray(0, some.length)
      }
    },
  }
}
const ROOM = 64 * KB * KB
const MANY = { uploads: 100, bytes: 1e9 }
const MUCH = { principal: id('key-1'), key: MANY, tenant: MANY }

async function begin(options: { bytes?: number; name?: string } = {}) {
  let time = Date.now()
  const host = await makeHost({ now: () => time })
  const { bytes = 100, name = 'upload_a' } = options
  const fields = { filename: `${SECRET}.txt`, purpose: 'batch' }
  const upload = { id: name, tenant: id('acme'), fields, bytes, created: time, expires: time + HOUR }
  expect(await host.parts.create(upload, MUCH)).toBe(true)
  return { host, upload, pass: (ms: number) => void (time += ms) }
}
const read = (host: TestHost, part: string, name = 'upload_a') => readAll(host.parts.read(name, part))

test('an upload is found as it was begun, and nothing is found that was not', async () => {
  const { host, upload } = await begin()
  expect(await host.parts.find('upload_a')).toEqual({ ...upload, status: 'pending', parts: [] })
  expect(await host.parts.find('upload_b')).toBeUndefined()
  expect(await host.parts.add('upload_b', 'part_1', stored(makeBytes(5)), ROOM)).toBe(false)
  expect(await host.parts.move('upload_b', ['pending'], 'cancelled')).toBe(false)
  await host.parts.clear('upload_b')
})

test('what is begun twice is an error, and stays as it was', async () => {
  const { host, upload } = await begin()
  await expect(host.parts.create({ ...upload, bytes: 7 }, MUCH)).rejects.toThrow()
  expect((await host.parts.find('upload_a'))!.bytes).toBe(100)
})

for (const size of [0, 1, 1024 * KB - 1, 1024 * KB, 1024 * KB + 1, 3072 * KB]) {
  test(`a part of ${size} bytes comes back as it was, again and again, and after the host has gone`, async () => {
    const { host } = await begin()
    const bytes = makeBytes(size)
    expect(await host.parts.add('upload_a', 'part_1', stored(bytes), ROOM)).toBe(true)
    const [one, two] = await Promise.all([read(host, 'part_1'), read(host, 'part_1')])
    expect(same(one, bytes) && same(two, bytes)).toBe(true)
    const again = await host.reopen()
    expect(same(await read(again, 'part_1'), bytes)).toBe(true)
    expect((await again.parts.find('upload_a'))!.parts).toEqual([{ id: 'part_1', size }])
  })
}

test('parts come at once and are kept apart, of different uploads too', async () => {
  const { host, upload } = await begin()
  await host.parts.create({ ...upload, id: 'upload_b' }, MUCH)
  const all = Array.from({ length: 8 }, (_, i) => makeBytes(200 * KB + i))
  const added = await Promise.all(
    all.map((bytes, i) => host.parts.add(i % 2 ? 'upload_a' : 'upload_b', `part_${i}`, stored(bytes), ROOM)),
  )
  expect(added).toEqual(all.map(() => true))
  for (const [i, bytes] of all.entries()) {
    expect(same(await read(host, `part_${i}`, i % 2 ? 'upload_a' : 'upload_b'), bytes)).toBe(true)
    await expect(read(host, `part_${i}`, i % 2 ? 'upload_b' : 'upload_a')).rejects.toThrow()
  }
})

test('the same part is not written over', async () => {
  const { host } = await begin()
  const bytes = makeBytes(10)
  await host.parts.add('upload_a', 'part_1', stored(bytes), ROOM)
  await expect(host.parts.add('upload_a', 'part_1', stored(makeBytes(11)), ROOM)).rejects.toThrow()
  expect(same(await read(host, 'part_1'), bytes)).toBe(true)
})

test('parts that come at once do not take the same room', async () => {
  const { host } = await begin()
  const added = await Promise.all(
    Array.from({ length: 8 }, (_, i) => host.parts.add('upload_a', `part_${i}`, stored(makeBytes(30)), 100)),
  )
  expect(added.filter((one) => one)).toHaveLength(3)
  expect((await host.parts.find('upload_a'))!.parts).toHaveLength(3)
  // Exactly full is not too full.
  expect(await host.parts.add('upload_a', 'part_x', stored(makeBytes(10)), 100)).toBe(true)
  expect(await host.parts.add('upload_a', 'part_y', stored(makeBytes(1)), 100)).toBe(false)
})

test('of two that move an upload at once, one does; and what is not pending takes no part', async () => {
  const { host } = await begin()
  const moved = await Promise.all([1, 2, 3].map(() => host.parts.move('upload_a', ['pending'], 'completing')))
  expect(moved.filter((one) => one)).toHaveLength(1)
  expect((await host.parts.find('upload_a'))!.status).toBe('completing')
  expect(await host.parts.add('upload_a', 'part_1', stored(makeBytes(5)), ROOM)).toBe(false)
  expect(await host.parts.move('upload_a', ['completing'], 'pending')).toBe(true)
  expect(await host.parts.add('upload_a', 'part_1', stored(makeBytes(5)), ROOM)).toBe(true)
})

test('a part that fails while it is written is none, and takes no room', async () => {
  const { host } = await begin()
  const broken: Stored = {
    size: 10,
    async *chunks() {
      yield makeBytes(2048 * KB)
      throw new Error('the client went away')
    },
  }
  await expect(host.parts.add('upload_a', 'part_1', broken, ROOM)).rejects.toThrow('went away')
  expect((await host.parts.find('upload_a'))!.parts).toEqual([])
  await expect(read(host, 'part_1')).rejects.toThrow()
  // What was written of it is gone, so that its name is free.
  expect(await host.parts.add('upload_a', 'part_1', stored(makeBytes(5)), ROOM)).toBe(true)
})

test('what was cleared cannot be read, and what is being read breaks off', async () => {
  const { host } = await begin()
  await host.parts.add('upload_a', 'part_1', stored(makeBytes(3072 * KB)), ROOM)
  const reader = host.parts.read('upload_a', 'part_1')[Symbol.asyncIterator]()
  expect((await reader.next()).done).toBe(false)
  await host.parts.clear('upload_a')
  await host.parts.clear('upload_a')
  const rest = async () => {
    while (!(await reader.next()).done);
  }
  await expect(rest()).rejects.toThrow()
  await expect(read(host, 'part_1')).rejects.toThrow()
  expect(await host.parts.find('upload_a')).toMatchObject({ status: 'pending', parts: [] })
})

test('what has expired is as if it had never been, at once', async () => {
  const { host, pass } = await begin()
  await host.parts.add('upload_a', 'part_1', stored(makeBytes(5)), ROOM)
  pass(HOUR - 1)
  expect(await host.parts.find('upload_a')).toBeDefined()
  pass(1)
  expect(await host.parts.find('upload_a')).toBeUndefined()
  expect(await host.parts.add('upload_a', 'part_2', stored(makeBytes(5)), ROOM)).toBe(false)
  expect(await host.parts.move('upload_a', ['pending'], 'completing')).toBe(false)
  await expect(read(host, 'part_1')).rejects.toThrow()
})

test('no more parts than can be named at once', { timeout: 120_000 }, async () => {
  const { host } = await begin()
  for (let i = 0; i < 1000; i += 100) {
    const some = Array.from({ length: 100 }, (_, n) => `part_${i + n}`)
    const added = await Promise.all(
      some.map((part) => host.parts.add('upload_a', part, stored(new Uint8Array(0)), ROOM)),
    )
    expect(added.every((one) => one)).toBe(true)
  }
  expect(await host.parts.add('upload_a', 'part_x', stored(new Uint8Array(0)), ROOM)).toBe(false)
})

describe('room for what is unfinished', () => {
  const most = (uploads: number, bytes: number) => ({ uploads, bytes })
  const room = (key: ReturnType<typeof most>, tenant = MANY, principal = 'key-1') => ({
    principal: id(principal),
    key,
    tenant,
  })
  async function start() {
    const { host, upload, pass } = await begin()
    await host.parts.move('upload_a', ['pending'], 'cancelled')
    await host.parts.clear('upload_a')
    let next = 0
    const create = (at: ReturnType<typeof room>, bytes = 100, tenant = 'acme') =>
      host.parts.create({ ...upload, id: `upload_${++next}`, bytes, tenant: id(tenant) }, at)
    return { host, create, pass }
  }

  test.each([
    ['uploads of a key', room(most(5, 1e9))],
    ['bytes of a key', room(most(100, 599))],
    ['uploads of a tenant', room(MANY, most(5, 1e9))],
    ['bytes of a tenant', room(MANY, most(100, 500))],
  ])('%s are counted exactly, also of those that are begun at once', async (_, at) => {
    const { host, create } = await start()
    const begun = await Promise.all(Array.from({ length: 12 }, () => create(at)))
    expect(begun.filter((one) => one)).toHaveLength(5)
    // What has no room is not there.
    for (const [i, one] of begun.entries()) expect((await host.parts.find(`upload_${i + 1}`)) !== undefined).toBe(one)
    expect(await create(at)).toBe(false)
    const known = (await host.parts.find('upload_1'))!
    const again = await host.reopen()
    expect(await again.parts.create({ ...known, id: 'upload_x' }, at)).toBe(false)
  })

  test('one that fails takes none', async () => {
    const { host, create } = await start()
    const one = room(most(1, 1e9))
    const known = (await host.parts.find('upload_a'))!
    await expect(host.parts.create(known, one)).rejects.toThrow()
    expect([await create(one), await create(one)]).toEqual([true, false])
  })

  test('a key is not counted for another, nor a tenant', async () => {
    const { create } = await start()
    expect(await create(room(most(1, 1e9)))).toBe(true)
    expect(await create(room(most(1, 1e9), MANY, 'key-2'))).toBe(true)
    expect(await create(room(most(1, 1e9), most(2, 1e9), 'key-3'))).toBe(false)
    expect(await create(room(most(1, 1e9), most(2, 1e9)), 100, 'other')).toBe(true)
  })

  test('it is free again when one is completed or cancelled and cleared, or has expired, and not before', async () => {
    const { host, create, pass } = await start()
    const one = room(most(1, 1e9))
    const { move, clear } = host.parts
    expect(await create(one)).toBe(true)
    await clear('upload_1')
    expect(await create(one)).toBe(false)
    await move('upload_1', ['pending'], 'completing')
    expect(await create(one)).toBe(false)
    await move('upload_1', ['completing'], 'completed')
    expect(await create(one)).toBe(false)
    await clear('upload_1')
    expect([await create(one), await create(one)]).toEqual([true, false])
    await move('upload_5', ['pending'], 'cancelled')
    await clear('upload_5')
    await clear('upload_5')
    expect([await create(one), await create(one)]).toEqual([true, false])
    pass(HOUR - 1)
    expect(await create(one)).toBe(false)
    pass(1)
    expect(await create(one)).toBe(true)
  })
})
