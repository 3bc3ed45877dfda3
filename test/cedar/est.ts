/** Policies in Cedar's JSON form, written short. */
import type { AccessSource, ActionSource } from '../../src/access.ts'
import type { ExprJson, NamedPolicy, PolicyJson, ScopeJson, ValueJson, Var } from '../../src/cedar/types.ts'
import { digest, id } from '../../src/ids.ts'
import type { Direction, Label, Operation, Principal } from '../../src/types.ts'

export const value = (json: ValueJson): ExprJson => ({ Value: json })
export const uid = (type: string, name: string): ExprJson => value({ __entity: { type, id: name } })
export const read = (name: Var): ExprJson => ({ Var: name })
export const dot = (left: ExprJson, attr: string): ExprJson => ({ '.': { left, attr } })
export const has = (left: ExprJson, ...path: string[]): ExprJson => ({ has: { left, attr: path } })
export const not = (arg: ExprJson): ExprJson => ({ '!': { arg } })
export const neg = (arg: ExprJson): ExprJson => ({ neg: { arg } })
export const isEmpty = (arg: ExprJson): ExprJson => ({ isEmpty: { arg } })
export const set = (...items: ExprJson[]): ExprJson => ({ Set: items })
export const record = (fields: Record<string, ExprJson>): ExprJson => ({ Record: fields })
export const is = (left: ExprJson, entity_type: string, above?: ExprJson): ExprJson => ({
  is: { left, entity_type, ...(above && { in: above }) },
})
/** `*` is a wildcard. */
export const like = (left: ExprJson, pattern: string): ExprJson => ({
  like: {
    left,
    pattern: pattern
      .split(/(\*)/)
      .flatMap((part) => (part === '*' ? 'Wildcard' : part === '' ? [] : { Literal: part })),
  },
})
export const choose = (test: ExprJson, yes: ExprJson, no: ExprJson): ExprJson => ({
  // biome-ignore lint/suspicious/noThenProperty: Cedar's word for it; nothing awaits it.
  'if-then-else': { if: test, then: yes, else: no },
})
/** `two(a, '<', b)` */
export const two = (left: ExprJson, operator: string, right: ExprJson): ExprJson =>
  ({ [operator]: { left, right } }) as unknown as ExprJson

export const ANY: ScopeJson = { op: 'All' }
export const FAILS: ExprJson = two(value(1), '<', value('a'))

export function policy(
  name: string,
  effect: 'permit' | 'forbid',
  more: Partial<PolicyJson> & { readonly when?: ExprJson; readonly unless?: ExprJson } = {},
): NamedPolicy {
  const { when, unless, ...rest } = more
  const conditions: PolicyJson['conditions'] = [
    ...(when ? [{ kind: 'when' as const, body: when }] : []),
    ...(unless ? [{ kind: 'unless' as const, body: unless }] : []),
  ]
  return { id: name, est: { effect, principal: ANY, action: ANY, resource: ANY, conditions, ...rest } }
}
export const equals = (type: string, name: string): ScopeJson => ({ op: '==', entity: { type, id: name } })
export const within = (type: string, name: string): ScopeJson => ({ op: 'in', entity: { type, id: name } })
export const instead = (action: string | null) => ({ annotations: { instead: action } })

const DATA = ['send', 'receive', 'restore']
/** Policies with the actions and labels that they are about. */
export function sourceOf(
  policies: readonly NamedPolicy[],
  { labels = ['pii', 'pii.email', 'secret', 'secret.jwt'], more = [] as readonly ActionSource[] } = {},
): AccessSource {
  return {
    digest: digest('0'.repeat(64)),
    policies,
    actions: [
      { name: 'invoke', parents: [], resources: ['Model'] },
      { name: 'chat', parents: ['invoke'], resources: ['Model'] },
      { name: 'readDecisions', parents: [], resources: ['Log'] },
      ...DATA.map((name) => ({ name, parents: [], resources: ['Label'] })),
      ...more,
    ],
    labels: labels.map((name) => ({ name: name as Label, about: 'A label.' })),
  }
}

export function principal(more: Partial<Principal> = {}): Principal {
  return { id: id('key-1'), tenant: id('acme'), domains: ['invoke'], groups: [], ...more }
}
/** Access looks at these fields only. */
export function operation(more: Partial<Operation> = {}): Operation {
  const fields = {
    id: id('x'),
    domain: 'invoke',
    action: 'chat',
    needs: [],
    model: id('m'),
    stream: false,
    purpose: undefined,
  }
  return { ...fields, ...more } as unknown as Operation
}
export const DIRECTIONS: readonly Direction[] = ['send', 'receive', 'restore']
