/**
 * What becomes of every field that a request of one API can have when it goes to the other. A field is carried, ignored, or
 * refused, with the reason; one that is in no table is refused, so that nothing is dropped that nobody thought of.
 */
import { Denial } from '../errors.ts'
import { asObject, hasValue } from '../formats/shapes.ts'
import type { Json, JsonObject } from '../types.ts'

export type Field =
  | { readonly is: 'carried' }
  /** Changes nothing that the caller could rely on; the answer's translation still names it. */
  | { readonly is: 'ignored'; readonly why: string }
  /** Unless it asks for nothing: absent, null, false, empty, or what `allows` says. */
  | { readonly is: 'refused'; readonly why: string; readonly allows: (value: Json) => boolean }
export type Fields = Readonly<Record<string, Field>>

export const carried: Field = { is: 'carried' }
export const ignored = (why: string): Field => ({ is: 'ignored', why })
export const refused = (why: string, allows: (value: Json) => boolean = () => false): Field => {
  return { is: 'refused', why, allows }
}

/** @throws Denial, saying which field stands in the way; `param` is a path of names of the API and positions */
export function refuse(param: string, why: string): never {
  throw new Denial('unreadable_body', `cannot be asked of the upstream, which speaks another API: ${why}`, {
    ...(param !== '' && { param }),
  })
}

/**
 * Checks an object against its table and notes what is ignored.
 * INVARIANT: a key that is in no table is the caller's own text, and is not repeated; the place that holds it is named.
 */
export function checkFields(value: Json | undefined, fields: Fields, path: string, notes: Set<string>): JsonObject {
  const object = asObject(value) ?? refuse(path, 'an object is needed here')
  for (const key of Object.keys(object)) {
    const rule = Object.hasOwn(fields, key) ? fields[key]! : undefined
    const place = path === '' ? key : `${path}.${key}`
    if (!rule) return refuse(path, 'there is a field that is not known')
    if (rule.is === 'refused' && hasValue(object[key]) && !rule.allows(object[key]!)) refuse(place, rule.why)
    if (rule.is === 'ignored' && hasValue(object[key])) notes.add(place.replace(/\[\d+\]/g, '[]'))
  }
  return object
}

export function asArray(value: Json | undefined, path: string): readonly Json[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : refuse(path, 'a list is needed here')
}
export function asText(value: Json | undefined, path: string): string {
  return typeof value === 'string' ? value : refuse(path, 'a text is needed here')
}
/** Anything else could be read as yes by one API, and as no by the other. */
export function asFlag(value: Json | undefined, path: string): boolean | undefined {
  if (value === undefined || value === null) return undefined
  return typeof value === 'boolean' ? value : refuse(path, 'true or false is needed here')
}
/** A field that may be left out; null stands for that too. */
export function optional(object: { [key: string]: Json | undefined }): JsonObject {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== undefined && value !== null),
  ) as JsonObject
}
/** One of the values that a field of the API may have, as what it is called in the other. */
export function oneOf<T extends Json>(value: Json | undefined, names: Readonly<Record<string, T>>, path: string): T {
  const found = typeof value === 'string' && Object.hasOwn(names, value) ? names[value] : undefined
  return found ?? refuse(path, 'this value has no counterpart')
}
