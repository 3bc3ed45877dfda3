/** The dashboard's pages. Forms and links only: no script runs in them. */
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { BadQuery, findEntry, UUID } from '../admin.ts'
import type { Host } from '../ports.ts'
import type { Principal } from '../types.ts'
import { decisionPage } from './decision.ts'
import { ICON, notice, SECURITY_HEADERS, signInPage } from './layout.ts'
import { listPage, readView } from './list.ts'
import { closeSession, isOwnForm, openSession, readSession } from './session.ts'
import { STYLE } from './style.ts'

const SIGN_IN = '/dashboard/session'
/** A key is 64 characters long. */
const FORM_BYTES = 2048

export function dashboard(host: Host): Hono {
  const routes = new Hono()
  routes.use(async (c, next) => {
    await next()
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) c.header(name, value)
  })
  routes.onError((error, c) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) c.header(name, value)
    if (error instanceof BadQuery) return c.html(notice('This address cannot be read', `${error.message}.`), 400)
    // The error may quote what was sent: it is not passed on, and not written anywhere.
    host.warn('a page of the dashboard could not be made')
    return c.html(notice('Something failed', 'The page could not be made, so nothing is shown.'), 503)
  })

  routes.get('/style.css', (c) => c.body(STYLE, 200, { 'content-type': 'text/css; charset=utf-8' }))
  routes.get('/icon.svg', (c) => c.body(ICON, 200, { 'content-type': 'image/svg+xml' }))

  routes.get('/session', (c) => c.html(signInPage(false, knownTarget(c.req.query('to')))))
  const tooLarge = (c: Context) => c.html(notice('Not signed in', 'The form was too large.'), 413)
  routes.post('/session', bodyLimit({ maxSize: FORM_BYTES, onError: tooLarge }), async (c) => {
    if (!isOwnForm(c)) return c.html(notice('Not signed in', 'The form was not sent from this site.'), 403)
    // Not text(): workerd warns of that for a form.
    const form = new URLSearchParams(new TextDecoder().decode(await c.req.arrayBuffer()))
    const to = knownTarget(form.get('to'))
    if (await openSession(c, (form.get('key') ?? '').trim(), host)) {
      return c.redirect(to === '' ? '/dashboard' : `/dashboard/decisions/${to}`, 303)
    }
    return c.html(signInPage(true, to), 401)
  })
  routes.post('/session/end', (c) => {
    if (!isOwnForm(c)) return c.html(notice('Still signed in', 'The form was not sent from this site.'), 403)
    closeSession(c)
    return c.redirect(SIGN_IN, 303)
  })

  routes.get('/', (c) =>
    signedIn(c, '', async (who) => {
      const { origin, searchParams } = new URL(c.req.url)
      return c.html(await listPage(readView(searchParams), who, origin, host))
    }),
  )
  routes.get('/decisions/:id', (c) =>
    signedIn(c, c.req.param('id'), async (who) => {
      const entry = await findEntry(who.tenant, c.req.param('id'), host)
      if (entry) return c.html(decisionPage(entry, who))
      return c.html(notice('No such decision', 'No record of this tenant has that id.', who), 404)
    }),
  )
  routes.all('*', (c) => c.html(notice('Not found', 'There is no such page.'), 404))
  return routes

  /** The page for whoever is signed in; everybody else is asked to. */
  async function signedIn(c: Context, to: string, page: (who: Principal) => Promise<Response>): Promise<Response> {
    const who = await readSession(c, host)
    if (who) return page(who)
    const target = knownTarget(to)
    return c.redirect(target === '' ? SIGN_IN : `${SIGN_IN}?to=${target}`, 303)
  }
}

/** The id of a decision, or nothing: signing in leads nowhere else. */
function knownTarget(text: string | null | undefined): string {
  return text && UUID.test(text) ? text : ''
}
