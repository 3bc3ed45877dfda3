/** Files through the whole pipeline: uploaded, used in a batch, read back; and refused with nothing sent. */
import { expect, test } from 'vitest'
import { makeHost, type TestHost } from '#host'
import { proxy } from '../src/proxy.ts'
import type { JsonObject, UpstreamAnswer, UpstreamRequest } from '../src/types.ts'
import { cut, encode, join, readAll } from './support/bytes.ts'
import { type Got, makeCall, read } from './support/call.ts'

const MAIL = 'ann.lee@corp.example.com'
const CARD = '5500 0000 0000 0004'
const SECRET = `ghp_${'a1B2'.repeat(9)}`

/** A provider that keeps files, and answers batches by saying what it was told. */
class Provider {
  readonly files = new Map<string, { name: string; type: string; bytes: Uint8Array }>()
  readonly fields: [string, string][] = []
  calls = 0

  async play({ method, path, headers, body }: UpstreamRequest): Promise<UpstreamAnswer> {
    this.calls++
    if (method === 'POST' && path === '/files') {
      if (typeof body !== 'object') throw new Error('a form is sent as what is stored')
      const bytes = await readAll(body.chunks())
      expect(bytes.length).toBe(body.size)
      const form = await new Response(bytes, { headers: { 'content-type': headers['content-type']! } }).formData()
      for (const [name, value] of form) {
        if (typeof value === 'string') this.fields.push([name, value])
        else {
          const content = new Uint8Array(await value.arrayBuffer())
          this.files.set(`file-${this.files.size + 1}`, { name: value.name, type: value.type, bytes: content })
        }
      }
      return this.json({
        id: `file-${this.files.size}`,
        object: 'file',
        filename: [...this.files.values()].at(-1)!.name,
      })
    }
    if (method === 'POST' && path === '/batches') {
      const { input_file_id } = JSON.parse(body as string) as { input_file_id: string }
      const results = new TextDecoder()
        .decode(this.files.get(input_file_id)!.bytes)
        .trimEnd()
        .split('\n')
        .map((line) => {
          const { custom_id, body } = JSON.parse(line) as { custom_id: string; body: { messages: JsonObject[] } }
          const content = `You said: ${body.messages[0]!.content}`
          const choices = [
            { index: 0, message: { role: 'assistant', content }, finish_reason: 'stop', logprobs: { content: [] } },
          ]
          const completion = { id: 'c', object: 'chat.completion', choices, system_fingerprint: 'fp' }
          return `${JSON.stringify({ id: 'r', custom_id, response: { status_code: 200, body: completion }, error: null })}\n`
        })
      this.files.set('file-out', { name: 'out.jsonl', type: 'application/json', bytes: encode(results.join('')) })
      return this.json({
        id: 'batch-1',
        object: 'batch',
        input_file_id,
        status: 'completed',
        output_file_id: 'file-out',
      })
    }
    const content = /^\/files\/([^/]+)\/content$/.exec(path)
    if (method === 'GET' && content) {
      const { bytes } = this.files.get(content[1]!)!
      return {
        status: 200,
        header: (name) => (name === 'content-type' ? 'application/json' : undefined),
        chunks: cut(bytes, [97]),
      }
    }
    throw new Error(`this provider has no ${method} ${path}`)
  }
  json(value: JsonObject): UpstreamAnswer {
    const chunks = cut(encode(JSON.stringify(value)), [64])
    return { status: 200, header: (name) => (name === 'content-type' ? 'application/json' : undefined), chunks }
  }
}

interface Stage {
  readonly host: TestHost
  readonly provider: Provider
  readonly key: string
  send(method: string, path: string, body?: JsonObject): Promise<Got>
  upload(purpose: string, content: string | Uint8Array, name?: string, key?: string): Promise<Got>
}
async function makeStage(domains: readonly ('invoke' | 'train' | 'inspect')[] = ['invoke']): Promise<Stage> {
  const provider = new Provider()
  const host = await makeHost({ upstream: (request) => provider.play(request) })
  const key = await host.addKey({ domains })
  return {
    host,
    provider,
    key,
    send: async (method, path, body) => read(await proxy(makeCall({ method, path, key, ...(body && { body }) }), host)),
    async upload(purpose, content, name = 'f.jsonl', other = key) {
      const bytes = typeof content === 'string' ? encode(content) : content
      const body = join([
        // The purpose may come behind the file.
        encode(`--b\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n`),
        bytes,
        encode(`\r\n--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\n${purpose}\r\n--b--\r\n`),
      ])
      const headers = { 'content-type': 'multipart/form-data; boundary=b' }
      return read(await proxy(makeCall({ path: '/v1/files', headers, key: other, body }), host))
    },
  }
}
const line = (custom_id: string, content: string, fields: JsonObject = {}) =>
  `${JSON.stringify({
    custom_id,
    method: 'POST',
    url: '/v1/chat/completions',
    body: { model: 'gpt-4o', messages: [{ role: 'user', content }], ...fields },
  })}\n`

test('a batch: pseudonyms go out, and come back as values to the one who sent them', async () => {
  const { host, provider, send, upload } = await makeStage()
  const uploaded = await upload(
    'batch',
    line('a', `I am ${MAIL}`) + line('b', `card ${CARD}`) + line('c', `token ${SECRET}`),
  )
  expect([uploaded.status, uploaded.text]).toEqual([200, expect.stringContaining('file-1')])
  const [file] = provider.files.values()
  const sent = new TextDecoder().decode(file!.bytes)
  expect(sent).not.toContain(MAIL)
  expect(sent).not.toContain(CARD)
  expect(sent).not.toContain(SECRET)
  expect(provider.fields).toEqual([['purpose', 'batch']])

  const batch = await send('POST', '/v1/batches', {
    input_file_id: 'file-1',
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
  })
  expect([batch.status, batch.text]).toEqual([200, expect.stringContaining('file-out')])
  const output = await send('GET', '/v1/files/file-out/content')
  expect(output.status).toBe(200)
  const answers = output.text
    .trimEnd()
    .split('\n')
    .map((one) => JSON.parse(one).response.body)
  expect(answers[0].choices[0].message.content).toBe(`You said: I am ${MAIL}`)
  expect(answers[1].choices[0].message.content).toBe(`You said: card ${CARD}`)
  expect(answers[2].choices[0].message.content).toBe('You said: token [GITHUB_TOKEN]')
  for (const answer of answers)
    expect([answer.choices[0].logprobs ?? null, answer.system_fingerprint]).toEqual([null, undefined])

  // Of others, nothing.
  const other = await host.addKey({})
  for (const path of ['/v1/files/file-out/content', '/v1/files/file-1/content']) {
    const calls = provider.calls
    const refused = await read(await proxy(makeCall({ method: 'GET', path, key: other }), host))
    expect([refused.status, provider.calls]).toEqual([403, calls])
  }
  await host.settle()
  expect(host.warnings).toEqual([])
})

test('the record of an upload tells what was found in the file, and nothing of it', async () => {
  const { host, upload } = await makeStage()
  const got = await upload('batch', line('a', `I am ${MAIL}`) + line('b', `and ${MAIL}`))
  await host.settle()
  const entry = (await host.index.get('acme' as never, got.headers['x-parapet-decision']!))!
  expect(entry.decision.action).toBe('transform')
  expect(entry.decision.found).toBe(2)
  expect(entry.decision.findings.map((finding) => finding.place)).toEqual([
    '/file/body/messages/0/content',
    '/file/body/messages/0/content',
  ])
  expect(JSON.stringify(entry)).not.toContain('ann.lee')
  expect(entry.outcome?.ending).toBe('complete')
})

test('the record of an upload that was refused tells why, and nothing of the file', async () => {
  const { host, upload } = await makeStage()
  const got = await upload('batch', line('a', `I am ${MAIL}`) + line(SECRET, 'hi'))
  await host.settle()
  const { decision } = (await host.index.get('acme' as never, got.headers['x-parapet-decision']!))!
  expect([decision.action, decision.reason, decision.found]).toEqual(['block', 'guardrail_blocked', 2])
  expect(decision.findings.map(({ rule, place }) => [rule.replace(/@.*/, ''), place])).toEqual([
    ['email', '/file/body/messages/0/content'],
    ['github-token', '/file/custom_id'],
  ])
  expect(decision.upstream).toBe(null)
  expect(JSON.stringify(decision)).not.toMatch(/ann\.lee|ghp_/)
})

const many = Array.from({ length: 2000 }, (_, i) => line(`r${i}`, 'a harmless question'))
for (const [what, bad, message] of [
  ['a secret that cannot be taken out', line(SECRET, 'hi'), /line 1001 of the file: data that may not go/],
  ['broken JSON', '{"custom_id": "x",\n', /line 1001 of the file: not valid JSON/],
  ['an unknown url', line('x', 'hi').replace('/v1/chat/completions', '/v1/nowhere'), /line 1001 of the file: /],
  ['a url that keeps things', line('x', 'hi').replace('/v1/chat/completions', '/v1/files'), /line 1001 of the file: /],
  ['log probabilities', line('x', 'hi', { logprobs: true }), /line 1001 of the file: /],
  ['no model', line('x', 'hi', { model: 5 }), /line 1001 of the file: /],
] as const) {
  test(`a batch with one line that may not be sent (${what}) is refused by its number, and nothing is sent`, async () => {
    const { host, provider, upload } = await makeStage()
    const content = many.slice(0, 1000).join('') + bad + many.slice(1000).join('')
    const refused = await upload('batch', content)
    expect([400, 403, 404]).toContain(refused.status)
    expect(refused.text).toMatch(message)
    expect(refused.text).not.toContain('ghp_')
    expect(provider.calls).toBe(0)
    await host.settle()
    expect(host.warnings).toEqual([])
  })
}

test('what a purpose asks for must be allowed: training is not use', async () => {
  const example = `${JSON.stringify({ messages: [{ role: 'user', content: `I am ${MAIL}` }] })}\n`
  const { provider, upload, host } = await makeStage(['invoke'])
  expect((await upload('fine-tune', example)).status).toBe(403)
  const trainer = await host.addKey({ domains: ['train'] })
  expect((await upload('fine-tune', example, 'f.jsonl', trainer)).status).toBe(200)
  expect((await upload('batch', line('a', 'hi'), 'f.jsonl', trainer)).status).toBe(403)
  expect(provider.calls).toBe(1)
  const [file] = provider.files.values()
  expect(new TextDecoder().decode(file!.bytes)).not.toContain(MAIL)
})

test('a text is rewritten, its name too; a picture passes by policy, a document does not', async () => {
  const { provider, upload } = await makeStage()
  const text = `name,mail\nAnn,${MAIL}\n`.repeat(3)
  expect((await upload('user_data', text, `list of ${MAIL}.csv`)).status).toBe(200)
  const [file] = provider.files.values()
  expect(file!.name).not.toContain(MAIL)
  expect(new TextDecoder().decode(file!.bytes)).toMatch(/^(?:name,mail\nAnn,[^@\n]+\n){3}$/)
  const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 1, 2, 255])
  expect((await upload('vision', png, 'a.png')).status).toBe(200)
  expect([...provider.files.values()][1]!.bytes).toEqual(png)
  expect((await upload('user_data', encode('%PDF-1.7 …'), 'a.pdf')).status).toBe(400)
  expect(provider.files.size).toBe(2)
})

test('what was uploaded is read back as it was written', async () => {
  const { send, upload } = await makeStage()
  const text = `name,mail\nAnn,${MAIL}\n`
  await upload('user_data', text, 'a.csv')
  expect((await send('GET', '/v1/files/file-1/content')).text).toBe(text)
})

test('a form that repeats what a file is for is refused', async () => {
  const { provider, upload } = await makeStage(['invoke', 'train'])
  const twice = 'user_data\r\n--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nbatch'
  expect((await upload(twice, line('a', 'hi'))).status).toBe(400)
  expect(provider.calls).toBe(0)
})
