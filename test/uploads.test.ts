/** Files on their way out: rewritten line by line or window by window, with what each line alone would become. */
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { makeHost, type TestHost } from '#host'
import { combine } from '../src/detectors/combine.ts'
import { disguised } from '../src/detectors/disguise.ts'
import { pseudonyms, TOKEN } from '../src/detectors/pseudonyms.ts'
import { Denial } from '../src/errors.ts'
import { createSummary, type FileSummary } from '../src/files/upload-judging.ts'
import { type FileKind, rewriteFile, type Uploading } from '../src/files/uploads.ts'
import { openaiChat } from '../src/formats/openai-chat.ts'
import { openaiExample, openaiItem } from '../src/formats/openai-lines.ts'
import { id } from '../src/ids.ts'
import type { Detector, Grant, Label, Ruling } from '../src/types.ts'
import { anyCuts, type Cuts, cut, encode, join, makeSpools, readAll } from './support/bytes.ts'
import { CARD, toyCards, toyWord, WORD } from './support/toys.ts'

/** Cards are masked, mail is pseudonymised, secrets block, blobs pass unless told otherwise. */
const RULINGS: Record<string, Ruling['action']> = {
  'pii.payment-card': 'redact',
  'pii.email': 'pseudonymise',
  'secret.word': 'block',
  'unscannable.document': 'block',
}
const MAIL = { ref: id('toy-mail@1'), entity: id('EMAIL_ADDRESS'), label: id('pii.email') }
const toyMail = toyWord('ann@example.com', MAIL)
const detector = combine([disguised(combine([toyCards, toyMail, toyWord('hunter2', WORD)])), pseudonyms])
const LIMITS = { requestBytes: 20_000, depth: 32 } as Uploading['limits']

function makeGrant(model = 'mirror'): Grant {
  const on = (_: unknown, label: Label): Ruling => ({
    action: RULINGS[label] ?? 'allow',
    policies: [id(`rule-${label}`)],
  })
  return { on, principal: { id: id('key-1') }, operation: { format: openaiChat, model: id(model) } } as unknown as Grant
}

let host: TestHost
beforeAll(async () => {
  host = await makeHost()
})

interface Rewritten {
  readonly text: string
  readonly bytes: Uint8Array
  readonly summary: FileSummary
  readonly kept: readonly string[]
  readonly same: boolean
}
async function rewrite(
  bytes: Uint8Array,
  kind: FileKind,
  more: Partial<Uploading> & { cuts?: Cuts } = {},
): Promise<Rewritten> {
  const spools = makeSpools()
  const kept: string[] = []
  const summary = createSummary()
  const file = { size: bytes.length, chunks: () => cut(bytes, more.cuts ?? [4096]), discard: async () => {} }
  const uploading: Uploading = {
    grant: makeGrant(),
    detector,
    vault: host.vault,
    scope: { tenant: id('acme'), scope: id('key-1') },
    chain: undefined,
    limits: LIMITS,
    spool: spools.spool,
    pause: async () => {},
    addRemote: async (seen) => seen,
    authorizeLine: async ({ body }) => makeGrant(String(body.model)),
    checkReferences: async () => {},
    keepTokens: async (tokens) => void kept.push(...tokens),
    ...more,
  }
  try {
    const out = await rewriteFile(file, kind, uploading, summary)
    const result = await readAll(out.chunks())
    expect(result.length).toBe(out.size)
    await out.discard()
    expect(spools.left()).toBe(0)
    return { text: new TextDecoder().decode(result), bytes: result, summary, kept, same: out === file }
  } catch (error) {
    expect(spools.left(), 'what is half rewritten').toBe(0)
    throw error
  }
}
const refusal = async (work: Promise<unknown>): Promise<Denial> => {
  const error = await work.then(
    () => undefined,
    (thrown) => thrown,
  )
  expect(error).toBeInstanceOf(Denial)
  return error as Denial
}

const CHAT: FileKind = { is: 'records', format: openaiExample }
const chat = (text: string) => JSON.stringify({ messages: [{ role: 'user', content: text }] })
const call = (text: string, fields = {}) => {
  const body = { model: 'mirror', messages: [{ role: 'user', content: text }] }
  return JSON.stringify({ custom_id: 'a', method: 'POST', url: '/v1/chat/completions', body, ...fields })
}
const words = fc
  .array(
    fc.constantFrom('ann@example.com', '4111111111111111', 'plain', '"', '\n', '\\', '\\u0034', 'é😀', ' ', '[1,2]'),
    {
      maxLength: 8,
    },
  )
  .map((list) => list.join(''))

test('a file in any chunks becomes what its lines become one by one, in any groups', async () => {
  const ends = fc.constantFrom('\n', '\r\n', '\n\n', '\r')
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(words, ends), { maxLength: 12 }), anyCuts, async (list, cuts) => {
      const lines = list.map(([text, end]) => chat(text) + end)
      const { text, summary } = await rewrite(encode(lines.join('')), CHAT, { cuts })
      let alone = ''
      let found = 0
      for (const line of lines) {
        const one = await rewrite(encode(line), CHAT)
        alone += one.text
        found += one.summary.tally.found
      }
      expect(text).toBe(alone)
      expect(summary.tally.found).toBe(found)
    }),
    { numRuns: 60 },
  )
})

test('values are taken out of every line, pseudonyms are told, and it is all counted', async () => {
  const lines = ['mail ann@example.com', 'card 4111111111111111', 'nothing'].map(chat)
  const { text, summary, kept } = await rewrite(encode(lines.join('\n')), CHAT)
  const [mail, card, nothing] = text.trimEnd().split('\n')
  expect(kept).toHaveLength(1)
  expect(kept[0]).toMatch(TOKEN)
  expect(JSON.parse(mail!).messages[0].content).toBe(`mail ${kept[0]}`)
  expect(JSON.parse(card!).messages[0].content).toBe('card [CREDIT_CARD]')
  expect(nothing).toBe(chat('nothing'))
  expect(await host.vault.reveal({ tenant: id('acme'), scope: id('key-1') }, kept)).toEqual(['ann@example.com'])
  expect(summary.tally.found).toBe(2)
  expect(summary.tally.findings.map(({ rule, place, source, action }) => [rule, place, source, action])).toEqual([
    ['toy-mail@1', '/file/messages/0/content', 'user', 'pseudonymise'],
    ['toy-card@1', '/file/messages/0/content', 'user', 'redact'],
  ])
  expect([...summary.tally.edits.values()].map(({ action, count }) => [action, count])).toEqual([
    ['pseudonymise', 1],
    ['redact', 1],
  ])
  expect([...summary.policies].sort()).toEqual(['rule-pii.email', 'rule-pii.payment-card'])
  expect(summary.sources.get('user')).toEqual({ segments: 6, characters: 60 })
})

test('one bad line in ten thousand is named, whatever is wrong with it, and nothing is quoted or left', async () => {
  const bad: readonly (readonly [string | Uint8Array, RegExp])[] = [
    [chat('the word is hunter2'), /^line 7000 of the file: data that may not go/],
    ['{"messages": [}', /^line 7000 of the file: not valid JSON$/],
    ['{"a":1,"a":2}', /^line 7000 of the file: an object with the same key twice$/],
    ['[1]', /^line 7000 of the file: a line must be a JSON object$/],
    ['{"a": 12345678901234567890}', /^line 7000 of the file: a number/],
    [`${'['.repeat(40)}`, /^line 7000 of the file: nested too deeply/],
    [chat('x'.repeat(20_000)), /^line 7000 of the file is too long$/],
    [new Uint8Array([0x22, 0xff, 0x22]), /^line 7000 of the file is not valid UTF-8$/],
  ]
  const good = encode(`${chat('a good line')}\n`)
  const before = join(Array.from({ length: 6999 }, () => good))
  const after = join(Array.from({ length: 3000 }, () => good))
  for (const [line, message] of bad) {
    const bytes = typeof line === 'string' ? encode(line) : line
    const denial = await refusal(rewrite(join([before, bytes, encode('\n'), after]), CHAT, { cuts: [65_536] }))
    expect(denial.message).toMatch(message)
    expect(denial.message).not.toContain('hunter2')
    expect(denial.param).toBe('file')
    expect(denial.status).toBe(400)
    if (typeof line === 'string' && line.includes('hunter2')) expect(denial.policies).toEqual(['rule-secret.word'])
  }
})

test('each line of a batch is allowed as the call that it is', async () => {
  const asked: unknown[] = []
  const authorizeLine: Uploading['authorizeLine'] = async ({ method, url, body }) => {
    asked.push([method, url, body.model])
    if (url !== '/v1/chat/completions') throw new Denial('unmapped_operation', 'this is not served')
    if (body.model === 'secret-model') throw new Denial('permission_denied', 'not this model')
    return makeGrant()
  }
  const file = (...lines: string[]) => rewrite(encode(lines.join('\n')), { is: 'batch' }, { authorizeLine })
  const { text } = await file(call('4111111111111111'), call('fine'))
  expect(asked).toEqual(Array.from({ length: 2 }, () => ['POST', '/v1/chat/completions', 'mirror']))
  const [first, second] = text.trimEnd().split('\n')
  expect(JSON.parse(first!)).toEqual(JSON.parse(call('[CREDIT_CARD]')))
  expect(second).toBe(call('fine'))

  const wrong = async (line: string) => (await refusal(file(call('fine'), '', line))).message
  expect(await wrong(call('x', { url: '/v1/secret' }))).toBe('line 3 of the file: this is not served')
  expect(await wrong(call('x', { body: { model: 'secret-model' } }))).toBe('line 3 of the file: not this model')
  for (const fields of [
    { body: [] },
    { url: 1 },
    { method: null },
    { custom_id: 5 },
    { custom_id: undefined },
    { more: 1 },
  ]) {
    expect(await wrong(call('x', fields))).toMatch(/^line 3 of the file: a line of a batch must have/)
  }
  // What is matched by its text cannot be rewritten.
  expect(await wrong(call('x', { custom_id: '4111111111111111' }))).toMatch(/^line 3 of the file: data that may not/)
})

test('a grant of a line is asked about that line alone', async () => {
  const strict = { ...makeGrant(), on: () => ({ action: 'block' as const, policies: [id('strict')] }) }
  const authorizeLine: Uploading['authorizeLine'] = async ({ body }) => (body.model === 'a' ? makeGrant() : strict)
  const line = (model: string, content: string) => call('', { body: { model, messages: [{ role: 'user', content }] } })
  const file = (second: string) => `${line('a', '4111111111111111')}\n${line('b', second)}`
  const kind = { is: 'batch' } as const
  expect((await rewrite(encode(file('fine')), kind, { authorizeLine })).text).toContain('[CREDIT_CARD]')
  const denial = await refusal(rewrite(encode(file('4111111111111111')), kind, { authorizeLine }))
  expect([denial.message.slice(0, 6), denial.policies]).toEqual(['line 2', ['strict']])
})

test('things that lines refer to are checked line by line', async () => {
  const checkReferences: Uploading['checkReferences'] = async (segments) => {
    if (segments.some(({ text }) => text === 'file-of-others')) throw new Denial('permission_denied', 'not yours')
  }
  const denial = await refusal(rewrite(encode(`${chat('a')}\n${chat('file-of-others')}`), CHAT, { checkReferences }))
  expect([denial.reason, denial.message]).toEqual(['permission_denied', 'line 2 of the file: not yours'])
})

test('examples: chats, preferences, prompts; rows of evaluations. Who said it is known', async () => {
  const card = '4111111111111111'
  const said = (role: string) => ({ role, content: `${role} ${card}` })
  const lines = [
    {
      messages: [said('system'), said('assistant')],
      tools: [{ type: 'function', function: { name: 'f', description: card } }],
    },
    {
      input: { messages: [said('user')] },
      preferred_output: [said('assistant')],
      non_preferred_output: [said('assistant')],
    },
    { prompt: card, completion: card },
    { messages: [said('user')], answer: { [card]: Number(card) } },
  ]
  for (const format of [openaiExample, openaiItem]) {
    const { text, summary } = await rewrite(encode(lines.map((line) => JSON.stringify(line)).join('\n')), {
      is: 'records',
      format,
    })
    expect(text).not.toContain(card)
    expect(text.match(/\[CREDIT_CARD\]/g)).toHaveLength(11)
    expect([...summary.sources.keys()].sort()).toEqual(['assistant', 'system', 'unknown', 'user'])
  }
  const role = JSON.stringify({ messages: [{ role: card, content: '' }] })
  expect((await refusal(rewrite(encode(role), CHAT))).reason).toBe('guardrail_blocked')
})

test('a line with very many values, and very many lines with some, are the same to their neighbours', async () => {
  const cards = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => String(4_000_000_000_000_000 + from + i)).join(' ')
  const lines = Array.from({ length: 40 }, (_, i) => chat(cards(i * 1000, 60)))
  const { text, summary } = await rewrite(encode(lines.join('\n')), CHAT)
  expect(text.match(/\[CREDIT_CARD\]/g)).toHaveLength(2400)
  expect(summary.tally.found).toBe(2400)
  expect(summary.tally.findings).toHaveLength(100)
  const full = chat(cards(0, 1001))
  const denial = await refusal(rewrite(encode(`${lines[0]}\n${full}\n${lines[1]}`), CHAT))
  expect(denial.message).toMatch(/^line 2 of the file: more than 1000/)
})

// ── Texts ──

const ANY: FileKind = { is: 'any' }

test('a text has its values taken out, and is the same however it was cut; nothing else is changed', async () => {
  await fc.assert(
    fc.asyncProperty(words, anyCuts, async (text, cuts) => {
      const sound = `x ${text}`
      const { text: out } = await rewrite(encode(sound), ANY, { cuts })
      const expected = (await rewrite(encode(sound), ANY, { cuts: [100_000] })).text
      expect(out).toBe(expected)
      expect(out).not.toMatch(/(?<!\d)4111111111111111(?!\d)|ann@example\.com/)
      if (!/4111|u0034|ann@/.test(sound)) expect(out).toBe(sound)
    }),
    { numRuns: 200 },
  )
})

/** Windows of two hundred thousand characters, of which an eighth is seen twice. */
test('what stands across the windows of a long text is found as in a short one', async () => {
  const limits = { ...LIMITS, requestBytes: 1 }
  for (let shift = 0; shift < 40; shift += 7) {
    // Values so close that every window ends near one, some of them in escapes.
    const unit = `${'é'.repeat(60)} 4111111111111111 \\u0034111111111111111 ann@example.com 😀`
    const text = '.'.repeat(shift) + unit.repeat(3000)
    const { text: out, summary } = await rewrite(encode(text), ANY, { limits, cuts: [65_536] })
    const [token] = /<EMAIL_ADDRESS_[a-z0-9]+>/.exec(out)!
    const expected = `${'é'.repeat(60)} [CREDIT_CARD] [CREDIT_CARD] ${token} 😀`
    expect(out).toBe('.'.repeat(shift) + expected.repeat(3000))
    expect(summary.tally.found).toBe(9000)
    expect(summary.tally.findings[99]!.start - summary.tally.findings[0]!.start).toBe(33 * unit.length)
  }
})

test('a number that is too long for a card is none, wherever a window begins', async () => {
  for (let shift = 0; shift < 18; shift++) {
    const text = `${'.'.repeat(shift)}${'41111111111111111 '.repeat(3000)}`
    expect((await rewrite(encode(text), ANY)).text).toBe(text)
  }
})

test('whether a backslash is escaped is known, however far back that is told', async () => {
  for (let more = 0; more < 8; more++) {
    const end = async (slashes: number) => {
      const { text } = await rewrite(encode(`.${'\\'.repeat(slashes + more)}u0034111111111111111`), ANY, {
        cuts: [65_536],
      })
      return text.slice(-40)
    }
    expect(await end(96_000)).toBe(await end(80))
  }
})

test('a text with thousands of values, each of them once', async () => {
  const text = Array.from({ length: 3000 }, (_, i) => String(4_000_000_000_000_000 + i)).join('\n')
  const { text: out, summary } = await rewrite(encode(text), ANY)
  expect(out).toBe(Array.from({ length: 3000 }, () => '[CREDIT_CARD]').join('\n'))
  expect(summary.tally.found).toBe(3000)
})

test('a text of one row of values, and one of backslashes, come through whole', async () => {
  const solid: Detector = {
    reach: 20,
    context: 0,
    shortest: 1,
    // Every character begins a finding of twenty.
    detect: (text, { from }) => ({
      findings: Array.from({ length: Math.max(0, text.length - from) }, (_, i) => {
        return { start: from + i, end: Math.min(text.length, from + i + 20), rule: CARD, score: 1 }
      }),
      open: text.length,
    }),
  }
  const { text } = await rewrite(encode('x'.repeat(70_000)), ANY, { detector: solid })
  expect(text).toMatch(/^(?:\[CREDIT_CARD\]){1,5}$/)
  const slashes = `${'\\'.repeat(100_001)}n4111111111111111 ${'\\'.repeat(99_999)}4111111111111111`
  const out = (await rewrite(encode(slashes), ANY)).text
  expect(out).not.toContain('4111')
})

test('a text that is JSON is read as JSON, and keeps its form', async () => {
  const text = '{ "a" : "4111\\u0031111 11111111",\n  "card": 4111111111111111,\n "b": ["\\u0034111111111111111"] }\n'
  const { text: out } = await rewrite(encode(text), ANY)
  expect(out).toBe('{ "a" : "4111\\u0031111 11111111",\n  "card": "[CREDIT_CARD]",\n "b": ["[CREDIT_CARD]"] }\n')
})

test('lines of JSON among texts are what they are alone, however the file was cut', async () => {
  const some = ['{"a": 4111111111111111}', '["ann@example.com",\t1.50]', '{"a":"\\u0034111111111111111"}', '{"a": 1,']
  const line = fc.constantFrom(...some, '4111111111111111 ann@example.com', '', ' {}', '"é"')
  const ends = fc.constantFrom('\n', '\r\n', '\r')
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(line, ends), { minLength: 2, maxLength: 8 }), anyCuts, async (lines, cuts) => {
      const text = `x\n${lines.flat().join('')}`
      const { text: out, summary } = await rewrite(encode(text), ANY, { cuts })
      const alone = await Promise.all(lines.map(async ([one]) => (await rewrite(encode(one), ANY)).text))
      const plain = (from: string) => from.replaceAll(/<EMAIL_ADDRESS_[a-z0-9]+>/g, '<MAIL>')
      expect(plain(out)).toBe(plain(`x\n${alone.map((one, i) => one + lines[i]![1]).join('')}`))
      expect(summary.tally.found).toBe(lines.reduce((sum, [one]) => sum + (one.match(/1{15}|ann@/g)?.length ?? 0), 0))
    }),
    { numRuns: 150 },
  )
})

test('lines of JSON with very many values between them are written in groups; one alone has a limit', async () => {
  let value = 4_000_000_000_000_000
  const full = (length: number) => JSON.stringify(Array.from({ length }, () => value++))
  const sizes = [300, 900, 300, 300, 999]
  const text = `x\n${sizes.map((size) => `${full(size)}\n`).join('')}`
  const { text: out } = await rewrite(encode(text), ANY)
  const masked = (length: number) => `${JSON.stringify(Array.from({ length }, () => '[CREDIT_CARD]'))}\n`
  expect(out).toBe(`x\n${sizes.map(masked).join('')}`)
  expect((await refusal(rewrite(encode(`x\n${full(1001)}`), ANY))).message).toMatch(/more than 1000/)
})

test('a line that is longer than a body is text', async () => {
  const long = `{"a": 4111111111111111, "b": "${'x'.repeat(LIMITS.requestBytes)}"}`
  for (const cuts of [[777], [100_000]]) {
    const { text } = await rewrite(encode(`x\n${long}\n{"a": 4111111111111111}`), ANY, { cuts })
    expect(text).toBe(`x\n${long.replace('4111111111111111', '[CREDIT_CARD]')}\n{"a": "[CREDIT_CARD]"}`)
  }
})

test('a text with what may not be sent is refused', async () => {
  const denial = await refusal(rewrite(encode(`${'a '.repeat(50_000)}hunter2`), ANY))
  expect([denial.reason, denial.policies]).toEqual(['guardrail_blocked', ['rule-secret.word']])
  expect(denial.message).not.toContain('hunter2')
})

test('what is not text is for policy to let go, and goes as it is', async () => {
  const png = join([new Uint8Array([0x89, 0x50, 0x4e, 0x47]), encode('4111111111111111')])
  const half = join([encode(`${'text '.repeat(10_000)}`), new Uint8Array([0xe2, 0x82])])
  const nul = encode(`${'text '.repeat(10_000)}\0`)
  const latin = new Uint8Array([0x61, 0xe9, 0x61])
  for (const [bytes, blob] of [
    [png, 'image'],
    [half, 'binary'],
    [nul, 'binary'],
    [latin, 'binary'],
  ] as const) {
    const { same, bytes: out, summary } = await rewrite(bytes, ANY)
    expect(same).toBe(true)
    expect(out).toEqual(bytes)
    expect([summary.total, summary.blobs]).toEqual([1, 1])
    expect(summary.tally.findings.map(({ label, action }) => [label, action])).toEqual([
      [`unscannable.${blob}`, 'allow'],
    ])
  }
  const audio = await rewrite(latin, { is: 'any', expected: 'audio' })
  expect(audio.summary.tally.findings[0]!.label).toBe('unscannable.audio')
  const pdf = await refusal(rewrite(encode('%PDF-1.7 …'), ANY))
  expect(pdf.policies).toEqual(['rule-unscannable.document'])
  // Where lines are asked for, nothing else will do.
  expect((await refusal(rewrite(png, CHAT))).message).toBe('line 1 of the file is not valid UTF-8')
})

test('an empty file is an empty file', async () => {
  for (const kind of [ANY, CHAT, { is: 'batch' } as const]) expect((await rewrite(encode(''), kind)).text).toBe('')
})

test('a caller that goes away stops the work', async () => {
  let left = 5
  const pause = async () => {
    if (left-- === 0) throw new Denial('client_gone', 'the client went away')
  }
  const lines = Array.from({ length: 10_000 }, () => chat('x'.repeat(100))).join('\n')
  expect((await refusal(rewrite(encode(lines), CHAT, { pause }))).reason).toBe('client_gone')
  left = 5
  const text = encode('no JSON '.repeat(100_000))
  expect((await refusal(rewrite(text, ANY, { pause }))).reason).toBe('client_gone')
})
