import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileRuleset } from '../src/rules.ts'
import { ENCODED, WRITTEN } from './support/disguises.ts'
import { everyCut, feed, findAll, sorted } from './support/feeding.ts'
import { shippedSource } from './support/ruleset.ts'

/** All rules of what is no name, and some of the secrets, which are many and alike. */
const { rules, packs } = shippedSource
const some = rules.filter(
  ({ pack, label }, i) =>
    (pack === 'core' && !/name|title|location|address$/.test(label)) || (pack === 'secrets' && i % 9 === 0),
)
const { detector, plain } = compileRuleset({ ...shippedSource, rules: some, packs })
/** Each example with the value that is found in it; what stands in other scripts is in no disguise of ASCII. */
const examples = some.flatMap((rule) =>
  rule.tests.finds.flatMap((example) => {
    const { text, key } = typeof example === 'string' ? { text: example } : { ...example }
    const ref = `${rule.id}@${rule.version}`
    const found = findAll(plain, text, key).find((one) => one.rule === ref)
    return found && !/[^\0-\u058f]/.test(text)
      ? [{ rule: ref, text, match: text.slice(found.start, found.end), key, reach: rule.reach }]
      : []
  }),
)

describe.each(Object.entries(WRITTEN))('%s', (name, write) => {
  test('the value is found, all of it', () => {
    const missed: string[] = []
    for (const { rule, text, match, key } of examples) {
      // A word all of whose letters are of one other script is a word of that, as `KEY` can be.
      if (name.endsWith(' letters') && /(?<![!-~])[^\0-\x7f]{2,}(?![!-~])/.test(write(match))) continue
      // Over letters of other scripts, marks make other letters of them.
      if (name === 'combining marks' && /[^ -~]/.test(match)) continue
      const at = text.indexOf(match)
      const written = write(match)
      const said = text.slice(0, at) + written + text.slice(at + match.length)
      // A mark over the last character is not one of them.
      const end = at + written.replace(/\p{M}$/u, '').length
      const found = findAll(detector, said, key).some((one) => one.rule === rule && one.start <= at && one.end >= end)
      if (!found) missed.push(`${rule}: ${said}`)
    }
    expect(missed).toEqual([])
  })
})

describe.each(Object.entries(ENCODED))('%s', (_name, encode) => {
  test('the value is found', () => {
    const missed: string[] = []
    for (const { rule, text, key } of examples) {
      const whole = `${text}\n1) as it says`
      if (!findAll(plain, whole, key).some((one) => one.rule === rule)) continue
      const said = `see ${encode(whole)} there`
      if (!findAll(detector, said, key).some((one) => one.rule === rule)) missed.push(`${rule}: ${text}`)
    }
    expect(missed).toEqual([])
  })
})

const cuts = fc.array(fc.nat(4000), { maxLength: 30, size: 'max' })
const disguises = [...Object.values(WRITTEN), ...Object.values(ENCODED)]
const odd = [
  ...[
    '\u200b',
    '\u0301',
    'о',
    'В',
    '４',
    '\u2011',
    '\u3000',
    '。',
    '%',
    '%3',
    '%25',
    '&',
    '&#',
    '&amp;',
    '&#52',
    ';',
    '\\',
    '\\u00',
    '\\x3',
  ],
  ...[
    '\n',
    '\r\n',
    '-\n',
    ' ',
    '-',
    '4',
    '41',
    '1111',
    '4111 1111',
    'aGVsbG8gd29ybGQgYW5k',
    '=',
    '\u{e0041}',
    '\ud835',
    '\udfd0',
    '\0',
    'a',
    'я',
    '中',
    '،',
  ],
]
/** Values in disguise, whole and in pieces, among what disguises are made of. */
const mixed = fc
  .array(
    fc.oneof(
      fc
        .tuple(fc.constantFrom(...examples), fc.constantFrom(...disguises), fc.nat(60), fc.nat(80))
        .map(([{ match, reach }, write, from, size]) =>
          write(reach > 1000 ? match.slice(0, 40) : match).slice(
            from > 30 ? 0 : from,
            from > 30 ? undefined : from + size,
          ),
        ),
      fc.constantFrom(...odd),
      fc.constantFrom(...odd).map((part) => part.repeat(9)),
      fc.constantFrom('card ', 'my ssn is ', 'call me at ', ' and then ', ', ', '. '),
    ),
    { minLength: 1, maxLength: 12, size: 'max' },
  )
  .map((parts) => parts.join(''))

test('what is found does not depend on where the text is cut', () => {
  fc.assert(
    fc.property(mixed, cuts, (text, at) => {
      const inside = at.map((cut) => cut % text.length).filter((cut) => cut > 0)
      expect(sorted(feed(detector, text, inside).seen)).toEqual(sorted(findAll(detector, text)))
    }),
    { numRuns: 400 },
  )
  fc.assert(
    fc.property(mixed, (text) => {
      expect(sorted(feed(detector, text, everyCut(text)).seen)).toEqual(sorted(findAll(detector, text)))
    }),
    { numRuns: 30 },
  )
})
