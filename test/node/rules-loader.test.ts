import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadRules, RulesError } from '../../src/hosts/node/rules-loader.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parapet-rules-'))
  write('labels.yaml', 'pii: persons\npii.email: addresses\n')
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true })
  writeFileSync(join(folder, file), text)
}

const GOOD = `id: badge
version: 1
entity: BADGE
label: pii
description: Badge numbers.
reference: house rules
patterns:
  - re: 'B-\\d{4}'
    score: 0.9
reach: 6
boundary: '[^B0-9-]'
tests:
  finds:
    - { text: 'is B-1234 here', match: B-1234 }
  ignores:
    - 'B-12'
`

/** The errors of one rule file, without the folder. */
function errors(text: string): string[] {
  write('data/core/badge.yaml', text)
  try {
    loadRules(folder)
  } catch (error) {
    if (!(error instanceof RulesError)) throw error
    return error.lines.map((line) => line.replace(`${folder}/`, ''))
  }
  return []
}

test('a good rule is loaded, and the digest is that of all files', () => {
  expect(errors(GOOD)).toEqual([])
  const first = loadRules(folder)
  expect(first.digest).toMatch(/^sha256:[0-9a-f]{64}$/)
  expect(first.rules.map((rule) => rule.id)).toEqual(['badge'])
  expect(loadRules(folder).digest).toBe(first.digest)
  write('data/core/badge.yaml', `${GOOD}\n`)
  expect(loadRules(folder).digest).not.toBe(first.digest)
})

describe('a bad rule is refused with file, line and what to write instead', () => {
  test.each<[string, string, string, string[]]>([
    [
      'unknown key',
      'reference:',
      'referense:',
      [
        'data/core/badge.yaml:1: reference: Invalid input: expected string, received undefined',
        'data/core/badge.yaml:6: unknown key referense; did you mean reference?',
      ],
    ],
    [
      'unknown key within',
      'score: 0.9',
      'score: 0.9\n    socre: 1',
      ['data/core/badge.yaml:10: unknown key socre; did you mean score?'],
    ],
    [
      'unknown key of an example',
      'match: B-1234',
      'matches: B-1234',
      ['data/core/badge.yaml:14: unknown key matches; did you mean match?'],
    ],
    [
      'unknown label',
      'label: pii',
      'label: pii.emial',
      ['data/core/badge.yaml:4: unknown label pii.emial; did you mean pii.email?'],
    ],
    [
      'unknown validator',
      'reach: 6',
      'reach: 6\nvalidate: cards',
      ['data/core/badge.yaml:11: unknown validator cards; did you mean card?'],
    ],
    [
      'a catastrophic nest',
      "'B-\\d{4}'",
      "'B-(?:\\d+)+'",
      [
        'data/core/badge.yaml:8: a repetition right inside of another, such as (a+)+, says no more than a+: write one of them',
      ],
    ],
    [
      'no negative test',
      "  ignores:\n    - 'B-12'\n",
      '  ignores: []\n',
      ['data/core/badge.yaml:15: tests.ignores: at least one example is needed'],
    ],
    [
      'look-around',
      "'B-\\d{4}'",
      "'B-(?=\\d)'",
      ['data/core/badge.yaml:8: look-around is not RE2: match wider and use a validator instead (at character 3)'],
    ],
    ['reach', 'reach: 6', 'reach: 5', ['data/core/badge.yaml:8: a match may have 6 characters, more than reach: 5']],
    [
      'boundary',
      "'[^B0-9-]'",
      "'[^B0-9]'",
      ['data/core/badge.yaml:11: a match of `B-\\d{4}` may contain characters of the boundary: take them out of it'],
    ],
    [
      'trigger without boundary',
      "boundary: '[^B0-9-]'",
      "trigger: '-'",
      ['data/core/badge.yaml:11: a rule with a trigger needs a `boundary`: a character class that no match contains'],
    ],
    [
      'trigger that is not there',
      'reach: 6',
      "reach: 6\ntrigger: '@'",
      ['data/core/badge.yaml:8: the trigger @ must stand outside of groups, in every pattern of the rule'],
    ],
    [
      'score',
      'score: 0.9',
      'score: 0.3',
      ['data/core/badge.yaml:9: with this score nothing is reported: 0.5 is needed, `context` included'],
    ],
    [
      'no negative test',
      "    - 'B-12'",
      '    []',
      ['data/core/badge.yaml:15: tests.ignores: at least one example is needed'],
    ],
    [
      'nothing found',
      'is B-1234 here',
      'is B-123 here',
      ['data/core/badge.yaml:14: example 1 of finds: nothing is found in "is B-123 here"'],
    ],
    [
      'another found',
      'match: B-1234',
      'match: B-123',
      ['data/core/badge.yaml:14: example 1 of finds: "B-1234" is found, not "B-123"'],
    ],
    [
      'wrongly found',
      "    - 'B-12'",
      "    - 'at B-1234'",
      ['data/core/badge.yaml:16: example 1 of ignores: "B-1234" is found'],
    ],
    [
      'duplicate key',
      'version: 1',
      'version: 1\nversion: 2',
      ['data/core/badge.yaml:3: Map keys must be unique at line 3, column 1:'],
    ],
    [
      'version',
      'version: 1',
      'version: one',
      ['data/core/badge.yaml:2: version: Invalid input: expected number, received string'],
    ],
    ['id', 'id: badge', 'id: Badge', ['data/core/badge.yaml:1: id: small letters, digits and hyphens']],
  ])('%s', (_, from, to, lines) => {
    expect(GOOD).toContain(from)
    expect(errors(GOOD.replace(from, () => to))).toEqual(lines)
  })

  test('an id that is taken', () => {
    write('data/core/another.yaml', GOOD)
    expect(errors(GOOD)).toEqual([
      'data/core/badge.yaml:1: the id badge is taken by data/core/another.yaml: choose another',
    ])
  })

  test('no rules at all', () => {
    mkdirSync(join(folder, 'data'))
    expect(() => loadRules(folder)).toThrow('there are no rules here')
  })
})
