import type { EntityRefJson, ValueJson } from './types.ts'
import { LoadError, makeRecord, type RecordValue, readUid, readValue } from './values.ts'

/** What is known of an entity. */
export interface Entity {
  readonly attrs: RecordValue
  readonly tags: RecordValue
  /** Keys of every entity that it is in, itself left out. */
  readonly ancestors: ReadonlySet<string>
}
/** Entities by `Uid.key`; a Map is one. */
export interface Entities {
  get(key: string): Entity | undefined
}

/** An entity in Cedar's JSON entity form. */
export interface EntitySource {
  readonly uid: EntityRefJson
  readonly attrs: Readonly<Record<string, ValueJson>>
  readonly parents: readonly EntityRefJson[]
  readonly tags?: Readonly<Record<string, ValueJson>>
}

export const NO_FIELDS: RecordValue = makeRecord([])

/** Reads entities and closes their hierarchy. @throws LoadError on a cycle, and where one is told twice */
export function buildEntities(sources: readonly EntitySource[]): ReadonlyMap<string, Entity> {
  const parents = new Map<string, readonly string[]>()
  for (const { uid, parents: above } of sources) {
    const { key, type, id } = readUid(uid)
    if (parents.has(key)) throw new LoadError(`entity \`${type}::${JSON.stringify(id)}\` is there twice`)
    parents.set(
      key,
      above.map((parent) => readUid(parent).key),
    )
  }
  return new Map(
    sources.map((source) => {
      const { key, type, id } = readUid(source.uid)
      const ancestors = findAncestors(key, parents)
      if (ancestors.has(key)) throw new LoadError(`entity \`${type}::${JSON.stringify(id)}\` is in itself`)
      return [key, { attrs: readFields(source.attrs), tags: readFields(source.tags), ancestors }]
    }),
  )
}

function findAncestors(key: string, parents: ReadonlyMap<string, readonly string[]>): Set<string> {
  const found = new Set<string>()
  const open = [...(parents.get(key) ?? [])]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue
    found.add(next)
    open.push(...(parents.get(next) ?? []))
  }
  return found
}

function readFields(json: Readonly<Record<string, ValueJson>> | undefined): RecordValue {
  if (json === undefined) return NO_FIELDS
  return makeRecord(Object.entries(json).map(([name, value]) => [name, readValue(value)]))
}
