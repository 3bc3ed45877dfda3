/** Spools as files without a name: they are gone with the process, whatever ends it. */
import { randomUUID } from 'node:crypto'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { type BlockStore, writeBlocks } from '../../files/spools.ts'
import type { SpoolWriter } from '../../ports.ts'

/** As much is written and read at once. */
const BLOCK = 64 * 1024

export function openSpool(folder: string): SpoolWriter {
  return writeBlocks(() => openFile(folder), BLOCK)
}

async function openFile(folder: string): Promise<BlockStore> {
  const path = join(folder, `spool-${randomUUID()}`)
  const file = await open(path, 'wx+', 0o600)
  try {
    await unlink(path)
  } catch (error) {
    await file.close()
    throw error
  }
  let size = 0
  let discarded = false
  return {
    async put(block) {
      for (let at = 0; at < block.length; ) {
        const { bytesWritten } = await file.write(block, at, block.length - at, size)
        at += bytesWritten
        size += bytesWritten
      }
    },
    async *read() {
      for (let at = 0; at < size; ) {
        const block = await readAt(file, at, Math.min(BLOCK, size - at))
        at += block.length
        yield block
      }
    },
    async discard() {
      if (discarded) return
      discarded = true
      await file.close()
    },
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const { bytesRead, buffer } = await file.read(new Uint8Array(length), 0, length, position)
  if (bytesRead === 0) throw new Error('a spool ended early')
  return buffer.subarray(0, bytesRead)
}
