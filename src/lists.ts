/** Lists of stored things, for callers who may read only what they made. */
import { Denial } from './errors.ts'
import { asObject } from './formats/shapes.ts'
import { askAbout, isOwn, mayCall, ownerKey } from './own.ts'
import type { Host, Ownership } from './ports.ts'
import { isTuned } from './tuned.ts'
import type { Grant, Id, Json } from './types.ts'

/** Of a list, besides its items: what else there may be could tell of things that are not the caller's. */
const TOLD = new Set(['object', 'first_id', 'last_id', 'has_more', 'next_page', 'prev_page'])

/**
 * Leaves of a list's `data` what the caller made, or of its tenant if it may inspect, and what nobody made if it may that; of a catalog
 * of models, those that it may call. Cursors point to what is left: ids of others are not told, so a page with nothing of the caller's
 * ends the list. @throws Denial for what is no list
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
  const { access } = host.bundle
  const readsUnowned = readsAll && askAbout(access, principal, 'readUnowned', operation).allowed
  const owners = await host.owners.find(items.map((item) => ownerKey(operation.format.api, idOf(item))))
  const models = operation.endpoint.on === 'models'
  const mayRead = (id: string, owner: Ownership | undefined): boolean => {
    if (owner !== undefined && owner.tenant !== principal.tenant) return false
    if (models && (owner !== undefined || !isTuned(id)))
      return readsAll || mayCall(principal, operation, id as Id, access)
    return owner === undefined ? readsUnowned : readsAll || isOwn(owner, principal)
  }
  const kept = items.filter((item, i) => (idOf(item) !== '' || readsUnowned) && mayRead(idOf(item), owners[i]))
  value.data = kept
  if (!readsUnowned) {
    for (const [key, one] of Object.entries(value)) {
      if (key !== 'data' && (typeof one === 'object' ? one !== null : !TOLD.has(key))) delete value[key]
    }
  }
  if ('first_id' in value) value.first_id = kept.length > 0 ? idOf(kept[0]!) : null
  if ('last_id' in value) value.last_id = kept.length > 0 ? idOf(kept.at(-1)!) : null
  if (kept.length === 0 && 'has_more' in value) value.has_more = false
  if (kept.length === 0 && 'next_page' in value) value.next_page = null
}
function idOf(item: Json): string {
  const id = asObject(item)?.id
  return typeof id === 'string' ? id : ''
}
