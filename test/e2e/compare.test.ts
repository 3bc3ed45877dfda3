/** Real clients, unchanged, to the model directly and through the proxy on both hosts: what they get is the same, and so is what arrives. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Check, Way } from './checks.ts'
import { CLIENTS } from './clients/index.ts'
import { direct, type Opened, SERVED, throughNode, throughWorkerd } from './ways.ts'

let ways: Opened[]
beforeAll(async () => {
  ways = await Promise.all([direct(), throughNode(), throughWorkerd()])
}, 150_000)
afterAll(async () => {
  await Promise.all(ways.map(({ close }) => close()))
}, 60_000)

/** A result as data, and the requests that it took. */
async function perform(check: Check, { api, ...rest }: Way): Promise<{ result: unknown; requests: unknown[] }> {
  api.clear()
  const result = asData(JSON.stringify((await check.run({ api, ...rest })) ?? null))
  const requests = api.arrived.map(({ method, path, body }) => ({
    method,
    path: asData(JSON.stringify(path)),
    body: check.personal || !body().startsWith('{') ? '' : asData(body()),
  }))
  return { result, requests }
}
/** Ids that the mock draws by lot, and what it makes of them: `aimock-encrypted-reasoning:` and the id, in base64. */
const DRAWN = /\b(answer|fc|rs|msg|file|batch|ftjob|ftevent|ft:[\w.-]+:aimock|YWltb2NrLWVuY3J5cHRlZC)[-_:]?[\w-]{6,}=*/g
function asData(json: string): unknown {
  return JSON.parse(json.replace(DRAWN, '$1'))
}

describe.each(CLIENTS)('$name', ({ checks }) => {
  describe.each([...checks])('$name', (check) => {
    let expected: Awaited<ReturnType<typeof perform>>

    test('direct', async () => {
      expected = await perform(check, ways[0]!.way)
      if (typeof check.wants.valueOf() !== 'object') expect(expected.result).toBe(check.wants.valueOf())
      else expect(expected.result).toMatchObject(check.wants)
    })
    const served = check.needs.every((endpoint) => SERVED.includes(endpoint))
    test.skipIf(!served).each([
      ['Node', 1],
      ['workerd', 2],
    ])('through %s', async (_, i) => {
      expect(await perform(check, ways[i]!.way)).toEqual(expected)
    })
  })
})
