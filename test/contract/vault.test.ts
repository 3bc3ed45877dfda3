/** What every vault must do. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
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

const CHAIN = id('chain-1')
function addresses(count: number, name = 'v') {
  return Array.from({ length: count }, (_, i) => ({ entity: id('EMAIL_ADDRESS'), value: `${name}${i}@example.com` }))
}

test('a token that is tied to a chain is recalled by it, in its scope and tenant, and by no other', async () => {
  const host = await makeHost()
  const property = fc.asyncProperty(
    values,
    fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
    async (list, ties) => {
      const at = { tenant: id('acme'), scope: id(`key-${crypto.randomUUID()}`) }
      const tokens = await host.vault.conceal(at, list, NONE)
      const tied = new Set(tokens.filter((_, i) => ties[i]))
      await host.vault.link(at, CHAIN, [...tied])
      await host.vault.link(
        at,
        id('chain-2'),
        tokens.filter((token) => !tied.has(token)),
      )
      const asked = [...tokens, 'nothing', ...tokens].reverse()
      const held = new Map(tokens.map((token, i) => [token, list[i]!.value]))
      expect(await host.vault.recall(at, CHAIN, asked)).toEqual(
        asked.map((token) => (tied.has(token) ? held.get(token) : undefined)),
      )
      const elsewhere = [
        [at, id('chain-3')],
        [{ ...at, scope: id('key-2') }, CHAIN],
        [{ ...at, tenant: id('umbrella') }, CHAIN],
      ] as const
      for (const [there, chain] of elsewhere) {
        expect(await host.vault.recall(there, chain, tokens)).toEqual(tokens.map(() => undefined))
      }
    },
  )
  await fc.assert(property, { numRuns: 25 })
})

test('nobody gets a value by tying its token: not from another scope, tenant or chain', async () => {
  const host = await makeHost()
  const [token] = await host.vault.conceal(AT, addresses(1), NONE)
  for (const there of [
    { ...AT, scope: id('key-2') },
    { ...AT, tenant: id('umbrella') },
  ]) {
    await host.vault.link(there, CHAIN, [token!])
    expect(await host.vault.recall(there, CHAIN, [token!])).toEqual([undefined])
  }
  expect(await host.vault.recall(AT, CHAIN, [token!])).toEqual([undefined])
  await host.vault.link(AT, CHAIN, ["' OR 1=1 --", `${token}\0`, '__proto__', '\ud800', ''])
  expect(await host.vault.recall(AT, CHAIN, ["' OR 1=1 --", `${token}\0`, '__proto__', '\ud800', ''])).toEqual(
    Array.from({ length: 5 }, () => undefined),
  )
})

test('tying again is harmless, also at once, and before there is a value', async () => {
  const host = await makeHost()
  const [token] = await host.vault.conceal(AT, addresses(1), NONE)
  await Promise.all(Array.from({ length: 10 }, () => host.vault.link(AT, CHAIN, [token!, token!])))
  await host.vault.link(AT, CHAIN, [token!])
  await host.vault.link(AT, CHAIN, [])
  expect(await host.vault.recall(AT, CHAIN, [token!, token!])).toEqual(['v0@example.com', 'v0@example.com'])
  expect(await host.vault.recall(AT, CHAIN, [])).toEqual([])
})

test('ties outlive what is in memory', async () => {
  const host = await makeHost()
  const tokens = await host.vault.conceal(AT, addresses(2), NONE)
  await host.vault.link(AT, CHAIN, tokens.slice(1))
  const again = await host.reopen()
  expect(await again.vault.recall(AT, CHAIN, tokens)).toEqual([undefined, 'v1@example.com'])
})

test('as many tokens as a request may have are tied and recalled', { timeout: 60_000 }, async () => {
  const host = await makeHost()
  const tokens = await host.vault.conceal(AT, addresses(10_000), NONE)
  await host.vault.link(AT, CHAIN, tokens)
  const recalled = await host.vault.recall(AT, CHAIN, tokens)
  expect(recalled).toHaveLength(10_000)
  expect(recalled[9_999]).toBe('v9999@example.com')
})

test('ties are forgotten with the values, and the ones in use are kept', async () => {
  const DAY = 24 * 3600_000
  let now = Date.now() - 40 * DAY
  const host = await makeHost({ now: () => now })
  const tokens = await host.vault.conceal(AT, addresses(3), NONE)
  await host.vault.link(AT, CHAIN, tokens)
  now += 20 * DAY
  await host.vault.conceal(AT, addresses(2), NONE)
  await host.vault.link(AT, CHAIN, tokens.slice(0, 1))
  now += 20 * DAY
  const again = await host.reopen()
  expect(await again.vault.recall(AT, CHAIN, tokens)).toEqual(['v0@example.com', undefined, undefined])
  expect(await again.vault.reveal(AT, tokens)).toEqual(['v0@example.com', 'v1@example.com', undefined])
})

describe('what is derived', () => {
  const lists = fc.array(fc.array(strings, { maxLength: 3 }), { maxLength: 5 })
  test('is the same for the same texts in one scope, and differs in all else', async () => {
    const host = await makeHost()
    const seen = new Map<string, string>()
    const property = fc.asyncProperty(lists, async (all) => {
      for (const at of [AT, { ...AT, scope: id('key-2') }, { ...AT, tenant: id('umbrella') }]) {
        const derived = await host.vault.derive(at, all)
        expect(derived.map((bytes) => bytes.length)).toEqual(all.map(() => 32))
        derived.forEach((bytes, i) => {
          const name = JSON.stringify([at, all[i]])
          const told = bytes.join()
          expect(seen.get(told) ?? name).toBe(name)
          seen.set(told, name)
        })
        expect((await host.vault.derive(at, all)).map((bytes) => bytes.join())).toEqual(
          derived.map((one) => one.join()),
        )
      }
    })
    await fc.assert(property, { numRuns: 25 })
  })
  test('is the same after everything in memory is gone', async () => {
    const host = await makeHost()
    const [before] = await host.vault.derive(AT, [['a', 'b']])
    const again = await host.reopen()
    expect((await again.vault.derive(AT, [['a', 'b']]))[0]!.join()).toBe(before!.join())
  })
})

describe('surrogates', () => {
  const surrogate = (text: string, value: string) =>
    ({ text, value, action: 'surrogate', entity: id('EMAIL_ADDRESS') }) as const
  test('are kept for their chain, and for no other chain, scope or tenant', async () => {
    const host = await makeHost()
    const all = [surrogate('x@example.com', 'ann@corp.com'), surrogate('\ud800y', 'bob\udc00')]
    expect(await host.vault.imitate(AT, CHAIN, all)).toEqual([true, true])
    const sorted = async (at: typeof AT, chain: typeof CHAIN, most = 10) =>
      [...(await host.vault.imitated(at, chain, most))].sort((a, b) => (a.text < b.text ? -1 : 1))
    expect(await sorted(AT, CHAIN)).toEqual(all.toSorted((a, b) => (a.text < b.text ? -1 : 1)))
    expect(await sorted(AT, CHAIN, 1)).toHaveLength(1)
    expect(await sorted(AT, id('chain-other'))).toEqual([])
    expect(await sorted({ ...AT, scope: id('key-2') }, CHAIN)).toEqual([])
    expect(await sorted({ ...AT, tenant: id('umbrella') }, CHAIN)).toEqual([])
    const again = await host.reopen()
    expect(await again.vault.imitated(AT, CHAIN, 10)).toHaveLength(2)
  })
  test('stand for one value each: the first that came, also of those that come at once', async () => {
    const host = await makeHost()
    expect(await host.vault.imitate(AT, CHAIN, [surrogate('s', 'one')])).toEqual([true])
    expect(await host.vault.imitate(AT, CHAIN, [surrogate('s', 'two'), surrogate('t', 'two')])).toEqual([false, true])
    expect(await host.vault.imitate(AT, CHAIN, [surrogate('s', 'one')])).toEqual([true])
    expect(await host.vault.imitate(AT, id('chain-other'), [surrogate('s', 'two')])).toEqual([true])
    const rivals = await Promise.all(
      Array.from({ length: 8 }, (_, i) => host.vault.imitate(AT, CHAIN, [surrogate('r', `value ${i}`)])),
    )
    expect(rivals.flat().filter(Boolean)).toEqual([true])
    const kept = (await host.vault.imitated(AT, CHAIN, 10)).find(({ text }) => text === 'r')!
    expect(rivals[Number(kept.value.slice(6))]).toEqual([true])
  })
  test('are no tokens: nobody gets a value by asking for one', async () => {
    const host = await makeHost()
    await host.vault.imitate(AT, CHAIN, [surrogate('x@example.com', 'ann@corp.com')])
    expect(await host.vault.reveal(AT, ['x@example.com', '~x@example.com'])).toEqual([undefined, undefined])
    expect(await host.vault.recall(AT, CHAIN, ['x@example.com', '~'])).toEqual([undefined, undefined])
    const [token] = await host.vault.conceal(AT, addresses(1), NONE)
    await host.vault.link(AT, CHAIN, [token!])
    expect(await host.vault.imitated(AT, CHAIN, 10)).toHaveLength(1)
  })
})
