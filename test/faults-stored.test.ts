/** As in faults.test.ts, where things are stored: owners, chains of pseudonyms, and files. */
import { expect, test } from 'vitest'
import { answer, makeHost, type TestHost } from '#host'
import { proxy } from '../src/proxy.ts'
import type { Json, JsonObject, Stored } from '../src/types.ts'
import { decode, readAll } from './support/bytes.ts'
import { type Got, type Made, makeCall, read } from './support/call.ts'
import { failAt } from './support/faulty.ts'

const CARD = '4111 1111 1111 1111'
/** Of the text that comes in parts. */
const MD5 = '0d5ebe2be7eeef6a23041cf918b8f5de'

/** Makes the same call again and again, with one more port call failing each time, until none does. `made`: anew for each. */
async function failInTurn(
  host: TestHost,
  made: Made | (() => Promise<Made>),
  outside: readonly string[],
): Promise<{ last: Got; names: Set<string> }> {
  const names = new Set<string>()
  for (let n = 1; ; n++) {
    const one = typeof made === 'function' ? await made() : made
    const faulty = failAt(host, n)
    const before = outside.length
    let got: Got | undefined
    try {
      got = await read(await proxy(makeCall(one), faulty.host))
    } catch (error) {
      // Before anything is known of a call there is nobody to answer.
      expect([faulty.names.length, outside.length - before, error instanceof Error]).toEqual([1, 0, true])
    }
    await host.settle()
    if (got && faulty.calls() < n) return { last: got, names }
    names.add(faulty.names[n - 1]!)
    if (!got) continue
    const told = got.text + JSON.stringify(got.headers)
    expect(told).not.toContain('fault:')
    if (got.status !== 200) expect(told).not.toContain('4111 1111')
    const [newest] = await host.index.search('acme' as never, { limit: 1 })
    // What left was on record, whatever failed afterwards.
    if (outside.length > before) expect(newest?.decision.action).not.toBe('block')
  }
}

test('a turn that goes on from another', async () => {
  const outside: string[] = []
  let turn = 0
  const host = await makeHost({
    upstream({ body }) {
      outside.push(body as string)
      const asked = JSON.parse(body as string) as JsonObject
      const content = [{ type: 'output_text', text: `said ${JSON.stringify(asked.input)} ${token}`, annotations: [] }]
      return answer(200, {
        id: `resp_${++turn}`,
        object: 'response',
        output: [{ id: `m${turn}`, type: 'message', content }],
      })
    },
  })
  let token = ''
  const key = await host.addKey()
  const ask = (body: Json): Made => ({ path: '/v1/responses', key, body })
  const first = await read(await proxy(makeCall(ask({ model: 'm', input: `Card ${CARD}` })), host))
  token = /<CREDIT_CARD_[a-z2-7]{16}>/.exec(outside[0]!)![0]
  const { id } = first.json() as { id: string }
  const body = { model: 'm', input: `And mail ann@corp.example.com?`, previous_response_id: id }
  const { last, names } = await failInTurn(host, ask(body), outside)
  expect([last.status, last.text.includes(CARD)]).toEqual([200, true])
  for (const name of ['owners.find', 'owners.claim', 'vault.link', 'vault.recall', 'vault.conceal']) {
    expect([...names]).toContain(name)
  }
  expect(outside.join()).not.toMatch(/4111 1111|ann@/)
  expect(/4111 1111|ann@corp|fault:/.exec(await host.dump('acme'))).toBeNull()
}, 60_000)

test('a file', async () => {
  const outside: string[] = []
  const host = await makeHost({
    async upstream({ body }) {
      const utf8 = new TextDecoder()
      let text = ''
      for await (const chunk of (body as Stored).chunks()) text += utf8.decode(chunk, { stream: true })
      outside.push(text)
      return answer(200, { id: 'file-1', object: 'file', bytes: 1, filename: 'b.jsonl', purpose: 'batch' })
    },
  })
  const key = await host.addKey()
  const line = (n: number): string =>
    JSON.stringify({
      custom_id: `c${n}`,
      method: 'POST',
      url: '/v1/chat/completions',
      body: { model: 'm', messages: [{ role: 'user', content: n === 2 ? `Card ${CARD}` : 'hi' }] },
    })
  const raw = [
    '--b\r\nContent-Disposition: form-data; name="file"; filename="b.jsonl"\r\nContent-Type: application/jsonl\r\n\r\n',
    `${line(1)}\n${line(2)}\n\r\n--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nbatch\r\n--b--\r\n`,
  ].join('')
  const headers = { 'content-type': 'multipart/form-data; boundary=b' }
  const { last, names } = await failInTurn(host, { path: '/v1/files', key, raw, headers }, outside)
  expect(last.status).toBe(200)
  for (const name of ['host.spool', 'writer.write', 'writer.finish', 'spool.chunks', 'spool.discard']) {
    expect([...names]).toContain(name)
  }
  expect(outside.join()).not.toContain('4111 1111')
  expect(outside.at(-1)).toMatch(/<CREDIT_CARD_[a-z2-7]{16}>/)
  expect(/4111 1111|fault:/.exec(await host.dump('acme'))).toBeNull()
}, 60_000)

test('a file in parts', async () => {
  const outside: string[] = []
  const host = await makeHost({
    // Each that fails stays begun.
    edit: ({ settings, ...rest }) => ({
      ...rest,
      settings: { ...settings, limits: { ...settings.limits, pendingUploads: 1000 } },
    }),
    async upstream({ body }) {
      outside.push(decode(await readAll((body as Stored).chunks())))
      return answer(200, { id: `file-${outside.length}`, object: 'file', bytes: 1, filename: 'b.txt' })
    },
  })
  const key = await host.addKey()
  const text = `Card ${CARD}, mail ann@corp.example.com`
  const headers = { 'content-type': 'multipart/form-data; boundary=b' }
  const ask = async (made: Made) => {
    const got = await read(await proxy(makeCall({ key, ...made }), host))
    expect([got.status, got.text]).toEqual([200, expect.any(String)])
    return (got.json() as { id: string }).id
  }
  const begin: Made = {
    path: '/v1/uploads',
    key,
    body: { bytes: text.length, filename: `${CARD}.txt`, mime_type: 'text/plain', purpose: 'user_data' },
  }
  const part = (upload: string, piece: string): Made => ({
    path: `/v1/uploads/${upload}/parts`,
    key,
    headers,
    raw: `--b\r\nContent-Disposition: form-data; name="data"; filename="blob"\r\n\r\n${piece}\r\n--b--\r\n`,
  })
  const uploads: string[] = []
  const complete = async (): Promise<Made> => {
    const upload = await ask(begin)
    uploads.push(upload)
    const ids = [await ask(part(upload, text.slice(0, 9))), await ask(part(upload, text.slice(9)))]
    return { path: `/v1/uploads/${upload}/complete`, key, body: { part_ids: ids, md5: MD5 } }
  }

  const begun = await failInTurn(host, begin, outside)
  expect([begun.last.status, [...begun.names].includes('parts.create')]).toEqual([200, true])
  const added = await failInTurn(host, async () => part(await ask(begin), text), outside)
  expect(added.last.status).toBe(200)
  for (const name of ['parts.find', 'parts.add', 'owners.claim']) expect([...added.names]).toContain(name)
  const cancelled = await failInTurn(
    host,
    async () => ({ path: `/v1/uploads/${await ask(begin)}/cancel`, key }),
    outside,
  )
  expect(cancelled.last.status).toBe(200)
  for (const name of ['parts.move', 'parts.clear']) expect([...cancelled.names]).toContain(name)
  // Until it is complete, nothing leaves.
  expect(outside).toEqual([])

  const completed = await failInTurn(host, complete, outside)
  expect([completed.last.status, completed.last.text]).toEqual([200, expect.stringContaining(`${CARD}.txt`)])
  for (const name of ['parts.move', 'parts.find', 'parts.read', 'parts.clear', 'host.md5', 'decisions.append']) {
    expect([...completed.names]).toContain(name)
  }
  expect(outside.join()).not.toMatch(/4111 1111|ann@/)
  expect(outside.at(-1)).toMatch(/<CREDIT_CARD_[a-z2-7]{16}>/)
  // What failed may be asked for again, but for what failed to be let go.
  const states = await Promise.all(uploads.map(async (upload) => (await host.parts.find(upload))!.status))
  expect(states.filter((status) => status === 'completing').length).toBeLessThanOrEqual(1)
  expect(/4111 1111|ann@corp|fault:/.exec(await host.dump('acme'))).toBeNull()
}, 120_000)
