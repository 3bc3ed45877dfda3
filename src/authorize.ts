import { Denial } from './errors.ts'
import { askAbout, isOwn, mayCall } from './own.ts'
import type { Access, Ownership } from './ports.ts'
import type { Endpoint, Grant, Id, Operation, Principal } from './types.ts'

/**
 * What can be said before the body is read: some of them are large, and must be stored to be looked at.
 * @throws Denial `permission_denied`
 */
export function checkOpen(principal: Principal, endpoint: Endpoint, access: Access): void {
  const { closed, request, on, action, domain } = endpoint
  if (closed !== undefined) throw new Denial('permission_denied', closed)
  if (request !== 'multipart' || on === 'model') return
  const context = { purpose: undefined, stream: false }
  const { allowed, policies } = access.ask({ principal, action, resource: { type: 'Collection', id: on }, context })
  if (!allowed) throw new Denial('permission_denied', `this key may not ${domain} this`, { policies })
}

/**
 * May this principal do this? Policy is evaluated on everything but the data; the grant holds what is left to ask.
 * Fields that look inside a model are asked about one by one. `owner`: who made what the path names.
 * @throws Denial `permission_denied`
 */
export function authorize(
  principal: Principal,
  operation: Operation,
  owner: Ownership | undefined,
  access: Access,
): Grant {
  const { endpoint } = operation
  if (endpoint.closed !== undefined) throw new Denial('permission_denied', endpoint.closed)
  const policies = new Set<Id>()
  const ask = (action: string, refusal: string, param?: string, of = operation): void => {
    const answer = askAbout(access, principal, action, of)
    for (const policy of answer.policies) policies.add(policy)
    if (!answer.allowed) {
      throw new Denial('permission_denied', refusal, { policies: answer.policies, ...(param && { param }) })
    }
  }

  const refusal = 'this key did not make this: reading others needs the inspect permission'
  // INVARIANT: what one tenant made is nothing to another, whatever it may inspect. Who may not tells no id from another.
  const foreign = owner !== undefined && owner.tenant !== principal.tenant
  if (endpoint.owned !== 'id') {
    ask(mayList(endpoint.owned) ? 'useOwn' : operation.action, `this key may not ${operation.domain} this`)
    if (foreign) throw new Denial('permission_denied', refusal)
  } else if (foreign) {
    throw new Denial('permission_denied', refusal)
  } else if (isOwn(owner, principal)) {
    ask('useOwn', 'this key may not use what it made')
    // Its owner may read it; going on from it is what it is.
    if (operation.domain !== 'inspect') ask(operation.action, `this key may not ${operation.domain} this`)
  } else if (endpoint.on !== 'models' || !mayCall(principal, operation, operation.model, access)) {
    if (operation.domain !== 'inspect') ask('readStored', refusal)
    ask(operation.action, refusal)
  }
  // What has no owner could be anybody's who shares the upstream's account. Models are the vendor's.
  if (owner === undefined && endpoint.path.includes('{') && endpoint.on !== 'models') ask('readUnowned', refusal)
  for (const { action, field, model } of operation.needs) {
    if (model !== undefined) {
      ask(operation.action, `this key may not use the model that \`${field}\` names`, field, { ...operation, model })
    } else ask(action, `\`${field}\` needs the permission \`${action}\`, which this key does not have`, field)
  }
  return { principal, operation, policies: [...policies], on: access.residual(principal, operation) }

  /** A list that is not the caller's to read is cut to what is. */
  function mayList(owned: 'no' | 'id' | 'list'): boolean {
    return owned === 'list' && !askAbout(access, principal, operation.action, operation).allowed
  }
}

/** Whether the caller may see inspection channels that an upstream sends unasked. */
export function mayInspect({ principal, operation }: Grant, access: Access): boolean {
  return askAbout(access, principal, 'readLogprobs', operation).allowed
}
/** Whether the caller may read what others made, so that a list need not be cut. */
export function mayReadAll({ principal, operation }: Grant, access: Access): boolean {
  return askAbout(access, principal, operation.action, operation).allowed
}
