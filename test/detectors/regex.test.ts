import { describe, expect, test } from 'vitest'
import { WORD } from '../../src/detectors/charset.ts'
import { buildDfa, places, readForward } from '../../src/detectors/dfa.ts'
import {
  alphabet,
  leadingSets,
  maxLength,
  minLength,
  parseClass,
  parsePattern,
  splitAt,
} from '../../src/detectors/regex.ts'

/** Ends of matches at the start of a text. */
function endsOf(re: string, text: string): number[] {
  const { node, after } = parsePattern(re)
  const ends = places()
  readForward(buildDfa(node, { edge: after }), text, 0, text.length, ends)
  return [...ends.at.subarray(0, Math.min(ends.count, 16))]
}

describe('parsePattern', () => {
  test.each([
    ['(?=a)b', 'look-around is not RE2: match wider and use a validator instead (at character 1)'],
    ['ab(?<!c)', 'look-around is not RE2: match wider and use a validator instead (at character 3)'],
    ['(a)\\1', 'back-references are not RE2: match wider and use a validator instead (at character 4)'],
    ['a+?', 'lazy quantifiers mean nothing here, a match is the longest: drop the ? (at character 3)'],
    ['a++', 'two quantifiers in a row: group the first with (?:…) (at character 3)'],
    ['^a', 'anchors have no place in a rule: use \\b at the edge, or `alone` (at character 1)'],
    ['a\\bb', '\\b may stand only at the very start or end of a pattern (at character 2)'],
    ['\\ba|b\\b', '`\\b` beside a top-level `|` holds for one branch only: write \\b(?:a|b)\\b'],
    ['(?P<n>a)', 'only (?:…) groups, and the flags (?i) and (?s) at the very start (at character 1)'],
    ['a{2,1}', 'the bounds of this repetition are the wrong way round (at character 2)'],
    ['a{1,2000}', 'RE2 repeats at most 1000 times: use + and let reach bound it (at character 2)'],
    ['a{,2}', '`{` must be a repetition such as {2,4}; for the character write \\{ (at character 2)'],
    ['(?:a', 'this group is not closed (at character 1)'],
    ['a)', 'this `)` closes nothing; for the character write \\) (at character 2)'],
    ['[a', 'this class is not closed (at character 1)'],
    ['[b-a]', 'this range is the wrong way round (at character 5)'],
    ['[[:alpha:]]', 'POSIX classes are not in the subset: write the range, such as A-Za-z (at character 2)'],
    ['\\p{L}', '\\p is not in the subset of RE2 that rules use (at character 1)'],
    ['😀', 'characters beyond U+FFFF are two code units: leave them out (at character 1)'],
    ['(?i)é', 'under (?i) only ASCII is folded: write both cases (at character 6)'],
    ['*a', 'nothing to repeat before `*` (at character 1)'],
    ['a\\', 'a backslash at the end (at character 2)'],
  ])('refuses %s', (re, message) => {
    expect(() => parsePattern(re)).toThrow(new Error(message))
  })

  test('a nest of quantifiers is no danger, so it is allowed', () => {
    const text = `${'a'.repeat(5000)}!`
    const { node } = parsePattern('(?:(?:a+)+)+b')
    expect(readForward(buildDfa(node), text, 0, text.length, places())).toBe(5000)
  })
})

test.each([
  ['a|ab|abc', 'abcd', [1, 2, 3]],
  ['a{2,3}', 'aaaa', [2, 3]],
  ['(?i)k[^b]', 'Kc', [2]],
  ['(?i)k', '\u212a', [1]],
  ['.+', 'ab\nc', [1, 2]],
  ['(?s).+', 'a\nb', [1, 2, 3]],
  ['[\\w.]+\\b', 'a.b.', [1, 2, 3]],
  ['a\\x41\\x{e9}', 'aAé', [3]],
  ['(?:ab?)*c', 'aababc', [6]],
  ['[]', 'a', 'an empty class'],
])('%s in %s', (re, text, ends) => {
  if (typeof ends === 'string') expect(() => endsOf(re, text)).toThrow(ends)
  else expect(endsOf(re, text)).toEqual(ends)
})

test('lengths, alphabet and leading characters', () => {
  const { node } = parsePattern('(?:ab|c)\\d{2,4}x?')
  expect([minLength(node), maxLength(node)]).toEqual([3, 7])
  expect(maxLength(parsePattern('a*b').node)).toBe(Number.POSITIVE_INFINITY)
  expect(alphabet(node)).toEqual([0x30, 0x39, 0x61, 0x63, 0x78, 0x78])
  expect(leadingSets(node, 3)).toEqual([
    [0x61, 0x61, 0x63, 0x63],
    [0x30, 0x39, 0x62, 0x62],
    [0x30, 0x39],
  ])
  expect(leadingSets(parsePattern('a*b').node, 2)).toEqual([
    [0x61, 0x62],
    [0x61, 0x62],
  ])
  expect(parseClass('\\w')).toEqual(WORD)
  expect(() => parseClass('ab')).toThrow('one character class is needed here')
})

test('a pattern is cut at its trigger, in one place only', () => {
  expect(minLength(splitAt(parsePattern('[a-z]+@[a-z]').node, '@').head)).toBe(1)
  expect(() => splitAt(parsePattern('[a-z@]+@[a-z]').node, '@')).toThrow('must not match its first character')
  expect(() => splitAt(parsePattern('(?:a@|b)c').node, '@')).toThrow('must stand outside of groups')
})

test('states are dropped when there are too many, and the answer stays right', () => {
  // One state for each set of places among the last twelve where an `a` stood.
  const dfa = buildDfa(parsePattern('[ab]*a[ab]{12}c').node)
  let text = ''
  for (let i = 0, x = 1; i < 40_000; i++, x = (x * 1103515245 + 12345) % 2147483648) text += x & 0x10000 ? 'a' : 'b'
  text += `a${'b'.repeat(12)}c`
  const ends = places()
  readForward(dfa, text, 0, text.length, ends)
  expect([ends.count, ends.at[0]]).toEqual([1, text.length])
  expect(dfa.next.length).toBeLessThanOrEqual(1 << 16)
})
