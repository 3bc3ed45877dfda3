/** Bytes for tests: cut, joined, kept. */
import fc from 'fast-check'
import type { Spool, SpoolWriter } from '../../src/ports.ts'

export const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
export const decode = (bytes: Uint8Array): string =>
  new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)

export function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
/** Everything of an iterable. A piece may be used again by who made it, so each is copied. */
export async function readAll(chunks: AsyncIterable<Uint8Array | string>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(typeof chunk === 'string' ? encode(chunk) : chunk.slice())
  return join(parts)
}

/** Where to cut: lengths of pieces, used over and over. */
export type Cuts = readonly number[]
export const anyCuts: fc.Arbitrary<Cuts> = fc.oneof(
  fc.constant([1]),
  fc.constant([100_000]),
  fc
    .array(fc.oneof(fc.nat({ max: 4 }), fc.nat({ max: 200 })), { minLength: 1, maxLength: 6 })
    .map((list) => [...list, 1]),
)
export async function* cut(bytes: Uint8Array, cuts: Cuts): AsyncGenerator<Uint8Array, void, void> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const length = cuts[i % cuts.length]!
    yield bytes.slice(at, at + length)
    at += length
  }
}

/** Spools in memory that count how many are not discarded. */
export function makeSpools(): { spool(): Promise<SpoolWriter>; left(): number } {
  let left = 0
  return {
    left: () => left,
    async spool() {
      left++
      const parts: Uint8Array[] = []
      let gone = false
      const discard = async (): Promise<void> => {
        if (!gone) left--
        gone = true
      }
      return {
        async write(bytes) {
          parts.push(bytes.slice())
        },
        async finish(): Promise<Spool> {
          const all = join(parts)
          return {
            size: all.length,
            async *chunks() {
              if (gone) throw new Error('read after it was discarded')
              yield all
            },
            discard,
          }
        },
        discard,
      }
    },
  }
}
