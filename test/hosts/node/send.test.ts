/** Calls to upstreams over real sockets. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { Denial } from '../../../src/errors.ts'
import { makeSender } from '../../../src/hosts/node/send.ts'
import { id } from '../../../src/ids.ts'
import type { Limits, Upstream, UpstreamAnswer } from '../../../src/types.ts'

const LIMITS: Limits = {
  requestBytes: 1e6,
  answerBytes: 1e6,
  eventCharacters: 1e5,
  depth: 64,
  fileBytes: 1e6,
  pendingUploads: 16,
  choices: 8,
  firstByteMs: 300,
  idleMs: 300,
  sessionMs: 60_000,
  sessionIdleMs: 60_000,
}
const never = new AbortController().signal
const POST = { method: 'POST', path: '/chat/completions', headers: { 'x-a': '1' }, body: '{"a":"ü"}', stream: false }

type Handler = (request: IncomingMessage, response: ServerResponse) => void
async function play(handler: Handler, limits = LIMITS) {
  const closed: number[] = []
  let calls = 0
  const server = createServer((request, response) => {
    const call = calls++
    response.on('close', () => {
      if (!response.writableFinished) closed.push(call)
    })
    handler(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const sender = makeSender(limits)
  onTestFinished(async () => {
    await sender.close()
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  const upstream: Upstream = { id: id('u'), api: 'openai', url, credential: undefined, zone: id('z'), models: ['*'] }
  return { upstream, send: sender.send, closed, calls: () => calls }
}
async function text(answer: UpstreamAnswer): Promise<string> {
  const decoder = new TextDecoder()
  let out = ''
  for await (const chunk of answer.chunks) out += decoder.decode(chunk, { stream: true })
  return out
}
async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(condition()).toBe(true)
}
async function reasonOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error('it worked'),
    (reason: unknown) => reason,
  )
  return error instanceof Denial ? error.reason : (error as Error).message
}

test('sends method, path, headers and body as they are, asks for no compression, and reads the answer', async () => {
  const { upstream, send } = await play((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      const { method, url, headers } = request
      response.writeHead(201, { 'x-b': '2', 'content-type': 'application/json' })
      response.end(JSON.stringify({ method, url, body, headers }))
    })
  })
  const answer = await send(upstream, POST, never)
  expect(answer.status).toBe(201)
  expect(answer.header('x-b')).toBe('2')
  expect(answer.header('x-c')).toBeUndefined()
  expect(JSON.parse(await text(answer))).toMatchObject({
    method: 'POST',
    url: '/v1/chat/completions',
    body: POST.body,
    headers: { 'x-a': '1', 'accept-encoding': 'identity', 'content-length': '10' },
  })
})

test('a redirect is an answer, and is not followed', async () => {
  const { upstream, send, calls } = await play((_, response) => {
    response.writeHead(307, { location: '/v1/elsewhere' }).end()
  })
  expect((await send(upstream, POST, never)).status).toBe(307)
  expect(calls()).toBe(1)
})

test.for(['gzip', 'br', 'zstd', 'identity, gzip'])(
  'content-encoding %s is refused, and the connection with it',
  async (encoding) => {
    const { upstream, send, closed } = await play((_, response) => {
      response.writeHead(200, { 'content-encoding': encoding })
      response.write('x')
    })
    expect(await reasonOf(send(upstream, POST, never))).toBe('upstream_invalid')
    await until(() => closed.length === 1)
  },
)

test('an upstream that does not answer in time is given up', async () => {
  const { upstream, send, closed } = await play(() => {})
  expect(await reasonOf(send(upstream, POST, never))).toBe('upstream_timeout')
  await until(() => closed.length === 1)
})

test('an upstream that stops in the middle is given up', async () => {
  const { upstream, send } = await play((_, response) => {
    response.writeHead(200)
    response.write('a')
  })
  expect(await reasonOf(text(await send(upstream, POST, never)))).toBe('upstream_timeout')
})

test('an upstream that goes on slowly is not given up', async () => {
  const { upstream, send } = await play((_, response) => {
    response.writeHead(200)
    let n = 0
    const timer = setInterval(() => {
      response.write('a')
      if (++n === 5) {
        clearInterval(timer)
        response.end()
      }
    }, 120)
  })
  expect(await text(await send(upstream, POST, never))).toBe('aaaaa')
})

test('an answer that is cut off does not end', async () => {
  const { upstream, send } = await play((_, response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('half', () => response.destroy())
  })
  await expect(send(upstream, POST, never).then(text)).rejects.toThrow()
})

test('nobody there', async () => {
  const { upstream, send } = await play(() => {})
  await expect(send({ ...upstream, url: 'http://127.0.0.1:1/v1' }, POST, never)).rejects.toThrow()
})

test.for(['before it is sent', 'while waiting', 'in the middle of the answer'] as const)(
  'the client goes away %s',
  async (when) => {
    const { upstream, send, closed, calls } = await play(
      (_, response) => {
        if (when !== 'in the middle of the answer') return
        response.writeHead(200)
        response.write('a')
      },
      { ...LIMITS, firstByteMs: 60_000, idleMs: 60_000 },
    )
    const client = new AbortController()
    if (when === 'before it is sent') client.abort()
    const work = send(upstream, POST, client.signal).then(text)
    const reason = reasonOf(work)
    if (when !== 'before it is sent') {
      await until(() => calls() === 1)
      await new Promise((resolve) => setTimeout(resolve, 30))
      client.abort()
      await until(() => closed.length === 1)
    }
    expect(await reason).toBe('client_gone')
  },
)

test('who stops reading ends the call', async () => {
  const { upstream, send, closed } = await play(
    (_, response) => {
      response.writeHead(200)
      response.write('a')
    },
    { ...LIMITS, idleMs: 60_000 },
  )
  for await (const _ of (await send(upstream, POST, never)).chunks) break
  await until(() => closed.length === 1)
})

test('a slow reader holds the upstream back', async () => {
  const TOTAL = 64 * 1024 * 1024
  let written = 0
  const { upstream, send } = await play(
    (_, response) => {
      response.writeHead(200)
      const piece = Buffer.alloc(64 * 1024, 'x')
      const write = (): void => {
        while (written < TOTAL) {
          written += piece.length
          if (!response.write(piece)) {
            response.once('drain', write)
            return
          }
        }
        response.end()
      }
      write()
    },
    { ...LIMITS, idleMs: 5000 },
  )
  const answer = await send(upstream, POST, never)
  await new Promise((resolve) => setTimeout(resolve, 500))
  // What the sockets of both sides buffer, and no more.
  expect(written).toBeLessThan(TOTAL / 4)
  let read = 0
  for await (const chunk of answer.chunks) read += chunk.length
  expect(read).toBe(TOTAL)
})
