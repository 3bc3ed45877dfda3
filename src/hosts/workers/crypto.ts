import { createHash } from 'node:crypto'
import type { Hash, Sha256 } from '../../ports.ts'

export const sha256: Sha256 = (bytes) => createHash('sha256').update(bytes).digest()
export const random = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes))
export const md5 = (): Hash => createHash('md5')
