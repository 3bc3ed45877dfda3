/** Lists of stored things, for callers who may read only what they made. */
import { Denial } from './errors.ts'
import { asObject } from './formats/shapes.ts'
import { isOwn, mayCall, ownerKey } from './own.ts'
import type { Host, Ownership } from './ports.ts'
import type { Grant, Id, Json } from './types.ts'

/**
 * Leaves of a list's `data` what the caller made, or of its tenant if it may inspect; of a catalog of models, those that it may call. Cursors point to what is left:
 * ids of others are not told, so a page with nothing of the caller's ends the list. @throws Denial for what is no list
 */
export async function cutList(
  answer: Json,
  { principal, operation }: Grant,
  readsAll: boolean,
  host: Host,
): Promise<void> {
  const value = asObject(answer)
  if (!Array.isArray(value?.data)) throw new Denial('upstream_invalid', 'the upstream sent no list')
  const items = value.data
  const ids = items.map(idOf)
  const kept: Json[] = []
  if (operation.endpoint.on === 'models') {
    if (readsAll) return
    const { access } = host.bundle
    kept.push(...items.filter((_, i) => ids[i] !== '' && mayCall(principal, operation, ids[i] as Id, access)))
  } else {
    const owners = await host.owners.find(ids.map((one) => ownerKey(operation.format.api, one)))
    // Who may inspect sees what was made elsewhere too, but nothing of another tenant.
    const mayRead = (owner: Ownership | undefined) =>
      readsAll ? owner === undefined || owner.tenant === principal.tenant : isOwn(owner, principal)
    for (const [i, item] of items.entries()) if ((ids[i] !== '' || readsAll) && mayRead(owners[i])) kept.push(item)
  }
  value.data = kept
  if ('first_id' in value) value.first_id = kept.length > 0 ? idOf(kept[0]!) : null
  if ('last_id' in value) value.last_id = kept.length > 0 ? idOf(kept.at(-1)!) : null
  if (kept.length === 0 && 'has_more' in value) value.has_more = false
}
function idOf(item: Json): string {
  const id = asObject(item)?.id
  return typeof id === 'string' ? id : ''
}
