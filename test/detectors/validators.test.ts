import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { VALIDATORS } from '../../src/validators/index.ts'

/** What a validator says of the part of a text between brackets. */
function says(name: string, marked: string): boolean {
  const start = marked.indexOf('«')
  const end = marked.indexOf('»') - 1
  return VALIDATORS[name]!.check(marked.replace(/[«»]/g, ''), start, end)
}

const CASES: Record<string, { yes: string[]; no: string[] }> = {
  card: {
    yes: [
      '«4111111111111111»',
      'x «5555-5555-5555-4444»,',
      '«30569309025904»',
      '«6011 1111 1111 1117».',
      '«6771798021000008»',
    ],
    no: [
      '«4111111111111112»',
      '«1234567812345670»',
      '«0000000000000000»',
      '«411111111111111»',
      'a«4111111111111111»',
      '«4111111111111111»-4a',
      '9 «4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1»',
    ],
  },
  iban: {
    yes: [
      '«DE89370400440532013000»',
      '«gb82 west 1234 5698 7654 32»',
      '«NO9386011117947»',
      '«MT84MALT011000012345MTLCAST001S»',
    ],
    no: [
      '«DE88370400440532013000»',
      '«DE8937040044053201300»',
      '«ZZ89370400440532013000»',
      'x«DE89370400440532013000»',
    ],
  },
  'us-ssn': {
    yes: ['«536-90-4399»', '«001-01-0001»', '«899 99 9999».'],
    no: [
      '«000-90-4399»',
      '«666-90-4399»',
      '«900-90-4399»',
      '«536-00-4399»',
      '«536-90-0000»',
      '«078-05-1120»',
      '«123-45-6789»',
      '«222-22-2222»',
      '1-«536-90-4399»',
      '«536-90-4399»-1',
    ],
  },
  ipv4: {
    yes: ['«192.0.2.1»', 'http://«192.0.2.1»/', '«192.0.2.1»:80', '(«10.1.2.3»)'],
    no: [
      '«127.0.0.1»',
      '«0.0.0.0»',
      '«255.255.255.255»',
      '«192.0.2.256»',
      '«192.0.2.01»',
      'Chrome/«110.0.1.2»',
      'v«1.2.3.4»',
      '«1.2.3.4».5',
      '«1.2.3.4»-rc1',
      '«110.0.0.0»',
    ],
  },
  ipv6: {
    yes: [
      '«2001:db8::1»',
      '«fe80::1»',
      '«2001:db8:0:0:0:0:0:1»',
      '«::ffff:192.0.2.1»',
      '[«2001:db8::8a2e:370:7334»]:443',
      '«2001:db8::192.0.2.33»',
      '«2001:db8::»',
    ],
    no: [
      '«::1»',
      '«::»',
      '«a::b»',
      '«12:30:45»',
      '«2001:db8::1::2»',
      '«2001:db8:1»',
      '«1:2:3:4:5:6:7:8:9»',
      '«12345::1:2»',
      '«:2001:db8::1»',
      '«2001::db8:»',
      '«dead::beef:cafe»',
      '«2001:db8::1.2.3»',
      '«2001:db8::1:»2',
    ],
  },
  email: {
    yes: [
      '«a@example.com»',
      '«a.b+c@mail.example.co.uk»',
      '«ü@müller.example»',
      '«a@example.travel».',
      '«a@xn--mller-kva.example»',
    ],
    no: [
      '«git@example.com»',
      'g«it@example.com»',
      '«a@2x.png»',
      '«a@example.com.Then»',
      '«a@-b.com»',
      '«a@b-.com»',
      '«a@b..com»',
      '«a@b.c1»',
      '«a@b.co»é',
      `«${'a'.repeat(65)}@example.com»`,
    ],
  },
  phone: {
    yes: ['«+442079460958»', '«(212) 555-0142»', '«020 7946 0018».', '«212-555-0142 x5555555555»', '2 «020 7946»'],
    no: [
      '«+4420794»',
      '«123456»',
      '«1234567890123456»',
      '«2024-11-21»',
      '«21.11.2024»',
      '«20241121»',
      '«11111111»',
      '«(212 555-0142»',
      '1-«212-555-0142»',
      '2 «1 2 3 4 5 6 7 8»',
    ],
  },
  jwt: {
    yes: ['«eyJhbGciOiJub25lIn0.eyJzdWIiOiJub2JvZHkifQ.abc»'],
    no: [
      '«eyJ____.eyJzdWIiOiJub2JvZHkifQ.abc»',
      '«eyJhYmMiOjF9.eyJzdWIiOiJub2JvZHkifQ.abc»',
      `«${'eyJhbGciOiJub25lIn0'.repeat(200)}.a.b»`,
    ],
  },
  random: {
    yes: ['«abcdefghijklmnop0123»'],
    no: ['«abcdefghijklmnopqrst»', '«01234567890123456789»', '«xxxxxxxxxxxxxxxxxxx1»'],
  },
}

test('every validator has cases', () => {
  expect(Object.keys(CASES).sort()).toEqual(Object.keys(VALIDATORS).sort())
})

describe.each(Object.entries(CASES))('%s', (name, { yes, no }) => {
  test.each(yes)('yes: %s', (text) => {
    expect(says(name, text)).toBe(true)
  })
  test.each(no)('no: %s', (text) => {
    expect(says(name, text)).toBe(false)
  })

  test('reads no further than it says it sees', () => {
    const { sees, check } = VALIDATORS[name]!
    const side = fc.string({ unit: fc.constantFrom(...'aZ09-./:+ @_é(x'), minLength: 3, maxLength: 6, size: 'max' })
    fc.assert(
      fc.property(fc.constantFrom(...yes, ...no), side, side, side, side, (marked, left, right, beyond, behind) => {
        const match = marked.slice(marked.indexOf('«') + 1, marked.indexOf('»'))
        const near = left.slice(0, sees).length
        const short = left.slice(0, sees) + match + right.slice(0, sees)
        const long = beyond + short + behind
        const inShort = check(short, near, near + match.length)
        // At the rim of a text there is nothing, which is not the same as something else there: give both sides enough.
        if (left.length < sees || right.length < sees) return
        expect(check(long, beyond.length + near, beyond.length + near + match.length)).toBe(inShort)
      }),
    )
  })
})
