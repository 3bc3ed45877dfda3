/** What all pages share. Every value in a template is escaped by hono/html; nothing here is marked as raw. */
import { html } from 'hono/html'
import type { Principal } from '../types.ts'

export type Html = ReturnType<typeof html>

/**
 * INVARIANT: pages run no script, show no foreign content, and cannot be framed. The referrer stays within this origin; none at
 * all would make browsers send `Origin: null` with our own forms (Fetch, "append a request Origin header").
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
}

/** A wall with its merlons. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1d4f91"/><path d="M6 24V10h5v4h2.5v-4h5v4H21v-4h5v14z" fill="#fff"/></svg>`

/** A page. `who`: whoever is signed in. */
export function layout(title: string, main: Html, who?: Principal): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Parapet</title>
<link rel="icon" href="/dashboard/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/dashboard/style.css">
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header class="top">
<div class="bar">
<a class="brand" href="/dashboard"><svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true"><rect width="32" height="32" rx="7" class="brand-ground"/><path d="M6 24V10h5v4h2.5v-4h5v4H21v-4h5v14z" class="brand-wall"/></svg><span>Parapet</span></a>
${who && signedIn(who)}
</div>
</header>
<main id="main">
${main}
</main>
<footer>Times are in UTC. Records hold names, places, counts and times; no content of any prompt or answer.</footer>
</body>
</html>`
}

function signedIn(who: Principal): Html {
  return html`<nav aria-label="Main"><a href="/dashboard">Decisions</a></nav>
<div class="who"><span><span class="muted">Tenant</span> <b>${who.tenant}</b></span><span class="key"><span class="muted">Key</span> <code>${who.id}</code></span>
<form method="post" action="/dashboard/session/end"><button class="quiet">Sign out</button></form></div>`
}

/** A page that only says something. */
export function notice(title: string, text: string, who?: Principal): Html {
  const main = html`<section class="narrow card"><h1>${title}</h1><p>${text}</p><p><a href="/dashboard">Go to the decisions</a></p></section>`
  return layout(title, main, who)
}

/** `to`: the id of a decision to go to afterwards. */
export function signInPage(failed: boolean, to: string): Html {
  const problem = html`<p class="problem" role="alert" id="problem"><b>That key does not open the dashboard.</b> It takes a key with the <code>inspect</code> permission that has neither been revoked nor expired.</p>`
  const main = html`<section class="narrow card">
<h1>Sign in</h1>
<p class="muted">Decision records are read with a key that has the <code>inspect</code> permission.</p>
${failed && problem}
<form method="post" action="/dashboard/session" class="stack">
<label for="key">Inspect key</label>
<input id="key" name="key" type="password" required autocomplete="current-password" spellcheck="false" autocapitalize="off" placeholder="pk_…" aria-describedby="${failed ? 'problem ' : ''}hint">
<input type="hidden" name="to" value="${to}">
<button class="primary">Sign in</button>
</form>
<p class="muted small" id="hint">On a fresh install <code>npm start</code> prints one; it is <code>PARAPET_INSPECT_KEY</code> in <code>.parapet/dev.env</code>. You stay signed in for 8 hours.</p>
</section>`
  return layout('Sign in', main)
}

/** An action as a word with a mark, so that it does not rest on colour. */
export function actionBadge(action: 'allow' | 'transform' | 'block'): Html {
  const mark = { allow: '✓', transform: '⇄', block: '✕' }[action]
  return html`<span class="badge ${action}"><span aria-hidden="true">${mark}</span> ${action}</span>`
}

/** A record's time, its day dimmed. */
export function timeTag(at: string): Html {
  return html`<time datetime="${at}"><span class="muted">${at.slice(0, 10)}</span> ${at.slice(11, 19)}</time>`
}

/** A cell of a table, under the name of its column. */
export interface Cell {
  readonly name: string
  readonly content: Html | string | number
  readonly kind?: 'number' | 'time'
}
/**
 * A table with a row for each list of cells, which become cards on small screens. Roles are spelled out, since a table that is
 * not displayed as one loses them.
 */
export function dataTable(label: string, columns: readonly string[], rows: readonly (readonly Cell[])[]): Html {
  const cell = ({ name, content, kind }: Cell) =>
    html`<td role="cell" data-label="${name}" class="${kind} ${content === '–' && 'blank'}"><div>${content}</div></td>`
  return html`<div class="fit"><table class="data" role="table" aria-label="${label}">
<thead role="rowgroup"><tr role="row">${columns.map((name) => html`<th role="columnheader" scope="col">${name}</th>`)}</tr></thead>
<tbody role="rowgroup">${rows.map((cells) => html`<tr role="row">${cells.map(cell)}</tr>`)}</tbody>
</table></div>`
}
