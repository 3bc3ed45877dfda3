/**
 * Policy sets, entities and requests, made at random: expressions are mostly of the right type, and mostly about what is
 * there, so that policies get far enough to say something; the rest makes errors.
 */
import fc from 'fast-check'
import type { EntitySource } from '../../src/cedar/entities.ts'
import type { EntityJson, ExprJson, NamedPolicy, PolicyJson, ScopeJson, ValueJson } from '../../src/cedar/types.ts'

export interface Triple {
  readonly policies: readonly NamedPolicy[]
  readonly entities: readonly EntitySource[]
  readonly request: {
    readonly principal: EntityJson
    readonly action: EntityJson
    readonly resource: EntityJson
    readonly context: Readonly<Record<string, ValueJson>>
  }
}

const uids = (type: string, ids: readonly string[]): readonly EntityJson[] => ids.map((id) => ({ type, id }))
// `ghost` is in no entity store; the others may be left out of one too.
export const PRINCIPALS = uids('Key', ['ann', 'bob', 'ghost'])
const GROUPS = uids('Group', ['staff', 'all', 'team "x"'])
const ACTIONS = uids('Action', ['invoke', 'chat', 'embed'])
export const RESOURCES = uids('Label', ['pii', 'pii.email', 'pii.email.work', 'secret', 'ghost'])
const ALL = [...PRINCIPALS, ...GROUPS, ...ACTIONS, ...RESOURCES]

const integer = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -3, max: 3 }) },
  // Around 2^53, where a double stops being exact, and what brings a product to the edge of 64 bits.
  { weight: 1, arbitrary: fc.constantFrom(2 ** 53 - 1, 1 - 2 ** 53, 2 ** 52, 1024, 1025, -1024) },
)
const text = fc.constantFrom('', 'a', 'b', 'ab', 'aab', 'a*b', 'é', '😀', 'b"\\\n', '__proto__')
const NAMES = ['n', 's', 'b', 'ns', 'ss', 'e', 'es', 'r', '__proto__', 'odd name'] as const
const TAGS = ['n', 's', 'none']

const reference = (uid: EntityJson): ValueJson => ({ __entity: uid })
const entity = fc.constantFrom(...ALL)
const fields: fc.Arbitrary<Readonly<Record<string, ValueJson>>> = fc.record(
  {
    n: integer,
    s: text,
    b: fc.boolean(),
    ns: fc.array(integer, { maxLength: 3 }),
    ss: fc.array(text, { maxLength: 3 }),
    e: entity.map(reference),
    es: fc.array(entity.map(reference), { maxLength: 3 }),
    r: fc.record(
      { n: integer, b: fc.boolean(), r: fc.record({ n: integer }, { requiredKeys: [] }) },
      { requiredKeys: ['n'] },
    ),
    'odd name': integer,
  },
  // One in ten of each is missing; more, and hardly a policy would come to its end.
  { requiredKeys: ['s', 'r'], noNullPrototype: true },
)

const entities: fc.Arbitrary<readonly EntitySource[]> = fc
  .tuple(
    fc.array(fields, { minLength: 12, maxLength: 12 }),
    fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
    fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 12, maxLength: 12 }),
  )
  .map(([attrs, inAll, left]) => {
    const known = ALL.filter(({ id }) => id !== 'ghost')
    return known.flatMap((uid, i): EntitySource[] => {
      // One in ten is not known.
      if (left[i] === 0) return []
      const { n, s } = attrs[i]!
      return [
        {
          uid,
          attrs: uid.type === 'Action' ? {} : attrs[i]!,
          parents: parentsOf(uid, inAll[i]!),
          ...(uid.type === 'Key' && { tags: { ...(n !== undefined && { n }), s: s! } }),
        },
      ]
    })
  })
function parentsOf({ type, id }: EntityJson, all: boolean): readonly EntityJson[] {
  if (type === 'Key') return all ? [GROUPS[0]!, GROUPS[2]!] : [GROUPS[0]!]
  if (type === 'Group') return id === 'staff' && all ? [GROUPS[1]!] : []
  if (type === 'Action') return id === 'invoke' ? [] : [ACTIONS[0]!]
  return id.includes('.') ? [{ type, id: id.slice(0, id.lastIndexOf('.')) }] : []
}

type Kind = 'bool' | 'long' | 'text' | 'entity' | 'longs' | 'entities' | 'record'
const value = (json: ValueJson): ExprJson => ({ Value: json })
const pick = <T>(weights: readonly (readonly [number, fc.Arbitrary<T>])[]): fc.Arbitrary<T> =>
  fc.oneof(...weights.map(([weight, arbitrary]) => ({ weight, arbitrary })))

/** An attribute of something that may have it. */
function attribute(...names: readonly (typeof NAMES)[number][]): fc.Arbitrary<ExprJson> {
  const holders: readonly ExprJson[] = [
    { Var: 'principal' },
    { Var: 'resource' },
    { Var: 'resource' },
    { Var: 'context' },
  ]
  return fc
    .tuple(fc.constantFrom(...holders), fc.constantFrom(...names), fc.boolean())
    .map(([left, attr, inner]): ExprJson => {
      if (attr === 'n' && inner) return { '.': { left: { '.': { left, attr: 'r' } }, attr } }
      return { '.': { left, attr } }
    })
}

/** Expressions of a kind, `depth` operators deep at most. One in thirty is of another kind. */
const cache = new Map<string, fc.Arbitrary<ExprJson>>()
function expression(kind: Kind, depth: number): fc.Arbitrary<ExprJson> {
  const key = `${kind} ${depth}`
  let made = cache.get(key)
  if (made === undefined) {
    const right =
      depth === 0
        ? leaf(kind)
        : pick([
            [1, leaf(kind)],
            [3, node(kind, depth - 1)],
          ])
    const wrong = fc.constantFrom<Kind>('bool', 'long', 'text', 'entity', 'longs', 'record').chain(leaf)
    made = pick([
      [29, right],
      [1, wrong],
    ])
    cache.set(key, made)
  }
  return made
}
function leaf(kind: Kind): fc.Arbitrary<ExprJson> {
  switch (kind) {
    case 'bool':
      return pick([
        [2, fc.boolean().map(value)],
        [1, attribute('b')],
      ])
    case 'long':
      return pick([
        [2, integer.map(value)],
        [1, attribute('n', 'odd name')],
      ])
    case 'text':
      return pick([
        [1, text.map(value)],
        [2, attribute('s')],
      ])
    case 'entity': {
      const variables = fc.constantFrom<ExprJson>({ Var: 'principal' }, { Var: 'action' }, { Var: 'resource' })
      return pick([
        [3, variables],
        [2, entity.map((uid) => value(reference(uid)))],
        [1, attribute('e')],
      ])
    }
    case 'longs':
      return pick([
        [1, fc.array(integer.map(value), { maxLength: 3 }).map((items): ExprJson => ({ Set: items }))],
        [1, attribute('ns')],
      ])
    case 'entities':
      return pick([
        [
          3,
          fc
            .array(
              entity.map((uid) => value(reference(uid))),
              { maxLength: 3 },
            )
            .map((items): ExprJson => ({ Set: items })),
        ],
        [1, attribute('es')],
      ])
    case 'record':
      return pick([
        [1, fc.constant<ExprJson>({ Var: 'context' })],
        [1, attribute('r')],
      ])
  }
}
function node(kind: Kind, depth: number): fc.Arbitrary<ExprJson> {
  const of = (inner: Kind) => expression(inner, depth)
  const two = (left: Kind, right: Kind) => fc.record({ left: of(left), right: of(right) }, { noNullPrototype: true })
  const choice = fc
    // biome-ignore lint/suspicious/noThenProperty: Cedar's word for it; nothing awaits it.
    .record({ if: of('bool'), then: of(kind), else: of(kind) }, { noNullPrototype: true })
    .map((body): ExprJson => ({ 'if-then-else': body }))
  switch (kind) {
    case 'bool':
      return pick([
        [2, choice],
        [3, logic(two)],
        [5, comparison(two)],
        [3, about(of)],
        [2, sets(two, of)],
      ])
    case 'long':
      return pick<ExprJson>([
        [1, choice],
        [2, two('long', 'long').map((body) => ({ '+': body }))],
        [2, two('long', 'long').map((body) => ({ '-': body }))],
        [2, two('long', 'long').map((body) => ({ '*': body }))],
        [1, of('long').map((arg) => ({ neg: { arg } }))],
        [1, tag(of).map((body) => ({ getTag: body }))],
      ])
    case 'longs':
      return fc.array(of('long'), { maxLength: 3 }).map((items): ExprJson => ({ Set: items }))
    case 'entities':
      return fc.array(of('entity'), { maxLength: 3 }).map((items): ExprJson => ({ Set: items }))
    case 'record':
      return fc
        .record(
          { n: of('long'), b: of('bool'), __proto__: of('text'), 'odd name': of('longs') },
          { requiredKeys: ['n'], noNullPrototype: true },
        )
        .map((body): ExprJson => ({ Record: body }))
    default:
      return pick([
        [1, choice],
        [1, leaf(kind)],
      ])
  }
}
type Two = (left: Kind, right: Kind) => fc.Arbitrary<{ left: ExprJson; right: ExprJson }>
type Of = (kind: Kind) => fc.Arbitrary<ExprJson>
function logic(two: Two): fc.Arbitrary<ExprJson> {
  return pick<ExprJson>([
    [3, two('bool', 'bool').map((body) => ({ '&&': body }))],
    [3, two('bool', 'bool').map((body) => ({ '||': body }))],
    [1, two('bool', 'bool').map(({ left }) => ({ '!': { arg: left } }))],
  ])
}
/** Comparisons that are hard to get right, and that chance alone would hardly make. */
const offset = fc.constantFrom(-1025, -1024, -1, 0, 1, 2, 1023, 1024, 1025)
const factor = fc.constantFrom(1, -1, 2, 1023, 1024, -1024, 1025, 2 ** 52)
const edges = pick<ExprJson>([
  // Sums between 2^53 and 2^63, and just beyond.
  [
    2,
    fc.tuple(factor, offset, offset, fc.constantFrom('==', '<', '<=', '!=')).map(([by, a, b, operator]) => {
      const large: ExprJson = { '*': { left: value(2 ** 53 - 1), right: value(by) } }
      const sum = (right: number): ExprJson => ({ '+': { left: large, right: value(right) } })
      return { [operator]: { left: sum(a), right: sum(b) } } as unknown as ExprJson
    }),
  ],
  // Records where one has all of the other and more.
  [
    1,
    fc.tuple(fc.constantFrom('b', 's'), fc.constantFrom('b', 's', 'n'), fc.boolean()).map(([first, second, swap]) => {
      const small: ExprJson = { Record: { [first]: value(1) } }
      const large: ExprJson = { Record: { [first]: value(1), [second]: value(1) } }
      return { '==': swap ? { left: large, right: small } : { left: small, right: large } }
    }),
  ],
  // Patterns whose pieces would have to share a character.
  [
    1,
    fc
      .tuple(
        fc.constantFrom('a', 'aa', 'aba', 'abab', 'aab'),
        fc.array(fc.constantFrom('a', 'ab', 'b', 'aa'), { minLength: 2, maxLength: 3 }),
      )
      .map(([left, pieces]) => {
        const pattern = pieces.flatMap((Literal) => [{ Literal }, 'Wildcard' as const]).slice(0, -1)
        return { like: { left: value(left), pattern } }
      }),
  ],
])
function comparison(two: Two): fc.Arbitrary<ExprJson> {
  const kinds = fc.constantFrom<readonly [Kind, Kind]>(
    ['long', 'long'],
    ['text', 'text'],
    ['entity', 'entity'],
    ['longs', 'longs'],
    ['record', 'record'],
    ['bool', 'long'],
  )
  const any = kinds.chain(([left, right]) => two(left, right))
  return pick<ExprJson>([
    [2, edges],
    [2, any.map((body) => ({ '==': body }))],
    [2, any.map((body) => ({ '!=': body }))],
    [1, two('long', 'long').map((body) => ({ '<': body }))],
    [1, two('long', 'long').map((body) => ({ '<=': body }))],
    [1, two('long', 'long').map((body) => ({ '>': body }))],
    [1, two('long', 'long').map((body) => ({ '>=': body }))],
    [2, two('entity', 'entity').map((body) => ({ in: body }))],
    [2, two('entity', 'entities').map((body) => ({ in: body }))],
  ])
}
/** Questions about one thing: has, like, is, and tags. */
function about(of: Of): fc.Arbitrary<ExprJson> {
  const holder = pick([
    [2, of('entity')],
    [1, of('record')],
  ])
  const path = pick<string | string[]>([
    [3, fc.constantFrom(...NAMES)],
    [1, fc.constantFrom(['r', 'n'], ['r', 'r', 'n'], ['e', 's'], ['n', 'n'])],
  ])
  const pattern = fc.array(
    pick<'Wildcard' | { Literal: string }>([
      [1, fc.constant('Wildcard')],
      [1, text.filter((t) => t !== '').map((Literal) => ({ Literal }))],
    ]),
    { maxLength: 4 },
  )
  const types = fc.constantFrom('Key', 'Group', 'Label', 'Other')
  return pick<ExprJson>([
    [3, fc.tuple(holder, path).map(([left, attr]) => ({ has: { left, attr } }))],
    [3, fc.tuple(of('text'), pattern).map(([left, p]) => ({ like: { left, pattern: p } }))],
    [1, fc.tuple(of('entity'), types).map(([left, entity_type]) => ({ is: { left, entity_type } }))],
    [
      1,
      fc
        .tuple(of('entity'), types, of('entity'))
        .map(([left, entity_type, above]) => ({ is: { left, entity_type, in: above } })),
    ],
    [1, tag(of).map((body) => ({ hasTag: body }))],
  ])
}
function tag(of: Of): fc.Arbitrary<{ left: ExprJson; right: ExprJson }> {
  const name = pick([
    [4, fc.constantFrom(...TAGS).map(value)],
    [1, of('text')],
  ])
  const holder = pick([
    [4, fc.constant<ExprJson>({ Var: 'principal' })],
    [1, of('entity')],
  ])
  return fc.record({ left: holder, right: name }, { noNullPrototype: true })
}
function sets(two: Two, of: Of): fc.Arbitrary<ExprJson> {
  return pick<ExprJson>([
    [2, two('longs', 'long').map((body) => ({ contains: body }))],
    [2, two('entities', 'entity').map((body) => ({ contains: body }))],
    [1, two('longs', 'longs').map((body) => ({ containsAll: body }))],
    [1, two('longs', 'longs').map((body) => ({ containsAny: body }))],
    [1, two('entities', 'entities').map((body) => ({ containsAll: body }))],
    [1, two('entities', 'entities').map((body) => ({ containsAny: body }))],
    [1, of('longs').map((arg) => ({ isEmpty: { arg } }))],
  ])
}

function scope(own: readonly EntityJson[], above: readonly EntityJson[], type: string): fc.Arbitrary<ScopeJson> {
  return pick<ScopeJson>([
    [5, fc.constant({ op: 'All' })],
    [1, fc.constantFrom(...own).map((one) => ({ op: '==', entity: one }))],
    [2, fc.constantFrom(...above).map((one) => ({ op: 'in', entity: one }))],
    [1, fc.constantFrom(type, type, 'Other').map((entity_type) => ({ op: 'is', entity_type }))],
    [1, fc.constantFrom(...above).map((one) => ({ op: 'is', entity_type: type, in: { entity: one } }))],
  ])
}
const actionScope = pick<ScopeJson>([
  [3, fc.constant({ op: 'All' })],
  [1, fc.constantFrom(...ACTIONS).map((one) => ({ op: '==', entity: one }))],
  [2, fc.constantFrom(...ACTIONS).map((one) => ({ op: 'in', entity: one }))],
  [
    1,
    fc.array(fc.constantFrom(...ACTIONS), { minLength: 1, maxLength: 3 }).map((some) => ({ op: 'in', entities: some })),
  ],
])
const condition = fc.record(
  { kind: fc.constantFrom<'when' | 'unless'>('when', 'when', 'unless'), body: expression('bool', 4) },
  { noNullPrototype: true },
)
const policy: fc.Arbitrary<PolicyJson> = fc.record(
  {
    effect: fc.constantFrom<'permit' | 'forbid'>('permit', 'permit', 'permit', 'forbid'),
    principal: scope(PRINCIPALS, GROUPS, 'Key'),
    action: actionScope,
    resource: scope(RESOURCES, RESOURCES, 'Label'),
    conditions: fc.array(condition, { maxLength: 2 }),
  },
  { noNullPrototype: true },
)

export const triples: fc.Arbitrary<Triple> = fc.record({
  policies: fc
    .array(policy, { minLength: 1, maxLength: 4 })
    .map((all) => all.map((est, i): NamedPolicy => ({ id: `p${i}`, est }))),
  entities,
  request: fc.record({
    principal: fc.constantFrom(PRINCIPALS[0]!, PRINCIPALS[0]!, ...PRINCIPALS),
    action: fc.constantFrom(...ACTIONS),
    resource: fc.constantFrom(...RESOURCES),
    context: fields,
  }),
})

/** Names of all operators in an expression or policy. */
export function operatorsOf(node: unknown, found = new Set<string>()): ReadonlySet<string> {
  if (Array.isArray(node)) for (const item of node) operatorsOf(item, found)
  else if (typeof node === 'object' && node !== null) {
    for (const [name, child] of Object.entries(node)) {
      found.add(name)
      operatorsOf(child, found)
    }
  }
  return found
}
