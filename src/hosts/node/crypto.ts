import { hash, randomBytes } from 'node:crypto'
import type { Sha256 } from '../../ports.ts'

export const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'buffer')
export const random = (bytes: number): Uint8Array => randomBytes(bytes)
