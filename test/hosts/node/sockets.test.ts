/** WebSockets on Node: what is no proper handshake, what waits, and what is left behind. */
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { makeHost, type TestHost } from '#host'
import { isWebSocket, type SocketServer, serveSockets } from '../../../src/hosts/node/sockets.ts'
import { type PlayedSockets, startSockets } from '../../support/host-sockets.ts'
import { OPENAI, withUpstreams } from '../../support/sockets.ts'

let api: PlayedSockets
let host: TestHost
let server: Server
let sockets: SocketServer
let key: string
let port: number

beforeAll(async () => {
  api = await startSockets()
  host = await makeHost({ edit: withUpstreams({ ...OPENAI, url: `${api.url}/v1` }) })
  key = await host.addKey()
  server = createServer({ shouldUpgradeCallback: isWebSocket }, (_, response) => response.end('plain'))
  sockets = serveSockets(server, () => host)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => {
  sockets.stop()
  api.stop()
  server.close()
  server.closeAllConnections()
})

async function until(condition: () => boolean, ms = 5000): Promise<boolean> {
  for (const deadline = Date.now() + ms; Date.now() < deadline; ) {
    if (condition()) return true
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return false
}
function connect(): WebSocket {
  const headers = { authorization: `Bearer ${key}` }
  return new WebSocket(`ws://127.0.0.1:${port}/v1/realtime?model=m`, { headers })
}
/** A call with headers of its own, as far as its answer's status. */
function ask(headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request({ port, host: '127.0.0.1', path: '/v1/realtime?model=m', headers }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    call.on('error', reject)
    call.end()
  })
}

test('what would upgrade to something else is answered as any call', async () => {
  expect(await ask({ connection: 'upgrade', upgrade: 'h2c' })).toBe(200)
})

test('what is no handshake is refused, and leaves no connection to the upstream behind', async () => {
  api.play(() => {})
  const authorization = `Bearer ${key}`
  expect(await ask({ connection: 'upgrade', upgrade: 'websocket', authorization })).toBe(400)
  expect(await until(() => api.connections[0]?.closed !== undefined)).toBe(true)
  await host.settle()
  const [entry] = await host.index.search('acme' as never, { limit: 1 })
  expect(entry?.outcome).toMatchObject({ ending: 'client_abort' })
})

test('a client that goes away while the upstream is dialled leaves nothing behind', async () => {
  api.play(() => {})
  const socket = connect()
  socket.on('error', () => {})
  setTimeout(() => socket.terminate(), 2)
  await new Promise((resolve) => socket.on('close', resolve))
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(await until(() => api.connections.every(({ closed }) => closed !== undefined))).toBe(true)
})

test('an upstream that nobody reads is not read on', async () => {
  const piece = JSON.stringify({ type: 'rate_limits.updated', rate_limits: [], more: 'word '.repeat(4000) })
  api.play(
    () => {},
    ({ socket }) => {
      for (let sent = 0; sent < 60e6; sent += piece.length) socket.send(piece)
    },
  )
  const socket = connect()
  await new Promise((resolve) => socket.on('open', resolve))
  socket.pause()
  await new Promise((resolve) => setTimeout(resolve, 1500))
  // What is not with the upstream any more waits in the proxy, and in the buffers of three connections.
  expect(api.connections[0]!.socket.bufferedAmount).toBeGreaterThan(30e6)
  socket.terminate()
  expect(await until(() => api.connections[0]!.closed !== undefined)).toBe(true)
})

test('a client that sends faster than it is screened is not read on', async () => {
  api.play(() => {})
  const socket = connect()
  await new Promise((resolve) => socket.on('open', resolve))
  const text = `${'word '.repeat(20_000)}of number `
  for (let i = 0; i < 400; i++) socket.send(JSON.stringify({ type: 'a', text: text + i }))
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(socket.bufferedAmount).toBeGreaterThan(20e6)
  socket.terminate()
  expect(await until(() => api.connections[0]!.closed !== undefined, 20_000)).toBe(true)
})
