/** What the walk takes the place of each canary for. */
import { extract } from '../../src/extract.ts'
import { at } from '../../src/formats/shapes.ts'
import type { Json, Places } from '../../src/types.ts'
import { sow, toyCanaries } from './census-canaries.ts'
import type { Kind } from './census-figures.ts'

/** `inner`: whether JSON in strings is taken apart, as it is in requests. */
export function kindsIn(value: Json, places: Places, inner: boolean): Map<string, Kind> {
  const { find } = sow()
  const kinds = new Map<string, Kind>()
  const { shortest } = toyCanaries
  const document = extract(structuredClone(value), { places, source: () => 'unknown', inner, shortest })
  for (const segment of document.segments) {
    // A list of numbers is one blob, of which the segment has no text.
    const list = segment.blob && segment.text === ''
    const text = list ? JSON.stringify(at(document.value, document.keys(segment))) : segment.text
    for (const canary of find(text)) kinds.set(canary, segment.blob ?? segment.kind)
  }
  return kinds
}
