/** Development keys: made on the first start, kept in the data folder, readable by its owner only. */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { id } from '../../ids.ts'
import { hashKey, makeKey } from '../../keys.ts'
import type { StoredKey } from '../../ports.ts'
import { DOMAINS, type Domain } from '../../types.ts'

export type DevKeys = Readonly<Record<Domain, string>>
type Random = (bytes: number) => Uint8Array
type Sha256 = (bytes: Uint8Array) => Uint8Array

const OWNER_ONLY = 0o600
/** As `parapet keys create` has it: policies know the tenant of whoever runs the proxy by this name. */
export const DEV_TENANT = id('default')

/** The master key of the data folder, made on the first start. 32 bytes in base64. */
export function devMasterKey(data: string): string {
  const path = join(data, 'master.key')
  if (!existsSync(path)) writeOwned(path, `${randomBytes(32).toString('base64')}\n`)
  return readFileSync(path, 'utf8').trim()
}

/** The keys of the data folder, one per domain; new ones where there are none yet. */
export function devKeys(data: string, random: Random): DevKeys {
  const written = readAssignments(join(data, 'dev.env'))
  const keys = DOMAINS.map((domain) => [domain, written.get(variableOf(domain)) ?? makeKey(random).key])
  return Object.fromEntries(keys) as DevKeys
}
/** Writes what a client needs, as shell assignments. */
export function writeDevEnv(data: string, url: string, keys: DevKeys): string {
  const path = join(data, 'dev.env')
  const lines = [`PARAPET_URL=${url}`, ...DOMAINS.map((domain) => `${variableOf(domain)}=${keys[domain]}`)]
  writeOwned(path, `${lines.join('\n')}\n`)
  return path
}
/** A development key as a directory stores it. */
export function storedDevKey(key: string, domain: Domain, sha256: Sha256): StoredKey {
  const stored = { hash: hashKey(key, sha256), tenant: DEV_TENANT, domains: [domain], groups: [] }
  return { ...stored, id: id(key.slice(3, 11)), expires: null, revoked: false }
}

function variableOf(domain: Domain): string {
  return `PARAPET_${domain.toUpperCase()}_KEY`
}
function readAssignments(path: string): ReadonlyMap<string, string> {
  if (!existsSync(path)) return new Map()
  const lines = readFileSync(path, 'utf8').split('\n')
  return new Map(lines.flatMap((line) => (line.includes('=') ? [line.split('=', 2) as [string, string]] : [])))
}
function writeOwned(path: string, text: string): void {
  mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 })
  writeFileSync(path, text, { mode: OWNER_ONLY })
}
