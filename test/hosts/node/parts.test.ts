/** What is on disk of files that come in parts: noise, its owner's alone, and nothing when they have expired. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { random } from '../../../src/hosts/node/crypto.ts'
import { openDatabase } from '../../../src/hosts/node/sqlite.ts'
import { openStores, type Stores } from '../../../src/hosts/node/stores.ts'
import { id } from '../../../src/ids.ts'
import { importMasterKey } from '../../../src/stores/vault-crypto.ts'
import type { Stored } from '../../../src/types.ts'
import { readAll } from '../../support/bytes.ts'
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

interface Kept {
  readonly folder: string
  readonly uploads: string
  open(ms?: number, master?: string): Promise<Stores>
  files(): string[]
}
function keep(): Kept {
  const folder = mkdtempSync(join(tmpdir(), 'parapet-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const uploads = join(folder, 'uploads')
  return {
    folder,
    uploads,
    async open(ms = 0, master = MASTER_KEY) {
      const stores = openStores(join(folder, 'parapet.db'), {
        ...{ master: await importMasterKey(master), random, now: () => ms },
      })
      let isOpen = true
      const close = (): void => {
        if (isOpen) stores.close()
        isOpen = false
      }
      onTestFinished(close)
      return { ...stores, close }
    },
    files: () =>
      readdirSync(uploads, { recursive: true, withFileTypes: true })
        .filter((file) => file.isFile())
        .map((file) => join(file.parentPath, file.name))
        .sort(),
  }
}
const MOST = { uploads: 100, bytes: 1e9 }
const ROOM = { principal: id('key-1'), key: MOST, tenant: MOST }

async function begin({ parts }: Stores, name = 'upload_a'): Promise<void> {
  const fields = { filename: SECRET }
  const sizes = { bytes: content.length, created: 0, expires: HOUR }
  await parts.create({ id: name, tenant: id('acme'), fields, ...sizes }, ROOM)
  expect(await parts.add(name, 'part_1', stored, 2 * content.length)).toBe(true)
}

test('blocks and fields are encrypted, no two alike, and nobody else’s to read', async () => {
  const { folder, uploads, open, files } = keep()
  const stores = await open()
  await begin(stores)
  const blocks = files()
  expect(blocks).toHaveLength(2)
  for (const file of [...blocks, join(folder, 'parapet.db'), join(folder, 'parapet.db-wal')]) {
    expect(readFileSync(file, 'latin1')).not.toContain('must not')
    expect(statSync(file).mode & 0o777).toBe(0o600)
  }
  for (const place of [uploads, join(uploads, 'upload_a'), join(uploads, 'upload_a', 'part_1')]) {
    expect(statSync(place).mode & 0o777).toBe(0o700)
  }
  await begin(stores, 'upload_b')
  const [a, , b] = files()
  expect(readFileSync(a!).equals(readFileSync(b!))).toBe(false)
})

test('what has expired is gone when the host starts, and what no upload has', async () => {
  const { uploads, open, files } = keep()
  const stores = await open()
  await begin(stores)
  stores.close()
  mkdirSync(join(uploads, 'upload_x', 'part_1'), { recursive: true })
  writeFileSync(join(uploads, 'upload_x', 'part_1', '0'), 'left by a crash')
  const again = await open(HOUR - 1)
  expect(existsSync(join(uploads, 'upload_x'))).toBe(false)
  expect(await readAll(again.parts.read('upload_a', 'part_1'))).toEqual(content)
  again.close()
  const late = await open(HOUR)
  expect([files(), await late.parts.find('upload_a')]).toEqual([[], undefined])
})

test('with another master key nothing opens', async () => {
  const { open } = keep()
  const stores = await open()
  await begin(stores)
  stores.close()
  const other = await open(0, btoa('x'.repeat(32)))
  await expect(other.parts.find('upload_a')).rejects.toThrow('does not open')
  await expect(readAll(other.parts.read('upload_a', 'part_1'))).rejects.toThrow('does not open')
})

test('a block that was altered, moved or cut does not open', async () => {
  const { uploads, open } = keep()
  const stores = await open()
  await begin(stores)
  await begin(stores, 'upload_b')
  const at = (...names: string[]) => join(uploads, ...names)
  const first = readFileSync(at('upload_a', 'part_1', '0'))
  const second = readFileSync(at('upload_a', 'part_1', '1'))
  const altered = Buffer.from(first)
  altered[500]! ^= 1
  for (const bytes of [altered, first.subarray(0, -1), second, readFileSync(at('upload_b', 'part_1', '0')), '']) {
    writeFileSync(at('upload_a', 'part_1', '0'), bytes)
    await expect(readAll(stores.parts.read('upload_a', 'part_1'))).rejects.toThrow('does not open')
  }
  writeFileSync(at('upload_a', 'part_1', '0'), first)
  expect(await readAll(stores.parts.read('upload_a', 'part_1'))).toEqual(content)
  // One block less, and a row that says so.
  const sql = openDatabase(join(uploads, '..', 'parapet.db'))
  sql.run('UPDATE upload_part SET blocks = 1')
  sql.close()
  await expect(readAll(stores.parts.read('upload_a', 'part_1'))).rejects.toThrow('not as long')
})

test('a cancelled upload leaves no file', async () => {
  const { uploads, open, files } = keep()
  const stores = await open()
  await begin(stores)
  await stores.parts.clear('upload_a')
  expect([files(), existsSync(join(uploads, 'upload_a'))]).toEqual([[], false])
})
