/** Whose it is what an answer tells of. */
import { Denial } from './errors.ts'
import { asObject } from './formats/shapes.ts'
import { ownerKey, readCreated } from './own.ts'
import type { Owners, Ownership } from './ports.ts'
import type { Json, Operation, Segment } from './types.ts'

export type Maker = Omit<Ownership, 'id'>

/**
 * Whose it is what an answer says was made: the caller's; below a path that names a thing, its maker's, whoever asks. `undefined`
 * if that is nobody's, and for lists, of which each item has a maker of its own.
 */
export function makerOf(
  { endpoint }: Operation,
  owner: Ownership | undefined,
  caller: Maker | undefined,
): Maker | undefined {
  if (endpoint.owned === 'list') return undefined
  return endpoint.path.includes('{') ? owner : caller
}

/** What requests named. */
export interface Named {
  has(id: string): boolean
  /** @throws Denial if there are too many */
  add(segments: readonly Segment[]): void
}
/** As many as one body may have texts. */
const MOST_NAMED = 200_000
/** An id has no blanks, and owners know no longer one. */
const LIKE_ID = /^\S{1,256}$/

/**
 * What an upstream could give back as the id of something: INVARIANT: nothing becomes a caller's own because the caller wrote it.
 * `shortest`: shorter texts are not among the segments, and no id is as short.
 */
export function createNamed(shortest: number): Named {
  const texts = new Set<string>()
  return {
    has: (id) => id.length < shortest || texts.has(id),
    add(segments) {
      for (const { text } of segments) if (LIKE_ID.test(text)) texts.add(text)
      if (texts.size > MOST_NAMED) throw new Denial('body_too_large', `more than ${MOST_NAMED} names of things`)
    },
  }
}

/** What the items of a list tell of, for the makers of the items: whoever lists them. */
export async function readListed(
  answer: Json,
  { endpoint, format }: Operation,
  named: Named,
  owners: Owners,
): Promise<readonly Ownership[]> {
  const items = asObject(answer)?.data
  if (endpoint.creates.length === 0 || !Array.isArray(items)) return []
  const makers = await owners.find(items.map((item) => ownerKey(format.api, String(asObject(item)?.id))))
  return items.flatMap((item, i) => {
    const maker = makers[i]
    const ids = maker ? readCreated(item, endpoint.creates).filter((id) => !named.has(id)) : []
    return ids.map((id) => ({ ...maker!, id: ownerKey(format.api, id) }))
  })
}
