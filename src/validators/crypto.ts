import { sha256 } from '@noble/hashes/sha2.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import type { Span } from '../types.ts'
import type { Validator } from './index.ts'
import { isWordLike } from './neighbours.ts'

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
/** The XRP Ledger's own order of the same characters. */
const RIPPLE = 'rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz'
const VALUES = read(BASE58)
const RIPPLE_VALUES = read(RIPPLE)
function read(alphabet: string): Int8Array {
  const values = new Int8Array(128).fill(-1)
  for (let i = 0; i < alphabet.length; i++) values[alphabet.charCodeAt(i)] = i
  return values
}

/** No address of base 58 has more bytes: two of version, twenty of hash, four of check. */
const MOST = 26
/** INVARIANT: filled and read within one check. */
const bytes = new Uint8Array(MOST)

/** Reads base 58 into the end of `bytes`; says at which of them it begins, or -1. The plain way: at most 36 times 26 steps. */
function decode(text: string, start: number, end: number, values: Int8Array): number {
  bytes.fill(0)
  let first = MOST
  let zeros = 0
  let leading = true
  for (let i = start; i < end; i++) {
    let carry = values[text.charCodeAt(i) & 127]!
    if (carry < 0) return -1
    if (leading && carry === 0) {
      zeros++
      continue
    }
    leading = false
    for (let k = MOST - 1; k >= first || carry > 0; k--) {
      if (k < 0) return -1
      carry += bytes[k]! * 58
      bytes[k] = carry & 255
      carry >>= 8
      if (k < first) first = k
    }
  }
  return first - zeros
}

/**
 * Versions of addresses that are in wide use, by their first byte, or first two for those of 26 bytes: Bitcoin 0, 5 and its test
 * networks 111, 196; Litecoin 48, 50; Dogecoin 30, 22; Dash 76, 16; Tron 65; Zcash t1 and t3 (the chains' own parameters).
 */
const VERSIONS = new Set([0, 5, 111, 196, 48, 50, 30, 22, 76, 16, 65])
const WIDE_VERSIONS = new Set([0x1cb8, 0x1cbd])

/** Base58Check (Bitcoin's source, base58.cpp): a version, a hash of 20 bytes, and four bytes of SHA-256 taken twice. */
function isBase58(text: string, start: number, end: number): boolean {
  const ripple = text.charCodeAt(start) === 0x72
  const first = decode(text, start, end, ripple ? RIPPLE_VALUES : VALUES)
  if (first !== 1 && first !== 0) return false
  const version = first === 1 ? bytes[1]! : bytes[0]! * 256 + bytes[1]!
  if (!(first === 1 ? VERSIONS : WIDE_VERSIONS).has(version)) return false
  const check = sha256(sha256(bytes.subarray(first, MOST - 4)))
  for (let i = 0; i < 4; i++) if (check[i] !== bytes[MOST - 4 + i]) return false
  return true
}

/** What stands before the `1` of a bech32 address, by chain: Bitcoin and its test network, Litecoin, Cardano, Cosmos, Osmosis. */
const PREFIX = /^(?:bc|tb|ltc|addr|stake|cosmos|osmo)1/
const SEGWIT = /^(?:bc|tb|ltc)1/
const BECH32 = read('qpzry9x8gf2tvdw0s3jn54khce6mua7l')
const GENERATORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]
/** What the sum of bech32 (BIP 173) and of bech32m (BIP 350) must be. */
const PLAIN = 1
const LATER = 0x2bc830a3

/**
 * SegWit: version 0 is bech32, later ones up to 16 are bech32m. Other chains have bech32 with a payload of their own. The sum is taken
 * here, since the library tells of a wrong one by an exception, which takes a hundred times as long.
 */
function isBech32(text: string): boolean {
  const small = text.toLowerCase()
  const prefix = PREFIX.exec(small)?.[0]
  if (prefix === undefined || (text !== small && text !== text.toUpperCase())) return false
  let sum = 1
  const add = (value: number) => {
    const top = sum >>> 25
    sum = ((sum & 0x1ffffff) << 5) ^ value
    for (let i = 0; i < 5; i++) if ((top >> i) & 1) sum ^= GENERATORS[i]!
  }
  const name = prefix.length - 1
  for (let i = 0; i < name; i++) add(small.charCodeAt(i) >> 5)
  add(0)
  for (let i = 0; i < name; i++) add(small.charCodeAt(i) & 31)
  for (let i = name + 1; i < small.length; i++) {
    const value = BECH32[small.charCodeAt(i)]!
    if (value < 0) return false
    add(value)
  }
  if (!SEGWIT.test(small)) return sum === PLAIN
  const version = BECH32[small.charCodeAt(name + 1)]!
  return version === 0 ? sum === PLAIN : version <= 16 && sum === LATER
}

const HEX = '0123456789abcdef'
/** An Ethereum address: 40 hex digits in one case, or in the mixture that EIP-55 makes of their Keccak-256. Not all alike. */
function isEthereum(text: string): boolean {
  const digits = text.slice(2)
  const small = digits.toLowerCase()
  if (/^(.)\1*$/.test(small)) return false
  if (digits === small || digits === digits.toUpperCase()) return /[a-f]/i.test(digits) && /\d/.test(digits)
  const hash = keccak_256(Uint8Array.from(small, (char) => char.charCodeAt(0)))
  for (let i = 0; i < 40; i++) {
    const unit = digits.charCodeAt(i)
    if (unit <= 0x39) continue
    const nibble = i % 2 === 0 ? hash[i >> 1]! >> 4 : hash[i >> 1]! & 15
    if (nibble > 7 !== HEX.indexOf(digits[i]!) < 0) return false
  }
  return true
}

/** Stellar's keys (SEP-23): base 32 of a version, 32 bytes, and CRC-16/XMODEM, low byte first. */
function isStellar(text: string): boolean {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const out: number[] = []
  let bits = 0
  let held = 0
  for (const char of text) {
    held = (held << 5) | alphabet.indexOf(char)
    bits += 5
    if (bits >= 8) {
      bits -= 8
      out.push((held >> bits) & 255)
    }
    held &= (1 << bits) - 1
  }
  let crc = 0
  for (const byte of out.slice(0, -2)) {
    crc ^= byte << 8
    for (let i = 0; i < 8; i++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff
  }
  return out.at(-2) === (crc & 255) && out.at(-1) === crc >> 8
}

/**
 * The address of a wallet: Base58Check, bech32, Ethereum's hex, or Stellar's base 32. Each has a check of its own of 16 bits
 * and more; an Ethereum address in one case has none, but a form that nothing else has.
 */
export const wallet: Validator = {
  sees: 1,
  check(text, start, end) {
    if (isWordLike(text, start - 1) || isWordLike(text, end)) return false
    const unit = text.charCodeAt(start)
    if (unit === 0x30) return isEthereum(text.slice(start, end))
    if (unit === 0x47) return isStellar(text.slice(start, end))
    const part = text.slice(start, end)
    // `TB1` may begin both.
    return isBech32(part) || isBase58(text, start, end)
  },
}

const WORDS: ReadonlyMap<string, number> = new Map(wordlist.map((word, i) => [word, i]))
/** How many words a phrase may have (BIP 39: 128 to 256 bits, and one of check for each 32). */
const COUNTS = new Set([12, 15, 18, 21, 24])

/** 24 words of up to eight letters, numbered, with some room. */
const LONGEST = 512

/**
 * The phrase that a wallet is made from (BIP 39, English): 12 to 24 words of a list of 2048, eleven bits each, of which the last are
 * the first of the SHA-256 of the others. Its rule takes what it is called as well; the phrase is the last
 * words of that.
 */
export const seedPhrase: Validator = {
  sees: 1,
  check: (text, start, end) => locatePhrase(text, start, end) !== undefined,
  locate: locatePhrase,
  keyed: {
    longest: LONGEST,
    tells: (key) => /mnemonic|seed|recovery.?(?:phrase|words)|(?:backup|secret|wallet).?phrase/i.test(key),
    locate: (text) => locatePhrase(text, 0, text.length),
  },
}
function locatePhrase(text: string, start: number, end: number): Span | undefined {
  /** The words of the list that the candidate ends with, the last one first. */
  const words: { readonly index: number; readonly from: number }[] = []
  for (let i = end; i > start && words.length < 24; ) {
    let from = i
    while (from > start && isLetter(text.charCodeAt(from - 1))) from--
    if (from < i) {
      const index = WORDS.get(text.slice(from, i).toLowerCase())
      if (index === undefined) break
      words.push({ index, from })
    }
    i = from - 1
  }
  // What the phrase is called may be a word of the list as well: what is too many is left out from the front.
  for (let count = words.length; count >= 12; count--) {
    if (!COUNTS.has(count)) continue
    const phrase = words.slice(0, count).reverse()
    if (hasChecksum(phrase.map(({ index }) => index))) return { start: phrase[0]!.from, end }
  }
  return undefined
}

function hasChecksum(indexes: readonly number[]): boolean {
  const packed = new Uint8Array(34)
  let held = 0
  let bits = 0
  let count = 0
  for (const index of indexes) {
    held = (held << 11) | index
    bits += 11
    while (bits >= 8) {
      bits -= 8
      packed[count++] = held >> bits
    }
    held &= (1 << bits) - 1
  }
  // 11 bits a word: 32 of each 33 are entropy, and the rest are the first of its hash.
  const size = (indexes.length / 3) * 4
  const wide = indexes.length / 3
  const check = bits === 0 ? packed[size]! : held
  return sha256(packed.subarray(0, size))[0]! >> (8 - wide) === check
}

function isLetter(unit: number): boolean {
  return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a)
}

export const CRYPTO = { 'seed-phrase': seedPhrase, wallet }
