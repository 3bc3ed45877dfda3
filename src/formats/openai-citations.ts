/** Citations, as all of OpenAI's APIs have them: a list beside the text, or an event of their own. */
import type { Anchor, Json, JsonObject } from '../types.ts'
import { asObject, eachObject } from './shapes.ts'

/** What the text beside a list of citations is called: of a part, of an Assistants message, of a message of a chat. */
const TEXTS = ['text', 'value', 'content']

/**
 * The offsets in all citations below `answer`. `beside`: what the text is called if it is not there, as in pieces of a stream.
 * `points`: whether `index` is where in the text a file is cited. The vendor documents it as a place in a list of files, but
 * what it sends is an offset (openai-python#2512); in the Assistants API it is the number of the citation.
 */
export function citationsOf(beside: string, points: boolean): (answer: Json) => Anchor[] {
  return (answer) => {
    const anchors: Anchor[] = []
    eachObject(answer, 'annotations', (one, keys) => {
      if (!Array.isArray(one.annotations)) return
      const text = [...keys, TEXTS.find((name) => typeof one[name] === 'string') ?? beside]
      for (const citation of one.annotations) anchors.push(...offsetsOf(citation, text, points))
    })
    return anchors
  }
}

/** The offsets in one citation. In chats they stand in an object below it. */
export function offsetsOf(citation: Json, text: Anchor['text'], points: boolean): Anchor[] {
  const one = asObject(citation)
  const anchors: Anchor[] = []
  for (const holder of one ? [one, ...Object.values(one).map(asObject)] : []) {
    if (!holder) continue
    add(holder, 'start_index', 'start')
    add(holder, 'end_index', 'end')
    if (points) add(holder, 'index', 'end')
  }
  return anchors

  function add(holder: JsonObject, field: string, edge: Anchor['edge']): void {
    if (typeof holder[field] === 'number') anchors.push({ holder, field, edge, text })
  }
}
