import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { JsonError, parseJson } from '../src/json.ts'

function problem(text: string, depth = 8): string {
  try {
    parseJson(text, depth)
    return 'none'
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    return error.problem
  }
}

test('what JSON.parse reads is read the same, any JSON value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      const text = JSON.stringify(value)
      fc.pre(!/\d{16}/.test(text))
      expect(JSON.stringify(parseJson(text, 64))).toBe(JSON.stringify(JSON.parse(text)))
    }),
    { numRuns: 500 },
  )
})

describe('refused', () => {
  test.each([
    ['{"a":1,"a":2}', 'an object with the same key twice'],
    ['{"a":{"b":[{"c":1,"c":1}]}}', 'an object with the same key twice'],
    ['{"a":1,"\\u0061":2}', 'an object with the same key twice'],
    ['[[[[[[[[[1]]]]]]]]]', 'nested too deeply'],
    ['9007199254740993', 'a number that JSON readers round differently; send it as a string'],
    ['{"id":-9007199254740993}', 'a number that JSON readers round differently; send it as a string'],
    ['[1e400]', 'a number that JSON readers round differently; send it as a string'],
    ['{} {}', 'not valid JSON'],
    ['{"a":1}x', 'not valid JSON'],
    ['{a:1}', 'not valid JSON'],
    ['', 'not valid JSON'],
    ['"\u0007"', 'not valid JSON'],
    ['[1,]', 'not valid JSON'],
  ])('%s', (text, expected) => expect(problem(text)).toBe(expected))
})

test.each([
  '{"a":":","b":"\\":{[","c":"\\\\"}',
  '{"a":"1:2","__proto__":1}',
  '9007199254740991',
  '[0.1,1.5e10,-0.5E-3,1e20]',
  '[[[[[[[[1]]]]]]]]',
  '"a\\\\"',
])('let through: %s', (text) => expect(problem(text)).toBe('none'))

test('an error never quotes the text', () => {
  for (const text of ['{"CANARY-1":CANARY-2}', 'CANARY-3', '{"k":"CANARY-4",}', '{"CANARY-5":1,"CANARY-5":2}']) {
    try {
      parseJson(text, 8)
      expect.unreachable()
    } catch (error) {
      expect(String(error) + JSON.stringify(error)).not.toContain('CANARY')
    }
  }
})

test('a long run of backslashes before quotes is read in linear time', () => {
  const text = `"${'\\\\'.repeat(200_000)}${'\\"'.repeat(200_000)}"`
  expect(problem(text)).toBe('none')
})
