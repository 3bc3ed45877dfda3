/** Our check digits against another implementation's, where there is one; and what we do otherwise on purpose. */
import fc from 'fast-check'
import { stdnum } from 'stdnum'
import { describe, expect, test } from 'vitest'
import { VALIDATORS } from '../../src/validators/index.ts'

const holds = (name: string, text: string) => VALIDATORS[name]!.check(text, 0, text.length)
const digits = (count: number) => fc.stringMatching(new RegExp(`^\\d{${count}}$`))
/** A row of digits in which one pair is a month and one a day, so that most are days. */
const dated = (before: number, order: 'ym' | 'dm', after: number) =>
  fc
    .tuple(digits(before), fc.integer({ min: 1, max: 13 }), fc.integer({ min: 1, max: 32 }), digits(after))
    .map(([front, month, day, rest]) => {
      const [m, d] = [String(month).padStart(2, '0'), String(day).padStart(2, '0')]
      return order === 'ym' ? `${front}${m}${d}${rest}` : `${front}${d}${m}${rest}`
    })

/** The other implementation does not look at these days. */
const REAL = /^(?:0[1-9]|1[0-2])(?:0[1-9]|1\d|2[0-8])/

interface Oracle {
  validate(text: string): { isValid: boolean }
}
const {
  AT,
  BE,
  BG,
  CH,
  CZ,
  DE,
  DK,
  EE,
  ES,
  FI,
  FR,
  GB,
  GR,
  HR,
  HU,
  IE,
  IS,
  IT,
  LT,
  LU,
  NL,
  NO,
  PL,
  PT,
  RO,
  SE,
  SI,
  SK,
} = stdnum as unknown as Readonly<Record<string, Readonly<Record<string, Oracle>>>>

/** Validator, oracle, bodies, and the last characters to try on each: every one of them, so that there are always valid ones. */
const TENS = [...'0123456789']
const HUNDREDS = Array.from({ length: 100 }, (_, i) => String(i).padStart(2, '0'))
const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
const SAME: readonly [string, Oracle, fc.Arbitrary<string>, readonly string[]][] = [
  [
    'at-tax-number',
    { validate: (text) => (text.startsWith('03') ? AT!.tin!.validate(text) : { isValid: false }) },
    digits(6).map((d) => `03${d}`),
    TENS,
  ],
  ['be-enterprise', BE!.vat!, digits(7).map((d) => `0${d}`), HUNDREDS],
  ['bg-egn', BG!.egn!, dated(2, 'ym', 3).filter((d) => REAL.test(d.slice(2))), TENS],
  ['ch-ahv', CH!.ssn!, digits(9).map((d) => `756${d}`), TENS],
  ['cz-ico', CZ!.ico!, digits(6).map((d) => `1${d}`), TENS],
  ['de-vat', DE!.vat!, digits(7).map((d) => `3${d}`), TENS],
  ['dk-cvr', DK!.cvr!, digits(6).map((d) => `2${d}`), TENS],
  ['ee-personal-code', EE!.ik!, dated(3, 'ym', 3).filter((d) => /^[3-6]/.test(d) && REAL.test(d.slice(3))), TENS],
  ['es-cif', ES!.cif!, digits(7).map((d) => `B${d}`), [...TENS, ...LETTERS.slice(0, 10)]],
  ['es-nie', ES!.nie!, digits(7).map((d) => `Y${d}`), LETTERS],
  ['es-nif', ES!.dni!, digits(8), LETTERS],
  ['fi-business-id', FI!.ytunnus!, digits(7), TENS],
  ['fr-siren', FR!.siren!, digits(8), TENS],
  ['fr-siret', FR!.siret!, fc.tuple(fc.constantFrom('356000000', '732829320'), digits(4)).map((d) => d.join('')), TENS],
  ['gr-afm', GR!.vat!, digits(8), TENS],
  ['gr-amka', GR!.amka!, dated(0, 'dm', 6).filter((d) => !d.startsWith('2902')), TENS],
  ['hr-oib', HR!.oib!, digits(10), TENS],
  ['ie-pps', IE!.pps!, digits(7), LETTERS.slice(0, 23)],
  [
    'is-kennitala',
    IS!.kennitala!,
    dated(0, 'dm', 4).filter((d) => !d.startsWith('2902')),
    TENS.flatMap((d) => [`${d}0`, `${d}9`]),
  ],
  [
    'it-vat',
    IT!.iva!,
    fc.tuple(digits(7), fc.constantFrom('000', '001', '100', '101', '120', '888', '998')).map((d) => d.join('')),
    TENS,
  ],
  ['nl-bsn', NL!.bsn!, digits(8), TENS],
  ['no-orgnr', NO!.orgnr!, digits(7).map((d) => `9${d}`), TENS],
  ['pl-nip', PL!.nip!, digits(8).map((d) => `5${d}`), TENS],
  ['pl-pesel', PL!.pesel!, dated(2, 'ym', 4), TENS],
  ['pl-regon', PL!.regon!, digits(8), TENS],
  ['pl-regon', PL!.regon!, digits(4).map((d) => `123456785${d}`), TENS],
  ['pt-nif', PT!.nif!, digits(7).map((d) => `2${d}`), TENS],
  ['ro-cui', RO!.cui!, fc.integer({ min: 10_000, max: 999_999_999 }).map(String), TENS],
  [
    'se-organisationsnummer',
    SE!.orgnr!,
    digits(7)
      .map((d) => `55${d}`)
      .filter((d) => /^..[2-9]/.test(d)),
    TENS,
  ],
  ['si-tax-id', SI!.ddv!, digits(6).map((d) => `5${d}`), TENS],
  ['uk-utr', GB!.utr!, digits(9), TENS],
  ['uk-vat', GB!.vat!, digits(7), HUNDREDS],
]

describe.each(SAME)('%s', (name, oracle, bodies, ends) => {
  test('agrees with the other implementation', () => {
    let valid = 0
    fc.assert(
      fc.property(bodies, (body) => {
        for (const end of ends) {
          // The unique taxpayer reference is checked by its first digit.
          const text = name === 'uk-utr' ? end + body : body + end
          if (/^(\d)\1+$/.test(text) || /^0+(?=\d\d$)/.test(text)) continue
          const expected = oracle.validate(text).isValid
          if (expected) valid++
          expect(holds(name, text), text).toBe(expected)
        }
      }),
      { numRuns: 60 },
    )
    expect(valid).toBeGreaterThan(9)
  })
})

/** Where the other one is stricter or laxer on purpose, what it accepts must hold here. The check may stand inside, as `##`. */
const WIDER: readonly [string, Oracle, fc.Arbitrary<string>, readonly string[]][] = [
  [
    'at-svnr',
    AT!.vnr!,
    fc.tuple(digits(3), digits(1), dated(0, 'dm', 2)).map(([a, c, d]) => `1${a.slice(1)}${c}${d}`),
    [''],
  ],
  ['be-national-number', BE!.nn!, dated(2, 'ym', 3).map((d) => `7${d.slice(1)}`), HUNDREDS.slice(1, 98)],
  ['cz-birth-number', CZ!.rc!, dated(2, 'ym', 3).map((d) => `7${d.slice(1)}`), TENS],
  [
    'de-tax-id',
    DE!.idnr!,
    fc
      .shuffledSubarray([...'0123456789'], { minLength: 9, maxLength: 9 })
      .filter((d) => d[0] !== '0')
      .map((d) => d.join('') + d[4]),
    TENS,
  ],
  ['es-nss', ES!.nss!, digits(8).map((d) => `28${d}`), HUNDREDS],
  [
    'fr-tax-id',
    FR!.nif!,
    digits(9).map((d) => `1${d}`),
    Array.from({ length: 511 }, (_, i) => String(i).padStart(3, '0')),
  ],
  ['hu-firm', { validate: (text) => HU!.anum!.validate(text.slice(0, 8)) }, digits(7), TENS.map((d) => `${d}242`)],
  ['no-foedselsnummer', NO!.fodselsnummer!, dated(0, 'dm', 5).map((d) => `${d.slice(0, 4)}70${d.slice(6)}`), HUNDREDS],
  ['ro-cnp', RO!.cnp!, dated(3, 'ym', 5).map((d) => `1${d.slice(1, 7)}12${d.slice(9)}`), TENS],
  [
    'si-emso',
    { validate: (text) => SI!.emso!.validate(text) },
    dated(0, 'dm', 8).map((d) => `${d.slice(0, 4)}98050${d.slice(9)}`),
    TENS,
  ],
  [
    'eu-vat',
    { validate: (text) => SK!.dph!.validate(text.slice(2)) },
    digits(8).map((d) => `SK2${d.replace(/^(.)[0156]/, '$17')}`),
    TENS,
  ],
  ['eu-vat', { validate: (text) => AT!.uid!.validate(text.slice(2)) }, digits(7).map((d) => `ATU${d}`), TENS],
  [
    'eu-vat',
    { validate: (text) => FR!.tva!.validate(text.slice(2)) },
    fc.constantFrom('FR##732829320', 'FR##552100554', 'FR##443061841'),
    HUNDREDS,
  ],
  ['eu-vat', { validate: (text) => LU!.tva!.validate(text.slice(2)) }, digits(6).map((d) => `LU${d}`), HUNDREDS],
  [
    'eu-vat',
    { validate: (text) => NL!.btw!.validate(text.slice(2)) },
    digits(8).map((d) => `NL${d}`),
    TENS.map((d) => `${d}B01`),
  ],
  ['eu-vat', { validate: (text) => LT!.pvm!.validate(text.slice(2)) }, digits(7).map((d) => `LT${d}1`), TENS],
]
test('what the other implementation accepts holds', () => {
  for (const [name, oracle, bodies, ends] of WIDER) {
    let valid = 0
    fc.assert(
      fc.property(bodies, (body) => {
        for (const end of ends) {
          const text = body.includes('##') ? body.replace('##', end) : body + end
          if (!oracle.validate(text).isValid) continue
          valid++
          expect(holds(name, text), `${name} ${text}`).toBe(true)
        }
      }),
      { numRuns: 60 },
    )
    expect(valid, name).toBeGreaterThan(0)
  }
})
