/** The Worker: an app per isolate, made at its first request. */
import type { Hono } from 'hono'
import source from '../../../generated/bundle.json' with { type: 'json' }
import { createApp } from '../../app.ts'
import { type BundleSource, prepareBundle } from '../../bundle.ts'
import { allowOrigins } from '../../cors.ts'
import type { Host } from '../../ports.ts'
import { proxy } from '../../proxy.ts'
import type { Env } from './env.ts'
import { exchangeWeb } from './exchange.ts'
import { makeHost } from './host.ts'
import { isWebSocket, openSocket } from './sockets.ts'

export { DirectoryStore, OwnerStore, SpoolStore, TenantStore, UploadStore } from './objects.ts'

// Before the first request: an isolate is started while its client still shakes hands.
const resolveBundle = prepareBundle(source as unknown as BundleSource)
let made: { readonly app: Hono; readonly host: Host } | undefined

export default {
  async fetch(request, env): Promise<Response> {
    try {
      made ??= await makeApp(env)
    } catch (error) {
      // The Worker is set up wrongly. Callers learn no more than that.
      console.error(`parapet: ${(error as Error).message}`)
      return Response.json({ error: { message: 'the proxy is not configured', code: 'internal' } }, { status: 503 })
    }
    return isWebSocket(request) ? openSocket(request, made.host) : made.app.fetch(request, env)
  },
} satisfies ExportedHandler<Env>

async function makeApp(env: Env): Promise<{ app: Hono; host: Host }> {
  const host = await makeHost(env, resolveBundle)
  const exchange = allowOrigins((call) => proxy(call, host), host.bundle.settings)
  return { app: createApp(host, (c) => exchangeWeb(c.req.raw, exchange)), host }
}
