/** What one refusal costs each client: a single request, and an error that it knows. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { failure, SECRET } from './checks.ts'
import { CLIENTS } from './clients/index.ts'
import { countRefused, type Opened, SERVED, throughNode } from './ways.ts'

let opened: Opened
beforeAll(async () => {
  opened = await throughNode({ blocking: true })
}, 60_000)
afterAll(() => opened.close(), 60_000)

describe.each(CLIENTS)('$name', ({ asks, asked }) => {
  test.skipIf(!SERVED.includes(asked)).each(Object.entries(asks))('%s', async (_, ask) => {
    const { way } = opened
    way.api.clear()
    const before = await countRefused(way)
    const error = JSON.stringify(await failure(() => ask(way, `My key is ${SECRET}.`)))
    expect(error).toMatch(/"status(Code)?":400/)
    expect(error).toContain('may not go to this model')
    expect(error).not.toContain(SECRET)
    expect((await countRefused(way)) - before).toBe(1)
    expect(way.api.arrived).toEqual([])
  })
})
