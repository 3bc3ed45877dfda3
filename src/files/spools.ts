/** What hosts' spools have in common: small ones stay in memory, and pieces of any size become blocks. */
import { gather } from '../bytes.ts'
import type { Spool, SpoolWriter } from '../ports.ts'

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
  const pending = gather()
  let kept: Uint8Array | undefined
  let size = 0
  let store: BlockStore | undefined
  let state: 'open' | 'finished' | 'discarded' = 'open'

  async function put(): Promise<void> {
    store ??= await open()
    await store.put(pending.take())
  }
  async function discard(): Promise<void> {
    state = 'discarded'
    pending.take()
    kept = undefined
    const opened = store
    store = undefined
    await opened?.discard()
  }
  return {
    async write(bytes) {
      if (state !== 'open') throw new Error('nothing can be written to a spool that is finished or discarded')
      size += bytes.length
      for (let at = 0; at < bytes.length; ) {
        const piece = bytes.subarray(at, at + block - pending.length)
        pending.add(piece)
        at += piece.length
        if (pending.length === block) await put()
      }
    },
    async finish() {
      if (state !== 'open') throw new Error('a spool is finished once')
      state = 'finished'
      if (!store && size <= small) kept = pending.take()
      else if (pending.length > 0) await put()
      return {
        size,
        async *chunks() {
          if (state === 'discarded') throw new Error('the spool was discarded')
          if (store) yield* store.read()
          else if (kept && size > 0) yield kept.slice()
        },
        discard,
      } satisfies Spool
    },
    discard,
  }
}
