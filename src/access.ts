/**
 * The policy engine: Cedar policies, compiled to closures (src/cedar), behind the `Access` port.
 */
import { LRUCache } from 'lru-cache'
import { INSTEAD, strongerAction } from './actions.ts'
import type { Env } from './cedar/code.ts'
import { compilePolicies, type Policy } from './cedar/compile.ts'
import { buildEntities, type Entities, type Entity, NO_FIELDS } from './cedar/entities.ts'
import { allows, determining, evaluate, reduce, type Verdict } from './cedar/partial.ts'
import type { NamedPolicy } from './cedar/types.ts'
import { LoadError, makeRecord, makeSet, makeUid, type RecordValue, type Uid, type Value } from './cedar/values.ts'
import { id } from './ids.ts'
import type { Access } from './ports.ts'
import type {
  Action,
  Digest,
  Direction,
  Entity as EntityName,
  Grant,
  Id,
  Label,
  Operation,
  Principal,
  Ruling,
} from './types.ts'

/** Policies as a host loads them, parsed and validated; JSON, so that it can be put in a bundle. */
export interface AccessSource {
  /** Of the files that all this comes from. */
  readonly digest: Digest
  readonly policies: readonly NamedPolicy[]
  readonly actions: readonly ActionSource[]
  readonly labels: readonly LabelSource[]
}
/** An action of the schema: the actions it is in, and the types of resource it applies to. */
export interface ActionSource {
  readonly name: string
  readonly parents: readonly string[]
  readonly resources: readonly string[]
}
/** A label of the closed list, and what it means. Its dots are its parents. */
export interface LabelSource {
  readonly name: Label
  readonly about: string
}

const DIRECTIONS: readonly Direction[] = ['send', 'receive', 'restore']

interface KnownAction {
  readonly uid: Uid
  readonly resources: ReadonlySet<string>
  /** Those whose scope covers this action, in order. */
  readonly policies: readonly Policy[]
}

/**
 * Compiles policies. `cacheSize`: grants kept, each of a few kilobytes at most.
 * @throws LoadError naming the policy and what is wrong with it
 */
export function createAccess(source: AccessSource, { cacheSize = 1000 }: { cacheSize?: number } = {}): Access {
  const entities = buildEntities([
    ...source.actions.map(({ name, parents }) => describeAction(name, parents)),
    ...source.labels.map(({ name }) => describeLabel(name)),
  ])
  const policies = compilePolicies(source.policies)
  const actions = new Map(source.actions.map((action) => [action.name, selectPolicies(action, policies, entities)]))
  const directions = findDirections(actions)
  for (const policy of policies) checkAnnotations(policy, directions)
  const labels = new Set<string>(source.labels.map(({ name }) => name))
  const grants = new LRUCache<string, Grant['on']>({ max: cacheSize })

  return {
    digest: source.digest,
    ask({ principal, action, resource, context }) {
      const known = actions.get(action)
      // What the schema does not say is not asked of the policies: a permit without a scope must not allow it.
      if (!known?.resources.has(resource.type)) return { allowed: false, policies: [] }
      const verdict = evaluate(known.policies, {
        ...describePrincipal(principal, entities),
        action: known.uid,
        resource: makeUid(resource.type, resource.id),
        context: describeContext(context.stream, context.purpose),
      })
      return { allowed: allows(verdict), policies: determining(verdict) as readonly Id[] }
    },
    residual(principal, operation) {
      const key = keyOf(source.digest, principal, operation)
      let on = grants.get(key)
      if (on === undefined) {
        on = grantData(principal, operation, { directions, labels, entities })
        grants.set(key, on)
      }
      return on
    },
  }
}

/** Everything that a grant depends on. JSON, since joined names could be cut in more than one way. */
function keyOf(digest: Digest, { id, tenant, domains, groups }: Principal, operation: Operation): string {
  const { action, model, purpose = null, stream } = operation
  return JSON.stringify([digest, id, tenant, domains, groups, action, model, purpose, stream])
}

interface Data {
  readonly directions: Readonly<Record<Direction, KnownAction>>
  readonly labels: ReadonlySet<string>
  readonly entities: Entities
}

/**
 * Rulings that are kept of one grant and direction: there are as many entities as rules name, some hundreds; a ruleset with more asks
 * again.
 */
const MOST_RULINGS = 1000

/** The data actions for one principal and operation, the data left open. Bound when first asked: most calls never ask. */
function grantData(principal: Principal, operation: Operation, data: Data): Grant['on'] {
  const who = describePrincipal(principal, data.entities)
  const context = describeContext(operation.stream, operation.purpose, operation.model)
  const open = (direction: Direction): Asked => {
    const { uid, policies } = data.directions[direction]
    const env: Env = { ...who, action: uid, resource: uid, context }
    const residual = reduce(policies, env)
    const rulings = new Map<string, Ruling>()
    return (label, entity) => {
      // Neither has a line break in it.
      const name = `${label}\n${entity}`
      const ready = rulings.get(name)
      if (ready) return ready
      const ruling = rule(label, entity, residual, env, data)
      // Labels of the closed list only: others may come with a request, and must not fill the memory.
      if (data.labels.has(label) && rulings.size < MOST_RULINGS) rulings.set(name, ruling)
      return ruling
    }
  }
  const opened: Partial<Record<Direction, Asked>> = {}
  return (direction, label, entity) => {
    opened[direction] ??= open(direction)
    return opened[direction](label, entity)
  }
}
type Asked = (label: Label, entity: EntityName) => Ruling

/** The entity that was found is an attribute of the label, so that all that is known of the data is in the resource. */
function rule(label: Label, entity: EntityName, residual: readonly Policy[], env: Env, { labels }: Data): Ruling {
  const resource = makeUid('Label', label)
  const attrs = makeRecord([['entity', entity]])
  const ask = (ancestors: ReadonlySet<string>): Ruling =>
    judge(
      evaluate(residual, {
        ...env,
        resource,
        entities: add(resource.key, { attrs, tags: NO_FIELDS, ancestors }, env.entities),
      }),
    )
  if (labels.has(label)) return ask(env.entities.get(resource.key)!.ancestors)
  const parents = ancestorsOf(label)
  // No policy was written for a label that has no relative in the list; a permit without a scope must not allow it.
  if (!parents.some((parent) => labels.has(parent))) return { action: 'block', policies: [] }
  return ask(new Set(parents.map((parent) => makeUid('Label', parent).key)))
}

/** A forbid that says what to do instead forbids the data as it is, not the call; of several, what is as strong as each. */
function judge(verdict: Verdict): Ruling {
  const policies = determining(verdict) as readonly Id[]
  if (verdict.permits.length === 0 || verdict.errors.length > 0) return { action: 'block', policies }
  return { action: verdict.forbids.map(insteadOf).reduce(strongerAction, 'allow'), policies }
}
function insteadOf({ annotations }: Policy): Action {
  return (annotations.instead as Action | undefined) ?? 'block'
}

// ── Entities and context, as guardrails/access/schema.cedarschema declares them ──
function describePrincipal(
  principal: Principal,
  base: Entities,
): { readonly principal: Uid; readonly entities: Entities } {
  const uid = makeUid('Key', principal.id)
  const ancestors = new Set(principal.groups.map((name) => makeUid('Group', name).key))
  const attrs = makeRecord([
    ['tenant', principal.tenant],
    ['domains', makeSet(principal.domains)],
  ])
  return { principal: uid, entities: add(uid.key, { attrs, tags: NO_FIELDS, ancestors }, base) }
}
function describeContext(stream: boolean, purpose: Id | undefined, model?: Id): RecordValue {
  const fields = new Map<string, Value>([['stream', stream]])
  if (purpose !== undefined) fields.set('purpose', purpose)
  if (model !== undefined) fields.set('model', model)
  return makeRecord(fields)
}
function add(key: string, entity: Entity, base: Entities): Entities {
  return { get: (asked) => (asked === key ? entity : base.get(asked)) }
}
function describeAction(name: string, parents: readonly string[]) {
  return { uid: { type: 'Action', id: name }, attrs: {}, parents: parents.map((id) => ({ type: 'Action', id })) }
}
function describeLabel(name: Label) {
  return {
    uid: { type: 'Label', id: name },
    attrs: {},
    parents: ancestorsOf(name).map((id) => ({ type: 'Label', id })),
  }
}
/** `a.b.c` is in `a.b` and in `a`. */
function ancestorsOf(label: string): readonly string[] {
  const parts = label.split('.')
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('.'))
}

// ── Checks at load ──
function selectPolicies(action: ActionSource, policies: readonly Policy[], entities: Entities): KnownAction {
  const uid = makeUid('Action', action.name)
  const env: Env = { principal: uid, action: uid, resource: uid, context: makeRecord([]), entities }
  return {
    uid,
    resources: new Set(action.resources),
    policies: policies.filter((policy) => policy.covers.run(env) === true),
  }
}

function findDirections(actions: ReadonlyMap<string, KnownAction>): Readonly<Record<Direction, KnownAction>> {
  const find = (name: Direction): KnownAction => {
    const action = actions.get(name)
    if (!action?.resources.has('Label'))
      throw new LoadError(`the schema has no action \`${name}\` that applies to Label`)
    return action
  }
  return { send: find('send'), receive: find('receive'), restore: find('restore') }
}

/** @throws LoadError for an annotation that would be read in another way than it was meant, or not at all */
function checkAnnotations(policy: Policy, directions: Readonly<Record<Direction, KnownAction>>): void {
  const refuse = (problem: string): never => {
    throw new LoadError(problem, policy.id)
  }
  if (id(policy.id) !== policy.id) refuse('an id is made of letters, digits and . _ : / @ + -, at most 128')
  for (const name of Object.keys(policy.annotations)) {
    if (name !== 'id' && name !== 'instead')
      refuse(`unknown annotation \`@${name}\`; known are \`@id\` and \`@instead\``)
  }
  if (!Object.hasOwn(policy.annotations, 'instead')) return
  const { instead } = policy.annotations
  if (!INSTEAD.includes(instead as Action)) {
    refuse(`\`@instead\` is one of ${INSTEAD.map((action) => `"${action}"`).join(', ')}`)
  }
  if (policy.effect === 'permit') refuse('`@instead` stands on a permit; it says what a forbid does')
  if (!DIRECTIONS.some((direction) => directions[direction].policies.includes(policy))) {
    refuse('`@instead` stands on a policy about no data: its action covers none of send, receive, restore')
  }
}
