import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { createAccess } from '../../src/access.ts'
import { loadAccess } from '../../src/hosts/node/access-loader.ts'
import { splitStatements } from '../../src/hosts/node/cedar-statements.ts'
import { ConfigurationError } from '../../src/hosts/node/yaml-file.ts'

const TEMPORARY = mkdtempSync(join(tmpdir(), 'parapet-access-'))
afterAll(() => rmSync(TEMPORARY, { recursive: true }))

const SCHEMA = readFileSync('guardrails/access/schema.cedarschema', 'utf8')
const OPEN = 'permit (principal, action, resource);\n'
let folders = 0
/** A folder of guardrails with these files in it. */
function folderOf(files: Readonly<Record<string, string | undefined>>): string {
  const folder = join(TEMPORARY, String(++folders))
  mkdirSync(join(folder, 'access'), { recursive: true })
  const all = { 'access/schema.cedarschema': SCHEMA, 'labels.yaml': 'pii: P.\npii.email: E.\n', ...files }
  for (const [name, text] of Object.entries(all)) if (text !== undefined) writeFileSync(join(folder, name), text)
  return folder
}
/** What is wrong with a folder, without the name of it. */
function faultsOf(files: Readonly<Record<string, string | undefined>>): readonly string[] {
  const folder = folderOf(files)
  try {
    loadAccess(folder)
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    return error.message.split('\n').map((line) => line.replaceAll(`${folder}/`, ''))
  }
  return []
}
const policy = (text: string) => ({ 'access/a.cedar': `${OPEN}// é\n\n${text}` })

test('the shipped folder loads, survives JSON, and names its policies', () => {
  const source = loadAccess('guardrails')
  expect(source.policies.map(({ id }) => id)).toContain('data.pii.send')
  expect(source.actions).toContainEqual({ name: 'chat', parents: ['invoke'], resources: ['Model', 'Collection'] })
  expect(JSON.parse(JSON.stringify(source))).toEqual(source)
  expect(createAccess(JSON.parse(JSON.stringify(source))).digest).toMatch(/^sha256:[0-9a-f]{64}$/)
})

test('a policy without an id is named by file and line', () => {
  const { policies } = loadAccess(
    folderOf({ 'access/a.cedar': `// one\n${OPEN}\n@instead("redact")\nforbid (principal, action, resource);` }),
  )
  expect(policies.map(({ id }) => id)).toEqual(['a:2', 'a:4'])
})

const FAULTS: readonly (readonly [
  string,
  Readonly<Record<string, string | undefined>>,
  readonly (string | RegExp)[],
])[] = [
  ['no policy', {}, [/access: there is no policy/]],
  ['no schema', { 'access/schema.cedarschema': undefined, 'access/a.cedar': OPEN }, [/access: there is no schema/]],
  ['no labels', { 'labels.yaml': undefined, 'access/a.cedar': OPEN }, [/^labels.yaml: there is no such file/]],
  ['a mistyped file name', { 'access/a.ceder': OPEN }, [/^access\/a.ceder: not a policy/]],
  [
    'a syntax error',
    policy('forbid (principal, action, resource)\nwhen { "é" == };'),
    [/^access\/a.cedar:5: unexpected token/],
  ],
  ['a missing `;`', policy('forbid (principal, action, resource)'), [/^access\/a.cedar:4: unexpected end of input/]],
  [
    'an unknown variable',
    policy('forbid (principal, action, resource)\nwhen { user.x };'),
    [/^access\/a.cedar:5: invalid member access/],
  ],
  [
    'a template',
    policy('forbid (principal == ?principal, action, resource);'),
    [/^access\/a.cedar:4: expected a static policy.*slot/],
  ],
  [
    'an unknown type',
    policy('forbid (principal is Kye, action, resource);'),
    [/^access\/a.cedar:4: .*`Kye`.*did you mean `Key`/],
  ],
  [
    'an unknown action',
    policy('forbid (principal,\naction == Action::"chatt", resource);'),
    [/^access\/a.cedar:5: .*did you mean `Action::"chat"`/],
  ],
  [
    'an unknown attribute',
    policy('forbid (principal, action, resource)\nwhen { principal.tennant == "x" };'),
    [/^access\/a.cedar:5: .*did you mean `tenant`/],
  ],
  [
    'an optional attribute',
    policy('forbid (principal, action, resource)\nwhen { context.purpose == "x" };'),
    [/^access\/a.cedar:5: .*context has purpose/],
  ],
  [
    'a wrong type',
    policy('forbid (principal, action, resource)\nwhen { principal.domains.contains(1) };'),
    [/^access\/a.cedar:5: .*not compatible/],
  ],
  [
    'an unknown label',
    policy('forbid (principal, action == Action::"send",\nresource in Label::"pii.emial");'),
    ['access/a.cedar:5: there is no label `pii.emial` in labels.yaml (did you mean `pii.email`?)'],
  ],
  [
    'an unknown label in a condition',
    policy('forbid (principal, action == Action::"send", resource)\nwhen { resource in [Label::"pii", Label::"pi"] };'),
    [/^access\/a.cedar:5: there is no label `pi`/],
  ],
  [
    'a policy that cannot apply',
    policy('forbid (principal, action == Action::"send", resource is Model);'),
    [/^access\/a.cedar:4: /, /^access\/a.cedar:4: .*impossible/],
  ],
  [
    'a policy that is never true',
    policy('forbid (principal, action, resource)\nwhen { false };'),
    [/^access\/a.cedar:4: .*impossible/],
  ],
  [
    'an extension function',
    policy('forbid (principal, action, resource)\nwhen { ip("10.0.0.1").isLoopback() };'),
    [/^access\/a.cedar:4: policy `a:4`: extension function `isLoopback`/],
  ],
  [
    'a misused annotation',
    policy('@id("x")\n@instead("scramble")\nforbid (principal, action, resource);'),
    [/^access\/a.cedar:4: policy `x`: `@instead` is one of/],
  ],
  [
    'an id that no record can hold',
    policy('@id("my policy")\nforbid (principal, action, resource);'),
    [/^access\/a.cedar:4: .*an id is made of/],
  ],
  [
    'an id that is there twice',
    { 'access/a.cedar': `@id("x") ${OPEN}`, 'access/b.cedar': `\n@id("x") ${OPEN}` },
    [/^access\/b.cedar:2: the policy at access\/a.cedar:1 has the id `x` too/],
  ],
  [
    'faults in two files',
    { 'access/a.cedar': 'permit;', 'access/b.cedar': '\nforbid;' },
    [/^access\/a.cedar:1: /, /^access\/b.cedar:2: /],
  ],
  [
    'a schema that is not one',
    { 'access/a.cedar': OPEN, 'access/schema.cedarschema': 'entity A;\nentiy B;' },
    [/^access\/schema.cedarschema:2: .*entiy/],
  ],
  [
    'a schema with namespaces',
    { 'access/a.cedar': OPEN, 'access/schema.cedarschema': 'namespace A { entity B; }' },
    [/outside of namespaces/],
  ],
  [
    'a schema without data actions',
    {
      'access/a.cedar': OPEN,
      'access/schema.cedarschema': 'entity A;\naction chat appliesTo { principal: A, resource: A };',
    },
    [/no action `send` that applies to Label/],
  ],
  [
    'a label that is there twice',
    { 'access/a.cedar': OPEN, 'labels.yaml': 'pii: P.\npii: P.\n' },
    [/^labels.yaml:\d: .*unique/],
  ],
  [
    'a label in none',
    { 'access/a.cedar': OPEN, 'labels.yaml': 'pii: P.\n\npi.email: E.\n' },
    ['labels.yaml:3: `pi.email`: there is no label `pi` for it to be in (did you mean `pii`?)'],
  ],
  [
    'a label of the wrong shape',
    { 'access/a.cedar': OPEN, 'labels.yaml': 'PII: P.\n' },
    [/^labels.yaml:1: `PII`: a label is made of/],
  ],
  ['a label without a word', { 'access/a.cedar': OPEN, 'labels.yaml': 'pii:\n' }, [/^labels.yaml:1: `pii`: /]],
]
test.each(FAULTS)('%s is refused, with its place', (_, files, expected) => {
  const faults = faultsOf(files)
  expect(faults).toHaveLength(expected.length)
  expected.forEach((one, i) => {
    if (typeof one === 'string') expect(faults[i]).toBe(one)
    else expect(faults[i]).toMatch(one)
  })
})
test('a folder that is not there is refused', () => {
  expect(() => loadAccess(join(TEMPORARY, 'nowhere'))).toThrow(/there is no such folder/)
})

test('the digest is of every file, by name and content', () => {
  const files = { 'access/a.cedar': OPEN, 'access/b.cedar': OPEN.replace('permit', 'forbid') }
  const changed = [
    files,
    { ...files, 'access/a.cedar': `${OPEN}// more` },
    { 'access/a.cedar': OPEN, 'access/c.cedar': files['access/b.cedar'] },
    { ...files, 'access/schema.cedarschema': `${SCHEMA}// more` },
    { ...files, 'labels.yaml': 'pii: P.\npii.email: Other.\n' },
  ]
  const digests = changed.map((one) => loadAccess(folderOf(one)).digest)
  expect(new Set(digests).size).toBe(changed.length)
  expect(loadAccess(folderOf(files)).digest).toBe(digests[0])
})

test('files are cut into policies where Cedar cuts them', () => {
  for (const name of readdirSync('guardrails/access').filter((one) => one.endsWith('.cedar'))) {
    expectSameCut(readFileSync(join('guardrails/access', name), 'utf8'))
  }
  const piece = fc.constantFrom(
    OPEN,
    'forbid(principal,action,resource)when{"a;b" == "//"};',
    '// permit(principal,action,resource);\n',
    '\n',
    '\r\n',
    '// "\r',
    '@id("\\";") permit (principal, action, resource) // c;\n;',
    ' ',
    '//\n',
  )
  fc.assert(
    fc.property(
      fc.array(piece).map((pieces) => pieces.join('')),
      expectSameCut,
    ),
  )
})
function expectSameCut(text: string) {
  const parts = cedar.policySetTextToParts(text)
  if (parts.type === 'failure') throw new Error(JSON.stringify(parts.errors))
  const ours = splitStatements(text)
  expect(ours.map((statement) => statement.text).sort()).toEqual(parts.policies.toSorted())
  const lines = text.split('\n')
  for (const statement of ours) {
    expect(lines.slice(statement.line - 1).join('\n')).toContain(statement.text)
    expect(lines[statement.line - 1]).toContain(statement.text.split('\n')[0])
  }
}
