/** Citations of Anthropic's: they count in documents of the request, which are numbered through all of its messages. */
import type { Anchor, Json, JsonObject } from '../types.ts'
import { asObject, eachObject } from './shapes.ts'

/** What tools are called with is anybody's, whatever it looks like. */
const SKIPPED = 'input'

/** Of plain text. In other documents pages or blocks are cited, which edits leave where they are. */
export function citationsOf(body: Json): Anchor[] {
  const anchors: Anchor[] = []
  eachObject(body, SKIPPED, (holder) => {
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
  eachObject(messages, SKIPPED, ({ type, source }, keys) => {
    if (type !== 'document') return
    const plain = asObject(source)?.type === 'text'
    documents.push(plain ? ['messages', ...keys, 'source', 'data'] : undefined)
  })
  return documents
}
