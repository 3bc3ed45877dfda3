/** Upstreams as configuration names them, and as they are used once the environment is known. */
import { id } from './ids.ts'
import type { Api, Upstream } from './types.ts'

/** As in guardrails/upstreams.yaml, which explains it. Holds no secrets: those are named by variable. */
export interface UpstreamSource {
  readonly id: string
  readonly api: Api
  readonly url: string
  readonly urlFrom?: string | undefined
  readonly keyFrom?: string | undefined
  readonly zone: string
  readonly models: readonly string[]
}
/** Value of a variable of the environment; `undefined` where it is not set or empty. */
export type Resolve = (variable: string) => string | undefined

export const MIRROR = 'mirror:'

/** The upstreams that can be used in an environment. @throws Error for a base URL that may not be used */
export function resolveUpstreams(sources: readonly UpstreamSource[], resolve: Resolve): Upstream[] {
  const usable = sources.filter((source) => isUsable(source, resolve))
  const real = usable.filter(({ url }) => url !== MIRROR)
  return (real.length > 0 ? real : usable).map((source) => toUpstream(source, resolve))
}

function isUsable({ keyFrom, urlFrom }: UpstreamSource, resolve: Resolve): boolean {
  if (keyFrom === undefined) return true
  return resolve(keyFrom) !== undefined || (urlFrom !== undefined && resolve(urlFrom) !== undefined)
}
function toUpstream(source: UpstreamSource, resolve: Resolve): Upstream {
  const other = source.urlFrom === undefined ? undefined : resolve(source.urlFrom)
  return {
    id: id(source.id),
    api: source.api,
    url: other === undefined ? checkUrl(source.url, `upstream ${source.id}`) : checkUrl(other, source.urlFrom!),
    credential: source.keyFrom === undefined ? undefined : resolve(source.keyFrom),
    zone: id(source.zone),
    models: source.models,
  }
}

/**
 * A base URL without a trailing slash.
 * @throws Error if it is not https, nor http on a loopback address; or holds a query or credentials
 */
export function checkUrl(text: string, name: string): string {
  if (text === MIRROR) return text
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url) throw new Error(`${name}: the base URL is not a URL`)
  const local = url.protocol === 'http:' && isLoopback(url.hostname)
  if (url.protocol !== 'https:' && !local) {
    throw new Error(`${name}: the base URL must be https, or http on a loopback address: prompts and keys go over it`)
  }
  if (url.username || url.password) throw new Error(`${name}: the base URL must not hold a user name or password`)
  if (url.search || url.hash) throw new Error(`${name}: the base URL must not hold a query or fragment`)
  return (url.origin + url.pathname).replace(/\/+$/, '')
}
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}
