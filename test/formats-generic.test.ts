/** Bodies of operations that have no format of their own are read by names. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { extract } from '../src/extract.ts'
import { anthropicJson, openaiJson } from '../src/formats/generic.ts'
import type { Json, JsonObject, Limits } from '../src/types.ts'

const LIMITS = { choices: 1 } as Limits
function kindsOf(body: Json): Record<string, string> {
  const walk = { places: openaiJson.requestPlaces, source: () => 'user' as const, inner: true, shortest: 1 }
  const { segments } = extract(structuredClone(body), walk)
  return Object.fromEntries(
    segments.filter(({ kind }) => kind !== 'key').map(({ text, kind, blob }) => [text, blob ?? kind]),
  )
}
/** An object below any keys and lists, none of which is the caller's own kind. */
const depths = fc.array(fc.constantFrom('content', 'tools', 'x', 'agent', 'source', 'data', 'skills', 'events', []), {
  maxLength: 5,
})
function wrap(inner: Json, path: readonly (string | readonly never[])[]): Json {
  return path.reduceRight<Json>((value, step) => (typeof step === 'string' ? { [step]: value } : [value]), inner)
}

test('what names a stored thing is a reference, at any depth', () => {
  const body = {
    file_id: 'file-a',
    vault_ids: ['vlt-a', 'vlt-b'],
    agent: 'agent-a',
    environment: { id: 'env-a' },
    agents: ['agent-b', { id: 'agent-c' }],
    skills: [{ type: 'custom', skill_id: 'skill-a' }],
    source: { type: 'file_id', id: 'file-b' },
    video: { id: 'video-a' },
    prompt: { id: 'pmpt-a', variables: { city: 'Berlin' } },
  }
  const names = [
    'file-a',
    'vlt-a',
    'vlt-b',
    'agent-a',
    'env-a',
    'agent-b',
    'agent-c',
    'skill-a',
    'file-b',
    'video-a',
    'pmpt-a',
  ]
  fc.assert(
    fc.property(depths, (path) => {
      const kinds = kindsOf(wrap(body, path))
      expect(names.filter((name) => kinds[name] !== 'reference')).toEqual([])
      expect(kinds.Berlin).toBe('string')
    }),
  )
})

test("below the caller's own names, everything is text", () => {
  const own = {
    id: 'a@b.example',
    file_id: 'c@d.example',
    session_ids: ['e f'],
    agent: { id: 'g h' },
    type: 'i j',
    data: 'k l',
  }
  for (const key of ['metadata', 'arguments', 'input_schema', 'env']) {
    fc.assert(
      fc.property(depths, (path) => {
        const kinds = kindsOf(wrap({ [key]: own }, path))
        expect(new Set(Object.values(kinds))).toEqual(new Set(['string']))
        expect(Object.keys(kinds)).toHaveLength(6)
      }),
      { numRuns: 20 },
    )
  }
})

test('skills that the vendor has for everybody are no references; what is told under `data` keeps its names', () => {
  expect(kindsOf({ skills: [{ type: 'anthropic', skill_id: 'pptx' }] })).toEqual({
    anthropic: 'identifier',
    pptx: 'identifier',
  })
  expect(kindsOf({ data: [{ id: 'x-1', text: 'hello' }] })).toEqual({ 'x-1': 'identifier', hello: 'string' })
})

test('base64 is what it holds', () => {
  const text = btoa(`To whom it may concern: ${'x'.repeat(60)} jane@example.com`)
  const kinds = kindsOf({ source: { type: 'base64', media_type: 'text/plain', data: text } })
  expect(Object.keys(kinds).some((one) => one.includes('jane@example.com'))).toBe(true)
  const picture = btoa(`\u0089PNG${'\u0001\u00ff'.repeat(60)}`)
  expect(kindsOf({ content: [{ type: 'image', source: { type: 'base64', data: picture } }] })[picture]).toBe('image')
  expect(kindsOf({ encrypted_content: 'sealed-1' })).toEqual({ 'sealed-1': 'encrypted' })
})

test('what looks inside is asked for, and taken out of answers, at any depth', () => {
  const needs = (body: JsonObject) => openaiJson.needs(body, LIMITS).map(({ action }) => action)
  expect(needs({ 'include[]': ['file_search_call.results'] })).toEqual(['includeHidden'])
  expect(needs({ include: 'x', logprobs: true, n: 2 }).toSorted()).toEqual([
    'includeHidden',
    'readLogprobs',
    'sampleMany',
  ])
  expect(needs({ include: [], n: 1, metadata: { include: 'x' } })).toEqual([])
  fc.assert(
    fc.property(depths, (path) => {
      const answer = wrap({ logprobs: { content: [] }, system_fingerprint: 'fp-1', text: 'hello' }, path)
      expect(openaiJson.trim(answer)).toBe(2)
      expect(JSON.stringify(answer)).toBe(
        JSON.stringify(wrap({ logprobs: null, system_fingerprint: null, text: 'hello' }, path)),
      )
      expect(openaiJson.trim(answer)).toBe(0)
    }),
  )
})

test('a model is a name, or an object that has it as its id', () => {
  expect(anthropicJson.model({ model: 'claude-x' })).toBe('claude-x')
  expect(anthropicJson.model({ model: { id: 'claude-x', speed: 'fast' } })).toBe('claude-x')
  expect(anthropicJson.model({})).toBeUndefined()
})
