import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeHost } from '#host'
import { type ChainRow, genesis, type Link, seal, verifyChain } from '../src/chain.ts'
import type { Sha256 } from '../src/ports.ts'

const bodies = fc.array(fc.string({ size: 'medium' }), { minLength: 1, maxLength: 12 })

async function hashOfHost(): Promise<Sha256> {
  return (await makeHost()).sha256
}
function build(tenant: string, texts: readonly string[], sha256: Sha256): ChainRow[] {
  let head: Link = genesis(tenant, sha256)
  return texts.map((body) => {
    head = seal(head, body, sha256)
    return { ...head, body }
  })
}

test('a chain as it was made verifies, and its last hash is that of its last row', async () => {
  const sha256 = await hashOfHost()
  const property = fc.property(bodies, (texts) => {
    const rows = build('acme', texts, sha256)
    expect(verifyChain('acme', rows, sha256)).toEqual({
      rows: texts.length,
      head: { seq: texts.length, hash: rows.at(-1)!.hash },
      broken: undefined,
    })
  })
  fc.assert(property, { numRuns: 200 })
})

test('any one change of any row shows: of its text, number or hash, its loss, doubling or moving', async () => {
  const sha256 = await hashOfHost()
  const changes = fc.constantFrom('body', 'seq', 'hash', 'drop', 'double', 'swap', 'insert')
  const property = fc.property(bodies, changes, fc.nat(), fc.string(), (texts, change, at, text) => {
    const rows = build('acme', texts, sha256)
    const i = at % rows.length
    const row = rows[i]!
    // Dropping the last row is what a chain alone cannot show.
    fc.pre(!(change === 'drop' && i === rows.length - 1))
    fc.pre(!(change === 'swap' && i === rows.length - 1))
    fc.pre(!(change === 'body' && text === row.body))
    if (change === 'body') rows[i] = { ...row, body: text }
    if (change === 'seq') rows[i] = { ...row, seq: row.seq + 1 + (at % 3) }
    if (change === 'hash') rows[i] = { ...row, hash: genesis(text, sha256).hash }
    if (change === 'drop') rows.splice(i, 1)
    if (change === 'double') rows.splice(i, 0, row)
    if (change === 'swap') rows.splice(i, 2, rows[i + 1]!, row)
    if (change === 'insert') rows.splice(i, 0, { seq: row.seq, hash: row.hash, body: text })
    fc.pre(!(change === 'insert' && text === row.body))
    const { broken, rows: held } = verifyChain('acme', rows, sha256)
    expect(broken).toBeDefined()
    expect(held).toBeLessThanOrEqual(i + 1)
  })
  fc.assert(property, { numRuns: 500 })
})

test('a chain of one tenant is not a chain of another', async () => {
  const sha256 = await hashOfHost()
  const rows = build('acme', ['a', 'b'], sha256)
  expect(verifyChain('umbrella', rows, sha256).broken).toEqual({ seq: 1, problem: 'altered' })
})

test('the form of a link is fixed, since logs that exist must verify for ever (the hash is by sha256sum)', async () => {
  const sha256 = await hashOfHost()
  const first = seal(genesis('acme', sha256), '{"v":1}', sha256)
  expect(first).toEqual({ seq: 1, hash: 'b45fe739c3209d7c6585fc6e7b5efcfe81276cab91df266af6d0e87cbcde7a73' })
})
