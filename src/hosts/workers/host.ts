/** Everything that the core needs of Cloudflare Workers, from what is bound to them. */
import { waitUntil } from 'cloudflare:workers'
import { rememberKeys } from '../../authenticate.ts'
import { type BundleSource, compileBundle } from '../../bundle.ts'
import { deriveSessionKey } from '../../dashboard/session.ts'
import type { Host, StoredKey } from '../../ports.ts'
import { importMasterKey } from '../../stores/vault-crypto.ts'
import { random, sha256 } from './crypto.ts'
import type { Env } from './env.ts'
import { makeSend } from './send.ts'
import { openStores } from './stores.ts'

/** @throws Error if the master key or the listed keys are missing or wrong, or the bundle does not compile */
export async function makeHost(env: Env, source: BundleSource): Promise<Host> {
  const bundle = compileBundle(source, (variable) => readText(env, variable))
  const masterKey = env.PARAPET_MASTER_KEY
  if (!masterKey)
    throw new Error('PARAPET_MASTER_KEY is not set: `wrangler secret put PARAPET_MASTER_KEY`, 32 bytes in base64')
  const now = () => Date.now()
  const stores = openStores(env, { master: await importMasterKey(masterKey), now, keys: readKeys(env.PARAPET_KEYS) })
  return {
    ...stores,
    bundle,
    directory: rememberKeys(stores.directory),
    send: makeSend(bundle.settings.limits),
    background: (work) => waitUntil(work),
    now,
    random,
    sha256,
    sessionKey: await deriveSessionKey(masterKey),
    nobody: { unrecorded: 0, recordedAt: 0 },
    warn: (line) => console.warn(line),
  }
}

function readText(env: Env, variable: string): string | undefined {
  const value = env[variable]
  return typeof value === 'string' && value !== '' ? value : undefined
}
function readKeys(json: string | undefined): readonly StoredKey[] {
  if (!json) return []
  const keys = JSON.parse(json) as StoredKey[]
  // By hand: zod would be half of the Worker.
  const sound = (key: StoredKey) =>
    /^[a-z2-7]{8}$/.test(key.id) && /^[0-9a-f]{64}$/.test(key.hash) && key.tenant && Array.isArray(key.domains)
  if (!Array.isArray(keys) || !keys.every(sound)) throw new Error('PARAPET_KEYS is not a list of stored keys')
  return keys
}
