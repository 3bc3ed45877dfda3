/** Chunks as one. The only one is given as it is. */
export function concatBytes(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0]!
  const all = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0))
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.length
  }
  return all
}

/** Bytes that are put together piece by piece, however small the pieces are, until they are taken. */
export interface Gathering {
  readonly length: number
  add(bytes: Uint8Array): void
  take(): Uint8Array<ArrayBuffer>
}
export function gather(): Gathering {
  let held = new Uint8Array(0)
  let length = 0
  return {
    get length() {
      return length
    },
    add(bytes) {
      if (length + bytes.length > held.length) {
        const larger = new Uint8Array(Math.max(length + bytes.length, 2 * held.length))
        larger.set(held.subarray(0, length))
        held = larger
      }
      held.set(bytes, length)
      length += bytes.length
    },
    take() {
      const all = held.subarray(0, length)
      held = new Uint8Array(0)
      length = 0
      return all
    },
  }
}

/** The same bytes in blocks of a length, but for the last. */
export async function* inBlocks(
  chunks: AsyncIterable<Uint8Array>,
  length: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  const pending = gather()
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      const piece = chunk.subarray(at, at + length - pending.length)
      pending.add(piece)
      at += piece.length
      if (pending.length === length) yield pending.take()
    }
  }
  if (pending.length > 0) yield pending.take()
}
