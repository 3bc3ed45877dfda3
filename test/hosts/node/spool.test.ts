/** What is left of a spool on disk: nothing that has a name. */
import { mkdtempSync, readdirSync, readlinkSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openSpool } from '../../../src/hosts/node/spool.ts'

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'parapet-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
/** Files of a folder that this process has open, named or not. */
function openIn(folder: string): string[] {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(`${folder}/`)
    } catch {
      return false
    }
  })
}

test('a file without a name, its owner’s alone, closed when it is discarded', async () => {
  const folder = makeFolder()
  const writer = openSpool(folder)
  await writer.write(new Uint8Array(200_000))
  expect(readdirSync(folder)).toEqual([])
  const [fd] = openIn(folder)
  expect(statSync(`/proc/self/fd/${fd}`).mode & 0o777).toBe(0o600)
  const spool = await writer.finish()
  expect(openIn(folder)).toHaveLength(1)
  await spool.discard()
  expect(openIn(folder)).toEqual([])
})

test('a writer that gives up closes its file', async () => {
  const folder = makeFolder()
  const writer = openSpool(folder)
  await writer.write(new Uint8Array(200_000))
  expect(openIn(folder)).toHaveLength(1)
  await writer.discard()
  expect(openIn(folder)).toEqual([])
})

test('a small file needs none', async () => {
  const folder = makeFolder()
  const writer = openSpool(folder)
  await writer.write(new Uint8Array(64 * 1024 - 1))
  const spool = await writer.finish()
  expect(openIn(folder)).toEqual([])
  await spool.discard()
})

test('a folder that is not there is a failure, not a spool', async () => {
  const writer = openSpool(join(makeFolder(), 'nowhere'))
  await expect(writer.write(new Uint8Array(200_000))).rejects.toThrow()
  await writer.discard()
})
