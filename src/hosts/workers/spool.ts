/**
 * Spools as rows of a Durable Object, one object each, since an isolate has little memory. They are encrypted with a key that
 * is in this isolate's memory alone: without it, what is left of them after a crash is noise, until an alarm takes it away.
 */

import { type BlockStore, writeBlocks } from '../../files/spools.ts'
import type { SpoolWriter } from '../../ports.ts'
import type { Env } from './env.ts'

/** A row of a Durable Object may have 2 MB. */
const BLOCK = 1024 * 1024

export function openSpool(env: Env): SpoolWriter {
  return writeBlocks(() => openObject(env), BLOCK)
}

async function openObject(env: Env): Promise<BlockStore> {
  const name = env.SPOOLS.newUniqueId()
  // A stub belongs to the request that made it, and the spool to one request.
  const store = env.SPOOLS.get(name)
  const key = (await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ])) as CryptoKey
  let count = 0
  let discarded = false
  return {
    async put(block) {
      const sealed = await crypto.subtle.encrypt(parameters(count), key, block)
      await store.put(count, new Uint8Array(sealed))
      count++
    },
    async *read() {
      for (let n = 0; n < count; n++) {
        if (discarded) throw new Error('the spool was discarded')
        yield new Uint8Array(await crypto.subtle.decrypt(parameters(n), key, await store.get(n)))
      }
    },
    async discard() {
      if (discarded) return
      discarded = true
      await store.discard()
    },
  }
}

/** Each key is for one spool and each number for one block of it, so that no initialisation vector is used twice. */
function parameters(n: number): { name: 'AES-GCM'; iv: Uint8Array<ArrayBuffer> } {
  const iv = new Uint8Array(12)
  new DataView(iv.buffer).setUint32(8, n)
  return { name: 'AES-GCM', iv }
}
