import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { compileBundle } from '../../../src/bundle.ts'
import { loadBundle } from '../../../src/hosts/node/load.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parapet-test-'))
  cpSync('guardrails', folder, { recursive: true })
  onTestFinished(() => rmSync(folder, { recursive: true }))
})
function edit(file: string, from: string | RegExp, to: string): void {
  const before = readFileSync(join(folder, file), 'utf8')
  const after = before.replace(from, to)
  expect(after).not.toBe(before)
  writeFileSync(join(folder, file), after)
}
const load = () => compileBundle(loadBundle(folder), () => undefined)

test('the guardrails of the repository load, and are plain JSON without secrets', () => {
  const source = loadBundle(folder)
  expect(JSON.parse(JSON.stringify(source))).toEqual(source)
  const environment: Record<string, string> = { OPENAI_API_KEY: 'sk-of-nobody', ANTHROPIC_API_KEY: 'sk-ant-of-nobody' }
  const bundle = compileBundle(source, (variable) => environment[variable])
  expect(bundle.upstreams.map(({ id, url, credential }) => [id, url, credential])).toEqual([
    ['openai', 'https://api.openai.com/v1', 'sk-of-nobody'],
    ['anthropic', 'https://api.anthropic.com', 'sk-ant-of-nobody'],
  ])
  expect(JSON.stringify(source)).not.toContain('of-nobody')
  expect(load().upstreams.map(({ id }) => id)).toEqual(['mirror-openai', 'mirror-anthropic'])
})

test('the defaults of the settings are what parapet.yaml says', () => {
  const written = loadBundle(folder).settings
  rmSync(join(folder, 'parapet.yaml'))
  expect(loadBundle(folder).settings).toEqual(written)
})

test.for([
  [
    'upstreams.yaml',
    'zone: us',
    'zones: us',
    /upstreams\.yaml:\d+: unknown key `upstreams\.0\.zones` \(did you mean `zone`\?\)/,
  ],
  [
    'upstreams.yaml',
    'https://api.openai.com',
    'http://api.openai.com',
    /upstreams\.yaml:\d+: `upstreams\.0\.url`: the base URL must be https/,
  ],
  [
    'upstreams.yaml',
    'id: anthropic',
    'id: openai',
    /upstreams\.yaml:\d+: `upstreams\.1\.id`: there is another upstream `openai`/,
  ],
  ['upstreams.yaml', 'api: openai', 'api: opnai', /upstreams\.yaml:\d+: `upstreams\.0\.api`: /],
  ['upstreams.yaml', /upstreams:\n[\s\S]*/, 'upstreams: []\n', /upstreams\.yaml:\d+: `upstreams`: /],
  [
    'parapet.yaml',
    'requestBytes',
    'requestbytes',
    /parapet\.yaml:\d+: unknown key `limits\.requestbytes` \(did you mean `requestBytes`\?\)/,
  ],
  ['parapet.yaml', /^limits:/m, 'limit:', /parapet\.yaml:\d+: unknown key `limit` \(did you mean `limits`\?\)/],
  ['parapet.yaml', 'depth: 64', 'depth: 64.5', /parapet\.yaml:\d+: `limits\.depth`: /],
  ['parapet.yaml', 'canary: null', "canary: 'a marker'", /parapet\.yaml:\d+: `canary`: the line must hold \{canary\}/],
] as const)('%s: %s made into %s', ([file, from, to, expected]) => {
  edit(file, from, to)
  expect(load).toThrow(expected)
})

test('a folder that is not there', () => {
  expect(() => loadBundle(join(folder, 'nowhere'))).toThrow(/nowhere: there is no such folder/)
})
