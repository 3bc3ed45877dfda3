import { sha256 } from '@noble/hashes/sha2.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { bech32, bech32m, createBase58check } from '@scure/base'
import { entropyToMnemonic } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import fc from 'fast-check'
import { countrySpecs, isValidIBAN } from 'ibantools'
import { describe, expect, test } from 'vitest'
import { CONTACT } from '../../src/validators/contact.ts'
import { CRYPTO } from '../../src/validators/crypto.ts'
import { DATES } from '../../src/validators/dates.ts'
import { DEVICES } from '../../src/validators/devices.ts'
import type { Validator } from '../../src/validators/index.ts'
import { NETWORK } from '../../src/validators/network.ts'
import { PAYMENT } from '../../src/validators/payment.ts'

const OWN: Readonly<Record<string, Validator>> = { ...PAYMENT, ...CONTACT, ...NETWORK, ...CRYPTO, ...DEVICES, ...DATES }

/** What a validator says of the part of a text between brackets. */
function says(name: string, marked: string): boolean {
  const start = marked.indexOf('«')
  const end = marked.indexOf('»') - 1
  return OWN[name]!.check(marked.replace(/[«»]/g, ''), start, end)
}

const CASES: Record<string, { yes: string[]; no: string[] }> = {
  card: {
    yes: [
      '«4111111111111111»',
      'x «5555-5555-5555-4444»,',
      '«30569309025904»',
      '«6011 1111 1111 1117».',
      '«6771798021000008»',
      '«122000000000003»',
      '«4111 1111\n1111 1111»',
      '«4111111111111111»:12:27',
    ],
    no: [
      '«4111111111111112»',
      '«1234567812345670»',
      '«0000000000000000»',
      '«411111111111111»',
      'a«4111111111111111»',
      '«4111111111111111»-4a',
      '9 «4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1»',
      '«4111\n1111\n1111\n1111»',
      'IMEI: «378282246310005»',
      '0.«4111111111111111»',
    ],
  },
  iban: {
    yes: [
      '«DE89370400440532013000»',
      '«gb82 west 1234 5698 7654 32»',
      '«NO9386011117947»',
      '«MT84MALT011000012345MTLCAST001S»',
      '«DE89 3704 0044\n0532 0130 00»',
      // 1 modulo 97, but its national check digits are wrong: banks have issued such.
      '«PL42678739413821784024857397»',
    ],
    no: [
      '«DE88370400440532013000»',
      '«DE8937040044053201300»',
      '«ZZ89370400440532013000»',
      'x«DE89370400440532013000»',
      // 1 modulo 97, but letters where Germany has digits.
      '«DE0537040044053201300A»',
      // … and digits where Britain has letters.
      '«GB25123412345698765432»',
      '«DE89\n3704 0044\n0532 0130 00»',
    ],
  },
  bic: {
    yes: ['«DEUTDEFF»', '«DEUTDEFF500»,'],
    no: ['«DEUTXXFF»', '«DEUTDEFF50»', '«TRANSFER»', 'A«DEUTDEFF»'],
  },
  email: {
    yes: [
      '«a@example.com»',
      '«a.b+c@mail.example.co.uk»',
      '«ü@müller.example»',
      '«a@example.travel».',
      '«a@xn--mller-kva.example»',
      '«a@почта.рф»',
      '«a@build.internal»',
      'https://example.com/?to=«a@example.com»',
      'https://h/x:«a@example.com»',
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
      '«a@b.nosuchtop»',
      '«a@archive.zip»',
      'db://admin:«hunter@example.com»/x',
      `«${'a'.repeat(65)}@example.com»`,
      `«a@${'b'.repeat(64)}.com»`,
    ],
  },
  phone: {
    yes: [
      '«+442079460958»',
      '«(212) 555-0142»',
      '«020 7946 0018».',
      '«212-555-0142 x5555555555»',
      '2 «020 7946»',
      '«55 01 42»',
      '«55-01-23-45»-Office',
      '«01.99.00.12.34»',
      '«+46 (0)8 123 456 78»',
      'number is «212 555 0142»',
      '«98765 43210»',
      '+12125550142 «212-555-0143»',
      '«05334 75 83 35»',
    ],
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
      '«+999 123 456 789»',
      '«192.168.10.254»',
      '«10.15.7.1234»',
      '«6-3 7-6 7-5 6-1»',
      '«21-19 18-21 21-17»',
      '«1732188929»',
      '11:35:«29.123456»',
      '«4111 1111 1111» 1111',
      '4111 «1111 1111 1111»',
      'DE89 «3704 0044 0532»',
      '+1 (555) «123-4567 x890»',
      'DE89 3704 0044 «0532 0130» 00',
      '«536-90-4399»',
      '«94105-1234»',
      '«490154203237518»',
      '«1998-2003»',
      '$«1234567»',
      '«1234567»%',
      '«4111111111111111»',
      '«55-01-23-45»-4a2b',
      '«39 08017»',
      '«53977 079 4650»',
      'order no. «212-555-0142»',
      'NºCol: «28 28 35489»',
      '«212\n555\n0142»',
    ],
  },
  ipv4: {
    yes: [
      'server «192.0.2.1»',
      '«192.0.2.1»',
      'http://«192.0.2.1»/',
      '«192.0.2.1»:80',
      '(«10.1.2.3»)',
      '«192.0.2.1/32»',
      '«192.0.2.1»/123',
    ],
    no: [
      '«127.0.0.1»',
      '«0.0.0.0»',
      '«255.255.255.255»',
      '«192.0.2.256»',
      '«192.0.2.01»',
      'Chrome/«110.0.1.2»',
      'v«1.2.3.4»',
      'version «10.2.3.4»',
      'ver. «10.2.3.4»',
      '«1.2.3.4».5',
      '«1.2.3.4»-rc1',
      '«110.0.0.0»',
      '«192.0.2.1/33»',
      '«192.0.2.0/24»',
      '«8.8.8.8»',
    ],
  },
  'special-ip': {
    yes: [
      '«127.0.0.1»',
      '«0.0.0.0»',
      '«8.8.8.8»',
      '«192.0.2.0/24»',
      '«192.0.2.0»/24',
      '=«::»',
      '«::1/128»',
      '«fe80::/10»',
    ],
    no: ['«192.0.2.1»', 'v«1.2.3.4»', 'a«::1»', '«::»b', ':«::1»', '«::/129»', '«256.0.0.0»'],
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
      '«2001:db8::»/9999',
      '«fe80::1%eth0/64»',
      '«::192.0.2.1»',
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
      '«2001:db8::1/129»',
      '«fe80::/10»',
      '«fe80::»/10',
    ],
  },
  mac: {
    yes: ['«00:1A:2B:3C:4D:5E»', '«00-1a-2b-3c-4d-5e».', '«001a.2b3c.4d5e»', '«02:42:10:00:00:02»'],
    no: [
      '«00:00:00:00:00:00»',
      '«ff:ff:ff:ff:ff:ff»',
      '«12-34-56-78-90-12»',
      '«1234.5678.9012»',
      '«00:1A:2B:3C:4D:5E»:6F',
      '6F:«00:1A:2B:3C:4D:5E»',
      '«00:1A-2B:3C:4D:5E»',
    ],
  },
  url: {
    yes: [
      '«https://example.com»',
      '«http://user:pw@example.org:8080/x»',
      '«www.example.co.uk»',
      '«https://例え.jp/道»',
      '«ftp://example.net?q»',
    ],
    no: [
      '«http://microsoft»',
      '«www.microsoft»',
      '«http://localhost:3000»',
      '«http://192.0.2.1/»',
      '«http://foo.nosuchtop»',
      'x«www.example.com»',
      '«http://foo.bar»_baz',
      '«http://-a.com»',
    ],
  },
  domain: {
    yes: ['«example.com»', '«example.com/x.html»', 'shop.«example.com»'],
    no: [
      'a@«example.com»',
      '«example.com»(',
      '«example.com».x',
      '/«example.com»',
      '«www.com»',
      '«fooBar.com»',
      '«-a.com»',
    ],
  },
  wallet: {
    yes: [
      '«1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2»',
      '«3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy»',
      '«bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4»',
      '«BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4»',
      '«bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0»',
      '«0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed»',
      '«0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed»',
      '«GAAZI4TCR3TY5OJHCTJC2A4QSY6CJWJH5IAJTGKIN2ER7LBNVKOCCWN7»',
      '«rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh»',
      '«TB1qDmNapgiC8HxuZFkq4HzLvmCdsKytKT»',
    ],
    no: [
      '«1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3»',
      'a«1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2»',
      '«bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5»',
      '«bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8F3t4»',
      '«0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed»',
      '«0x0000000000000000000000000000000000000000»',
      '«GAAZI4TCR3TY5OJHCTJC2A4QSY6CJWJH5IAJTGKIN2ER7LBNVKOCCWN6»',
      '«1111111111111111111111111111111111»',
    ],
  },
  'seed-phrase': {
    yes: [
      `«seed: ${'abandon '.repeat(11)}about»`,
      '«mnemonic=legal winner thank year wave sausage worth useful legal winner thank yellow»',
      `«phrase: ${Array.from({ length: 12 }, (_, i) => `${i + 1}. ${i < 11 ? 'abandon' : 'About'}`).join('\n')}»`,
    ],
    no: [
      `«seed: ${'abandon '.repeat(11)}abandon»`,
      `«seed: ${'abandon '.repeat(10)}about»`,
      '«seed words are what nobody should ever tell another person in any of these chats»',
    ],
  },
  imei: {
    yes: ['«490154203237518»', '«49-015420-323751-8»'],
    no: ['«490154203237519»', '«000000000000000»', '«120154203237511»', '«490154203237518»-1'],
  },
  imsi: { yes: ['«310150123456789»'], no: ['«110150123456789»', '«222222222222222»'] },
  iccid: {
    yes: ['«8914800000000000006»', '«89148000000000000000»'],
    no: ['«8914800000000000007»', '«7914800000000000006»'],
  },
  vin: { yes: ['«WVWZZZ1JZXW000001»'], no: ['«11111111111111111»', '«ABCDEFGHJKLMNPRST»', 'A-1-«WVWZZZ1JZXW000001»'] },
  'vin-checked': {
    yes: ['«1M8GDM9AXKP042788»', '«1HGCM82633A004352»'],
    no: ['«1M8GDM9A1KP042788»', '«WVWZZZ1JZXW000001»'],
  },
  coordinates: {
    yes: ['«40.712776, -74.005974»', '«-33.8688,151.2093»'],
    no: [
      '«95.712776, -74.005974»',
      '«40.712776, -184.005974»',
      '«0.0000,1.0000»',
      '«1.23456, 2.34567», 3.4',
      '1, «1.23456, 2.34567»',
    ],
  },
  date: {
    yes: [
      '«5-20-2021»',
      '«21.5.21»',
      '«2024-02-29»',
      '«2024-06-05T09:15:30.500-07:00»',
      '«21-May»',
      '«3 de mayo de 2021»',
      '«March 3rd, 2021»',
      '«May 2021»',
      '«05/21»',
      '«5 stycznia 2020»',
      '«21-may»',
      '«2024-06-05»-report',
    ],
    no: [
      '«31/31/2021»',
      '«2021-13-45»',
      '«2021-02-30»',
      '«21 may»',
      '«5 apples 2020»',
      '«May 40»',
      '«13/21»',
      '1-«5-20-2021»',
      'realtime-«2024-06-05»',
      '15th «March 1985»',
      '3 de «mayo de 2021»',
      '«5-20-2021»-1',
      '«5 May June 2020»',
    ],
  },
  age: {
    yes: ['«41 y/o»', 'a «35-year-old» man', '«aged 67»', '«Edad:42» Sexo', '«age of 30»'],
    no: ['«121 years old»', '«age 20»%', '«age 20»-30', 'a1«41 y/o»', '«edad 42» años', '1.«20 years old»'],
  },
  'age-with-unit': {
    yes: [
      'Edad: «16 años»',
      'paciente de «45 años» que',
      'ist «30 Jahre» alt',
      'âgée de «52 ans»',
      '«8 meses» de edad',
      'a los «20 años»',
    ],
    no: ['hace «5 años»', 'de «8 meses»', 'de «2 años» de evolución', 'más de «3 años»', 'de «121 años»', 'x«16 años»'],
  },
}

test('every validator has cases', () => {
  expect(Object.keys(CASES).sort()).toEqual(Object.keys(OWN).sort())
})

describe.each(Object.entries(CASES))('%s', (name, { yes, no }) => {
  test.each(yes)('yes: %s', (text) => {
    expect(says(name, text)).toBe(true)
  })
  test.each(no)('no: %s', (text) => {
    expect(says(name, text)).toBe(false)
  })

  test('reads no further than it says it sees', () => {
    const { sees, check } = OWN[name]!
    const near = fc.string({ unit: fc.constantFrom(...'aZ09-./:+ @_é(x'), minLength: sees, maxLength: sees })
    const far = fc.string({ unit: fc.constantFrom(...'aZ09-./:+ @_é(x'), minLength: 1, maxLength: 6 })
    // Words that validators look for stand beside a candidate now and then.
    const side = fc.oneof(
      near,
      fc
        .tuple(near, fc.constantFrom('order no. ', 'imei ', 'version ', 'years old', ' de edad', '://x:', '-Office'))
        .map(([text, word]) => (text + word).slice(-sees)),
    )
    fc.assert(
      fc.property(fc.constantFrom(...yes, ...no), side, side, far, far, (marked, left, right, beyond, behind) => {
        const match = marked.slice(marked.indexOf('«') + 1, marked.indexOf('»'))
        const short = left + match + right
        const inShort = check(short, sees, sees + match.length)
        const from = beyond.length + sees
        expect(check(beyond + short + behind, from, from + match.length)).toBe(inShort)
      }),
    )
  })
})

test('an IBAN of each country is one where ibantools says so, but for its national check digits', () => {
  const countries = Object.entries(countrySpecs).filter(([, { bban_regexp }]) => bban_regexp)
  fc.assert(
    fc.property(fc.constantFrom(...countries), fc.nat(), (entry, seed) => {
      const [country, { bban_regexp }] = entry
      let body = ''
      for (const [, set, count] of bban_regexp!.matchAll(/\[([^\]]+)\]\{(\d+)\}/g)) {
        const letters = set!.includes('A-Z')
        for (let i = 0; i < Number(count); i++)
          body += letters && !set!.includes('0-9') ? 'ABCDXYZ'[(seed + i) % 7] : String((seed + 7 * i) % 10)
      }
      for (let check = 2; check < 99; check++) {
        const iban = `${country}${String(check).padStart(2, '0')}${body}`
        const ours = says('iban', `«${iban}»`)
        if (isValidIBAN(iban)) expect(ours).toBe(true)
        if (!new RegExp(bban_regexp!).test(body)) expect(ours).toBe(false)
      }
    }),
    { numRuns: 60 },
  )
})

test('addresses in base 58 with a version in use are wallets, and with one character changed are none', () => {
  const { encode } = createBase58check(sha256)
  const hash = fc.uint8Array({ minLength: 20, maxLength: 20 })
  fc.assert(
    fc.property(hash, fc.constantFrom(0, 5, 48, 30, 76, 65), fc.nat(), (bytes, version, at) => {
      const address = encode(Uint8Array.of(version, ...bytes))
      expect(says('wallet', `«${address}»`)).toBe(true)
      const i = 1 + (at % (address.length - 1))
      const other = address[i] === 'z' ? 'y' : 'z'
      expect(says('wallet', `«${address.slice(0, i)}${other}${address.slice(i + 1)}»`)).toBe(false)
    }),
  )
})

test('segwit addresses of version 0 are bech32, later ones bech32m, and no other way round', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.integer({ min: 0, max: 16 }), (bytes, version) => {
      const words = [version, ...bech32.toWords(bytes)]
      expect(says('wallet', `«${bech32.encode('bc', words)}»`)).toBe(version === 0)
      expect(says('wallet', `«${bech32m.encode('bc', words)}»`)).toBe(version > 0)
    }),
  )
})

test('an Ethereum address is one in its mixture of cases only', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (bytes) => {
      const small = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
      const hash = keccak_256(new TextEncoder().encode(small))
      const mixed = [...small]
        .map((char, i) => (((hash[i >> 1]! >> (i % 2 === 0 ? 4 : 0)) & 15) > 7 ? char.toUpperCase() : char))
        .join('')
      fc.pre(/[a-f]/.test(mixed) && /[A-F]/.test(mixed) && /\d/.test(mixed))
      expect(says('wallet', `«0x${mixed}»`)).toBe(true)
      const i = mixed.search(/[A-F]/)
      const wrong = mixed.slice(0, i) + mixed[i]!.toLowerCase() + mixed.slice(i + 1)
      fc.pre(wrong !== small)
      expect(says('wallet', `«0x${wrong}»`)).toBe(false)
    }),
  )
})

test('phrases that the library makes are seed phrases', () => {
  fc.assert(
    fc.property(fc.constantFrom(16, 20, 24, 28, 32), fc.infiniteStream(fc.nat(255)), (size, stream) => {
      const entropy = Uint8Array.from([...stream.take(size)])
      expect(says('seed-phrase', `«seed: ${entropyToMnemonic(entropy, wordlist)}»`)).toBe(true)
    }),
    { numRuns: 40 },
  )
})
