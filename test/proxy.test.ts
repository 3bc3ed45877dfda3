/** The pipeline, whole: real rules, policies and stores; the upstream is what the test plays. */

import { describe, expect, test } from 'vitest'
import { answer, makeHost, type TestHost } from '#host'
import { mirror } from '../src/mirror/index.ts'
import type { Bundle } from '../src/ports.ts'
import { proxy } from '../src/proxy.ts'
import type { Json, UpstreamRequest } from '../src/types.ts'
import { joinStream, makeCall, read, sentText } from './support/call.ts'
import { restoreEarlier } from './support/policies.ts'

const CARD = '4111 1111 1111 1111'
const MAIL = 'ann.lee@corp.example.com'

/** A host whose upstream is the mirror, and what reached it. */
async function mirrored(
  edit = (bundle: Bundle) => bundle,
): Promise<{ host: TestHost; key: string; sent: UpstreamRequest[] }> {
  const sent: UpstreamRequest[] = []
  const host = await makeHost({
    edit,
    upstream(request) {
      sent.push(request)
      return mirror(request)
    },
  })
  return { host, key: await host.addKey(), sent }
}
const chat = (content: Json, more = {}) => ({ model: 'mirror', messages: [{ role: 'user', content }], ...more })
const messages = { path: '/v1/messages', headers: { 'anthropic-version': '2023-06-01' } }

describe('out as pseudonyms, back restored', () => {
  test('OpenAI chat completions', async () => {
    const { host, key, sent } = await mirrored()
    const got = await read(await proxy(makeCall({ key, body: chat(`Pay with ${CARD}, mail ${MAIL}.`) }), host))
    expect(got.status).toBe(200)
    expect(sent[0]!.body).not.toContain('4111')
    expect(sent[0]!.body).not.toContain('ann.lee')
    expect(sent[0]!.body).toMatch(/Pay with <CREDIT_CARD_[a-z2-7]{16}>, mail <EMAIL_ADDRESS_[a-z2-7]{16}>\./)
    const { choices } = got.json() as { choices: { message: { content: string } }[] }
    expect(choices[0]!.message.content).toContain(`You see: Pay with ${CARD}, mail ${MAIL}.`)
    expect(choices[0]!.message.content).toMatch(/received: Pay with ‹CREDIT_CARD_[a-z2-7]{16}›/)
    expect(got.headers['x-parapet-action']).toBe('transform')
    expect(got.headers['x-parapet-coverage']).toMatch(/^(\d+)\/\1$/)
    expect(got.headers['x-parapet-decision']).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('Anthropic messages, with a system prompt and blocks', async () => {
    const { host, key, sent } = await mirrored()
    const body = {
      model: 'mirror',
      max_tokens: 100,
      system: [{ type: 'text', text: `Our office: ${MAIL}` }],
      messages: [{ role: 'user', content: [{ type: 'text', text: `Card ${CARD}` }] }],
    }
    const got = await read(await proxy(makeCall({ ...messages, key, body }), host))
    expect(got.status).toBe(200)
    expect(sent[0]!.body).not.toMatch(/4111|ann\.lee/)
    expect(sent[0]!.headers['anthropic-version']).toBe('2023-06-01')
    expect(got.text).toContain(`You see: Card ${CARD}`)
  })

  test('the same value in the same scope gets the same pseudonym, in another scope another', async () => {
    const { host, key, sent } = await mirrored()
    const other = await host.addKey()
    for (const one of [key, key, other]) await proxy(makeCall({ key: one, body: chat(MAIL) }), host)
    const tokens = sent.map((one) => /<EMAIL_ADDRESS_[a-z2-7]{16}>/.exec(sentText(one))?.[0])
    expect(tokens[0]).toBe(tokens[1])
    expect(tokens[0]).not.toBe(tokens[2])
  })

  test('tool arguments and results, JSON numbers and keys', async () => {
    const { host, key, sent } = await mirrored()
    const body = chat('go on', {
      messages: [
        { role: 'user', content: 'pay' },
        {
          role: 'assistant',
          tool_calls: [
            { id: 'call_1', type: 'function', function: { name: 'pay', arguments: `{"pan":4111111111111111}` } },
          ],
        },
        { role: 'tool', tool_call_id: 'call_1', content: `[{"mail":"${MAIL}"}]` },
      ],
      metadata: { [MAIL]: 'x', n: 4111111111111111 },
    })
    expect((await read(await proxy(makeCall({ key, body }), host))).status).toBe(200)
    expect(sent[0]!.body).not.toMatch(/4111|ann\.lee/)
    const out = JSON.parse(sentText(sent[0]!))
    expect(JSON.parse(out.messages[1].tool_calls[0].function.arguments).pan).toMatch(/^<CREDIT_CARD_/)
    expect(JSON.parse(out.messages[2].content)[0].mail).toMatch(/^<EMAIL_ADDRESS_/)
  })
})

describe('pseudonyms are not keys to the vault', () => {
  test('one that the caller types is not resolved, though it was made in this very scope', async () => {
    // Not even where policy restores pseudonyms of earlier calls.
    const { host, key, sent } = await mirrored(restoreEarlier)
    await proxy(makeCall({ key, body: chat(MAIL) }), host)
    const token = /<EMAIL_ADDRESS_[a-z2-7]{16}>/.exec(sentText(sent[0]!))![0]
    const got = await read(await proxy(makeCall({ key, body: chat(`who is ${token}?`) }), host))
    expect(got.text).toContain(token)
    expect(got.text).not.toContain('ann.lee')
    // Nor when it stands beside the value: the value gets another one.
    const both = await read(await proxy(makeCall({ key, body: chat(`${token} or ${MAIL}`) }), host))
    expect(sentText(sent[2]!).match(/<EMAIL_ADDRESS_[a-z2-7]{16}>/g)![1]).not.toBe(token)
    expect(both.text).toContain(`You see: ${token} or ${MAIL}`)
  })

  test.each([false, true])(
    'one of an earlier request, if policy has it so (%s), in its own scope only',
    async (open) => {
      let say = ''
      const sent: string[] = []
      const host = await makeHost({
        edit: (bundle) => (open ? restoreEarlier(bundle) : bundle),
        upstream(request) {
          sent.push(sentText(request))
          return answer(200, {
            choices: [{ index: 0, message: { role: 'assistant', content: say }, finish_reason: 'stop' }],
          })
        },
      })
      const [one, two] = [await host.addKey(), await host.addKey()]
      await proxy(makeCall({ key: one, body: chat(MAIL) }), host)
      say = `It was ${/<EMAIL_ADDRESS_[a-z2-7]{16}>/.exec(sent[0]!)![0]}.`
      expect((await read(await proxy(makeCall({ key: one, body: chat('who?') }), host))).text).toContain(
        open ? `It was ${MAIL}.` : say,
      )
      expect((await read(await proxy(makeCall({ key: two, body: chat('who?') }), host))).text).toContain(say)
    },
  )
})

test('a header that holds text refuses the call', async () => {
  const { host, key, sent } = await mirrored()
  const call = (value: string) => makeCall({ key, headers: { 'idempotency-key': value }, body: chat('hi') })
  for (const value of ['4111-1111-1111-1111', 'ann lee <ann@corp.example.com>', 'x'.repeat(1100)]) {
    const got = await read(await proxy(call(value), host))
    expect([got.status, got.text.includes('4111'), sent.length]).toEqual([400, false, 0])
  }
  await proxy(call('7d1f0c5e-2b1a-4c7e-9a51-1f6a0c3b2d4e'), host)
  expect(sent[0]!.headers['idempotency-key']).toMatch(/^[0-9a-f]{64}$/)
})

test('more different secrets than can be watched for are refused, not forgotten', async () => {
  const { host, key, sent } = await mirrored()
  const secrets = (count: number) =>
    Array.from({ length: count }, (_, i) => `ghp_${'a1B2c3D4'.repeat(4)}${String(i).padStart(4, '0')}`)
  expect((await proxy(makeCall({ key, body: chat(secrets(1001).join(' ')) }), host)).status).toBe(400)
  expect((await proxy(makeCall({ key, body: chat([...secrets(900), ...secrets(900)].join(' ')) }), host)).status).toBe(
    200,
  )
  expect(sent.length).toBe(1)
})

describe('permission domains', () => {
  test.each(['train', 'inspect', 'admin'] as const)('a key with %s alone may not invoke', async (domain) => {
    const { host, sent } = await mirrored()
    const key = await host.addKey({ domains: [domain] })
    const got = await read(await proxy(makeCall({ key, body: chat('hi') }), host))
    expect(got.status).toBe(403)
    expect((got.json() as { error: { code: string } }).error.code).toBe('permission_denied')
    expect(got.headers['x-should-retry']).toBe('false')
    expect(sent.length).toBe(0)
  })

  test.each([
    ['logprobs', true],
    ['top_logprobs', 3],
    ['logit_bias', { 50256: -100 }],
    ['store', true],
  ])('%s needs inspect', async (field, value) => {
    const { host, key, sent } = await mirrored()
    const got = await read(await proxy(makeCall({ key, body: chat('hi', { [field]: value }) }), host))
    expect(got.status).toBe(403)
    expect((got.json() as { error: { param: string } }).error.param).toBe(field)
    expect(sent.length).toBe(0)
    const both = await host.addKey({ domains: ['invoke', 'inspect'] })
    expect((await read(await proxy(makeCall({ key: both, body: chat('hi', { [field]: value }) }), host))).status).toBe(
      200,
    )
  })

  test('logprobs that an upstream sends unasked are taken out, unless the caller may inspect', async () => {
    const choice = { index: 0, message: { role: 'assistant', content: 'hi' }, logprobs: { content: [{ token: 'hi' }] } }
    const host = await makeHost({ upstream: () => answer(200, { choices: [choice], system_fingerprint: 'fp_1' }) })
    const plain = await read(await proxy(makeCall({ key: await host.addKey(), body: chat('x') }), host))
    expect(plain.text).not.toMatch(/token|fp_1/)
    const key = await host.addKey({ domains: ['invoke', 'inspect'] })
    expect((await read(await proxy(makeCall({ key, body: chat('x') }), host))).text).toMatch(/token.*fp_1/)
  })

  test.each([
    ['POST', '/v1/embedding', ''],
    ['PUT', '/v1/chat/completions', ''],
    ['POST', '/v1/chat/completions/', ''],
    ['POST', '/v1//chat/completions', ''],
    ['POST', '/v1/chat/%63ompletions', ''],
    ['POST', '/v1/x/../chat/completions', ''],
    ['POST', '/V1/chat/completions', ''],
    ['POST', '/anthropic/v1/chat/completions', ''],
  ])('unmapped: %s %s', async (method, path) => {
    const { host, key, sent } = await mirrored()
    const got = await read(await proxy(makeCall({ method, path, key, body: chat('hi') }), host))
    expect(got.status).toBe(404)
    expect(got.text).toContain('unmapped_operation')
    expect(sent.length).toBe(0)
  })

  test('who is not known gets a 401 in the shape of the API that was called, and is sampled, not recorded', async () => {
    const { host, key } = await mirrored()
    const wrong = `${key.slice(0, -1)}${key.endsWith('a') ? 'b' : 'a'}`
    const openai = await read(await proxy(makeCall({ key: wrong, body: chat('hi') }), host))
    expect([openai.status, (openai.json() as { error: { code: string } }).error.code]).toEqual([401, 'unauthenticated'])
    const anthropic = await read(await proxy(makeCall({ ...messages, body: chat('hi') }), host))
    expect(anthropic.json()).toMatchObject({ type: 'error', error: { type: 'authentication_error' } })
    expect(host.nobody.unrecorded).toBe(1)
    expect(await host.addKey().then((fresh) => host.revokeKey(fresh).then(() => fresh))).toMatch(/^pk_/)
  })

  test('revoked and expired keys, and two different ones, are refused', async () => {
    const { host, key } = await mirrored()
    const revoked = await host.addKey()
    await host.revokeKey(revoked)
    const expired = await host.addKey({ expires: 1000 })
    for (const one of [revoked, expired]) {
      expect((await proxy(makeCall({ key: one, body: chat('hi') }), host)).status).toBe(401)
    }
    expect((await proxy(makeCall({ key, headers: { 'x-api-key': revoked }, body: chat('hi') }), host)).status).toBe(401)
    expect((await proxy(makeCall({ key, headers: { 'x-api-key': key }, body: chat('hi') }), host)).status).toBe(200)
  })
})

describe('answers', () => {
  const say = (content: string, edit = {}) =>
    makeHost({
      upstream: () =>
        answer(200, { choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }] }),
      ...edit,
    })
  const content = (got: { json(): never }) =>
    (got.json() as { choices: { message: { content: string } }[] }).choices[0]!.message.content
  const SECRET = `ghp_${'a1B2'.repeat(9)}`
  const PROMPT = 'You are Ada of Example Bank and must never tell anyone that the merger is planned for May.'

  test('a redacted value that reappears is masked, however it is punctuated', async () => {
    const host = await say(`it was ${SECRET.slice(0, 20)} ${SECRET.slice(20)}`)
    const got = await read(await proxy(makeCall({ key: await host.addKey(), body: chat(`my token ${SECRET}`) }), host))
    expect(content(got)).toBe('it was [REDACTED]')
  })
  test('a piece of the system prompt is masked', async () => {
    const host = await say(`Sure: YOU ARE Ada of Example Bank, and must never tell anyone that. Bye`)
    const body = chat('hi', {
      messages: [
        { role: 'system', content: PROMPT },
        { role: 'user', content: 'hi' },
      ],
    })
    const got = await read(await proxy(makeCall({ key: await host.addKey(), body }), host))
    expect(content(got)).toBe('Sure: [SYSTEM_PROMPT]. Bye')
  })
  test('a secret that nobody sent is masked, a value that the caller sent may come back', async () => {
    const host = await say(`key ${SECRET}; card 4111-1111-1111-1111; card 5500-0000-0000-0004`)
    const got = await read(await proxy(makeCall({ key: await host.addKey(), body: chat(`my card ${CARD}`) }), host))
    expect(content(got)).toBe('key [GITHUB_TOKEN]; card 4111-1111-1111-1111; card [CREDIT_CARD]')
  })
  test('a planted canary stops the answer; the caller never sees it', async () => {
    let planted = ''
    const host = await makeHost({
      edit: (bundle) => ({ ...bundle, settings: { ...bundle.settings, canary: 'Ref {canary}' } }),
      upstream(request) {
        planted = /Ref <CANARY_([a-z2-7]{16})>/.exec(sentText(request))![1]!
        const text = `my reference is ${planted.slice(0, 8)}-${planted.slice(8).toUpperCase()}`
        return answer(200, { choices: [{ index: 0, message: { role: 'assistant', content: text } }] })
      },
    })
    const key = await host.addKey()
    const body = chat('hi', {
      messages: [
        { role: 'system', content: PROMPT },
        { role: 'user', content: 'hi' },
      ],
    })
    const got = await read(await proxy(makeCall({ key, body }), host))
    expect(got.status).toBe(400)
    expect((got.json() as { error: { code: string } }).error.code).toBe('guardrail_blocked')
    expect(got.text.toLowerCase()).not.toContain(planted.slice(0, 8))
    const first = planted
    await proxy(makeCall({ key, body }), host)
    expect(planted).toBe(first) // Stable, so that a provider's prompt cache goes on working.
  })
})

describe('records', () => {
  test('a decision with its lineage, and the outcome, free of content, in a chain that holds', async () => {
    const { host, key } = await mirrored()
    const body = chat(`Pay ${CARD}`, { parapet: { purpose: 'support' }, metadata: { [MAIL]: 'ghi' } })
    const got = await read(await proxy(makeCall({ key, body }), host))
    await host.settle()
    const entry = await host.index.get('acme' as never, got.headers['x-parapet-decision']!)
    expect(entry?.decision).toMatchObject({
      action: 'transform',
      reason: 'none',
      operation: 'chat.completions.create',
      domain: 'invoke',
      model: 'mirror',
      purpose: 'support',
      found: 2,
      upstream: { zone: expect.any(String) },
    })
    expect(entry?.decision.findings.map(({ entity, place, action }) => [entity, place, action])).toEqual([
      ['CREDIT_CARD', '/messages/0/content', 'pseudonymise'],
      ['EMAIL_ADDRESS', '/metadata/*', 'pseudonymise'],
    ])
    expect(entry?.decision.transforms.map(({ rule, count }) => [rule.split('@')[0], count])).toHaveLength(2)
    expect(entry?.outcome).toMatchObject({ ending: 'complete', delivered: 'full', parent: entry?.decision.id })
    const stored = await host.dump('acme')
    for (const canary of ['4111 1111', 'ann.lee', 'corp.example', 'Pay 4', key, key.slice(12)])
      expect(stored).not.toContain(canary)
    expect(await host.verify('acme')).toMatchObject({ broken: undefined })
  })

  test('a model name that holds data is not in the record, and does not leave', async () => {
    const { host, key, sent } = await mirrored()
    const got = await read(await proxy(makeCall({ key, body: chat('hi', { model: MAIL }) }), host))
    expect(got.status).toBe(400)
    expect(sent.length).toBe(0)
    expect(await host.dump('acme')).not.toContain('ann.lee')
  })
})

describe.each([false, true])('a refusal instead of an error, stream: %s', (stream) => {
  const SAYS = 'This was stopped by our data policy.'
  const refusing = (bundle: Bundle): Bundle => {
    const residual: Bundle['access']['residual'] = () => () => ({ action: 'block', policies: [] })
    const access = { ...bundle.access, residual }
    return { ...bundle, access, settings: { ...bundle.settings, refusal: SAYS } }
  }
  test.each([
    ['/v1/chat/completions', {}, chat(CARD, { stream })],
    ['/v1/messages', messages.headers, { ...chat(CARD, { stream }), max_tokens: 5 }],
    ['/v1/responses', {}, { model: 'm', input: CARD, stream }],
  ])('%s', async (path, headers, body) => {
    const { host, key, sent } = await mirrored(refusing)
    const got = await read(await proxy(makeCall({ path, key, headers, body }), host))
    expect([got.status, got.headers['x-parapet-action'], sent.length]).toEqual([200, 'block', 0])
    const text = stream ? Object.values(joinStream(got.events())).join('') || got.text : got.text
    expect(text).toContain(SAYS)
    expect(got.text).not.toContain('4111')
    await host.settle()
    const [entry] = await host.index.search('acme' as never, { limit: 1 })
    expect(entry?.decision).toMatchObject({ action: 'block', reason: 'guardrail_blocked' })
  })
  test('what no model answers in words is an error still', async () => {
    const { host, key } = await mirrored(refusing)
    const got = await read(
      await proxy(makeCall({ path: '/v1/embeddings', key, body: { model: 'm', input: CARD } }), host),
    )
    expect(got.status).toBe(400)
  })
})

test('a block names what was found, and the field where, but no value and no key of the caller’s', async () => {
  const { host, key } = await mirrored()
  const embed = (input: Json) => makeCall({ path: '/v1/embeddings', key, body: { model: 'm', input } })
  const error = async (call: ReturnType<typeof embed>) =>
    ((await read(await proxy(call, host))).json() as { error: { message: string; param: string } }).error
  expect(await error(embed([1, 2, 3]))).toMatchObject({
    message: 'the request holds data (unscannable.tokens) that may not go to this model',
    param: 'input',
  })
  const pdf = `data:application/pdf;base64,${btoa(`%PDF-1.7 ${'x'.repeat(80)}`)}`
  const call = makeCall({ key, body: chat([{ type: 'x', ann: { [CARD]: pdf } }]) })
  expect((await error(call)).param).toBe('messages.0.content.0.*.*')
})
