/** Everything that the core needs of Cloudflare Workers, from what is bound to them. */
import { waitUntil } from 'cloudflare:workers'
import { rememberKeys } from '../../authenticate.ts'
import { deriveSessionKey } from '../../dashboard/session.ts'
import type { Bundle, Host, StoredKey } from '../../ports.ts'
import { importMasterKey } from '../../stores/vault-crypto.ts'
import { DOMAINS } from '../../types.ts'
import type { Resolve } from '../../upstreams.ts'
import { md5, random, sha256 } from './crypto.ts'
import type { Env } from './env.ts'
import { makeSend } from './send.ts'
import { openSpool } from './spool.ts'
import { openStores } from './stores.ts'

/** @throws Error if the master key or the listed keys are missing or wrong */
export async function makeHost(env: Env, resolveBundle: (resolve: Resolve) => Bundle): Promise<Host> {
  const bundle = resolveBundle((variable) => readText(env, variable))
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
    spool: async () => openSpool(env),
    background: (work) => waitUntil(work.catch(() => console.warn('work in the background failed'))),
    now,
    deadline: (ms) => AbortSignal.timeout(ms),
    pause: () => new Promise((resolve) => setTimeout(resolve, 0)),
    random,
    sha256,
    md5,
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
  // By hand: zod would be half of the Worker. What is not sound is not quoted.
  const keys: unknown = JSON.parse(json)
  if (!Array.isArray(keys) || !keys.every(isStoredKey)) throw new Error('PARAPET_KEYS is not a list of stored keys')
  return keys
}
function isStoredKey(value: unknown): value is StoredKey {
  const { id, hash, tenant, domains, groups, expires, revoked } = (value ?? {}) as Record<string, unknown>
  const isName = (name: unknown) => typeof name === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)
  return (
    /^[a-z2-7]{8}$/.test(String(id)) &&
    /^[0-9a-f]{64}$/.test(String(hash)) &&
    isName(tenant) &&
    Array.isArray(domains) &&
    domains.every((domain) => (DOMAINS as readonly unknown[]).includes(domain)) &&
    Array.isArray(groups) &&
    groups.every(isName) &&
    (expires === null || typeof expires === 'number') &&
    typeof revoked === 'boolean'
  )
}
