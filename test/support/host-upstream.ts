/** A model's API over real sockets: answers as the mirror does, or as a test says. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mirror } from '../../src/mirror/index.ts'

export interface Seen {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}
export type Play = (request: Seen, response: ServerResponse) => void | Promise<void>
export interface PlayedApi {
  readonly url: string
  /** What has arrived, oldest first. */
  readonly seen: Seen[]
  /** How many connections were closed by the other side before their answer had ended. */
  readonly closed: () => number
  /** Answers from now on; the mirror if none is given. */
  play(play?: Play): void
  stop(): void
}

export async function startApi(): Promise<PlayedApi> {
  const seen: Seen[] = []
  let closed = 0
  let current: Play = reflect
  const server = createServer((incoming, response) => {
    let body = ''
    incoming.setEncoding('utf8')
    incoming.on('data', (text) => {
      body += text
    })
    response.on('close', () => {
      if (!response.writableFinished) closed++
    })
    incoming.on('end', () => {
      const request = { path: incoming.url ?? '', headers: incoming.headers, body }
      seen.push(request)
      // A test that cannot play its part must not leave the other side waiting.
      new Promise((resolve) => resolve(current(request, response))).catch(() => response.destroy())
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    closed: () => closed,
    play(play = reflect) {
      current = play
      seen.length = 0
      closed = 0
    },
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** What the mirror answers, each piece in a write of its own. */
export async function reflect({ path, body }: Seen, response: ServerResponse): Promise<void> {
  const stream = (JSON.parse(body) as { stream?: boolean }).stream === true
  // What the mirror is asked comes without OpenAI's base path.
  const asked = path.replace(/^\/v1(?!\/messages)/, '')
  const answer = mirror({ method: 'POST', path: asked, headers: {}, body, stream })
  response.writeHead(answer.status, { 'content-type': answer.header('content-type') })
  for await (const chunk of answer.chunks) {
    response.write(chunk)
    await new Promise((resolve) => setImmediate(resolve))
  }
  response.end()
}
export function json(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(value))
}
