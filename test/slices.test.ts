import fc from 'fast-check'
import { expect, test } from 'vitest'
import { detect } from '../src/detect.ts'
import { combine } from '../src/detectors/combine.ts'
import { pseudonyms } from '../src/detectors/pseudonyms.ts'
import type { Segment } from '../src/types.ts'
import { ownBundle } from './support/bundle.ts'
import { toyCards, toyWord } from './support/toys.ts'

const PLACE = 64 * 1024
const pause = async () => {}

test('what is found in a long text does not depend on where it is cut into slices', async () => {
  const { ruleset } = await ownBundle()
  const values = [
    '4111 1111 1111 1111',
    'ann.lee@corp.example.com',
    'my ssn is 536904399',
    `ghp_${'a1B2'.repeat(9)}`,
    'secret',
  ]
  const toys = combine([toyCards, toyWord('secret'), pseudonyms])
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom(...values), fc.integer({ min: -60, max: 60 })), { maxLength: 4 }),
      fc.constantFrom('the quick brown fox ', '1 2 3 ', 'a@b '),
      async (planted, filler) => {
        for (const detector of [ruleset.detector, toys]) {
          // About where one slice ends and the next begins.
          const edge = PLACE + detector.reach
          let text = filler.repeat(Math.ceil((3 * edge) / filler.length))
          for (const [i, [value, shift]] of planted.entries()) {
            const at = edge * ((i % 2) + 1) + shift * (1 + Math.floor(i / 2) * 40)
            text = `${text.slice(0, at)} ${value} ${text.slice(at + value.length + 2)}`
          }
          const [seen] = await detect([{ text, kind: 'string', key: undefined } as Segment], detector, pause)
          const whole = detector.detect(text, { from: 0, final: true }).findings
          const spans = (all: readonly { start: number; end: number }[]) => all.map(({ start, end }) => [start, end])
          expect(spans(seen?.findings ?? [])).toEqual(spans(whole))
        }
      },
    ),
    { numRuns: 60 },
  )
}, 60_000)
