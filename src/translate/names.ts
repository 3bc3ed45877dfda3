/** Names and ids that one API takes and the other does not: shortened, the same in every request, and found again in answers. */
import { refuse } from './fields.ts'

/** Function names of OpenAI: 64 characters; Anthropic takes 128. (The error texts of both APIs.) */
const NAME = 64
/** A tool call's id: OpenAI takes 40 characters, Anthropic those of this shape. */
const CALL_ID = /^[A-Za-z0-9_-]{1,40}$/

export interface Names {
  short(name: string): string
  long(name: string): string
}

/** Shortens names as they come up. A conversation is sent again with every turn, so a name must always become the same. */
export function shortenNames(): Names {
  const longs = new Map<string, string>()
  return {
    short(name) {
      const short = abridge(name, NAME)
      if ((longs.get(short) ?? name) !== name) refuse('tools', 'two names become the same')
      longs.set(short, name)
      return short
    },
    long: (name) => longs.get(name) ?? name,
  }
}

/** A tool call's id in a shape that both APIs take. Ids only tie a result to its call, so they need not be found again. */
export function fitCallId(id: string): string {
  return CALL_ID.test(id) ? id : `call_${hash(id)}`
}
/** A text of at most `limit` characters, which still tells texts apart that begin alike. */
export function abridge(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 17)}_${hash(text)}`
}

/** 16 hex digits: two FNV-1a hashes (draft-eastlake-fnv-31) with different offsets. Not for secrets. */
export function hash(text: string): string {
  let a = 0x811c9dc5
  let b = 0x01000193
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 0x01000193)
    b = Math.imul(b ^ text.charCodeAt(i) ^ (i & 0xff), 0x01000193)
  }
  return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('')
}
