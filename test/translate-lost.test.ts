/** What could be lost, or told as another thing, without a word: each is an error instead. */
import { describe, expect, test } from 'vitest'
import { translate } from '../src/translate/index.ts'
import type { Json, JsonObject } from '../src/types.ts'
import { joinEvents, runStream } from './support/translated.ts'

const options = { now: Date.UTC(2026, 10, 20, 12), version: '2023-06-01' }
const user = { role: 'user', content: 'hi' }
const messages = () => translate('anthropic', { model: 'gpt-x', max_tokens: 9, messages: [user] }, options)
const invalid = expect.objectContaining({ reason: 'upstream_invalid' })

const chunk = (delta: JsonObject, finish: Json = null, more: JsonObject = {}): JsonObject => {
  return { id: 'c', model: 'gpt', choices: [{ index: 0, delta, finish_reason: finish, ...more }] }
}
const piece = (more: JsonObject) => chunk({ tool_calls: [more as Json] })
const tell = (chunks: Json[], finish = 'tool_calls') =>
  joinEvents(runStream(messages().stream(), [...chunks, chunk({}, finish), '[DONE]']))

describe('calls in pieces', () => {
  test.each<[string, JsonObject[]]>([
    [
      'another id under one index',
      [
        { index: 0, id: 'a', function: { name: 'look', arguments: '' } },
        { index: 0, id: 'b', function: { arguments: '{}' } },
      ],
    ],
    [
      'another name under one index',
      [
        { index: 0, id: 'a', function: { name: 'look', arguments: '' } },
        { index: 0, function: { name: 'drop', arguments: '{}' } },
      ],
    ],
    [
      'a name in pieces',
      [
        { index: 0, id: 'a', function: { name: 'get_' } },
        { index: 0, function: { name: 'weather', arguments: '{}' } },
      ],
    ],
    ['a name that comes late', [{ index: 0, id: 'a', function: { name: '' } }]],
    [
      'an id that comes late',
      [
        { index: 0, function: { name: 'look' } },
        { index: 0, id: 'b', function: {} },
      ],
    ],
    [
      'two calls without an index',
      [
        { id: 'a', function: { name: 'look', arguments: '' } },
        { id: 'b', function: { name: 'look', arguments: '{}' } },
      ],
    ],
    [
      'two calls with neither index nor id',
      [{ function: { name: 'look', arguments: '' } }, { function: { name: 'look', arguments: '{}' } }],
    ],
    [
      'a piece without an index, behind two calls',
      [
        { index: 0, id: 'a', function: { name: 'look', arguments: '' } },
        { index: 1, id: 'b', function: { name: 'drop', arguments: '' } },
        { function: { arguments: '{}' } },
      ],
    ],
    [
      'a call behind one without an index',
      [
        { id: 'a', function: { name: 'look', arguments: '{}' } },
        { index: 1, id: 'b', function: { name: 'drop', arguments: '{}' } },
      ],
    ],
  ])('%s is an error', (_name, pieces) => expect(() => tell(pieces.map(piece))).toThrow(invalid))
  test('one call without an index, and ids and names that are repeated, are told', () => {
    const start = { id: 'a', function: { name: 'look', arguments: '{"x"' } }
    const block = { type: 'tool_use', id: 'a', name: 'look', input: { x: 1 } }
    const alone = [start, { function: { arguments: ':1}' } }]
    const repeated = [
      { index: 0, ...start },
      { index: 0, id: 'a', function: { name: 'look', arguments: ':1}' } },
    ]
    const empty = [
      { index: 0, ...start },
      { index: 0, id: '', function: { name: '', arguments: ':1}' } },
    ]
    for (const pieces of [alone, repeated, empty]) expect(tell(pieces.map(piece)).content).toMatchObject([block])
  })
})
