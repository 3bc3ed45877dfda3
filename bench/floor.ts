/** The least that a guardrail on Node can do: node:http, undici's dispatch, and the body parsed and written again. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Agent } from 'undici'

const base = new URL(process.env.UPSTREAM!)
const agent = new Agent()
const server = createServer((incoming, outgoing) => {
  const parts: Buffer[] = []
  incoming.on('data', (part) => parts.push(part))
  incoming.on('end', () => {
    const body = JSON.stringify(JSON.parse(Buffer.concat(parts).toString()))
    const headers = { 'content-type': 'application/json' }
    const path = `${base.pathname}/chat/completions`
    agent.dispatch(
      { origin: base.origin, path, method: 'POST', headers, body },
      {
        onRequestStart() {},
        onResponseStart(_controller, status, received) {
          outgoing.writeHead(status, { 'content-type': String(received['content-type']) })
        },
        onResponseData: (_controller, chunk) => void outgoing.write(chunk),
        onResponseEnd: () => void outgoing.end(),
        onResponseError(_controller, error) {
          console.error(error)
          outgoing.destroy()
        },
      },
    )
  })
})
// Longer than a target waits for its turn.
server.keepAliveTimeout = 300_000
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
