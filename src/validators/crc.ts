const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

/** CRC-32 (ISO-HDLC, as in ISO 3309 and zlib) of ASCII text. */
export function crc32(text: string, start: number, end: number): number {
  let crc = 0xffffffff
  for (let i = start; i < end; i++) crc = (crc >>> 8) ^ TABLE[(crc ^ text.charCodeAt(i)) & 0xff]!
  return (crc ^ 0xffffffff) >>> 0
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Whether the last six characters are the CRC-32 of those from `start` on, in base 62 with leading zeros. */
export function endsWithCrc(text: string, start: number, end: number): boolean {
  let value = 0
  for (let i = end - 6; i < end; i++) {
    const digit = BASE62.indexOf(text[i]!)
    if (digit < 0) return false
    value = value * 62 + digit
  }
  return end - start > 6 && value === crc32(text, start, end - 6)
}
