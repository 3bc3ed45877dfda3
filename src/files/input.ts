/** Bytes that come in chunks, read up to a delimiter in memory that does not depend on how many there are. */

export interface Input {
  /**
   * Gives `take` everything up to the delimiter and goes on behind it; false if the bytes end before there is one. `take` must
   * be done with a piece when it resolves.
   */
  until(delimiter: Uint8Array, take: (piece: Uint8Array) => void | Promise<void>): Promise<boolean>
  /** Goes on behind these bytes, if they come next. */
  skip(bytes: Uint8Array): Promise<boolean>
  /** Whether there is nothing more. */
  ended(): Promise<boolean>
  /** Lets the source go, if it has not ended. */
  close(): Promise<void>
}

export function readFrom(chunks: AsyncIterable<Uint8Array>): Input {
  const source = chunks[Symbol.asyncIterator]()
  let done = false
  /** What is not read: never longer than a delimiter when more is asked for. */
  let data = new Uint8Array(0)

  async function more(): Promise<boolean> {
    if (done) return false
    const next = await source.next()
    if (next.done) {
      done = true
      return false
    }
    if (data.length === 0) data = next.value as Uint8Array<ArrayBuffer>
    else {
      const joined = new Uint8Array(data.length + next.value.length)
      joined.set(data)
      joined.set(next.value, data.length)
      data = joined
    }
    return true
  }

  return {
    async until(delimiter, take) {
      for (;;) {
        const at = find(data, delimiter)
        const known = at < 0 ? Math.max(0, data.length - delimiter.length + 1) : at
        if (known > 0) await take(data.subarray(0, known))
        if (at >= 0) {
          data = data.subarray(at + delimiter.length)
          return true
        }
        data = data.subarray(known)
        if (!(await more())) return false
      }
    },
    async skip(bytes) {
      while (data.length < bytes.length && (await more()));
      if (!startsWith(data, bytes, 0)) return false
      data = data.subarray(bytes.length)
      return true
    },
    async ended() {
      while (data.length === 0 && (await more()));
      return data.length === 0
    },
    async close() {
      if (!done) await source.return?.()
      done = true
    },
  }
}

/** Linear for delimiters whose first byte does not come again, or that are short. */
function find(data: Uint8Array, delimiter: Uint8Array): number {
  const first = delimiter[0]
  for (let i = 0; i <= data.length - delimiter.length; i++) {
    if (data[i] === first && startsWith(data, delimiter, i)) return i
  }
  return -1
}
function startsWith(data: Uint8Array, bytes: Uint8Array, at: number): boolean {
  if (data.length - at < bytes.length) return false
  for (let i = 0; i < bytes.length; i++) if (data[at + i] !== bytes[i]) return false
  return true
}
