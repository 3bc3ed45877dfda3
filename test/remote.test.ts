/** The analyzer service besides the rules: what it finds is ruled on like what rules find; if it fails, nothing goes out. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answer, makeHost, type TestHost } from '#host'
import { createRemote } from '../src/detectors/remote.ts'
import { Denial } from '../src/errors.ts'
import { mirror } from '../src/mirror/index.ts'
import { proxy } from '../src/proxy.ts'
import type { Remote, UpstreamAnswer, UpstreamRequest } from '../src/types.ts'
import { makeCall, read } from './support/call.ts'

const REMOTE: Remote = {
  url: 'http://127.0.0.1:5002',
  language: 'en',
  timeoutMs: 40,
  threshold: 0.5,
  entities: { PERSON: 'pii.bank-account', NRP: 'pii.group' },
}
const never = new AbortController().signal
const json = (value: unknown, status = 200): UpstreamAnswer => answer(status, value)

/** A service that finds every `Zyx` and counts in code points. */
function analyze({ body }: UpstreamRequest): UpstreamAnswer {
  const { text } = JSON.parse(body as string) as { text: string }
  const points = [...text]
  const found: unknown[] = []
  for (let i = 0; i + 3 <= points.length; i++) {
    if (points.slice(i, i + 3).join('') === 'Zyx')
      found.push({ entity_type: 'PERSON', start: i, end: i + 3, score: 0.85 })
  }
  return json(found)
}
const deadline = (ms: number) => AbortSignal.timeout(ms)

test('finds the same in texts of any number and length, whatever stands in them', async () => {
  const piece = fc.constantFrom('Zyx', 'a ', '😀', 'é', '\n\n', 'Zy', 'x', 'word '.repeat(3000))
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.array(piece, { maxLength: 12 }).map((parts) => parts.join('')),
        { maxLength: 6 },
      ),
      async (texts) => {
        const sizes: number[] = []
        const send = async (_: unknown, request: UpstreamRequest) => {
          sizes.push((JSON.parse(request.body as string) as { text: string }).text.length)
          return analyze(request)
        }
        const found = await createRemote({ ...REMOTE, timeoutMs: 10_000 }, { send, deadline })(texts, never)
        const wanted = texts.map((text) => [...text.matchAll(/Zyx/g)].map(({ index }) => index))
        expect(found.map((some) => some.map(({ start }) => start))).toEqual(wanted)
        for (const size of sizes) expect(size).toBeLessThan(41_000)
      },
    ),
    { numRuns: 60 },
  )
})

test('a name at the cut of a long text is found', async () => {
  const send = async (_: unknown, request: UpstreamRequest) => analyze(request)
  for (let at = 39_996; at < 40_004; at++) {
    const text = `${'x'.repeat(at)}Zyx${'y'.repeat(900)}`
    const [found] = await createRemote({ ...REMOTE, timeoutMs: 10_000 }, { send, deadline })([text], never)
    expect(found!.map(({ start }) => start)).toEqual([at])
  }
})

test('what runs over the end of a text is found in both', async () => {
  const send = async () => json([{ entity_type: 'PERSON', start: 4, end: 17, score: 1 }])
  const found = await createRemote(REMOTE, { send, deadline })(['ask Zorblax', 'Quux now'], never)
  expect(found.map((some) => some.map(({ start, end }) => [start, end]))).toEqual([[[4, 11]], [[0, 4]]])
})

test('very many findings take no longer than there are of them', async () => {
  const text = 'ab '.repeat(13_000)
  const all = Array.from({ length: 39_000 }, (_, i) => ({ entity_type: 'PERSON', start: i, end: i + 1, score: 1 }))
  const started = performance.now()
  const remote = { ...REMOTE, timeoutMs: 20_000 }
  const [found] = await createRemote(remote, { send: async () => json(all), deadline })([text], never)
  expect(found).toHaveLength(39_000)
  expect(performance.now() - started).toBeLessThan(3000)
})

describe('an answer that is not one is a failed check', () => {
  const bad: [string, () => UpstreamAnswer | Promise<UpstreamAnswer>][] = [
    ['no JSON', () => answer(200, ['<html>'])],
    ['no list', () => json({ error: 'CANARY' })],
    ['an error', () => json([], 500)],
    ['a place outside', () => json([{ entity_type: 'PERSON', start: 0, end: 99, score: 1 }])],
    ['a place backwards', () => json([{ entity_type: 'PERSON', start: 3, end: 1, score: 1 }])],
    ['no score', () => json([{ entity_type: 'PERSON', start: 0, end: 1 }])],
    ['half a number', () => json([{ entity_type: 'PERSON', start: 0.5, end: 1, score: 1 }])],
    ['nothing reached', () => Promise.reject(new Denial('upstream_unreachable', 'the upstream could not be reached'))],
  ]
  test.each(bad)('%s', async (_, play) => {
    const asked = createRemote(REMOTE, { send: async () => play(), deadline })(['text of CANARY'], never)
    const error = await asked.catch((one: unknown) => one)
    expect(error).toBeInstanceOf(Denial)
    expect((error as Denial).reason).toBe('check_failed')
    expect((error as Denial).message).not.toContain('CANARY')
  })
})

describe('in the proxy', () => {
  async function call(
    analyzer: (request: UpstreamRequest, signal: AbortSignal) => UpstreamAnswer | Promise<UpstreamAnswer>,
  ) {
    const sent: string[] = []
    const host: TestHost = await makeHost({
      edit: (bundle) => ({ ...bundle, settings: { ...bundle.settings, remote: REMOTE } }),
      upstream: (request, upstream, signal) => {
        if (upstream.id === 'analyzer') return analyzer(request, signal)
        sent.push(request.body as string)
        return mirror(request)
      },
    })
    const key = await host.addKey()
    const body = { model: 'mirror', messages: [{ role: 'user', content: 'tell Zyx of it, at jane.doe@example.com' }] }
    const told = await proxy(makeCall({ key, body }), host)
    return { host, sent, told, ...(await read(told)) }
  }

  test('what it finds is taken out like what rules find', async () => {
    const { sent, told } = await call(analyze)
    expect(told.headers['x-parapet-action']).toBe('transform')
    expect(sent).toHaveLength(1)
    expect(sent[0]).not.toContain('Zyx')
    expect(sent[0]).toMatch(/tell <PERSON_[a-z2-7]{16}> of it, at <EMAIL_ADDRESS_/)
  })

  test.each([
    [
      'late',
      (_: UpstreamRequest, signal: AbortSignal) =>
        new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    ],
    ['wrong', () => answer(200, ['nothing'])],
  ])('if it is %s, the call is refused, on record, and nothing goes out', async (_, analyzer) => {
    const { host, sent, told, text } = await call(analyzer)
    expect(told.status).toBe(503)
    expect(text).toContain('check_failed')
    expect(text).not.toContain('Zyx')
    expect(sent).toEqual([])
    const [entry] = await host.index.search('acme' as never, { limit: 1 })
    expect(entry?.decision).toMatchObject({ action: 'block', reason: 'check_failed', status: 503 })
  })
})
