/** What expressions mean: Cedar's rules, one row each. The differential suite compares the same with Cedar itself. */
import { expect, test } from 'vitest'
import type { Env } from '../../src/cedar/code.ts'
import { compilePolicies } from '../../src/cedar/compile.ts'
import { buildEntities } from '../../src/cedar/entities.ts'
import { allows, determining, evaluate, reduce } from '../../src/cedar/partial.ts'
import type { ExprJson, NamedPolicy, PolicyJson } from '../../src/cedar/types.ts'
import { makeRecord, makeUid } from '../../src/cedar/values.ts'
import {
  choose,
  dot,
  FAILS,
  has,
  is,
  isEmpty,
  like,
  neg,
  not,
  policy,
  read,
  record,
  set,
  two,
  uid,
  value,
} from './est.ts'

const entity = (type: string, id: string) => ({ type, id })
const ENTITIES = buildEntities([
  {
    uid: entity('Key', 'ann'),
    attrs: { n: 3, s: 'x', inner: { deep: { n: 1 } }, friend: { __entity: entity('Key', 'bob') } },
    parents: [entity('Group', 'staff')],
    tags: { level: 7 },
  },
  { uid: entity('Group', 'staff'), attrs: {}, parents: [entity('Group', 'all')] },
  { uid: entity('Group', 'all'), attrs: {}, parents: [] },
  { uid: entity('Label', 'pii'), attrs: {}, parents: [] },
  { uid: entity('Label', 'pii.email'), attrs: {}, parents: [entity('Label', 'pii')] },
])
const ENV: Env = {
  principal: makeUid('Key', 'ann'),
  action: makeUid('Action', 'chat'),
  resource: makeUid('Label', 'pii.email'),
  context: makeRecord([['purpose', 'support']]),
  entities: ENTITIES,
}
const [ann, label, context] = [read('principal'), read('resource'), read('context')]
const [yes, no] = [value(true), value(false)]
const long = 2 ** 53 - 1
/** 2^63 − 1024, the largest multiple of 2^53 − 1 by 1024. */
const nearEdge = two(value(long), '*', value(1024))

const ROWS: readonly (readonly [string, ExprJson, boolean | 'error'])[] = [
  ['&& stops at false', two(no, '&&', FAILS), false],
  ['&& goes on at true', two(yes, '&&', FAILS), 'error'],
  ['&& wants booleans on its left', two(value(1), '&&', no), 'error'],
  ['&& wants booleans on its right', two(yes, '&&', value(1)), 'error'],
  ['|| stops at true', two(yes, '||', FAILS), true],
  ['|| goes on at false', two(no, '||', FAILS), 'error'],
  ['! wants a boolean', not(value('true')), 'error'],
  ['if evaluates one side', choose(yes, yes, FAILS), true],
  ['if evaluates the other side', choose(no, FAILS, yes), true],
  ['if wants a boolean', choose(value(0), yes, yes), 'error'],
  ['== of different kinds is false, not an error', two(value(1), '==', value('1')), false],
  ['== of sets knows no order and no doubles', two(value([1, 2, 2]), '==', value([2, 1])), true],
  ['== of sets knows kinds', two(value([1]), '==', value(['1'])), false],
  ['== of sets wants all', two(value([1]), '==', value([1, 2])), false],
  ['== of records wants all fields', two(value({ a: 1 }), '==', value({ a: 1, b: 1 })), false],
  ['== of records knows no order', two(value({ a: 1, b: [2] }), '==', value({ b: [2], a: 1 })), true],
  ['== of entities wants the type', two(uid('Key', 'a'), '==', uid('Group', 'a')), false],
  ['== of entities is not fooled by quotes', two(uid('A', 'b"c'), '==', uid('A', 'b')), false],
  ['!= is its opposite', two(value(1), '!=', value('1')), true],
  ['< wants longs', two(value('a'), '<', value('b')), 'error'],
  ['<= at equality', two(value(2), '<=', value(2)), true],
  ['> at equality', two(value(2), '>', value(2)), false],
  ['+ beyond 2^53 is exact', two(two(value(long), '+', value(2)), '==', two(value(long), '+', value(3))), false],
  ['+ to the edge of 64 bits', two(two(nearEdge, '+', value(1023)), '>', nearEdge), true],
  ['+ over the edge of 64 bits', two(two(nearEdge, '+', value(1024)), '>', nearEdge), 'error'],
  ['- to the edge', two(two(neg(nearEdge), '-', value(1024)), '<', value(0)), true],
  ['- over the edge', two(two(neg(nearEdge), '-', value(1025)), '<', value(0)), 'error'],
  ['* over the edge', two(two(nearEdge, '*', value(2)), '>', value(0)), 'error'],
  ['neg over the edge', two(neg(two(neg(nearEdge), '-', value(1024))), '>', value(0)), 'error'],
  [
    'a sum that comes back below 2^53 is that number',
    two(two(two(value(long), '+', value(9)), '-', value(9)), '==', value(long)),
    true,
  ],
  ['0 * -1 is 0', two(two(value(0), '*', value(-1)), '==', value(0)), true],
  ['in: an entity is in itself', two(ann, 'in', uid('Key', 'ann')), true],
  ['in: parents', two(ann, 'in', uid('Group', 'staff')), true],
  ['in: their parents', two(ann, 'in', uid('Group', 'all')), true],
  ['in is not the other way round', two(uid('Group', 'all'), 'in', ann), false],
  ['in: of a set, one is enough', two(ann, 'in', set(uid('Group', 'x'), uid('Group', 'all'))), true],
  ['in: nothing is in an empty set', two(ann, 'in', set()), false],
  ['in: one member that is no entity is an error', two(ann, 'in', set(uid('Group', 'all'), value(1))), 'error'],
  ['in: an unknown entity is in itself only', two(uid('X', 'a'), 'in', uid('X', 'a')), true],
  ['in wants an entity', two(value('ann'), 'in', ann), 'error'],
  ['has: an attribute that is there', has(ann, 'n'), true],
  ['has: one that is not', has(ann, 'm'), false],
  ['has: of an unknown entity', has(uid('Key', 'zoe'), 'n'), false],
  ['has: of a path', has(ann, 'inner', 'deep', 'n'), true],
  ['has: of a path that breaks off', has(ann, 'inner', 'flat', 'n'), false],
  ['has: of a path through something without attributes', has(ann, 'n', 'n'), 'error'],
  ['has wants an entity or a record', has(value('a'), 'length'), 'error'],
  ['has knows no inherited names', has(record({}), 'constructor'), false],
  ['.: an attribute that is missing', two(dot(ann, 'm'), '==', value(1)), 'error'],
  ['.: of an unknown entity', two(dot(dot(ann, 'friend'), 'n'), '==', value(1)), 'error'],
  ['.: of the context', two(dot(context, 'purpose'), '==', value('support')), true],
  ['.: of a record literal', dot(record({ a: yes, b: no }), 'a'), true],
  ['a record literal evaluates all its fields', dot(record({ a: yes, b: FAILS }), 'a'), 'error'],
  ['like without wildcards is equality', like(value('abc'), 'abc'), true],
  ['like is anchored', like(value('abc'), 'b'), false],
  ['like: * is any run, an empty one too', like(value('abc'), '*abc*'), true],
  ['like: pieces in their order', like(value('a-b-c'), 'a*b*c'), true],
  ['like: pieces do not share text', like(value('aba'), 'ab*ba'), false],
  ['like: inner pieces do not reach into the last', like(value('abab'), 'a*bab*b'), false],
  ['like wants a string', like(value(1), '*'), 'error'],
  ['is', is(ann, 'Key'), true],
  ['is: another type', is(ann, 'Group'), false],
  ['is in', is(ann, 'Key', uid('Group', 'all')), true],
  ['is in: not reached for another type', is(ann, 'Group', value(1)), false],
  ['is wants an entity', is(value('Key'), 'Key'), 'error'],
  ['contains', two(value([1, 'a']), 'contains', value('a')), true],
  ['contains: of sets in sets', two(value([['a', 'b']]), 'contains', value(['b', 'a'])), true],
  ['contains: is not fooled by quotes', two(value([['a', 'b']]), 'contains', value(['a","b'])), false],
  ['contains wants a set', two(value('abc'), 'contains', value('a')), 'error'],
  ['containsAll', two(value([1, 2]), 'containsAll', value([2, 2])), true],
  ['containsAll: the other way round', two(value([1]), 'containsAll', value([1, 2])), false],
  ['containsAll wants two sets', two(value([1]), 'containsAll', value(1)), 'error'],
  ['containsAny', two(value([1, 2]), 'containsAny', value([2, 3])), true],
  ['containsAny: of nothing', two(value([1]), 'containsAny', value([])), false],
  ['isEmpty', isEmpty(value([])), true],
  ['isEmpty wants a set', isEmpty(value('')), 'error'],
  ['hasTag', two(ann, 'hasTag', value('level')), true],
  ['hasTag: of an unknown entity', two(uid('Key', 'zoe'), 'hasTag', value('level')), false],
  ['getTag', two(two(ann, 'getTag', value('level')), '==', value(7)), true],
  ['getTag: one that is missing', two(two(ann, 'getTag', value('n')), '==', value(7)), 'error'],
  ['getTag wants a string', two(two(ann, 'getTag', value(1)), '==', value(7)), 'error'],
  ['resource in a label', two(label, 'in', uid('Label', 'pii')), true],
  ['a condition that is no boolean', value(1), 'error'],
]

test.each(ROWS)('%s', (_, when, expected) => {
  const policies = compilePolicies([policy('p', 'permit', { when })])
  // The same, in one go and with the resource left open.
  for (const form of [policies, reduce(policies, ENV)]) {
    const { permits, errors } = evaluate(form, ENV)
    expect(errors.length > 0 ? 'error' : permits.length > 0).toBe(expected)
  }
})

const decide = (...policies: NamedPolicy[]) => {
  const verdict = evaluate(compilePolicies(policies), ENV)
  return [allows(verdict), ...determining(verdict)]
}
test('deny by default, a forbid beats every permit, an error denies, in any order', () => {
  const [open, shut] = [policy('open', 'permit'), policy('shut', 'forbid')]
  const [silent, broken] = [policy('silent', 'permit', { when: no }), policy('broken', 'permit', { when: FAILS })]
  const brokenForbid = policy('broken', 'forbid', { when: FAILS })
  expect(decide()).toEqual([false])
  expect(decide(silent)).toEqual([false])
  expect(decide(open)).toEqual([true, 'open'])
  expect(decide(open, silent)).toEqual([true, 'open'])
  expect(decide(open, shut)).toEqual([false, 'shut'])
  expect(decide(shut, open)).toEqual([false, 'shut'])
  for (const failing of [broken, brokenForbid]) {
    expect(decide(open, failing)).toEqual([false, 'broken'])
    expect(decide(failing, open)).toEqual([false, 'broken'])
  }
})

test('`unless` is `when` turned round; conditions after one that is not met are not evaluated', () => {
  expect(decide(policy('p', 'permit', { unless: no }))).toEqual([true, 'p'])
  expect(decide(policy('p', 'permit', { when: no, unless: FAILS }))).toEqual([false])
  expect(decide(policy('p', 'permit', { resource: { op: 'is', entity_type: 'Model' }, when: FAILS }))).toEqual([false])
})

const REFUSED: readonly (readonly [string, Partial<PolicyJson> | ExprJson, RegExp])[] = [
  ['an operator', { frobnicate: { left: yes, right: yes } } as never, /policy `p`: operator `frobnicate`/],
  ['an extension function', { ip: [value('10.0.0.1')] } as never, /policy `p`: extension function `ip`/],
  ['an extension value', value({ __extn: { fn: 'ip', arg: '10.0.0.1' } }), /policy `p`: extension values/],
  ['a slot in an expression', { Slot: '?principal' } as never, /policy `p`: operator `Slot`/],
  ['a slot in a scope', { principal: { op: '==', slot: '?principal' } as never }, /policy `p`: template slots/],
  [
    'a slot in `is in`',
    { resource: { op: 'is', entity_type: 'X', in: { slot: '?resource' } } as never },
    /template slots/,
  ],
  ['a scope', { resource: { op: 'near' } as never }, /policy `p`: operator `near`/],
  ['a variable', { Var: 'tenant' } as never, /policy `p`: variable `tenant`/],
  ['a key of an operator', { '!': { arg: yes, also: no } } as never, /unknown key `also` in `!`/],
  ['two operators in one', { '!': { arg: yes }, neg: { arg: yes } } as never, /exactly one operator/],
  ['a key of a policy', { links: [] } as never, /unknown key `links`/],
  ['a condition', { conditions: [{ kind: 'while', body: yes }] as never }, /neither `when` nor `unless`/],
  ['an effect', { effect: 'allow' as never }, /neither permit nor forbid/],
  ['a long beyond 2^53', value(2 ** 53), /2\^53/],
  ['a number that is no integer', value(0.5), /2\^53/],
  ['null', value(null as never), /not a Cedar value/],
  ['a vanished key', { Record: { __proto__: { a: yes } } } as never, /not a plain object/],
  ['an inherited name', { constructor: { arg: yes } } as never, /operator `constructor`/],
]
test.each(REFUSED)('%s that is not known does not load', (_, part, message) => {
  const isPolicy = ['principal', 'resource', 'links', 'conditions', 'effect'].some((key) => Object.hasOwn(part, key))
  const made = isPolicy
    ? policy('p', 'permit', part as Partial<PolicyJson>)
    : policy('p', 'permit', { when: part as ExprJson })
  expect(() => compilePolicies([made])).toThrow(message)
})

test('entities: a cycle, or the same one twice, does not load', () => {
  const [a, b] = [entity('G', 'a'), entity('G', 'b')]
  expect(() =>
    buildEntities([
      { uid: a, attrs: {}, parents: [b] },
      { uid: b, attrs: {}, parents: [a] },
    ]),
  ).toThrow(/is in itself/)
  expect(() =>
    buildEntities([
      { uid: a, attrs: {}, parents: [] },
      { uid: a, attrs: {}, parents: [] },
    ]),
  ).toThrow(/twice/)
})
