/** The policies in guardrails/README.md: each loads beside the ones that are shipped, and does what is said of it. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createAccess } from '../../src/access.ts'
import { loadAccess } from '../../src/hosts/node/access-loader.ts'
import { id } from '../../src/ids.ts'
import { ACTIONS, type Direction, type Label, type Principal } from '../../src/types.ts'
import { operation, principal } from '../cedar/est.ts'

const guardrails = new URL('../../guardrails', import.meta.url).pathname
const found = [
  ...readFileSync(join(guardrails, 'README.md'), 'utf8').matchAll(
    /(?:```diff\n([^`]*)```\n\n)?```cedar\n([\s\S]*?)```/g,
  ),
]
const examples = found.map(([, , text]) => text!)
/** What to change in data.cedar for an example, if it is said. */
const edits = new Map(found.map(([, edit, text]) => [text!, edit]))
const folder = mkdtempSync(join(tmpdir(), 'parapet-examples-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** The shipped policies with an example, and with the edit that is shown before it: one line behind one that is there. */
function load(example: string) {
  cpSync(guardrails, folder, { recursive: true, filter: (path) => !path.includes(`${guardrails}/data`) })
  const shipped = join(folder, 'access/data.cedar')
  const text = readFileSync(shipped, 'utf8')
  const edit = edits.get(example)
  if (edit !== undefined) {
    const [, before, added] = /^ *(\S.*)\n\+ *(\S.*)\n$/.exec(edit)!
    expect(text.split(before!)).toHaveLength(2)
    writeFileSync(shipped, text.replace(before!, `${before}\n${added}`))
  }
  writeFileSync(join(folder, 'access/example.cedar'), example)
  return createAccess(loadAccess(folder))
}

const INTERN = principal({ groups: [id('interns')] })
const CASES: Readonly<Record<string, readonly (readonly [Direction, string, string, string, Principal?])[]>> = {
  keep: [['send', 'pii.name', 'PERSON', 'pseudonymise']],
  mask: [
    ['send', 'pii.payment-card', 'CREDIT_CARD', 'mask'],
    ['receive', 'pii.payment-card', 'CREDIT_CARD', 'redact'],
  ],
  format: [
    ['send', 'pii.national-id', 'US_SSN', 'formatPreserving'],
    ['send', 'pii.national-id', 'UK_NINO', 'pseudonymise'],
  ],
  surrogate: [['send', 'pii.email', 'EMAIL_ADDRESS', 'surrogate']],
  pseudonymise: [['send', 'pii.phone', 'PHONE_NUMBER', 'pseudonymise']],
  hash: [
    ['send', 'pii.health-id', 'UK_NHS', 'hash'],
    ['receive', 'pii.health-id', 'UK_NHS', 'hash'],
    ['restore', 'pii.health-id', 'UK_NHS', 'allow'],
  ],
  redact: [['receive', 'pii.email', 'EMAIL_ADDRESS', 'redact']],
  drop: [
    ['receive', 'secret.jwt', 'JWT', 'redact'],
    ['receive', 'secret.jwt', 'JWT', 'drop', INTERN],
  ],
  block: [
    ['send', 'secret.private-key', 'PRIVATE_KEY', 'block'],
    ['send', 'secret.jwt', 'JWT', 'redact'],
  ],
}

test('there is an example for each action, and a case for each example', () => {
  const asked = examples.map((text) => /@instead\("(\w+)"\)/.exec(text)?.[1])
  expect(new Set(asked)).toEqual(new Set(ACTIONS.slice(1)))
  expect(examples.map((text) => /@id\("example\.([a-z]+)"\)/.exec(text)?.[1])).toEqual(Object.keys(CASES))
})

test.each(examples.map((text) => [/@id\("example\.([a-z]+)"\)/.exec(text)![1]!, text] as const))('%s', (name, text) => {
  for (const [direction, label, entity, action, who = principal()] of CASES[name]!) {
    const on = load(text).residual(who, operation())
    expect(on(direction, label as Label, id(entity)).action, `${direction} ${entity}`).toBe(action)
  }
})

test('keep: for the purpose that is named, the value goes as it is', () => {
  const on = load(examples[0]!).residual(principal(), operation({ purpose: id('support') }))
  expect(on('send', 'pii.name' as Label, id('PERSON')).action).toBe('allow')
})

test('a forbid adds to what is shipped: a mask where pseudonyms are asked for is a hash', () => {
  cpSync(join(guardrails, 'access/data.cedar'), join(folder, 'access/data.cedar'))
  writeFileSync(join(folder, 'access/example.cedar'), examples[1]!)
  const on = createAccess(loadAccess(folder)).residual(principal(), operation())
  expect(on('send', 'pii.payment-card' as Label, id('CREDIT_CARD')).action).toBe('hash')
})

test('an entity is an attribute of the label: one that policies do not know of is a fault of the file', () => {
  writeFileSync(
    join(folder, 'access/example.cedar'),
    'forbid (principal, action == Action::"send", resource) when { resource.entty == "X" };',
  )
  expect(() => loadAccess(folder)).toThrow(/example\.cedar:1: .*entty/)
})
