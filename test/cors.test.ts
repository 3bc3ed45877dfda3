/** Web pages: nobody unless the settings name their origin; a preflight needs no key. */
import { expect, test } from 'vitest'
import { allowOrigins } from '../src/cors.ts'
import type { Exchange } from '../src/ports.ts'
import type { Settings } from '../src/types.ts'
import { ownBundle } from './support/bundle.ts'
import { makeCall } from './support/call.ts'

const APP = 'https://app.example.com'
const answered: Exchange = async () => ({ status: 200, headers: { 'x-request-id': 'r', 'x-other': 'o' }, body: '' })
const settings = (origins: readonly string[] | null): Settings => {
  return { ...ownBundle().settings, cors: origins && { origins } }
}
const preflight = (origin: string, asked: string) =>
  makeCall({
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': asked },
  })

test('off by default: the call is handled like any other, without a header of CORS', async () => {
  expect(ownBundle().settings.cors).toBeNull()
  expect(allowOrigins(answered, settings(null))).toBe(answered)
})
test('a preflight of a named origin, with the headers that SDKs send and no others', async () => {
  const exchange = allowOrigins(answered, settings([APP]))
  const { status, headers } = await exchange(preflight(APP, 'Authorization, X-Stainless-Lang, cookie, x-evil'))
  expect(status).toBe(204)
  expect(headers['access-control-allow-origin']).toBe(APP)
  expect(headers['access-control-allow-headers']).toBe('authorization, x-stainless-lang')
})
test('an answer names the origin and exposes what SDKs read', async () => {
  const exchange = allowOrigins(answered, settings([APP]))
  const { headers } = await exchange(makeCall({ headers: { origin: APP } }))
  expect(headers).toMatchObject({
    'access-control-allow-origin': APP,
    vary: 'Origin',
    'access-control-expose-headers': 'x-request-id',
  })
})
test.each(['https://evil.example.com', `${APP}.evil.com`, 'null', ''])(
  'another origin gets nothing: %s',
  async (origin) => {
    const exchange = allowOrigins(answered, settings([APP]))
    const { headers } = await exchange(preflight(origin, 'authorization'))
    expect(headers['access-control-allow-origin']).toBeUndefined()
  },
)
