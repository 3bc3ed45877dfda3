/** Files that come in parts, through the whole pipeline: they go out as the same file sent at once does, or not at all. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { answer, makeHost, type TestHost } from '#host'
import { traceLineage } from '../src/dashboard/lineage.ts'
import { proxy } from '../src/proxy.ts'
import type { Domain, JsonObject, Stored } from '../src/types.ts'
import { encode, join, readAll } from './support/bytes.ts'
import { type Got, makeCall, read } from './support/call.ts'

const MAIL = 'ann.lee@corp.example.com'
const CARD = '5500 0000 0000 0004'
const HOUR = 3600_000

const line = (custom_id: string, content: string, fields: JsonObject = {}) =>
  `${JSON.stringify({
    custom_id,
    method: 'POST',
    url: '/v1/chat/completions',
    body: { model: 'gpt-4o', messages: [{ role: 'user', content }], ...fields },
  })}\n`

interface Stage {
  readonly host: TestHost
  readonly key: string
  /** Forms that the upstream got, without their boundaries. */
  readonly sent: string[]
  /** What the upstream says of a file; by default that it has it. */
  answers: (() => ReturnType<typeof answer>)[]
  pass(ms: number): void
  post(path: string, body?: JsonObject, key?: string): Promise<Got>
  begin(bytes: number, fields?: JsonObject, key?: string): Promise<string>
  part(upload: string, bytes: Uint8Array, key?: string): Promise<Got>
  /** The ids of parts, added one after another. */
  add(upload: string, ...parts: Uint8Array[]): Promise<string[]>
  /** The same by POST /v1/files. */
  whole(bytes: Uint8Array, purpose?: string): Promise<Got>
}
async function makeStage(domains: readonly Domain[] = ['invoke'], fileBytes?: number): Promise<Stage> {
  let time = Date.now()
  let files = 0
  const sent: string[] = []
  const answers: Stage['answers'] = []
  const host = await makeHost({
    now: () => time,
    edit: (bundle) => {
      const { limits } = bundle.settings
      return {
        ...bundle,
        settings: {
          ...bundle.settings,
          limits: { ...limits, pendingUploads: 1000, fileBytes: fileBytes ?? limits.fileBytes },
        },
      }
    },
    async upstream({ method, path, headers, body }) {
      if (path === '/batches') {
        const { input_file_id } = JSON.parse(body as string) as { input_file_id: string }
        return answer(200, {
          id: 'batch-1',
          object: 'batch',
          input_file_id,
          metadata: { told: tokensOf(sent.at(-1)!) },
        })
      }
      expect([method, path]).toEqual(['POST', '/files'])
      const bytes = await readAll((body as Stored).chunks())
      expect(bytes.length).toBe((body as Stored).size)
      const boundary = /boundary=(\S+)/.exec(headers['content-type']!)![1]!
      sent.push(latin1(bytes).replaceAll(boundary, 'b'))
      const name = `file-${++files}`
      const filename = /filename="([^"]*)"/.exec(sent.at(-1)!)![1]!
      return answers.shift()?.() ?? answer(200, { id: name, object: 'file', filename, bytes: bytes.length })
    },
  })
  const key = await host.addKey({ domains: [...domains] })
  const post = async (path: string, body?: JsonObject, other = key) =>
    read(await proxy(makeCall({ path, key: other, ...(body && { body }) }), host))
  const form = async (path: string, parts: readonly Uint8Array[], other: string) => {
    const headers = { 'content-type': 'multipart/form-data; boundary=b' }
    return read(await proxy(makeCall({ path, headers, key: other, body: join(parts) }), host))
  }
  const part = (upload: string, bytes: Uint8Array, other = key) =>
    form(
      `/v1/uploads/${upload}/parts`,
      [
        encode('--b\r\nContent-Disposition: form-data; name="data"; filename="blob"\r\n\r\n'),
        bytes,
        encode('\r\n--b--\r\n'),
      ],
      other,
    )
  return {
    host,
    key,
    sent,
    answers,
    pass: (ms) => void (time += ms),
    post,
    part,
    async begin(bytes, fields = {}, other = key) {
      const body = { bytes, filename: 'f.jsonl', mime_type: 'application/jsonl', purpose: 'batch', ...fields }
      const got = await post('/v1/uploads', body, other)
      expect([got.status, got.text]).toEqual([200, expect.stringContaining('"status":"pending"')])
      return (got.json() as { id: string }).id
    },
    async add(upload, ...parts) {
      const ids: string[] = []
      for (const bytes of parts) {
        const got = await part(upload, bytes)
        expect([got.status, got.text]).toEqual([200, expect.stringContaining(`"upload_id":"${upload}"`)])
        ids.push((got.json() as { id: string }).id)
      }
      return ids
    },
    whole: (bytes, purpose = 'batch') =>
      form(
        '/v1/files',
        [
          encode(`--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\n${purpose}\r\n--b\r\n`),
          encode(
            'Content-Disposition: form-data; name="file"; filename="f.jsonl"\r\nContent-Type: application/jsonl\r\n\r\n',
          ),
          bytes,
          encode('\r\n--b--\r\n'),
        ],
        key,
      ),
  }
}
/** Bytes as characters, each as it is: the decoder of that name takes some for others. */
function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
}
function tokensOf(text: string): string {
  return [...text.matchAll(/<[A-Z_]+_[a-z2-7]{16}>/g)].join(' ')
}
const complete = (upload: string) => `/v1/uploads/${upload}/complete`
const cancel = (upload: string) => `/v1/uploads/${upload}/cancel`
/** A refusal that says so, in the shape of the API. */
function expectRefusal(got: Got, status: number, message: RegExp): void {
  const { error } = got.json() as { error: { message: string; type: string } }
  expect([got.status, error.message]).toEqual([status, expect.stringMatching(message)])
}

test('a file that is cut anywhere goes out as if it had come at once', { timeout: 180_000 }, async () => {
  const { sent, whole, begin, add, post } = await makeStage()
  const file = encode(line('a', `I am ${MAIL}, é😀`) + line('b', `card ${CARD}`))
  expect((await whole(file)).status).toBe(200)
  const expected = sent.pop()
  expect(expected).not.toContain(MAIL)
  for (let at = 0; at <= file.length; at++) {
    const upload = await begin(file.length)
    const ids = await add(upload, file.subarray(0, at), file.subarray(at))
    const got = await post(complete(upload), { part_ids: ids })
    expect([at, got.status, got.text]).toEqual([at, 200, expect.stringContaining('"status":"completed"')])
    expect(sent.pop(), `cut at ${at}`).toBe(expected)
  }
})

test('parts are put together in the order that is asked for, however they came', { timeout: 60_000 }, async () => {
  const { sent, whole, begin, part, post } = await makeStage()
  const file = encode(Array.from({ length: 20 }, (_, i) => line(`r${i}`, `card ${CARD} é`)).join(''))
  await whole(file)
  const expected = sent.pop()
  const cuts = fc.array(fc.nat({ max: file.length }), { maxLength: 6 }).map((some) => some.sort((a, b) => a - b))
  await fc.assert(
    fc.asyncProperty(cuts, fc.array(fc.nat(), { minLength: 7, maxLength: 7 }), async (some, order) => {
      const edges = [0, ...some, file.length]
      const pieces = edges.slice(1).map((end, i) => ({ i, bytes: file.subarray(edges[i], end) }))
      const upload = await begin(file.length)
      const ids: string[] = []
      const shuffled = pieces.sort((a, b) => order[a.i]! - order[b.i]!)
      await Promise.all(
        shuffled.map(async ({ i, bytes }) => {
          ids[i] = ((await part(upload, bytes)).json() as { id: string }).id
        }),
      )
      const got = await post(complete(upload), { part_ids: ids })
      expect([got.status, sent.pop()]).toEqual([200, expected])
    }),
    { numRuns: 12 },
  )
})

test('the upload is told as the API has it, with its name as it was written, and its file', async () => {
  const { sent, host, post, add } = await makeStage()
  const text = `card ${CARD}`
  const asked = { bytes: text.length, filename: `of ${MAIL}.txt`, mime_type: 'text/plain', purpose: 'user_data' }
  const expires_after = { anchor: 'created_at', seconds: 7200 }
  const begun = (await post('/v1/uploads', { ...asked, expires_after })).json() as JsonObject
  const { id, created_at } = begun
  const { bytes, filename, purpose } = asked
  const told = { id, object: 'upload', bytes, created_at, expires_at: Number(created_at) + 3600, filename, purpose }
  expect(begun).toEqual({ ...told, status: 'pending' })
  expect(id).toMatch(/^upload_[a-z2-7]{24}$/)
  expect(Math.abs(Number(created_at) - host.now() / 1000)).toBeLessThan(2)
  const part_ids = await add(String(id), encode(text))
  expect(part_ids[0]).toMatch(/^part_[a-z2-7]{24}$/)
  const done = (await post(complete(String(id)), { part_ids })).json() as JsonObject
  expect(done).toEqual({ ...told, status: 'completed', file: expect.objectContaining({ id: 'file-1', filename }) })
  expect(sent[0]).not.toContain(MAIL)
  expect(sent[0]).toMatch(/name="expires_after\[anchor\]"\r\n\r\ncreated_at\r\n/)
  expect(sent[0]).toMatch(/name="expires_after\[seconds\]"\r\n\r\n7200\r\n/)
  expect(sent[0]).toMatch(
    /name="file"; filename="of <EMAIL_ADDRESS_[a-z2-7]{16}>.txt"\r\nContent-Type: text\/plain\r\n/,
  )
})

test('the file is its owner’s, may be run as a batch, and its pseudonyms come back', async () => {
  const { host, begin, add, post } = await makeStage()
  const file = encode(line('a', `I am ${MAIL}`))
  const upload = await begin(file.length)
  const part_ids = await add(upload, file.subarray(0, 90), file.subarray(90))
  expect((await post(complete(upload), { part_ids })).status).toBe(200)
  const body = { input_file_id: 'file-1', endpoint: '/v1/chat/completions', completion_window: '24h' }
  const batch = await post('/v1/batches', body)
  expect([batch.status, (batch.json() as JsonObject).metadata]).toEqual([200, { told: MAIL }])
  const other = await host.addKey()
  expect((await post('/v1/batches', body, other)).status).toBe(403)
})

test('each call is on record, and what was found is on that of the completion; nothing of it is', async () => {
  const { host, begin, part, post } = await makeStage()
  const file = encode(line('a', `I am ${MAIL}`))
  const upload = await begin(file.length)
  const got = await part(upload, file)
  const { id } = got.json() as { id: string }
  const done = await post(complete(upload), { part_ids: [id] })
  const other = await begin(5)
  await post(cancel(other))
  await host.settle()
  const entries = await host.index.search('acme' as never, { limit: 10 })
  const told = entries.toReversed().map(({ decision, outcome }) => {
    const { operation, action, found, upstream } = decision
    return [operation, action, found, upstream?.id !== undefined, outcome?.ending, outcome?.upstreamStatus]
  })
  expect(told).toEqual([
    ['uploads.create', 'allow', 0, false, 'complete', 0],
    ['uploads.parts.create', 'allow', 0, false, 'complete', 0],
    ['uploads.complete', 'transform', 1, true, 'complete', 200],
    ['uploads.create', 'allow', 0, false, 'complete', 0],
    ['uploads.cancel', 'allow', 0, false, 'complete', 0],
  ])
  expect(traceLineage(entries.at(-1)!).map(({ title }) => title)).toEqual(['Came from', 'Kept'])
  expect(done.headers['x-parapet-action']).toBe('transform')
  expect(entries[2]!.decision.findings[0]!.place).toBe('/file/body/messages/0/content')
  expect(await host.dump('acme')).not.toContain('ann.lee')
  expect(host.warnings).toEqual([])
})

const many = Array.from({ length: 300 }, (_, i) => line(`r${i}`, 'a harmless question'))
for (const [what, bad, message] of [
  ['a secret that cannot be taken out', line(`ghp_${'a1B2'.repeat(9)}`, 'hi'), /line 151 of the file: data that may/],
  ['broken JSON', '{"custom_id": "x",\n', /line 151 of the file: not valid JSON/],
  ['log probabilities', line('x', 'hi', { logprobs: true }), /line 151 of the file: /],
] as const) {
  test(`one bad line (${what}) is named, nothing is sent, and the upload can be cancelled`, async () => {
    const { host, sent, begin, add, post } = await makeStage()
    const file = encode(many.slice(0, 150).join('') + bad + many.slice(150).join(''))
    const upload = await begin(file.length)
    // Through the bad line.
    const at = encode(many.slice(0, 150).join('')).length + 9
    const part_ids = await add(upload, file.subarray(0, at), file.subarray(at))
    const refused = await post(complete(upload), { part_ids })
    expect([400, 403]).toContain(refused.status)
    expect(refused.text).toMatch(message)
    expect(refused.text).not.toContain('ghp_')
    expect(sent).toEqual([])
    // The same again: it was not used up.
    expect((await post(complete(upload), { part_ids })).text).toMatch(message)
    const cancelled = await post(cancel(upload))
    expect([cancelled.status, cancelled.text]).toEqual([200, expect.stringContaining('"status":"cancelled"')])
    expectRefusal(await post(complete(upload), { part_ids }), 400, /cancelled/)
    await host.settle()
    expect(host.warnings).toEqual([])
  })
}

test('an upload is its maker’s alone, whatever others may inspect', async () => {
  const { host, sent, key, begin, add, part, post } = await makeStage()
  const upload = await begin(4)
  const part_ids = await add(upload, encode('{}\n'))
  const inspector = await host.addKey({ domains: ['invoke', 'train', 'inspect', 'admin'] })
  const foreign = await host.addKey({ tenant: 'other' as never, domains: ['invoke', 'inspect'] })
  const poor = await host.addKey({ domains: ['inspect'] })
  for (const other of [inspector, foreign, poor]) {
    for (const got of [
      await part(upload, encode('x'), other),
      await post(complete(upload), { part_ids }, other),
      await post(cancel(upload), undefined, other),
    ]) {
      expect(got.status).toBe(403)
    }
  }
  // Nor can parts of another's upload be put into one's own.
  const own = await begin(3, {}, foreign)
  expect((await post(complete(own), { part_ids }, foreign)).status).toBe(403)
  const inspected = await begin(3, {}, inspector)
  expectRefusal(await post(complete(inspected), { part_ids }, inspector), 400, /a part that this upload does not have/)
  for (const path of [complete('upload_none'), cancel('upload_none')]) {
    expect((await post(path, path === cancel('upload_none') ? undefined : { part_ids: [] })).status).toBe(403)
  }
  expect(sent).toEqual([])
  expect((await post(cancel(upload), undefined, key)).status).toBe(200)
})

test('what a purpose asks for must be allowed, when it is begun and when it is complete', async () => {
  const { host, key, sent, begin, post, add } = await makeStage(['invoke'])
  const body = { bytes: 3, filename: 'f', mime_type: 'text/plain', purpose: 'fine-tune' }
  expect((await post('/v1/uploads', body)).status).toBe(403)
  expect((await post('/v1/uploads', { ...body, purpose: 'new' })).status).toBe(403)
  const trainer = await host.addKey({ domains: ['train'] })
  expect((await post('/v1/uploads', body, trainer)).status).toBe(200)
  expect((await post('/v1/uploads', { ...body, purpose: 'batch' }, trainer)).status).toBe(403)

  const upload = await begin(3, { purpose: 'user_data' })
  const part_ids = await add(upload, encode('abc'))
  const { access } = host.bundle
  type Question = Parameters<typeof access.ask>[0]
  const ask = (question: Question) =>
    question.action === 'keep' ? { allowed: false, policies: [] } : access.ask(question)
  const stricter = { ...host, bundle: { ...host.bundle, access: { ...access, ask } } }
  const later = makeCall({ path: complete(upload), key, body: { part_ids } })
  expect([(await read(await proxy(later, stricter))).status, sent]).toEqual([403, []])
})

test('what is announced must be sound', async () => {
  const { sent, post } = await makeStage(['invoke'], 1000)
  const sound = { bytes: 10, filename: 'f.txt', mime_type: 'text/plain', purpose: 'user_data' }
  const bad: [JsonObject, number, RegExp][] = [
    ...[0, -1, 1.5, '10', null].map((bytes): [JsonObject, number, RegExp] => [{ bytes }, 400, /`bytes` must/]),
    [{ bytes: 1001 }, 413, /`bytes` is more than 1000/],
    [{ filename: '' }, 400, /`filename` must/],
    [{ filename: 'a\\b' }, 400, /a name/],
    [{ filename: ['a'] }, 400, /`filename` must/],
    [{ mime_type: 'text' }, 400, /`mime_type` must/],
    [{ mime_type: 'text/plain\r\nX: y' }, 400, /`mime_type` must/],
    [{ mime_type: 'text/plain; charset=utf-16' }, 400, /`mime_type` must/],
    [{ purpose: 5 }, 403, /`purpose` needs/],
    [{ expires_after: { anchor: 'created_at', seconds: 5 } }, 400, /`expires_after` must/],
    [{ expires_after: { anchor: 'now', seconds: 5000 } }, 400, /`expires_after` must/],
    [{ expires_after: 5000 }, 400, /`expires_after` must/],
    [{ other: 'x' }, 400, /no such field/],
  ]
  for (const [fields, status, message] of bad) {
    expectRefusal(await post('/v1/uploads', { ...sound, ...fields }), status, message)
  }
  expect((await post('/v1/uploads', { ...sound, bytes: 1000, expires_after: null })).status).toBe(200)
  expect(sent).toEqual([])
})

test('sizes must be those that were announced, and parts those of the upload, each once', async () => {
  const { sent, begin, add, part, post } = await makeStage()
  const upload = await begin(10, { purpose: 'user_data' })
  expectRefusal(await part(upload, encode('12345678901')), 400, /more than the `bytes`/)
  const [a, b, c] = await add(upload, encode('12345'), encode('67890'), encode('123'))
  const mismatch = /the parts together are not as long/
  for (const [part_ids, message] of [
    [[a], mismatch],
    [[], mismatch],
    [[a, b, c], mismatch],
    [[a, c], mismatch],
    [[a, a], /does not have, or one twice/],
  ] as [string[], RegExp][]) {
    expectRefusal(await post(complete(upload), { part_ids }), 400, message)
  }
  for (const body of [{}, { part_ids: a! }, { part_ids: [a, b], md5: 'x' }, { part_ids: [], more: 1 }]) {
    expect((await post(complete(upload), body as JsonObject)).status).toBe(400)
  }
  for (const part_ids of ['x', [5]]) expect((await post(complete(upload), { part_ids })).status).toBe(403)
  // No more than each part twice.
  await add(upload, encode('1234567'))
  expectRefusal(await part(upload, encode('1')), 400, /more than the `bytes`/)
  expect(sent).toEqual([])
  expect((await post(complete(upload), { part_ids: [b!, a!] })).status).toBe(200)
  expect(sent[0]).toContain('\r\n6789012345\r\n')
})

test('a form with anything but a part is refused', async () => {
  const { host, key, begin } = await makeStage()
  const upload = await begin(10)
  const headers = { 'content-type': 'multipart/form-data; boundary=b' }
  const file = (name: string) => `--b\r\nContent-Disposition: form-data; name="${name}"; filename="f"\r\n\r\nabc\r\n`
  const field = '--b\r\nContent-Disposition: form-data; name="data"\r\n\r\nabc\r\n'
  for (const raw of [file('other'), field, file('data') + file('data'), file('data') + file('more')]) {
    const path = `/v1/uploads/${upload}/parts`
    const got = await read(await proxy(makeCall({ path, key, headers, raw: `${raw}--b--\r\n` }), host))
    expectRefusal(got, 400, /one field, the file `data`/)
  }
  expect((await host.parts.find(upload))!.parts).toEqual([])
})

test('md5 is checked if it is told', async () => {
  const { sent, begin, add, post } = await makeStage()
  const upload = await begin(11, { purpose: 'user_data' })
  const part_ids = await add(upload, encode('hello '), encode('world'))
  const md5 = '5eb63bbbe01eeed093cb22bb8f5acdc3'
  expectRefusal(await post(complete(upload), { part_ids: part_ids.toReversed(), md5 }), 400, /`md5` is not/)
  expect(sent).toEqual([])
  expect((await post(complete(upload), { part_ids, md5: md5.toUpperCase() })).status).toBe(200)
})

test('what is completed, cancelled or expired takes nothing more', async () => {
  const { host, sent, pass, begin, add, part, post } = await makeStage()
  const make = async () => {
    const upload = await begin(3, { purpose: 'user_data' })
    return { upload, part_ids: await add(upload, encode('abc')) }
  }
  const [completed, cancelled, expired] = [await make(), await make(), await make()]
  expect((await post(complete(completed.upload), { part_ids: completed.part_ids })).status).toBe(200)
  expect((await post(cancel(cancelled.upload))).status).toBe(200)
  // A client that did not hear of it asks again.
  expect((await post(cancel(cancelled.upload))).status).toBe(200)
  await host.settle()
  expect((await host.parts.find(completed.upload))!.parts).toEqual([])
  expect((await host.parts.find(cancelled.upload))!.parts).toEqual([])
  const check = async ({ upload, part_ids }: typeof completed, message: RegExp) => {
    expectRefusal(await post(complete(upload), { part_ids }), 400, message)
    expectRefusal(await part(upload, encode('a')), 400, message)
    if (!message.test('this upload was cancelled')) expectRefusal(await post(cancel(upload)), 400, message)
  }
  await check(completed, /is completed/)
  await check(cancelled, /was cancelled/)
  pass(HOUR)
  await check(expired, /has expired/)
  expect(sent).toHaveLength(1)
})

test('of two that complete an upload at once, one does', async () => {
  const { host, sent, begin, add, post } = await makeStage()
  const upload = await begin(3, { purpose: 'user_data' })
  const part_ids = await add(upload, encode('abc'))
  const all = await Promise.all([1, 2, 3].map(() => post(complete(upload), { part_ids })))
  expect(all.map(({ status }) => status).sort()).toEqual([200, 400, 400])
  expect(sent).toHaveLength(1)
  await host.settle()
  expect(host.warnings).toEqual([])
})

test('what the upstream did not take can be completed again', async () => {
  const { host, sent, answers, begin, add, post } = await makeStage()
  const upload = await begin(3, { purpose: 'user_data' })
  const part_ids = await add(upload, encode('abc'))
  const body = { part_ids }
  answers.push(
    () => answer(400, { error: { message: 'no', type: 'invalid_request_error', param: null, code: null } }),
    () => answer(500, {}),
    () => answer(200, [] as never),
    () => {
      throw new Error('the connection broke')
    },
  )
  const statuses: number[] = []
  for (let i = 0; i < 4; i++) {
    statuses.push((await post(complete(upload), body)).status)
    await host.settle()
  }
  expect(statuses).toEqual([400, 500, 502, 502])
  const done = await post(complete(upload), body)
  expect([done.status, done.text, sent.length]).toEqual([200, expect.stringContaining('file-5'), 5])
})

test('what cannot be read is ruled on, wherever it is cut: a picture passes as it is, a document does not', async () => {
  const { sent, begin, add, post } = await makeStage()
  const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 1, 2, 255])
  // All of it could be text.
  const pdf = encode('%PDF-1.7 1 0 obj')
  const ask = async (file: Uint8Array, at: number, purpose: string) => {
    const upload = await begin(file.length, { purpose })
    const part_ids = await add(upload, file.subarray(0, at), file.subarray(at))
    return post(complete(upload), { part_ids })
  }
  for (let at = 0; at <= png.length; at++) {
    expect([at, (await ask(png, at, 'vision')).status]).toEqual([at, 200])
    expect(sent.pop()).toContain(`\r\n\r\n${latin1(png)}\r\n`)
  }
  for (let at = 0; at <= pdf.length; at++) {
    expect([at, (await ask(pdf, at, 'user_data')).status]).toEqual([at, 400])
  }
  expect(sent).toEqual([])
})
