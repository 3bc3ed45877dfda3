import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { extract } from '../src/extract.ts'
import { openaiChat } from '../src/formats/openai-chat.ts'
import type { Json, JsonObject } from '../src/types.ts'

const open = (value: Json) =>
  extract(value, {
    places: openaiChat.requestPlaces,
    source: (keys) => openaiChat.source(keys, value),
    inner: true,
    shortest: 1,
  })

/** All strings, numbers and keys of a JSON value, by the plainest possible walk. */
function leaves(value: Json): string[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)]
  if (Array.isArray(value)) return value.flatMap(leaves)
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([key, child]) => [key, ...leaves(child)])
}

test('every string, number and key of any document is a segment', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const texts = new Set(open({ anything: value as Json }).segments.map((segment) => segment.text))
      for (const leaf of leaves(value as Json)) {
        // JSON inside strings is taken apart; its pieces are segments instead.
        if (leaf !== '' && !/^\s*["{[]/.test(leaf)) expect(texts).toContain(leaf)
      }
    }),
    { numRuns: 1000 },
  )
})

test('what is written to every segment is what stands there, and nothing else is left', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const document = open({ anything: { list: value as Json } })
      document.segments.forEach((segment, i) => {
        segment.write(`new-${i}`)
      })
      const out = JSON.stringify(document.commit())
      document.segments.forEach((segment, i) => {
        expect(out).toContain(`new-${i}`)
        if (segment.text.length > 12) expect(out).not.toContain(JSON.stringify(segment.text).slice(1, -1))
      })
    }),
    { numRuns: 500 },
  )
})

test('a document that nothing is written to is not changed', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      const before = JSON.stringify(value)
      expect(JSON.stringify(open(value as Json).commit())).toBe(before)
    }),
  )
})

const body = {
  model: 'gpt-4o',
  messages: [
    { role: 'system', content: 'be brief' },
    { role: 'user', content: [{ type: 'text', text: 'hello' }] },
    {
      role: 'assistant',
      tool_calls: [
        {
          id: 'call_1',
          type: 'function',
          function: { name: 'f', arguments: '{"ssn":"21\\u0039-09-9998","n":[41111]}' },
        },
      ],
    },
    { role: 'tool', tool_call_id: 'call_1', content: '"{\\"deep\\":\\"x@y.example\\"}"' },
  ],
  metadata: { 'bob@corp.example': 4111111111111111 },
} satisfies JsonObject

test('identifiers are what the format lists; who wrote a text is told; JSON in strings is read, decoded', () => {
  const rows = open(structuredClone(body)).segments.map(({ kind, source, text, key }) => [kind, source, text, key])
  expect(rows).toContainEqual(['identifier', 'unknown', 'gpt-4o', 'model'])
  expect(rows).toContainEqual(['identifier', 'assistant', 'call_1', 'id'])
  expect(rows).toContainEqual(['string', 'system', 'be brief', 'content'])
  expect(rows).toContainEqual(['string', 'user', 'hello', 'text'])
  expect(rows).toContainEqual(['string', 'assistant', '219-09-9998', 'ssn'])
  expect(rows).toContainEqual(['number', 'assistant', '41111', 'n'])
  expect(rows).toContainEqual(['string', 'tool', 'x@y.example', 'deep'])
  expect(rows).toContainEqual(['key', 'unknown', 'bob@corp.example', undefined])
  expect(rows).toContainEqual(['number', 'unknown', '4111111111111111', 'bob@corp.example'])
})

test('a place names keys that the format knows, and never the caller’s', () => {
  const document = open(structuredClone(body))
  const place = (text: string) => document.segments.find((segment) => segment.text === text)?.place()
  expect(place('hello')).toBe('/messages/1/content/0/text')
  expect(place('bob@corp.example')).toBe('/metadata/*')
  expect(place('4111111111111111')).toBe('/metadata/*')
})

test('edits inside JSON in strings, in numbers and in keys keep the JSON valid', () => {
  const document = open(structuredClone(body))
  for (const segment of document.segments) {
    if (['219-09-9998', '41111', 'x@y.example', 'bob@corp.example', '4111111111111111'].includes(segment.text)) {
      segment.write('say "no"\n')
    }
  }
  const out = document.commit() as typeof body
  expect(out.messages[2]!.tool_calls![0]!.function.arguments).toBe('{"ssn":"say \\"no\\"\\n","n":["say \\"no\\"\\n"]}')
  expect(JSON.parse(JSON.parse(out.messages[3]!.content as string))).toEqual({ deep: 'say "no"\n' })
  expect(out.metadata).toEqual({ 'say "no"\n': 'say "no"\n' })
})

describe('keys', () => {
  test('two that become one are kept apart', () => {
    const document = open({ metadata: { 'a@x.example': 1, b: 2, 'c@x.example': 3 } })
    for (const segment of document.segments) if (segment.text.includes('@')) segment.write('[EMAIL]')
    expect(Object.entries((document.commit() as JsonObject).metadata!)).toEqual([
      ['[EMAIL]', 1],
      ['b', 2],
      ['[EMAIL] (2)', 3],
    ])
  })
  test('__proto__ is a key like any other', () => {
    const document = open(JSON.parse('{"metadata":{"__proto__":"x@y.example"}}'))
    expect(document.segments.map((segment) => segment.text)).toEqual(
      expect.arrayContaining(['__proto__', 'x@y.example']),
    )
    for (const segment of document.segments) if (segment.text === 'x@y.example') segment.write('[EMAIL]')
    expect(JSON.stringify(document.commit())).toBe('{"metadata":{"__proto__":"[EMAIL]"}}')
  })
})

test('JSON in strings is read down to four levels; deeper is refused, not skipped', () => {
  let text = '{"a":"x@y.example"}'
  for (let i = 0; i < 3; i++) text = JSON.stringify({ a: text })
  expect(open({ messages: [{ role: 'user', content: text }] }).segments.map((one) => one.text)).toContain('x@y.example')
  text = JSON.stringify({ a: text })
  text = JSON.stringify({ a: text })
  expect(() => open({ messages: [{ role: 'user', content: text }] })).toThrow('too deeply')
})

test('text that only begins like JSON is read as text', () => {
  const texts = open({ a: '[4111 1111 1111 1111]', b: '{"a":1} x@y.example', c: '"hi" 1' }).segments.map(
    (one) => one.text,
  )
  expect(texts).toEqual(expect.arrayContaining(['[4111 1111 1111 1111]', '{"a":1} x@y.example', '"hi" 1']))
})
