/** Every kind of secret in the places where secrets stand, and the same with nothing in it. */
import { describe, expect, test } from 'vitest'
import { compileRuleset, type RuleSource } from '../../src/rules.ts'
import { VALIDATORS } from '../../src/validators/index.ts'
import { findAll } from '../support/feeding.ts'
import { shippedSource } from '../support/ruleset.ts'
import { type Choose, makeWord } from '../support/samples.ts'

const rules = shippedSource.rules.filter(({ pack }) => pack === 'secrets')
const { detector } = compileRuleset({ ...shippedSource, rules })

/** What matches their patterns is not yet one of them: it must be encoded, or stand behind something. Their own examples say how. */
const MADE = new Set([
  'assigned-secret',
  'basic-auth',
  'bearer-token',
  'command-password',
  'discord-token',
  'jwt',
  'netrc',
  'private-key',
  'putty-key',
  'slack-token',
  'ssh2-private-key',
])
/** A password that is as short as these patterns allow may be a word. */
const SHORT = /-url$|^url-|^jdbc-|^htpasswd$|^product-key$|^private-key/
const tried = rules.filter(({ id }) => !MADE.has(id) && !SHORT.test(id))

const PLACES: readonly ((value: string) => string)[] = [
  (value) => `X_VALUE=${value}\n`,
  (value) => `{"thing": "${value}"}`,
  (value) => `const it = '${value}';`,
  (value) => `https://host.test/?a=${value}&b=1`,
  (value) => `it is ${value}, they said`,
  (value) => `<it>${value}</it>`,
]
/** Numbers in a fixed order: a linear congruential generator (Numerical Recipes). */
function createChoose(seed: number): Choose {
  let state = seed
  return (count) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * count)
  }
}

/** Its candidates near a word that says what they are, if they need one. */
function inPlace(rule: RuleSource, score: number, text: string): string {
  return score < 0.5 ? `${rule.context!.words[0]} ${text}` : text
}
function finds(rule: RuleSource, text: string, value: string): boolean {
  const ref = `${rule.id}@${rule.version}`
  return findAll(detector, text).some((seen) => seen.rule === ref && text.slice(seen.start, seen.end).includes(value))
}

describe.each(tried)('$id', (rule) => {
  test('is found wherever it stands', () => {
    const choose = createChoose(rule.id.length)
    for (const { re, score } of rule.patterns) {
      let missed = ''
      let count = 0
      for (const place of [...PLACES, ...PLACES, ...PLACES]) {
        const value = makeWord(re, choose)
        const text = inPlace(rule, score, place(value))
        if (finds(rule, text, value)) continue
        missed = text
        count++
      }
      // By chance one may have no digit, or too few different characters, or a context word too far away.
      expect(count, `${re} misses ${missed}`).toBeLessThan(4)
    }
  })

  test('is not found with nothing in it', () => {
    const choose = createChoose(rule.id.length)
    for (const { re, score } of rule.patterns) {
      for (const place of PLACES) {
        const value = makeWord(re, choose, 'xX0')
        const text = inPlace(rule, score, place(value))
        expect(finds(rule, text, value), text).toBe(false)
      }
    }
  })
})

test('there are as many kinds as were asked for, and hardly any without a mark of its own', () => {
  expect(rules.length).toBeGreaterThan(220)
  expect(tried.length).toBeGreaterThan(200)
  expect(rules.filter(({ patterns }) => patterns.every(({ score }) => score < 0.5)).length).toBeLessThan(30)
})

describe('values that their names locate', () => {
  const named = rules.filter(({ validate }) => validate !== undefined && VALIDATORS[validate]!.locate)
  const examples = named.flatMap(({ id, tests }) =>
    tests.finds.map((one) => ({ id, text: typeof one === 'string' ? one : one.text })),
  )

  // Another detector may hold the text open between a name and its value: reading goes on from there.
  test.each(examples)('$id: $text, wherever reading began', ({ text }) => {
    const { findings } = detector.detect(text, { from: 0, final: true })
    expect(findings.length).toBeGreaterThan(0)
    for (const finding of findings) {
      for (let from = 0; from <= finding.start; from++) {
        expect(detector.detect(text, { from, final: true }).findings).toContainEqual(finding)
      }
      for (const later of [finding.start + 1, finding.end]) {
        expect(detector.detect(text, { from: later, final: true }).findings).not.toContainEqual(finding)
      }
    }
  })

  test('only the value is reported, once', () => {
    const text = 'so secretKey = "q7Zk2vXw9LpR4tNb8sYc" and API_TOKEN=q7Zk2vXw9LpR4tNb8sYc'
    const located = findAll(detector, text).filter(({ rule }) => rule.startsWith('assigned-secret'))
    expect(located.map(({ start, end }) => text.slice(start, end))).toEqual([
      'q7Zk2vXw9LpR4tNb8sYc',
      'q7Zk2vXw9LpR4tNb8sYc',
    ])
  })

  test('and the whole of what stands under a key, which is held until all of it is there', () => {
    const find = (text: string, key: string, final = true) => detector.detect(text, { from: 0, final, key })
    expect(find('q7Zk2vXw', 'db_password').findings).toMatchObject([{ start: 0, end: 8 }])
    expect(find('q7Zk2vXw ', 'db_password', false)).toEqual({ findings: [], open: 0 })
    expect(find('q7Zk2vXw', 'name').findings).toEqual([])
    expect(find(' '.repeat(300), 'password', false).open).toBe(300)
    // Behind the beginning nobody knows what stood before.
    expect(detector.detect('x q7Zk2vXw', { from: 2, final: true, key: 'password' }).findings).toEqual([])
  })
})
