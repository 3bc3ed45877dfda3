/** Who made what is stored at upstreams: one table for all tenants, since different tenants may share an upstream's account. */
import { LRUCache } from 'lru-cache'
import type { Owners, Ownership } from '../ports.ts'
import type { Id } from '../types.ts'
import type { Sql } from './sql.ts'

interface OwnerRow {
  readonly name: string
  readonly tenant: string
  readonly principal: string
  readonly upstream: string
  readonly chain: string
}

export function createOwnerTables(sql: Sql): void {
  sql.run(`CREATE TABLE IF NOT EXISTS owner (
    name TEXT NOT NULL PRIMARY KEY, tenant TEXT NOT NULL, principal TEXT NOT NULL, upstream TEXT NOT NULL, chain TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`)
}

/** INVARIANT: what has an owner keeps it. To be called inside a transaction. */
export function claimThings(sql: Sql, things: readonly Ownership[]): void {
  const statement = `INSERT INTO owner (name, tenant, principal, upstream, chain) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO NOTHING`
  for (const { id, tenant, principal, upstream, chain } of things) {
    sql.run(statement, nameOf(id), tenant, principal, upstream, chain)
  }
}
export function findThings(sql: Sql, ids: readonly string[]): (Ownership | undefined)[] {
  // One statement for all of them: a body may name a thousand.
  const statement = `SELECT name, tenant, principal, upstream, chain FROM owner
    WHERE name IN (SELECT value FROM json_each(?))`
  const names = ids.map(nameOf)
  const found = new Map(sql.all<OwnerRow>(statement, JSON.stringify(names)).map((row) => [row.name, row]))
  return names.map((name, i) => {
    const row = found.get(name)
    return row && toOwnership(ids[i]!, row)
  })
}

/** An id as it is stored: with escapes for what SQLite does not tell apart, half surrogate pairs and what follows a NUL. */
function nameOf(id: string): string {
  return JSON.stringify(id).slice(1, -1)
}
function toOwnership(id: string, { tenant, principal, upstream, chain }: OwnerRow): Ownership {
  return { id, tenant: tenant as Id, principal: principal as Id, upstream: upstream as Id, chain: chain as Id }
}

/** Of the longest ids about 5 MB. */
const REMEMBERED = 5_000

/** Remembers what was found, for where asking is a round trip: an owner never changes. What was not found may get one. */
export function rememberOwners(owners: Owners): Owners {
  let known: LRUCache<string, Ownership> | undefined
  return {
    claim: (things) => owners.claim(things),
    async find(ids) {
      known ??= new LRUCache({ max: REMEMBERED })
      const results = ids.map((id) => known?.get(id))
      const missing = ids.filter((_, i) => results[i] === undefined)
      if (missing.length === 0) return results
      const found = new Map<string, Ownership>()
      for (const thing of await owners.find(missing)) {
        if (!thing) continue
        found.set(thing.id, thing)
        known.set(thing.id, thing)
      }
      return ids.map((id, i) => results[i] ?? found.get(id))
    },
  }
}

/**
 * What is owned, in this many parts. INVARIANT: never changed, since a thing that is looked for in another part than it was
 * claimed in has no owner.
 */
const PARTS = 32

/** Asks each part about its own. `part`: some number of an id, always the same. */
export function partOwners(part: (id: string) => number, store: (part: number) => Owners): Owners {
  function split<T>(all: readonly T[], idOf: (one: T) => string): Map<number, { items: T[]; at: number[] }> {
    const parts = new Map<number, { items: T[]; at: number[] }>()
    all.forEach((one, i) => {
      const number = part(idOf(one)) % PARTS
      let some = parts.get(number)
      if (!some) parts.set(number, (some = { items: [], at: [] }))
      some.items.push(one)
      some.at.push(i)
    })
    return parts
  }
  return {
    async claim(things) {
      await Promise.all([...split(things, ({ id }) => id)].map(([number, { items }]) => store(number).claim(items)))
    },
    async find(ids) {
      const results = new Array<Ownership | undefined>(ids.length).fill(undefined)
      const work = [...split(ids, (id) => id)].map(async ([number, { items, at }]) => {
        const found = await store(number).find(items)
        for (let i = 0; i < at.length; i++) results[at[i]!] = found[i]
      })
      await Promise.all(work)
      return results
    },
  }
}
