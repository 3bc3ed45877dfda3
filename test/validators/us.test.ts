import fc from 'fast-check'
import { stdnum } from 'stdnum'
import { describe, expect, test } from 'vitest'
import { US } from '../../src/validators/us.ts'

type Name = keyof typeof US
function says(name: Name, marked: string): boolean {
  const start = marked.indexOf('«')
  const end = marked.indexOf('»') - 1
  return US[name].check(marked.replace(/[«»]/g, ''), start, end)
}

const CASES: Record<Name, { yes: string[]; no: string[] }> = {
  'us-ssn': {
    yes: ['«536-90-4399»', '«001-01-0001»', '«899 99 9999».', 'SSN no. «536-90-4399»'],
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
      'part number «536-90-4399»',
    ],
  },
  'us-itin': {
    yes: ['«911-70-1234»', '«900-50-0001»', '«999-99-9999»'],
    no: ['«911-89-1234»', '«911-93-1234»', '«911-66-1234»', '«911-49-1234»', '«811-70-1234»'],
  },
  'us-atin': { yes: ['«911-93-1234»'], no: ['«911-92-1234»', '«811-93-1234»'] },
  'us-ein': { yes: ['«12-3456789»'], no: ['«07-3456789»', '«00-3456789»', '«12-0000000»', '«12-3456789»-1'] },
  'us-routing': {
    yes: ['«021000021»', '«0210-0002-1»'],
    no: ['«021000022»', '«411000028»', '«000000000»', '«130000006»'],
  },
  'us-npi': { yes: ['«1234567893»', '«1234-567-893»'], no: ['«1234567890»', '«3234567893»', '«1234567893»4'] },
  'us-mbi': {
    yes: ['«1EG4-TE5-MK73»', '«1eg4te5mk73»'],
    no: ['«1EG4-TE5-OK73»', '«0EG4-TE5-MK73»', '«1BG4-TE5-MK73»', '«1EG4-TE5-MK7»'],
  },
  'us-dea': { yes: ['«AB1234563»', '«F91234563»'], no: ['«AB1234564»', '«QQ1234563»', '«AB0000000»'] },
  'us-account': {
    yes: ['«945456787654»', '«12345678»'],
    no: ['«11111111»', '«20241121»', '«4111111111111111»', '«945456787654»-1'],
  },
  'us-passport': { yes: ['«A12803456»', '«912803456»'], no: ['«111111111»', '1-«912803456»'] },
  'us-licence': {
    yes: ['«H1223456»', '«481195160»', '«S123-456-78-901-0»', '«AB123456»', '«12ABC34567»'],
    no: ['«H1»', '«D3»', '«1234»', '«20241121»', '«C12T345672»', '«1111111»'],
  },
  'us-plate': { yes: ['«7ABC123»', '«ABC-1234»'], no: ['«OREGON»', '«12345»', '«A1»', '«ABCD12345»'] },
  'us-zip': { yes: ['«94105»', '«94105-1234»', '«00501»'], no: ['«00000»', '«94105»-1', '«94105»a'] },
}

describe.each(Object.entries(CASES))('%s', (name, { yes, no }) => {
  test.each(yes)('yes: %s', (text) => {
    expect(says(name as Name, text)).toBe(true)
  })
  test.each(no)('no: %s', (text) => {
    expect(says(name as Name, text)).toBe(false)
  })
})

interface Oracle {
  validate(text: string): { isValid: boolean }
}
const { ein, ssn } = stdnum.US as unknown as Readonly<Record<string, Oracle>>

test('an EIN has a prefix that stdnum knows', () => {
  for (let prefix = 0; prefix < 100; prefix++) {
    const number = `${String(prefix).padStart(2, '0')}-3456789`
    expect(says('us-ein', `«${number}»`), number).toBe(ein!.validate(number).isValid)
  }
})

test('what is an SSN here is one for stdnum, which lets serial number 0000 pass, too', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[06789]\d\d-(?:00|\d\d)-(?:0000|\d{4})$/), (number) => {
      const ours = says('us-ssn', `«${number}»`)
      if (ours) expect(ssn!.validate(number).isValid, number).toBe(true)
      else if (!number.endsWith('-0000') && !/^(\d)\1\1-\1\1-\1{4}$/.test(number)) {
        expect(ssn!.validate(number).isValid, number).toBe(false)
      }
    }),
    { numRuns: 1000 },
  )
})

test('of the ten last digits exactly one makes a routing number', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^(?:0[1-9]|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)\d{6}$/), (digits) => {
      const valid = Array.from({ length: 10 }, (_, i) => `${digits}${i}`).filter((one) =>
        says('us-routing', `«${one}»`),
      )
      expect(valid).toHaveLength(1)
    }),
  )
})

test('of the ten last digits exactly one makes an NPI', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[12]\d{8}$/), (digits) => {
      const valid = Array.from({ length: 10 }, (_, i) => `${digits}${i}`).filter((npi) => says('us-npi', `«${npi}»`))
      expect(valid).toHaveLength(1)
    }),
  )
})
