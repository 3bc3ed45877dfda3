/** Everything that the core needs of Node. */
import { mkdirSync } from 'node:fs'
import { rememberKeys } from '../../authenticate.ts'
import { compileBundle } from '../../bundle.ts'
import { deriveSessionKey } from '../../dashboard/session.ts'
import type { Bundle, Host } from '../../ports.ts'
import { importMasterKey } from '../../stores/vault-crypto.ts'
import { md5, random, sha256 } from './crypto.ts'
import { databaseIn, type Environment } from './environment.ts'
import { loadBundle } from './load.ts'
import { makeSender } from './send.ts'
import { openSpool } from './spool.ts'
import { openStores } from './stores.ts'

export interface NodeHost {
  readonly host: Host
  /** The same host with other rules, policies, upstreams and settings: what runs goes on with those it began with. */
  with(bundle: Bundle): Host
  /** Waits for what runs in the background, writes what waits to be written, and closes everything. */
  close(): Promise<void>
}

/** @throws ConfigurationError or Error that says what is missing or wrong */
export async function makeHost(environment: Environment, masterKey: string): Promise<NodeHost> {
  const bundle = compileBundle(loadBundle(environment.guardrails), environment.read)
  const master = await importMasterKey(masterKey)
  mkdirSync(environment.data, { recursive: true, mode: 0o700 })
  const stores = openStores(databaseIn(environment.data), { master, random, now: Date.now })
  const sender = makeSender(bundle.settings.limits)
  const running = new Set<Promise<unknown>>()
  const host: Host = {
    bundle,
    directory: rememberKeys(stores.directory),
    vault: stores.vault,
    owners: stores.owners,
    parts: stores.parts,
    decisions: stores.decisions,
    index: stores.index,
    send: sender.send,
    spool: async () => openSpool(environment.data),
    background(work) {
      const settled = work
        .catch(() => host.warn('work in the background failed'))
        .finally(() => running.delete(settled))
      running.add(settled)
    },
    now: Date.now,
    deadline: (ms) => AbortSignal.timeout(ms),
    pause: () => new Promise((resolve) => setImmediate(resolve)),
    random,
    sha256,
    md5,
    sessionKey: await deriveSessionKey(masterKey),
    nobody: { unrecorded: 0, recordedAt: 0 },
    warn: (line) => console.error(`parapet: ${line}`),
  }
  return {
    host,
    with(fresh) {
      // Connections to upstreams and sockets were set up with the limits of the start.
      const settings = { ...fresh.settings, limits: host.bundle.settings.limits }
      return { ...host, bundle: { ...fresh, settings } }
    },
    async close() {
      await sender.close()
      // What ends now may start more, such as the record of a stream that the closing cut off.
      while (running.size > 0) await Promise.allSettled(running)
      stores.close()
    },
  }
}
