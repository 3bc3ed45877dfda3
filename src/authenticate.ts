import { LRUCache } from 'lru-cache'
import { Denial } from './errors.ts'
import { hashKey, parseKey, sameHash } from './keys.ts'
import type { Directory, Sha256, StoredKey } from './ports.ts'
import type { Call, Principal } from './types.ts'

/** Who calls: the principal of the Parapet key in `Authorization: Bearer` or `x-api-key`. @throws Denial `unauthenticated` */
export async function authenticate(
  call: Pick<Call, 'header'>,
  directory: Directory,
  sha256: Sha256,
  now: number,
): Promise<Principal> {
  const credential = readCredential(call)
  const key = parseKey(credential)
  // A key that is unknown takes the way of a known one, so that time does not tell which ids exist.
  const stored = (key && (await directory.find(key.id))) ?? NOBODY
  const matches = sameHash(hashKey(credential, sha256), stored.hash)
  if (!key || !matches || stored === NOBODY) throw new Denial('unauthenticated', 'this API key is not known to Parapet')
  return admit(stored, now)
}

/** The principal of a stored key. @throws Denial `unauthenticated` if it is revoked or has expired */
export function admit(stored: StoredKey, now: number): Principal {
  if (stored.revoked) throw new Denial('unauthenticated', 'this API key has been revoked')
  if (stored.expires !== null && stored.expires <= now) throw new Denial('unauthenticated', 'this API key has expired')
  return { id: stored.id, tenant: stored.tenant, domains: stored.domains, groups: stored.groups }
}

const NOBODY = { hash: '0'.repeat(64) } as StoredKey

function readCredential(call: Pick<Call, 'header'>): string {
  const bearer = /^bearer +(\S+) *$/i.exec(call.header('authorization') ?? '')?.[1]
  const plain = call.header('x-api-key')?.trim()
  if (bearer && plain && bearer !== plain) {
    throw new Denial('unauthenticated', 'authorization and x-api-key hold different keys: send one of them')
  }
  const found = bearer ?? plain
  if (!found)
    throw new Denial('unauthenticated', 'no API key: send a Parapet key as Authorization: Bearer or x-api-key')
  return found
}

/** Stored keys are remembered this long: a revoked key works no longer than that. */
const REMEMBER_MS = 1000

/** A directory that remembers what it found, and what it did not find, for a second. */
export function rememberKeys(directory: Directory): Directory {
  const seen = new LRUCache<string, { key: StoredKey | undefined }>({ max: 10_000, ttl: REMEMBER_MS })
  return {
    async find(id) {
      const known = seen.get(id)
      if (known) return known.key
      const key = await directory.find(id)
      seen.set(id, { key })
      return key
    },
  }
}
