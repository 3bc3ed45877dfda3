/** Reading of JSON of unknown shape, shared by formats. */
import { Denial } from '../errors.ts'
import type { Channel, Json, JsonObject, Leaf, Places, Source } from '../types.ts'

export function asObject(value: Json | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
}
export function at(value: Json, keys: readonly (string | number)[]): Json | undefined {
  let here: Json | undefined = value
  for (const key of keys) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined
    here = (here as { [key: string | number]: Json })[key]
  }
  return here
}
/** Calls `see` with every object at and below a value, in their order, and its keys, which change afterwards; not below `skip`. */
export function eachObject(
  value: Json,
  skip: string,
  see: (one: JsonObject, keys: readonly (string | number)[]) => void,
): void {
  const keys: (string | number)[] = []
  visit(value)

  function visit(here: Json): void {
    if (Array.isArray(here)) {
      for (let i = 0; i < here.length; i++) step(i, here[i]!)
    } else if (typeof here === 'object' && here !== null) {
      see(here, keys)
      for (const key of Object.keys(here)) if (key !== skip) step(key, here[key]!)
    }
  }
  function step(key: string | number, below: Json): void {
    if (typeof below !== 'object') return
    keys.push(key)
    visit(below)
    keys.pop()
  }
}
/** Whether a field asks for anything: absent, null, false and empty ask for nothing. */
export function hasValue(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === false || value === '') return false
  return typeof value !== 'object' || Object.keys(value).length > 0
}

export function sourceOfRole(message: Json | undefined): Source {
  switch (asObject(message)?.role) {
    case 'system':
    case 'developer':
      return 'system'
    case 'user':
      return 'user'
    case 'assistant':
      return 'assistant'
    case 'tool':
    case 'function':
      return 'tool'
    default:
      return 'unknown'
  }
}

/** Two readers must not tell channels apart by different rules. @throws Denial `upstream_invalid` */
export function checkIndex(index: Json | undefined): void {
  if (index !== undefined && index !== null && !(Number.isSafeInteger(index) && (index as number) >= 0)) {
    throw new Denial('upstream_invalid', 'the upstream sent an index that is no whole number')
  }
}

/** Lists of which the members are named by an `index` of their own. */
const INDEXED = new Set(['choices', 'tool_calls', 'reasoning_details'])

/** A channel's id: the keys, with the `index` of array elements in place of their position, where they have one. */
export function channelOf(keys: readonly (string | number)[], event: Json): Channel {
  const ids: Json[] = []
  let here: Json | undefined = event
  for (const key of keys) {
    here = at(here!, [key])
    const index = typeof key === 'number' ? asObject(here)?.index : undefined
    // Elsewhere an index may be anything.
    const indexed = INDEXED.has(ids.at(-1) as string)
    if (indexed) checkIndex(index)
    ids.push(indexed ? (index ?? key) : key)
  }
  return JSON.stringify(ids)
}
/** The smallest event that carries `text` on such a channel. */
export function eventOf(channel: Channel, text: string): JsonObject {
  const keys = JSON.parse(channel) as (string | number)[]
  return keys.reduceRight<Json>((value, key) => {
    return typeof key === 'number' ? [{ index: key, ...asObject(value) }] : { [key]: value }
  }, text) as JsonObject
}

/** What stands for a file in the fields of a form; see multipart.ts. */
export const formFile: Places = { filename: 'text', content_type: 'identifier' }

/** Places of one kind, by their names: `names('text', 'title url')`. */
export function names<L extends Leaf>(leaf: L, keys: string): { readonly [key: string]: L } {
  return Object.fromEntries(keys.split(' ').map((key) => [key, leaf]))
}

/**
 * Fields that name stored things, in either API: where no format says what they are, too. A field by another spelling, for
 * receivers that do not mind cases, or of a form, `a[file_id]`, is meant as well.
 */
const REFERENCES = new Set([
  ...['assistant_id', 'batch_id', 'container_id', 'conversation_id', 'file_id', 'file_ids', 'input_file_id'],
  ...['memory_store_id', 'part_ids', 'previous_message_id', 'previous_response_id', 'training_file', 'upload_id'],
  ...['validation_file', 'vector_store_id', 'vector_store_ids', 'video_id'],
])
/** Of these, `a[id]` is one. */
const THINGS = new Set([
  ...['agent', 'agents', 'character', 'characters', 'container', 'conversation', 'environment', 'file', 'files'],
  ...['image', 'images', 'input_reference', 'prompt', 'skill', 'skills', 'source', 'video', 'videos', 'voice'],
])
export function isReferenceName(key: string): boolean {
  if (key.length > 100) return false
  if (REFERENCES.has(key)) return true
  const parts = key
    .toLowerCase()
    .split(/[[\]\s]+/)
    .filter((part) => part !== '')
  const last = parts.at(-1) ?? ''
  return REFERENCES.has(last) || (last === 'id' && parts.length > 1 && THINGS.has(parts[0]!))
}
