/**
 * Who is at the dashboard: an encrypted cookie with a key's id. What the key may do is looked up and asked again at every
 * request, so that revoking it, its expiry and a change of policy count at once.
 */
import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { EncryptJWT, errors, jwtDecrypt } from 'jose'
import { authorizeReading } from '../admin.ts'
import { admit, authenticate } from '../authenticate.ts'
import { Denial } from '../errors.ts'
import type { Host } from '../ports.ts'
import type { Principal } from '../types.ts'

const COOKIE = 'parapet_session'
const PATH = '/dashboard'
const AUDIENCE = 'parapet dashboard'
/** A working day. */
const LASTS_S = 8 * 60 * 60

/** The key that sessions are encrypted with, from the master key: 32 bytes in base64. @throws Error without a part of it */
export async function deriveSessionKey(masterKey: string): Promise<Uint8Array> {
  let raw: Uint8Array<ArrayBuffer>
  try {
    raw = Uint8Array.from(atob(masterKey.trim()), (character) => character.charCodeAt(0))
  } catch {
    throw new Error('PARAPET_MASTER_KEY is not base64')
  }
  if (raw.length !== 32) throw new Error('PARAPET_MASTER_KEY must be 32 bytes in base64')
  const root = await crypto.subtle.importKey('raw', raw, 'HKDF', false, ['deriveBits'])
  // RFC 5869, with no salt: the master key is random already.
  const info = new TextEncoder().encode('parapet dashboard session')
  const derived = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info }
  return new Uint8Array(await crypto.subtle.deriveBits(derived, root, 256))
}

/** Lets the holder of a key in, and sets the cookie. Whether it did; not why not, which would tell that a key exists. */
export async function openSession(c: Context, key: string, host: Host): Promise<boolean> {
  const now = host.now()
  const call = { header: (name: string) => (name === 'x-api-key' ? key : undefined) }
  const principal = await orNobody(async () => {
    const found = await authenticate(call, host.directory, host.sha256, now)
    authorizeReading(found, host.bundle)
    return found
  })
  if (!principal) return false
  const issued = Math.floor(now / 1000)
  const token = await new EncryptJWT({})
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .setSubject(principal.id)
    .setAudience(AUDIENCE)
    .setIssuedAt(issued)
    .setExpirationTime(issued + LASTS_S)
    .encrypt(host.sessionKey)
  setCookie(c, COOKIE, token, { path: PATH, httpOnly: true, sameSite: 'Strict', secure: isSecure(c), maxAge: LASTS_S })
  return true
}

/** Who is signed in, if they may still read the log. */
export async function readSession(c: Context, host: Host): Promise<Principal | undefined> {
  const token = getCookie(c, COOKIE)
  if (token === undefined) return undefined
  const now = host.now()
  const keyId = await decryptSession(token, host.sessionKey, now)
  const stored = keyId === undefined ? undefined : await host.directory.find(keyId)
  if (!stored) return undefined
  return orNobody(async () => {
    const principal = admit(stored, now)
    authorizeReading(principal, host.bundle)
    return principal
  })
}

export function closeSession(c: Context): void {
  deleteCookie(c, COOKIE, { path: PATH, secure: isSecure(c) })
}

/**
 * Whether a form was sent from a page of ours. Browsers say so in `Sec-Fetch-Site`; or, over plain http to other machines,
 * where they leave that out, in `Origin`. Neither can be set by another site's page.
 */
export function isOwnForm(c: Context): boolean {
  const site = c.req.header('sec-fetch-site')
  if (site !== undefined) return site === 'same-origin'
  const origin = c.req.header('origin') ?? ''
  return URL.canParse(origin) && new URL(origin).host === new URL(c.req.url).host
}

async function decryptSession(token: string, key: Uint8Array, now: number): Promise<string | undefined> {
  try {
    const { payload } = await jwtDecrypt(token, key, {
      audience: AUDIENCE,
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
      requiredClaims: ['sub', 'exp'],
      currentDate: new Date(now),
    })
    return payload.sub
  } catch (error) {
    // Not ours, altered, or too old: nobody is signed in.
    if (error instanceof errors.JOSEError) return undefined
    throw error
  }
}

/** A refusal means nobody; a check that fails is passed on. */
async function orNobody(admitted: () => Promise<Principal>): Promise<Principal | undefined> {
  try {
    return await admitted()
  } catch (error) {
    if (error instanceof Denial) return undefined
    throw error
  }
}

/** The form's `Origin` tells too: behind a proxy that ends TLS our own address is plain http. */
function isSecure(c: Context): boolean {
  return new URL(c.req.url).protocol === 'https:' || (c.req.header('origin') ?? '').startsWith('https://')
}
