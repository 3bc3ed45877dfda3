/** What hosts' spools have in common: small ones stay in memory, and pieces of any size become blocks. */
import type { Spool, SpoolWriter } from './ports.ts'

/** Where blocks go that are too many for memory. Not used by two at once; what `put` was given is its own. */
export interface BlockStore {
  put(block: Uint8Array<ArrayBuffer>): Promise<void>
  /** Nothing follows. */
  read(): AsyncIterable<Uint8Array>
  discard(): Promise<void>
}

/**
 * A spool of blocks that are `block` bytes long, but for the last. What is no longer than `small` needs no store: many files of
 * an upload are a page or two, and a file or an object for each would cost more than the page.
 */
export function writeBlocks(open: () => Promise<BlockStore>, block: number, small = 64 * 1024): SpoolWriter {
  let pending = new Uint8Array(0)
  let filled = 0
  let size = 0
  let store: BlockStore | undefined
  let state: 'open' | 'finished' | 'discarded' = 'open'

  /** A copy: who writes may use the bytes again. */
  function keep(bytes: Uint8Array): void {
    if (filled + bytes.length > pending.length) {
      const larger = new Uint8Array(Math.min(block, Math.max(filled + bytes.length, 2 * pending.length)))
      larger.set(pending.subarray(0, filled))
      pending = larger
    }
    pending.set(bytes, filled)
    filled += bytes.length
  }
  async function put(): Promise<void> {
    const bytes = pending.subarray(0, filled)
    pending = new Uint8Array(0)
    filled = 0
    store ??= await open()
    await store.put(bytes)
  }
  async function discard(): Promise<void> {
    state = 'discarded'
    pending = new Uint8Array(0)
    const kept = store
    store = undefined
    await kept?.discard()
  }
  return {
    async write(bytes) {
      if (state !== 'open') throw new Error('nothing can be written to a spool that is finished or discarded')
      size += bytes.length
      for (let at = 0; at < bytes.length; ) {
        const piece = bytes.subarray(at, at + block - filled)
        keep(piece)
        at += piece.length
        if (filled === block) await put()
      }
    },
    async finish() {
      if (state !== 'open') throw new Error('a spool is finished once')
      if (filled > 0 && (store || size > small)) await put()
      state = 'finished'
      return {
        size,
        async *chunks() {
          if (state === 'discarded') throw new Error('the spool was discarded')
          if (store) yield* store.read()
          else if (filled > 0) yield pending.slice(0, filled)
        },
        discard,
      } satisfies Spool
    },
    discard,
  }
}
