/**
 * Memory of an upload in parts: `node --expose-gc parts-process.ts 64 2` sends two parts of 64 MB, and completes them. A process
 * of its own, so that nothing else is in its memory.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { random, sha256 } from '../../src/hosts/node/crypto.ts'
import { databaseIn, readEnvironment } from '../../src/hosts/node/environment.ts'
import { makeHost } from '../../src/hosts/node/host.ts'
import { openKeys } from '../../src/hosts/node/stores.ts'
import { id as asId } from '../../src/ids.ts'
import { hashKey, makeKey } from '../../src/keys.ts'
import type { Host } from '../../src/ports.ts'
import { proxy } from '../../src/proxy.ts'
import type { Answer, Call, Stored } from '../../src/types.ts'

const MB = 1024 * 1024
const utf8 = new TextEncoder()
const PICTURE = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10])

/** The most that was in use. */
let live = 0
let sampled = 0
function sample(): void {
  if (sampled++ % 100 !== 0) return
  // Twice: what the first finds of buffers is freed by the second.
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  live = Math.max(live, (heapUsed + external) / MB)
}

const data = mkdtempSync(join(tmpdir(), 'parapet-test-'))
const variables = { OPENAI_API_KEY: 'none', PARAPET_DATA: data }
const node = await makeHost(readEnvironment(variables), Buffer.alloc(32, 7).toString('base64'))
const { id: name, key } = makeKey(random)
const keys = openKeys(databaseIn(data))
keys.add({
  ...{ id: name, hash: hashKey(key, sha256), tenant: asId('acme'), domains: ['invoke'] },
  ...{ groups: [], expires: null, revoked: false },
})
keys.close()

let arrived = 0
const host: Host = {
  ...node.host,
  parts: {
    ...node.host.parts,
    add: (upload, part, { size, chunks }, room) =>
      node.host.parts.add(upload, part, { size, chunks: () => watch(chunks()) }, room),
  },
  async send(_upstream, { body }) {
    for await (const chunk of (body as Stored).chunks()) {
      arrived += chunk.length
      sample()
    }
    async function* chunks() {
      yield utf8.encode('{"id":"file-1","object":"file"}')
    }
    return {
      status: 200,
      header: (name) => (name === 'content-type' ? 'application/json' : undefined),
      chunks: chunks(),
    }
  },
}

async function* watch(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  for await (const chunk of chunks) {
    sample()
    yield chunk
  }
}

async function ask(path: string, type: string, chunks: () => AsyncIterable<Uint8Array>): Promise<{ id: string }> {
  const headers: Record<string, string> = { authorization: `Bearer ${key}`, 'content-type': type }
  const call: Call = {
    ...{ method: 'POST', path, query: '', chunks, signal: new AbortController().signal },
    header: (name) => headers[name],
    read: async () => {
      for await (const chunk of chunks()) return chunk
      return undefined
    },
  }
  const answer: Answer = await proxy(call, host)
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.body}`)
  return JSON.parse(answer.body as string) as { id: string }
}
function askJson(path: string, body: object): Promise<{ id: string }> {
  return ask(path, 'application/json', async function* () {
    yield utf8.encode(JSON.stringify(body))
  })
}
async function* makeForm(size: number, first: boolean): AsyncGenerator<Uint8Array, void, void> {
  yield utf8.encode('--b\r\nContent-Disposition: form-data; name="data"; filename="blob"\r\n\r\n')
  for (let made = 0; made < size; ) {
    // As much as a socket gives at once.
    const piece = new Uint8Array(Math.min(64 * 1024, size - made)).fill(7)
    if (first && made === 0) piece.set(PICTURE)
    made += piece.length
    sample()
    yield piece
  }
  yield utf8.encode('\r\n--b--\r\n')
}
async function upload(size: number, parts: number): Promise<void> {
  const announced = { bytes: size * parts, filename: 'a.png', mime_type: 'image/png', purpose: 'vision' }
  const { id } = await askJson('/v1/uploads', announced)
  const part_ids: string[] = []
  for (let i = 0; i < parts; i++) {
    const part = await ask(`/v1/uploads/${id}/parts`, 'multipart/form-data; boundary=b', () => makeForm(size, i === 0))
    part_ids.push(part.id)
  }
  arrived = 0
  await askJson(`/v1/uploads/${id}/complete`, { part_ids })
  if (arrived < size * parts) throw new Error('not all of it arrived')
}

try {
  await upload(2 * MB, 2) // So that code is compiled.
  live = 0
  sampled = 0
  sample()
  const idle = live
  await upload(Number(process.argv[2]) * MB, Number(process.argv[3]))
  console.log(JSON.stringify({ idle, live, arrived: arrived / MB }))
} finally {
  await node.close()
  rmSync(data, { recursive: true, force: true })
}
