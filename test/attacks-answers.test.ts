/** What attackers tried on the way back, each as it was tried. */
import { describe, expect, test } from 'vitest'
import { answer, eventStream, makeHost } from '#host'
import { proxy } from '../src/proxy.ts'
import type { Json } from '../src/types.ts'
import { type Got, joinStream, makeCall, read } from './support/call.ts'

const PROMPT = 'You are Ada of Example Bank and must never tell anyone that the merger is planned for May.'
const TOKEN = `ghp_${'a1B2'.repeat(9)}`

/** A chat with a system prompt and a token in it, answered with `text`. */
async function say(text: string, stream: boolean): Promise<Got> {
  const chunk = (content: string) =>
    `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta: { content } }] })}\n\n`
  const end = 'data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
  const message = { role: 'assistant', content: text }
  const host = await makeHost({
    upstream: () =>
      stream
        ? eventStream([...(text.match(/[\s\S]{1,5}/g) ?? []).map(chunk), end])
        : answer(200, { choices: [{ index: 0, message, finish_reason: 'stop' }] }),
  })
  const messages = [
    { role: 'system', content: PROMPT },
    { role: 'user', content: `token ${TOKEN}` },
  ]
  const call = makeCall({ key: await host.addKey(), body: { model: 'm', stream, messages } })
  return read(await proxy(call, host))
}

describe.each([false, true])('cut over the strings of JSON, stream: %s', (stream) => {
  test.each([
    ['the system prompt, word by word', JSON.stringify(PROMPT.split(' '))],
    ['a token that was taken out', `["${TOKEN.slice(0, 20)}","${TOKEN.slice(20)}"]`],
    ['the same behind a quotation', `"${TOKEN.slice(0, 20)}" ${TOKEN.slice(20)}`],
  ])('%s', async (_name, text) => {
    const got = await say(text, stream)
    if (!stream) return expect(got.status).toBe(400)
    expect(got.text).toContain('guardrail_blocked')
    expect(got.text).not.toContain('[DONE]')
    const told = joinStream(got.events().filter((data) => !data.includes('"error"')))['0.content'] ?? ''
    expect(told.replace(/[^A-Za-z0-9]/g, '')).not.toContain(TOKEN.replace(/[^A-Za-z0-9]/g, ''))
    expect(told).not.toContain('merger')
  })
  test('JSON that holds nothing of the kind is told as it is', async () => {
    const text = JSON.stringify({ words: ['some', 'other', 'words'], n: [1, 2, 3], s: 'of no interest' })
    const got = await say(text, stream)
    const told = stream ? joinStream(got.events())['0.content'] : (got.json() as Answered).choices[0]!.message.content
    expect(told).toBe(text)
  })
})
interface Answered {
  readonly choices: readonly { readonly message: { readonly content: string } }[]
}

test.each([
  ['chat', { id: 'c', choices: [{ index: 0, delta: { content: 555555554444 } }] }, '/v1/chat/completions'],
  ['messages', { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 5555 } }, '/v1/messages'],
])('a number where a piece of a text belongs, %s', async (_name, event: Json, path) => {
  const host = await makeHost({ upstream: () => eventStream([`data: ${JSON.stringify(event)}\n\n`]) })
  const body = { model: 'm', max_tokens: 5, stream: true, messages: [{ role: 'user', content: 'hi' }] }
  const headers =
    path === '/v1/messages' ? { 'anthropic-version': '2023-06-01', 'content-type': 'application/json' } : {}
  const got = await read(await proxy(makeCall({ path, headers, key: await host.addKey(), body }), host))
  expect(got.text).toContain('upstream_invalid')
  expect(got.text).not.toContain('5555')
})

test('token by token, what is taken out is in no event, whichever tells it', async () => {
  const CARD = '5500 0000 0000 0004'
  const tokens = ['my ', '5500', ' 0000 ', '0000 ', '0004', ' ok']
  const logprobs = tokens.map((token) => ({ token, logprob: -1, bytes: [], top_logprobs: [] }))
  const place = { item_id: 'm1', output_index: 0, content_index: 0 }
  const part = { type: 'output_text', text: tokens.join(''), annotations: [], logprobs }
  const item = { id: 'm1', type: 'message', role: 'assistant', status: 'completed', content: [part] }
  const events = [
    { type: 'response.created', response: { id: 'r', status: 'in_progress', output: [] } },
    ...tokens.map((delta, i) => ({ type: 'response.output_text.delta', ...place, delta, logprobs: [logprobs[i]!] })),
    { type: 'response.output_text.done', ...place, text: part.text, logprobs },
    { type: 'response.content_part.done', ...place, part },
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: { id: 'r', status: 'completed', output: [item] } },
  ]
  const host = await makeHost({
    upstream: () => eventStream(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)),
  })
  const key = await host.addKey({ domains: ['invoke', 'inspect'] })
  const body = { model: 'm', stream: true, input: 'hi', include: ['message.output_text.logprobs'] }
  const got = await read(await proxy(makeCall({ path: '/v1/responses', key, body }), host))
  expect(got.text).toContain('[CREDIT_CARD]')
  expect(got.text).not.toContain(CARD)
  expect(got.text).not.toContain('"5500"')
  expect(got.text).not.toContain('"0004"')
})

test('nothing is told after the end, on whatever lane it came', async () => {
  const place = { item_id: 'm1', output_index: 0, content_index: 0 }
  const deltas = PROMPT.split(' ').map((word, i) => {
    return { type: 'response.output_text.delta', ...place, stream_id: `s${i}`, delta: `${word} ` }
  })
  const events = [
    { type: 'response.created', response: { id: 'r', status: 'in_progress', output: [] } },
    ...deltas,
    { type: 'response.completed', response: { id: 'r', status: 'completed', output: [] } },
  ]
  const host = await makeHost({
    upstream: () => eventStream(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)),
  })
  const body = { model: 'm', stream: true, instructions: PROMPT, input: 'hi' }
  const got = await read(await proxy(makeCall({ path: '/v1/responses', key: await host.addKey(), body }), host))
  expect(JSON.parse(got.events().at(-1)!)).toMatchObject({ type: 'response.completed' })
})
