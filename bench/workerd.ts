/** The Worker, and a bare pass-through, in workerd: built by wrangler as for a deployment, run by miniflare, each in a process. */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { random, sha256 } from '../src/hosts/node/crypto.ts'
import { id } from '../src/ids.ts'
import { hashKey, makeKey } from '../src/keys.ts'
import type { Target } from './proxy.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
// The one that wrangler brings.
const { Miniflare, convertV4MiniflareOptions } = createRequire(
  createRequire(import.meta.url).resolve('wrangler/package.json'),
)('miniflare')

const PASS_THROUGH = `export default {
  async fetch(request, env) {
    const body = JSON.stringify(JSON.parse(await request.text()))
    const headers = { 'content-type': 'application/json' }
    return fetch(env.OPENAI_BASE_URL + '/chat/completions', { method: 'POST', headers, body })
  },
}`

export async function startWorkerd(kind: 'floor' | 'parapet', upstream: string, folder: string): Promise<Target> {
  const key = makeKey(random).key
  const stored = {
    id: key.slice(3, 11),
    hash: hashKey(key, sha256),
    tenant: 'bench',
    domains: ['invoke'],
    groups: [],
    expires: null,
    revoked: false,
  }
  const before = new Set(children())
  const options = {
    host: '127.0.0.1',
    port: 0,
    modules: true,
    ...(kind === 'floor' ? { script: PASS_THROUGH } : { script: readFileSync(build(folder), 'utf8') }),
    compatibilityDate: '2026-11-01',
    compatibilityFlags: ['nodejs_compat', 'enable_request_signal'],
    durableObjects: {
      ...(kind === 'parapet' && {
        TENANTS: { className: 'TenantStore', useSQLite: true },
        DIRECTORY: { className: 'DirectoryStore', useSQLite: true },
        OWNERS: { className: 'OwnerStore', useSQLite: true },
        UPLOADS: { className: 'UploadStore', useSQLite: true },
        SPOOLS: { className: 'SpoolStore', useSQLite: true },
      }),
    },
    durableObjectsPersist: join(folder, kind),
    bindings: {
      OPENAI_BASE_URL: upstream,
      OPENAI_API_KEY: 'bench',
      PARAPET_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
      PARAPET_KEYS: JSON.stringify([stored]),
    },
  }
  const miniflare = new Miniflare(convertV4MiniflareOptions(options))
  const url = String(await miniflare.ready).replace(/\/$/, '')
  const pid = children().find((one) => !before.has(one))!
  return { name: `${kind} (${id(kind)})`, host: 'workerd', url, pid, key, stop: () => void miniflare.dispose() }
}

let built: string | undefined
function build(folder: string): string {
  if (built) return built
  const out = join(folder, 'worker')
  const wrangler = join(root, 'node_modules/wrangler/bin/wrangler.js')
  const { status, stderr } = spawnSync(process.execPath, [wrangler, 'deploy', '--dry-run', '--outdir', out], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
  })
  if (status !== 0) throw new Error(`wrangler could not build the Worker: ${stderr}`)
  built = join(out, 'main.js')
  return built
}

/** Processes of workerd that this one has started. */
function children(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
        return stat.includes('(workerd)') && Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === process.pid
      } catch {
        return false // It has ended meanwhile.
      }
    })
}
