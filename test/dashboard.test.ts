/** The dashboard without a browser: sessions, forms, headers, paging, and that nothing in a record becomes markup. */
import fc from 'fast-check'
import { EncryptJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { makeHost, type TestHost } from '#host'
import { createApp } from '../src/app.ts'
import { deriveSessionKey } from '../src/dashboard/session.ts'
import { id } from '../src/ids.ts'
import type { Host, LogEntry } from '../src/ports.ts'
import { makeDecision, makeOutcome } from './support/host-records.ts'

const FORM = '/dashboard/session'
const OWN = { 'sec-fetch-site': 'same-origin' }
const UNKNOWN = '0190f3c1-7b2a-7cde-8f01-23456789abcd'

interface Asked {
  readonly cookie?: string | undefined
  readonly form?: Record<string, string>
  readonly headers?: Record<string, string>
  readonly origin?: string
}
async function ask(host: Host, path: string, { cookie, form, headers, origin = 'http://parapet.test' }: Asked = {}) {
  const app = createApp(host, async () => new Response(null, { status: 599 }))
  const answered = await app.request(`${origin}${path}`, {
    headers: {
      ...(cookie && { cookie }),
      ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...headers,
    },
    ...(form && { method: 'POST', body: new URLSearchParams(form).toString() }),
  })
  const { status, headers: got } = answered
  return {
    status,
    headers: got,
    location: got.get('location'),
    set: got.get('set-cookie'),
    text: await answered.text(),
  }
}
const signIn = (host: Host, key: string, more: Asked = {}) => ask(host, FORM, { form: { key }, headers: OWN, ...more })
const inspector = (host: TestHost) => host.addKey({ domains: ['inspect'] })
/** The cookie of a session. */
async function session(host: Host, key: string): Promise<string> {
  return /^[^;]*/.exec((await signIn(host, key)).set!)![0]
}

describe('signing in', () => {
  test('an inspect key gets an encrypted cookie, which holds nothing of the key', async () => {
    const host = await makeHost()
    const key = await inspector(host)
    const got = await signIn(host, key)
    expect([got.status, got.location]).toEqual([303, '/dashboard'])
    expect(got.set).toMatch(
      /^parapet_session=[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+; Max-Age=28800; Path=\/dashboard; HttpOnly; SameSite=Strict$/,
    )
    const texts = got.set!.split(/[=.;]/).map((part) => {
      try {
        return atob(part.replaceAll('-', '+').replaceAll('_', '/'))
      } catch {
        return part
      }
    })
    expect(texts.join(' ')).toContain('A256GCM')
    for (const part of key.split('_').slice(1)) expect(`${got.set} ${texts.join(' ')}`).not.toContain(part)
    expect((await ask(host, '/dashboard', { cookie: await session(host, key) })).status).toBe(200)
  })

  test('the cookie is kept to https where the page came over https, even if a proxy ended TLS', async () => {
    const host = await makeHost()
    const key = await inspector(host)
    for (const more of [{ origin: 'https://parapet.test' }, { headers: { ...OWN, origin: 'https://parapet.test' } }]) {
      expect((await signIn(host, key, more)).set).toMatch(/; Secure/)
    }
  })

  test('all other keys are refused alike, so that nobody learns which exist', async () => {
    const host = await makeHost()
    const good = await inspector(host)
    const revoked = await inspector(host)
    await host.revokeKey(revoked)
    const wrong = [
      ...[
        '',
        'nonsense',
        'x'.repeat(500),
        ` ${good} x`,
        `${good.slice(0, -2)}zz`,
        `pk_aaaaaaaa_${'a'.repeat(52)}`,
        revoked,
      ],
      await host.addKey({ domains: ['inspect'], expires: 1 }),
      await host.addKey({ domains: ['invoke', 'train', 'admin'] }),
    ]
    const answers = await Promise.all(wrong.map((key) => signIn(host, key)))
    for (const { status, set } of answers) expect([status, set]).toEqual([401, null])
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect((await signIn(host, ` ${good}\n`)).status).toBe(303)
  })

  test('leads to the decision that was asked for, and nowhere else', async () => {
    const host = await makeHost()
    const key = await inspector(host)
    expect((await ask(host, `/dashboard/decisions/${UNKNOWN}`)).location).toBe(`${FORM}?to=${UNKNOWN}`)
    expect((await ask(host, `${FORM}?to=${UNKNOWN}`)).text).toContain(`value="${UNKNOWN}"`)
    const led = async (to: string) => (await signIn(host, key, { form: { key, to } })).location
    expect(await led(UNKNOWN)).toBe(`/dashboard/decisions/${UNKNOWN}`)
    for (const to of ['//evil.test', 'https://evil.test', '../x', `${UNKNOWN}/..//evil.test`]) {
      expect(await led(to)).toBe('/dashboard')
      expect((await ask(host, `${FORM}?to=${encodeURIComponent(to)}`)).text).not.toContain('evil')
    }
  })

  test('a form that is too large is not read', async () => {
    const host = await makeHost()
    expect((await signIn(host, 'x'.repeat(5000))).status).toBe(413)
  })
})

describe('a session', () => {
  test('ends with the key, with eight hours, with policy, and with another session key', async () => {
    let now = 1_800_000_000_000
    const host = await makeHost({ now: () => now })
    const key = await host.addKey({ domains: ['inspect'], expires: now + 9 * 3_600_000 })
    const cookie = await session(host, key)
    const status = async (at: Host = host) => (await ask(at, '/dashboard', { cookie })).status
    expect(await status()).toBe(200)
    const { bundle } = host
    const denying = { ...bundle, access: { ...bundle.access, ask: () => ({ allowed: false, policies: [] }) } }
    expect(await status({ ...host, bundle: denying })).toBe(303)
    expect(await status({ ...host, sessionKey: new Uint8Array(32).fill(8) })).toBe(303)
    now += 8 * 3_600_000 - 1000
    expect(await status()).toBe(200)
    now += 2000
    expect(await status()).toBe(303)
    const later = await session(host, key)
    now += 3_600_000
    expect((await ask(host, '/dashboard', { cookie: later })).status).toBe(303)
    const other = await inspector(host)
    const lost = await session(host, other)
    await host.revokeKey(other)
    expect((await ask(host, '/dashboard', { cookie: lost })).status).toBe(303)
  })

  test('is not made of what is no cookie of ours', async () => {
    const host = await makeHost()
    const cookie = await session(host, await inspector(host))
    const altered = fc.nat().map((n) => {
      const at = 'parapet_session='.length + (n % (cookie.length - 'parapet_session='.length))
      const other = cookie[at] === 'A' ? 'B' : 'A'
      return cookie.slice(0, at) + other + cookie.slice(at + 1)
    })
    const any = fc.oneof(
      altered,
      fc.base64String().map((text) => `parapet_session=${text}`),
      fc.constant('parapet_session='),
    )
    await fc.assert(
      fc.asyncProperty(any, async (wrong) => {
        // The last character of a base64url part has bits that mean nothing.
        const { status } = await ask(host, '/dashboard', { cookie: wrong })
        if (status === 200) expect(atobUrl(wrong)).toEqual(atobUrl(cookie))
        else expect(status).toBe(303)
      }),
      { numRuns: 60 },
    )
  })
  const atobUrl = (cookie: string) =>
    cookie
      .slice('parapet_session='.length)
      .split('.')
      .map((part) => atob(part.replaceAll('-', '+').replaceAll('_', '/')))

  test('is not made of another token under the same key', async () => {
    const host = await makeHost()
    const [, name] = (await inspector(host)).split('_')
    const make = async (audience: string, enc = 'A256GCM', expires: number | undefined = 2_000_000_000) => {
      const token = new EncryptJWT({}).setProtectedHeader({ alg: 'dir', enc }).setSubject(name!).setAudience(audience)
      if (expires) token.setExpirationTime(expires)
      return `parapet_session=${await token.encrypt(host.sessionKey)}`
    }
    const status = async (cookie: string) =>
      (await ask({ ...host, now: () => 1_800_000_000_000 }, '/dashboard', { cookie })).status
    expect(await status(await make('parapet dashboard'))).toBe(200)
    expect(await status(await make('another'))).toBe(303)
    expect(await status(await make('parapet dashboard', 'A128CBC-HS256'))).toBe(303)
    expect(await status(await make('parapet dashboard', 'A256GCM', 0))).toBe(303)
  })

  test('a check that fails shows nothing', async () => {
    const host = await makeHost()
    const key = await inspector(host)
    const cookie = await session(host, key)
    const fail = () => {
      throw new Error('canary-5f1c')
    }
    const broken: Host[] = [
      { ...host, directory: { find: fail } },
      { ...host, index: { search: fail, get: fail } },
      { ...host, bundle: { ...host.bundle, access: { ...host.bundle.access, ask: fail } } },
    ]
    for (const one of broken) {
      for (const path of ['/dashboard', `/dashboard/decisions/${UNKNOWN}`]) {
        const got = await ask(one, path, { cookie })
        expect(got.status).toBe(503)
        expect(got.text + host.warnings.join()).not.toContain('canary')
        expect(got.headers.get('content-security-policy')).toContain("default-src 'none'")
      }
      if (one.index === host.index) expect((await signIn(one, key)).status).toBe(503)
    }
    const short: Host = { ...host, sessionKey: new Uint8Array(3) }
    expect((await signIn(short, key)).status).toBe(503)
    expect((await ask(short, '/dashboard', { cookie })).status).toBe(303)
    // An error that is no verdict on the cookie is a failed check.
    expect((await ask({ ...host, sessionKey: 'no key' as never }, '/dashboard', { cookie })).status).toBe(503)
  })

  test('is of no use for the data plane or the API', async () => {
    const host = await makeHost()
    const cookie = await session(host, await inspector(host))
    expect((await ask(host, '/parapet/v1/decisions', { cookie })).status).toBe(401)
  })
})

describe('forms', () => {
  const cases: [headers: Record<string, string>, own: boolean][] = [
    [{ 'sec-fetch-site': 'same-origin' }, true],
    [{ origin: 'http://parapet.test' }, true],
    [{ 'sec-fetch-site': 'cross-site' }, false],
    [{ 'sec-fetch-site': 'same-site' }, false],
    [{ 'sec-fetch-site': 'none' }, false],
    [{ 'sec-fetch-site': 'cross-site', origin: 'http://parapet.test' }, false],
    [{ origin: 'http://evil.test' }, false],
    [{ origin: 'http://parapet.test.evil.test' }, false],
    [{ origin: 'http://parapet.test:81' }, false],
    [{ origin: 'null' }, false],
    [{}, false],
  ]
  test.each(cases)('sent with %j are ours: %s', async (headers, own) => {
    const host = await makeHost()
    const key = await inspector(host)
    const cookie = await session(host, key)
    const [into, out] = [
      await ask(host, FORM, { form: { key }, headers }),
      await ask(host, `${FORM}/end`, { form: {}, headers, cookie }),
    ]
    expect([into.status, out.status]).toEqual(own ? [303, 303] : [403, 403])
    expect(into.set !== null).toBe(own)
    expect(out.set ?? '').toMatch(own ? /^parapet_session=; Max-Age=0; Path=\/dashboard/ : /^$/)
  })
  test('nothing is signed in or out by following a link', async () => {
    const host = await makeHost()
    const key = await inspector(host)
    for (const path of [`${FORM}?key=${key}`, `${FORM}/end`]) {
      const got = await ask(host, path, { headers: OWN })
      expect(got.set).toBeNull()
      expect(got.text).not.toContain(key)
    }
  })
})

test('every answer carries the headers that keep foreign content and framing out', async () => {
  const host = await makeHost()
  const cookie = await session(host, await inspector(host))
  const wanted = [200, 303, 400, 403, 404, 503]
  const seen = new Set<number>()
  const paths = [
    '',
    '/',
    '/session',
    '/style.css',
    '/icon.svg',
    '/nothing',
    '?limit=5',
    '?cursor=x',
    '?trail=1.x',
    `/decisions/${UNKNOWN}`,
  ]
  const broken: Host = { ...host, index: { search: host.index.search, get: () => Promise.reject(new Error()) } }
  for (const path of paths) {
    for (const as of [undefined, cookie]) {
      const got = await ask(path.startsWith('/dec') && as ? broken : host, `/dashboard${path}`, { cookie: as })
      seen.add(got.status)
      expect(got.headers.get('content-security-policy'), path).toBe(
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      )
      expect(got.headers.get('cache-control')).toBe('no-store')
      expect(got.headers.get('x-content-type-options')).toBe('nosniff')
      expect(got.headers.get('x-frame-options')).toBe('DENY')
      expect(got.headers.get('referrer-policy')).toBe('same-origin')
      expect(got.text).not.toMatch(/<script|<style|\son\w+=|\sstyle=|javascript:/i)
    }
  }
  seen.add((await ask(host, FORM, { form: {} })).status)
  expect([...seen].sort()).toEqual(wanted)
})

test('a tenant sees its own decisions only', async () => {
  const host = await makeHost()
  const made = [makeDecision(), makeDecision({ tenant: id('other') })]
  for (const decision of made) await host.decisions.append(decision)
  const cookie = await session(host, await inspector(host))
  const { text } = await ask(host, '/dashboard', { cookie })
  expect(made.map((decision) => text.includes(decision.id))).toEqual([true, false])
  const pages = await Promise.all(made.map((decision) => ask(host, `/dashboard/decisions/${decision.id}`, { cookie })))
  expect(pages.map(({ status }) => status)).toEqual([200, 404])
})

test('following Older to the end and Newer back shows the same pages, all records once', async () => {
  const host = await makeHost()
  const made = Array.from({ length: 170 }, (_, i) => makeDecision({ action: i % 4 === 0 ? 'block' : 'allow' }))
  for (const decision of made) await host.decisions.append(decision)
  const cookie = await session(host, await inspector(host))
  const follow = async (path: string, rel: string) => {
    const pages: string[][] = []
    for (let at: string | undefined = path; at !== undefined; ) {
      const { text, status }: { text: string; status: number } = await ask(host, at, { cookie })
      expect(status).toBe(200)
      pages.push([at, ...Array.from(text.matchAll(/href="\/dashboard\/decisions\/([^"]+)"/g), (link) => link[1]!)])
      const link: RegExpExecArray | null = new RegExp(`rel="${rel}"[^>]*href="([^"]+)"`).exec(text)
      at = link?.[1]?.replaceAll('&amp;', '&')
    }
    return pages
  }
  for (const path of ['/dashboard', '/dashboard?action=block']) {
    const there = await follow(path, 'next')
    const wanted = made
      .filter(({ action }) => path === '/dashboard' || action === 'block')
      .map((decision) => decision.id)
    expect(there.flatMap((page) => page.slice(1))).toEqual(wanted.reverse())
    expect(await follow(there.at(-1)![0]!, 'prev')).toEqual(there.reverse())
  }
})

describe('nothing in a record becomes markup', () => {
  const HOSTILE = `"'><img src=x onerror=alert(1)></title></code></text><script>alert(1)</script>\${x}{{x}}`
  /** A record in which every text is hostile, but a code that is never shown: the stores would have to be broken into for this. */
  const poison = <T>(value: T, text: string): T => {
    if (typeof value === 'string') return text as T
    if (Array.isArray(value)) return value.map((one) => poison(one, text)) as T
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, key === 'delivered' ? one : poison(one, text)]),
    ) as T
  }
  const finding = {
    rule: id('email@1'),
    entity: id('EMAIL_ADDRESS'),
    label: id('pii.email'),
    place: '/messages/0/content' as LogEntry['decision']['findings'][0]['place'],
    source: 'user' as const,
    start: 1,
    end: 5,
    score: 0.5,
    action: 'redact' as const,
    policies: [id('p')],
  }
  const change = { id: id('t0'), in: [id('s0')], action: 'redact' as const, rule: id('email@1'), count: 2 }
  const decision = makeDecision({
    findings: [finding],
    found: 1,
    sources: [{ id: id('s0'), source: 'user', segments: 1, characters: 9 }],
    transforms: [change],
    upstream: { id: id('mirror'), zone: id('local'), in: [id('s0'), id('t0')] },
  })
  const outcome = makeOutcome(decision, { findings: [finding], transforms: [change] })

  test('on either page, whatever stands in it', async () => {
    const host = await makeHost()
    const cookie = await session(host, await inspector(host))
    const hostile = fc.oneof(
      fc.constant(HOSTILE),
      fc.string({ unit: 'binary' }),
      fc.stringMatching(/^[<>"'&a-z=/ ]{1,40}$/),
    )
    const count = (text: string) => text.match(/<[a-z/!]/gi)?.length
    const show = async (entry: LogEntry, path: string) => {
      const index: Host['index'] = { search: async () => [entry], get: async () => entry }
      const { status, text } = await ask({ ...host, index }, path, { cookie })
      expect(status).toBe(200)
      return text
    }
    await fc.assert(
      fc.asyncProperty(hostile, fc.boolean(), async (text, ended) => {
        const entry: LogEntry = { seq: 1, hash: decision.ruleset, decision, outcome: ended ? outcome : undefined }
        for (const path of ['/dashboard', `/dashboard/decisions/${UNKNOWN}`]) {
          const [bad, calm] = [await show(poison(entry, text), path), await show(poison(entry, 'calm'), path)]
          // The same markup as with a harmless word in its place.
          expect(count(bad)).toBe(count(calm))
        }
      }),
      { numRuns: 60 },
    )
  })
})

test('the session key is derived from the master key, the same everywhere, and is not it', async () => {
  const master = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='
  const [one, again] = [await deriveSessionKey(master), await deriveSessionKey(` ${master}\n`)]
  expect(one).toEqual(again)
  expect(one.length).toBe(32)
  // Computed with OpenSSL's HKDF (RFC 5869): what another version derives differently ends all sessions.
  expect(btoa(String.fromCharCode(...one))).toBe('OpQPXfcCDQD8qEnII8NoklucmwLvCcL/IoKwgWu5ohY=')
  for (const wrong of ['', 'AAEC', 'not base64!'])
    await expect(deriveSessionKey(wrong)).rejects.toThrow(/^PARAPET_MASTER_KEY/)
})
