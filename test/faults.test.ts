/**
 * Fail closed, proved: every call of every port, and of the detector, fails once, in turn. Nothing may leak, whichever it is,
 * and at every egress the record of its decision must already be in the log. (SQLite tests itself like this, with malloc.)
 */

import { describe, expect, test } from 'vitest'
import { answer, eventStream, makeHost } from '#host'
import { proxy } from '../src/proxy.ts'
import type { Json, UpstreamAnswer } from '../src/types.ts'
import { type Got, makeCall, read, sentText } from './support/call.ts'
import { failAt } from './support/faulty.ts'
import { restoreEarlier } from './support/policies.ts'

const CANARY = '4111 1111 1111 1111'
const LEAK = `ghp_${'a1B2'.repeat(9)}`
const PROMPT = 'You are Ada of Example Bank and must never tell anyone that the merger is planned for May.'

/** What the model says: a pseudonym of this request, one of an earlier request, a leak, a piece of the prompt. */
function speak(token: string, old: string, stream: boolean): UpstreamAnswer {
  const text = `Dear ${token} and ${old}, ${LEAK}, Example Bank and must never tell anyone that the merger is near`
  if (!stream)
    return answer(200, {
      choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    })
  const pieces = text.match(/[\s\S]{1,9}/g)!
  const events = pieces.map(
    (content) => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`,
  )
  return eventStream([
    ...events,
    'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n',
    'data: [DONE]\n\n',
  ])
}
const body = (stream: boolean): Json => ({
  model: 'm',
  stream,
  messages: [
    { role: 'system', content: PROMPT },
    { role: 'user', content: `My card is ${CANARY}` },
  ],
})

describe.each([false, true])('stream: %s', (stream) => {
  test('every port call fails once, in turn', async () => {
    const outside: string[] = []
    let unrecorded = 0
    let old = ''
    let recordedAtEgress = true
    const host = await makeHost({
      edit: (bundle) => ({ ...restoreEarlier(bundle), settings: { ...bundle.settings, canary: 'Ref {canary}' } }),
      async upstream(request) {
        outside.push(sentText(request))
        const [newest] = await host.index.search('acme' as never, { limit: 1 })
        // The decision of this very call: it has no outcome yet.
        if (!newest || newest.outcome || newest.decision.action === 'block') recordedAtEgress = false
        return speak(/<CREDIT_CARD_[a-z2-7]{16}>/.exec(sentText(request))![0], old, stream)
      },
    })
    const key = await host.addKey()
    const [token] = await host.vault.conceal(
      { tenant: 'acme' as never, scope: /^pk_([a-z2-7]+)_/.exec(key)![1] as never },
      [{ entity: 'EMAIL_ADDRESS' as never, value: 'old@corp.example.com' }],
      new Set(),
    )
    old = token!
    let total = Number.POSITIVE_INFINITY
    let tried = 0
    let refused = 0
    for (let n = 1; n <= total; n++) {
      const faulty = failAt(host, n)
      let got: Got | undefined
      const before = outside.length
      try {
        got = await read(await proxy(makeCall({ key, body: body(stream) }), faulty.host))
      } catch (error) {
        // Before anything is known of a call there is nobody to answer: the host closes the connection.
        expect(faulty.names.length).toBe(1)
        expect(outside.length).toBe(before)
        expect(error).toBeInstanceOf(Error)
      }
      await host.settle()
      if (total === Number.POSITIVE_INFINITY && faulty.calls() < n) {
        total = faulty.calls()
        // The last run had no fault: it shows what must come out.
        expect(got?.status).toBe(200)
        break
      }
      tried++
      if (got) {
        const text = got.text + JSON.stringify(got.headers)
        expect(text).not.toContain(LEAK)
        expect(text).not.toContain('fault:')
        expect(text.toLowerCase()).not.toContain('must never tell anyone that')
        if (got.status !== 200) {
          refused++
          expect(text).not.toContain(CANARY)
        } else if (stream && !got.text.endsWith('[DONE]\n\n')) {
          refused++
          expect(JSON.parse(got.events().at(-1)!).error.code).toBe('internal')
        }
        if (got.status === 200 && outside.length === before) unrecorded++
      }
    }
    expect(outside.join()).not.toMatch(/4111|1111 1111/)
    expect(recordedAtEgress).toBe(true)
    expect(unrecorded).toBe(0)
    expect(tried).toBeGreaterThanOrEqual(stream ? 40 : 20)
    // All but the outcome record, which comes too late to refuse anything, and times and ids of it, refuse the call.
    expect(refused).toBeGreaterThanOrEqual(tried - 4)
    expect(/4111 1111|ghp_|fault:/.exec(await host.dump('acme'))).toBeNull()
    expect(await host.verify('acme')).toMatchObject({ broken: undefined })
    console.log(`faults: ${tried} port calls failed in turn, ${stream ? 'streamed' : 'whole'}`)
  }, 60_000)
})
