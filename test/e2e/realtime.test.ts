/** The vendor's own clients over WebSockets, unchanged, through the real proxy on both hosts. */
import OpenAI from 'openai'
import { OpenAIRealtimeWebSocket } from 'openai/realtime/websocket'
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { ResponsesWS } from 'openai/resources/responses/ws'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { makeFolder, parapet, type Running, readDevEnv, start } from '../support/host-process.ts'
import {
  type Connection,
  type PlayedSockets,
  startSockets,
  tellRealtime,
  tellResponse,
} from '../support/host-sockets.ts'
import { startTls, type TlsFront } from '../support/tls.ts'

const MAIL = 'ann.lee@corp.example.com'
const TOKEN = /<EMAIL_ADDRESS_[a-z2-7]{16}>/
const MODEL = 'gpt-realtime'

const HOSTS = {
  node: (variables: Record<string, string>) => parapet(['serve', '--dev'], variables),
  workerd: (variables: Record<string, string>) => start('scripts/dev-edge.ts', [], variables),
}

describe.each(Object.entries(HOSTS))('%s', (name, launch) => {
  const data = makeFolder()
  let api: PlayedSockets
  let tls: TlsFront
  let running: Running
  let key: string
  let inspect: string
  let port: number
  let openai: OpenAI
  let ending: ReturnType<Running['stop']> | undefined

  beforeAll(async () => {
    api = await startSockets()
    running = launch({
      PARAPET_DATA: data.path,
      PORT: '0',
      OPENAI_BASE_URL: `${api.url}/v1`,
      OPENAI_API_KEY: 'sk-openai',
    })
    await running.until(/Parapet is at/, 90_000)
    const keys = readDevEnv(data.path)
    key = keys.PARAPET_INVOKE_KEY!
    inspect = keys.PARAPET_INSPECT_KEY!
    port = Number(new URL(keys.PARAPET_URL!).port)
    tls = await startTls(port)
    openai = new OpenAI({ apiKey: key, baseURL: `https://localhost:${tls.port}/v1`, maxRetries: 0 })
  }, 120_000)
  afterAll(async () => {
    const done = await (ending ?? running.stop())
    expect(done.code, running.output()).toBe(0)
    api.stop()
    tls.stop()
    data.remove()
  })

  /** What reached the upstream holds nothing that was to stay, and came under its own key. */
  function expectPseudonyms({ headers, got, path }: Connection): void {
    expect(got.join()).toMatch(TOKEN)
    expect(got.join()).not.toContain('ann.lee')
    expect(headers.authorization).toBe('Bearer sk-openai')
    expect(JSON.stringify([headers, path, got])).not.toContain('pk_')
    expect(headers['sec-websocket-protocol']).toBeUndefined()
  }
  const tell = (connection: Connection): void => {
    const token = TOKEN.exec(connection.got.join())?.[0]
    tellRealtime(connection, `Hello ${token}, how are you?`)
  }
  const playRealtime = (): void =>
    api.play(
      (event, connection) => {
        if (event.type === 'response.create') tell(connection)
      },
      (connection) =>
        connection.say({ type: 'session.created', event_id: 'e0', session: { type: 'realtime', model: MODEL } }),
    )
  async function until(condition: () => boolean, ms = 5000): Promise<boolean> {
    for (const deadline = Date.now() + ms; Date.now() < deadline; ) {
      if (condition()) return true
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    return false
  }

  interface Recorded {
    readonly id: string
    readonly outcome: { readonly ending: string; readonly usage: unknown } | null
  }
  async function recorded(): Promise<Recorded[]> {
    const headers = { authorization: `Bearer ${inspect}` }
    const page = await fetch(`http://127.0.0.1:${port}/parapet/v1/decisions?limit=20`, { headers })
    return ((await page.json()) as { decisions: Recorded[] }).decisions
  }

  const clients = {
    'with headers': () => new OpenAIRealtimeWS({ model: MODEL }, openai),
    'as a browser does': () => new OpenAIRealtimeWebSocket({ model: MODEL, dangerouslyAllowBrowser: true }, openai),
  }
  test.each(Object.entries(clients))('Realtime, %s', async (_, connect) => {
    playRealtime()
    const realtime = connect()
    const errors: unknown[] = []
    realtime.on('error', (error) => errors.push(error))
    let joined = ''
    const whole = await new Promise<string>((resolve, reject) => {
      realtime.on('error', reject)
      realtime.on('session.created', () => {
        const content = [{ type: 'input_text' as const, text: `I am ${MAIL}.` }]
        realtime.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be kind to everybody.' } })
        realtime.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } })
        realtime.send({ type: 'response.create' })
      })
      realtime.on('response.output_text.delta', ({ delta }) => {
        joined += delta
      })
      realtime.on('response.output_text.done', ({ text }) => resolve(text))
    })
    expect(whole).toBe(`Hello ${MAIL}, how are you?`)
    expect(joined).toBe(whole)
    const [connection] = api.connections
    expectPseudonyms(connection!)
    expect(connection!.path).toBe(`/v1/realtime?model=${MODEL}`)
    realtime.close()
    expect(await until(() => connection!.closed !== undefined)).toBe(true)
    expect(connection!.closed).toBe(1000)
    expect(errors).toEqual([])
    // The session, and what of it carried text: each on record, with how it ended.
    let rows: Recorded[] = []
    await until(() => {
      void recorded().then((now) => {
        rows = now.filter(({ id }) => id.startsWith(now[0]!.id.split('.')[0]!))
      })
      return rows.length > 0 && rows.every(({ outcome }) => outcome !== null)
    })
    expect(rows.map(({ id, outcome }) => [id.split('.')[1], outcome?.ending])).toEqual([
      ['2', 'complete'],
      ['1', 'complete'],
      [undefined, 'complete'],
    ])
    expect(rows.at(-1)!.outcome?.usage).toEqual({ input: 5, output: 7 })
  })

  test('an event that may not leave is answered with an error, and the session goes on', async () => {
    playRealtime()
    const realtime = new OpenAIRealtimeWS({ model: MODEL }, openai)
    await new Promise((resolve) => realtime.on('session.created', resolve))
    const refused = new Promise<Error>((resolve) => realtime.on('error', resolve))
    realtime.send({ type: 'session.update', session: { type: MAIL as 'realtime' } })
    const { message } = await refused
    expect(message).toMatch(/code=guardrail_blocked/)
    expect(message).not.toContain('ann.lee')
    const done = new Promise((resolve) => realtime.on('response.done', resolve))
    realtime.send({ type: 'response.create' })
    await done
    expect(api.connections[0]!.got).toEqual(['{"type":"response.create"}'])
    realtime.close()
  })

  test('Responses', async () => {
    let made = 0
    api.play((event, connection) => {
      if (event.type === 'response.create') {
        const token = TOKEN.exec(connection.got.join())?.[0]
        tellResponse(connection, `resp_${++made}${'0'.repeat(20)}`, `Hello ${token}, how are you?`)
      }
    })
    const socket = new ResponsesWS(new OpenAI({ apiKey: key, baseURL: `http://127.0.0.1:${port}/v1` }))
    let previous: string | undefined
    for (let turn = 0; turn < 3; turn++) {
      let joined = ''
      const onDelta = ({ delta }: { delta: string }): void => {
        joined += delta
      }
      socket.on('response.output_text.delta', onDelta)
      const completed = new Promise<OpenAI.Responses.Response>((resolve, reject) => {
        socket.once('response.completed', ({ response }) => resolve(response))
        socket.once('error', reject)
        socket.once('close', () => reject(new Error('closed')))
      })
      socket.send({
        type: 'response.create',
        model: 'gpt-5',
        input: turn === 0 ? `I am ${MAIL}.` : 'And again?',
        ...(previous !== undefined && { previous_response_id: previous }),
      })
      const response = await completed
      socket.off('response.output_text.delta', onDelta)
      expect(joined).toBe(`Hello ${MAIL}, how are you?`)
      expect(JSON.stringify(response.output)).toContain(joined)
      previous = response.id
    }
    expectPseudonyms(api.connections[0]!)
    expect(api.connections).toHaveLength(1)
    expect(api.connections[0]!.path).toBe('/v1/responses')
    socket.close()
  })

  const url = (query = `model=${MODEL}`): string => `ws://127.0.0.1:${port}/v1/realtime?${query}`
  /** A client of no particular make. */
  function connect(more: { query?: string; protocols?: string[]; headers?: Record<string, string> } = {}) {
    const { query, protocols = [], headers = { authorization: `Bearer ${key}` } } = more
    const socket = new WebSocket(url(query), protocols, { headers })
    const got: string[] = []
    socket.on('message', (text) => got.push(String(text)))
    const closed = new Promise<number>((resolve) => socket.on('close', resolve))
    const opened = new Promise<void>((resolve, reject) => socket.on('open', resolve).on('error', reject))
    opened.catch(() => {})
    return { socket, got, closed, opened }
  }
  async function refusal(more: Parameters<typeof connect>[0]): Promise<{ status: number; body: string }> {
    const { socket } = connect(more)
    return new Promise((resolve) =>
      socket.on('unexpected-response', (_request, response) => {
        let body = ''
        response.on('data', (text) => {
          body += text
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
      }),
    )
  }

  test('is refused before it is open, as any call', async () => {
    api.play(() => {})
    const unknown = await refusal({ headers: { authorization: `Bearer ${key.slice(0, -2)}aa` } })
    expect(unknown.status).toBe(401)
    expect(JSON.parse(unknown.body)).toMatchObject({ error: { code: 'unauthenticated' } })
    expect((await refusal({ headers: {} })).status).toBe(401)
    expect((await refusal({ query: 'model=m&call_id=rtc_1' })).status).toBe(400)
    expect((await refusal({ query: `model=${MAIL}` })).body).not.toContain('ann.lee')
    expect(api.connections).toEqual([])
  })

  test('answers no subprotocol but `realtime`', async () => {
    api.play(() => {})
    const { socket, opened } = connect({ protocols: [`openai-insecure-api-key.${key}`, 'realtime'], headers: {} })
    await opened
    expect(socket.protocol).toBe('realtime')
    socket.close()
  })

  test('close codes reach the other side', async () => {
    api.play(() => {})
    const one = connect()
    await one.opened
    one.socket.close(4002, MAIL)
    expect(await until(() => api.connections[0]?.closed !== undefined)).toBe(true)
    expect(api.connections[0]!.closed).toBe(4002)
    api.play(
      () => {},
      ({ socket }) => setTimeout(() => socket.close(4003, MAIL), 50),
    )
    const other = connect()
    let reason = ''
    other.socket.on('close', (_code, text) => {
      reason = String(text)
    })
    expect(await other.closed).toBe(4003)
    expect(reason).not.toContain('ann.lee')
    // Gone without a word, either way.
    api.play(
      () => {},
      ({ socket }) => setTimeout(() => socket.terminate(), 50),
    )
    expect(await connect().closed).toBe(1011)
    api.play(() => {})
    const last = connect()
    await last.opened
    last.socket.terminate()
    expect(await until(() => api.connections[0]?.closed !== undefined)).toBe(true)
  })

  test('messages that are not text, or too long, end the session; and so do ones of the upstream', async () => {
    api.play(() => {})
    const binary = connect()
    await binary.opened
    binary.socket.send(Buffer.from('{"type":"a"}'), { binary: true })
    expect(await binary.closed).toBe(1003)
    const long = connect()
    await long.opened
    long.socket.on('error', () => {})
    long.socket.send(JSON.stringify({ type: 'a', b: 'x'.repeat(9 * 1024 * 1024) }))
    expect([1009, 1006]).toContain(await long.closed)
    expect(api.connections.flatMap(({ got }) => got)).toEqual([])
    api.play(
      () => {},
      ({ socket }) => socket.send(Buffer.from([1, 2, 3])),
    )
    const other = connect()
    expect(await other.closed).toBe(1011)
    expect(JSON.parse(other.got[0]!)).toMatchObject({ type: 'error', error: { code: 'upstream_invalid' } })
  })

  test('hundreds of events in a row come back in their order, whoever is slow', async () => {
    api.play((event, connection) => connection.say({ type: 'conversation.item.added', item: event.item }))
    const { socket, got, opened } = connect()
    await opened
    for (let i = 0; i < 400; i++) {
      const content = [{ type: 'input_text', text: `number ${i} of ${MAIL}` }]
      socket.send(
        JSON.stringify({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } }),
      )
    }
    socket.pause()
    setTimeout(() => socket.resume(), 300)
    expect(await until(() => got.length >= 400, 25_000)).toBe(true)
    expect(got.map((text) => JSON.parse(text).item.content[0].text)).toEqual(
      Array.from({ length: 400 }, (_, i) => `number ${i} of ${MAIL}`),
    )
    socket.close()
  })

  if (name === 'node') {
    test('a session of a key that is revoked ends within seconds', async () => {
      api.play(() => {})
      const made = await parapet(['keys', 'create', '--tenant', 'acme', '--domain', 'invoke'], {
        PARAPET_DATA: data.path,
      }).finished
      const other = /pk_[a-z2-7]{8}_[a-z2-7]{52}/.exec(made.out)?.[0]
      expect(other, made.err).toBeDefined()
      const { opened, closed } = connect({ headers: { authorization: `Bearer ${other}` } })
      await opened
      await parapet(['keys', 'revoke', other!.slice(3, 11)], { PARAPET_DATA: data.path }).finished
      expect(await closed).toBe(1008)
    })
  }

  test('a proxy that stops ends its sessions', async () => {
    api.play(() => {})
    const { opened, closed } = connect()
    await opened
    ending = running.stop()
    // workerd cuts its connections.
    expect(name === 'node' ? [1001] : [1001, 1006]).toContain(await closed)
    expect(await until(() => api.connections[0]?.closed !== undefined)).toBe(true)
  })
})
