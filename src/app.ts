/** HTTP routes. How a call reaches proxy() and how its answer leaves is the host's `exchange`. */
import { type Context, Hono } from 'hono'
import { readDecision, readDecisions, simulateCall } from './admin.ts'
import { dashboard } from './dashboard/routes.ts'
import type { Host } from './ports.ts'

export function createApp(host: Host, exchange: (c: Context) => Promise<Response>): Hono {
  const app = new Hono()
  app.all('/v1/*', exchange)
  app.all('/anthropic/*', exchange)
  app.get('/parapet/v1/decisions', (c) => readDecisions(c, host))
  app.get('/parapet/v1/decisions/:id', (c) => readDecision(c, host))
  app.post('/parapet/v1/simulate', (c) => simulateCall(c, host))
  app.route('/dashboard', dashboard(host))
  app.notFound((c) => c.json({ error: { message: 'nothing is served here', code: 'unmapped_operation' } }, 404))
  app.onError((_error, c) => {
    // The error may quote what was sent: it is not passed on, and not written anywhere.
    host.warn('an admin request failed')
    return c.json({ error: { message: 'the request could not be completed', code: 'internal' } }, 503)
  })
  return app
}
