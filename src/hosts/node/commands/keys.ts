import { mkdirSync } from 'node:fs'
import { id } from '../../../ids.ts'
import { hashKey, makeKey } from '../../../keys.ts'
import type { StoredKey } from '../../../ports.ts'
import { DOMAINS, type Domain, type Id } from '../../../types.ts'
import { random, sha256 } from '../crypto.ts'
import { databaseIn, type Environment } from '../environment.ts'
import { UsageError } from '../errors.ts'
import { type KeyStore, openKeys } from '../stores.ts'
import { didYouMean } from '../suggest.ts'
import { type Command, readOptions } from './command.ts'

const ACTIONS = ['create', 'list', 'revoke'] as const
const DAY_MS = 24 * 3600_000

export const keys: Command = {
  help: `Usage: parapet keys create --domain DOMAIN… [--tenant NAME] [--group NAME…] [--days N] [--json]
       parapet keys list
       parapet keys revoke ID

Keys of the data folder's database; a running proxy sees a change within a second. Only the hash of a key is kept, so a key is
shown once, when it is made.

Options of create
  --domain DOMAIN   what the key may do: ${DOMAINS.join(', ')}. None implies another; may be given several times
  --tenant NAME     whose key it is: a tenant has a decision log and a vault of its own (default: default)
  --group NAME      a group that policies can name; may be given several times
  --days N          how long it is valid (default: for ever)
  --json            print what a Worker takes in its variable PARAPET_KEYS, and the key on standard error

Examples
  parapet keys create --domain invoke --tenant support --group staff --days 90
  parapet keys revoke abcd2345`,
  run(args, environment) {
    const [action, ...rest] = args
    if (action === undefined) throw new UsageError(`say what to do: ${ACTIONS.join(', ')}`)
    if (!(ACTIONS as readonly string[]).includes(action)) {
      throw new UsageError(`unknown action \`${action}\`${didYouMean(action, ACTIONS)}`)
    }
    if (action === 'create') return create(rest, environment)
    return withKeys(environment, (store) => (action === 'list' ? list(rest, store) : revoke(rest, store)))
  },
}

function create(args: readonly string[], environment: Environment): number {
  const { values } = readOptions(args, {
    domain: { type: 'string', multiple: true },
    tenant: { type: 'string', default: 'default' },
    group: { type: 'string', multiple: true },
    days: { type: 'string' },
    json: { type: 'boolean', default: false },
  })
  const { id: name, key } = makeKey(random)
  const stored: StoredKey = {
    id: name,
    hash: hashKey(key, sha256),
    tenant: readName(values.tenant, '--tenant'),
    domains: readDomains(values.domain),
    groups: (values.group ?? []).map((group) => readName(group, '--group')),
    expires: readExpiry(values.days),
    revoked: false,
  }
  if (values.json) {
    console.log(JSON.stringify([stored]))
    console.error(key)
    return 0
  }
  withKeys(environment, (store) => store.add(stored))
  console.log(key)
  return 0
}
function list(args: readonly string[], store: KeyStore): number {
  readOptions(args, {})
  const keys = store.list()
  if (keys.length === 0) console.log('There are no keys. `parapet keys create --help` tells how to make one.')
  for (const { id: name, tenant, domains, groups, expires, revoked } of keys) {
    const state = revoked
      ? 'revoked'
      : expires === null
        ? 'valid'
        : `${expires > Date.now() ? 'until' : 'expired'} ${new Date(expires).toISOString()}`
    console.log([name, tenant, domains.join(','), groups.join(',') || '-', state].join('  '))
  }
  return 0
}
function revoke(args: readonly string[], store: KeyStore): number {
  const { rest } = readOptions(args, {}, 1)
  // The whole key is taken too, since that is what one has at hand when it leaked.
  const name = rest[0]?.replace(/^pk_([a-z2-7]{8})_.*$/, '$1')
  if (name === undefined) throw new UsageError('say which key: its id, as `parapet keys list` shows it')
  if (!store.revoke(name)) throw new UsageError('there is no such key; `parapet keys list` shows all')
  console.log(`${name} is revoked`)
  return 0
}

function withKeys<T>(environment: Environment, work: (store: KeyStore) => T): T {
  mkdirSync(environment.data, { recursive: true, mode: 0o700 })
  const store = openKeys(databaseIn(environment.data))
  try {
    return work(store)
  } finally {
    store.close()
  }
}
function readDomains(domains: readonly string[] = []): Domain[] {
  if (domains.length === 0) throw new UsageError(`--domain is needed: ${DOMAINS.join(', ')}`)
  for (const domain of domains) {
    if (!(DOMAINS as readonly string[]).includes(domain)) {
      throw new UsageError(
        `unknown domain \`${domain}\`${didYouMean(domain, DOMAINS)}; there are ${DOMAINS.join(', ')}`,
      )
    }
  }
  return DOMAINS.filter((domain) => domains.includes(domain))
}
function readName(name: string, option: string): Id {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name))
    throw new UsageError(`${option} must be letters, digits, \`.\`, \`_\` or \`-\``)
  return id(name)
}
function readExpiry(days: string | undefined): number | null {
  if (days === undefined) return null
  if (!/^\d{1,5}$/.test(days) || Number(days) === 0) throw new UsageError('--days must be a number from 1 to 99999')
  return Date.now() + Number(days) * DAY_MS
}
