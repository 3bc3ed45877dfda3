import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { names } from '../../src/detectors/names/index.ts'
import { everyCut, feed, findAll } from '../support/feeding.ts'

const seen = (text: string, key?: string) =>
  names
    .detect(text, { from: 0, final: true, key })
    .findings.map(({ rule, start, end }) => `${rule.entity} ${text.slice(start, end)}`)

/** Pieces of text that names are found in, next to, or nearly; put together at random. */
const PIECES = [
  'Anna Petersen',
  'Dr. Miguel de la Cruz',
  'Mr. Brown',
  'O’Brien',
  'J. R. Whitfield Jr.',
  'Jean-Pierre',
  'maria',
  'van der Berg',
  'Martha',
  'New York',
  'Springfield, IL 62704',
  'Lisbon',
  '12 Main Street',
  '742 Birch Lane, Apt. 4B, Dayton, OH 45402',
  'Lindenstraße 5',
  'Calle Mayor, 12, 3B',
  'ul. Długa 7 m. 2',
  'P.O. Box 412',
  'Acme Widgets Inc',
  'University of Nowhere',
  'German',
  'The',
  'I',
  'E-mail',
  'NºCol',
  'fooBar',
  'Foo.bar',
  'USA',
  'said',
  'in',
  'lives in',
  'my name is',
  'Name:',
  'Nombre:',
  'Dear',
  'and',
  'the',
  'was',
  "'s",
  "I'm",
  "i'm",
  'call me',
  'mr.',
  'petra novak',
  'El Salvador',
  'al.',
  'New Zealand',
  'CO',
  'nad',
  'nevertheless',
  '3',
  '10115',
  'Apt. 3',
]
const GAPS = [' ', ' ', ' ', ' ', ', ', '. ', '\n', '  ', ': ', '', '-', '.', ',\n ']
const texts = fc
  .array(fc.tuple(fc.constantFrom(...PIECES), fc.constantFrom(...GAPS)), { maxLength: 14 })
  .map((parts) => parts.flat().join(''))

describe('however the text is cut', () => {
  test('the same is found, in pieces of one character', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(feed(names, text, everyCut(text)).seen).toEqual(findAll(names, text))
      }),
      { numRuns: 400 },
    )
  })

  test('the same is found, in pieces of any length', () => {
    fc.assert(
      fc.property(texts, fc.array(fc.nat(400)), (text, cuts) => {
        const inside = cuts.filter((cut) => cut > 0 && cut < text.length)
        expect(feed(names, text, inside).seen).toEqual(findAll(names, text))
      }),
      { numRuns: 1500 },
    )
  })

  test('long rows of capitalised words are the same, too', () => {
    const unit = fc.constantFrom('Anna ', 'Berg ', 'de ', 'Oak ', 'Main Street ', 'Abcdefghijklmnopqrstuvw ', 'J. ', '7 ')
    fc.assert(
      fc.property(fc.array(unit, { minLength: 5, maxLength: 60 }), fc.nat(9), (units, step) => {
        const text = units.join('')
        const cuts = everyCut(text).filter((cut) => step === 0 || cut % (step * 7) === 0)
        expect(feed(names, text, cuts).seen).toEqual(findAll(names, text))
      }),
      { numRuns: 200 },
    )
  })

  test('a capitalised word is held back with the next one, a number with the word after it, and nothing else', () => {
    const text = 'the quick brown fox jumps over the lazy dog. Then it slept, and 3 birds sang in the old tree.'
    const { held } = feed(names, text, everyCut(text))
    expect(Math.max(...held)).toBe('3 birds '.length)
    expect(held.filter((size) => size > 0).length).toBeLessThan(20)
    const tail = feed(names, 'we met Anna Petersen', everyCut('we met Anna Petersen'))
    expect(tail.held.at(-1)).toBe('Anna Peterse'.length)
  })
})
