import { accessSync, constants, existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type BundleSource, compileBundle } from '../../../bundle.ts'
import { countOperations, listExemptions, WHY } from '../../../coverage.ts'
import { ENDPOINTS } from '../../../operations/index.ts'
import { importMasterKey } from '../../../stores/vault-crypto.ts'
import { type Api, BLOBS } from '../../../types.ts'
import { MIRROR } from '../../../upstreams.ts'
import { databaseIn, type Environment } from '../environment.ts'
import { loadBundle } from '../load.ts'
import { openKeys, verifyLogs } from '../stores.ts'
import { type Command, readOptions } from './command.ts'

/** `ok`: as it should be. `note`: works, but is worth knowing. `bad`: must be put right. */
type Level = 'ok' | 'note' | 'bad'
type Line = readonly [level: Level, text: string]
const MARK: Record<Level, string> = { ok: 'ok  ', note: '--  ', bad: '!!  ' }

export const doctor: Command = {
  help: `Usage: parapet doctor [--coverage]

Checks what \`parapet serve\` will need and says what is missing and how to put it right. Changes nothing, calls no upstream.
Ends with 1 if anything must be put right.

  --coverage  tell instead which operations are served, and every place of their bodies that cannot be scanned, with the reason`,
  async run(args, environment) {
    const { coverage } = readOptions(args, { coverage: { type: 'boolean' } }).values
    if (coverage) {
      tellCoverage()
      return 0
    }
    const lines = [
      checkNode(),
      ...checkGuardrails(environment),
      await checkMasterKey(environment),
      ...checkData(environment),
      await checkPort(environment),
    ]
    for (const [level, text] of lines) console.log(MARK[level] + text.replaceAll('\n', '\n    '))
    return lines.some(([level]) => level === 'bad') ? 1 : 0
  },
}

/** Everything is scanned but this. */
function tellCoverage(): void {
  const named = (api: Api) => ENDPOINTS.filter((one) => one.api === api)
  for (const [api, name] of [
    ['openai', 'OpenAI'],
    ['anthropic', 'Anthropic'],
  ] as const) {
    const counts = [...countOperations(named(api))]
    const all = counts.map(
      ([domain, { served, closed }]) => `${domain} ${served}${closed > 0 ? ` (and ${closed} closed)` : ''}`,
    )
    console.log(`${name}: ${named(api).length} operations: ${all.join(', ')}`)
  }
  console.log('\nEvery string, number and object key of their bodies is scanned, both ways, but for these:')
  const exemptions = listExemptions(ENDPOINTS)
  for (const blob of BLOBS) {
    const places = exemptions.filter((one) => one.blob === blob)
    console.log(`\nunscannable.${blob}: ${WHY[blob]}`)
    for (const { format, direction, place } of places) console.log(`  ${format} ${direction} ${place}`)
    if (places.length === 0) console.log('  in data: URIs and files')
  }
  console.log(
    '\nPolicies in guardrails/access say what becomes of each kind; x-parapet-coverage counts them in every answer.',
  )
}

function checkNode(): Line {
  const major = Number(process.versions.node.split('.')[0])
  return [
    major >= 24 ? 'ok' : 'bad',
    `Node ${process.versions.node}${major >= 24 ? '' : ': 24 or later is needed; run `npm ci`'}`,
  ]
}

function checkGuardrails(environment: Environment): Line[] {
  let source: BundleSource
  try {
    source = loadBundle(environment.guardrails)
  } catch (error) {
    return [['bad', `guardrails: ${(error as Error).message}`]]
  }
  const { rules, digest } = source.ruleset
  const counted = `${rules.length} rules, ${source.access.policies.length} policies`
  const lines: Line[] = [['ok', `guardrails in ${environment.guardrails}: ${counted}, rules ${digest.slice(0, 19)}…`]]
  try {
    const used = compileBundle(source, environment.read).upstreams
    for (const { id, url } of used)
      lines.push(['ok', `upstream ${id}: ${url === MIRROR ? 'built in, answers with what it received' : url}`])
    for (const { id, keyFrom, url } of source.upstreams) {
      if (used.some((one) => one.id === id)) continue
      lines.push([
        'note',
        `upstream ${id} is left out: ${url === MIRROR ? 'there is a real one' : `${keyFrom} is not set`}`,
      ])
    }
    if (used.length === 0) lines.push(['bad', 'no upstream can be used: set the key of one'])
  } catch (error) {
    lines.push(['bad', (error as Error).message])
  }
  return lines
}

async function checkMasterKey({ masterKey, data }: Environment): Promise<Line> {
  if (masterKey === undefined) {
    const own = existsSync(join(data, 'master.key'))
    return own
      ? ['note', 'PARAPET_MASTER_KEY is not set: `serve --dev` uses the one in the data folder, `serve` will not start']
      : ['note', 'PARAPET_MASTER_KEY is not set: `serve --dev` will make one, `serve` will not start']
  }
  try {
    await importMasterKey(masterKey)
    return ['ok', 'PARAPET_MASTER_KEY is set']
  } catch (error) {
    return ['bad', (error as Error).message]
  }
}

function checkData({ data }: Environment): Line[] {
  const path = databaseIn(data)
  if (!existsSync(path))
    return [['note', `data folder ${data}: nothing is stored yet; there are no keys but those \`serve --dev\` makes`]]
  try {
    accessSync(data, constants.W_OK)
    accessSync(path, constants.W_OK)
  } catch {
    return [['bad', `data folder ${data} cannot be written to`]]
  }
  const store = openKeys(path)
  const keys = store.list().filter(({ revoked, expires }) => !revoked && (expires === null || expires > Date.now()))
  store.close()
  const lines: Line[] = [
    keys.length > 0
      ? [
          'ok',
          `data folder ${data}: ${keys.length} valid keys of ${new Set(keys.map(({ tenant }) => tenant)).size} tenants`,
        ]
      : ['note', `data folder ${data}: there are no valid keys; \`parapet keys create\` makes one`],
  ]
  const broken = verifyLogs(path).filter((report) => report.broken)
  lines.push(
    broken.length === 0
      ? ['ok', 'decision log: all chains hold']
      : [
          'bad',
          `decision log: ${broken.map(({ tenant }) => tenant).join(', ')}: broken; \`parapet log verify\` says where`,
        ],
  )
  return lines
}

function checkPort({ port, hostname }: Environment): Promise<Line> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', ({ code }: NodeJS.ErrnoException) =>
      resolve(['note', `${hostname}:${port} cannot be listened on now (${code}); a proxy may be running there`]),
    )
    probe.listen(port, hostname, () => probe.close(() => resolve(['ok', `${hostname}:${port} is free`])))
  })
}
