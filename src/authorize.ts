import { Denial } from './errors.ts'
import type { Access } from './ports.ts'
import type { Grant, Id, Operation, Principal } from './types.ts'

/**
 * May this principal do this? Policy is evaluated on everything but the data; the grant holds what is left to ask.
 * Fields that look inside a model are asked about one by one. @throws Denial `permission_denied`
 */
export function authorize(principal: Principal, operation: Operation, access: Access): Grant {
  const context = { purpose: operation.purpose, stream: operation.stream }
  const resource = { type: 'Model', id: operation.model } as const
  const policies = new Set<Id>()

  const ask = (action: string, refusal: string, param?: string): void => {
    const answer = access.ask({ principal, action, resource, context })
    for (const policy of answer.policies) policies.add(policy)
    if (!answer.allowed) {
      throw new Denial('permission_denied', refusal, { policies: answer.policies, ...(param && { param }) })
    }
  }
  ask(operation.action, `this key may not ${operation.domain} this model`)
  for (const { action, field } of operation.needs) {
    ask(action, `\`${field}\` looks inside the model: this key does not have the inspect permission`, field)
  }
  return { principal, operation, policies: [...policies], on: access.residual(principal, operation) }
}

/** Whether the caller may see inspection channels that an upstream sends unasked. */
export function mayInspect({ principal, operation }: Grant, access: Access): boolean {
  const context = { purpose: operation.purpose, stream: operation.stream }
  const resource = { type: 'Model', id: operation.model } as const
  return access.ask({ principal, action: 'readLogprobs', resource, context }).allowed
}
