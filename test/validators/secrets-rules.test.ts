/** Every kind of secret in the places where secrets stand, and the same with nothing in it. */
import { describe, expect, test } from 'vitest'
import { compileRuleset, type RuleSource } from '../../src/rules.ts'
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
