/** What the dashboard says of a record: its sentences, and the graph of its lineage. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answer, makeHost } from '#host'
import { traceLineage } from '../src/dashboard/lineage.ts'
import { describeAnswer, duration, grouped, headline } from '../src/dashboard/words.ts'
import { id } from '../src/ids.ts'
import { mirror } from '../src/mirror/index.ts'
import type { LogEntry } from '../src/ports.ts'
import { proxy } from '../src/proxy.ts'
import type { Action, DecisionRecord, FindingRecord, Json, OutcomeRecord, Place } from '../src/types.ts'
import { makeCall, sentText } from './support/call.ts'
import { makeDecision, makeOutcome } from './support/host-records.ts'

function entry(decision: Partial<DecisionRecord> = {}, outcome?: Partial<OutcomeRecord>): LogEntry {
  const made = makeDecision(decision)
  return { seq: 1, hash: made.ruleset, decision: made, outcome: outcome && makeOutcome(made, outcome) }
}
const found = (entity: string, action: Action): FindingRecord => ({
  ...{ rule: id('r@1'), entity: id(entity), label: id('pii'), place: '/x' as Place, source: 'user' },
  ...{ start: 0, end: 1, score: 1, action, policies: [] },
})
const took = (...findings: FindingRecord[]): Partial<DecisionRecord> => ({
  action: 'transform',
  findings,
  found: findings.length,
})
const change = (action: 'restore' | 'redact' | 'trim', count: number) => ({
  id: id('r0'),
  in: [id('u0')],
  action,
  rule: id('x@1'),
  count,
})

describe('a decision in a sentence', () => {
  const mail = found('EMAIL_ADDRESS', 'pseudonymise')
  const card = found('CREDIT_CARD', 'pseudonymise')
  const slack = found('SLACK_TOKEN', 'redact')
  const blocked = found('US_SSN', 'block')
  test.each<[string, LogEntry]>([
    ['Nothing had to be taken out of the request; the answer was complete.', entry({}, {})],
    ['Nothing had to be taken out of the request; no outcome recorded.', entry()],
    ['An e-mail address was pseudonymised; the answer was complete.', entry(took(mail), {})],
    ['2 e-mail addresses were pseudonymised; the answer was complete.', entry(took(mail, mail), {})],
    [
      'A card number and an e-mail address were pseudonymised; the client went away before the answer ended.',
      entry(took(card, mail), { ending: 'client_abort' }),
    ],
    [
      'A card number was pseudonymised and a Slack token was redacted; the answer was complete.',
      entry(took(card, slack), {}),
    ],
    [
      'An e-mail address was seen and let through; the answer was complete.',
      entry({ ...took(found('EMAIL_ADDRESS', 'allow')), action: 'allow' }, {}),
    ],
    ['A vehicle number was redacted; the answer was complete.', entry(took(found('VEHICLE_NUMBER', 'redact')), {})],
    ['Blocked: policy does not let this key do that.', entry({ action: 'block', reason: 'permission_denied' })],
    [
      'Blocked: the request held a US social security number, which may not go to this model.',
      entry({ ...took(mail, blocked), action: 'block', reason: 'guardrail_blocked' }),
    ],
  ])('%s', (sentence, record) => {
    expect(headline(record)).toBe(sentence)
  })
  test('and what was done to the answer in another', () => {
    expect(describeAnswer(entry({}, {}))).toBeUndefined()
    expect(describeAnswer(entry())).toBeUndefined()
    const transforms = [change('restore', 2), change('restore', 1), change('redact', 1), change('trim', 1)]
    expect(describeAnswer(entry({}, { transforms }))).toBe(
      '3 values were put back for the caller, 1 value was redacted in the answer and 1 field was trimmed from the answer, which only a key that may inspect gets.',
    )
  })
  test('numbers read the same everywhere', () => {
    expect([0, 999, 1000, 1234567].map(grouped)).toEqual(['0', '999', '1,000', '1,234,567'])
    expect([0, 999, 1000, 61_250].map(duration)).toEqual(['0 ms', '999 ms', '1.0 s', '61.3 s'])
    fc.assert(fc.property(fc.maxSafeNat(), (n) => Number(grouped(n).replaceAll(',', '')) === n))
  })
})

describe('lineage', () => {
  const titles = (record: LogEntry) =>
    traceLineage(record).map(({ title, nodes }) => `${title}: ${nodes.map((node) => node.title).join(', ')}`)

  test('of real calls: every edge leads from a node to one right of it, and all but sources come from somewhere', async () => {
    const host = await makeHost({
      edit: (bundle) => ({ ...bundle, settings: { ...bundle.settings, canary: 'Ref {canary}' } }),
      upstream: (request) =>
        sentText(request).includes('"fail"') ? answer(500, { error: { message: 'no' } }) : mirror(request),
    })
    const key = await host.addKey()
    const system = { role: 'system', content: 'Answer in one short sentence, and be kind to whoever asks you.' }
    const user = { role: 'user', content: 'Card 4111 1111 1111 1111, mail ann@corp.example.com' }
    const bodies: Json[] = [
      { model: 'mirror', messages: [user] },
      { model: 'mirror', messages: [system, user], stream: true },
      { model: 'mirror', messages: [{ role: 'user', content: 'hi' }] },
      { model: 'mirror', messages: [user], user: 'fail' },
      { model: 'mirror', messages: [user], logprobs: true },
      { model: 'mirror', messages: [system], n: 'x'.repeat(9) },
    ]
    for (const body of bodies) {
      const answered = await proxy(makeCall({ key, body }), host)
      if (typeof answered.body !== 'string') for await (const _ of answered.body);
    }
    await host.settle()
    const entries = await host.index.search(id('acme'), { limit: 10 })
    expect(entries.length).toBe(bodies.length)
    for (const record of entries) {
      const columns = traceLineage(record)
      const columnOf = new Map(columns.flatMap(({ nodes }, i) => nodes.map((node) => [node.id, i] as const)))
      expect(columnOf.size).toBe(columns.flatMap(({ nodes }) => nodes).length)
      for (const [i, { nodes }] of columns.entries()) {
        for (const node of nodes) {
          for (const from of node.in) expect(columnOf.get(from), `${from} of ${node.id}`).toBeLessThan(i)
          if (i > 0) expect(node.in.length).toBeGreaterThan(0)
        }
      }
    }
    expect(titles(entries.at(-2)!)).toEqual([
      'Came from: other fields, system, user',
      expect.stringMatching(/^Changed on the way out: (pseudonymised ×1, ){2}canary planted ×1$/),
      'Sent to: mirror-openai',
      'Changed in the answer: put back ×2',
      'To the caller: delivered in full',
    ])
  })

  test('of a call that was stopped, and of one whose end is unknown', () => {
    const sources = [{ id: id('s0'), source: 'user' as const, segments: 1, characters: 1 }]
    expect(titles(entry({ sources, action: 'block', reason: 'guardrail_blocked' }))).toEqual([
      'Came from: user',
      'Stopped: guardrail blocked',
    ])
    const upstream = { id: id('far'), zone: id('us'), in: [id('s0')] }
    expect(titles(entry({ sources, upstream }))).toEqual([
      'Came from: user',
      'Sent to: far',
      'To the caller: no outcome recorded',
    ])
  })

  test('of many changes: the last of them are one node, which keeps their edges', () => {
    const sources = ['user', 'tool'].map((source, i) => ({
      id: id(`s${i}`),
      source: source as 'user',
      segments: 1,
      characters: 1,
    }))
    const transforms = Array.from({ length: 30 }, (_, i) => ({
      ...{ id: id(`t${i}`), in: [id(i === 29 ? 's1' : 's0')], action: 'redact' as const, rule: id('x@1'), count: 1 },
    }))
    const [, changed] = traceLineage(entry({ sources, transforms }))
    expect(changed!.nodes.length).toBe(8)
    expect(changed!.nodes.at(-1)).toMatchObject({ title: '23 more', in: ['s0', 's1'] })
  })
})
