/** Our closures against Cedar itself, on policies, entities and requests made at random. */
import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Env } from '../../src/cedar/code.ts'
import { compilePolicies, type Policy } from '../../src/cedar/compile.ts'
import { buildEntities } from '../../src/cedar/entities.ts'
import { allows, evaluate, reduce, type Verdict } from '../../src/cedar/partial.ts'
import type { NamedPolicy, PolicyJson } from '../../src/cedar/types.ts'
import { readUid, readValue } from '../../src/cedar/values.ts'
import { operatorsOf, RESOURCES, type Triple, triples } from '../cedar/arbitrary.ts'

const RUNS = Number(process.env.PARAPET_DIFFERENTIAL ?? 2000)
const PARTIAL = Math.ceil(RUNS / 4)
const OPERATORS =
  '! && * + - . < <= == > >= || != Record Set Value Var contains containsAll containsAny getTag has hasTag if-then-else in is isEmpty like neg'

const ids = (policies: readonly Policy[]) => policies.map(({ id }) => id)
const namesOf = ({ permits, forbids, errors }: Verdict) => ({
  permits: ids(permits),
  forbids: ids(forbids),
  errors: ids(errors),
})

/** The policies as text, and as Cedar reads that text: the way that a policy file takes. */
function throughText(policies: readonly NamedPolicy[]) {
  return policies.map(({ id, est }) => {
    const written = cedar.policyToText(est as unknown as cedar.PolicyJson)
    if (written.type === 'failure') throw new Error(JSON.stringify(written.errors))
    const read = cedar.policyToJson(written.text)
    if (read.type === 'failure') throw new Error(`${written.text}: ${JSON.stringify(read.errors)}`)
    return { id, text: written.text, est: read.json as PolicyJson }
  })
}
function envOf({ entities, request }: Triple): Env {
  return {
    principal: readUid(request.principal),
    action: readUid(request.action),
    resource: readUid(request.resource),
    context: readValue(request.context),
    entities: buildEntities(entities),
  }
}
function callOf({ entities, request }: Triple, policies: readonly { id: string; text: string }[]) {
  const staticPolicies = Object.fromEntries(policies.map(({ id, text }) => [id, text]))
  return { ...request, entities, policies: { staticPolicies } } as unknown as cedar.AuthorizationCall
}

test(
  `${RUNS} generated requests: decision, determining policies and errors are Cedar's; residuals mean the same`,
  () => {
    const seen = { allow: 0, deny: 0, error: 0, open: 0 }
    const operators = new Set<string>()
    fc.assert(
      fc.property(triples, (triple) => {
        const policies = throughText(triple.policies)
        for (const { est } of policies) operatorsOf(est, operators)
        const answer = cedar.isAuthorized(callOf(triple, policies))
        if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors))
        const { decision, diagnostics } = answer.response
        const failed = diagnostics.errors.map(({ policyId }) => policyId)

        const compiled = compilePolicies(policies)
        const env = envOf(triple)
        const verdict = evaluate(compiled, env)
        const { permits, forbids, errors } = namesOf(verdict)
        expect(errors).toEqual([...new Set(failed)].sort())
        expect(forbids.length > 0 ? forbids : permits).toEqual([...diagnostics.reason].sort())
        // Cedar skips a policy that fails; with us the request is denied.
        expect(allows(verdict)).toBe(decision === 'allow' && failed.length === 0)
        seen[failed.length > 0 ? 'error' : decision]++

        const residual = reduce(compiled, env)
        if (residual.some(({ applies }) => applies.known === undefined)) seen.open++
        for (const uid of RESOURCES) {
          const asked = { ...env, resource: readUid(uid) }
          expect(namesOf(evaluate(residual, asked))).toEqual(namesOf(evaluate(compiled, asked)))
        }
      }),
      { numRuns: RUNS },
    )
    // Without a share of each, and every operator, agreement would mean little.
    for (const [outcome, count] of Object.entries(seen)) expect(count / RUNS, outcome).toBeGreaterThan(0.12)
    expect(OPERATORS.split(' ').filter((name) => !operators.has(name))).toEqual([])
  },
  Math.max(60_000, RUNS * 20),
)

test(
  `${PARTIAL} of them: Cedar's own residuals, compiled here, mean the same as ours`,
  () => {
    fc.assert(
      fc.property(triples, (triple) => {
        const policies = throughText(triple.policies)
        const answer = cedar.isAuthorizedPartial({ ...callOf(triple, policies), resource: null })
        if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors))
        const theirs = Object.entries(answer.response.residuals)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([id, est]) => ({ id, est: nameUnknown(est) }))
        // Sums that Cedar has folded may be too large for JSON.
        fc.pre(
          !theirs.some(({ est }) =>
            JSON.stringify(est)
              .match(/\d{16,}/g)
              ?.some((n) => !Number.isSafeInteger(+n)),
          ),
        )
        const env = envOf(triple)
        const ours = reduce(compilePolicies(policies), env)
        const compiled = compilePolicies(theirs)
        for (const uid of RESOURCES) {
          const asked = { ...env, resource: readUid(uid) }
          const told = namesOf(evaluate(compiled, asked))
          // A policy that is sure to fail leaves no residual there; it is listed.
          const errors = [...told.errors, ...answer.response.errored].sort()
          expect({ ...told, errors }).toEqual(namesOf(evaluate(ours, asked)))
        }
      }),
      { numRuns: PARTIAL },
    )
  },
  Math.max(60_000, PARTIAL * 20),
)

/** Cedar writes what it does not know as `unknown("resource")`. */
function nameUnknown(est: unknown): PolicyJson {
  return JSON.parse(
    JSON.stringify(est).replaceAll('{"unknown":[{"Value":"resource"}]}', '{"Var":"resource"}'),
  ) as PolicyJson
}
