import { expect, test } from 'vitest'
import { combine } from '../../src/detectors/combine.ts'
import { names } from '../../src/detectors/names/index.ts'
import type { Detector } from '../../src/types.ts'
import { everyCut, feed, findAll } from '../support/feeding.ts'

/** Holds the last twenty-five characters, whatever they are. */
const holder: Detector = {
  reach: 25,
  context: 0,
  shortest: 1,
  detect: (text, { from, final }) => ({
    findings: [],
    open: final ? text.length : Math.max(from, text.length - 25),
  }),
}

test('what one detector holds open in the middle of a finding of another is found once, and whole', () => {
  const text =
    'Send it to 742 Birch Lane, Apt. 4, Dayton, OH 45402 xyz. Then call Anna Petersen, 7 Oak Street, at noon.'
  const both = combine([names, holder])
  expect(findAll(both, text)).toHaveLength(3)
  expect(feed(both, text, everyCut(text)).seen).toEqual(findAll(both, text))
})
