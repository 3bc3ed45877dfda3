/** Hashes of values: two are the same if, in one scope, their values are; nothing else can be told from them. */
import { base32 } from './keys.ts'
import type { Vault, VaultScope } from './ports.ts'
import type { Entity } from './types.ts'

/** 80 bits, as 16 characters: two of a billion values have the same with a chance of 1 in 2 million. */
const BYTES = 10

/** `<EMAIL_ADDRESS#k3f9…>`, in order. */
export async function hashOf(
  items: readonly { readonly entity: Entity; readonly value: string }[],
  vault: Vault,
  scope: VaultScope,
): Promise<readonly string[]> {
  const derived = await vault.derive(
    scope,
    items.map(({ entity, value }) => ['hash', entity, value]),
  )
  return items.map(({ entity }, i) => {
    const bytes = derived[i]
    // INVARIANT: what a vault gives goes out as letters and digits only, and is of one length.
    if (!(bytes instanceof Uint8Array) || bytes.length < BYTES) throw new Error('the vault derived no usable bytes')
    return `<${entity}#${base32(bytes.subarray(0, BYTES))}>`
  })
}
