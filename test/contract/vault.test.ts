/** What every vault must do. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeHost } from '#host'
import { TOKEN } from '../../src/detectors/pseudonyms.ts'
import { id } from '../../src/ids.ts'

const AT = { tenant: id('acme'), scope: id('key-1') }
const NONE: ReadonlySet<string> = new Set()
const entities = fc.constantFrom(id('EMAIL_ADDRESS'), id('CREDIT_CARD'), id('IP'))
// Any UTF-16 code units, half surrogate pairs among them.
const strings = fc
  .array(fc.nat({ max: 0xffff }), { size: 'max', maxLength: 300 })
  .map((units) => String.fromCharCode(...units))
const values = fc.array(fc.record({ entity: entities, value: strings }), {
  maxLength: 8,
})

test('any value comes back as it was, under one token, in its scope and nowhere else', async () => {
  const host = await makeHost()
  const property = fc.asyncProperty(values, async (list) => {
    const tokens = await host.vault.conceal(AT, list, NONE)
    expect(tokens).toHaveLength(list.length)
    tokens.forEach((token, i) => {
      expect(token).toMatch(TOKEN)
      expect(token.startsWith(`<${list[i]!.entity}_`)).toBe(true)
    })
    expect(await host.vault.reveal(AT, tokens)).toEqual(list.map(({ value }) => value))
    expect(await host.vault.conceal(AT, list, NONE)).toEqual(tokens)
    const distinct = new Set(list.map(({ entity, value }) => JSON.stringify([entity, value])))
    expect(new Set(tokens).size).toBe(distinct.size)
    for (const elsewhere of [
      { ...AT, scope: id('key-2') },
      { ...AT, tenant: id('umbrella') },
    ]) {
      expect(await host.vault.reveal(elsewhere, tokens)).toEqual(list.map(() => undefined))
    }
  })
  await fc.assert(property, { numRuns: 40 })
})

test('another scope or tenant gives another token', async () => {
  const host = await makeHost()
  const value = [{ entity: id('EMAIL_ADDRESS'), value: 'ann@example.com' }]
  const tokens = await Promise.all(
    [AT, { ...AT, scope: id('key-2') }, { ...AT, tenant: id('umbrella') }].map((at) =>
      host.vault.conceal(at, value, NONE),
    ),
  )
  expect(new Set(tokens.flat()).size).toBe(3)
})

test('tokens are the same after everything in memory is gone, and still open', async () => {
  const host = await makeHost()
  const value = [{ entity: id('EMAIL_ADDRESS'), value: 'ann@example.com' }]
  const before = await host.vault.conceal(AT, value, NONE)
  const again = await host.reopen()
  expect(await again.vault.reveal(AT, before)).toEqual(['ann@example.com'])
  expect(await again.vault.conceal(AT, value, NONE)).toEqual(before)
})

test('a token that the caller typed is not used, however many are avoided', async () => {
  const host = await makeHost()
  const value = [{ entity: id('EMAIL_ADDRESS'), value: 'ann@example.com' }]
  const avoid = new Set<string>()
  for (let i = 0; i < 5; i++) {
    const [token] = await host.vault.conceal(AT, value, avoid)
    expect(avoid.has(token!)).toBe(false)
    expect(await host.vault.reveal(AT, [token!])).toEqual(['ann@example.com'])
    avoid.add(token!)
  }
})

test('nothing else resolves: no token that nobody made, nor one made into another', async () => {
  const host = await makeHost()
  const [token] = await host.vault.conceal(AT, [{ entity: id('EMAIL_ADDRESS'), value: 'ann@example.com' }], NONE)
  const others = [
    token!.replace('EMAIL_ADDRESS', 'CREDIT_CARD'),
    `${token!.slice(0, -2)}${token!.at(-2) === 'a' ? 'b' : 'a'}>`,
    token!.slice(0, -1),
    token!.toLowerCase(),
    '',
    "' OR 1=1 --",
  ]
  expect(await host.vault.reveal(AT, others)).toEqual(others.map(() => undefined))
  expect(await host.vault.reveal(AT, [...others, token!, token!]).then((all) => all.slice(-2))).toEqual([
    'ann@example.com',
    'ann@example.com',
  ])
})

test('concealing the same values many times at once gives the same tokens', async () => {
  const host = await makeHost()
  const list = Array.from({ length: 5 }, (_, i) => ({ entity: id('EMAIL_ADDRESS'), value: `v${i}@example.com` }))
  const all = await Promise.all(Array.from({ length: 20 }, () => host.vault.conceal(AT, list, NONE)))
  for (const tokens of all) expect(tokens).toEqual(all[0])
})

test('what is stored holds no value, and does not open once altered or moved', async () => {
  const host = await makeHost()
  const secret = 'ann.secret@example.com'
  const [first, second] = await host.vault.conceal(
    AT,
    [secret, 'other@example.com'].map((value) => ({ entity: id('EMAIL_ADDRESS'), value })),
    NONE,
  )
  const dump = await host.dump('acme')
  expect(dump).toContain(first)
  expect(dump).not.toContain('secret')
  expect(dump).not.toContain('616e6e2e736563726574') // the same in hex
  await host.tamper(
    'acme',
    `UPDATE vault SET sealed = (SELECT sealed FROM vault WHERE token = '${second}') WHERE token = '${first}'`,
  )
  await expect(host.vault.reveal(AT, [first!])).rejects.toThrow('altered or moved')
  await host.tamper('acme', `UPDATE vault SET scope = 'key-2' WHERE token = '${second}'`)
  await expect(host.vault.reveal({ ...AT, scope: id('key-2') }, [second!])).rejects.toThrow('altered or moved')
})
