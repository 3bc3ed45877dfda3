/** What every store of owners must do. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeHost } from '#host'
import { id } from '../../src/ids.ts'
import type { Ownership } from '../../src/ports.ts'

function make(name: string, fields: Partial<Ownership> = {}): Ownership {
  const facts = { tenant: id('acme'), principal: id('key-1'), upstream: id('openai'), chain: id('chain-1') }
  return { ...facts, ...fields, id: name }
}
const OTHER = { tenant: id('umbrella'), principal: id('key-2'), upstream: id('azure'), chain: id('chain-2') }

// Any UTF-16 code units, half surrogate pairs and NUL among them, and what other machinery stumbles over.
const units = fc.array(fc.nat({ max: 0xffff }), { maxLength: 256 }).map((all) => String.fromCharCode(...all))
const hostile = fc.constantFrom(
  ...['', "' OR 1=1 --", '"', '\\', '\\u0000', '\0', '\ud800', '\udc00', '\ufffd', 'a\0b', 'a\0c', 'a'],
  ...['__proto__', 'constructor', '[]', '%', 'é', 'e\u0301', 'É', 'resp_ABC', 'resp_abc', 'x'.repeat(256)],
)
const names = fc.uniqueArray(fc.oneof(units, hostile), { maxLength: 12 })

test('the first owner of anything keeps it, and nothing else is found', async () => {
  const property = fc.asyncProperty(names, names, async (claimed, others) => {
    const host = await makeHost()
    const mine = claimed.map((name, i) => make(name, { chain: id(`chain-${i}`) }))
    await host.owners.claim(mine)
    await host.owners.claim([...claimed, ...others].map((name) => make(name, OTHER)))
    const all = [...others, ...claimed]
    const wanted = all.map((name) => mine.find((thing) => thing.id === name) ?? make(name, OTHER))
    expect(await host.owners.find(all)).toEqual(wanted)
    // Once more, should something be remembered.
    expect(await host.owners.find(all)).toEqual(wanted)
    const unknown = all.map((name) => `${name}\0`).filter((name) => !all.includes(name))
    expect(await host.owners.find(unknown)).toEqual(unknown.map(() => undefined))
  })
  await fc.assert(property, { numRuns: 25 })
})

test('the order is that of the question, whatever is asked twice or not there', async () => {
  const host = await makeHost()
  expect(await host.owners.find([])).toEqual([])
  await host.owners.claim([])
  const things = Array.from({ length: 1000 }, (_, i) => make(`resp_${i}`.padEnd(256, 'x'), { chain: id(`chain-${i}`) }))
  await host.owners.claim(things)
  const asked = [...things].reverse().flatMap((thing) => [thing.id, `${thing.id}-not`, thing.id])
  const found = await host.owners.find(asked)
  expect(found).toHaveLength(3000)
  expect(found).toEqual([...things].reverse().flatMap((thing) => [thing, undefined, thing]))
})

test('of two that are claimed in one go, the first wins', async () => {
  const host = await makeHost()
  await host.owners.claim([make('file_1'), make('file_1', OTHER)])
  expect(await host.owners.find(['file_1'])).toEqual([make('file_1')])
})

test('what nobody had yet can be claimed after it was asked for', async () => {
  const host = await makeHost()
  expect(await host.owners.find(['file_1'])).toEqual([undefined])
  await host.owners.claim([make('file_1')])
  expect(await host.owners.find(['file_1'])).toEqual([make('file_1')])
})

test('claims of one thing at once: exactly one wins, and everybody sees the same', async () => {
  const host = await makeHost()
  for (let round = 0; round < 10; round++) {
    const name = `file_${round}`
    const claims = Array.from({ length: 8 }, (_, i) => make(name, { principal: id(`key-${i}`) }))
    const seen = await Promise.all(
      claims.map(async (thing) => {
        await host.owners.claim([thing])
        return (await host.owners.find([name]))[0]
      }),
    )
    expect(claims).toContainEqual(seen[0])
    for (const one of seen) expect(one).toEqual(seen[0])
  }
})

test('owners outlive what is in memory', async () => {
  const host = await makeHost()
  await host.owners.claim([make('file_1'), make('resp_1', OTHER)])
  const again = await host.reopen()
  await again.owners.claim([make('file_1', OTHER), make('resp_1')])
  expect(await again.owners.find(['resp_1', 'file_1', 'file_2'])).toEqual([
    make('resp_1', OTHER),
    make('file_1'),
    undefined,
  ])
})
