import { expect, test } from 'vitest'
import { makeHost } from '#host'
import { proxy } from '../src/proxy.ts'
import { makeCall } from './support/call.ts'

test('calls without a principal are counted, and recorded once in ten seconds: nobody can fill the log', async () => {
  let now = 1_800_000_000_000
  const host = await makeHost({ now: () => now })
  const knock = () => proxy(makeCall({ body: { model: 'm' } }), host)
  for (let i = 0; i < 50; i++) expect((await knock()).status).toBe(401)
  now += 10_001
  await knock()
  const entries = await host.index.search('none' as never, { limit: 100 })
  expect(entries.map(({ decision }) => [decision.reason, decision.unrecorded])).toEqual([
    ['unauthenticated', 49],
    ['unauthenticated', 0],
  ])
})
