import { describe, expect, test } from 'vitest'
import { combine } from '../../src/detectors/combine.ts'
import { findNeedles, squeeze } from '../../src/detectors/needles.ts'
import { besidePseudonyms, exactPseudonyms, TOKEN } from '../../src/detectors/pseudonyms.ts'
import { findShingles } from '../../src/detectors/shingles.ts'
import type { Detector } from '../../src/types.ts'
import { toyCards, toyWord, WORD } from '../support/toys.ts'

const whole = { from: 0, final: true }
function spans(detector: Detector, text: string): string[] {
  return detector.detect(text, whole).findings.map(({ start, end }) => text.slice(start, end))
}

describe('needles', () => {
  const needles = findNeedles([
    { value: 'Kilo-9981-tango', rule: WORD },
    { value: 'kilo9981tangoXY', rule: WORD },
  ])
  test.each(['kilo9981tango', 'KILO 9981 TANGO', 'k.i.l.o-9 9 8 1/tango', 'xkilo9981tangox'])('%s', (text) => {
    expect(spans(needles, `so: ${text}.`).length).toBe(1)
  })
  test('the longest one wins, and a wide gap ends a match', () => {
    expect(spans(needles, 'kilo9981tangoxy')).toEqual(['kilo9981tangoxy'])
    expect(spans(needles, 'kilo9981     tango')).toEqual([])
  })
  test('short values are not looked for: they would hit ordinary text', () => {
    expect(findNeedles([{ value: '12-34', rule: WORD }]).shortest).toBe(Number.POSITIVE_INFINITY)
    expect(squeeze('A-b 1ß')).toBe('ab1ß')
  })
})

describe('pseudonyms', () => {
  const token = '<US_SSN_23abcdefgh456722>'
  test('of the exact shape only', () => {
    expect(TOKEN.test(token)).toBe(true)
    expect(spans(exactPseudonyms, `a ${token}${token} <b> <US_SSN_abcdefgh2345672> <us_ssn_abcdefgh23456722>`)).toEqual(
      [token, token],
    )
    expect(spans(exactPseudonyms, '<_abcdefgh23456722> <1_abcdefgh23456722> <US_SSN_abcdefgh23456722')).toEqual([])
  })
  test('a hash is one of our marks, too', () => {
    expect(spans(exactPseudonyms, 'a <US_SSN#23abcdefgh456722> <#23abcdefgh456722> <US_SSN#23abcdefgh45672>')).toEqual([
      '<US_SSN#23abcdefgh456722>',
    ])
    expect(exactPseudonyms.detect('a <US_SSN#23', { from: 0, final: false }).open).toBe(2)
  })
  test('rules find nothing in one, unless it has so few letters that it could hold a number', () => {
    const beside = besidePseudonyms(combine([toyCards, toyWord('abcdefgh'), toyWord('SSN_23')]))
    expect(spans(beside, `${token} abcdefgh <US_SSN#23abcdefgh456722>`)).toEqual([
      ...[token, 'abcdefgh', '<US_SSN#23abcdefgh456722>'],
    ])
    expect(spans(beside, '<A_4242424242424242>')).toEqual(['<A_4242424242424242>', '4242424242424242'])
    expect(spans(beside, '<A_abc4242424242424>x SSN_23')).toEqual(['<A_abc4242424242424>', 'SSN_23'])
    const overlapping = besidePseudonyms(toyWord('2> abc'))
    expect(spans(overlapping, `${token} abc`)).toEqual([token, '2> abc'])
  })
  test('only what can still become one is held back', () => {
    const open = (text: string) => exactPseudonyms.detect(text, { from: 0, final: false }).open
    expect(open('a <US_S')).toBe(2)
    expect(open('a <US_SSN_abc')).toBe(2)
    expect(open('a <div')).toBe(6)
    expect(open('a < b')).toBe(5)
    expect(open(`a <${'A'.repeat(60)}`)).toBe(63)
  })
})

describe('pieces of the system prompt', () => {
  const prompt = 'Answer as Ada, the assistant of Example Bank; never mention the merger with Sample Trust in public.'
  const shingles = findShingles([prompt], ['please answer as Ada, the assistant of Example Bank'])
  test('eight words in a row, whatever the case and punctuation', () => {
    const text = 'I should NEVER mention: the *merger* with sample trust in PUBLIC, ok?'
    expect(spans(shingles, text).join('')).toBe('NEVER mention: the *merger* with sample trust in PUBLIC')
  })
  test('seven words are not a piece', () => {
    expect(spans(shingles, 'never mention the merger with Sample Trust')).toEqual([])
  })
  test('the caller’s own words may come back', () => {
    expect(spans(shingles, 'Please answer as Ada, the assistant of Example Bank')).toEqual([])
  })
  test('a long piece is masked once, and never held back whole', () => {
    const words = Array.from({ length: 400 }, (_, i) => `word${i}`).join(' ')
    const long = findShingles([words], [])
    const { findings, open } = long.detect(words, { from: 0, final: false })
    expect(open).toBeGreaterThan(words.length - 20)
    expect(findings.filter((one) => !one.continues).length).toBe(1)
    expect(findings.length).toBeGreaterThan(300)
  })
})
