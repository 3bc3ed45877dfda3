/**
 * Cedar's JSON policy form (docs.cedarpolicy.com, "JSON policy format"; what cedar-wasm's `policyToJson` gives).
 * It arrives from a file, so `compile.ts` checks every shape again: these types say what is understood.
 */
export type EntityJson = { readonly type: string; readonly id: string }
export type EntityRefJson = EntityJson | { readonly __entity: EntityJson }
export type ValueJson =
  | boolean
  | number
  | string
  | { readonly __entity: EntityJson }
  | readonly ValueJson[]
  | { readonly [key: string]: ValueJson }

export interface PolicyJson {
  readonly effect: 'permit' | 'forbid'
  readonly principal: ScopeJson
  readonly action: ScopeJson
  readonly resource: ScopeJson
  readonly conditions: readonly { readonly kind: 'when' | 'unless'; readonly body: ExprJson }[]
  readonly annotations?: Readonly<Record<string, string | null>>
}
export type ScopeJson =
  | { readonly op: 'All' }
  | { readonly op: '=='; readonly entity: EntityRefJson }
  | { readonly op: 'in'; readonly entity: EntityRefJson }
  | { readonly op: 'in'; readonly entities: readonly EntityRefJson[] }
  | { readonly op: 'is'; readonly entity_type: string; readonly in?: { readonly entity: EntityRefJson } }

type Two = { readonly left: ExprJson; readonly right: ExprJson }
type One = { readonly arg: ExprJson }
export type Var = 'principal' | 'action' | 'resource' | 'context'
export type ExprJson =
  | { readonly Value: ValueJson }
  | { readonly Var: Var }
  | { readonly '!': One }
  | { readonly neg: One }
  | { readonly isEmpty: One }
  | { readonly '==': Two }
  | { readonly '!=': Two }
  | { readonly '<': Two }
  | { readonly '<=': Two }
  | { readonly '>': Two }
  | { readonly '>=': Two }
  | { readonly '&&': Two }
  | { readonly '||': Two }
  | { readonly '+': Two }
  | { readonly '-': Two }
  | { readonly '*': Two }
  | { readonly in: Two }
  | { readonly contains: Two }
  | { readonly containsAll: Two }
  | { readonly containsAny: Two }
  | { readonly getTag: Two }
  | { readonly hasTag: Two }
  | { readonly '.': { readonly left: ExprJson; readonly attr: string } }
  | { readonly has: { readonly left: ExprJson; readonly attr: string | readonly string[] } }
  | { readonly like: { readonly left: ExprJson; readonly pattern: readonly PatternJson[] } }
  | { readonly is: { readonly left: ExprJson; readonly entity_type: string; readonly in?: ExprJson } }
  | { readonly 'if-then-else': { readonly if: ExprJson; readonly then: ExprJson; readonly else: ExprJson } }
  | { readonly Set: readonly ExprJson[] }
  | { readonly Record: { readonly [key: string]: ExprJson } }
export type PatternJson = 'Wildcard' | { readonly Literal: string }

/** A policy of a set, under the id that answers name it by. */
export interface NamedPolicy {
  readonly id: string
  readonly est: PolicyJson
}
