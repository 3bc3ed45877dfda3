/** Choices out of keyed bytes: the same bytes, the same choices. */
export interface Draw {
  /** A number from 0 up to, and without, `count`, which is at most 65,536. */
  below(count: number): number
  one(of: string): string
  one<T>(of: readonly T[]): T
}

/** What is drawn from bytes that have run out is 0: values so long that they would are not drawn for; see DRAWN. */
export function drawFrom(bytes: Uint8Array): Draw {
  let at = 0
  // Two bytes for each choice: of 36 things none is then more than 0.06 % likelier than another.
  const below = (count: number): number => {
    const number = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
    at += 2
    return number % count
  }
  function one(of: string): string
  function one<T>(of: readonly T[]): T
  function one(of: string | readonly unknown[]): unknown {
    return of[below(of.length)]
  }
  return { below, one }
}
/** Bytes that a value of so many characters may need: two for each, and some for what is drawn beside them. */
export function bytesFor(length: number): number {
  return 2 * length + 64
}
