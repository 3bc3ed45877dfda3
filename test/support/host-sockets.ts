/** A model's API over WebSockets: what it was told, and answers that a test says. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

export interface Connection {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly socket: WebSocket
  /** What has arrived, as text. */
  readonly got: string[]
  /** The code that it was closed with. */
  closed: number | undefined
  say(event: unknown): void
}
export interface PlayedSockets {
  readonly url: string
  readonly connections: Connection[]
  /** Answers each message from now on. */
  // biome-ignore lint/suspicious/noExplicitAny: events of all kinds
  play(answer: (event: any, connection: Connection) => void, greet?: (connection: Connection) => void): void
  stop(): void
}

export async function startSockets(): Promise<PlayedSockets> {
  const connections: Connection[] = []
  let answer: Parameters<PlayedSockets['play']>[0] = () => {}
  let greet: (connection: Connection) => void = () => {}
  const server = createServer((_, response) => response.writeHead(404).end())
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', (socket, { url = '', headers }) => {
    const connection: Connection = {
      ...{ path: url, headers, socket, got: [], closed: undefined },
      say: (event) => socket.send(JSON.stringify(event)),
    }
    connections.push(connection)
    socket.on('message', (data) => {
      connection.got.push(String(data))
      answer(JSON.parse(String(data)), connection)
    })
    socket.on('close', (code) => {
      connection.closed = code
    })
    greet(connection)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections,
    play(next, first = () => {}) {
      answer = next
      greet = first
      connections.length = 0
    },
    stop() {
      for (const socket of sockets.clients) socket.terminate()
      server.close()
    },
  }
}

const PLACE = { response_id: 'resp_1', item_id: 'item_1', output_index: 0, content_index: 0 }
/** An answer of Realtime's, in pieces of a few characters. */
export function tellRealtime(connection: Connection, text: string): void {
  connection.say({
    type: 'response.created',
    event_id: 'e1',
    response: { id: 'resp_1', status: 'in_progress', output: [] },
  })
  for (const delta of text.match(/.{1,5}/gs) ?? []) {
    connection.say({ type: 'response.output_text.delta', event_id: 'e2', ...PLACE, delta })
  }
  connection.say({ type: 'response.output_text.done', event_id: 'e3', ...PLACE, text })
  const usage = { input_tokens: 5, output_tokens: 7, total_tokens: 12 }
  connection.say({ type: 'response.done', event_id: 'e4', response: { id: 'resp_1', status: 'completed', usage } })
}
/** The same of Responses. */
export function tellResponse(connection: Connection, id: string, text: string): void {
  const place = { item_id: `msg_${id}`, output_index: 0, content_index: 0 }
  let sequence_number = 0
  const say = (event: object) => connection.say({ ...event, sequence_number: sequence_number++ })
  say({ type: 'response.created', response: { id, object: 'response', status: 'in_progress', output: [] } })
  for (const delta of text.match(/.{1,5}/gs) ?? []) say({ type: 'response.output_text.delta', ...place, delta })
  say({ type: 'response.output_text.done', ...place, text })
  const content = [{ type: 'output_text', text, annotations: [] }]
  const output = [{ type: 'message', id: place.item_id, role: 'assistant', status: 'completed', content }]
  const usage = { input_tokens: 5, output_tokens: 7, total_tokens: 12 }
  say({ type: 'response.completed', response: { id, object: 'response', status: 'completed', output, usage } })
}
