/** Citations of Anthropic's: they count in documents of the request, which are numbered through all of its messages. */
import type { Anchor, Json, JsonObject } from '../types.ts'
import { asObject } from './shapes.ts'

type Keys = readonly (string | number)[]

/** Calls `see` with every object below a value, in the order in which they stand; what tools are called with is anybody's. */
function walk(value: Json, see: (one: JsonObject, keys: Keys) => void, keys: Keys = []): void {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) see(value, keys)
  const entries = Array.isArray(value) ? value.entries() : Object.entries(value)
  for (const [key, below] of entries) {
    if (typeof below === 'object' && key !== 'input') walk(below, see, [...keys, key])
  }
}

/** Of plain text. In other documents pages or blocks are cited, which edits leave where they are. */
export function citationsOf(body: Json): Anchor[] {
  const anchors: Anchor[] = []
  walk(body, (holder) => {
    const { type, document_index: text } = holder
    if (type !== 'char_location' || typeof text !== 'number') return
    anchors.push({ holder, field: 'start_char_index', edge: 'start', text })
    anchors.push({ holder, field: 'end_char_index', edge: 'end', text })
  })
  return anchors
}

/** The documents of a request, those in results of tools too. What a file that was uploaded says is not known here. */
export function documentsOf({ messages = null }: JsonObject): ((string | number)[] | undefined)[] {
  const documents: ((string | number)[] | undefined)[] = []
  walk(messages, ({ type, source }, keys) => {
    if (type !== 'document') return
    const plain = asObject(source)?.type === 'text'
    documents.push(plain ? ['messages', ...keys, 'source', 'data'] : undefined)
  })
  return documents
}
