/** Stored things: who may read what, and that pseudonyms of earlier turns come back where their owner goes on. */
import { describe, expect, test } from 'vitest'
import { answer, makeHost, type TestHost } from '#host'
import { proxy } from '../src/proxy.ts'
import type { Json, JsonObject, UpstreamRequest } from '../src/types.ts'
import { type Got, makeCall, read } from './support/call.ts'

const CARD = '4111 1111 1111 1111'
let made = 0

/** An upstream that keeps responses and tells what it was asked. */
async function storing(): Promise<{ host: TestHost; sent: UpstreamRequest[] }> {
  const sent: UpstreamRequest[] = []
  const stored = new Map<string, JsonObject>()
  const tell = (id: string, input: Json): JsonObject => {
    const content = [{ type: 'output_text', text: `You said ${JSON.stringify(input)}`, annotations: [] }]
    const output = [{ id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content }]
    return { id, object: 'response', status: 'completed', model: 'm', output }
  }
  const host = await makeHost({
    upstream(request) {
      sent.push(request)
      if (request.path.startsWith('/responses/') && request.method === 'GET') {
        const id = request.path.slice('/responses/'.length).replace(/\?.*/, '')
        return stored.has(id) ? answer(200, stored.get(id)!) : answer(404, { error: { message: 'none', type: 'x' } })
      }
      if (request.path === '/responses') {
        const body = JSON.parse(request.body as string) as JsonObject
        const before = stored.get(String(body.previous_response_id))
        const response = tell(`resp_${++made}`, before ? [before.said!, body.input!] : body.input!)
        stored.set(String(response.id), { ...response, said: body.input! })
        return answer(200, response)
      }
      return answer(200, { object: 'list', data: [...stored.values()], first_id: 'a', last_id: 'z', has_more: true })
    },
  })
  return { host, sent }
}
async function ask(host: TestHost, key: string, body: Json): Promise<Got> {
  return read(await proxy(makeCall({ path: '/v1/responses', key, body }), host))
}
async function get(host: TestHost, key: string, path: string, query = ''): Promise<Got> {
  return read(await proxy(makeCall({ method: 'GET', path, key, query }), host))
}
const idOf = (got: Got): string => (got.json() as { id: string }).id

describe('what is stored upstream', () => {
  test('its maker reads it, restored; others with the same permission do not, and learn nothing', async () => {
    const { host, sent } = await storing()
    const [ann, bob] = [await host.addKey(), await host.addKey()]
    const id = idOf(await ask(host, ann, { model: 'm', input: `Card ${CARD}` }))
    const own = await get(host, ann, `/v1/responses/${id}`)
    expect([own.status, own.text.includes(CARD)]).toEqual([200, true])
    expect(sent.at(-1)!.body).toBeUndefined()
    const before = sent.length
    const other = await get(host, bob, `/v1/responses/${id}`)
    const none = await get(host, bob, '/v1/responses/resp_none')
    expect(other.status).toBe(403)
    expect(other.text.replace(/"x-parapet.*/, '')).toBe(none.text)
    expect(sent.length).toBe(before)
  })

  test('an inspecting key of the tenant reads it, with pseudonyms; one of another tenant does not', async () => {
    const { host } = await storing()
    const ann = await host.addKey()
    const id = idOf(await ask(host, ann, { model: 'm', input: `Card ${CARD}` }))
    const inspector = await host.addKey({ domains: ['inspect'] })
    const seen = await get(host, inspector, `/v1/responses/${id}`)
    expect(seen.status).toBe(200)
    expect(seen.text).not.toContain('4111')
    expect(seen.text).toMatch(/<CREDIT_CARD_[a-z2-7]{16}>/)
    const stranger = await host.addKey({ tenant: 'other' as never, domains: ['invoke', 'inspect'] })
    expect((await get(host, stranger, `/v1/responses/${id}`)).status).toBe(403)
    const body = { model: 'm', input: 'go on', previous_response_id: id }
    expect((await ask(host, stranger, body)).status).toBe(403)
  })

  test('a later turn restores what an earlier one took out; a stranger cannot go on from it', async () => {
    const { host, sent } = await storing()
    const [ann, bob] = [await host.addKey(), await host.addKey()]
    const first = idOf(await ask(host, ann, { model: 'm', input: `Card ${CARD}` }))
    const second = await ask(host, ann, { model: 'm', input: 'which card?', previous_response_id: first })
    expect(second.text).toContain(CARD)
    const third = await ask(host, ann, { model: 'm', input: 'and now?', previous_response_id: idOf(second) })
    expect(third.status).toBe(200)
    const before = sent.length
    const denied = await ask(host, bob, { model: 'm', input: 'which card?', previous_response_id: first })
    expect([denied.status, sent.length]).toEqual([403, before])
    expect(denied.text).toContain('previous_response_id')
  })

  test('a pseudonym of another chain stays one', async () => {
    const { host, sent } = await storing()
    const ann = await host.addKey()
    await ask(host, ann, { model: 'm', input: `Card ${CARD}` })
    const token = /<CREDIT_CARD_[a-z2-7]{16}>/.exec(sent.at(-1)!.body as string)![0]
    const other = idOf(await ask(host, ann, { model: 'm', input: `Mail ann@corp.example.com` }))
    const got = await ask(host, ann, { model: 'm', input: `say ${token}`, previous_response_id: other })
    expect(got.text).not.toContain('4111')
  })

  test('another tenant that may inspect sees nothing of it: neither by id, nor below it, nor in lists', async () => {
    const { host, sent } = await storing()
    const id = idOf(await ask(host, await host.addKey(), { model: 'm', input: 'one' }))
    const stranger = await host.addKey({ tenant: 'other' as never, domains: ['invoke', 'train', 'inspect'] })
    const before = sent.length
    for (const path of [
      `/v1/responses/${id}`,
      `/v1/responses/${id}/input_items`,
      `/v1/fine_tuning/jobs/${id}/events`,
    ]) {
      expect((await get(host, stranger, path)).status).toBe(403)
    }
    expect(sent.length).toBe(before)
    expect(((await get(host, stranger, '/v1/files')).json() as { data: Json[] }).data).toEqual([])
  })

  test('a model that is forbidden cannot be had by way of a stored thing', async () => {
    const { host, sent } = await storing()
    const key = await host.addKey()
    const { access } = host.bundle
    const ask = ((asked) =>
      asked.resource.type === 'Model' && asked.resource.id === 'secret-model'
        ? { allowed: false, policies: [] }
        : access.ask(asked)) as typeof access.ask
    const bundle = { ...host.bundle, access: { ...access, ask } }
    const call = (model: string) =>
      makeCall({ path: '/v1/threads/runs', key, body: { model, thread: { messages: [] } } })
    const status = async (model: string) => (await read(await proxy(call(model), { ...host, bundle }))).status
    expect(await status('secret-model')).toBe(403)
    expect(sent).toEqual([])
    expect(await status('other-model')).toBe(200)
  })

  test('a pseudonym of another chain stays one, though nobody typed it', async () => {
    let says = ''
    const sent: string[] = []
    const host = await makeHost({
      upstream(request) {
        sent.push(request.body as string)
        const content = [{ type: 'output_text', text: `It is ${says}`, annotations: [] }]
        return answer(200, { id: `resp_x${sent.length}`, object: 'response', output: [{ type: 'message', content }] })
      },
    })
    const key = await host.addKey()
    const first = idOf(await ask(host, key, { model: 'm', input: `Card ${CARD}` }))
    says = /<CREDIT_CARD_[a-z2-7]{16}>/.exec(sent[0]!)![0]
    expect((await ask(host, key, { model: 'm', input: 'hi' })).text).toContain(says)
    expect((await ask(host, key, { model: 'm', input: 'hi', previous_response_id: first })).text).toContain(CARD)
  })

  test('a response that is not stored is nobody’s', async () => {
    const { host } = await storing()
    const ann = await host.addKey()
    const id = idOf(await ask(host, ann, { model: 'm', input: 'hi', store: false }))
    expect((await get(host, ann, `/v1/responses/${id}`)).status).toBe(403)
  })

  test('lists hold what is the caller’s; cursors too', async () => {
    const { host } = await storing()
    const [ann, bob] = [await host.addKey(), await host.addKey()]
    const first = idOf(await ask(host, ann, { model: 'm', input: 'one' }))
    await ask(host, bob, { model: 'm', input: 'two' })
    const list = (await get(host, ann, '/v1/files', 'limit=10')).json() as { data: { id: string }[]; last_id: string }
    expect(list.data.map(({ id }) => id)).toEqual([first])
    expect(list.last_id).toBe(first)
    const nobody = (await get(host, await host.addKey(), '/v1/files')).json() as JsonObject
    expect([nobody.data, nobody.first_id, nobody.has_more]).toEqual([[], null, false])
    const inspector = await host.addKey({ domains: ['inspect'] })
    expect(((await get(host, inspector, '/v1/files')).json() as { data: Json[] }).data).toHaveLength(2)
  })
})

test('a batch runs only lines that were scanned as such, whatever its caller may inspect', async () => {
  const sent: UpstreamRequest[] = []
  const host = await makeHost({
    upstream(request) {
      sent.push(request)
      return answer(200, { id: request.path === '/files' ? 'file-1' : 'batch_1', object: 'x' })
    },
  })
  const key = await host.addKey({ domains: ['invoke', 'inspect'] })
  const start = async (input_file_id: string) => {
    const body = { input_file_id, endpoint: '/v1/chat/completions', completion_window: '24h' }
    return (await read(await proxy(makeCall({ path: '/v1/batches', key, body }), host))).status
  }
  const upload = async (purpose: string) => {
    const line = { custom_id: 'a', method: 'POST', url: '/v1/chat/completions', body: { model: 'm', messages: [] } }
    const part = (head: string, text: string) => `--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n${text}\r\n`
    const file = part('name="file"; filename="b.jsonl"', `${JSON.stringify(line)}\n`)
    const raw = `${part('name="purpose"', purpose)}${file}--b--\r\n`
    const headers = { 'content-type': 'multipart/form-data; boundary=b' }
    expect((await read(await proxy(makeCall({ path: '/v1/files', key, raw, headers }), host))).status).toBe(200)
  }
  expect(await start('file-unknown')).toBe(403)
  await upload('user_data')
  expect(await start('file-1')).toBe(403)
  await upload('batch')
  expect(await start('file-1')).toBe(200)
  expect(sent.map(({ path }) => path)).toEqual(['/files', '/files', '/batches'])
})

test('a form is not stored for a key that may not send it', async () => {
  const host = await makeHost({})
  const key = await host.addKey({ domains: ['inspect'] })
  let read_ = 0
  const call = makeCall({
    path: '/v1/files',
    key,
    raw: '--b--',
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
  })
  const chunks = async function* () {
    read_++
    yield new Uint8Array(8)
  }
  expect((await proxy({ ...call, chunks }, host)).status).toBe(403)
  expect(read_).toBe(0)
})

test.each([
  ['a list that is a string', { tools: [{ type: 'file_search', vector_store_ids: 'vs_foreign' }] }],
  ['an id in a list', { previous_response_id: ['resp_foreign'] }],
  ['a name of another spelling', { Previous_Response_Id: 'resp_foreign' }],
  ['a field that nobody listed', { attachments: [{ file_id: 'file-foreign' }] }],
  ['a number', { input: [{ type: 'message', role: 'user', content: [{ type: 'input_file', file_id: 17 }] }] }],
  ['an id of another’s, under any name', { whatever: { anything: ['resp_owned_by_bob'] } }],
])('a reference as %s is one', async (_name, more) => {
  const sent: UpstreamRequest[] = []
  const host = await makeHost({
    upstream(request) {
      sent.push(request)
      return answer(200, { id: 'resp_owned_by_bob', object: 'response' })
    },
  })
  expect((await ask(host, await host.addKey(), { model: 'm', input: 'hi' })).status).toBe(200)
  const got = await ask(host, await host.addKey(), { model: 'm', input: 'hi', ...more } as Json)
  // By another spelling it is no field of the API at all.
  expect([400, 403]).toContain(got.status)
  expect(sent.length).toBe(1)
})
test.each([
  ['metadata of the caller’s own', { metadata: { file_id: 'file-mine-not-yours' } }],
  ['what a coding agent tells of itself', { client_metadata: { thread_id: 'th_1', response_id: 'x' } }],
  [
    'a tool’s schema',
    { tools: [{ type: 'function', name: 'f', parameters: { properties: { file_id: { type: 'string' } } } }] },
  ],
])('%s names nothing', async (_name, more) => {
  const host = await makeHost({ upstream: () => answer(200, { id: 'resp_1', object: 'response' }) })
  expect((await ask(host, await host.addKey(), { model: 'm', input: 'hi', ...more } as Json)).status).toBe(200)
})

test('a file that a batch runs is looked up, whatever else names it too', async () => {
  const host = await makeHost({ upstream: () => answer(200, { id: 'x' }) })
  const key = await host.addKey({ domains: ['invoke', 'inspect'] })
  const body = {
    input_file_id: 'file-1',
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
    file_id: 'file-1',
  }
  expect((await read(await proxy(makeCall({ path: '/v1/batches', key, body }), host))).status).toBe(403)
})

test.each([
  ['include[]=message.output_text.logprobs&include=', 403],
  ['include[0]=message.output_text.logprobs', 400],
  ['include[x]=message.output_text.logprobs', 400],
  [`${'['.repeat(40_000)}%0A`, 400],
])('what a query includes is asked about: %#', async (query, status) => {
  const { host } = await storing()
  const ann = await host.addKey()
  const id = idOf(await ask(host, ann, { model: 'm', input: 'hi' }))
  const started = performance.now()
  expect((await get(host, ann, `/v1/responses/${id}`, query)).status).toBe(status)
  expect(performance.now() - started).toBeLessThan(1000)
})

test('files of a form that is refused are thrown away', async () => {
  let open = 0
  const host = await makeHost({})
  const spool: typeof host.spool = async () => {
    const writer = await host.spool()
    return {
      write: (bytes) => writer.write(bytes),
      discard: () => writer.discard(),
      async finish() {
        const done = await writer.finish()
        open++
        let gone = false
        const discard = async () => {
          if (!gone) open--
          gone = true
          await done.discard()
        }
        return { size: done.size, chunks: () => done.chunks(), discard }
      },
    }
  }
  const raw = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\nabc\r\n--b--\r\n'
  const headers = { 'content-type': 'multipart/form-data; boundary=b' }
  const call = makeCall({ path: '/v1/audio/transcriptions', key: await host.addKey(), raw, headers })
  expect((await read(await proxy(call, { ...host, spool }))).status).toBe(400)
  await host.settle()
  expect(open).toBe(0)
})

test('one id in two APIs is two things', async () => {
  const host = await makeHost({ upstream: () => answer(200, { id: 'file_1', object: 'x', data: [] }) })
  const [ann, bob] = [await host.addKey(), await host.addKey()]
  const body = { requests: [{ custom_id: 'a', params: { model: 'm', max_tokens: 1, messages: [] } }] }
  const headers = { 'anthropic-version': '2023-06-01', 'content-type': 'application/json' }
  await read(await proxy(makeCall({ path: '/v1/messages/batches', key: ann, headers, body }), host))
  expect((await ask(host, bob, { model: 'm', input: 'x' })).status).toBe(200)
  expect((await get(host, bob, '/v1/responses/file_1')).status).toBe(200)
  expect((await get(host, ann, '/v1/responses/file_1')).status).toBe(403)
})

test('where the results of a batch are leads back here', async () => {
  const batch = (url: Json) => ({ id: 'msgbatch_1', type: 'message_batch', results_url: url })
  const away = 'https://api.anthropic.com/v1/messages/batches/msgbatch_1/results'
  const host = await makeHost({
    upstream: ({ method }) =>
      answer(200, method === 'POST' ? batch(null) : { ...batch(away), data: [batch(away)], has_more: false }),
  })
  const key = await host.addKey()
  const at = { path: '/v1/messages/batches', headers: { 'anthropic-version': '2023-06-01' }, key }
  const params = { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] }
  const body = { requests: [{ custom_id: 'a', params }] }
  await read(
    await proxy(makeCall({ ...at, headers: { ...at.headers, 'content-type': 'application/json' }, body }), host),
  )
  for (const path of [at.path, `${at.path}/msgbatch_1`]) {
    const got = await read(await proxy(makeCall({ ...at, path, method: 'GET' }), host))
    expect(got.status).toBe(200)
    expect(got.text).not.toContain('https://')
    expect(got.text).toContain('"results_url":"/v1/messages/batches/msgbatch_1/results"')
  }
})

describe('addresses', () => {
  test.each([
    ['a parameter that the API does not have', 'model=gpt-5', 400],
    ['a parameter twice', 'limit=1&limit=2', 400],
    ['broken percent-encoding', 'limit=%zz', 400],
    ['a card in a cursor, which cannot be changed', `after=${encodeURIComponent(CARD)}`, 400],
    ['what the API has', 'limit=2&order=asc', 200],
  ])('%s', async (_name, query, status) => {
    const { host, sent } = await storing()
    const got = await get(host, await host.addKey(), '/v1/files', query)
    expect(got.status).toBe(status)
    expect(got.text).not.toContain('4111')
    expect(sent.length).toBe(status === 200 ? 1 : 0)
    if (status === 200) expect(sent[0]!.path).toBe('/files?limit=2&order=asc')
  })

  test('a body where none belongs', async () => {
    const { host, sent } = await storing()
    const key = await host.addKey()
    const call = makeCall({ method: 'GET', path: '/v1/files', key, body: { hidden: CARD } })
    expect((await read(await proxy(call, host))).status).toBe(400)
    expect(sent).toEqual([])
  })
})
