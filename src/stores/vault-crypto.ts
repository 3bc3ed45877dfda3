/**
 * The vault's cryptography: a random key per tenant, wrapped by the master key; from it one key for values (AES-256-GCM)
 * and one for tokens (HMAC-SHA-256).
 */
import { base32 } from '../keys.ts'
import type { Sha256 } from '../ports.ts'

const IV_BYTES = 12 // 96 bits: NIST SP 800-38D §8.2.2; random, so at most 2^32 values per tenant (§8.3).
const BLOCK = 64 // of SHA-256, in bytes
const utf8 = new TextEncoder()
type Bytes = Uint8Array<ArrayBuffer>
type Random = (bytes: number) => Uint8Array
/** WebCrypto's key, by a name that all hosts' types agree on. */
export type SecretKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>

export interface TenantKeys {
  readonly values: SecretKey
  readonly hmac: (message: Uint8Array) => Uint8Array
  /** Another one, for what is derived and is no token. */
  readonly derive: (message: Uint8Array) => Uint8Array
}

/** The master key from its configured form: 32 bytes in base64. The message of what it throws holds no part of it. */
export async function importMasterKey(base64: string): Promise<SecretKey> {
  let raw: Bytes
  try {
    raw = Uint8Array.from(atob(base64.trim()), (character) => character.charCodeAt(0))
  } catch {
    throw new Error('PARAPET_MASTER_KEY is not base64')
  }
  if (raw.length !== 32) throw new Error(`PARAPET_MASTER_KEY must be 32 bytes in base64, but is ${raw.length} bytes`)
  return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])
}

/** A new tenant key under the master key; its tenant is bound to it. */
export function wrapFreshKey(master: SecretKey, tenant: string, random: Random): Promise<Bytes> {
  return encrypt(master, new Uint8Array(random(32)), frame('tenant key', tenant), random)
}
/** Throws if the key was wrapped by another master key or for another tenant. */
export async function openTenantKey(
  master: SecretKey,
  tenant: string,
  wrapped: Uint8Array,
  sha256: Sha256,
): Promise<TenantKeys> {
  let raw: Bytes
  try {
    raw = await decrypt(master, wrapped, frame('tenant key', tenant))
  } catch {
    throw new Error('the vault was made with another PARAPET_MASTER_KEY')
  }
  const root = await crypto.subtle.importKey('raw', raw, 'HKDF', false, ['deriveBits'])
  const values = await crypto.subtle.importKey('raw', await derive(root, 'vault values'), 'AES-GCM', false, [
    'encrypt',
    'decrypt',
  ])
  const hmac = makeHmac(await derive(root, 'vault tokens'), sha256)
  return { values, hmac, derive: makeHmac(await derive(root, 'vault stand-ins'), sha256) }
}
async function derive(root: SecretKey, purpose: string): Promise<Bytes> {
  const info = utf8.encode(`parapet ${purpose}`)
  return new Uint8Array(
    await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info }, root, 256),
  )
}

/**
 * HMAC-SHA-256 (RFC 2104) on a synchronous hash: a token is made for every value of every request, and WebCrypto's HMAC costs
 * 33 µs a call where this costs 2 (measured on Node).
 */
export function makeHmac(key: Uint8Array, sha256: Sha256): (message: Uint8Array) => Uint8Array {
  const padded = new Uint8Array(BLOCK)
  padded.set(key.length > BLOCK ? sha256(key) : key)
  const inner = padded.map((byte) => byte ^ 0x36)
  const outer = new Uint8Array(BLOCK + 32)
  outer.set(padded.map((byte) => byte ^ 0x5c))
  return (message) => {
    const first = new Uint8Array(BLOCK + message.length)
    first.set(inner)
    first.set(message, BLOCK)
    outer.set(sha256(first), BLOCK)
    return sha256(outer)
  }
}

/**
 * `<ENTITY_` and 80 bits and `>`. All tokens of an entity are equally long and end in `>`, so none begins another.
 * `nonce` tells apart the tokens that one value may have.
 */
export function makeToken(keys: TenantKeys, scope: string, entity: string, value: string, nonce: number): string {
  return `<${entity}_${base32(keys.hmac(frame(scope, entity, text(value), `${nonce}`)).subarray(0, 10))}>`
}

/** 32 bytes for a list of texts. */
export function deriveBytes(keys: TenantKeys, scope: string, list: readonly string[]): Uint8Array {
  return keys.derive(frame('derived', scope, ...list.map(text)))
}

/** Begins the names of rows that hold surrogates, as no token begins. */
export const SURROGATE_ROW = '~'
/** The name of a surrogate's row, which tells nothing of it: the text is in the row, with the value. One for each text of a chain. */
export function nameSurrogate(keys: TenantKeys, scope: string, chain: string, surrogate: string): string {
  return SURROGATE_ROW + base32(keys.derive(frame('surrogate', scope, chain, text(surrogate))))
}

/** A value under its tenant's key, bound to where it may be read. */
export function sealValue(
  keys: TenantKeys,
  place: readonly [tenant: string, scope: string, token: string],
  value: string,
  random: Random,
): Promise<Uint8Array> {
  return encrypt(keys.values, utf8.encode(text(value)) as Bytes, frame('value', ...place), random)
}
/** Throws if the ciphertext was altered, or moved to another tenant, scope or token. */
export async function openValue(
  keys: TenantKeys,
  place: readonly [tenant: string, scope: string, token: string],
  sealed: Uint8Array,
): Promise<string> {
  try {
    return JSON.parse(new TextDecoder().decode(await decrypt(keys.values, sealed, frame('value', ...place)))) as string
  } catch {
    throw new Error('a value in the vault does not open: it was altered or moved')
  }
}

/** As JSON, which unlike UTF-8 keeps half surrogate pairs apart. */
function text(value: string): string {
  return JSON.stringify(value)
}
/** Texts one after another, each with its length in front, so that different lists have different bytes. */
export function frame(...parts: readonly string[]): Bytes {
  const encoded = parts.map((part) => utf8.encode(part))
  const out = new Uint8Array(encoded.reduce((sum, part) => sum + 4 + part.length, 0))
  const view = new DataView(out.buffer)
  let at = 0
  for (const part of encoded) {
    view.setUint32(at, part.length)
    out.set(part, at + 4)
    at += 4 + part.length
  }
  return out
}

export async function encrypt(key: SecretKey, plain: Bytes, additionalData: Bytes, random: Random): Promise<Bytes> {
  const iv = new Uint8Array(random(IV_BYTES))
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, key, plain)
  const out = new Uint8Array(IV_BYTES + sealed.byteLength)
  out.set(iv)
  out.set(new Uint8Array(sealed), IV_BYTES)
  return out
}
export async function decrypt(key: SecretKey, sealed: Uint8Array, additionalData: Bytes): Promise<Bytes> {
  const iv = new Uint8Array(sealed.subarray(0, IV_BYTES))
  const rest = new Uint8Array(sealed.subarray(IV_BYTES))
  return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, key, rest))
}
