/** What a Worker is built with finds the same as what was compiled here. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileRuleset, packRuleset } from '../../src/rules.ts'
import { findAll, sorted } from '../support/feeding.ts'
import { HARD } from '../support/inline-rules.ts'
import { shipped, shippedSource } from '../support/ruleset.ts'

test('packed rules find what the rules find in their own examples', () => {
  const packed = compileRuleset(JSON.parse(JSON.stringify(packRuleset(shippedSource))))
  for (const { tests } of shippedSource.rules) {
    for (const example of [...tests.finds, ...tests.ignores]) {
      const { text, key } =
        typeof example === 'string' ? { text: example, key: undefined } : { key: undefined, ...example }
      expect(sorted(findAll(packed.detector, text, key)), text).toEqual(sorted(findAll(shipped.detector, text, key)))
    }
  }
})

test('so do hard ones in any text', () => {
  const source = { ...shippedSource, packs: ['test'], rules: [...HARD] }
  const plain = compileRuleset(source).detector
  const packed = compileRuleset(JSON.parse(JSON.stringify(packRuleset(source)))).detector
  const piece = fc.constantFrom('12', '3', '-', 'ab', ' ', '"', '@', '://', 'id', 'card no', 'Zoy', 'b', 'é', '.', 'x')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20, size: 'max' }), (parts) => {
      const text = parts.join('')
      expect(sorted(findAll(packed, text))).toEqual(sorted(findAll(plain, text)))
    }),
    { numRuns: 500 },
  )
})

test('no rules at all are packed, too', () => {
  const packed = compileRuleset(JSON.parse(JSON.stringify(packRuleset({ ...shippedSource, packs: [], rules: [] }))))
  expect(findAll(packed.detector, 'jane.doe@example.com')).toEqual([])
})
