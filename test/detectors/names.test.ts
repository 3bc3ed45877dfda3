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
  'Lindenstr.',
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
    const unit = fc.constantFrom(
      'Anna ',
      'Berg ',
      'de ',
      'Oak ',
      'Main Street ',
      'Abcdefghijklmnopqrstuvw ',
      'J. ',
      '7 ',
    )
    fc.assert(
      fc.property(fc.array(unit, { minLength: 5, maxLength: 60 }), fc.nat(9), (units, step) => {
        const text = units.join('')
        const cuts = everyCut(text).filter((cut) => step === 0 || cut % (step * 7) === 0)
        expect(feed(names, text, cuts).seen).toEqual(findAll(names, text))
      }),
      { numRuns: 200 },
    )
  })

  test.each([
    'Kowalczyk said no. Nilsson, Greta and Olga left.',
    'my name is patricia desrosiers and mrs. dubois is here',
    'Petra = 5; Petra Novak { x }',
    'Kowalczyk\tsaid no; Kowalczyk\tsaid',
    'ask Wilhelm Friedrich van der Berg Jr. about it',
    'in der Hauptstr. 5 und Musterstr. 7, Kirchstr. oder',
    'at 742 Birch Lane, Apt. 4B, Dayton, OH 45402 or Unit 7349 Box 6067',
  ])('every cut of: %s', (text) => {
    for (const cut of everyCut(text)) expect(feed(names, text, [cut]).seen).toEqual(findAll(names, text))
    expect(feed(names, text, everyCut(text)).seen).toEqual(findAll(names, text))
  })

  test('a row of capitalised words without end is not held back', () => {
    const text = 'Anna Berta Carla Dora Emma Frieda '.repeat(40)
    const { held, seen } = feed(names, text, everyCut(text))
    expect(seen).toEqual(findAll(names, text))
    expect(Math.max(...held)).toBeLessThan(60)
    // What is released of it still tells that its last word is of a row.
    const row = `${'Extraordinary '.repeat(12)}Patricia said no.`
    expect(findAll(names, row)).toEqual([])
    expect(feed(names, row, everyCut(row)).seen).toEqual([])
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

describe('people', () => {
  test.each([
    ['We met Anna Petersen in the hall.', ['PERSON Anna Petersen']],
    ['Yesterday Takeshi Morimoto said no.', ['PERSON Takeshi Morimoto']],
    ['"Not now," says Kowalczykova.', ['PERSON Kowalczykova']],
    ['Dear Martha, thank you.', ['PERSON Martha']],
    ['Dr. Miguel de la Cruz is away.', ['TITLE Dr.', 'PERSON Miguel de la Cruz']],
    ['Regards,\nVincent van den Berg Jr.\n', ['PERSON Vincent van den Berg Jr.']],
    ['Name: Oluwaseun Adebayo\nPhone: 1', ['PERSON Oluwaseun Adebayo']],
    ['Nombre: Lucía.\nApellidos: Herrero Campos.', ['PERSON Lucía', 'PERSON Herrero Campos']],
    ['Her maiden name is Ravnkilde', ['PERSON Ravnkilde']],
    ['They asked Bob, Carol and Ted.', ['PERSON Bob', 'PERSON Carol', 'PERSON Ted']],
    ["Kate O'Brien's book", ["PERSON Kate O'Brien"]],
    ['I spoke with J. R. Whitfield.', ['PERSON J. R. Whitfield']],
    ['na rzecz Tomasza Nowaka zwrot', ['PERSON Tomasza Nowaka']],
    ['my name is patricia desrosiers', ['PERSON patricia desrosiers']],
    ["hi, i'm thomas and this is it", ['PERSON thomas']],
  ])('%s', (text, expected) => {
    expect(seen(text)).toEqual(expected)
  })

  test('are told by the key of a value, too', () => {
    expect(seen('Quillon', 'firstName')).toEqual(['PERSON Quillon'])
    expect(seen('Quillon', 'firstname')).toEqual(['PERSON Quillon'])
    expect(seen('Quillon', 'tool')).toEqual([])
    expect(seen('Zarnovia', 'home_city')).toEqual(['LOCATION Zarnovia'])
  })
})

describe('nobody', () => {
  test.each([
    'The meeting on Monday was moved to March.',
    'Key Features and Next Steps',
    'class UserFactory extends Factory { make(): User }',
    'const Alice = new Client()',
    'import { Carol } from "./Carol"',
    'function f(owner: Label, client: Pick<Foo>) {}',
    'Java and Python run on Linux.',
    'foo.Anna @Anna #Anna Anna_2 Anna() /Anna',
    'THIS IS NOT A DRILL',
    'Please Note: All Orders Are Final',
    'the file name is config and i am happy',
    'I will mark the date. May I?',
    'Thanks for the help!',
  ])('%s', (text) => {
    expect(seen(text)).toEqual([])
  })

  test('rows of more capitalised words than a name has', () => {
    expect(seen('Anna Berta Carla Dora Emma Frieda Gerda Hanna Ida Johanna Klara')).toEqual([])
  })
})

describe('places, organisations and groups', () => {
  test.each([
    ['We moved from Lisbon to New Zealand.', ['LOCATION Lisbon', 'LOCATION New Zealand']],
    ['She lives in Zarnovia, by the sea.', ['LOCATION Zarnovia']],
    ['He works at Acme Widgets Inc. in El Salvador', ['ORGANIZATION Acme Widgets Inc.', 'LOCATION El Salvador']],
    ['a German and a Buddhist', ['NRP German', 'NRP Buddhist']],
    ['el Hospital San Rafael', ['ORGANIZATION Hospital San Rafael']],
  ])('%s', (text, expected) => {
    expect(seen(text)).toEqual(expected)
  })
})

describe('addresses', () => {
  test.each([
    '12 Main Street',
    '742 Birch Lane, Apt. 4B, Dayton, OH 45402',
    '95 Hexham Road\nSuite 20\nFairmont\nNew Zealand 6011',
    '12, rue de la Gare, 69001 Lyon',
    'Goethestraße 12, 10115 Berlin',
    'Hauptstr. 5',
    'Lodskovvej 28',
    'Calle Mayor, 12, 3B',
    'C/ Olmo 4',
    'Via Verdi 10, 20121 Milano',
    'ul. Długa 7 m. 2, 00-238 Warszawa',
    'P.O. Box 412, Reno, NV 89501',
    '221B Baker Street, London NW1 6XE',
    'Storgatan 5, 111 22 Stockholm',
    'Keizersgracht 12, 1015 CN Amsterdam',
    'PSC 1234, Box 567\nAPO AE 09123',
  ])('%s', (address) => {
    const text = `I live at ${address}; do you?`
    expect(seen(text)).toEqual([`STREET_ADDRESS ${address}`])
  })

  test.each([
    'Dallas 24 Green Bay 17',
    'the RTX 3070, and 16 GB',
    'In 2024 The Company grew 5 Percent',
    'version 3 Release 5',
    'on 12 March 2021',
    '2 Thessalonians 2:6',
    'chose 3 Red Cars',
  ])('none in: %s', (text) => {
    expect(seen(text).filter((one) => one.startsWith('STREET'))).toEqual([])
  })
})
