import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compilePolicies, type Policy } from '../../src/cedar/compile.ts'
import { buildEntities } from '../../src/cedar/entities.ts'
import { evaluate, reduce, type Verdict } from '../../src/cedar/partial.ts'
import { readUid, readValue } from '../../src/cedar/values.ts'
import { RESOURCES, triples } from './arbitrary.ts'

const namesOf = ({ permits, forbids, errors }: Verdict) =>
  [permits, forbids, errors].map((all) => all.map(({ id }) => id))

test('a residual says of every resource what the policies say of it', () => {
  let open = 0
  fc.assert(
    fc.property(triples, ({ policies, entities, request }) => {
      const compiled = compilePolicies(policies)
      const env = {
        principal: readUid(request.principal),
        action: readUid(request.action),
        resource: readUid(request.resource),
        context: readValue(request.context),
        entities: buildEntities(entities),
      }
      const residual = reduce(compiled, env)
      open += Number(residual.some(({ applies }) => applies.known === undefined))
      // Nothing that is left reads what was known: it can be taken away.
      const bare = { ...env, principal: false, action: false, context: false }
      for (const uid of RESOURCES) {
        const resource = readUid(uid)
        expect(namesOf(evaluate(residual, { ...bare, resource }))).toEqual(
          namesOf(evaluate(compiled, { ...env, resource })),
        )
      }
    }),
    { numRuns: 500 },
  )
  // A residual that is always known already would prove nothing.
  expect(open).toBeGreaterThan(150)
})

test('order never matters', () => {
  fc.assert(
    fc.property(triples, fc.nat(), ({ policies, entities, request }, turn) => {
      const compiled = compilePolicies(policies)
      const env = {
        principal: readUid(request.principal),
        action: readUid(request.action),
        resource: readUid(request.resource),
        context: readValue(request.context),
        entities: buildEntities(entities),
      }
      const at = turn % compiled.length
      const turned: readonly Policy[] = [...compiled.slice(at), ...compiled.slice(0, at)].reverse()
      const sorted = (verdict: Verdict) => namesOf(verdict).map((names) => names.sort())
      expect(sorted(evaluate(turned, env))).toEqual(sorted(evaluate(compiled, env)))
    }),
    { numRuns: 200 },
  )
})
