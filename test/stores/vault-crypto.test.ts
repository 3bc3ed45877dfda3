import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { makeHost } from '#host'
import { hex } from '../../src/ids.ts'
import type { Host } from '../../src/ports.ts'
import {
  importMasterKey,
  makeHmac,
  makeToken,
  openTenantKey,
  openValue,
  sealValue,
  wrapFreshKey,
} from '../../src/stores/vault-crypto.ts'

const MASTER = btoa('m'.repeat(32))
let host: Host
beforeAll(async () => {
  host = await makeHost()
})
const utf8 = (text: string) => new TextEncoder().encode(text)

// RFC 4231 §4.2, 4.3, 4.7.
test.for([
  ['0b'.repeat(20), '4869205468657265', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
  [
    '4a656665',
    '7768617420646f2079612077616e7420666f72206e6f7468696e673f',
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
  [
    'aa'.repeat(131),
    hex(utf8('Test Using Larger Than Block-Size Key - Hash Key First')),
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  ],
] as const)('HMAC-SHA-256 with key %s', ([key, message, mac]) => {
  expect(hex(makeHmac(unhex(key), host.sha256)(unhex(message)))).toBe(mac)
})
function unhex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
}

test('HMAC is what WebCrypto says it is', async () => {
  const property = fc.asyncProperty(
    fc.uint8Array({ minLength: 1, maxLength: 100 }),
    fc.uint8Array({ maxLength: 300 }),
    async (key, message) => {
      const theirs = await crypto.subtle.importKey(
        'raw',
        new Uint8Array(key),
        { name: 'HMAC', hash: 'SHA-256' },
        false,
        ['sign'],
      )
      const expected = new Uint8Array(await crypto.subtle.sign('HMAC', theirs, new Uint8Array(message)))
      expect(hex(makeHmac(key, host.sha256)(message))).toBe(hex(expected))
    },
  )
  await fc.assert(property, { numRuns: 100 })
})

test.for(['', 'short', btoa('m'.repeat(31)), btoa('m'.repeat(33)), 'not base64 !!', '%%%%'])(
  '%j is no master key',
  async (text) => {
    const error = await importMasterKey(text).catch((reason: Error) => reason)
    expect(error).toBeInstanceOf(Error)
    expect((error as Error).message).toContain('PARAPET_MASTER_KEY')
    if (text.length > 2) expect((error as Error).message).not.toContain(text)
  },
)

test('a tenant key opens for its tenant and master key only', async () => {
  const master = await importMasterKey(MASTER)
  const wrapped = await wrapFreshKey(master, 'acme', host.random)
  await expect(openTenantKey(master, 'acme', wrapped, host.sha256)).resolves.toBeDefined()
  await expect(openTenantKey(master, 'umbrella', wrapped, host.sha256)).rejects.toThrow('another PARAPET_MASTER_KEY')
  const other = await importMasterKey(btoa('n'.repeat(32)))
  await expect(openTenantKey(other, 'acme', wrapped, host.sha256)).rejects.toThrow('another PARAPET_MASTER_KEY')
})

test('a sealed value opens in its place only, and not with a bit changed', async () => {
  const master = await importMasterKey(MASTER)
  const keys = await openTenantKey(master, 'acme', await wrapFreshKey(master, 'acme', host.random), host.sha256)
  const place = ['acme', 'key-1', '<X_1>'] as const
  const sealed = await sealValue(keys, place, 'secret', host.random)
  expect(await openValue(keys, place, sealed)).toBe('secret')
  const elsewhere = [
    ['acme2', 'key-1', '<X_1>'],
    ['acme', 'key-2', '<X_1>'],
    ['acme', 'key-1', '<X_2>'],
    ['acmek', 'ey-1', '<X_1>'], // the same letters, cut elsewhere
  ] as const
  for (const other of elsewhere) await expect(openValue(keys, other, sealed)).rejects.toThrow('altered or moved')
  for (let i = 0; i < sealed.length; i++) {
    const changed = Uint8Array.from(sealed)
    changed[i]! ^= 1
    await expect(openValue(keys, place, changed)).rejects.toThrow('altered or moved')
  }
  expect(hex(await sealValue(keys, place, 'secret', host.random))).not.toBe(hex(sealed))
})

test('places are told apart even where their texts hold what could separate them', async () => {
  const master = await importMasterKey(MASTER)
  const keys = await openTenantKey(master, 'acme', await wrapFreshKey(master, 'acme', host.random), host.sha256)
  for (const mark of ['\0\0\0\0', '\0', '\n', ',', '']) {
    const sealed = await sealValue(keys, ['acme', `a${mark}b`, 'c'], 'secret', host.random)
    await expect(openValue(keys, ['acme', 'a', `b${mark}c`], sealed)).rejects.toThrow('altered or moved')
    expect(makeToken(keys, `a${mark}b`, 'C', 'd', 0)).not.toBe(makeToken(keys, 'a', `b${mark}C`, 'd', 0))
  }
})

test('tokens differ where anything differs, even where the texts run together', async () => {
  const master = await importMasterKey(MASTER)
  const keys = await openTenantKey(master, 'acme', await wrapFreshKey(master, 'acme', host.random), host.sha256)
  const parts = fc.tuple(
    fc.string({ maxLength: 3 }),
    fc.constantFrom('A', 'AB', 'B'),
    fc.string({ unit: 'binary', maxLength: 3 }),
    fc.nat({ max: 3 }),
  )
  const property = fc.property(parts, parts, (a, b) => {
    expect(makeToken(keys, ...a) === makeToken(keys, ...b)).toBe(JSON.stringify(a) === JSON.stringify(b))
  })
  fc.assert(property, { numRuns: 1000 })
})
