/** What holds of every check digit: no change of one digit goes unnoticed. And what numbers without one are told by. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { VALIDATORS } from '../../src/validators/index.ts'

const holds = (name: string, text: string) => VALIDATORS[name]!.check(text, 0, text.length)

/** `#` is any digit; the last ones, `?`, are the check, which is tried out. */
const CHECKED: Readonly<Record<string, string>> = {
  'at-svnr': '###?010180',
  'be-enterprise': '0#######??',
  'ch-ahv': '756#########?',
  'ch-uid': '########?',
  'de-tax-id': '1234567809?',
  'de-vat': '4#######?',
  'dk-cvr': '2######?',
  'fi-business-id': '#######-?',
  'fr-nir': '1850578######??',
  'fr-siren': '########?',
  'fr-tax-id': '1#########???',
  'gr-amka': '010180####?',
  'hr-oib': '##########?',
  'hu-taj': '########?',
  'hu-tax-id': '8########?',
  'it-vat': '#######058?',
  'lu-national-number': '19800101###??',
  'nl-bsn': '########?',
  'no-foedselsnummer': '010180###??',
  'no-orgnr': '9#######?',
  'pl-nip': '5########?',
  'pl-nrb': '??1020########3333########',
  'pl-pesel': '800101####?',
  'se-organisationsnummer': '55####-###?',
  'se-personnummer': '800101-###?',
  'uk-nhs': '#########?',
}

describe.each(Object.entries(CHECKED))('%s', (name, shape) => {
  test('notices a change of any one digit', () => {
    let seen = 0
    fc.assert(
      fc.property(
        fc.array(fc.nat(9), { minLength: 32, maxLength: 32 }),
        fc.nat(31),
        fc.integer({ min: 1, max: 9 }),
        (row, at, by) => {
          const body = shape.replace(/#/g, (_, i: number) => String(row[i]))
          const valid = withCheck(name, body)
          if (valid === undefined) return
          seen++
          const place = at % valid.length
          const digit = Number(valid[place])
          if (Number.isNaN(digit)) return
          const changed = `${valid.slice(0, place)}${(digit + by) % 10}${valid.slice(place + 1)}`
          expect(holds(name, changed), `${valid} and ${changed}`).toBe(false)
        },
      ),
      { numRuns: 200 },
    )
    expect(seen).toBeGreaterThan(20)
  })
})

function withCheck(name: string, body: string): string | undefined {
  const places = body.split('?').length - 1
  for (let check = 0; check < 10 ** places; check++) {
    const digits = String(check).padStart(places, '0')
    let next = 0
    const text = body.replace(/\?/g, () => digits[next++]!)
    if (holds(name, text)) return text
  }
  return undefined
}

test('numbers stand alone', () => {
  const valid = withCheck('pl-pesel', '8001015555?')!
  const among = (before: string, behind: string) =>
    VALIDATORS['pl-pesel']!.check(`${before}${valid}${behind}`, before.length, before.length + valid.length)
  expect(among('', '')).toBe(true)
  expect(among('nr ', '.')).toBe(true)
  expect(among('nr:', ',555')).toBe(true)
  expect(among('ID-', '')).toBe(true)
  expect(among('"', '"')).toBe(true)
  expect(among('2-', '')).toBe(false)
  expect(among('a716-', '')).toBe(false)
  expect(among('', '-4a2b')).toBe(false)
  expect(among('', '.5')).toBe(false)
  expect(among('1.', '')).toBe(false)
  expect(among('é', '')).toBe(false)
  expect(among('', '_1')).toBe(false)
})

test('what is told by its form alone', () => {
  const table: readonly [string, boolean, readonly string[]][] = [
    ['uk-driving-licence', true, ['BLOGG612159J99AB', 'KIM99801015AB9CD', 'BLOGG 612159 J99 AB']],
    ['uk-driving-licence', false, ['BLOGG613159J99AB', 'BLOGG650159J99AB', 'BL9GG612159J99AB', '99999612159J99AB']],
    ['uk-nino', true, ['AB123456C', 'ce 12 34 56 a']],
    ['uk-nino', false, ['GB123456A', 'NK123456A', 'ZZ123456A']],
    ['uk-postcode', true, ['SW1A2AB', 'gir 0aa', 'BX1 1LT', 'ZE1 0AA']],
    ['uk-postcode', false, ['QX1 1AA', 'JJ1 1AA', 'AA1 1AA']],
    ['uk-vehicle', true, ['AB51DEF', 'AB02 DEF', 'M456DEF']],
    ['uk-vehicle', false, ['AB01DEF', 'AB30DEF', 'AB50DEF', 'AB80DEF']],
    ['de-postcode', true, ['01067', '99998']],
    ['de-postcode', false, ['01000', '99999', '00001']],
    ['de-id-card', true, ['T12345678']],
    ['it-fiscal-code-form', true, ['BNCLRA85T50H501A']],
    ['it-fiscal-code-form', false, ['BNCLRA85T35H501A', 'BNCLRA85T00H501A', 'BNCLRA85T72H501A']],
    // As in the examples of the IBAN registry (SWIFT).
    ['es-ccc', true, ['2100 0418 45 0200051332']],
    ['es-ccc', false, ['2100 0418 54 0200051332', '2100 0418 45 0200051333', '2100 0419 45 0200051332']],
    ['fr-rib', true, ['20041 01005 0500013M026 06']],
    ['fr-rib', false, ['20041 01005 0500013M026 07', '20041 01005 0500013N026 06', '20041 01006 0500013M026 06']],
    ['document', true, ['X4RTBPFW4', 'AB 123456']],
    ['document', false, ['FRANCAISE', 'FRANCAIS1', '123456789']],
    ['lv-personal-code', true, ['320123-45678']],
    ['lv-personal-code', false, ['321301-1234', '311380-11234']],
    ['dk-cpr', true, ['010180-1234', '610180-1234']],
    ['dk-cpr', false, ['320180-1234', '011380-1234', '300280-1234']],
  ]
  for (const [name, expected, texts] of table)
    for (const text of texts) expect(holds(name, text), `${name} ${text}`).toBe(expected)
})

test('a Finnish code has the sign of its century', () => {
  const sign = (text: string) => [...'0123456789ABCDEFHJKLMNPRSTUVWXY'].some((check) => holds('fi-hetu', text + check))
  for (const between of '+-ABCDEFUVWXY') expect(sign(`010180${between}123`), between).toBe(true)
  for (const between of 'GHTZ') expect(sign(`010180${between}123`), between).toBe(false)
  // No one was born on 29 February 1900; in 2000 some were.
  expect(sign('290200-123')).toBe(false)
  expect(sign('290200A123')).toBe(true)
  expect(sign('010180-001')).toBe(false)
})

test('a record number needs its label right before it', () => {
  const among = (name: string, before: string, number: string) =>
    VALIDATORS[name]!.check(`${before}${number}`, before.length, before.length + number.length)
  expect(among('es-affiliation', 'NASS: ', '12 34567890 12')).toBe(true)
  expect(among('es-affiliation', 'N.A.S.S. nº ', '123456789')).toBe(true)
  expect(among('es-affiliation', '', '123456789')).toBe(true)
  expect(among('es-affiliation', 'NHC: ', '123456789')).toBe(false)
  expect(among('es-clinical-record', 'CIPA: nhc-', '7654321')).toBe(true)
  expect(among('es-clinical-record', 'NASS: ', '7654321')).toBe(false)
  expect(among('es-medical-licence', 'Ruiz NºCol: ', '28 28 12345')).toBe(true)
  expect(among('es-clinical-episode', 'episodio de ', '30123')).toBe(false)
  expect(among('it-postcode', 'CAP ', '20121')).toBe(true)
  expect(among('it-postcode', 'a salary cap of ', '20121')).toBe(false)
})

test('a VAT number is checked by its state', () => {
  const valid = [
    'ATU1234567?',
    'BE055512345?',
    'EL09455512?',
    'HU1234567?',
    'IT0123456015?',
    'PL521555123?',
    'SI5555123?',
    'FI2255123?',
    'DK2555123?',
    'HR5551234567?',
    'EE10055512?',
    'MT1155512?',
  ]
  for (const shape of valid) {
    const ends = [...'0123456789'].filter((check) => holds('eu-vat', shape.replace('?', check)))
    expect(ends.length, shape).toBeLessThanOrEqual(1)
    const near = shape.replace('5?', '6?')
    const all = [...'0123456789'].filter((check) => holds('eu-vat', near.replace('?', check)))
    expect(ends.length + all.length, shape).toBeGreaterThanOrEqual(
      shape.startsWith('BE') || shape.startsWith('MT') ? 0 : 1,
    )
  }
  expect(holds('eu-vat', 'XX123456789')).toBe(false)
  expect(holds('eu-vat', 'NL123456789C01')).toBe(false)
})
