import type { Digest, Id, Time } from './types.ts'

const SHAPE = /^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,127}$/

/** Text of a narrow shape as an Id; anything else becomes `withheld`. */
export function id(text: string): Id {
  return (SHAPE.test(text) ? text : 'withheld') as Id
}
export function time(ms: number): Time {
  return new Date(ms).toISOString() as Time
}
export function digest(hex: string): Digest {
  return `sha256:${hex}` as Digest
}
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
export function hex(bytes: Uint8Array): string {
  let out = ''
  for (let i = 0; i < bytes.length; i++) out += HEX[bytes[i]!]
  return out
}

/** A UUIDv7 (RFC 9562 §5.7): sorts by time. `random`: 10 bytes. */
export function uuid(ms: number, random: Uint8Array): Id {
  const bytes = new Uint8Array(16)
  for (let i = 5, rest = ms; i >= 0; i--, rest = Math.floor(rest / 256)) bytes[i] = rest % 256
  bytes.set(random.subarray(0, 10), 6)
  bytes[6] = (bytes[6]! & 0x0f) | 0x70
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const h = hex(bytes)
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20)}` as Id
}
