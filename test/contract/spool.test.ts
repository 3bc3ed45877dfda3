/** What every spool must do. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeHost } from '#host'
import type { Spool } from '../../src/ports.ts'

async function read(spool: Pick<Spool, 'chunks'>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of spool.chunks()) parts.push(part.slice())
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
/** Bytes that differ from place to place, so that blocks in the wrong order show. */
function makeBytes(size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  for (let i = 0, x = size + 1; i < size; i++) bytes[i] = x = (Math.imul(x, 1103515245) + 12345) >>> 16
  return bytes
}
const same = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, i) => byte === b[i])

const KB = 1024
const SIZES = [0, 1, 64 * KB, 64 * KB + 1, 256 * KB, 256 * KB + 1, KB * KB, KB * KB + 1, 3 * KB * KB]
for (const size of SIZES) {
  test(`${size} bytes come back as they were, twice, and two readers do not disturb each other`, async () => {
    const host = await makeHost()
    const bytes = makeBytes(size)
    const writer = await host.spool()
    await writer.write(bytes)
    const spool = await writer.finish()
    expect(spool.size).toBe(size)
    const [one, two] = await Promise.all([read(spool), read(spool)])
    expect(same(one, bytes) && same(two, bytes)).toBe(true)
    expect(same(await read(spool), bytes)).toBe(true)
    await spool.discard()
  })
}

test('how bytes were cut when written is nothing to their reader', async () => {
  const host = await makeHost()
  const cuts = fc.array(fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 400 * KB })), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(cuts, async (sizes) => {
      const bytes = makeBytes(sizes.reduce((sum, size) => sum + size, 0))
      const writer = await host.spool()
      let at = 0
      // One buffer for all, as a reader of sockets may have.
      const buffer = new Uint8Array(400 * KB)
      for (const size of sizes) {
        buffer.set(bytes.subarray(at, at + size))
        await writer.write(buffer.subarray(0, size))
        at += size
      }
      const spool = await writer.finish()
      expect(spool.size).toBe(bytes.length)
      expect(same(await read(spool), bytes)).toBe(true)
      await spool.discard()
    }),
    { numRuns: 25 },
  )
})

test('a reader may stop early, and another start over', async () => {
  const host = await makeHost()
  const bytes = makeBytes(2 * KB * KB + 5)
  const writer = await host.spool()
  await writer.write(bytes)
  const spool = await writer.finish()
  for await (const part of spool.chunks()) {
    expect(part.length).toBeGreaterThan(0)
    break
  }
  expect(same(await read(spool), bytes)).toBe(true)
  await spool.discard()
})

for (const size of [10, 2 * KB * KB]) {
  test(`what was discarded cannot be read, nor written, and may be discarded again (${size} bytes)`, async () => {
    const host = await makeHost()
    const writer = await host.spool()
    await writer.write(makeBytes(size))
    const spool = await writer.finish()
    await expect(writer.write(new Uint8Array(1))).rejects.toThrow('finished')
    await expect(writer.finish()).rejects.toThrow('once')
    const reader = spool.chunks()[Symbol.asyncIterator]()
    await spool.discard()
    await spool.discard()
    await writer.discard()
    await expect(read(spool)).rejects.toThrow()
    await expect(reader.next()).rejects.toThrow()
  })

  test(`a writer that gives up leaves nothing (${size} bytes)`, async () => {
    const host = await makeHost()
    const writer = await host.spool()
    await writer.write(makeBytes(size))
    await writer.discard()
    await writer.discard()
    await expect(writer.write(new Uint8Array(1))).rejects.toThrow()
    await expect(writer.finish()).rejects.toThrow()
  })
}

test('discarding while somebody reads ends the reading with an error, never with a part taken for all', async () => {
  const host = await makeHost()
  const writer = await host.spool()
  await writer.write(makeBytes(3 * KB * KB))
  const spool = await writer.finish()
  const reader = spool.chunks()[Symbol.asyncIterator]()
  expect((await reader.next()).done).toBe(false)
  await spool.discard()
  const rest = async () => {
    while (!(await reader.next()).done);
  }
  await expect(rest()).rejects.toThrow()
})

test('many at once are kept apart', async () => {
  const host = await makeHost()
  const all = await Promise.all(
    Array.from({ length: 10 }, async (_, i) => {
      const bytes = makeBytes(300 * KB + i)
      const writer = await host.spool()
      for (let at = 0; at < bytes.length; at += 100 * KB) await writer.write(bytes.subarray(at, at + 100 * KB))
      return { bytes, spool: await writer.finish() }
    }),
  )
  for (const { bytes, spool } of all) {
    expect(same(await read(spool), bytes)).toBe(true)
    await spool.discard()
  }
})
