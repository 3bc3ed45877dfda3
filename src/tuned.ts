/** Tuned models: what one tenant's data made of a model is not for another to call, or to know of. */
import { Denial } from './errors.ts'
import { ownerKey } from './own.ts'
import type { Owners, Ownership } from './ports.ts'
import type { Grant, Segment } from './types.ts'

/** As OpenAI calls them: `ft:gpt-4o-mini:acme::7QB8b2`. */
export function isTuned(name: string): boolean {
  return name.startsWith('ft:')
}

/** Looks at every place of a request, since models are named in many. @throws Denial `permission_denied` */
export async function checkTuned(
  segments: readonly Segment[],
  { principal, operation }: Pick<Grant, 'principal' | 'operation'>,
  owners: Owners,
): Promise<void> {
  const names = new Set<string>()
  for (const { text } of segments) if (isTuned(text) && text.length <= LONGEST) names.add(text)
  if (names.size === 0) return
  if (names.size > MOST) throw new Denial('body_too_large', `the request names more than ${MOST} tuned models`)
  const found = await owners.find([...names].map((name) => ownerKey(operation.format.api, name)))
  if (found.some((owner) => isForeign(owner, principal))) {
    throw new Denial('permission_denied', 'this model was tuned by another tenant', { param: 'model' })
  }
}
const LONGEST = 256
const MOST = 1000

function isForeign(owner: Ownership | undefined, { tenant }: Grant['principal']): boolean {
  return owner !== undefined && owner.tenant !== tenant
}
