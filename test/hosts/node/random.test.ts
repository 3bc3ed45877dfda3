import { expect, test } from 'vitest'
import { random } from '../../../src/hosts/node/crypto.ts'

test('what is drawn in bulk is neither given twice nor wiped in the hands of who got it', () => {
  const seen = new Set<string>()
  const given = Array.from({ length: 5000 }, (_, i) => random(i % 7 === 0 ? 32 : 10))
  for (const bytes of given) seen.add(Buffer.from(bytes).toString('hex'))
  expect(seen.size).toBe(5000)
  expect(given.every((bytes) => bytes.some((byte) => byte !== 0))).toBe(true)
  expect(random(5000).length).toBe(5000)
})
