import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createAccess } from '../../src/access.ts'
import { strongerAction } from '../../src/actions.ts'
import type { NamedPolicy } from '../../src/cedar/types.ts'
import { id } from '../../src/ids.ts'
import { ACTIONS, type Direction, type Label, type Operation, type Principal } from '../../src/types.ts'
import {
  DIRECTIONS,
  dot,
  equals,
  FAILS,
  has,
  instead,
  operation,
  policy,
  principal,
  read,
  sourceOf,
  two,
  uid,
  value,
  within,
} from './est.ts'

const MODEL = { type: 'Model', id: id('m') } as const
const CONTEXT = { purpose: undefined, stream: false }
const label = (name: string) => name as Label
const ENTITY = id('EMAIL_ADDRESS')

function rule(policies: readonly NamedPolicy[], direction: Direction, name: string) {
  return createAccess(sourceOf(policies)).residual(principal(), operation())(direction, label(name), ENTITY)
}
const open = policy('open', 'permit')

test('ask: groups, domains, tenant, model, purpose and stream are there to be asked about', () => {
  const when = [
    two(read('principal'), 'in', uid('Group', 'staff')),
    two(dot(read('principal'), 'domains'), 'contains', value('train')),
    two(dot(read('principal'), 'tenant'), '==', value('acme')),
    two(read('resource'), '==', uid('Model', 'm')),
    two(has(read('context'), 'purpose'), '&&', two(dot(read('context'), 'purpose'), '==', value('support'))),
    dot(read('context'), 'stream'),
  ].reduce((a, b) => two(a, '&&', b))
  const access = createAccess(sourceOf([policy('all', 'permit', { when })]))
  const asked = {
    principal: principal({ groups: [id('staff')], domains: ['train'] }),
    action: 'chat',
    resource: MODEL,
    context: { purpose: id('support'), stream: true },
  } as const
  expect(access.ask(asked)).toEqual({ allowed: true, policies: ['all'] })
  const others: Partial<typeof asked | Record<string, unknown>>[] = [
    { principal: principal({ domains: ['train'] }) },
    { principal: principal({ groups: [id('staff')] }) },
    { principal: principal({ groups: [id('staff')], domains: ['train'], tenant: id('other') }) },
    { resource: { type: 'Model', id: id('n') } },
    { context: { purpose: id('other'), stream: true } },
    { context: { purpose: undefined, stream: true } },
    { context: { purpose: id('support'), stream: false } },
  ]
  for (const other of others)
    expect(access.ask({ ...asked, ...other } as never)).toEqual({ allowed: false, policies: [] })
})

test('ask: a forbid beats a permit and is named; an error denies and is named', () => {
  const ask = (...policies: NamedPolicy[]) =>
    createAccess(sourceOf(policies)).ask({ principal: principal(), action: 'chat', resource: MODEL, context: CONTEXT })
  expect(ask(open, policy('shut', 'forbid', { action: within('Action', 'invoke') }))).toEqual({
    allowed: false,
    policies: ['shut'],
  })
  expect(ask(open, policy('broken', 'forbid', { when: FAILS }))).toEqual({ allowed: false, policies: ['broken'] })
  expect(ask(open, policy('elsewhere', 'forbid', { action: equals('Action', 'send') }))).toEqual({
    allowed: true,
    policies: ['open'],
  })
})

test('ask: what the schema does not say is denied, whatever is permitted', () => {
  const access = createAccess(sourceOf([open]))
  const ask = (action: string, type: 'Model' | 'Log') =>
    access.ask({ principal: principal(), action, resource: { type, id: id('x') }, context: CONTEXT }).allowed
  expect(ask('chat', 'Model')).toBe(true)
  expect(ask('chat', 'Log')).toBe(false)
  expect(ask('readDecisions', 'Log')).toBe(true)
  expect(ask('delete', 'Model')).toBe(false)
  expect(ask('constructor', 'Model')).toBe(false)
  expect(ask('send', 'Model')).toBe(false)
})

test('a label is allowed if it is permitted and not forbidden; a forbid says what to do instead', () => {
  const pii = { resource: within('Label', 'pii') }
  const forbid = (name: string, action: string) => policy(name, 'forbid', { ...pii, ...instead(action) })
  expect(rule([open], 'send', 'pii.email')).toEqual({ action: 'allow', policies: ['open'] })
  expect(rule([], 'send', 'pii.email')).toEqual({ action: 'block', policies: [] })
  expect(rule([open, policy('no', 'forbid', pii)], 'send', 'pii.email')).toEqual({ action: 'block', policies: ['no'] })
  for (const action of ACTIONS.slice(1)) {
    expect(rule([open, forbid('f', action)], 'send', 'pii.email')).toEqual({ action, policies: ['f'] })
    expect(rule([open, forbid('f', action)], 'send', 'secret.jwt')).toEqual({ action: 'allow', policies: ['open'] })
    // Not permitted in the first place: there is nothing to do instead.
    expect(rule([forbid('f', action)], 'send', 'pii.email')).toEqual({ action: 'block', policies: ['f'] })
  }
  expect(rule([open, policy('broken', 'permit', { when: FAILS })], 'send', 'pii')).toEqual({
    action: 'block',
    policies: ['broken'],
  })
})

test('of several forbids what is as strong as each wins, in any order', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...ACTIONS.slice(1)), { minLength: 1, maxLength: 4 }), (actions) => {
      const forbids = actions.map((action, i) => policy(`f${i}`, 'forbid', instead(action)))
      const strongest = actions.reduceRight(strongerAction)
      expect(rule([...forbids, open], 'receive', 'pii')).toEqual({
        action: strongest,
        policies: forbids.map((one) => one.id),
      })
    }),
  )
})

test('labels are in what their dots name, also those that are not listed; those of no known kind are blocked', () => {
  const policies = [open, policy('f', 'forbid', { resource: within('Label', 'pii.email'), ...instead('redact') })]
  const actionOf = (name: string) => rule(policies, 'send', name).action
  expect(['pii', 'pii.email', 'pii.email.work', 'pii.email.work.old'].map(actionOf)).toEqual([
    'allow',
    'redact',
    'redact',
    'redact',
  ])
  expect(['pii.emails', 'pii.phone', 'secret'].map(actionOf)).toEqual(['allow', 'allow', 'allow'])
  expect(['other', 'other.pii', 'piis', 'pii"', '', '.'].map(actionOf)).toEqual(Array(6).fill('block'))
})

test('entities of one label are apart, though rulings are kept', () => {
  const ssn = two(dot(read('resource'), 'entity'), '==', value('US_SSN'))
  const on = createAccess(sourceOf([open, policy('f', 'forbid', { when: ssn, ...instead('mask') })])).residual(
    principal(),
    operation(),
  )
  for (const name of ['pii', 'pii.email', 'pii.unlisted', 'pii']) {
    expect(on('send', label(name), id('US_SSN'))).toEqual({ action: 'mask', policies: ['f'] })
    expect(on('send', label(name), id('UK_NHS'))).toEqual({ action: 'allow', policies: ['open'] })
  }
  expect(on('send', label('other'), id('US_SSN')).action).toBe('block')
})

test('the directions are apart', () => {
  const policies = [open, policy('f', 'forbid', { action: equals('Action', 'receive'), ...instead('redact') })]
  expect(DIRECTIONS.map((direction) => rule(policies, direction, 'pii').action)).toEqual(['allow', 'redact', 'allow'])
})

const MISUSED: readonly (readonly [string, NamedPolicy, RegExp])[] = [
  ['another action', policy('p', 'forbid', instead('encrypt')), /policy `p`: `@instead` is one of/],
  ['allow', policy('p', 'forbid', instead('allow')), /`@instead` is one of/],
  ['nothing', policy('p', 'forbid', instead(null)), /`@instead` is one of/],
  ['a permit', policy('p', 'permit', instead('redact')), /stands on a permit/],
  ['no data', policy('p', 'forbid', { ...instead('redact'), action: within('Action', 'invoke') }), /about no data/],
  ['a mistyped name', policy('p', 'forbid', { annotations: { insted: 'redact' } }), /unknown annotation `@insted`/],
  ['an id that a record could not hold', policy('my policy', 'permit'), /an id is made of/],
]
test.each(MISUSED)('an annotation on or with %s does not load', (_, misused, message) => {
  expect(() => createAccess(sourceOf([misused]))).toThrow(message)
})
test('two policies of one id do not load, nor does a schema without the data actions', () => {
  expect(() => createAccess(sourceOf([open, open]))).toThrow(/policy `open`: two policies/)
  const source = sourceOf([open])
  const actions = source.actions.filter(({ name }) => name !== 'restore')
  expect(() => createAccess({ ...source, actions })).toThrow(/no action `restore`/)
})

/** Blocks just the one principal and operation, so that taking another's grant for it would show. */
function pinned(who: Principal, what: Operation): NamedPolicy[] {
  const purpose = has(read('context'), 'purpose')
  const conditions = [
    two(read('principal'), '==', uid('Key', who.id)),
    two(dot(read('principal'), 'tenant'), '==', value(who.tenant)),
    two(dot(read('principal'), 'domains'), '==', value([...who.domains])),
    ...who.groups.map((group) => two(read('principal'), 'in', uid('Group', group))),
    two(dot(read('context'), 'model'), '==', value(what.model)),
    two(dot(read('context'), 'stream'), '==', value(what.stream)),
    what.purpose === undefined
      ? two(purpose, '==', value(false))
      : two(purpose, '&&', two(dot(read('context'), 'purpose'), '==', value(what.purpose))),
  ]
  return [open, policy('pin', 'forbid', { when: conditions.reduce((a, b) => two(a, '&&', b)), ...instead('redact') })]
}
interface Asked {
  readonly who: Principal
  readonly what: Operation
}
const name = fc.constantFrom(...['a', 'b', 'a,b', 'a","b', '"', '', 'null', '[]'].map((text) => text as Label))
const asked: fc.Arbitrary<Asked> = fc.record({
  who: fc.record({
    id: name,
    tenant: name,
    domains: fc.uniqueArray(fc.constantFrom('invoke', 'train', 'inspect')),
    groups: fc.uniqueArray(name, { minLength: 1, maxLength: 2 }),
  }) as fc.Arbitrary<Principal>,
  what: fc.record({ model: name, stream: fc.boolean(), purpose: fc.option(name, { nil: undefined }) }).map(operation),
})
const WHO = ['id', 'tenant', 'domains', 'groups'] as const
const WHAT = ['model', 'stream', 'purpose'] as const
/** One call, and another that differs in one field only. */
const pairs = fc.tuple(asked, asked, fc.constantFrom(...WHO, ...WHAT)).map(([one, other, field]) => {
  const who = { ...one.who, ...(field in one.who && { [field]: other.who[field as 'id'] }) }
  const what = { ...one.what, ...(!(field in one.who) && { [field]: other.what[field as 'model'] }) }
  return { one, other: { who, what } }
})

function expectApart(one: Asked, other: Asked) {
  const source = sourceOf(pinned(one.who, one.what))
  const shared = createAccess(source)
  expect(shared.residual(one.who, one.what)('send', label('pii'), ENTITY).action).toBe('redact')
  const fresh = createAccess(source).residual(other.who, other.what)('send', label('pii'), ENTITY)
  expect(shared.residual(other.who, other.what)('send', label('pii'), ENTITY)).toEqual(fresh)
  return fresh.action
}
test('a cached grant is given only to whom and for what it was made', () => {
  let apart = 0
  const run = ({ one, other }: { one: Asked; other: Asked }) => {
    if (expectApart(one, other) === 'allow') apart++
  }
  fc.assert(fc.property(pairs, run), { numRuns: 500 })
  expect(apart).toBeGreaterThan(200)
})
test.each([',', '","', '"', ':', '|', '/', ' ', '\0'])('names with %j in them are not taken for two names', (cut) => {
  const who = (more: Record<string, unknown>) => ({ ...principal(), ...more }) as Principal
  const [left, right] = [`a${cut}b`, `b${cut}c`]
  const what = operation()
  expect(
    expectApart({ who: who({ id: left, tenant: 'c' }), what }, { who: who({ id: 'a', tenant: right }), what }),
  ).toBe('allow')
  expect(expectApart({ who: who({ groups: [left] }), what }, { who: who({ groups: ['a', 'b'] }), what })).toBe('allow')
  const model = (more: Record<string, unknown>) => ({ ...what, ...more }) as Operation
  const asks = (of: Operation) => ({ who: principal(), what: of })
  expect(expectApart(asks(model({ model: left, purpose: 'c' })), asks(model({ model: 'a', purpose: right })))).toBe(
    'allow',
  )
  expect(expectApart(asks(model({ purpose: undefined })), asks(model({ purpose: 'null' })))).toBe('allow')
})

test('grants are kept, and no more of them than the cache holds', () => {
  const access = createAccess(sourceOf([open]), { cacheSize: 2 })
  const grantOf = (model: string) => access.residual(principal(), operation({ model: id(model) }))
  const first = grantOf('a')
  expect(grantOf('a')).toBe(first)
  grantOf('b')
  grantOf('c')
  expect(grantOf('a')).not.toBe(first)
})
test('rulings on listed labels are kept; on others, which a request may bring, they are not', () => {
  const on = createAccess(sourceOf([open])).residual(principal(), operation())
  expect(on('send', label('pii'), ENTITY)).toBe(on('send', label('pii'), ENTITY))
  expect(on('send', label('pii.unlisted'), ENTITY)).not.toBe(on('send', label('pii.unlisted'), ENTITY))
})
