import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeHost } from '#host'
import { base32, hashKey, makeKey, parseKey, sameHash } from '../src/keys.ts'

// RFC 4648 §10, in lower case and without padding.
test.for([
  ['', ''],
  ['f', 'my'],
  ['fo', 'mzxq'],
  ['foo', 'mzxw6'],
  ['foob', 'mzxw6yq'],
  ['fooba', 'mzxw6ytb'],
  ['foobar', 'mzxw6ytboi'],
] as const)('base32 of %j', ([text, expected]) => {
  expect(base32(new TextEncoder().encode(text))).toBe(expected)
})

test('base32 tells all byte strings of a length apart', () => {
  const pair = fc.nat({ max: 40 }).chain((n) => fc.tuple(bytesOf(n), bytesOf(n)))
  fc.assert(fc.property(pair, ([a, b]) => (base32(a) === base32(b)) === (a.join() === b.join())))
})
function bytesOf(length: number) {
  return fc.uint8Array({ minLength: length, maxLength: length })
}

test('keys have their shape, differ, and give their public part', async () => {
  const { random, sha256 } = await makeHost()
  const keys = Array.from({ length: 100 }, () => makeKey(random))
  for (const { id, key } of keys) {
    expect(key).toMatch(/^pk_[a-z2-7]{8}_[a-z2-7]{52}$/)
    expect(parseKey(key)).toEqual({ id })
    expect(hashKey(key, sha256)).toMatch(/^[0-9a-f]{64}$/)
  }
  expect(new Set(keys.map(({ key }) => key.slice(12))).size).toBe(100)
})

test('the hash is SHA-256 of the whole key, as a database elsewhere would make it', async () => {
  const { sha256 } = await makeHost()
  expect(hashKey('abc', sha256)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})

test('keys that differ anywhere have different hashes', async () => {
  const { random, sha256 } = await makeHost()
  const { key } = makeKey(random)
  const changed = Array.from(
    key,
    (character, i) => `${key.slice(0, i)}${character === 'a' ? 'b' : 'a'}${key.slice(i + 1)}`,
  )
  expect(new Set([key, ...changed].map((one) => hashKey(one, sha256))).size).toBe(key.length + 1)
})

test.for([
  '',
  'pk_',
  'sk-proj-abc',
  'pk_aaaaaaaa_',
  `pk_aaaaaaa1_${'a'.repeat(52)}`,
  `pk_aaaaaaaa_${'a'.repeat(53)}`,
  `pk_AAAAAAAA_${'a'.repeat(52)}`,
  ` pk_aaaaaaaa_${'a'.repeat(52)}`,
  `pk_aaaaaaaa_${'a'.repeat(52)}\n`,
])('%j is no key', (text) => {
  expect(parseKey(text)).toBeUndefined()
})

test('hashes are the same only if all of them is', () => {
  const hashes = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 })
  fc.assert(
    fc.property(hashes, hashes, fc.nat({ max: 63 }), (a, b, cut) => {
      expect(sameHash(a, a)).toBe(true)
      expect(sameHash(a, b)).toBe(a === b)
      expect(sameHash(a, a.slice(0, cut))).toBe(false)
      expect(sameHash(a.slice(0, cut), a)).toBe(false)
    }),
  )
})
