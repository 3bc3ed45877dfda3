import { expect, test } from 'vitest'
import { makeHost } from '#host'
import { hex } from '../src/ids.ts'

// Initialisation vectors, keys and ids are made of these: one that comes twice, or changes after it was given, is a disaster.
test('random bytes are as many as asked for, never come twice, are not all alike, and do not change later', async () => {
  const { random } = await makeHost()
  const given = Array.from({ length: 20_000 }, (_, i) => random(10 + (i % 3)))
  given.push(...[1024, 1025, 5000].map((length) => random(length)))
  const before = given.map(hex)
  expect(new Set(before).size).toBe(before.length)
  given.forEach((bytes, i) => {
    expect(bytes.length).toBe(i < 20_000 ? 10 + (i % 3) : [1024, 1025, 5000][i - 20_000])
  })
  for (let i = 0; i < 1000; i++) random(32)
  expect(given.map(hex)).toEqual(before)
  // Every bit is set about as often as not: 8 standard deviations.
  const small = given.slice(0, 20_000)
  for (let bit = 0; bit < 80; bit++) {
    const ones = small.filter((bytes) => (bytes[bit >> 3]! >> (bit & 7)) & 1).length
    expect(Math.abs(ones - 10_000)).toBeLessThan(8 * Math.sqrt(5000))
  }
})
