/**
 * Cedar's values. Longs are numbers where a double is exact and bigints beyond, so that every sum is that of a 64-bit
 * integer while the common case stays fast.
 * INVARIANT: a bigint is never within ±(2^53 − 1), so equal longs are `===`.
 */
import type { EntityRefJson, ValueJson } from './types.ts'

export type Primitive = boolean | number | bigint | string
export type Value = Primitive | Uid | SetValue | RecordValue
export interface Uid {
  readonly kind: 'entity'
  readonly type: string
  readonly id: string
  /** Names the entity in an entity store. */
  readonly key: string
}
export interface SetValue {
  readonly kind: 'set'
  readonly primitives: ReadonlySet<Primitive>
  /** Entities, sets and records, by `keyOf`. */
  readonly compounds: ReadonlyMap<string, Value>
}
export interface RecordValue {
  readonly kind: 'record'
  readonly fields: ReadonlyMap<string, Value>
}

/** Evaluation failed, as Cedar's does. `message` names constructs of the policy, never a value. */
export class EvaluationError extends Error {}
/** Policies or entities that cannot be loaded; which policy it is, where it is one. */
export class LoadError extends Error {
  readonly policy: string | undefined
  constructor(message: string, policy?: string) {
    super(policy === undefined ? message : `policy \`${policy}\`: ${message}`)
    this.policy = policy
  }
}

export function makeUid(type: string, id: string): Uid {
  // A type is made of names and `::`, so the first `"` ends it: no two entities share a key.
  return { kind: 'entity', type, id, key: `${type}"${id}` }
}

const NONE: ReadonlyMap<string, Value> = new Map()
export function makeSet(items: Iterable<Value>): SetValue {
  const primitives = new Set<Primitive>()
  let compounds: Map<string, Value> | undefined
  for (const item of items) {
    if (typeof item !== 'object') primitives.add(item)
    else {
      compounds ??= new Map()
      compounds.set(keyOf(item), item)
    }
  }
  return { kind: 'set', primitives, compounds: compounds ?? NONE }
}
export function makeRecord(fields: Iterable<readonly [string, Value]>): RecordValue {
  return { kind: 'record', fields: new Map(fields) }
}

export function contains(set: SetValue, item: Value): boolean {
  if (typeof item !== 'object') return set.primitives.has(item)
  return set.compounds.size > 0 && set.compounds.has(keyOf(item))
}

/** Cedar's `==`: never an error; values of different kinds differ; sets have no order. */
export function equal(a: Value, b: Value): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return a === b
  if (a.kind === 'entity') return b.kind === 'entity' && a.key === b.key
  if (a.kind === 'set') return b.kind === 'set' && sizeOf(a) === sizeOf(b) && includesAll(a, b)
  if (b.kind !== 'record' || a.fields.size !== b.fields.size) return false
  for (const [name, value] of a.fields) {
    const other = b.fields.get(name)
    if (other === undefined || !equal(value, other)) return false
  }
  return true
}
export function sizeOf(set: SetValue): number {
  return set.primitives.size + set.compounds.size
}
export function includesAll(set: SetValue, wanted: SetValue): boolean {
  for (const item of wanted.primitives) if (!set.primitives.has(item)) return false
  for (const key of wanted.compounds.keys()) if (!set.compounds.has(key)) return false
  return true
}
export function includesAny(set: SetValue, wanted: SetValue): boolean {
  for (const item of wanted.primitives) if (set.primitives.has(item)) return true
  for (const key of wanted.compounds.keys()) if (set.compounds.has(key)) return true
  return false
}

/** A text that two values share just if they are equal: strings and names are quoted, members are sorted. */
function keyOf(value: Value): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value !== 'object') return String(value)
  if (value.kind === 'entity') return `${value.type}::${JSON.stringify(value.id)}`
  if (value.kind === 'set') {
    const items = [...value.primitives, ...value.compounds.values()].map(keyOf)
    return `[${items.sort().join(',')}]`
  }
  const fields = [...value.fields].map(([name, field]) => `${JSON.stringify(name)}:${keyOf(field)}`)
  return `{${fields.sort().join(',')}}`
}

/** An entity's name from JSON, with or without the `__entity` escape. @throws LoadError */
export function readUid(json: EntityRefJson): Uid {
  if (typeof json !== 'object' || json === null) throw new LoadError('not an entity')
  const { type, id } = '__entity' in json ? json.__entity : json
  if (typeof type !== 'string' || typeof id !== 'string' || type.includes('"')) throw new LoadError('not an entity')
  return makeUid(type, id)
}

/** A value from Cedar's JSON value form. @throws LoadError naming what is not supported */
export function readValue(json: ValueJson): Value {
  if (typeof json === 'boolean' || typeof json === 'string') return json
  if (typeof json === 'number') {
    // Larger ones have lost digits on their way through JSON.
    if (!Number.isSafeInteger(json)) throw new LoadError('a number that is not an integer within 2^53 is not supported')
    return json
  }
  if (typeof json !== 'object' || json === null) throw new LoadError('not a Cedar value')
  if (isArray(json)) return makeSet(json.map(readValue))
  if (isEntity(json)) return readUid(json)
  for (const key of Object.keys(json)) {
    if (key === '__extn' || key === '__expr') throw new LoadError('extension values are not supported')
  }
  return makeRecord(Object.entries(json).map(([name, field]) => [name, readValue(field)]))
}
function isArray(json: ValueJson): json is readonly ValueJson[] {
  return Array.isArray(json)
}
function isEntity(json: object): json is EntityRefJson {
  return Object.hasOwn(json, '__entity')
}
