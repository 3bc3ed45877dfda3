/** `npm run dev:edge`: the proxy in workerd on this machine, with the same keys and greeting as on Node. No account is needed. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { random, sha256 } from '../src/hosts/node/crypto.ts'
import { devKeys, devMasterKey, storedDevKey, writeDevEnv } from '../src/hosts/node/dev.ts'
import { type Environment, readEnvironment } from '../src/hosts/node/environment.ts'
import { greet } from '../src/hosts/node/greeting.ts'
import { loadBundle } from '../src/hosts/node/load.ts'
import { DOMAINS } from '../src/types.ts'
import { resolveUpstreams, type UpstreamSource } from '../src/upstreams.ts'
import { ROOT } from './run.ts'

const START_MS = 60_000
/** wrangler is to ask nothing, tell nobody, and work without a network. */
const QUIET = {
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  WRANGLER_WRITE_LOGS: 'false',
  WRANGLER_NO_SKILLS_UPDATE_PROMPTS: 'true',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
}

try {
  process.exitCode = await main()
} catch (error) {
  console.error((error as Error).message.replace(/^/gm, 'parapet: '))
  process.exitCode = 1
}

async function main(): Promise<number> {
  const environment = readEnvironment(process.env)
  const { upstreams: sources } = loadBundle(environment.guardrails)
  const upstreams = resolveUpstreams(sources, environment.read)
  const port = await freePort(environment)
  const keys = devKeys(environment.data, random)
  const url = `http://${environment.hostname}:${port}`
  const keysIn = writeDevEnv(environment.data, url, keys)
  const stored = DOMAINS.map((domain) => storedDevKey(keys[domain], domain, sha256))
  const variables = {
    PARAPET_MASTER_KEY: environment.masterKey ?? devMasterKey(environment.data),
    PARAPET_KEYS: JSON.stringify(stored),
    ...ofUpstreams(sources, environment),
  }
  const wrangler = startWrangler(environment, port, writeVariables(environment.data, variables))
  if (await answers(url, wrangler)) console.log(greet({ url, keys, keysIn, upstreams }))
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => wrangler.child.kill(signal))
  const code = await wrangler.ended
  return wrangler.child.killed ? 0 : code
}

interface Wrangler {
  readonly child: ReturnType<typeof spawn>
  readonly ended: Promise<number>
}
function startWrangler({ hostname, data }: Environment, port: number, variables: string): Wrangler {
  const own = join(ROOT, '.dev.vars')
  const args = [
    ...['node_modules/wrangler/bin/wrangler.js', 'dev', '--ip', hostname, '--port', `${port}`, '--inspector-port', '0'],
    ...['--persist-to', join(data, 'edge'), '--log-level', 'warn', '--show-interactive-dev-session=false'],
    // Later files win: what a developer writes in .dev.vars does.
    ...[variables, ...(existsSync(own) ? [own] : [])].map((file) => `--env-file=${file}`),
  ]
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...QUIET },
  })
  const ended = new Promise<number>((resolve) => {
    child.on('error', () => resolve(1))
    child.on('close', (code) => resolve(code ?? 1))
  })
  return { child, ended }
}

/** Whether the Worker answers before it ends. */
async function answers(url: string, { ended }: Wrangler): Promise<boolean> {
  let running = true
  void ended.then(() => {
    running = false
  })
  for (const deadline = Date.now() + START_MS; running && Date.now() < deadline; ) {
    try {
      await (await fetch(url)).arrayBuffer()
      return true
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50)) // It does not listen yet.
    }
  }
  return false
}

/** The port asked for, if it is free, or any if 0 was. */
function freePort({ port, hostname }: Environment): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', () => reject(new Error(`port ${port} of ${hostname} cannot be used; set PORT to another`)))
    probe.listen(port, hostname, () => {
      const { port: free } = probe.address() as AddressInfo
      probe.close(() => resolve(free))
    })
  })
}

/** The variables that upstreams name, as far as they are set here. */
function ofUpstreams(sources: readonly UpstreamSource[], { read }: Environment): Record<string, string> {
  const names = sources.flatMap(({ keyFrom, urlFrom }) => [keyFrom, urlFrom])
  const pairs = names.flatMap((name) => {
    const value = name === undefined ? undefined : read(name)
    return name === undefined || value === undefined ? [] : [[name, value]]
  })
  return Object.fromEntries(pairs)
}
function writeVariables(data: string, variables: Record<string, string>): string {
  mkdirSync(data, { recursive: true, mode: 0o700 })
  const path = join(data, 'edge.env')
  const lines = Object.entries(variables).map(([name, value]) => {
    if (/['\r\n]/.test(value)) throw new Error(`${name} holds a quote or a line break`)
    return `${name}='${value}'`
  })
  writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o600 })
  return path
}
