/**
 * Parapet keys: `pk_<id>_<secret>`, both in lower-case base32 without padding. 256 random bits need no slow hash.
 */
import { hex, id } from './ids.ts'
import type { Sha256 } from './ports.ts'
import type { Id } from './types.ts'

const utf8 = new TextEncoder()
const SHAPE = /^pk_([a-z2-7]{8})_[a-z2-7]{52}$/
/** RFC 4648 §6, in lower case. */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

/** Base32 of bytes (RFC 4648 §6), lower case, no padding; the last character is filled up with zero bits. */
export function base32(bytes: Uint8Array): string {
  let out = ''
  let bits = 0
  let held = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      out += ALPHABET[(held >>> bits) & 31]
    }
    held &= (1 << bits) - 1
  }
  return bits > 0 ? out + ALPHABET[(held << (5 - bits)) & 31] : out
}

/** A new key, and the public part that it is stored under. `random`: cryptographic random bytes. */
export function makeKey(random: (bytes: number) => Uint8Array): { readonly id: Id; readonly key: string } {
  const name = base32(random(5))
  return { id: id(name), key: `pk_${name}_${base32(random(32))}` }
}

/** The public part of a key; `undefined` if the text has not the shape of one. */
export function parseKey(key: string): { readonly id: Id } | undefined {
  const match = SHAPE.exec(key)
  return match ? { id: match[1] as Id } : undefined
}

/** What is stored of a key: SHA-256 of the whole of it, 64 hex digits. */
export function hashKey(key: string, sha256: Sha256): string {
  return hex(sha256(utf8.encode(key)))
}

/** Compares hashes in a time that depends on their length only. */
export function sameHash(a: string, b: string): boolean {
  let differ = a.length ^ b.length
  for (let i = 0; i < a.length; i++) differ |= a.charCodeAt(i) ^ b.charCodeAt(i % (b.length || 1))
  return differ === 0
}
