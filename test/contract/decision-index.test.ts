/** What every index of decisions must do. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeHost } from '#host'
import { id } from '../../src/ids.ts'
import type { LogEntry } from '../../src/ports.ts'
import { makeDecision, makeOutcome } from '../support/host-records.ts'

const ACME = id('acme')
const ACTIONS = ['allow', 'transform', 'block'] as const

test('pages of any size make the whole list, newest first', async () => {
  const host = await makeHost()
  const decisions = Array.from({ length: 25 }, (_, i) => makeDecision({ action: ACTIONS[i % 3]! }))
  for (const decision of decisions) {
    await host.decisions.append(decision)
    if (decision.action !== 'block') await host.decisions.append(makeOutcome(decision))
  }
  await host.decisions.append(makeDecision({ tenant: id('other') }))
  const property = fc.asyncProperty(
    fc.integer({ min: 1, max: 30 }),
    fc.option(fc.constantFrom(...ACTIONS), { nil: undefined }),
    async (limit, action) => {
      const seen: LogEntry[] = []
      for (let before: number | undefined; ; ) {
        const page = await host.index.search(ACME, { limit, action, before })
        expect(page.length).toBeLessThanOrEqual(limit)
        seen.push(...page)
        if (page.length < limit) break
        before = page.at(-1)!.seq
      }
      const wanted = decisions.filter((one) => action === undefined || one.action === action).reverse()
      expect(seen.map(({ decision }) => decision)).toEqual(wanted)
      for (const { decision, outcome } of seen)
        expect(outcome?.parent).toBe(decision.action === 'block' ? undefined : decision.id)
    },
  )
  await fc.assert(property, { numRuns: 30 })
})

test('one decision is found by its id, within its tenant only', async () => {
  const host = await makeHost()
  const decision = makeDecision()
  await host.decisions.append(decision)
  const before = await host.index.get(ACME, decision.id)
  expect(before).toMatchObject({ seq: 1, decision, outcome: undefined })
  expect(before?.hash).toBe(`sha256:${(await host.verify('acme')).head.hash}`)
  const outcome = makeOutcome(decision)
  await host.decisions.append(outcome)
  expect((await host.index.get(ACME, decision.id))?.outcome).toEqual(outcome)
  expect(await host.index.get(id('other'), decision.id)).toBeUndefined()
  expect(await host.index.get(ACME, outcome.id)).toBeUndefined()
  expect(await host.index.get(ACME, "' OR 1=1 --")).toBeUndefined()
})
