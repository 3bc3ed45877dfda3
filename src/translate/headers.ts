/** Headers of answers: each SDK reads its own API's names for a request's id and for rate limits. */
type Get = (name: string) => string | undefined

/** The same on both sides: when to ask again, which the SDKs obey. */
const SAME = ['retry-after', 'retry-after-ms', 'x-should-retry', 'content-type']
const KINDS = ['requests', 'tokens']

export function headersForOpenai(get: Get, now: number): Record<string, string> {
  const id = get('request-id')
  const headers: Record<string, string> = { ...same(get), ...(id !== undefined && { 'x-request-id': id }) }
  for (const kind of KINDS) {
    for (const what of ['limit', 'remaining']) {
      const value = get(`anthropic-ratelimit-${kind}-${what}`)
      if (value !== undefined) headers[`x-ratelimit-${what}-${kind}`] = value
    }
    const reset = Date.parse(get(`anthropic-ratelimit-${kind}-reset`) ?? '')
    if (!Number.isNaN(reset)) headers[`x-ratelimit-reset-${kind}`] = writeDuration(Math.max(0, reset - now))
  }
  return headers
}
export function headersForAnthropic(get: Get, now: number): Record<string, string> {
  const id = get('x-request-id')
  const headers: Record<string, string> = { ...same(get), ...(id !== undefined && { 'request-id': id }) }
  for (const kind of KINDS) {
    for (const what of ['limit', 'remaining']) {
      const value = get(`x-ratelimit-${what}-${kind}`)
      if (value !== undefined) headers[`anthropic-ratelimit-${kind}-${what}`] = value
    }
    const wait = readDuration(get(`x-ratelimit-reset-${kind}`) ?? '')
    if (wait !== undefined) {
      // Whole seconds, and not too early.
      const at = new Date(Math.ceil((now + wait) / 1000) * 1000)
      headers[`anthropic-ratelimit-${kind}-reset`] = at.toISOString().replace('.000Z', 'Z')
    }
  }
  return headers
}
function same(get: Get): Record<string, string> {
  return Object.fromEntries(SAME.flatMap((name) => (get(name) === undefined ? [] : [[name, get(name)!]])))
}

const UNITS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 }
/** A duration as OpenAI writes it, such as `6m0s`, `1.5s` and `12ms`, in milliseconds; at most a year. */
export function readDuration(text: string): number | undefined {
  if (!/^(?:\d{1,9}(?:\.\d{1,9})?(?:ms|[dhms])){1,5}$/.test(text)) return undefined
  let total = 0
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(ms|[dhms])/g)) total += Number(amount) * UNITS[unit!]!
  return Math.min(Math.ceil(total), 365 * UNITS.d!)
}
export function writeDuration(ms: number): string {
  if (ms < 1_000) return `${ms}ms`
  const hours = Math.floor(ms / 3_600_000)
  const minutes = Math.floor((ms % 3_600_000) / 60_000)
  const seconds = `${(ms % 60_000) / 1_000}s`
  if (hours > 0) return `${hours}h${minutes}m${seconds}`
  return minutes > 0 ? `${minutes}m${seconds}` : seconds
}
