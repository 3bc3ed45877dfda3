/** What stands beside a value that goes: it joins nothing, and nothing that is put back stays out because of its neighbours. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answer, eventStream, makeHost } from '#host'
import { dropMark } from '../src/edits.ts'
import { id } from '../src/ids.ts'
import { maskOf } from '../src/masks.ts'
import { proxy } from '../src/proxy.ts'
import { isDrawnPhone } from '../src/surrogates/phones.ts'
import type { Action, Json } from '../src/types.ts'
import { ruled } from './support/actions.ts'
import { joinStream, makeCall, read, sentText } from './support/call.ts'
import { cutAt } from './support/toys.ts'

const NAMES = ['CREDIT_CARD', 'EMAIL_ADDRESS', 'US_SSN', 'PHONE_NUMBER', 'IBAN_CODE', 'IP_ADDRESS']
const all = (action: Action) => Object.fromEntries(NAMES.map((name) => [name, action]))

/** `reply`: what the model says to what it was sent. */
async function start(rulings: Parameters<typeof ruled>[0], reply: (sent: string) => string) {
  let sent = ''
  let cut: (text: string) => readonly string[] = (text) => [text]
  const host = await makeHost({
    edit: ruled(rulings),
    upstream(request) {
      const body = JSON.parse(sentText(request))
      sent = body.messages.at(-1).content
      const content = reply(sent)
      if (!body.stream) {
        return answer(200, { choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }] })
      }
      const chunk = (delta: Json, finish: Json = null) =>
        `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`
      return eventStream([...cut(content).map((one) => chunk({ content: one })), chunk({}, 'stop'), 'data: [DONE]\n\n'])
    },
  })
  const key = await host.addKey()
  const call = (content: string, stream: boolean) =>
    proxy(makeCall({ key, body: { model: 'm', stream, messages: [{ role: 'user', content }] } }), host).then(read)
  return {
    sent: () => sent,
    async ask(content: string): Promise<string> {
      const got = await call(content, false)
      return (got.json() as { choices: { message: { content: string } }[] }).choices[0]!.message.content
    },
    async stream(content: string, cuts: (text: string) => readonly string[]): Promise<string> {
      cut = cuts
      return joinStream((await call(content, true)).events())['0.content'] ?? ''
    },
  }
}

const SEAMS = [
  ['pay 4111 1111 219-09-9998 1111 1111 now', 'pay 4111 1111 [US_SSN] 1111 1111 now'],
  ['IBAN DE89 3704 ann@corp.com 0044 0532 0130 00', 'IBAN DE89 3704 [EMAIL_ADDRESS] 0044 0532 0130 00'],
  ['IBAN gb82 west ann@corp.com 1234 5698 7654 32', 'IBAN gb82 west [EMAIL_ADDRESS] 1234 5698 7654 32'],
  ['4111-1111-\nann@corp.com\n-1111-1111', '4111-1111-\n[EMAIL_ADDRESS]\n-1111-1111'],
  ['4111 1111 bob@corp.org ann@corp.com 1111 1111', '4111 1111 [EMAIL_ADDRESS] 1111 1111'],
] as const

describe('dropped', () => {
  test.each(SEAMS)('of a request, its neighbours do not become a value: %j', async (text, expected) => {
    const { ask, sent } = await start({ send: all('drop') }, () => 'ok')
    await ask(text)
    expect(sent()).toBe(expected)
    await ask(sent())
    expect(sent()).toBe(expected)
  })
  test.each(SEAMS)('of an answer, whole and streamed: %j', async (text, expected) => {
    const { ask, stream } = await start({ receive: all('drop') }, () => text)
    expect(await ask('go on')).toBe(expected)
    expect(await stream('go on', (one) => [...one])).toBe(expected)
    for (let at = 1; at < text.length; at += 3) {
      expect(await stream('go on', (one) => [one.slice(0, at), one.slice(at)])).toBe(expected)
    }
  })
  test('what is dropped never leaves a value, and streams as it is told at once', async () => {
    const values = ['219-09-9998', 'ann@corp.com', '4929 1234 5678 9015', '10.20.30.40']
    const whole = ['4111 1111 1111 1111', 'DE89 3704 0044 0532 0130 00', 'bob.lee@corp.org', '10.9.8.7']
    const piece = fc
      .constantFrom(...whole)
      .chain((text) => fc.nat(text.length).map((at) => [text, cutAt(text, [at])] as const))
    const gap = fc.constantFrom(' ', '  ', ' - ', '\n', ', ', ' and so on ')
    const texts = fc
      .tuple(piece, gap, fc.constantFrom(...values), gap, fc.constantFrom('', 'x ', ' is it. '))
      .map(([[of, parts], one, value, two, end]) => [of, `ssn ${parts.join(one + value + two)} ${end}`] as const)
    // An address has no blanks; numbers may.
    const squeeze = (text: string, of: string) => (of.includes('@') ? text : text.replaceAll(/[\s-]/g, ''))
    let next = ''
    const { ask, stream, sent } = await start({ send: all('drop'), receive: all('drop') }, () => next)
    await fc.assert(
      fc.asyncProperty(texts, fc.array(fc.nat(), { maxLength: 9 }), async ([of, text], cuts) => {
        next = 'ok'
        await ask(text)
        const once = sent()
        expect(squeeze(once, of)).not.toContain(squeeze(of, of))
        next = text
        const told = await ask('go on')
        expect(await stream('go on', (one) => cutAt(one, cuts))).toBe(told)
        expect(squeeze(told, of)).not.toContain(squeeze(of, of))
      }),
      { numRuns: 150 },
    )
  }, 120_000)
  test('a long row of what is not seen does not hold the stream back', async () => {
    const { stream } = await start({ receive: { INVISIBLE_TEXT: 'drop' } }, () => `41${'\u200b'.repeat(3000)}11 x`)
    expect(await stream('go on', (one) => one.match(/.{1,50}/gsu)!)).toBe('41[INVISIBLE_TEXT]11 x')
  })
  test.each([
    ['pay ', ' now', false],
    ['', ' 4111', false],
    ['4111 ', '', false],
    ['4111 ', ' now', true],
    ['my card ', ' 12/27', true],
    ['I am 42 and pay ', ' now', false],
    ['gb82 west ', ' lond 1234', true],
    ['4111 [X] ', ' 1111', false],
    ['Ann ', ' Lee', true],
    ['Ann ', ' left', false],
    ['AKIA', 'ABCD', true],
    ['ann@corp ', '.com', true],
    ['ann@', ' corp.com', true],
    ['ann.lee ', ' @corp.com', true],
    ['ann.lee@ ', ' corp.com', true],
    ['I thank you. ', ' is it', false],
    ['pay (', ') now', false],
    ['pay ', '.', false],
    ['请付', '谢谢', false],
    ['in 2024 we all went out to pay ', ' as we were asked to do by 2025', false],
  ])('a mark stays between %j and %j: %s', (left, right, stays) => {
    expect(dropMark(left, right, '[X]')).toBe(stays ? '[X]' : '')
  })
})

describe('put back', () => {
  const MAIL = 'ann.lee@corp.example.com'
  const BESIDE = [
    '“X”',
    '«X»',
    '—X—',
    '–X–',
    'X…',
    'X’s',
    '「X」',
    'X。',
    '\u00a0X\u00a0',
    '•X',
    '→X',
    '😀X😀',
    '请写X吧',
    'はXに',
    '은X는',
  ]
  for (const action of ['surrogate', 'formatPreserving'] as const) {
    test.each(BESIDE)(`${action} beside %s, whole and streamed`, async (text) => {
      const { ask, stream } = await start({ send: all(action), receive: all('allow') }, (sent) =>
        text.replace('X', sent.slice(5)),
      )
      const expected = text.replace('X', MAIL)
      expect(await ask(`mail ${MAIL}`)).toBe(expected)
      expect(await stream(`mail ${MAIL}`, (one) => one.split(''))).toBe(expected)
    })
  }
  test.each(['éX', 'Xé', 'X\u0301', 'X٣', 'X𝐚', '𝐚X', '𝐚.X', 'X.𝐚', 'яX'])('not within a word: %s', async (text) => {
    let told = ''
    const { ask, stream } = await start({ send: all('surrogate'), receive: all('allow') }, (sent) => {
      told = text.replace('X', sent.slice(5))
      return told
    })
    expect(await ask(`mail ${MAIL}`)).toBe(told)
    expect(await stream(`mail ${MAIL}`, (one) => one.split(''))).toBe(told)
  })
})

test('the entity that guardrails/README.md shows for formatPreserving does get a value of its format', async () => {
  const { ask, sent } = await start({ send: { US_SSN: 'formatPreserving' } }, (text) => text)
  expect(await ask('my ssn is 219-09-9998.')).toBe('my ssn is 219-09-9998.')
  expect(sent()).toMatch(/^my ssn is 9\d\d-[0-4]\d-\d{4}\.$/)
})

test('a number that rings nowhere may have an extension of ours, and no other', async () => {
  expect(isDrawnPhone('+1 212-555-0100')).toBe(true)
  expect(isDrawnPhone('+1 212-555-0100 x 2127365000')).toBe(false)
  expect(isDrawnPhone('+39 000 12345678 ext. 42')).toBe(false)
  const { ask, sent } = await start({ send: all('surrogate') }, (text) => text)
  for (const text of ['phone +1 212-555-0100 x 2127365000', 'phone +1 212-867-5309 x 4211']) {
    expect(await ask(text)).toBe(text)
    const once = sent()
    expect(once).not.toMatch(/2127365000|4211/)
    await ask(once)
    expect(sent()).toBe(once)
  }
})

test('a mask of an address without an @ keeps nothing', () => {
  const rule = { ref: id('email@1'), entity: id('EMAIL_ADDRESS'), label: id('pii.email') }
  const mask = (value: string) => maskOf({ start: 0, end: value.length, score: 1, rule }, value)
  expect(mask('ann%40corp.com')).toBe('••••')
  expect(mask('ann.lee.longer＠corp.com')).toBe('••••')
  expect(mask('bartholomew.longname@corp.co')).toBe('••••@corp.co')
})
