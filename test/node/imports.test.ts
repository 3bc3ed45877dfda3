/** The dependency rules of ARCHITECTURE.md, read off the sources. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'

const root = new URL('../..', import.meta.url).pathname
const src = join(root, 'src')
const STAGES = [
  'authenticate',
  'classify',
  'authorize',
  'extract',
  'detect',
  'decide',
  'route',
  'transform',
  'upstream',
  'screen',
]
/** The files that put stages together. */
const COMPOSERS = [
  'proxy.ts',
  'deliver.ts',
  'sessions/handshake.ts',
  'sessions/realtime.ts',
  'sessions/turns.ts',
  'sessions/answers.ts',
  'app.ts',
  'admin.ts',
  'simulate.ts',
  'leaks.ts',
  'files/forms.ts',
  'files/parts.ts',
  'files/contents.ts',
  'files/upload-judging.ts',
]

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.d.ts'),
)
/** What a file imports as values, as paths below src/, or package names. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8')
  const found = [
    ...text.matchAll(/^(?:import|export)\s(?!type\b)(?:[^'";]*?\sfrom\s)?'([^']+)'/gm),
    ...text.matchAll(/import\('([^']+)'\)/g),
  ]
  return found.map(([, name]) => (name!.startsWith('.') ? relative(src, join(src, dirname(file), name!)) : name!))
}
const all = files.map((file) => ({ file, imports: importsOf(file) }))

function offenders(allowed: (file: string) => boolean, forbidden: (name: string) => boolean): string[] {
  return all
    .filter(({ file }) => !allowed(file))
    .flatMap(({ file, imports }) => imports.filter(forbidden).map((name) => `${file} → ${name}`))
}

test('types.ts imports nothing; ports.ts and errors.ts only types', () => {
  expect(
    all.filter(({ file }) => ['types.ts', 'ports.ts', 'errors.ts'].includes(file)).flatMap((one) => one.imports),
  ).toEqual([])
  expect(readFileSync(join(src, 'types.ts'), 'utf8')).not.toMatch(/^import/m)
})

test('stages do not import stages, except for pure parts named here', () => {
  const stage = (name: string) => STAGES.some((one) => name === `${one}.ts`)
  const allowed = new Set(['screen.ts → extract.ts', 'transform.ts → extract.ts'])
  const found = offenders((file) => !stage(file), stage).filter((one) => !allowed.has(one))
  expect(found).toEqual([])
})

test('only composers put stages together', () => {
  const stage = (name: string) => STAGES.some((one) => name === `${one}.ts`)
  const dashboard = (file: string) => file.startsWith('dashboard/')
  const inner = (file: string) =>
    COMPOSERS.includes(file) || stage(file) || file.startsWith('hosts/') || dashboard(file)
  expect(offenders(inner, stage)).toEqual([])
})

test('hono only at the edge; node: and cloudflare: only in hosts; nothing imports hosts', () => {
  const host = (file: string) => file.startsWith('hosts/')
  const edge = (file: string) => host(file) || file.startsWith('dashboard/') || file === 'app.ts' || file === 'admin.ts'
  expect(offenders(edge, (name) => name === 'hono' || name.startsWith('hono/'))).toEqual([])
  // Hashes and word lists in plain JavaScript run anywhere.
  const platform = /^(?:node:|cloudflare:|undici|wrangler|yaml|zod|re2js|@(?!noble\/hashes\/|scure\/))/
  expect(offenders(host, (name) => platform.test(name))).toEqual([])
  expect(offenders(host, (name) => name.startsWith('hosts/'))).toEqual([])
})

test('formats are reached through the operation map, but for types and shapes of JSON', () => {
  const inside = (file: string) => file.startsWith('formats/') || file.startsWith('operations/')
  const open = ['formats/shapes.ts', 'formats/denials.ts']
  expect(offenders(inside, (name) => name.startsWith('formats/') && !open.includes(name))).toEqual([])
})

test('the core has no clock, no randomness and no timers of its own', () => {
  const found = files
    .filter((file) => !file.startsWith('hosts/'))
    .filter((file) =>
      /\bDate\.now\(|\bMath\.random\(|\bnew Date\(\)|\bsetTimeout\(|\bsetInterval\(|\bcrypto\.getRandomValues\(/.test(
        readFileSync(join(src, file), 'utf8'),
      ),
    )
  expect(found).toEqual([])
})

test('no evaluation of text as code, and no regular expression built from data on the path', () => {
  for (const file of files) {
    const text = readFileSync(join(src, file), 'utf8')
    expect(text, file).not.toMatch(/\beval\(|new Function\(/)
    if (!file.startsWith('hosts/')) expect(text, file).not.toMatch(/new RegExp\(/)
  }
})

test('no file names a package registry or a path of a machine', () => {
  for (const file of ['package.json', 'package-lock.json', ...files.map((name) => `src/${name}`)]) {
    expect(readFileSync(join(root, file), 'utf8'), file).not.toMatch(/registry\.npmjs|"resolved"|\/home\/|[^}]\/work\//)
  }
})
