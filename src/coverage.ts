/** What is scanned, and what cannot be: read off the operation map and the formats, so that it cannot be out of date. */
import { BLOBS, type Blob, type Domain, type Endpoint, type Places } from './types.ts'

/** A place where something may stand that cannot be read for text. */
export interface Exemption {
  readonly blob: Blob
  readonly format: string
  readonly direction: 'request' | 'answer'
  /** A pattern of a JSON pointer. */
  readonly place: string
}

/** Why each kind cannot be scanned. Policy rules on each by the label `unscannable.KIND`, and each one seen is on record. */
export const WHY: Readonly<Record<Blob, string>> = {
  image: 'what a picture shows is not text; base64 that holds text is scanned, whatever it is called',
  audio: 'what is said in it is not text; a transcript beside it is scanned',
  video: 'what it shows and says is not text',
  document: 'PDF and Office files hold their text compressed; send the text itself to have it scanned',
  binary: 'bytes of an unknown kind',
  encrypted: 'only the provider that made it can read it; looked at as it stands, and passed on byte for byte',
  tokens: 'numbers that stand for text in a vocabulary that only the model knows; send the text itself',
  vector: 'text can be guessed from an embedding, but not looked for in it',
}

export function listExemptions(endpoints: readonly Endpoint[]): readonly Exemption[] {
  const found = new Map<string, Exemption>()
  for (const { format } of endpoints) {
    for (const direction of ['request', 'answer'] as const) {
      const places = direction === 'request' ? format.requestPlaces : format.responsePlaces
      for (const [place, blob] of findBlobs(places)) {
        const exemption = { blob, format: format.name, direction, place }
        found.set(JSON.stringify(exemption), exemption)
      }
    }
  }
  return [...found.values()]
}

/** A node of a tree is listed with so many of the places that it stands in, the shallowest; with all there would be millions. */
const PLACES = 2

/** Places of blobs in a tree. What refers to itself is not followed again below itself. */
function findBlobs(places: Places): readonly (readonly [place: string, blob: Blob])[] {
  const found: [string, Blob][] = []
  const times = new Map<Places, number>()
  const rest: { node: Places; place: string; above: readonly Places[] }[] = [{ node: places, place: '', above: [] }]
  for (const { node, place, above } of rest) {
    const before = times.get(node) ?? 0
    if (before === PLACES || above.includes(node)) continue
    times.set(node, before + 1)
    for (const [key, next] of Object.entries(node)) {
      if (typeof next !== 'string') rest.push({ node: next, place: `${place}/${key}`, above: [...above, node] })
      else if ((BLOBS as readonly string[]).includes(next)) found.push([`${place}/${key}`, next as Blob])
    }
  }
  return found
}

/** How many operations there are in each domain, and how many of them nobody is served. */
export function countOperations(
  endpoints: readonly Endpoint[],
): ReadonlyMap<Domain, { served: number; closed: number }> {
  const counts = new Map<Domain, { served: number; closed: number }>()
  for (const { domain, closed } of endpoints) {
    const count = counts.get(domain) ?? { served: 0, closed: 0 }
    if (closed === undefined) count.served++
    else count.closed++
    counts.set(domain, count)
  }
  return counts
}
