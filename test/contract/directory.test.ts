/** What every directory must do. */

import { expect, test } from 'vitest'
import { makeHost } from '#host'
import { id } from '../../src/ids.ts'
import { hashKey, parseKey } from '../../src/keys.ts'

test('a key is found by its public part, with all that is known of it and nothing of the secret', async () => {
  const host = await makeHost()
  const facts = { tenant: id('acme'), domains: ['invoke', 'inspect'] as const, groups: [id('staff')], expires: 5e12 }
  const key = await host.addKey(facts)
  const { id: name } = parseKey(key)!
  const found = await host.directory.find(name)
  expect(found).toEqual({ ...facts, id: name, hash: hashKey(key, host.sha256), revoked: false })
  expect(JSON.stringify(found)).not.toContain(key.slice(12))
})

test('what is not there is not found', async () => {
  const host = await makeHost()
  await host.addKey()
  for (const name of ['aaaaaaaa', '', "' OR 1=1 --", '%']) expect(await host.directory.find(name)).toBeUndefined()
})

test('revoking shows at once, and keys outlive what is in memory', async () => {
  const host = await makeHost()
  const key = await host.addKey({ expires: null })
  const { id: name } = parseKey(key)!
  await host.revokeKey(key)
  expect((await host.directory.find(name))?.revoked).toBe(true)
  const again = await host.reopen()
  expect((await again.directory.find(name))?.revoked).toBe(true)
})
