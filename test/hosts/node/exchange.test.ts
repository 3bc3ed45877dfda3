/** From sockets to calls and from answers to sockets. */
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { exchangeNode } from '../../../src/hosts/node/exchange.ts'
import type { Exchange } from '../../../src/ports.ts'
import type { Answer, Call } from '../../../src/types.ts'

async function serve(proxy: Exchange): Promise<{ port: number; url: string }> {
  const server = createServer((incoming, outgoing) => void exchangeNode(incoming, outgoing, proxy))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { port, url: `http://127.0.0.1:${port}` }
}
/** Sends bytes, and gives what came until the connection ended. */
function raw(port: number, bytes: string, after?: (socket: ReturnType<typeof connect>) => void): Promise<string> {
  return new Promise((resolve) => {
    let got = ''
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(bytes)
      after?.(socket)
    })
    socket.on('data', (chunk) => {
      got += chunk
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(got))
  })
}
const OK: Answer = { status: 200, headers: { 'x-a': '1' }, body: 'grün' }

test('a call has method, path and query as sent, headers and body', async () => {
  const seen: unknown[] = []
  const { port } = await serve(async (call) => {
    const body = await call.read(100)
    seen.push([
      call.method,
      call.path,
      call.query,
      call.header('x-b'),
      call.header('x-c'),
      new TextDecoder().decode(body),
    ])
    return OK
  })
  const rest = 'x-b: 2\r\ncontent-length: 3\r\nconnection: close\r\n\r\nabc'
  await raw(port, `POST /v1//a%2fb/../c?x=%20&y HTTP/1.1\r\nhost: x\r\n${rest}`)
  await raw(port, `POST http://evil.example/v1/c?d HTTP/1.1\r\nhost: x\r\n${rest}`)
  expect(seen).toEqual([
    ['POST', '/v1//a%2fb/../c', 'x=%20&y', '2', undefined, 'abc'],
    ['POST', '/v1/c', 'd', '2', undefined, 'abc'],
  ])
})

test('an answer has its status, headers and exact length', async () => {
  const { url } = await serve(async () => OK)
  const response = await fetch(url)
  expect(response.headers.get('x-a')).toBe('1')
  expect(response.headers.get('content-length')).toBe('5')
  expect(await response.text()).toBe('grün')
})

test.for([
  ['with a length', 'content-length: 1000\r\n\r\n'],
  ['in chunks', 'transfer-encoding: chunked\r\n\r\n3e8\r\n'],
] as const)('a body over the limit is not read, %s, and the caller gets an answer', async ([, head]) => {
  const { port } = await serve(async (call) => {
    expect(await call.read(999)).toBeUndefined()
    return { ...OK, status: 413 }
  })
  const got = await raw(port, `POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${head}${'x'.repeat(1000)}`)
  expect(got).toMatch(/^HTTP\/1\.1 413 /)
})

test('a body of exactly the limit is read, in however many pieces', async () => {
  const { port } = await serve(async (call) => {
    expect((await call.read(1000))?.length).toBe(1000)
    return OK
  })
  const got = await raw(
    port,
    'POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 1000\r\n\r\n',
    (socket) => {
      let n = 0
      const timer = setInterval(() => {
        socket.write('x'.repeat(100))
        if (++n === 10) clearInterval(timer)
      }, 2)
    },
  )
  expect(got).toMatch(/^HTTP\/1\.1 200 /)
})

test('a client that goes away in the middle of its body fails the call', async () => {
  let failed: unknown
  const { port } = await serve(async (call) => {
    failed = await call.read(1000).catch((error: unknown) => error)
    return OK
  })
  await raw(port, 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nabc', (socket) =>
    setTimeout(() => socket.destroy(), 30),
  )
  await expect.poll(() => failed).toMatchObject({ reason: 'client_gone' })
})

test('a stream reaches the client piece by piece', async () => {
  let next: (() => void) | undefined
  async function* body(): AsyncGenerator<string> {
    for (const piece of ['a', 'b', 'c']) {
      yield piece
      await new Promise<void>((resolve) => {
        next = resolve
      })
    }
  }
  const { url } = await serve(async () => ({ ...OK, body: body() }))
  const reader = (await fetch(url)).body!.getReader()
  for (const piece of ['a', 'b', 'c']) {
    expect(new TextDecoder().decode((await reader.read()).value)).toBe(piece)
    await expect.poll(() => next).toBeDefined()
    next!()
    next = undefined
  }
  expect((await reader.read()).done).toBe(true)
})

test('a body that fails is a broken connection, never a clean end', async () => {
  async function* body(): AsyncGenerator<string> {
    yield 'half'
    await new Promise((resolve) => setTimeout(resolve, 20))
    throw new Error('secret detail')
  }
  const { url, port } = await serve(async () => ({ ...OK, body: body() }))
  const response = await fetch(url)
  await expect(response.text()).rejects.toThrow()
  const got = await raw(port, 'GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
  expect(got).toContain('half')
  expect(got).not.toContain('\r\n0\r\n')
  expect(got).not.toContain('secret')
})

test('a pipeline that fails is a broken connection', async () => {
  const { url } = await serve(async () => {
    throw new Error('secret detail')
  })
  await expect(fetch(url)).rejects.toThrow()
})

test.for(['before the answer', 'in the middle of it', 'while it is held back'] as const)(
  'a client that goes away %s is told to the pipeline, and its stream is ended',
  async (when) => {
    const told: string[] = []
    let call: Call | undefined
    async function* body(): AsyncGenerator<string> {
      try {
        yield 'a'
        if (when === 'while it is held back') for (;;) yield 'x'.repeat(1 << 16)
        await new Promise<void>((resolve) => call!.signal.addEventListener('abort', () => resolve()))
      } finally {
        told.push('ended')
      }
    }
    const { port } = await serve(async (made) => {
      call = made
      call.signal.addEventListener('abort', () => told.push('aborted'))
      if (when === 'before the answer') await new Promise((resolve) => setTimeout(resolve, 60))
      return { ...OK, body: body() }
    })
    void raw(port, 'GET / HTTP/1.1\r\nhost: x\r\n\r\n', (socket) => {
      socket.pause()
      setTimeout(() => socket.destroy(), 30)
    })
    await expect.poll(() => told.toSorted()).toEqual(['aborted', 'ended'])
  },
)

test('an answer that was sent whole is not an abort', async () => {
  let call: Call | undefined
  const { url } = await serve(async (made) => {
    call = made
    return OK
  })
  await (await fetch(url)).text()
  await new Promise((resolve) => setTimeout(resolve, 30))
  expect(call!.signal.aborted).toBe(false)
})
