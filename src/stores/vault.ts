/** The vault: tokens for values, over rows that hold nothing but ciphertext. */
import { LRUCache } from 'lru-cache'
import type { Sha256, Surrogate, Vault, VaultScope } from '../ports.ts'
import type { Entity, Id } from '../types.ts'
import {
  deriveBytes,
  makeToken,
  nameSurrogate,
  openTenantKey,
  openValue,
  type SecretKey,
  SURROGATE_ROW,
  sealValue,
  type TenantKeys,
  wrapFreshKey,
} from './vault-crypto.ts'
import type { VaultRow, VaultRows } from './vault-rows.ts'

/** Rows not used for this long may be forgotten. Milliseconds. */
export const KEPT_MS = 30 * 24 * 3600_000
/** A token is written anew after this, so that rows in use stay young. */
const FRESH_MS = 24 * 3600_000
/** Tokens remembered as stored, and as tied to a chain; they are not secret. About 2 MB each. */
const KNOWN = 10_000
const TENANTS = 100

export interface VaultParts {
  readonly rows: VaultRows
  readonly master: SecretKey
  readonly sha256: Sha256
  readonly random: (bytes: number) => Uint8Array
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export function makeVault({ rows, master, sha256, random, now }: VaultParts): Vault {
  // Resolved keys only: on Workers a promise must not be shared between requests.
  const keysOf = new LRUCache<string, TenantKeys>({ max: TENANTS })
  const stored = rememberTimes()
  const tied = rememberTimes()

  async function tenantKeys(tenant: string): Promise<TenantKeys> {
    const cached = keysOf.get(tenant)
    if (cached) return cached
    const wrapped = await rows.key(tenant, await wrapFreshKey(master, tenant, random))
    const keys = await openTenantKey(master, tenant, wrapped, sha256)
    keysOf.set(tenant, keys)
    return keys
  }

  async function conceal(
    { tenant, scope }: VaultScope,
    values: readonly { readonly entity: Entity; readonly value: string }[],
    avoid: ReadonlySet<string>,
  ): Promise<readonly string[]> {
    if (values.length === 0) return []
    const keys = await tenantKeys(tenant)
    const time = now()
    const unknown = new Map<string, string>()
    const made = values.map(({ entity, value }) => {
      const token = chooseToken(keys, scope, entity, value, avoid)
      if (!stored.since(time - FRESH_MS, nameOf(tenant, scope, token))) unknown.set(token, value)
      return token
    })
    if (unknown.size > 0) {
      const sealed = [...unknown].map(
        async ([token, value]): Promise<VaultRow> => ({
          scope,
          token,
          sealed: await sealValue(keys, [tenant, scope, token], value, random),
        }),
      )
      await rows.put(tenant, await Promise.all(sealed), time)
      for (const token of unknown.keys()) stored.set(nameOf(tenant, scope, token), time)
    }
    return made
  }

  async function reveal({ tenant, scope }: VaultScope, tokens: readonly string[]) {
    if (tokens.length === 0) return []
    const [keys, sealed] = await Promise.all([tenantKeys(tenant), rows.get(tenant, scope, tokens)])
    return open(keys, tenant, scope, tokens, sealed)
  }

  async function link({ tenant, scope }: VaultScope, chain: Id, tokens: readonly string[]): Promise<void> {
    const time = now()
    const fresh = tokens.filter((token) => !tied.since(time - FRESH_MS, nameOf(tenant, scope, chain, token)))
    if (fresh.length === 0) return
    await rows.link(tenant, scope, chain, fresh, time)
    for (const token of fresh) tied.set(nameOf(tenant, scope, chain, token), time)
  }

  async function recall({ tenant, scope }: VaultScope, chain: Id, tokens: readonly string[]) {
    if (tokens.length === 0) return []
    const [keys, sealed] = await Promise.all([tenantKeys(tenant), rows.linked(tenant, scope, chain, tokens)])
    return open(keys, tenant, scope, tokens, sealed)
  }

  async function derive({ tenant, scope }: VaultScope, lists: readonly (readonly string[])[]) {
    if (lists.length === 0) return []
    const keys = await tenantKeys(tenant)
    return lists.map((list) => deriveBytes(keys, scope, list))
  }

  async function imitate({ tenant, scope }: VaultScope, chain: Id, surrogates: readonly Surrogate[]) {
    if (surrogates.length === 0) return []
    const keys = await tenantKeys(tenant)
    const time = now()
    const names = surrogates.map(({ text }) => nameSurrogate(keys, scope, chain, text))
    const seal = async (token: string, one: Surrogate): Promise<VaultRow> => ({
      ...{ scope, token },
      sealed: await sealValue(keys, [tenant, scope, token], writeSurrogate(one), random),
    })
    const sealed = await Promise.all(surrogates.map((one, i) => seal(names[i]!, one)))
    // Of two that come at once the first stays, and both read which it was.
    await rows.put(tenant, sealed, time)
    await rows.link(tenant, scope, chain, names, time)
    const kept = await open(keys, tenant, scope, names, await rows.linked(tenant, scope, chain, names))
    return surrogates.map((one, i) => kept[i] === writeSurrogate(one))
  }

  async function imitated({ tenant, scope }: VaultScope, chain: Id, most: number): Promise<readonly Surrogate[]> {
    const found = await rows.named(tenant, scope, chain, SURROGATE_ROW, most)
    if (found.length === 0) return []
    const keys = await tenantKeys(tenant)
    const names = found.map(({ token }) => token)
    const sealed = found.map((row) => row.sealed)
    return (await open(keys, tenant, scope, names, sealed)).map((text) => JSON.parse(text!) as Surrogate)
  }

  return { conceal, reveal, link, recall, derive, imitate, imitated }
}

function writeSurrogate({ text, action, entity, value }: Surrogate): string {
  return JSON.stringify({ text, action, entity, value })
}

/** The values of ciphertexts; `undefined` where there is none. */
function open(
  keys: TenantKeys,
  tenant: string,
  scope: string,
  tokens: readonly string[],
  sealed: readonly (Uint8Array | undefined)[],
): Promise<(string | undefined)[]> {
  return Promise.all(sealed.map((row, i) => row && openValue(keys, [tenant, scope, tokens[i]!], row)))
}

/** The first token of a value that is not to be avoided; there are more tokens than anyone can type. */
function chooseToken(
  keys: TenantKeys,
  scope: string,
  entity: string,
  value: string,
  avoid: ReadonlySet<string>,
): string {
  for (let nonce = 0; ; nonce++) {
    const token = makeToken(keys, scope, entity, value, nonce)
    if (!avoid.has(token)) return token
  }
}
function nameOf(...parts: readonly string[]): string {
  return parts.join('\n')
}

/** When things were last written, of the latest ones. */
function rememberTimes(): { since(time: number, name: string): boolean; set(name: string, time: number): void } {
  // Made when first needed: its arrays are as long as it may get, which takes a millisecond of a Worker's start.
  let times: LRUCache<string, number> | undefined
  const made = (): LRUCache<string, number> => (times ??= new LRUCache({ max: KNOWN }))
  return {
    since: (time, name) => (made().get(name) ?? Number.NEGATIVE_INFINITY) > time,
    set: (name, time) => void made().set(name, time),
  }
}
