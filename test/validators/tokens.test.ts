import { describe, expect, test } from 'vitest'
import { VALIDATORS } from '../../src/validators/index.ts'

const CASES: Record<string, { yes: string[]; no: string[] }> = {
  jwt: {
    yes: [
      'eyJhbGciOiJub25lIn0.eyJzdWIiOiJub2JvZHkifQ.abc',
      // A header that brings its certificates along (x5c, RFC 7515, 4.1.6).
      `${btoa(JSON.stringify({ alg: 'none', x5c: ['A'.repeat(3000)] })).replace(/=/g, '')}.eyJzdWIiOiJub2JvZHkifQ.abc`,
    ],
    no: [
      'eyJ____.eyJzdWIiOiJub2JvZHkifQ.abc',
      'eyJhYmMiOjF9.eyJzdWIiOiJub2JvZHkifQ.abc',
      `${'eyJhbGciOiJub25lIn0'.repeat(200)}.a.b`,
    ],
  },
  random: {
    yes: ['abcdefghijklmnop0123'],
    no: ['abcdefghijklmnopqrst', '01234567890123456789', 'xxxxxxxxxxxxxxxxxxx1'],
  },
}

describe.each(Object.entries(CASES))('%s', (name, { yes, no }) => {
  const says = (text: string) => VALIDATORS[name]!.check(text, 0, text.length)
  test.each(yes)('yes: %s', (text) => {
    expect(says(text)).toBe(true)
  })
  test.each(no)('no: %s', (text) => {
    expect(says(text)).toBe(false)
  })
})
