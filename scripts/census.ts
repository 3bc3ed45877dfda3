/**
 * The census: every endpoint of both vendors' SDKs with the shape of what it takes and gives, read off the installed packages,
 * so that tests need no list of fields made by hand. `--list` prints the routes.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Census } from './census/nodes.ts'
import type { Sdk } from './census/take.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const TARGET = join(ROOT, 'generated/census.json')
const SDKS: readonly Sdk[] = [
  locate({ api: 'openai', name: 'openai', client: 'OpenAI' }),
  locate({ api: 'anthropic', name: '@anthropic-ai/sdk', client: 'Anthropic' }),
]

/** Reads the installed SDKs; takes seconds. The compiler is loaded only if it is needed. */
export async function takeCensus(): Promise<Census> {
  const { takeCensus } = await import('./census/take.ts')
  return takeCensus(SDKS)
}

/** Writes `generated/census.json` unless it is newer than what it is made of. */
export async function writeCensus(): Promise<void> {
  if (isFresh()) return
  const started = performance.now()
  const census = await takeCensus()
  mkdirSync(join(ROOT, 'generated'), { recursive: true })
  // Written beside and renamed, so that a reader never sees half of it.
  const draft = `${TARGET}.${process.pid}`
  writeFileSync(draft, JSON.stringify(census))
  renameSync(draft, TARGET)
  const { endpoints, sockets, types } = census
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.error(`census: ${endpoints.length} methods, ${sockets.length} sockets, ${types.length} types (${seconds} s)`)
}

export function readCensus(): Census {
  return JSON.parse(readFileSync(TARGET, 'utf8')) as Census
}

function isFresh(): boolean {
  if (!existsSync(TARGET)) return false
  const made = statSync(TARGET).mtimeMs
  const scripts = readdirSync(join(ROOT, 'scripts/census')).map((name) => join(ROOT, 'scripts/census', name))
  const parts = [...scripts, fileURLToPath(import.meta.url), ...SDKS.map(({ folder }) => join(folder, 'package.json'))]
  if (parts.some((path) => statSync(path).mtimeMs > made)) return false
  // Packages are unpacked with the times of their making, so their versions are compared as well.
  const { versions } = readCensus()
  return SDKS.every(({ name, version }) => versions[name] === version)
}

function locate(sdk: Omit<Sdk, 'folder' | 'version'>): Sdk {
  const folder = join(ROOT, 'node_modules', sdk.name)
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }
  return { ...sdk, folder, version }
}

/** One line a route, with every method of the SDK that calls it: `openai POST /v1/responses json stream query=a,b …`. */
function describeRoutes({ endpoints, sockets }: Census): string[] {
  const routes = Map.groupBy(endpoints, ({ api, method, path }) => `${api} ${method} ${path}`)
  const lines = [...routes].map(([route, calls]) => {
    const requests = unique(calls.map(({ request }) => request)).filter((request) => request !== 'none')
    const streams = calls.some((call) => call.streams) ? ['stream'] : []
    const names = unique(calls.flatMap(({ query }) => Object.keys(query)))
    const query = names.length > 0 ? [`query=${names}`] : []
    const answers = unique(calls.flatMap((call) => call.answers))
    return [route, ...requests, ...streams, ...query, `answer=${answers}`, `id=${calls.map(({ id }) => id)}`].join(' ')
  })
  return [...lines, ...sockets.map(({ api, id, path }) => `${api} GET ${path} socket id=${id}`)]
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)].sort()
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await writeCensus()
  if (process.argv.includes('--list')) {
    for (const line of describeRoutes(readCensus())) console.log(line)
  }
}
