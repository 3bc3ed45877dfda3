import { createHash, hash, randomFillSync } from 'node:crypto'
import type { Hash, Sha256 } from '../../ports.ts'

export const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'buffer')
export function md5(): Hash {
  return createHash('md5')
}
/** Bytes are drawn in bulk: one call for ten bytes costs as much as one for a thousand (measured: 2 µs). */
const DRAWN = 4096
let drawn = new Uint8Array()
export function random(bytes: number): Uint8Array {
  if (bytes > DRAWN / 4) return randomFillSync(new Uint8Array(bytes))
  // INVARIANT: not a Buffer, whose slice() is a view: what is given out would be wiped below.
  if (drawn.length < bytes) drawn = randomFillSync(new Uint8Array(DRAWN))
  const taken = drawn.slice(0, bytes)
  // What was given out is not kept.
  drawn.fill(0, 0, bytes)
  drawn = drawn.subarray(bytes)
  return taken
}
