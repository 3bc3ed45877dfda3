/** Calls from web pages (Fetch standard, §3.3): none, unless the settings name their origins. */
import type { Exchange } from './ports.ts'
import type { Settings } from './types.ts'

/** Headers that the vendors' SDKs send, and ones that they read. */
const ASKED =
  /^(?:authorization|content-type|accept|x-api-key|idempotency-key|x-client-request-id|(?:anthropic|openai|x-stainless)-[a-z0-9-]+)$/
const EXPOSED =
  /^(?:x-parapet-|x-request-id$|request-id$|retry-after|x-should-retry$|x-ratelimit-|anthropic-ratelimit-|openai-)/
const REMEMBERED = '600'

export function allowOrigins(exchange: Exchange, { cors }: Settings): Exchange {
  if (cors === null) return exchange
  return async (call) => {
    const origin = call.header('origin')
    const allowed = origin !== undefined && (cors.origins.includes(origin) || cors.origins.includes('*'))
    if (!allowed) return exchange(call)
    const headers = { 'access-control-allow-origin': origin, vary: 'Origin' }
    const method = call.header('access-control-request-method')
    if (call.method === 'OPTIONS' && method !== undefined) {
      const asked = (call.header('access-control-request-headers') ?? '')
        .split(',')
        .map((name) => name.trim().toLowerCase())
      const preflight = {
        ...headers,
        'access-control-allow-methods': 'GET, POST, DELETE',
        'access-control-allow-headers': asked.filter((name) => ASKED.test(name)).join(', '),
        'access-control-max-age': REMEMBERED,
      }
      return { status: 204, headers: preflight, body: '' }
    }
    const answer = await exchange(call)
    const exposed = Object.keys(answer.headers).filter((name) => EXPOSED.test(name))
    const more = { ...headers, 'access-control-expose-headers': exposed.join(', ') }
    return { ...answer, headers: { ...answer.headers, ...more } }
  }
}
