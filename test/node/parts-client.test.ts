/** The vendor's client uploads in parts, over sockets, to the whole server on Node. */
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import OpenAI, { APIError, toFile } from 'openai'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { random, sha256 } from '../../src/hosts/node/crypto.ts'
import { databaseIn, readEnvironment } from '../../src/hosts/node/environment.ts'
import { makeHost } from '../../src/hosts/node/host.ts'
import { type RunningServer, startServer } from '../../src/hosts/node/server.ts'
import { openKeys } from '../../src/hosts/node/stores.ts'
import { MASTER_KEY, makeTestKey } from '../support/host.ts'

const MAIL = 'ann.lee@corp.example.com'
const data = mkdtempSync(join(tmpdir(), 'parapet-test-'))
/** What the upstream got. */
const seen: { path: string; type: string; body: Buffer }[] = []
const upstream = createServer(async (incoming, outgoing) => {
  const pieces: Buffer[] = []
  for await (const piece of incoming) pieces.push(piece as Buffer)
  const body = Buffer.concat(pieces)
  seen.push({ path: incoming.url!, type: incoming.headers['content-type']!, body })
  const filename = /filename="([^"]*)"/.exec(body.toString('latin1'))?.[1] ?? ''
  outgoing.writeHead(200, { 'content-type': 'application/json' })
  outgoing.end(JSON.stringify({ id: `file-${seen.length}`, object: 'file', bytes: body.length, filename }))
})
let server: RunningServer
let client: OpenAI

beforeAll(async () => {
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const { port } = upstream.address() as AddressInfo
  const variables = { OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`, OPENAI_API_KEY: 'upstream', PARAPET_DATA: data }
  const node = await makeHost(readEnvironment(variables), MASTER_KEY)
  server = await startServer(node, 0, '127.0.0.1')
  const { key, stored } = makeTestKey(random, sha256, { domains: ['invoke'] })
  const keys = openKeys(databaseIn(data))
  keys.add(stored)
  keys.close()
  client = new OpenAI({ apiKey: key, baseURL: `http://127.0.0.1:${server.port}/v1`, maxRetries: 0 })
})
afterAll(async () => {
  await server.stop()
  upstream.close()
  rmSync(data, { recursive: true, force: true })
})

const line = (id: string, content: string) =>
  `${JSON.stringify({
    custom_id: id,
    method: 'POST',
    url: '/v1/chat/completions',
    body: { model: 'gpt-4o', messages: [{ role: 'user', content }] },
  })}\n`
const content = Buffer.from(Array.from({ length: 2000 }, (_, i) => line(`r${i}`, `I am ${MAIL}, für dich 🌊`)).join(''))

async function send(file: Buffer, size: number, md5?: string) {
  const { uploads } = client
  const begun = await uploads.create({
    ...{ bytes: file.length, filename: 'batch.jsonl', mime_type: 'application/jsonl', purpose: 'batch' },
  })
  const parts: Promise<{ id: string }>[] = []
  for (let at = 0; at < file.length; at += size) {
    const piece = await toFile(file.subarray(at, at + size), 'piece')
    parts.push(uploads.parts.create(begun.id, { data: piece }))
  }
  const part_ids = (await Promise.all(parts)).map(({ id }) => id)
  return { begun, done: uploads.complete(begun.id, { part_ids, ...(md5 !== undefined && { md5 }) }) }
}

test('the file arrives as one, masked, and the client is told what the API tells', async () => {
  const { begun, done } = await send(content, 99_991, createHash('md5').update(content).digest('hex'))
  expect(begun).toMatchObject({ object: 'upload', status: 'pending', bytes: content.length, purpose: 'batch' })
  const told = await done
  expect(told).toMatchObject({ ...begun, status: 'completed', file: { id: 'file-1', filename: 'batch.jsonl' } })
  expect(seen).toHaveLength(1)
  const { path, type, body } = seen[0]!
  expect(path).toBe('/v1/files')
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData()
  expect([...form.keys()].sort()).toEqual(['file', 'purpose'])
  const text = await (form.get('file') as File).text()
  expect(text.split('\n')).toHaveLength(2001)
  expect(text).not.toContain('ann.lee')
  // The same but for what was masked.
  expect(text.replaceAll(/<EMAIL_ADDRESS_[a-z2-7]{16}>/g, MAIL)).toBe(content.toString())
  await expect.poll(() => readdirSync(join(data, 'uploads'))).toEqual([])
})

test('what is wrong is told as the API’s errors are, and nothing arrives', async () => {
  const before = seen.length
  const bad = Buffer.concat([content.subarray(0, content.indexOf('\n') + 1), Buffer.from('{"custom_id": \n'), content])
  const { begun, done } = await send(bad, 60_000)
  const failure = await done.catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(APIError)
  expect(failure).toMatchObject({ status: 400, message: expect.stringMatching(/line 2 of the file: not valid JSON/) })
  const { status, id } = await client.uploads.cancel(begun.id)
  expect([status, id, seen.length]).toEqual(['cancelled', begun.id, before])
  await expect(client.uploads.complete(begun.id, { part_ids: [] })).rejects.toThrow('this upload was cancelled')
})
