import { expect, test } from 'vitest'
import { combine } from '../src/detectors/combine.ts'
import { holdText } from '../src/holdback.ts'
import { toyWord } from './support/toys.ts'

test('a character of two code units is never released in halves', async () => {
  const hold = holdText({ detector: toyWord('secret'), leaks: combine([]), settle: () => undefined })
  for (const piece of ['a\ud83d', '\ude00 b', '\ud83d', '\ude00']) {
    for (const { text } of await hold.push(piece, false)) expect(text).toBe(text.toWellFormed())
  }
})
