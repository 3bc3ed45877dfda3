import { expect, test } from 'vitest'
import { z } from 'zod'
import { ConfigurationError } from '../../../src/hosts/node/errors.ts'
import { didYouMean, suggest } from '../../../src/hosts/node/suggest.ts'
import { parseYaml } from '../../../src/hosts/node/yaml-file.ts'

const SCHEMA = z.strictObject({
  limits: z.strictObject({ requestBytes: z.int().min(10), depth: z.int().default(4) }).optional(),
  list: z.array(z.strictObject({ id: z.string() })).default([]),
})
function fault(text: string): string {
  try {
    parseYaml('f.yaml', text, SCHEMA)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError)
    return (error as Error).message
  }
  return 'none'
}

test('what is right is read, with defaults', () => {
  expect(parseYaml('f.yaml', 'limits:\n  requestBytes: 12\n', SCHEMA)).toEqual({
    limits: { requestBytes: 12, depth: 4 },
    list: [],
  })
  expect(parseYaml('f.yaml', '# nothing\n', SCHEMA)).toEqual({ list: [] })
})

test.for([
  [
    'an unknown key',
    'limits:\n  requestBytes: 12\n  reqestBytes: 3\n',
    /^f\.yaml:3: unknown key `limits\.reqestBytes` \(did you mean `requestBytes`\?\)$/,
  ],
  ['an unknown key at the top', '\n\nlimit: 1\n', /^f\.yaml:3: unknown key `limit` \(did you mean `limits`\?\)$/],
  [
    'an unknown key in a list',
    'list:\n  - id: a\n  - id: b\n    idd: c\n',
    /^f\.yaml:4: unknown key `list\.1\.idd` \(did you mean `id`\?\)$/,
  ],
  [
    'a wrong type',
    'limits:\n  # …\n  requestBytes: many\n',
    /^f\.yaml:3: `limits\.requestBytes`: invalid input: expected number/,
  ],
  ['too small', 'limits: { requestBytes: 1 }\n', /^f\.yaml:1: `limits\.requestBytes`: too small/],
  ['a missing key', 'list:\n  - {}\n', /^f\.yaml:2: `list\.0\.id`: /],
  ['a doubled key', 'list: []\nlist: []\n', /^f\.yaml:2: map keys must be unique/],
  ['no YAML', 'list: [\n', /^f\.yaml:\d: /],
  ['not a map', '- 1\n', /^f\.yaml:1: /],
] as const)('%s is told with its line', ([, text, expected]) => {
  expect(fault(text)).toMatch(expected)
})

test('all faults are told, a line each', () => {
  expect(fault('limits: { requestBytes: 1 }\nx: 1\n').split('\n')).toHaveLength(2)
})

test.for([
  ['serv', 'serve'],
  ['sevre', 'serve'],
  ['invke', 'invoke'],
  ['zzz', undefined],
  ['k', undefined],
] as const)('%s was meant to be %s', ([word, meant]) => {
  expect(suggest(word, ['serve', 'invoke', 'keys'])).toBe(meant)
})
test('nothing is suggested where nothing is near', () => {
  expect(didYouMean('zzz', ['serve'])).toBe('')
})
