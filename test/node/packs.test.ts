/** House laws of the rules, read off their files: what the loader cannot ask of one rule alone. */
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadRules } from '../../src/hosts/node/rules-loader.ts'
import { compileRuleset, PACKS, type RuleSource } from '../../src/rules.ts'
import { VALIDATORS } from '../../src/validators/index.ts'

const source = loadRules(fileURLToPath(new URL('../../guardrails', import.meta.url)))
const { rules } = source
const countries = rules.filter(({ pack }) => !PACKS.includes(pack))

/** Names of what Presidio's rule-based recognizers find. Policies and clients that know these must find them here. */
const PRESIDIO = `
  ABA_ROUTING_NUMBER AU_ABN AU_ACN AU_MEDICARE AU_TFN CA_SIN CREDIT_CARD CRYPTO DATE_TIME DE_BSNR DE_FUEHRERSCHEIN
  DE_HANDELSREGISTER DE_HEALTH_INSURANCE DE_ID_CARD DE_KFZ DE_LANR DE_PASSPORT DE_PLZ DE_SOCIAL_SECURITY DE_TAX_ID
  DE_TAX_NUMBER DE_VAT_ID EMAIL_ADDRESS ES_NIE ES_NIF ES_PASSPORT FI_PERSONAL_IDENTITY_CODE IBAN_CODE IN_AADHAAR IN_GSTIN
  IN_PAN IN_PASSPORT IN_VEHICLE_REGISTRATION IN_VOTER IP_ADDRESS IT_DRIVER_LICENSE IT_FISCAL_CODE IT_IDENTITY_CARD
  IT_PASSPORT IT_VAT_CODE KR_BRN KR_DRIVER_LICENSE KR_FRN KR_PASSPORT KR_RRN MAC_ADDRESS MEDICAL_LICENSE NG_NIN
  NG_VEHICLE_REGISTRATION PHONE_NUMBER PH_MOBILE_NUMBER PH_TIN PL_PESEL SE_ORGANISATIONSNUMMER SE_PERSONNUMMER SG_NRIC_FIN
  SG_UEN TH_TNIN TR_LICENSE_PLATE TR_NATIONAL_ID TR_PHONE_NUMBER UK_DRIVING_LICENCE UK_NHS UK_NINO UK_PASSPORT UK_POSTCODE
  UK_VEHICLE_REGISTRATION URL US_BANK_NUMBER US_DRIVER_LICENSE US_ITIN US_MBI US_NPI US_PASSPORT US_SSN ZA_ID_NUMBER
`
  .trim()
  .split(/\s+/)

test('every entity of Presidio’s rule-based recognizers has a rule', () => {
  const found = new Set(rules.map(({ entity }) => entity))
  expect(PRESIDIO.filter((entity) => !found.has(entity))).toEqual([])
})

test('every validator is used', () => {
  const used = new Set(rules.map(({ validate }) => validate))
  expect(Object.keys(VALIDATORS).filter((name) => !used.has(name))).toEqual([])
})

test('no pattern is written twice for an entity and the same surroundings', () => {
  const seen = new Map<string, string>()
  const twice: string[] = []
  for (const { id, entity, patterns, context } of rules) {
    for (const { re } of patterns) {
      const key = `${entity} within ${context?.within}: ${re}`
      if (seen.has(key)) twice.push(`${id} and ${seen.get(key)}: ${re}`)
      seen.set(key, id)
    }
  }
  expect(twice).toEqual([])
})

test('a rule of a pack is named after it, and so is what it finds', () => {
  expect(countries.filter(({ id, pack }) => !id.startsWith(`${pack}-`)).map(({ id }) => id)).toEqual([])
})

test('every country’s rule has words in which it holds while its pack is off', () => {
  expect(countries.filter(({ context }) => (context?.words.length ?? 0) < 2).map(({ id }) => id)).toEqual([])
  // With the cap on packs that are off, a smaller boost would never reach the threshold.
  expect(countries.filter(({ context }) => context!.boost < 0.1).map(({ id }) => id)).toEqual([])
})

/** Scripts that write no blanks between a word and its particles. */
const GLUED = /[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/
/** Its validator reads the words around a number, too, so that words alone are not enough. */
const CHOOSY = new Set(['it-postcode'])

test('each context word is enough, before and behind and with particles, while the pack is off', () => {
  const silent: string[] = []
  for (const rule of countries) {
    const match = rule.tests.finds.flatMap((example) => (typeof example === 'string' ? [] : (example.match ?? [])))[0]
    if (match === undefined || CHOOSY.has(rule.id)) continue
    const { detector } = compileRuleset({ ...source, rules: [rule] })
    for (const word of rule.context!.words) {
      const texts = [
        `${word} ${match}`,
        `${match} (${word})`,
        ...(GLUED.test(word) ? [`그${word}는 ${match}입니다`] : []),
      ]
      for (const text of texts) {
        if (detector.detect(text, { from: 0, final: true }).findings.length === 0) silent.push(`${rule.id}: ${text}`)
      }
    }
    if (detector.detect(match, { from: 0, final: true }).findings.length > 0) silent.push(`${rule.id} needs no word`)
  }
  expect(silent).toEqual([])
})

test('validators read no further beside a candidate than they say they see', () => {
  const side = fc.string({ unit: fc.constantFrom(...'aZ09-./:+ @_é(x'), minLength: 0, maxLength: 80, size: 'max' })
  const checked = countries.flatMap(({ id, validate, tests }) =>
    tests.finds.flatMap((example) =>
      validate === undefined || typeof example === 'string' || !example.match
        ? []
        : [{ id, validate, match: example.match }],
    ),
  )
  expect(checked.length).toBeGreaterThan(300)
  fc.assert(
    fc.property(fc.constantFrom(...checked), side, side, ({ id, validate, match }, left, right) => {
      const { check, sees } = VALIDATORS[validate]!
      const near = left.slice(Math.max(0, left.length - sees))
      const all = check(left + match + right, left.length, left.length + match.length)
      const seen = check(near + match + right.slice(0, sees), near.length, near.length + match.length)
      expect(seen, `${id} in ${left}${match}${right}`).toBe(all)
    }),
    { numRuns: 3000 },
  )
})

/** What a text looks like: a 9 for each digit, an A for each letter. */
const shape = (text: string) => text.replace(/\p{N}/gu, '9').replace(/\p{L}/gu, 'A')
const textOf = (example: RuleSource['tests']['ignores'][number]) =>
  typeof example === 'string' ? example : example.text

describe.each(countries.map((rule) => [rule.id, rule] as const))('%s', (_, { tests }) => {
  test('has enough examples, and one of what looks like it and is not', () => {
    expect(tests.finds.length).toBeGreaterThan(1)
    expect(tests.ignores.length).toBeGreaterThan(2)
    const matches = tests.finds.map((example) =>
      shape(typeof example === 'string' ? example : (example.match ?? example.text)),
    )
    expect(tests.ignores.some((example) => matches.some((match) => shape(textOf(example)).includes(match)))).toBe(true)
  })
})
