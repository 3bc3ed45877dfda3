import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLexer } from '../src/lex.ts'
import { cutAt } from './support/toys.ts'

interface Told {
  readonly raw: string
  readonly strings: readonly string[]
  readonly numbers: readonly string[]
  readonly rest: string | undefined
}
function lex(pieces: readonly string[]): Told {
  let raw = ''
  let rest: string | undefined
  const strings: string[] = []
  const numbers: string[] = []
  const lexer = createLexer({
    plain: (text) => void (raw += text),
    open: () => void strings.push(''),
    text(written, text) {
      raw += written
      strings[strings.length - 1] += text
    },
    close() {},
    number(text) {
      raw += text
      numbers.push(text)
    },
    invalid: (text) => void (rest = (rest ?? '') + text),
  })
  for (const piece of pieces) if (rest === undefined) lexer.feed(piece)
  if (rest === undefined) lexer.end()
  return { raw, strings, numbers, rest }
}

const json = fc.jsonValue({ maxDepth: 4, noUnicodeString: false }).map((value) => JSON.stringify(value, null, 1))
/** Text that is nearly JSON: mutilated, or JSON in prose. */
const nearly = fc.oneof(
  json,
  fc.tuple(json, fc.nat(), fc.string()).map(([text, at, more]) => text.slice(0, at % (text.length + 1)) + more),
  fc
    .array(fc.constantFrom('"', '\\', '\\u00', '41', '{', '}', '[', ']', ',', ':', ' ', '1', '-', 'e', 'true', 'x'), {
      size: 'max',
      maxLength: 60,
    })
    .map((parts) => parts.join('')),
)

test('all strings and numbers of any JSON are told, decoded', () => {
  fc.assert(
    fc.property(json, (text) => {
      const strings: string[] = []
      const numbers: string[] = []
      JSON.parse(text, function (this: unknown, key: string, value: unknown) {
        if (key !== '' && !Array.isArray(this)) strings.push(key)
        if (typeof value === 'string') strings.push(value)
        if (typeof value === 'number') numbers.push(String(value))
        return value
      })
      const told = lex([text])
      expect(told.rest).toBeUndefined()
      expect([...told.strings].sort()).toEqual(expect.arrayContaining([...strings].sort()))
      expect(told.numbers.map((one) => String(Number(one))).sort()).toEqual(numbers.sort())
      expect(told.raw).toBe(text)
    }),
    { numRuns: 500 },
  )
})

test('every character is told once, and how a text is cut does not change what is told', () => {
  fc.assert(
    fc.property(nearly, fc.array(fc.nat()), (text, cuts) => {
      const whole = lex([text])
      expect(whole.raw + (whole.rest ?? '')).toBe(text)
      const pieces = cutAt(text, cuts)
      const cut = lex(pieces)
      // After the lexer gave up, what it was not given is the caller's.
      const fed = cut.rest === undefined ? cut : { ...cut, rest: text.slice(cut.raw.length) }
      expect(fed).toEqual(whole)
    }),
    { numRuns: 2000 },
  )
})

test.each([
  ['{"a" "b"}', 'b'],
  ['[1 2]', '2'],
  ['[4111 1111 1111 1111]', '1111'],
  ['[note] call me', 'note'],
  ['"a" and more', 'and'],
  ['{"a":tru3}', 'tru3'],
])('%s is not JSON from where it stops being it', (text, rest) => {
  expect(lex([text]).rest).toContain(rest)
})
