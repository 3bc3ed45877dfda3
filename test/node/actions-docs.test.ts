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
const examples = [...readFileSync(join(guardrails, 'README.md'), 'utf8').matchAll(/```cedar\n([\s\S]*?)```/g)].map(
  ([, text]) => text!,
)
const folder = mkdtempSync(join(tmpdir(), 'parapet-examples-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** The shipped policies with an example, and without what they ask for of a label that is sent. */
function load(example: string, label: string) {
  cpSync(guardrails, folder, { recursive: true, filter: (path) => !path.includes(`${guardrails}/data`) })
  const shipped = join(folder, 'access/data.cedar')
  const text = readFileSync(shipped, 'utf8')
  const listed = text.replace('[Label::"pii.name",', `[Label::"pii.name",\n     Label::"${label}",`)
  expect(listed).not.toBe(text)
  writeFileSync(shipped, label.startsWith('pii') && label !== 'pii.name' ? listed : text)
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
    ['send', 'pii.passport', 'US_PASSPORT', 'formatPreserving'],
    ['send', 'pii.passport', 'UK_PASSPORT', 'allow'],
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
    const on = load(text, label).residual(who, operation())
    expect(on(direction, label as Label, id(entity)).action, `${direction} ${entity}`).toBe(action)
  }
})

test('keep: for the purpose that is named, the value goes as it is', () => {
  const on = load(examples[0]!, 'pii.name').residual(principal(), operation({ purpose: id('support') }))
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
