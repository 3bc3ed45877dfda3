import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { combine } from '../../src/detectors/combine.ts'
import { lookAround } from '../../src/detectors/inside.ts'
import { findSurrogates, SURROGATE, searchTexts } from '../../src/detectors/surrogates.ts'
import { type Guard, holdText } from '../../src/holdback.ts'
import { id } from '../../src/ids.ts'
import { CARD, cutAt, toyCards, toyWord, WORD } from '../support/toys.ts'

const TEXTS = ['ann lee', 'ann lee-moor', '192.0.2.17', '5500000000000000', 'x@example.com', 'é😀x']
const finder = findSurrogates(TEXTS)
const spans = (text: string) =>
  finder.detect(text, { from: 0, final: true }).findings.map(({ start, end }) => text.slice(start, end))

describe('found as they are, and standing alone', () => {
  test.each([
    ['to ann lee.', ['ann lee']],
    ['ann lee-moor', ['ann lee-moor']],
    ['ann lee-mooring', []],
    ['joann lee', []],
    ['ann  lee', []],
    ['Ann Lee', []],
    ['192.0.2.17.', ['192.0.2.17']],
    ['192.0.2.171', []],
    ['10.192.0.2.17', []],
    ['192.0.2.17:80', ['192.0.2.17']],
    ['x@example.com, x@example.com', ['x@example.com', 'x@example.com']],
    ['x@example.com.au', []],
    ['a.x@example.com', []],
    ['_ann lee_', ['ann lee']],
    ['ann_ann lee', []],
  ] as const)('%j', (text, expected) => {
    expect(spans(text)).toEqual(expected)
  })
  test('anywhere, of what was typed', () => {
    const found: string[] = []
    searchTexts(TEXTS)('joann lee-moor192.0.2.171', (one) => found.push(one))
    expect(found).toEqual(['ann lee', 'ann lee-moor', '192.0.2.17'])
  })
  test('none costs nothing', () => {
    expect(findSurrogates([]).shortest).toBe(Number.POSITIVE_INFINITY)
    expect(lookAround(findSurrogates([]), toyCards)).toBe(toyCards)
  })
})

/** More than is looked at beside what is dropped. */
const LONG = 'one and so it goes on and on and on until all of it has been told to everybody'
const GONE = { ...WORD, entity: id('GONE') }

describe('in a stream', () => {
  const guard: Guard = {
    detector: lookAround(
      finder,
      combine([
        toyCards,
        toyWord('lee', WORD),
        toyWord('moor ann', WORD),
        toyWord('lee x', WORD),
        toyWord('gone', GONE),
        toyWord(LONG, WORD),
      ]),
    ),
    leaks: combine([]),
    drops: ({ rule }) => rule === CARD || rule === GONE,
    settle(finding, text) {
      if (finding.rule === SURROGATE) return { text: `«${text.toUpperCase()}»`, rank: 0 }
      if (finding.rule === CARD || finding.rule === GONE) return { text: '[GONE]', rank: 7, blank: true }
      const mask = (value: string, keeps: number) => `•${value.slice(value.length - keeps)}`
      const keeps = text === 'lee' ? 1 : text === 'lee x' ? 2 : 0
      return { text: mask(text, keeps), rank: 1, mask, keeps }
    },
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
    expect(length).toBe(pieces.join('').length)
    return out
  }
  const part = fc.constantFrom(
    ...[
      ...TEXTS,
      'ann',
      ' lee',
      '-moor',
      ' ann',
      '.',
      '-',
      '_',
      ' ',
      '  ',
      '\n',
      'a',
      '1',
      '4111111111111111',
      'lee',
      '@',
    ],
    ...['192.0.', '2.17', 'gone', ' gone ', `g${LONG}`, 'lee x', 'gon', '😀', '\ud83d', '"', '{"a":"', '"}', '[', ','],
  )
  const texts = fc.array(part, { size: 'max', maxLength: 20 }).map((parts) => parts.join(''))
  test('what comes out does not depend on how the text was cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          texts,
          texts.map((text) => JSON.stringify({ q: text })),
        ),
        fc.array(fc.nat(), { maxLength: 20 }),
        async (text, cuts) => {
          const whole = await run([text])
          expect(await run(cutAt(text, cuts))).toBe(whole)
          expect(await run([...text.split(''), ''])).toBe(whole)
        },
      ),
      { numRuns: 3000 },
    )
  })
  test.each([
    ['to ann lee and lee', 'to «ANN LEE» and •e'],
    ['card 5500000000000000 and 4111111111111111 too', 'card «5500000000000000» and too'],
    ['4111111111111111 4111111111111111 x', 'x'],
    ['(4111111111111111) x', '() x'],
    ['a 4111111111111111', 'a '],
    ['ann lee-moor ann', '•'],
    ['lee, lee x', '•e, •x'],
    ['a gone b gone', 'a b '],
    ['{"n":5500000000000000}', '{"n":"«5500000000000000»"}'],
  ])('%s', async (text, expected) => {
    expect(await run([text])).toBe(expected)
  })
  test('what overlaps with what is dropped goes with it: what is left is told by what stands behind both', async () => {
    const text = `a g${LONG} 1 x`
    expect(await run([text])).toBe('a [GONE] 1 x')
    expect(await run([...text, ''])).toBe('a [GONE] 1 x')
  })
  test('in prose next to nothing is held back', async () => {
    const prose = 'The quick brown fox annoys an animal at 192 degrees, x times, then it sleeps. '.repeat(20)
    const hold = holdText(guard)
    let released = 0
    let held = 0
    for (let i = 0; i < prose.length; i++) {
      for (const piece of await hold.push(prose[i]!, false)) released += piece.length
      held = Math.max(held, i + 1 - released)
    }
    expect(held).toBeLessThan(12)
  })
})
