import { expect, test } from 'vitest'
import { TOP_LEVELS } from '../../src/validators/toplevels.ts'
import { readTopLevels } from '../support/top-levels.ts'

test('the top-level domains are those that the package knows', async () => {
  const known = await readTopLevels()
  expect(known.length).toBeGreaterThan(1000)
  expect([...TOP_LEVELS].sort()).toEqual(known)
})
