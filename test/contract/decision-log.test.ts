/** What every decision log must do. */

import { expect, test } from 'vitest'
import { makeHost } from '#host'
import { id } from '../../src/ids.ts'
import { makeDecision, makeOutcome } from '../support/host-records.ts'

const ACME = id('acme')

test('what has resolved is there after everything in memory is gone', async () => {
  const host = await makeHost()
  const decision = makeDecision()
  await host.decisions.append(decision)
  await host.decisions.append(makeOutcome(decision))
  const again = await host.reopen()
  const entry = await again.index.get(ACME, decision.id)
  expect(entry?.decision).toEqual(decision)
  expect(entry?.outcome?.parent).toBe(decision.id)
  await again.decisions.append(makeDecision())
  expect(await again.verify('acme')).toMatchObject({ rows: 3, broken: undefined })
})

test('appends at the same time, between other work of the same store, make one unbroken chain', async () => {
  const host = await makeHost()
  const scope = { tenant: ACME, scope: id('s') }
  const work: Promise<unknown>[] = []
  for (let i = 0; i < 60; i++) {
    const decision = makeDecision()
    work.push(host.decisions.append(decision).then(() => host.decisions.append(makeOutcome(decision))))
    if (i % 3 === 0) work.push(host.vault.conceal(scope, [{ entity: id('EMAIL_ADDRESS'), value: `v${i}` }], new Set()))
    if (i % 5 === 0) work.push(host.index.search(ACME, { limit: 5 }), host.index.get(ACME, decision.id))
    if (i % 7 === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await Promise.all(work)
  expect(await host.verify('acme')).toMatchObject({ rows: 120, head: { seq: 120 }, broken: undefined })
  const entries = await host.index.search(ACME, { limit: 500 })
  expect(entries).toHaveLength(60)
  expect(entries.every(({ outcome, decision }) => outcome?.parent === decision.id)).toBe(true)
})

test('each tenant has a chain of its own', async () => {
  const host = await makeHost()
  const tenants = [id('acme'), id('umbrella'), id('initech')]
  await Promise.all(
    Array.from({ length: 30 }, (_, i) => host.decisions.append(makeDecision({ tenant: tenants[i % 3]! }))),
  )
  for (const tenant of tenants) {
    expect(await host.verify(tenant)).toMatchObject({ rows: 10, head: { seq: 10 }, broken: undefined })
  }
  const heads = await Promise.all(tenants.map(async (tenant) => (await host.verify(tenant)).head.hash))
  expect(new Set(heads).size).toBe(3)
})

test('an append that fails is told, and leaves the chain as it was', async () => {
  const host = await makeHost()
  await host.decisions.append(makeDecision())
  await host.tamper('acme', 'ALTER TABLE log RENAME TO elsewhere')
  const failed = await Promise.allSettled([1, 2, 3].map(() => host.decisions.append(makeDecision())))
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  await host.tamper('acme', 'ALTER TABLE elsewhere RENAME TO log')
  await host.decisions.append(makeDecision())
  expect(await host.verify('acme')).toMatchObject({ rows: 2, broken: undefined })
})

test.for([
  [
    'a letter of a record changed',
    'UPDATE log SET body = replace(body, \'"allow"\', \'"block"\') WHERE seq = 3',
    3,
    'altered',
  ],
  ['a column that is searched by changed', "UPDATE log SET action = 'block' WHERE seq = 3", 3, 'altered'],
  ['a hash changed', `UPDATE log SET hash = '${'1'.repeat(64)}' WHERE seq = 3`, 3, 'altered'],
  ['no JSON any more', "UPDATE log SET body = 'x' WHERE seq = 4", 4, 'altered'],
  ['one removed', 'DELETE FROM log WHERE seq = 2', 2, 'missing'],
  ['the first removed', 'DELETE FROM log WHERE seq = 1', 1, 'missing'],
  [
    'one removed and the others moved up',
    'DELETE FROM log WHERE seq = 2; UPDATE log SET seq = -seq WHERE seq > 2; UPDATE log SET seq = -seq - 1 WHERE seq < 0',
    2,
    'altered',
  ],
  [
    'two swapped',
    'UPDATE log SET seq = -2 WHERE seq = 3; UPDATE log SET seq = 3 WHERE seq = 2; UPDATE log SET seq = 2 WHERE seq = -2',
    2,
    'altered',
  ],
  ['one put before the first', 'UPDATE log SET seq = 0 WHERE seq = 5', 1, 'reordered'],
] as const)('verifying shows %s', async ([, statements, seq, problem]) => {
  const host = await makeHost()
  for (let i = 0; i < 5; i++) await host.decisions.append(makeDecision())
  for (const statement of statements.split('; ')) await host.tamper('acme', statement)
  expect((await host.verify('acme')).broken).toEqual({ seq, problem })
})
