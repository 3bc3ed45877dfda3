/** What becomes of values, end to end: real rules and stores; rulings and the model are the test's. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answer, eventStream, makeHost, type TestHost } from '#host'
import { decide } from '../src/decide.ts'
import { extract } from '../src/extract.ts'
import { id } from '../src/ids.ts'
import { collectLeaks } from '../src/leaks.ts'
import { mirror } from '../src/mirror/index.ts'
import { proxy } from '../src/proxy.ts'
import type { Transformed } from '../src/transform.ts'
import { ACTIONS, type Action, type Grant, type Json } from '../src/types.ts'
import { COMES_BACK, ruled } from './support/actions.ts'
import { joinStream, makeCall, read, sentText } from './support/call.ts'
import { cutAt } from './support/toys.ts'

const CARD = '4929 1234 5678 9015'
const MAIL = 'ann.lee@corp.example.com'
const SSN = '219-09-9998'
const PHONE = '(212) 867-5309'
const IBAN = 'DE89370400440532013000'
const IP = '10.20.30.40'
const VALUES = {
  CREDIT_CARD: CARD,
  EMAIL_ADDRESS: MAIL,
  US_SSN: SSN,
  PHONE_NUMBER: PHONE,
  IBAN_CODE: IBAN,
  IP_ADDRESS: IP,
}
type Name = keyof typeof VALUES
const NAMES = Object.keys(VALUES) as Name[]
const all = (action: Action) => Object.fromEntries(NAMES.map((name) => [name, action]))
const chat = (content: Json, more = {}) => ({ model: 'mirror', messages: [{ role: 'user', content }], ...more })
/** So that what needs words around it is found. */
const sentence = (name: Name) =>
  ({ US_SSN: `my ssn is ${SSN}.`, PHONE_NUMBER: `call my phone ${PHONE}.` })[name as string] ?? `it is ${VALUES[name]}.`

interface Setup {
  readonly host: TestHost
  readonly key: string
  /** What the model was sent, as text of the last message. */
  readonly sent: string[]
  say(content: string): Promise<string>
  ask(content: Json, more?: object): Promise<string>
}
/** `reply`: what the model says to what it was sent; as it is, if not given. */
async function start(rulings: Parameters<typeof ruled>[0], reply = (sent: string) => sent): Promise<Setup> {
  const sent: string[] = []
  let next = reply
  const host = await makeHost({
    edit: ruled(rulings),
    upstream(request) {
      const body = JSON.parse(sentText(request))
      sent.push(body.messages.at(-1).content)
      const message = { role: 'assistant', content: next(sent.at(-1)!) }
      return answer(200, { choices: [{ index: 0, message, finish_reason: 'stop' }] })
    },
  })
  const key = await host.addKey()
  const ask = async (content: Json, more = {}) => {
    const got = await read(await proxy(makeCall({ key, body: chat(content, more) }), host))
    if (got.status !== 200) return got.text
    return (got.json() as { choices: { message: { content: string } }[] }).choices[0]!.message.content
  }
  return {
    ...{ host, key, sent, ask },
    say: async (content) => {
      next = () => content
      return ask('go on')
    },
  }
}

describe('sent', () => {
  test.each(ACTIONS.filter((action) => action !== 'allow' && action !== 'block').map((action) => [action]))(
    '%s: no value reaches the model, and what comes back is what should',
    async (action) => {
      const { ask, sent } = await start({ send: all(action), receive: all('allow') })
      for (const name of NAMES) {
        const text = sentence(name)
        const got = await ask(text)
        const out = sent.at(-1)!
        expect(out).not.toContain(VALUES[name])
        if (COMES_BACK.has(action)) expect(got).toBe(text)
        else expect(got).toBe(out)
      }
    },
  )
  test('what each looks like', async () => {
    const look = async (action: Action, text: string) => {
      const { ask, sent } = await start({ send: all(action) })
      await ask(text)
      return sent[0]
    }
    expect(await look('mask', `pay ${CARD} now`)).toBe('pay •••• 9015 now')
    expect(await look('redact', `pay ${CARD} now`)).toBe('pay [CREDIT_CARD] now')
    expect(await look('hash', `pay ${CARD} now`)).toMatch(/^pay <CREDIT_CARD#[a-z2-7]{16}> now$/)
    expect(await look('pseudonymise', `pay ${CARD} now`)).toMatch(/^pay <CREDIT_CARD_[a-z2-7]{16}> now$/)
    expect(await look('surrogate', `pay ${CARD} now`)).toMatch(/^pay 4\d{3} \d{4} \d{4} \d{4} now$/)
    expect(await look('formatPreserving', `mail ${MAIL} now`)).toMatch(
      /^mail [a-z]{3}\.[a-z]{3}@[a-z]{4}\.[a-z]{7}\.zzz now$/,
    )
    expect(await look('surrogate', `mail ${MAIL} now`)).toMatch(
      /^mail [a-z]+\.[a-z]+\.[a-z2-7]{4}@example\.(com|org|net) now$/,
    )
    expect(await look('allow', `pay ${CARD} now`)).toBe(`pay ${CARD} now`)
  })
  test.each([
    [`pay ${CARD} now`, 'pay now'],
    [`${CARD} now`, 'now'],
    [`pay ${CARD}.`, 'pay.'],
    [`pay ${CARD}`, 'pay'],
    [`pay (${CARD}) now`, 'pay () now'],
    [`a\n${CARD} b`, 'a\nb'],
    [`${CARD} ${MAIL} x`, 'x'],
    [`a ${CARD} ${MAIL} x`, 'a x'],
    [CARD, ''],
  ])('dropped, with the blank beside it: %j', async (text, expected) => {
    const { ask, sent } = await start({ send: all('drop') })
    await ask(text)
    expect(sent[0]).toBe(expected)
  })
  test('hashes are the same for the same value in one scope, and in no other', async () => {
    const { host, key, ask, sent } = await start({ send: all('hash') })
    await ask(`${MAIL} and ${MAIL} and ann@b.org`)
    await ask(MAIL)
    await proxy(makeCall({ key: await host.addKey(), body: chat(MAIL) }), host)
    await proxy(makeCall({ key: await host.addKey({ tenant: 'umbrella' as never }), body: chat(MAIL) }), host)
    const hashes = sent.flatMap((text) => text.match(/<EMAIL_ADDRESS#[a-z2-7]{16}>/g) ?? [])
    expect(hashes).toHaveLength(6)
    expect(new Set(hashes).size).toBe(4)
    expect(hashes[0]).toBe(hashes[1])
    expect(hashes[0]).toBe(hashes[3])
    expect(key).toBeDefined()
  })
  test('what was masked, hashed, dropped or redacted does not come back; the four digits of a mask do', async () => {
    for (const action of ['mask', 'hash', 'drop', 'redact'] as const) {
      const { ask } = await start(
        { send: all(action), receive: all('allow') },
        () => `${CARD} or 4929-1234-5678-9015; ends in 9015, •••• 9015`,
      )
      expect(await ask(`pay ${CARD} now`)).toBe('[REDACTED] or [REDACTED]; ends in 9015, •••• 9015')
    }
  })
  test('the same value under another rule, which would let it come back, does not', () => {
    const value = 'kilo tango 4711'
    const document = extract({ a: value }, { places: {}, source: () => 'user', inner: true, shortest: 1 })
    const [segment] = document.segments.filter(({ kind }) => kind === 'string')
    const findings = (['surrogate', 'redact'] as const).map((action) => {
      return { start: 0, end: value.length, score: 1, rule: { ref: id('r@1'), entity: id('E'), label: id(action) } }
    })
    const on = (_: unknown, label: string) => ({ action: label as Action, policies: [] })
    const decision = decide({ on } as unknown as Grant, [{ segment: segment!, findings }])
    const sent = {
      redacted: new Set([value]),
      minted: new Map(),
      surrogates: new Map(),
      typed: new Set(),
      texts: new Map(),
    }
    const leaks = collectLeaks(document.segments, decision, sent as unknown as Transformed)
    expect(leaks.known.size).toBe(0)
    expect(leaks.needles.map((needle) => needle.value)).toEqual([value])
  })
  test('the record says what was done, of a value without a surrogate too', async () => {
    const { host, key } = await start({ send: { EMAIL_ADDRESS: 'surrogate', US_SSN: 'hash', SECRET: 'mask' } })
    const got = await read(
      await proxy(makeCall({ key, body: chat(`mail ${MAIL}, ${'x'.repeat(120)}@a.org ssn ${SSN}`) }), host),
    )
    await host.settle()
    const entry = await host.index.get('acme' as never, got.headers['x-parapet-decision']!)
    expect(entry!.decision.transforms.map(({ action, count }) => [action, count])).toEqual(
      expect.arrayContaining([
        ['surrogate', 1],
        ['hash', 1],
      ]),
    )
    expect(JSON.stringify(entry)).not.toContain('example')
  })
})

describe('received', () => {
  test.each([
    ['redact', 'pay [CREDIT_CARD] now'],
    ['mask', 'pay •••• 9015 now'],
    ['drop', 'pay now'],
    ['allow', `pay ${CARD} now`],
    ['pseudonymise', 'pay [CREDIT_CARD] now'],
    ['surrogate', 'pay [CREDIT_CARD] now'],
    ['formatPreserving', 'pay [CREDIT_CARD] now'],
  ] as const)('%s', async (action, expected) => {
    const { say, host } = await start({ receive: all(action) })
    expect(await say(`pay ${CARD} now`)).toBe(expected)
    await host.settle()
  })
  test('hash, and block', async () => {
    const { say } = await start({ receive: { ...all('hash'), EMAIL_ADDRESS: 'block' } })
    expect(await say(`pay ${CARD} now`)).toMatch(/^pay <CREDIT_CARD#[a-z2-7]{16}> now$/)
    expect(await say(`mail ${MAIL} now`)).toContain('guardrail_blocked')
  })
})

/** The surrogates in what was sent, of values that were sent with one blank between them. */
describe('surrogates', () => {
  const MAILS = Array.from({ length: 60 }, (_, i) => `person${i}@corp${i % 7}.example.com`)

  test('are the same for the same value, others for others, and others for other callers', async () => {
    const { host, ask, sent } = await start({ send: all('surrogate') })
    expect(await ask(MAILS.join(' '))).toBe(MAILS.join(' '))
    expect(await ask([...MAILS].reverse().join(' '))).toBe([...MAILS].reverse().join(' '))
    expect(new Set(sent[0]!.split(' ')).size).toBe(MAILS.length)
    expect(sent[1]!.split(' ').reverse()).toEqual(sent[0]!.split(' '))
    await proxy(makeCall({ key: await host.addKey(), body: chat(MAILS.join(' ')) }), host)
    expect(sent[2]!.split(' ').filter((one) => sent[0]!.includes(one))).toEqual([])
  })

  test('as many IP addresses as there are of a range get different ones, and the rest pseudonyms', async () => {
    const { ask, sent } = await start({ send: all('surrogate') })
    const ips = Array.from({ length: 1100 }, (_, i) => `10.${20 + (i >> 8)}.${i & 255}.7`).join(' ')
    expect(await ask(ips)).toBe(ips)
    const out = sent[0]!.split(' ')
    expect(new Set(out).size).toBe(1100)
    expect(out.filter((one) => one.startsWith('<IP_ADDRESS_')).length).toBe(100)
    expect(sent[0]).not.toMatch(/(?<![.\d])10\./)
  }, 60_000)

  test('sending again what was sent changes nothing: neither surrogates nor hashes nor any mark', async () => {
    const part = fc.constantFrom<string>(
      ...NAMES.map(sentence),
      'hello ',
      '<b>',
      ' Kim 4 ',
      '\n',
      `ghp_${'a1B2c3D4e5'.repeat(3)}aaaaaa `,
    )
    const texts = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(' '))
    for (const action of ACTIONS.slice(1, -1)) {
      const { ask, sent, host } = await start({ send: { ...all(action), 'secret.github-token': action } })
      const runs = fc.asyncProperty(texts, async (text) => {
        await ask(text)
        const once = sent.at(-1)!
        if (once.trim() === '') return
        await ask(once)
        expect(sent.at(-1)).toBe(once)
      })
      await fc.assert(runs, { numRuns: 25 })
      await host.settle()
    }
  }, 120_000)

  test('one that the caller typed is neither made nor put back', async () => {
    const { ask, sent } = await start({ send: all('surrogate') })
    await ask(MAIL)
    const other = sent[0]!
    // Alone it is nobody's: it goes as it is, and comes back as it is.
    expect(await ask(`mail ${other}`)).toBe(`mail ${other}`)
    expect(sent[1]).toBe(`mail ${other}`)
    // Beside the value, the value gets another.
    expect(await ask(`${other} or ${MAIL}`)).toBe(`${other} or ${MAIL}`)
    expect(sent[2]!.startsWith(`${other} or `)).toBe(true)
    expect(sent[2]!.slice(other.length + 4)).not.toBe(other)
    // Wherever in the request it stands, as a part of something longer too.
    expect(await ask(MAIL, { metadata: { note: `x${other}x` } })).toBe(MAIL)
    expect(sent[3]).not.toBe(other)
  })

  test('only what is exactly one, and stands alone, is put back', async () => {
    let other = ''
    const told = [
      ['X', MAIL],
      ['(X)', `(${MAIL})`],
      ['"X".', `"${MAIL}".`],
      ['<X>', `<${MAIL}>`],
      ['mailto:X?', `mailto:${MAIL}?`],
      ['**X**', `**${MAIL}**`],
      ['_X_', `_${MAIL}_`],
      ['aX', undefined],
      ['X1', undefined],
      ['jo.X', undefined],
      ['X.au', undefined],
      ['X-b', undefined],
    ] as const
    for (const [text, expected] of told) {
      const { ask } = await start({ send: all('surrogate'), receive: all('allow') }, (sent) => {
        other = sent.slice(5)
        return text.replace('X', other)
      })
      expect(await ask(`mail ${MAIL}`)).toBe(expected ?? text.replace('X', other))
    }
  })

  test('one is put back also where its kind may not be told, in place of what is found in it', async () => {
    const { ask } = await start({ send: all('surrogate'), receive: all('block') }, (sent) => `so ${sent}`)
    expect(await ask(`mail ${MAIL}`)).toBe(`so mail ${MAIL}`)
  })
  test('but not if policy does not restore it, and not in another request', async () => {
    const closed = await start({ send: all('surrogate'), restore: all('block'), receive: all('allow') })
    expect(await closed.ask(`mail ${MAIL}`)).toBe(closed.sent[0])
    const open = await start({ send: all('surrogate'), receive: all('allow') })
    await open.ask(`mail ${MAIL}`)
    expect(await open.say(open.sent[0]!)).toBe(open.sent[0])
  })

  test('in JSON: strings stay strings, numbers stay numbers, in what is sent and in what is told', async () => {
    const bodies: string[] = []
    const host = await makeHost({
      edit: ruled({ send: all('formatPreserving') }),
      upstream(request) {
        bodies.push(sentText(request))
        return mirror(request)
      },
    })
    const key = await host.addKey()
    const call = (args: string) => ({ id: 'call_1', type: 'function', function: { name: 'pay', arguments: args } })
    const messages = [
      { role: 'assistant', tool_calls: [call(`{"pan":4929123456789015,"to":"${MAIL}"}`)] },
      { role: 'tool', tool_call_id: 'call_1', content: 'ok' },
    ]
    await proxy(makeCall({ key, body: { model: 'm', messages, metadata: { n: 4929123456789015 } } }), host)
    const out = JSON.parse(bodies[0]!)
    const args = JSON.parse(out.messages[0].tool_calls[0].function.arguments)
    expect(typeof args.pan).toBe('number')
    expect(String(args.pan)).toMatch(/^4\d{15}$/)
    expect(out.metadata.n).toBe(args.pan)
    expect(args.to).toMatch(/^[a-z.]+@[a-z.]+\.zzz$/)
    expect(args.to.length).toBe(MAIL.length)
    expect(bodies[0]).not.toMatch(/4929123456789015|ann\.lee/)
  })

  test('streamed, at every cut, what is told is what is told at once', async () => {
    const part = fc.constantFrom(
      'A',
      'B',
      'C',
      'D',
      ' ',
      '.',
      'x',
      ', ',
      '-',
      `ghp_${'a1B2'.repeat(9)}`,
      '5500 0000 0000 0004',
      ' or ',
      '"',
      '{',
      '😀',
      'a.b@c.org ',
    )
    const spoken = fc.array(part, { size: 'max', maxLength: 14 }).map((parts) => parts.join(''))
    let next: (sent: string[]) => ReturnType<typeof answer> = () => answer(200, {})
    const host = await makeHost({
      edit: ruled({
        send: all('surrogate'),
        receive: { CREDIT_CARD: 'drop', EMAIL_ADDRESS: 'mask', GITHUB_TOKEN: 'hash' },
      }),
      upstream: (request) => next(JSON.parse(sentText(request)).messages[0].content.split(' | ')),
    })
    const key = await host.addKey()
    const asked = [MAIL, CARD, `phone ${PHONE}`, IP]
    const get = async (stream: boolean) =>
      read(await proxy(makeCall({ key, body: chat(asked.join(' | '), { stream }) }), host))
    const fill = (text: string, sent: string[]) =>
      text.replaceAll(/[ABCD]/g, (name) => sent[name.charCodeAt(0) - 65]!.replace('phone ', ''))
    let restored = 0
    await fc.assert(
      fc.asyncProperty(
        spoken,
        spoken,
        fc.array(fc.nat(), { maxLength: 20 }),
        fc.boolean(),
        async (text, arg, cuts, single) => {
          const args = (sent: string[]) => JSON.stringify({ q: fill(arg, sent), n: [5500000000000004] })
          next = (sent) => {
            const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: args(sent) } }
            const message = { role: 'assistant', content: fill(text, sent), tool_calls: [call] }
            return answer(200, { choices: [{ index: 0, message, finish_reason: 'stop' }] })
          }
          const whole = (
            (await get(false)).json() as {
              choices: { message: { content: string; tool_calls: { function: { arguments: string } }[] } }[]
            }
          ).choices[0]!.message
          if (whole.content.includes(MAIL)) restored++
          next = (sent) => {
            const chunk = (delta: Json, finish: Json = null) =>
              `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`
            const pieces = (of: string) => (single ? [...of] : cutAt(of, cuts))
            const tool = { id: 'call_1', type: 'function' }
            return eventStream([
              ...pieces(fill(text, sent)).map((content) => chunk({ content })),
              chunk({ tool_calls: [{ index: 0, ...tool, function: { name: 'f', arguments: '' } }] }),
              ...pieces(args(sent)).map((one) => chunk({ tool_calls: [{ index: 0, function: { arguments: one } }] })),
              chunk({}, 'stop'),
              'data: [DONE]\n\n',
            ])
          }
          const joined = joinStream((await get(true)).events())
          expect(joined['0.content'] ?? '').toBe(whole.content)
          expect(joined['0.tool0']).toBe(whole.tool_calls[0]!.function.arguments)
        },
      ),
      { numRuns: 200 },
    )
    expect(restored).toBeGreaterThan(5)
    await host.settle()
  }, 120_000)
})
