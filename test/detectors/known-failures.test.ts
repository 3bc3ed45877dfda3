/** What detectors of personal data are known to get wrong, on the rules that ship, with the packs that are on. */
import { describe, expect, test } from 'vitest'
import { compileRuleset } from '../../src/rules.ts'
import { findAll } from '../support/feeding.ts'
import { shippedSource } from '../support/ruleset.ts'

const rules = shippedSource.rules.filter(({ pack }) => pack === 'core' || pack === 'us')
const { detector } = compileRuleset({ ...shippedSource, rules })
const entities = new Map(rules.map((rule) => [`${rule.id}@${rule.version}`, rule.entity]))
/** Entity and text of all that is found, but for dates and addresses on the web, which any text may have. */
function seen(text: string, key?: string): string[] {
  return findAll(detector, text, key)
    .map(({ rule, start, end }) => `${entities.get(rule)} ${text.slice(start, end)}`)
    .filter((one) => !/^(?:DATE_TIME|URL) /.test(one))
}

describe('nothing is found in', () => {
  test.each([
    ['a part of a word that is a context word', 'the public policy says H1, D3 and X2 on page 481195160'],
    ['an id of ten digits with a checksum that one in eleven has', 'order 9434765919 was shipped'],
    ['an IMEI, which passes the check of cards', 'device 490154203237518 is back'],
    ['parts of a UUID', 'phone id 12345678-1234-1234-1234-123456789012'],
    ['scores', 'Call of the day: 6-3, 7-6 (7-4), 6-4 and 21-19 18-21 21-17'],
    ['amounts', 'mobile sales rose to $1.234.567 or €12.345.678'],
    ['a user agent', 'Mozilla/5.0 (Linux; Android 13) Chrome/110.0.5481.177 Mobile Safari/537.36 Build/20230105'],
    ['timestamps', 'mobile sync at 2024-11-21 11:35:29.123456 took 1732188929123 ms'],
    ['fields of code', 'const trip = trip.vehicle_number; libgui.so; size.sm'],
    ['a repository', 'git clone git@github.com:team/app.git && npm i pkg@v1.2.3'],
    ['a picture', '<img src="1f615@2x.png">'],
    ['addresses of nobody', 'listen 127.0.0.1, 0.0.0.0:8080, ::1 and 255.255.255.255; ask 8.8.8.8'],
    ['a version', 'Chrome/110.0.0.0, v1.2.3.4 and version 10.0.19.45'],
    ['names in a program', 'std::cout << dead::beef; a::b'],
    ['a password in a connection string', 'postgres://app:pw@db.example.com:5432/x'],
    ['small words', 'the 10th of them may be 8'],
    ['a fingerprint', 'MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48'],
    ['a hash', 'commit 8f953371d3e85eddb89b05ed6b9e680791055315'],
    ['figures of a table', '120 340 5600\n230 450 7800\n100 200 3000'],
    ['a bank account that nobody called one', 'the total of 2015551234 and 945456787654'],
    ['numbers of parts', 'part number 536-90-4399, order no. 212-555-0142'],
  ])('%s', (_, text) => {
    expect(seen(text)).toEqual([])
  })
})

describe('is found', () => {
  test.each([
    ['a word behind the number', '536 90 4399 is my SSN', 'US_SSN 536 90 4399'],
    ['a card of twelve digits', 'card 676770000005', 'CREDIT_CARD 676770000005'],
    ['a card of nineteen digits', 'card 4000000000000000006', 'CREDIT_CARD 4000000000000000006'],
    ['a card of the second Mastercard range', '2223000048400011', 'CREDIT_CARD 2223000048400011'],
    ['a card over two lines', 'it is 4111 1111 1111\n1111', 'CREDIT_CARD 4111 1111 1111\n1111'],
    ['an account over two lines', 'DE89 3704 0044 0532\n0130 00', 'IBAN_CODE DE89 3704 0044 0532\n0130 00'],
    ['a fictitious number', 'phone: 555-0123-456', 'PHONE_NUMBER 555-0123-456'],
    ['a number with its place behind', '(22) 155-301-Office', 'PHONE_NUMBER (22) 155-301'],
    ['a Spanish number', 'Tfno: 910000123.', 'PHONE_NUMBER 910000123'],
    ['an address in a query', 'https://example.com/?user=jane@example.com', 'EMAIL_ADDRESS jane@example.com'],
    ['an age', 'a 41-year-old nurse', 'AGE 41'],
    ['a licence with its context', "driver's license: H1223456", 'US_DRIVER_LICENSE H1223456'],
    ['a routing number with its context', 'ABA 021000021', 'ABA_ROUTING_NUMBER 021000021'],
  ])('%s', (_, text, wanted) => {
    expect(seen(text)).toContain(wanted)
  })

  test('a number by its key alone', () => {
    expect(seen('219099999', 'ssn')).toContain('US_SSN 219099999')
    expect(seen('1990-01-31', 'birth_date')).toContain('DATE_OF_BIRTH 1990-01-31')
    expect(seen('490154203237518', 'imei')).toEqual(['IMEI 490154203237518'])
  })
})
