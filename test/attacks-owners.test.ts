/** Attempts to read, to call or to become the owner of what another made: through lists, models, ids that come back, and retries. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answer, makeHost, type TestHost, type TestHostOptions } from '#host'
import { id } from '../src/ids.ts'
import { ownerKey } from '../src/own.ts'
import { proxy } from '../src/proxy.ts'
import type { Domain, Json, JsonObject, UpstreamRequest } from '../src/types.ts'
import { type Got, makeCall, read } from './support/call.ts'
import { OPENAI, open, tryOpen, withUpstreams } from './support/sockets.ts'

const ACME = id('acme')
const CHAT = '/v1/chat/completions'
const chat = (model = 'm'): JsonObject => ({ model, messages: [{ role: 'user', content: 'hi' }] })
const said = { choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }] }

interface Stage {
  readonly host: TestHost
  readonly sent: UpstreamRequest[]
  key(tenant: string, ...domains: Domain[]): Promise<string>
  get(key: string, path: string, query?: string): Promise<Got>
  post(key: string, path: string, body?: Json, headers?: Record<string, string>): Promise<Got>
  /** Whose it is, as `tenant principal`. */
  owner(name: string): Promise<string | undefined>
}
/** `tells`: what the upstream says, by method and path. */
async function makeStage(
  tells: (request: UpstreamRequest) => Json,
  options: Omit<TestHostOptions, 'upstream'> = {},
): Promise<Stage> {
  const sent: UpstreamRequest[] = []
  const host = await makeHost({
    ...options,
    upstream(request) {
      sent.push(request)
      return answer(200, tells(request))
    },
  })
  return {
    host,
    sent,
    key: (tenant, ...domains) => host.addKey({ tenant: id(tenant), domains }),
    get: async (key, path, query = '') => read(await proxy(makeCall({ method: 'GET', path, key, query }), host)),
    async post(key, path, body, headers = {}) {
      const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
      return read(
        await proxy(
          makeCall({ path, key, ...(body !== undefined && { body }), headers: { ...type, ...headers } }),
          host,
        ),
      )
    },
    async owner(name) {
      const [found] = await host.owners.find([ownerKey('openai', name)])
      return found && `${found.tenant} ${found.principal}`
    },
  }
}
const nameOf = (tenant: string, key: string) => `${tenant} ${key.slice(3, 11)}`
const idsOf = (got: Got) => (got.json() as { data: { id: string }[] }).data.map((item) => item.id)

/** An upstream's account that tenants share, with a batch of one of them. */
const BATCH = { id: 'batch_a', object: 'batch', output_file_id: 'file-out', error_file_id: null }
const account = ({ method, path }: UpstreamRequest): Json => {
  const [where] = path.split('?')
  if (where === '/batches')
    return method === 'POST' ? { ...BATCH, output_file_id: null } : { object: 'list', data: [BATCH] }
  if (where === '/files') {
    return {
      object: 'list',
      data: [
        { id: 'file-out', object: 'file' },
        { id: 'file-old', object: 'file' },
      ],
    }
  }
  if (where!.startsWith('/batches/')) return BATCH
  return { id: where!.split('/')[2] ?? 'x', object: 'thing' }
}
/** A tenant with a batch, which has run; and the keys of others. */
async function withBatch() {
  const stage = await makeStage(account)
  const maker = await stage.key('acme', 'invoke')
  await stage.host.owners.claim(
    ['file-in', 'batch file-in'].map((name) => ({
      id: `openai ${name}`,
      tenant: ACME,
      principal: id(maker.slice(3, 11)),
      upstream: id('mirror-openai'),
      chain: id('chain-in'),
    })),
  )
  const body = { input_file_id: 'file-in', endpoint: CHAT, completion_window: '24h' }
  expect((await stage.post(maker, '/v1/batches', body)).status).toBe(200)
  expect(await stage.owner('batch_a')).toBe(nameOf('acme', maker))
  expect(await stage.owner('file-out')).toBeUndefined()
  return { ...stage, maker }
}

describe('what nobody made through this proxy', () => {
  test('is not read by another tenant that may inspect, wherever it is named', async () => {
    const { sent, key, get, post } = await withBatch()
    const stranger = await key('other', 'invoke', 'train', 'inspect')
    const before = sent.length
    for (const path of [
      '/v1/files/file-out',
      '/v1/files/file-out/content',
      '/v1/responses/resp_unknown',
      '/v1/threads/thread_unknown/messages',
      '/v1/fine_tuning/jobs/ftjob-unknown/events',
      '/v1/evals/eval_unknown/runs/run_1/output_items',
      '/v1/safety/alerts/alert_1',
    ]) {
      expect([path, (await get(stranger, path)).status]).toEqual([path, 403])
    }
    const body = { model: 'm', input: 'go on', previous_response_id: 'resp_unknown' }
    expect((await post(stranger, '/v1/responses', body)).status).toBe(403)
    expect(sent.length).toBe(before)
    expect(idsOf(await get(stranger, '/v1/files'))).toEqual([])
  })

  test('is read by the tenant that policy names, if it may inspect, and by no other key of it', async () => {
    const { key, get, post } = await withBatch()
    const [inspector, caller] = [await key('default', 'invoke', 'inspect'), await key('default', 'invoke')]
    const body = { model: 'm', input: 'go on', previous_response_id: 'resp_unknown' }
    expect((await get(inspector, '/v1/files/file-old')).status).toBe(200)
    expect((await post(inspector, '/v1/responses', body)).status).not.toBe(403)
    expect(idsOf(await get(inspector, '/v1/files'))).toEqual(['file-out', 'file-old'])
    expect((await get(caller, '/v1/files/file-old')).status).toBe(403)
    expect((await post(caller, '/v1/responses', body)).status).toBe(403)
    expect(idsOf(await get(caller, '/v1/files'))).toEqual([])
  })

  test.each(['its own batch', 'its batches', 'its batch, by an inspector', 'all batches, by a stranger'])(
    'is its maker’s once anybody has asked for %s',
    async (how) => {
      const { key, get, owner, maker } = await withBatch()
      const inspector = await key('acme', 'inspect')
      const stranger = await key('other', 'invoke', 'inspect')
      if (how === 'its own batch') await get(maker, '/v1/batches/batch_a')
      else if (how === 'its batches') expect(idsOf(await get(maker, '/v1/batches'))).toEqual(['batch_a'])
      else if (how === 'all batches, by a stranger') expect(idsOf(await get(stranger, '/v1/batches'))).toEqual([])
      else expect((await get(inspector, '/v1/batches/batch_a')).status).toBe(200)
      expect(await owner('file-out')).toBe(nameOf('acme', maker))
      expect((await get(maker, '/v1/files/file-out')).status).toBe(200)
      expect((await get(inspector, '/v1/files/file-out')).status).toBe(200)
      expect(idsOf(await get(inspector, '/v1/files'))).toEqual(['file-out'])
      const theirs = await key('default', 'invoke', 'inspect')
      for (const foreign of [stranger, theirs]) expect((await get(foreign, '/v1/files/file-out')).status).toBe(403)
    },
  )
})

describe('tuned models', () => {
  const MODEL = 'ft:gpt-4o-mini:acme::7QB8b2'
  const CHECKPOINT = 'ft:gpt-4o-mini:acme::7QB8b2:ckpt-step-90'
  const UNKNOWN = 'ft:gpt-4o-mini:others::1'
  const job = { id: 'ftjob-1', object: 'fine_tuning.job', fine_tuned_model: MODEL }
  const tuned = ({ method, path }: UpstreamRequest): Json => {
    if (path === '/models')
      return { object: 'list', data: ['gpt-4o', MODEL, UNKNOWN].map((one) => ({ id: one, object: 'model' })) }
    if (path.endsWith('/checkpoints'))
      return { object: 'list', data: [{ id: 'ftckpt_1', fine_tuned_model_checkpoint: CHECKPOINT }] }
    if (path === '/fine_tuning/jobs')
      return method === 'POST' ? { ...job, fine_tuned_model: null } : { object: 'list', data: [job] }
    if (path.startsWith('/fine_tuning/')) return job
    if (path.startsWith('/models/')) return { id: 'x', object: 'model' }
    return said
  }
  async function withModel() {
    const stage = await makeStage(tuned)
    const maker = await stage.key('acme', 'train', 'invoke')
    const principal = id(maker.slice(3, 11))
    const at = { tenant: ACME, principal, upstream: id('mirror-openai'), chain: id('chain-1') }
    await stage.host.owners.claim(['openai file-t', 'openai fine-tune file-t'].map((name) => ({ id: name, ...at })))
    const body = { model: 'gpt-4o', training_file: 'file-t' }
    expect((await stage.post(maker, '/v1/fine_tuning/jobs', body)).status).toBe(200)
    return { ...stage, maker }
  }

  test.each(['/v1/fine_tuning/jobs/ftjob-1', '/v1/fine_tuning/jobs'])(
    'belong to the tenant of who had them tuned, once %s was asked for',
    async (path) => {
      const { sent, key, get, post, owner, maker } = await withModel()
      await get(maker, path)
      expect(await owner(MODEL)).toBe(nameOf('acme', maker))
      const [colleague, stranger] = [await key('acme', 'invoke'), await key('other', 'invoke', 'train', 'inspect')]
      for (const own of [maker, colleague]) {
        expect((await post(own, CHAT, chat(MODEL))).status).toBe(200)
        expect((await get(own, `/v1/models/${MODEL}`)).status).toBe(200)
        expect(idsOf(await get(own, '/v1/models'))).toEqual(['gpt-4o', MODEL])
      }
      const before = sent.length
      const refused: [string, Json][] = [
        [CHAT, chat(MODEL)],
        ['/v1/responses', { model: MODEL, input: 'hi' }],
        ['/v1/fine_tuning/jobs', { model: MODEL, training_file: 'file-t' }],
        ['/v1/assistants', { model: MODEL }],
        ['/v1/threads/runs', { assistant_id: 'asst', model: MODEL, thread: { messages: [] } }],
        ['/v1/evals', { name: 'x', testing_criteria: [{ type: 'score_model', model: MODEL }] }],
      ]
      for (const [where, body] of refused)
        expect([where, (await post(stranger, where, body)).status]).toEqual([where, 403])
      expect((await get(stranger, `/v1/models/${MODEL}`)).status).toBe(403)
      expect(sent.length).toBe(before)
      expect(idsOf(await get(stranger, '/v1/models'))).toEqual(['gpt-4o'])
    },
  )

  test('checkpoints too, for the maker of the job, though it may not ask for them', async () => {
    const { key, get, post, owner, maker } = await withModel()
    expect((await get(await key('acme', 'inspect'), '/v1/fine_tuning/jobs/ftjob-1/checkpoints')).status).toBe(200)
    expect(await owner(CHECKPOINT)).toBe(nameOf('acme', maker))
    expect((await post(maker, CHAT, chat(CHECKPOINT))).status).toBe(200)
    expect((await post(await key('other', 'invoke'), CHAT, chat(CHECKPOINT))).status).toBe(403)
  })

  test('that nobody had tuned here are listed to the tenant that policy names, if it may inspect', async () => {
    const { key, get, maker } = await withModel()
    await get(maker, '/v1/fine_tuning/jobs/ftjob-1')
    expect(idsOf(await get(await key('default', 'inspect'), '/v1/models'))).toEqual(['gpt-4o', UNKNOWN])
    expect(idsOf(await get(await key('default', 'invoke'), '/v1/models'))).toEqual(['gpt-4o'])
    expect(idsOf(await get(await key('acme', 'inspect'), '/v1/models'))).toEqual(['gpt-4o', MODEL])
  })

  test('in a line of a batch', async () => {
    const { sent, key, get, maker, host } = await withModel()
    await get(maker, '/v1/fine_tuning/jobs/ftjob-1')
    const before = sent.length
    const line = { custom_id: 'a', method: 'POST', url: CHAT, body: chat(MODEL) }
    const part = (head: string, text: string) => `--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n${text}\r\n`
    const raw = `${part('name="purpose"', 'batch')}${part('name="file"; filename="b.jsonl"', JSON.stringify(line))}--b--\r\n`
    const headers = { 'content-type': 'multipart/form-data; boundary=b' }
    const send = async (who: string) =>
      (await read(await proxy(makeCall({ path: '/v1/files', key: who, raw, headers }), host))).status
    expect(await send(await key('other', 'invoke'))).toBe(403)
    expect(sent.length).toBe(before)
    expect(await send(maker)).toBe(200)
  })
})

test('a model that another tenant had tuned cannot be talked to over a socket', async () => {
  const model = 'ft:gpt-4o-mini:acme::7QB8b2'
  const host = await makeHost({ edit: withUpstreams(OPENAI) })
  const owner = { tenant: ACME, principal: id('k'), upstream: id('openai'), chain: id('c') }
  await host.owners.claim([{ id: ownerKey('openai', model), ...owner }])
  const [own, foreign] = [await host.addKey(), await host.addKey({ tenant: id('other') })]
  const talk = { path: '/v1/realtime', query: `model=${model}` }
  expect(await tryOpen(host, { key: foreign, ...talk })).toMatchObject({ status: 403 })
  for (const key of [own, foreign]) {
    const { client, upstream, done } = await open(host, { key, path: '/v1/responses', query: '' })
    client.say({ type: 'response.create', model, input: 'hello there' })
    if (key === own) expect(await upstream.next()).toMatchObject({ model })
    else expect(await client.next()).toMatchObject({ error: { code: 'permission_denied' } })
    client.hangUp()
    await done
  }
})

describe('ids that the caller chooses', () => {
  const NAME = fc.stringMatching(/^[A-Za-z0-9_:.-]{2,40}$/)
  test('never become its own by coming back', async () => {
    let body: JsonObject = {}
    const { key, post, owner } = await makeStage(() => body)
    const maker = await key('acme', 'invoke')
    let asked = 0
    await fc.assert(
      fc.asyncProperty(
        NAME,
        NAME,
        fc.constantFrom('item', 'top', 'nested', 'key', 'json'),
        async (name, fresh, where) => {
          fc.pre(name !== fresh && name !== 'message' && name !== 'user' && name !== 'hi' && name !== 'm')
          const theirs = `x${fresh}`
          body = {
            id: theirs,
            object: 'response',
            output: [{ id: name, type: 'message', container_id: name, content: [] }],
          }
          const input: Json = [
            { type: 'message', role: 'user', content: 'hi', ...(where === 'item' && { id: name }) },
            ...(where === 'json' ? [{ type: 'message', role: 'user', content: JSON.stringify({ a: [name] }) }] : []),
          ]
          const more: JsonObject =
            where === 'top'
              ? { request_id: name }
              : where === 'nested'
                ? { metadata: { a: name } }
                : where === 'key'
                  ? { metadata: { [name]: 'a' } }
                  : {}
          const before = await owner(name)
          const got = await post(maker, '/v1/responses', { model: 'm', input, ...more })
          if (got.status !== 200) return
          asked++
          expect(await owner(name)).toBe(before)
          expect(await owner(theirs)).toBe(nameOf('acme', maker))
        },
      ),
      { numRuns: 60 },
    )
    // Some look like data, or are a field of the API, and are refused.
    expect(asked).toBeGreaterThan(40)
  })

  test('nor by an event of a socket', async () => {
    const host = await makeHost({ edit: withUpstreams(OPENAI) })
    const key = await host.addKey()
    const { client, upstream, done } = await open(host, { key, path: '/v1/responses', query: '' })
    const input = [{ type: 'message', id: 'their-1', role: 'user', content: 'hello there' }]
    client.say({ type: 'response.create', model: 'gpt-5', input })
    await upstream.next()
    const output = ['their-1', 'fresh-1'].map((one) => ({ id: one, type: 'message', content: [] }))
    upstream.say({ type: 'response.created', response: { id: 'resp_1', output } })
    await client.next()
    const owners = await host.owners.find(['their-1', 'fresh-1'].map((one) => ownerKey('openai', one)))
    expect(owners.map((one) => one?.tenant)).toEqual([undefined, 'acme'])
    client.hangUp()
    await done
  })

  test('nor where a thing that nobody made is asked for by its id', async () => {
    const { key, get, owner } = await makeStage(() => ({ id: 'batch_b', output_file_id: 'file-x' }))
    const inspector = await key('default', 'inspect')
    expect((await get(inspector, '/v1/batches/batch_b')).status).toBe(200)
    expect([await owner('batch_b'), await owner('file-x')]).toEqual([undefined, undefined])
  })
})

test('an idempotency key is one caller’s: the same again for the same, another for others', async () => {
  const { host, sent, key, post } = await makeStage(() => said)
  const keys = [await key('acme', 'invoke'), await key('acme', 'invoke'), await key('other', 'invoke')]
  for (const one of [keys[0]!, ...keys]) await post(one, CHAT, chat(), { 'idempotency-key': 'retry-1' })
  await post(keys[0]!, CHAT, chat(), { 'idempotency-key': 'retry-2' })
  const told = sent.map(({ headers }) => headers['idempotency-key']!)
  expect(told.every((one) => /^[0-9a-f]{64}$/.test(one))).toBe(true)
  expect(told[0]).toBe(told[1])
  expect(new Set(told).size).toBe(4)
  expect(host.warnings).toEqual([])
})

describe('lists', () => {
  const list = {
    object: 'list',
    data: [{ id: 'file-1', object: 'file' }],
    extra: [{ id: 'file-2', filename: 'theirs' }],
    more: { filename: 'theirs' },
    note: 'theirs',
    count: 7,
    first_id: 'file-1',
    last_id: 'file-1',
    next_page: 'page_theirs',
    has_more: true,
  }
  test('hold nothing beside their items that is not known, but for who may read all', async () => {
    const { key, get } = await makeStage(() => list)
    for (const [tenant, domains] of [
      ['acme', ['invoke']],
      ['acme', ['inspect']],
      ['default', ['invoke']],
    ] as const) {
      const got = await get(await key(tenant, ...domains), '/v1/files')
      expect(got.json()).toEqual({
        object: 'list',
        data: [],
        first_id: null,
        last_id: null,
        next_page: null,
        has_more: false,
      })
    }
    expect((await get(await key('default', 'inspect'), '/v1/files')).json()).toEqual(list)
  })
})

describe('uploads in parts that are begun and left', () => {
  const announce = (bytes: number): JsonObject => ({
    bytes,
    filename: 'a.txt',
    mime_type: 'text/plain',
    purpose: 'user_data',
  })
  test('are as many as the settings say, of one key and of its tenant', async () => {
    const { host, key, post, sent } = await makeStage(() => ({}))
    const { pendingUploads, fileBytes } = host.bundle.settings.limits
    expect(pendingUploads).toBe(16)
    const keys = await Promise.all(Array.from({ length: 5 }, () => key('acme', 'invoke')))
    const begun: string[] = []
    const begin = async (who: string, bytes: number) => {
      const got = await post(who, '/v1/uploads', announce(bytes))
      if (got.status === 200) begun.push((got.json() as { id: string }).id)
      else expect([got.status, got.text]).toEqual([413, expect.stringContaining('unfinished')])
      return got.status
    }
    // As large as they may be, and at once.
    await Promise.all(Array.from({ length: 30 }, () => begin(keys[0]!, fileBytes)))
    expect(begun).toHaveLength(4)
    expect(await begin(keys[0]!, 1)).toBe(413)
    await post(keys[0]!, `/v1/uploads/${begun[0]}/cancel`)
    await Promise.all(Array.from({ length: 30 }, () => begin(keys[0]!, 1)))
    expect(begun).toHaveLength(4 + 13)
    for (const one of keys.slice(1)) await Promise.all(Array.from({ length: 20 }, () => begin(one, 1)))
    expect(begun).toHaveLength(1 + 4 * 16)
    expect(await begin(await key('other', 'invoke'), fileBytes)).toBe(200)
    expect(sent).toEqual([])
  })
})
