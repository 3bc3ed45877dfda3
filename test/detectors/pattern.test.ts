import { describe, expect, test } from 'vitest'
import { createPatternDetector } from '../../src/detectors/pattern.ts'
import { id } from '../../src/ids.ts'
import { THRESHOLD } from '../../src/rules.ts'
import { everyCut, feed, findAll } from '../support/feeding.ts'
import { compilePlain as compile, rule } from '../support/inline-rules.ts'
import { shippedSource } from '../support/ruleset.ts'

const spans = (seen: readonly { start: number; end: number }[], text: string) =>
  seen.map(({ start, end }) => text.slice(start, end))

describe('matches of one rule', () => {
  test('are the longest at each place, from left to right, and never overlap', () => {
    const { detector } = compile(rule({ id: 'a', patterns: [{ re: 'a{2,3}', score: 1 }], reach: 3 }))
    expect(spans(findAll(detector, 'aaaaaaaa'), 'aaaaaaaa')).toEqual(['aaa', 'aaa', 'aa'])
  })

  test('go on one character later when the validator says no to every end', () => {
    const { detector } = compile(
      rule({ id: 'c', patterns: [{ re: '\\d(?: ?\\d){11,18}', score: 1 }], validate: 'card', reach: 37 }),
    )
    const text = '9 4111 1111 1111 1111 5'
    expect(spans(findAll(detector, text), text)).toEqual(['4111 1111 1111 1111'])
  })

  test('have neither beside them what `alone` names', () => {
    const { detector } = compile(rule({ id: 'x', patterns: [{ re: 'ab+', score: 1 }], alone: '[b-]', reach: 9 }))
    expect(findAll(detector, '-abb abb- abb')).toMatchObject([{ start: 10, end: 13 }])
  })

  test('stand apart from `_`, which Markdown slants a text with', () => {
    const { detector } = compile(rule({ id: 'n', patterns: [{ re: '\\b\\d{4}\\b', score: 1 }], reach: 4 }))
    expect(spans(findAll(detector, '_1234_ a_1234_b 12345'), '_1234_ a_1234_b 12345')).toEqual(['1234', '1234'])
  })

  test('end where they may, however many words a pattern reads on through', () => {
    const source = rule({
      id: 'i',
      patterns: [{ re: '\\b[A-Z]{2}\\d{2}(?:[ -]?[A-Za-z0-9]){11,30}\\b', score: 1 }],
      validate: 'iban',
      reach: 50,
    })
    const text = 'BE68 5390 0754 7034 for the rent of the flat we have'
    expect(spans(findAll(compile(source).detector, text), text)).toEqual(['BE68 5390 0754 7034'])
  })

  test('with a trigger start as far left as they can', () => {
    const { detector } = compile(
      rule({ id: 'm', patterns: [{ re: '[a-z][a-z.]{0,9}@[a-z]+', score: 1 }], trigger: '@', reach: 20 }),
    )
    const text = 'to ..ab.c@de, f@g@h'
    expect(spans(findAll(detector, text), text)).toEqual(['ab.c@de', 'f@g'])
  })

  test('are no longer than reach', () => {
    const { detector } = compile(rule({ id: 'long', patterns: [{ re: 'ab+', score: 1 }], reach: 5 }))
    expect(findAll(detector, `a${'b'.repeat(20)}`)).toMatchObject([{ start: 0, end: 5 }])
  })
})

describe('context', () => {
  const { detector } = compile(
    rule({
      id: 'pin',
      patterns: [{ re: '\\b\\d{4}\\b', score: 0.1 }],
      context: { words: ['pin', 'door code', 'kod'], within: 12, boost: 0.4 },
      reach: 4,
    }),
  )
  test.each([
    ['PIN 1234', true],
    ['1234 is the pin', true],
    ['1234', false],
    ['spinning 1234', false],
    ['my user_pin:1234', true],
    ['userPin=1234', true],
    ['door-code 1234', true],
    ['pin, and much later 1234', false],
    ['핀kod은 1234', true],
  ])('%s', (text, found) => {
    const seen = findAll(detector, text)
    expect(seen.length === 1).toBe(found)
    if (found) expect(seen[0]!.score).toBe(0.5)
  })

  test('is the key of the value, too', () => {
    expect(findAll(detector, '1234', 'user-pin')).toHaveLength(1)
    expect(findAll(detector, '1234', 'shippingId')).toHaveLength(0)
  })

  test('holds a candidate until its window is complete, and no longer', () => {
    const text = 'at 1234 and so on and on'
    expect(detector.detect(text.slice(0, 8), { from: 0, final: false }).open).toBe(3)
    expect(detector.detect(text.slice(0, 19), { from: 0, final: false }).open).toBe(3)
    expect(detector.detect(text.slice(0, 20), { from: 0, final: false }).open).toBe(20)
    expect(detector.detect('pin 1234 ', { from: 0, final: false })).toMatchObject({ open: 9, findings: [{ start: 4 }] })
    // `pin` may be the beginning of another word.
    expect(detector.detect('1234 pin', { from: 0, final: false })).toMatchObject({ open: 0, findings: [] })
  })
})

test('nothing is settled inside of a finding that is not', () => {
  const { detector } = compile(
    rule({ id: 'one', patterns: [{ re: 'abcd', score: 1 }], reach: 4 }),
    rule({ id: 'two', patterns: [{ re: 'cdefg', score: 1 }], reach: 5 }),
    rule({ id: 'three', patterns: [{ re: 'fgh+i', score: 1 }], reach: 9 }),
  )
  const text = 'x abcdefghh'
  expect(detector.detect(text, { from: 0, final: false })).toEqual({ findings: [], open: 2 })
  expect(findAll(detector, `${text}.`)).toHaveLength(2)
})

test('a text is held only where a rule may have begun', () => {
  const { detector } = compile(
    rule({ id: 'mail', patterns: [{ re: '\\b[a-z]+@[a-z]+\\.[a-z]+\\b', score: 1 }], trigger: '@', reach: 30 }),
    rule({ id: 'key', patterns: [{ re: 'sk-[a-z0-9]{8,}', score: 1 }], alone: '[a-z0-9]', reach: 30 }),
  )
  const open = (text: string) => text.slice(detector.detect(text, { from: 0, final: false }).open)
  expect(open('well, hello')).toBe('hello')
  expect(open('well, hello ')).toBe('')
  expect(open('well, HELLO')).toBe('')
  expect(open('mail joe@exam')).toBe('joe@exam')
  expect(open('mail joe@exam.com')).toBe('joe@exam.com')
  expect(open('mail joe@exam.com ')).toBe('')
  expect(open('key sk')).toBe('sk')
  expect(open('key sk-a1-')).toBe('')
  const { held } = feed(detector, 'so it is, as they say', everyCut('so it is, as they say'))
  expect(Math.max(...held)).toBe(4)
})

test('a text is held from the first place where a match may begin, however many others there are before it', () => {
  const { detector } = compile(
    rule({ id: 'tag', patterns: [{ re: '\\b[a-z-]{1,40}@[a-z]+', score: 1 }], trigger: '@', reach: 60 }),
  )
  const text = `${'-'.repeat(20)}ab`
  expect(detector.detect(text, { from: 0, final: false }).open).toBe(20)
})

test('an empty ruleset finds and holds nothing', () => {
  const { detector } = compile()
  expect(detector.detect('abc', { from: 0, final: false })).toEqual({ findings: [], open: 3 })
})

test('a rule that cannot be compiled is named', () => {
  expect(() => compile(rule({ id: 'bad', patterns: [{ re: 'a|', score: 1 }], reach: 3 }))).toThrow(/^rule bad: /)
})

test('on hostile text automata read a bounded number of characters for each', () => {
  const { rules, threshold } = shippedSource
  const described = rules.map((one) => ({ ref: id(one.id), entity: id(one.entity), label: id(one.label) }))
  for (const source of rules) {
    const detector = createPatternDetector([source], [described[rules.indexOf(source)]!], {
      threshold: THRESHOLD,
      packs: [source.pack],
    })
    for (const example of source.tests.finds) {
      const whole = typeof example === 'string' ? example : (example.match ?? example.text)
      for (const length of [6, whole.length - 1]) {
        for (const joint of ['', '-']) {
          const unit = whole.slice(0, length) + joint
          const text = unit.repeat(Math.ceil(4096 / unit.length))
          const before = detector.steps()
          detector.detect(text, { from: 0, final: true })
          expect((detector.steps() - before) / text.length, `${source.id}: ${unit}`).toBeLessThan(256)
        }
      }
    }
  }
  expect(threshold).toBe(THRESHOLD)
})
