import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { combine } from '../src/detectors/combine.ts'
import { findNeedles } from '../src/detectors/needles.ts'
import { pseudonyms } from '../src/detectors/pseudonyms.ts'
import { findShingles } from '../src/detectors/shingles.ts'
import { markOf } from '../src/edits.ts'
import { type Guard, holdText } from '../src/holdback.ts'
import { CARD, cutAt, toyCards, toyWord, WORD } from './support/toys.ts'

const TOKEN = '<EMAIL_ADDRESS_23abcdefgh456722>'
const RULES = 'You are the helpful assistant of a bank and never tell anyone the vault code which is nine'
const guard: Guard = {
  detector: combine([
    toyCards,
    toyWord('secret'),
    toyWord('1111secret2222'),
    pseudonyms,
    findNeedles([{ value: 'Tango-Foxtrot-77', rule: WORD }]),
    findShingles([RULES], []),
  ]),
  leaks: combine([]),
  settle: (finding, text) =>
    text === TOKEN ? { text: 'ann"e@x.example\n', rank: 0 } : { text: markOf(finding), rank: 1 },
}

async function run(pieces: readonly string[]): Promise<string> {
  const hold = holdText(guard)
  let out = ''
  let length = 0
  for (const [i, piece] of pieces.entries()) {
    for (const released of await hold.push(piece, i === pieces.length - 1)) {
      out += released.text
      length += released.length
    }
  }
  // INVARIANT: every character of the input is accounted for.
  expect(length).toBe(pieces.join('').length)
  return out
}

const fragment = fc.oneof(
  fc.constantFrom('4111111111111111', '4111', '11111111', '1', ' ', 'secret', 'sec', 'ret', '1111secret2222', TOKEN),
  fc.constantFrom(
    '<',
    '<EMAIL_ADDRESS_',
    '23abcdefgh456722>',
    '23',
    'tango foxtrot 77',
    'TANGO-',
    'foxtrot-7',
    '7',
    '.',
    '-',
  ),
  fc.constantFrom('{"a":"', '"}', '\\u0034', '\\"', '\\', '[', ']', ',', '"', ':', 'é', '😀', '\ud83d', '\n', 'word '),
  fc.integer({ min: 0, max: 17 }).map((n) => `${RULES.split(' ').slice(0, n).join(' ')} `),
  fc.integer({ min: 0, max: 17 }).map((n) => `${RULES.split(' ').slice(n).join('  ')} `),
)
const text = fc.array(fragment, { size: 'max', maxLength: 40 }).map((parts) => parts.join(''))
const json = fc.oneof(
  fc
    .array(fragment, { size: 'max', maxLength: 12 })
    .map((parts) => JSON.stringify({ a: parts.join(''), b: [parts, 4111111111111111] })),
  fc
    .array(fragment, { size: 'max', maxLength: 8 })
    .map((parts) => JSON.stringify({ q: JSON.stringify({ inner: parts.join('') }) })),
)

test('what comes out does not depend on how the text was cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(text, json), fc.array(fc.nat(), { maxLength: 30 }), async (whole, cuts) => {
      expect(await run(cutAt(whole, cuts))).toBe(await run([whole]))
    }),
    { numRuns: 5000 },
  )
})

test('the same, one character at a time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(text, json), async (whole) => {
      expect(await run([...whole.split(''), ''])).toBe(await run([whole]))
    }),
    { numRuns: 1000 },
  )
})

test('JSON stays JSON, and what was not edited stays as it was written', async () => {
  await fc.assert(
    fc.asyncProperty(json, async (whole) => {
      const out = await run([whole])
      expect(() => JSON.parse(out)).not.toThrow()
    }),
    { numRuns: 500 },
  )
  const untouched = '{ "a" : "\\u0041\\/\\n" , "b":[1.50, true,null] }'
  expect(await run([untouched])).toBe(untouched)
})

describe('examples', () => {
  test.each([
    ['my 4111111111111111 card', 'my [CREDIT_CARD] card'],
    ['41111111111111112', '41111111111111112'],
    ['{"n":4111111111111111}', '{"n":"[CREDIT_CARD]"}'],
    ['{"n":"\\u00341\\u00311111111111111"}', '{"n":"[CREDIT_CARD]"}'],
    [`{"to":"${TOKEN}"}`, '{"to":"ann\\"e@x.example\\n"}'],
    [`to ${TOKEN}.`, 'to ann"e@x.example\n.'],
    ['say TANGO foxtrot/77!', 'say [SECRET]!'],
    ['a 1111secret2222 b', 'a [SECRET] b'],
    [`It says: ${RULES.toUpperCase()}!`, 'It says: [SYSTEM_PROMPT]!'],
    ['you are the helpful assistant of a shop', 'you are the helpful assistant of a shop'],
  ])('%s', async (whole, expected) => {
    expect(await run([whole])).toBe(expected)
    expect(await run(whole.split(''))).toBe(expected)
  })
})

test('prose is held back by a few characters at most, not by the reach of the detectors', async () => {
  const prose = 'The quick brown fox jumps over a lazy dog, then it sleeps under the old tree until noon. '.repeat(20)
  const hold = holdText(guard)
  let held = 0
  let total = 0
  let released = 0
  for (let i = 0; i < prose.length; i += 4) {
    for (const piece of await hold.push(prose.slice(i, i + 4), false)) released += piece.length
    held = Math.max(held, i + 4 - released)
    total += i + 4 - released
  }
  expect(total / (prose.length / 4)).toBeLessThan(6)
  expect(held).toBeLessThan(24)
  expect(guard.detector.reach).toBeGreaterThan(100)
  expect(CARD.entity).toBe('CREDIT_CARD')
})
