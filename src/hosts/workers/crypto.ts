import { createHash } from 'node:crypto'
import type { Sha256 } from '../../ports.ts'

export const sha256: Sha256 = (bytes) => createHash('sha256').update(bytes).digest()
export const random = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes))
