/** Masks and synthetic values, one by one: what is kept, and what could never be anybody's. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { id } from '../src/ids.ts'
import { maskOf } from '../src/masks.ts'
import { drawFrom } from '../src/surrogates/draw.ts'
import { drawSynthetic, isSynthesised } from '../src/surrogates/index.ts'
import type { Finding, Rule, Synthetic } from '../src/types.ts'
import { VALIDATORS } from '../src/validators/index.ts'

const rule = (entity: string, label: string): Rule => ({ ref: id('r@1'), entity: id(entity), label: id(label) })
const RULES = {
  email: rule('EMAIL_ADDRESS', 'pii.email'),
  phone: rule('PHONE_NUMBER', 'pii.phone'),
  card: rule('CREDIT_CARD', 'pii.payment-card'),
  iban: rule('IBAN_CODE', 'pii.bank-account'),
  ssn: rule('US_SSN', 'pii.national-id'),
  ip: rule('IP_ADDRESS', 'pii.ip-address'),
  mac: rule('MAC_ADDRESS', 'pii.device'),
  name: rule('PERSON', 'pii.name'),
  url: rule('URL', 'pii.url'),
  passport: rule('US_PASSPORT', 'pii.passport'),
  secret: rule('PASSWORD', 'secret.password'),
} as const
const seed = fc.uint8Array({ minLength: 400, maxLength: 400 })
const attempt = fc.nat(7)
const digits = (count: number) => fc.stringMatching(new RegExp(`^[1-9][0-9]{${count - 1}}$`))

function letters(text: string): number {
  return text.match(/[\p{L}\p{N}]/gu)?.length ?? 0
}

describe('masks', () => {
  const mask = (of: Rule, value: string) => maskOf({ start: 0, end: value.length, score: 1, rule: of }, value)
  test.each([
    [RULES.card, '4111 1111 1111 1111', '•••• 1111'],
    [RULES.card, '4111111111111111', '•••• 1111'],
    [RULES.iban, 'DE89 3704 0044 0532 0130 00', '•••• 3000'],
    [RULES.phone, '+1 212-555-0142', '•••• 142'],
    [RULES.ssn, '219-09-9998', '•••• 998'],
    [RULES.email, 'bartholomew.longname@corp.co', '••••@corp.co'],
    [RULES.email, 'ann.lee@corp.example.com', '••••@••••.com'],
    [RULES.email, 'a@b.co', '••••'],
    [RULES.name, 'Ann Lee', 'A••••'],
    [RULES.name, 'Al', '••••'],
    [RULES.ip, '203.0.113.77', '203.••••'],
    [RULES.ip, '1.2.3.4', '••••'],
    [RULES.ip, '2001:db8:1234:5678:9abc::1', '2001:••••'],
    [RULES.url, 'https://private-person.example.org/about/me', '••••.example.org'],
    [RULES.passport, 'AB12345', '••••'],
    [RULES.secret, 'correct horse battery staple', '••••'],
    [rule('DATE_TIME', 'pii.date'), '12 March 1984', '••••'],
    [rule('SYSTEM_PROMPT', 'leak.system-prompt'), 'never mention the merger', '••••'],
  ])('%o %s → %s', (of, value, expected) => {
    expect(mask(of, value)).toBe(expected)
  })
  test('never more than a third is kept, nothing of a short one but an initial, and not how long it was', () => {
    const value = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.emailAddress(),
      fc.ipV4(),
      fc.ipV6(),
      fc.webUrl(),
    )
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(RULES)), value, (of, text) => {
        const masked = mask(of, text)
        expect(letters(masked) * 3).toBeLessThanOrEqual(letters(text))
        if (letters(text) < 8 && of !== RULES.name) expect(masked).toBe('••••')
        expect(masked).toContain('••••')
        expect(masked.length).toBeLessThanOrEqual(6 + letters(text) / 3 + 8)
      }),
      { numRuns: 1000 },
    )
  })
  test('what goes on from a finding is not masked twice', () => {
    expect(maskOf({ start: 0, end: 9, score: 1, rule: RULES.card, continues: true } as Finding, '123456789')).toBe('')
  })
})

/** What a validator says of a text that stands alone. */
const valid = (name: string, text: string) => VALIDATORS[name]!.check(text, 0, text.length)
function draw(action: Synthetic, of: Rule, value: string, bytes: Uint8Array, time = 0): string | undefined {
  return drawSynthetic(action, of, value, time, drawFrom(bytes))
}

describe('surrogates are nobody’s', () => {
  test('cards: as long, separated as before, with a wrong check digit', () => {
    const value = fc.tuple(fc.integer({ min: 12, max: 19 }).chain(digits), fc.constantFrom('', ' ', '-'))
    fc.assert(
      fc.property(value, seed, ([number, by], bytes) => {
        const card = number.replaceAll(/(.{4})(?=.)/g, `$1${by}`)
        const other = draw('surrogate', RULES.card, card, bytes)!
        expect(other.replaceAll(/\d/g, '0')).toBe(card.replaceAll(/\d/g, '0'))
        expect(valid('card', other)).toBe(false)
        expect(passesLuhn(other)).toBe(false)
      }),
      { numRuns: 500 },
    )
  })
  test('IBANs: of the same country and length, with check digits 00', () => {
    const tail = fc.stringMatching(/^[0-9A-Z]{11,30}$/)
    fc.assert(
      fc.property(
        fc.constantFrom('DE', 'GB', 'FR', 'NO'),
        fc.integer({ min: 2, max: 98 }),
        tail,
        seed,
        (country, check, rest, bytes) => {
          const value = `${country}${String(check).padStart(2, '0')}${rest}`
          const other = draw('surrogate', RULES.iban, value, bytes)!
          expect(other).toMatch(new RegExp(`^${country}00[0-9A-Z]{${rest.length}}$`))
          expect(other.slice(4).replaceAll(/\d/g, '0').replaceAll(/[A-Z]/g, 'A')).toBe(
            rest.replaceAll(/\d/g, '0').replaceAll(/[A-Z]/g, 'A'),
          )
          expect(valid('iban', other)).toBe(false)
        },
      ),
    )
  })
  test('US social security numbers: of area 9xx, which is never one, and of no group of an ITIN or ATIN', () => {
    fc.assert(
      fc.property(digits(9), fc.constantFrom('', '-', ' '), seed, (number, by, bytes) => {
        const value = `${number.slice(0, 3)}${by}${number.slice(3, 5)}${by}${number.slice(5)}`
        const other = draw('surrogate', RULES.ssn, value, bytes)!
        expect(other.replaceAll(/\d/g, '0')).toBe(value.replaceAll(/\d/g, '0'))
        const plain = other.replaceAll(/\D/g, '')
        expect(plain[0]).toBe('9')
        expect(Number(plain.slice(3, 5))).toBeLessThan(50)
        expect(valid('us-ssn', other)).toBe(false)
      }),
    )
  })
  test.each([
    ['(212) 867-5309', /^\([2-9][0-8]\d\) 555-01\d\d$/],
    ['+1 212-867-5309', /^\+1 [2-9][0-8]\d-555-01\d\d$/],
    ['12128675309', /^1[2-9][0-8]\d55501\d\d$/],
    ['+44 7911 123456', /^\+44 7700 900\d{3}$/],
    ['+44 (0)7911 123456', /^\+44 \(0\)7700 900\d{3}$/],
    ['+33 6 12 34 56 78', /^\+33 6 39 98 \d\d \d\d$/],
    ['+49 30 12345678', /^\+49 30 23125\d{3}$/],
    ['+61 2 9876 5432', /^\+61 2 5550 \d{4}$/],
    ['+46 70-123 45 67', /^\+46 70-174 06 \d\d$/],
    ['+48 601 234 567', /^\+48 000 \d{3} \d{3}$/],
    ['+353 1 234 5678', /^\+353 0 00\d \d{4}$/],
    ['601 234 567', /^[2-9][0-8]\d-555-01\d\d$/],
    ['+1 212-867-5309 x123', /^\+1 [2-9][0-8]\d-555-01\d\d x\d{3}$/],
  ])('phone %s', (value, expected) => {
    fc.assert(
      fc.property(seed, (bytes) => {
        const other = draw('surrogate', RULES.phone, value, bytes)!
        expect(other).toMatch(expected)
        expect(isSynthesised('surrogate', RULES.phone, other)).toBe(true)
        expect(isSynthesised('surrogate', RULES.phone, value)).toBe(false)
      }),
      { numRuns: 50 },
    )
  })
  test.each([
    [RULES.email, 'ann.lee@corp.com', /^[a-z]+\.[a-z]+\.[a-z2-7]{4}@example\.(com|org|net)$/],
    [RULES.ip, '10.1.2.3', /^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$/],
    [RULES.ip, 'fe80::1', /^2001:db8(:[0-9a-f]{4}){6}$/],
    [RULES.mac, '3C:22:FB:9A:01:7E', /^0A:00:5E(:[0-9A-F]{2}){3}$/],
    [RULES.mac, '3c-22-fb-9a-01-7e', /^0a-00-5e(-[0-9a-f]{2}){3}$/],
    [RULES.name, 'Ann Lee', /^[A-Z][a-z]+ [A-Z][a-z]+$/],
    [RULES.name, 'Lee', /^[A-Z][a-z]+$/],
    [RULES.url, 'https://ann.lee.name/cv', /^https:\/\/[a-z2-7]{10}\.example\.(com|org|net)$/],
  ])('%o %s', (of, value, expected) => {
    fc.assert(
      fc.property(seed, (bytes) => {
        const other = draw('surrogate', of, value, bytes)!
        expect(other).toMatch(expected)
        expect(isSynthesised('surrogate', of, other)).toBe(true)
        expect(isSynthesised('surrogate', of, value)).toBe(false)
      }),
      { numRuns: 100 },
    )
  })
  test('a locally administered address: the second bit of its first byte is set', () => {
    expect(0x0a & 2).toBe(2)
  })
})

describe('of the same format', () => {
  const texts = fc.oneof(
    fc.stringMatching(/^[A-Z]{2}\d{6,9}$/),
    fc.stringMatching(/^[1-9]\d{6,15}$/),
    fc.stringMatching(/^[A-Za-z]{6,20}$/),
    fc.stringMatching(/^[A-Z][a-z]{3,9} [A-Z][a-zé]{3,9}$/),
    fc.string({ unit: 'binary', minLength: 6, maxLength: 100 }),
    fc.emailAddress(),
  )
  const classes = (text: string) =>
    [...text].map((c) => (/[0-9]/.test(c) ? '0' : /[a-z]/.test(c) ? 'a' : /[A-Z]/.test(c) ? 'A' : '?')).join('')
  test('as long, with the same kinds of characters in the same places, and no zero in front of a number', () => {
    let drawn = 0
    fc.assert(
      fc.property(
        fc.constantFrom(RULES.passport, RULES.secret, RULES.email),
        texts,
        seed,
        attempt,
        (of, value, bytes, time) => {
          const other = draw('formatPreserving', of, value, bytes, time)
          if (other === undefined) return
          drawn++
          expect(other.length).toBe(value.length)
          const plain = of === RULES.email && value.includes('.') ? value.lastIndexOf('.') : value.length
          if (/^[ -~]*$/.test(value)) expect(classes(other.slice(0, plain))).toBe(classes(value.slice(0, plain)))
          if (/^[1-9]\d*$/.test(value)) expect(String(BigInt(other))).toBe(other)
          expect(other).not.toBe(value)
          expect(other.isWellFormed()).toBe(value.isWellFormed())
        },
      ),
      { numRuns: 1000 },
    )
    expect(drawn).toBeGreaterThan(400)
  })
  test('what is one already is known for one, of e-mail and of words', () => {
    for (const [of, value] of [
      [RULES.email, 'ann.lee@corp.com'],
      [RULES.name, 'Annabel Lee'],
    ] as const) {
      fc.assert(
        fc.property(seed, (bytes) => {
          const other = draw('formatPreserving', of, value, bytes)!
          expect(isSynthesised('formatPreserving', of, other)).toBe(true)
          expect(isSynthesised('formatPreserving', of, value)).toBe(false)
        }),
        { numRuns: 50 },
      )
    }
  })
  test.each([
    [RULES.secret, '550e8400-e29b-41d4-a716-446655440000', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
    [RULES.url, 'https://ann-lee.name/cv', /^https:\/\/[jkqvwxz]{3}-[jkqvwxz]{3}\.[jkqvwxz]{4}\/[jkqvwxz]{2}$/],
    [RULES.phone, '(212) 867-5309', /^\([2-9][0-8]\d\) 555-01\d\d$/],
    [RULES.card, '4111 1111 1111 1111', /^4\d{3} \d{4} \d{4} \d{4}$/],
  ])('%o %s', (of, value, expected) => {
    fc.assert(
      fc.property(seed, (bytes) => {
        expect(draw('formatPreserving', of, value, bytes)).toMatch(expected)
      }),
      { numRuns: 30 },
    )
  })
  test.each([
    [RULES.passport, 'A1'],
    [RULES.name, 'Ann'],
    [RULES.phone, '911'],
    [RULES.secret, '-----'],
    [RULES.secret, 'x'.repeat(129)],
  ])('%o %s: there is none that could be told from other text', (of, value) => {
    expect(draw('formatPreserving', of, value, new Uint8Array(400).fill(3))).toBe(undefined)
  })
  test('the same bytes give the same value, and others nearly always another', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(RULES)), seed, (of, bytes) => {
        const value = 'AB 4929-1234-5678'
        expect(draw('surrogate', of, value, bytes)).toBe(draw('surrogate', of, value, new Uint8Array(bytes)))
      }),
    )
  })
})

function passesLuhn(text: string): boolean {
  const sum = [...text.replaceAll(/\D/g, '')].reverse().reduce((total, digit, i) => {
    const twice = Number(digit) * 2
    return total + (i % 2 === 0 ? Number(digit) : twice > 9 ? twice - 9 : twice)
  }, 0)
  return sum % 10 === 0
}
