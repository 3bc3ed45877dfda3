import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileRuleset } from '../src/rules.ts'
import { everyCut, feed, findAll, sorted } from './support/feeding.ts'
import { compile, HARD } from './support/inline-rules.ts'
import { shipped, shippedSource } from './support/ruleset.ts'

/** With all packs on, as the examples mean it. */
const { detector } = compileRuleset({
  ...shippedSource,
  packs: [...new Set(shippedSource.rules.map(({ pack }) => pack))],
})

describe.each(shippedSource.rules)('rule $id', (source) => {
  const ref = `${source.id}@${source.version}`
  const examples = [...source.tests.finds, ...source.tests.ignores].map((example) =>
    typeof example === 'string' ? { text: example, key: undefined } : { key: undefined, ...example },
  )

  test('finds what it says it finds', () => {
    for (const example of source.tests.finds) {
      const { text, match, key } = typeof example === 'string' ? { text: example } : { ...example }
      const found = findAll(detector, text, key).filter((seen) => seen.rule === ref)
      expect(found.length, text).toBeGreaterThan(0)
      if (match) expect(found.map(({ start, end }) => text.slice(start, end))).toContain(match)
      for (const { start, end } of found) expect(end - start).toBeLessThanOrEqual(source.reach)
    }
  })

  test('ignores what it says it ignores', () => {
    for (const example of source.tests.ignores) {
      const { text, key } = typeof example === 'string' ? { text: example } : { ...example }
      expect(
        findAll(detector, text, key).filter((seen) => seen.rule === ref),
        text,
      ).toEqual([])
    }
  })

  test('finds the same in its examples however they are cut', () => {
    for (const { text: example, key } of examples) {
      const text = `${example} and some words behind it, so that all of the context is there.`
      const whole = sorted(findAll(detector, text, key))
      expect(sorted(feed(detector, text, everyCut(text), key).seen), text).toEqual(whole)
      for (const cut of everyCut(text)) expect(sorted(feed(detector, text, [cut], key).seen), text).toEqual(whole)
      const bare = sorted(findAll(detector, example, key))
      expect(sorted(feed(detector, example, everyCut(example), key).seen), example).toEqual(bare)
    }
  })
})

const fragments = shippedSource.rules.flatMap(({ tests, context, trigger }) => [
  ...tests.finds.map((example) => (typeof example === 'string' ? example : (example.match ?? example.text))),
  ...(context?.words.slice(0, 4) ?? []),
  ...(trigger ? [trigger] : []),
])
/** Text of whole and broken entities, digits, separators and words. */
const mixed = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...fragments) },
      {
        weight: 3,
        arbitrary: fc
          .tuple(fc.constantFrom(...fragments), fc.nat(40), fc.nat(40))
          .map(([text, from, size]) => text.slice(from, from + size)),
      },
      {
        weight: 3,
        arbitrary: fc.constantFrom(' ', '-', '.', ', ', ': ', '\n', '/', '@', '+', '"', '://', '::', '_', 'é', '😀'),
      },
      { weight: 2, arbitrary: fc.stringMatching(/^[0-9]{1,12}$/) },
      {
        weight: 2,
        arbitrary: fc.constantFrom(
          'the',
          'a',
          'is',
          'my',
          'of',
          'card',
          'call',
          'id',
          'NATO',
          'it',
          'sk-',
          'gh',
          'z3y',
        ),
      },
    ),
    { minLength: 1, maxLength: 24, size: 'max' },
  )
  .map((parts) => parts.join(''))
const cuts = fc.array(fc.nat(400), { maxLength: 40, size: 'max' })

test.each([
  ['the shipped rules', shipped],
  ['hard rules', compile(...HARD)],
  ['all of them', compile(...shippedSource.rules, ...HARD)],
])('%s find the same however a text is cut', (_, { detector }) => {
  fc.assert(
    fc.property(mixed, cuts, (text, at) => {
      const whole = sorted(findAll(detector, text))
      const inside = at.map((cut) => cut % text.length).filter((cut) => cut > 0)
      expect(sorted(feed(detector, text, inside).seen)).toEqual(whole)
    }),
    { numRuns: 1500 },
  )
  fc.assert(
    fc.property(mixed, (text) => {
      expect(sorted(feed(detector, text, everyCut(text)).seen)).toEqual(sorted(findAll(detector, text)))
    }),
    { numRuns: 150 },
  )
})

test('of prose, no more than the last word is held', () => {
  const prose =
    'The quick brown fox, born in 2019 or so, jumps over 13 lazy dogs. Its owner said that it was "fine" (twice), and ' +
    "that the well-known fox's name isn't Bob; it eats cheese, bread and decades of dead beef at 9:30. I can't say more. "
  const { held } = feed(detector, prose.repeat(4), everyCut(prose.repeat(4)))
  expect(held.reduce((sum, n) => sum + n, 0) / held.length).toBeLessThan(4)
})

test('a private key is held from its first line on, and nothing before it', () => {
  const text = 'Here is the key, as you asked: -----BEGIN PRIVATE KEY-----\nabcdefghijklmnop\n'
  const { open } = detector.detect(text, { from: 0, final: false })
  expect(open).toBe(text.indexOf('-----'))
})
