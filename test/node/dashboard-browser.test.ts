/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** The dashboard in a real browser, over a real server and real stores. Set PARAPET_SCREENSHOTS to keep pictures of it. */
import { existsSync, mkdtempSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import sparticuz from '@sparticuz/chromium'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { makeHost, type TestHost } from '#host'
import { createApp } from '../../src/app.ts'
import { id } from '../../src/ids.ts'
import { mirror } from '../../src/mirror/index.ts'
import { proxy } from '../../src/proxy.ts'
import type { Json } from '../../src/types.ts'
import { makeCall } from '../support/call.ts'
import { makeDecision, makeOutcome } from '../support/host-records.ts'

const SIZES = {
  narrow: { width: 360, height: 740 },
  tablet: { width: 768, height: 1000 },
  laptop: { width: 1100, height: 800 },
  wide: { width: 1400, height: 900 },
}
const pictures = process.env.PARAPET_SCREENSHOTS ?? mkdtempSync(join(tmpdir(), 'parapet-dashboard-'))
/** A system's own browser, if there is one. Without its sandbox, which root in a container cannot have: it sees our pages only. */
const INSTALLED = '/usr/bin/chromium'

let browser: Browser
let server: Server
let host: TestHost
let home: string
let key: string
/** Three decisions by their outcome: `transform` was taken through the whole pipeline. */
let made: { transform: string; blocked: string; silent: string }

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: existsSync(INSTALLED) ? INSTALLED : await sparticuz.executablePath(),
    // Not the package's own: they switch off the web security that is tested here.
    args: [
      '--no-sandbox',
      '--no-zygote',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  })
  host = await makeHost({ upstream: mirror })
  const app = createApp(host, async () => new Response(null, { status: 599 }))
  server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }) as Server
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve))
  home = `http://127.0.0.1:${(server.address() as AddressInfo).port}/dashboard`
  key = await host.addKey({ domains: ['inspect'] })
  made = await makeRecords()
}, 120_000)
afterAll(async () => {
  await browser?.close()
  server?.close()
})

async function makeRecords(): Promise<typeof made> {
  for (let i = 0; i < 60; i++) {
    const decision = makeDecision({
      principal: id('batch-job'),
      upstream: { id: id('mirror'), zone: id('local'), in: [] },
    })
    await host.decisions.append(decision)
    await host.decisions.append(makeOutcome(decision, { ms: 40 + i * 37 }))
  }
  const silent = makeDecision({ upstream: { id: id('mirror'), zone: id('local'), in: [] } })
  await host.decisions.append(silent)
  const invoke = await host.addKey()
  const train = await host.addKey({ domains: ['train'] })
  const call = async (as: string, content: Json, more: { [key: string]: Json } = {}) => {
    const body = { model: 'mirror', messages: [{ role: 'user', content }], ...more }
    const answer = await proxy(makeCall({ key: as, body: body as Json }), host)
    if (typeof answer.body !== 'string') for await (const _ of answer.body);
    await host.settle()
    return answer.headers['x-parapet-decision']!
  }
  await call(invoke, 'What is a parapet?', { stream: true })
  const blocked = await call(train, 'Let me in.')
  await call(invoke, 'How likely?', { logprobs: true })
  await call(invoke, 'Token: xoxb-012345678901-abcdefghijklmnopqrstuvwx', { parapet: { purpose: 'support' } })
  const transform = await call(invoke, '', {
    parapet: { purpose: 'billing' },
    stream: true,
    messages: [
      { role: 'system', content: 'You help people of a bank with their cards. Answer in one sentence, and be kind.' },
      {
        role: 'user',
        content:
          'Card 4111 1111 1111 1111, mail ann@corp.example.com or bob@corp.example.com, IBAN DE89 3704 0044 0532 0130 00',
      },
    ],
  })
  return { transform, blocked, silent: silent.id }
}

let context: BrowserContext
let page: Page
let complaints: string[]
beforeEach(async () => {
  complaints = []
  context = await browser.newContext({ viewport: SIZES.wide })
  page = await context.newPage()
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
  page.on('console', (message) => {
    // A refused sign-in is an error to the console, though it is as it should be.
    const refused = message.text().includes('status of 401') && message.location().url.endsWith('/session')
    if (['error', 'warning'].includes(message.type()) && !refused) complaints.push(message.text())
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(home)) complaints.push(`asked for ${request.url()}`)
  })
  return async () => {
    await context.close()
    expect(complaints).toEqual([])
  }
})

async function signIn(as = key): Promise<void> {
  await page.goto(home)
  await page.getByLabel('Inspect key').fill(as)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Looks at a page in all sizes and both colour schemes. */
async function inspect(name: string): Promise<void> {
  expect(await page.evaluate(findActive), name).toEqual([])
  for (const scheme of ['light', 'dark'] as const) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.emulateMedia({ colorScheme: scheme })
      await page.setViewportSize(viewport)
      await page.screenshot({ path: join(pictures, `${name}-${size}-${scheme}.png`), fullPage: true })
      const what = `${name}, ${size}, ${scheme}`
      expect(await page.evaluate(() => document.documentElement.scrollWidth), what).toBeLessThanOrEqual(viewport.width)
      expect(await page.evaluate(findCut), what).toEqual([])
      expect(await page.evaluate(findFaint), what).toEqual([])
    }
  }
  await page.setViewportSize(SIZES.wide)
}

/** Everything that a page without script must not have. Runs in the page. */
function findActive(): string[] {
  const found = [...document.querySelectorAll('script, style, iframe, object, embed')].map((one) => one.tagName)
  for (const one of document.querySelectorAll('*')) {
    for (const { name, value } of one.attributes) {
      if (name.startsWith('on') || name === 'style' || /^\s*javascript:/i.test(value))
        found.push(`${one.tagName} ${name}`)
    }
  }
  return found
}

/** What is wider than what it stands in, and cut off there. Runs in the page. */
function findCut(): string[] {
  const all = [...document.querySelectorAll('.card, .fit, .data td > div')]
  return all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => `${one.className} ${one.textContent}`)
}

/** Visible text with a contrast below 4.5 against its ground (WCAG 2.2 §1.4.3). Runs in the page. */
function findFaint(): string[] {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!
  const parse = (color: string): [number, number, number, number] => {
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = color
    canvas.fillRect(0, 0, 1, 1)
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data
    return [r!, g!, b!, a! / 255]
  }
  const luminance = (color: string): number => {
    const [r, g, b] = parse(color).map((part) => {
      const c = part / 255
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
  }
  const groundOf = (element: Element): string => {
    for (let at: Element | null = element; at; at = at.parentElement) {
      const rect = at instanceof SVGElement ? at.closest('g')?.querySelector('rect') : null
      if (rect && at.tagName === 'text') return getComputedStyle(rect).fill
      const { backgroundColor } = getComputedStyle(at)
      if (parse(backgroundColor)[3] > 0) return backgroundColor
    }
    return 'white'
  }
  const faint = new Set<string>()
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const element = node.parentElement!
    if (!node.nodeValue?.trim() || !element.checkVisibility()) continue
    const style = getComputedStyle(element)
    const [a, b] = [luminance(element instanceof SVGElement ? style.fill : style.color), luminance(groundOf(element))]
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
    if (contrast < 4.5)
      faint.add(`${contrast.toFixed(2)} ${element.tagName} ${element.className} ${node.nodeValue.trim()}`)
  }
  return [...faint]
}

test('an inspect key opens the dashboard; another does not, and the page does not say why', async () => {
  await page.goto(home)
  await inspect('sign-in')
  const said = new Set<string>()
  const revoked = await host.addKey({ domains: ['inspect'] })
  await host.revokeKey(revoked)
  for (const wrong of [
    'nonsense',
    `pk_aaaaaaaa_${'a'.repeat(52)}`,
    await host.addKey(),
    await host.addKey({ domains: ['admin'] }),
    revoked,
  ]) {
    await signIn(wrong)
    said.add((await page.getByRole('main').textContent()) ?? '')
    expect(await page.getByLabel('Inspect key').inputValue()).toBe('')
    expect(await context.cookies()).toEqual([])
  }
  expect([...said]).toEqual([expect.stringContaining('That key does not open the dashboard.')])
  await inspect('sign-in-failed')
  await signIn()
  await page.getByRole('heading', { name: 'Decisions' }).waitFor()
  expect(page.url()).toBe(home)
  expect(await context.cookies()).toMatchObject([
    { name: 'parapet_session', path: '/dashboard', httpOnly: true, sameSite: 'Strict', secure: false },
  ])
})

test('a newcomer is told what to run', async () => {
  await signIn(await host.addKey({ domains: ['inspect'], tenant: id('newcomer') }))
  expect(await page.getByRole('main').textContent()).toContain(`curl ${new URL(home).origin}/v1/chat/completions`)
  await inspect('empty')
  await page.getByRole('link', { name: 'block' }).click()
  await page.getByRole('heading', { name: 'No decision to block' }).waitFor()
})

test('the list: filtered, and paged there and back', async () => {
  await signIn()
  await inspect('list')
  const ids = () => page.locator('.row-link').evaluateAll((links) => links.map((link) => link.getAttribute('href')))
  const first = await ids()
  expect(first.length).toBe(50)
  await page.getByRole('link', { name: 'Older' }).click()
  const second = await ids()
  expect(second.length).toBe(16)
  expect(new Set([...first, ...second]).size).toBe(66)
  expect(await page.getByRole('link', { name: 'Older' }).count()).toBe(0)
  await page.getByRole('link', { name: 'Newer' }).click()
  expect(await ids()).toEqual(first)
  await page.getByRole('navigation', { name: 'Filter' }).getByRole('link', { name: 'transform' }).click()
  expect(await page.getByRole('link', { name: 'transform' }).getAttribute('aria-current')).toBe('page')
  expect(await ids()).toHaveLength(2)
  expect(await page.getByRole('row').nth(1).textContent()).toMatch(/billing[\s\S]*e-mail address ×2[\s\S]*complete/)
})

test('one decision, with its lineage drawn or listed', async () => {
  await signIn()
  await page.locator(`a[href$="${made.transform}"]`).click()
  const heading = page.getByRole('heading', { level: 1 })
  expect(await heading.textContent()).toMatch(
    /^2 e-mail addresses, .*a card number.* were pseudonymised; the answer was complete\.$/,
  )
  await inspect('decision')
  expect(await page.locator('svg.graph .node').count()).toBeGreaterThan(5)
  expect(await page.locator('svg.graph').isVisible()).toBe(true)
  await page.getByText('The record as JSON').click()
  const raw = JSON.parse((await page.locator('details code').textContent()) ?? '')
  expect(raw).toMatchObject({ id: made.transform, action: 'transform', outcome: { parent: made.transform } })
  expect(await page.locator('body').textContent()).not.toMatch(/4111|corp\.example|DE89/)
  await page.setViewportSize(SIZES.narrow)
  expect(await page.locator('svg.graph').isVisible()).toBe(false)
  expect(await page.locator('.steps').textContent()).toContain('mirror')
})

test('a refused call, and one whose end nobody recorded', async () => {
  await signIn()
  await page.goto(`${home}/decisions/${made.blocked}`)
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(
    'Blocked: policy does not let this key do that.',
  )
  await inspect('decision-blocked')
  await page.goto(`${home}/decisions/${made.silent}`)
  expect(await page.getByRole('main').textContent()).toContain('No outcome recorded.')
  await inspect('decision-silent')
})

test('signing out, and losing the key, end the session', async () => {
  await signIn()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel('Inspect key').waitFor()
  expect(await context.cookies()).toEqual([])
  const passing = await host.addKey({ domains: ['inspect'] })
  await signIn(passing)
  await page.locator('.row-link').first().click()
  await host.revokeKey(passing)
  const wanted = page.url()
  await page.reload()
  await page.getByLabel('Inspect key').fill(key)
  await page.getByRole('button', { name: 'Sign in' }).click()
  // Signing in again leads to where one was.
  await page.getByRole('heading', { level: 1 }).waitFor()
  expect(page.url()).toBe(wanted)
})

test('another site can neither sign anybody in or out, nor read, nor frame', async () => {
  const evil = createServer((request, response) => {
    const form = (path: string) =>
      `<form method="post" action="${home}${path}"><input name="key" value="${key}"><button>go</button></form>`
    response.setHeader('content-type', 'text/html')
    response.end(request.url === '/frame' ? `<iframe src="${home}"></iframe>` : form(request.url!))
  })
  await new Promise<void>((resolve) => evil.listen(0, 'localhost', resolve))
  // Another site to the browser, since it has another name.
  const site = `http://localhost:${(evil.address() as AddressInfo).port}`
  try {
    await signIn()
    const [cookie] = await context.cookies()
    for (const path of ['/session/end', '/session']) {
      await page.goto(`${site}${path}`)
      const [answer] = await Promise.all([
        page.waitForResponse((one) => one.url() === `${home}${path}`),
        page.getByText('go').click(),
      ])
      expect(answer.status()).toBe(403)
      expect(await context.cookies()).toEqual([cookie])
    }
    await page.goto(`${site}/frame`)
    const frame = page.frames()[1]!
    expect(
      await frame
        .locator('body')
        .textContent()
        .catch(() => ''),
    ).not.toMatch(/decision|sign in/i)
    await page.goto(home)
    await page.getByRole('heading', { name: 'Decisions' }).waitFor()
  } finally {
    evil.close()
    complaints = []
  }
})
