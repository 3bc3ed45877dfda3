// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates are what is looked for
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { crc32, endsWithCrc } from '../../src/validators/crc.ts'
import { entropy, noise } from '../../src/validators/entropy.ts'
import { VALIDATORS } from '../../src/validators/index.ts'
import { NOISE } from '../../src/validators/keys.ts'

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const KEY = 'q7Zk2vXw9LpR4tNb8sYc'
const HEX = '0a9f8e7d6c5b4a39281706f5e4d3c2b1'

/** The part of a text between brackets, and the text without them. */
function marked(text: string): { readonly text: string; readonly start: number; readonly end: number } {
  const start = text.indexOf('«')
  return { text: text.replace(/[«»]/g, ''), start, end: text.indexOf('»') - 1 }
}

const CASES: Readonly<Record<string, { readonly yes: readonly string[]; readonly no: readonly string[] }>> = {
  key: {
    yes: ['«sk_live_abcdefghij»', `«${HEX}»`],
    no: [
      '«sk_live_xxxxxxxxxx»',
      '«sk_live_your_key_1»',
      '«sk_live_00000000000»',
      '«aaabbbccc»',
      '«AKIAABCDEFGH7EXAMPLE»',
    ],
  },
  'bare-key': {
    yes: [`«${HEX}»`, `«${KEY}»`, '«qzkvxwlprtnbsycjhdfgmaeuokiwxb»'],
    no: [
      '«customer_account_number_1»',
      '«0123456789abcdef»',
      '«20240115103000000000»',
      '«00000000000000000000000000000000»',
      '«getElementsByClassName2»',
    ],
  },
  'strong-key': { yes: [`«${KEY}»`], no: ['«customer_account_number_1»', '«deadbeef01»', `«${HEX}»`] },
  'crc-token': {
    yes: ['«ghp_abcdefghijklmnopqrstuvwxyz0123456789»', `«ghp_${'A'.repeat(30)}${crcOf('A'.repeat(30))}»`],
    no: [`«ghp_${'x'.repeat(36)}»`, `«ghp_${'A'.repeat(36)}»`],
  },
  'slack-token': {
    yes: ['«xoxb-012345678901-abcdefghijkl»'],
    no: ['«xoxb-not-a-token»', '«xoxb-xxxxxxxxxxxx-012345»'],
  },
  'discord-token': {
    yes: [
      '«MTAxMjM0NTY3ODkwMTIzNDU2.Gabcde.abcdefghijklmnopqrstuvwxyz0»',
      `«M${KEY}abc.${KEY.slice(0, 6)}.${KEY}${KEY}»`,
    ],
    no: ['«Mabcdefghijklmnopqrstuvwx.abcdef.abcdefghijklmnopqrstuvwxyz0»'],
  },
  'uuid-key': {
    yes: ['«3f8a1c5e-9b27-4d60-8e1f-7a2c4b6d8f90»'],
    no: [
      '«00000000-0000-0000-0000-000000000000»',
      '«01234567-89ab-cdef-0123-456789abcdef»',
      '«12345678-1234-1234-1234-123456789abc»',
    ],
  },
  'url-password': {
    yes: ['«postgres://app:q7Zk2vXw@db»', '«redis://:q7Zk2vXw@db»', '«mysql://app:p@ss:w0rd@db»'],
    no: [
      '«postgres://user:password@db»',
      '«postgres://app:${PW}@db»',
      '«postgres://app:<pw>@db»',
      '«postgres://same1:same1@db»',
      '«postgres://db:5432»',
    ],
  },
  'url-password-other': {
    yes: ['«https://ann:q7Zk2vXw@host»'],
    no: ['«postgres://app:q7Zk2vXw@db»', '«https://user:pass@host»', `«https://${HEX}:${HEX}@sentry.test»`],
  },
  'basic-auth': {
    yes: [`«Basic ${btoa('ann:q7Zk2vXw')}»`],
    no: [
      `«Basic ${btoa('user:password')}»`,
      `«Basic ${btoa('no colon here')}»`,
      '«Basic abcde»',
      `«Basic ${btoa('a:\u0001\u0002')}»`,
      `«Basic ${'QUJD'.repeat(400)}»`,
    ],
  },
  bearer: {
    yes: [`«Bearer ${KEY}»`],
    no: ['«Bearer authentication-mechanism»', '«Bearer your-token-goes-here-1»', `«Bearer ${'x1'.repeat(20)}»`],
  },
  'command-password': {
    yes: [
      '«curl» -u ann:q7Zk2vXw https://host',
      '«sshpass» -p q7Zk2vXw ssh host',
      '«mysql» -uroot -pq7Zk2vXw shop',
      '«docker» login -u ann -p q7Zk2vXw',
      '«net user» ann q7Zk2vXw /add',
      '«smbclient» //host/x -U ann%q7Zk2vXw',
    ],
    no: [
      '«curl» -u user:password https://host',
      '«curl» -u "$USER:$PASS" https://host',
      '«mysql» -u root -p shop',
      '«docker» run -p 8080:80 x',
      '«curl» is a program\n -u ann:q7Zk2vXw',
      `«curl» -v ${'x'.repeat(240)} -u ann:q7Zk2vXw`,
    ],
  },
  netrc: {
    yes: ['«machine host login ann password» q7Zk2vXw'],
    no: ['«machine host login ann password»', '«machine host login ann password» <password>'],
  },
  assigned: {
    yes: [
      '«password» = "q7Zk2vXw"',
      `«token»: '${KEY}'`,
      `DB_«PASSWORD»=q7Zk2vXw`,
      `«secret»_key => '${KEY}'`,
      `api_«key» = '${KEY}'`,
      `«key» = '${KEY}${KEY}'`,
      'the «password» is q7Zk2vXw',
      'the «password» for the shop is q7Zk2vXw',
      `<«token»>${KEY}</token>`,
      `--«token» ${KEY}`,
      `«Authorization»: Bearer ${KEY}`,
      `«token»: 3f8a1c5e-9b27-4d60-8e1f-7a2c4b6d8f90`,
      `{\\"«password»\\": \\"q7Zk2vXw\\"}`,
      `"«password»", "q7Zk2vXw"`,
      `<p name="«password»" value="q7Zk2vXw">`,
      `var api«Token» string = "${KEY}"`,
      `PASSWORD = «password» = 'corr3ct horse'.replace`.replace("'corr3ct horse'.replace", "'c0rrect'"),
    ],
    no: [
      '«password» = ""',
      '«password» = "password"',
      '«password» = os.environ["PW"]',
      '«password»: ${PW}',
      '«password» = "********"',
      '«password»Field = "q7Zk2vXw"',
      '«password»: z.string()',
      '«password» is incorrect',
      '«password» must be 8-16 characters',
      '«token» = get_token()',
      '«token»: string',
      '«token»s: 4096',
      `«key» = '${KEY.slice(0, 12)}'`,
      '«key» = "customer_account_number_1"',
      '«secret» = "https://host.test/secret1"',
      `«password» = "${'q7Zk2vXw'.repeat(40)}"`,
      `«password» = "correct horse battery staple"`,
      'path/to/«key»/file1.txt',
    ],
  },
}

describe.each(Object.entries(CASES))('%s', (name, { yes, no }) => {
  const { check, locate, sees } = VALIDATORS[name]!
  test.each(yes)('yes: %s', (one) => {
    const { text, start, end } = marked(one)
    expect(check(text, start, end)).toBe(true)
    const span = locate?.(text, start, end)
    expect(span === undefined).toBe(locate === undefined)
    if (span) {
      expect(span.start).toBeGreaterThanOrEqual(start)
      expect(span.end).toBeLessThanOrEqual(end + sees)
      expect(text.slice(span.start, span.end)).toMatch(/^(?:q7Zk2vXw|3f8a1c5e-|c0rrect)[\w-]*$|^YW5u/)
    }
  })
  test.each(no)('no: %s', (one) => {
    const { text, start, end } = marked(one)
    expect(check(text, start, end)).toBe(false)
    expect(locate?.(text, start, end)).toBeUndefined()
  })

  test('reads no further behind a candidate than it says it sees', () => {
    const tail = fc.string({ unit: fc.constantFrom(...'aZ09="\': ,;\n-'), minLength: 1, maxLength: 9 })
    fc.assert(
      fc.property(fc.constantFrom(...yes, ...no), tail, tail, (one, short, long) => {
        const { text, start, end } = marked(one)
        const padded = `${text}\n${' '.repeat(sees)}`
        expect(check(padded + short, start, end)).toBe(check(padded + long, start, end))
      }),
      { numRuns: 40 },
    )
  })
})

// A stream goes on as soon as what follows cannot matter.
describe.each(Object.entries(VALIDATORS).filter(([name, { undecided }]) => name in CASES && undecided))(
  '%s, cut off',
  (name, { undecided, check, sees }) => {
    test('is decided once, and then for good', () => {
      const { yes, no } = CASES[name]!
      const more = ['', 'a', '"', ' ', '=x', ': "q7Zk2vXw"', ' is set to q7Zk2vXw', '\n', `9${KEY}`]
      for (const one of [...yes, ...no]) {
        const { text, start, end } = marked(one)
        for (let cut = end; cut <= text.length; cut++) {
          const head = text.slice(0, cut)
          if (cut - end >= sees || undecided!(head, start, end)) continue
          for (const rest of [...more, text.slice(cut)])
            expect(check(head + rest, start, end), head + rest).toBe(check(head, start, end))
        }
      }
    })
    test('prose is not waited for', () => {
      for (const text of [
        '«key», as you asked',
        '«token» of mine\n',
        '«password»? No',
        '«curl» is a program that many know',
      ]) {
        const { text: bare, start, end } = marked(text)
        if (name === 'command-password' ? text.includes('curl') : !text.includes('curl'))
          expect(undecided!(bare, start, end), text).toBe(text.includes('of mine'))
      }
    })
  },
)

test('a value is known by the key it stands under', () => {
  const { keyed } = VALIDATORS.assigned!
  const seen = (key: string, text: string) => {
    const span = keyed!.tells(key) ? keyed!.locate(text, key) : undefined
    return span && text.slice(span.start, span.end)
  }
  for (const key of [
    'password',
    'db_password',
    'dbpassword',
    'newPassword',
    'X-Api-Key',
    'apiKey',
    'client_secret',
    'accessToken',
    'PASSWORD_2',
    'contraseña',
  ]) {
    expect(seen(key, KEY), key).toBe(KEY)
  }
  expect(seen('Authorization', `Bearer ${KEY}`)).toBe(KEY)
  expect(seen('password', ' q7Zk2vXw\n')).toBe('q7Zk2vXw')
  for (const key of [
    'monkey',
    'compass',
    'max_tokens_used',
    'passwordLength',
    'secret_name',
    'name',
    'keyboard',
    'k'.repeat(100),
  ]) {
    expect(seen(key, KEY), key).toBeUndefined()
  }
  for (const value of ['password', '${PASSWORD}', 'the password of the user', '', 'x'])
    expect(seen('password', value), value).toBeUndefined()
})

test('CRC-32 is the one of zlib, and tokens end with it', () => {
  expect(crc32('123456789', 0, 9)).toBe(0xcbf43926)
  expect(crc32('xx123456789', 2, 11)).toBe(0xcbf43926)
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...BASE62), minLength: 30, maxLength: 30 }),
      fc.nat(35),
      (body, at) => {
        const token = `ghp_${body}${crcOf(body)}`
        expect(endsWithCrc(token, 4, 40)).toBe(true)
        const other = token[at + 4] === 'a' ? 'b' : 'a'
        const changed = token.slice(0, at + 4) + other + token.slice(at + 5)
        expect(endsWithCrc(changed, 4, 40)).toBe(false)
      },
    ),
  )
  expect(endsWithCrc('000000', 0, 6)).toBe(false)
})
function crcOf(body: string): string {
  let rest = crc32(body, 0, body.length)
  let out = ''
  for (let i = 0; i < 6; i++) {
    out = BASE62[rest % 62]! + out
    rest = Math.floor(rest / 62)
  }
  return out
}

describe('noise', () => {
  const of = (text: string) => noise(text, 0, text.length)
  const WORDS =
    'documentation internationalization getElementById addEventListener user_account_number responseStatusCode my-kubernetes-cluster MAX_RETRY_COUNT authentication-mechanism createServerSideProps text/event-stream application/json Donaudampfschifffahrt constitutionnellement requerimientos http.StatusOK useEffectOnce config.production.yaml HelloWorldExample123 release-2024-01-15 node_modules/typescript/lib'.split(
      ' ',
    )
  test('words and names have none', () => {
    for (const word of WORDS) expect(of(word), word).toBeLessThan(NOISE / 2)
  })
  test.each([
    ['0123456789abcdef', 20],
    ['0123456789abcdefghijklmnopqrstuvwxyz', 20],
    [BASE62, 20],
    ['ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 20],
  ])('nearly all random keys have it: %s', (alphabet, length) => {
    let state = 1
    const next = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return alphabet[Math.floor((state / 2 ** 32) * alphabet.length)]!
    }
    const keys = Array.from({ length: 2000 }, () => Array.from({ length }, next).join(''))
    expect(keys.filter((one) => of(one) < NOISE).length).toBeLessThan(40)
  })
  test('rows, and what is counted up, have none', () => {
    for (const text of ['xxxxxxxxxxxxxxxx', 'abcdefghijklmnop', '0123456789', '----------------', ''])
      expect(of(text), text).toBeLessThanOrEqual(0)
  })
  test('entropy is what Shannon says', () => {
    expect(entropy('aabb', 0, 4)).toBe(1)
    expect(entropy('xabcdx', 1, 5)).toBe(2)
    expect(entropy('aaaa', 0, 4)).toBe(0)
  })
})
