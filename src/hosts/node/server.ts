/** The HTTP server, and how it ends. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { createApp } from '../../app.ts'
import { allowOrigins } from '../../cors.ts'
import type { Bundle, Host } from '../../ports.ts'
import { proxy } from '../../proxy.ts'
import type { Call } from '../../types.ts'
import { exchangeNode } from './exchange.ts'
import type { NodeHost } from './host.ts'
import { isWebSocket, serveSockets } from './sockets.ts'

/** Running requests get this long to end. Milliseconds. */
const PATIENCE_MS = 10_000
/** Longer than load balancers keep a connection, so that none is closed while a request is on its way. Milliseconds. */
const KEEP_ALIVE_MS = 75_000

export interface RunningServer {
  readonly port: number
  /** Serves with these rules, policies, upstreams and settings from the next request on. */
  use(bundle: Bundle): void
  /** Takes no more requests, lets running ones end, then writes what waits to be written. */
  stop(): Promise<void>
}

/** @throws what `listen` fails with, such as an error with code EADDRINUSE */
export async function startServer(node: NodeHost, port: number, hostname: string): Promise<RunningServer> {
  let host = node.host
  let app = serveHost(host)
  const server = createAdaptorServer({
    fetch: (request, env) => app.fetch(request, env),
    overrideGlobalObjects: false,
    serverOptions: { shouldUpgradeCallback: isWebSocket },
  }) as Server
  server.keepAliveTimeout = KEEP_ALIVE_MS
  const sockets = serveSockets(server, () => host)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, hostname, () => {
      server.off('error', reject)
      resolve()
    })
  })
  return {
    use(bundle) {
      host = node.with(bundle)
      app = serveHost(host)
    },
    port: (server.address() as AddressInfo).port,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      sockets.stop()
      // A connection whose request ends later falls idle later, and would be kept.
      const idle = setInterval(() => server.closeIdleConnections(), 50)
      const impatience = setTimeout(() => server.closeAllConnections(), PATIENCE_MS)
      await closed
      clearInterval(idle)
      clearTimeout(impatience)
      await node.close()
    },
  }
}

function serveHost(host: Host): ReturnType<typeof createApp> {
  const exchange = allowOrigins((call: Call) => proxy(call, host), host.bundle.settings)
  return createApp(host, async (c) => {
    const { incoming, outgoing } = c.env as {
      incoming: IncomingMessage
      outgoing: ServerResponse
    } satisfies HttpBindings
    await exchangeNode(incoming, outgoing, exchange)
    return RESPONSE_ALREADY_SENT
  })
}
