/** Log probabilities must not tell the tokens of what is taken out, to callers who may see them. */
import { expect, test } from 'vitest'
import { answer, eventStream, makeHost } from '#host'
import { makeAnswer } from './support/census-answers.ts'
import { startCensus } from './support/census-host.ts'
import { toLines } from './support/census-wire.ts'

const told = (token: string) => ({ token, logprob: -1, bytes: null, top_logprobs: [] })
const body = { model: 'model-1', logprobs: true, messages: [{ role: 'user', content: 'hi' }] }

test('a stream whose text is masked does not tell the tokens of it', async () => {
  const at = await startCensus(makeHost, () => answer(200, {}))
  const chunk = (text: string) => {
    const choice = { index: 0, delta: { content: text }, logprobs: { content: [told(text)], refusal: null } }
    return `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [choice] })}\n\n`
  }
  const play = () => eventStream([chunk('cnry0000'), chunk('0001x'), 'data: [DONE]\n\n'])
  const { got } = await at.ask({ body: { ...body, stream: true } }, play)
  expect(got.text).toContain('[SECRET]')
  expect(got.text).not.toContain('cnry0000')
})

test('nor does any line of a file', async () => {
  const at = await startCensus(makeHost, () => answer(200, {}))
  const message = { role: 'assistant', content: 'cnry00000001x' }
  const logprobs = { content: [told('cnry0000'), told('0001x')], refusal: null }
  const whole = { id: 'c', object: 'chat.completion', choices: [{ index: 0, message, logprobs }] }
  const line = (id: string) => ({ id, custom_id: id, response: { status_code: 200, body: whole }, error: null })
  const play = () => makeAnswer('application/octet-stream', toLines([line('a'), line('b')]))
  const { got } = await at.ask({ method: 'GET', path: '/v1/files/file-1/content' }, play)
  expect(got.text).toContain('[SECRET]')
  expect(got.text).not.toContain('cnry0000')
})
