/** The list of decisions: newest first, filtered by action, in pages. */
import { html } from 'hono/html'
import { BadQuery, isSeq, readQuery, searchPage } from '../admin.ts'
import type { DecisionQuery, Host, LogEntry } from '../ports.ts'
import type { Principal } from '../types.ts'
import { actionBadge, type Cell, dataTable, type Html, layout, timeTag } from './layout.ts'
import { countEntities, duration, label, orDash, spaced } from './words.ts'

const FILTERS = ['allow', 'transform', 'block'] as const
type Filter = DecisionQuery['action']
/** How many newer pages a link remembers the way to. */
const REMEMBERED = 20

/**
 * Where in the list: records below `cursor`, and the cursors of the newer pages on the way here, oldest page first, of which 0
 * is the newest page. The log is read backwards only, so the way forward is kept in the link.
 */
export interface ListView {
  readonly query: DecisionQuery
  readonly trail: readonly number[]
}

/** @throws BadQuery */
export function readView(params: URLSearchParams): ListView {
  const query = readQuery(params, ['action', 'cursor', 'trail'])
  const text = params.get('trail')
  const trail = text === null ? [] : text.split('.')
  if (trail.length > REMEMBERED || !trail.every((seq) => seq === '0' || isSeq(seq))) {
    throw new BadQuery('trail', '`trail` must come from a link of this page')
  }
  return { query, trail: trail.map(Number) }
}

export async function listPage(view: ListView, who: Principal, origin: string, host: Host): Promise<Html> {
  const { action, before } = view.query
  const { entries, next } = await searchPage(who.tenant, view.query, host)
  const main = html`<div class="head"><h1>Decisions</h1>${filterLinks(action)}</div>
${entries.length > 0 ? table(entries) : emptyState(view, origin)}
${(before !== undefined || next !== undefined) && pager(view, next)}`
  return layout('Decisions', main, who)
}

function filterLinks(current: Filter): Html {
  const link = (action: Filter, text: string) =>
    html`<a href="${address(action)}" ${action === current && html`aria-current="page"`}>${text}</a>`
  return html`<nav class="tabs" aria-label="Filter by action">${link(undefined, 'all')}${FILTERS.map((action) => link(action, action))}</nav>`
}

function address(action: Filter, cursor?: number, trail: readonly number[] = []): string {
  const params = new URLSearchParams()
  if (action) params.set('action', action)
  if (cursor) params.set('cursor', String(cursor))
  if (trail.length > 0) params.set('trail', trail.join('.'))
  const query = params.toString()
  return query === '' ? '/dashboard' : `/dashboard?${query}`
}

function pager({ query: { action, before = 0 }, trail }: ListView, next: number | undefined): Html {
  const newest = before > 0 && html`<a href="${address(action)}">« Newest</a>`
  const newer =
    trail.length > 0 && html`<a rel="prev" href="${address(action, trail.at(-1), trail.slice(0, -1))}">‹ Newer</a>`
  const way = [...trail, before].slice(-REMEMBERED)
  const older = next !== undefined && html`<a rel="next" class="older" href="${address(action, next, way)}">Older ›</a>`
  return html`<nav class="pager" aria-label="Pages">${newest}${newer}${older}</nav>`
}

const COLUMNS = [
  'Time (UTC)',
  'Action',
  'Principal',
  'Operation',
  'Purpose',
  'Upstream',
  'Findings',
  'Outcome',
  'Duration',
]

function table(entries: readonly LogEntry[]): Html {
  return html`<div class="card sheet">${dataTable('Decisions, newest first', COLUMNS, entries.map(cells))}</div>`
}

function cells(entry: LogEntry): readonly Cell[] {
  const { decision, outcome } = entry
  const { action, reason, upstream } = decision
  const ms = outcome?.ms ?? (action === 'block' ? decision.ms : undefined)
  const time = html`<a class="row-link" href="/dashboard/decisions/${decision.id}">${timeTag(decision.at)}</a>`
  const operation = html`<span class="name" title="${decision.operation}">${orDash(decision.operation)}</span><span class="under name" title="${decision.model}">${orDash(decision.model)}${decision.stream && ' · streamed'}</span>`
  const contents: readonly Cell['content'][] = [
    time,
    html`${actionBadge(action)}${reason !== 'none' && html`<span class="under name">${spaced(reason)}</span>`}`,
    html`<code class="name" title="${decision.principal}">${orDash(decision.principal)}</code>`,
    operation,
    orDash(decision.purpose),
    upstream
      ? html`<span class="name" title="${upstream.id}">${upstream.id}</span><span class="under name">zone ${upstream.zone}</span>`
      : '–',
    findings(entry),
    outcomeWord(entry),
    ms === undefined ? '–' : duration(ms),
  ]
  return contents.map((content, i) => {
    const name = COLUMNS[i]!
    return { name, content, ...(i === 0 && { kind: 'time' }), ...(name === 'Duration' && { kind: 'number' }) }
  })
}

function findings({ decision, outcome }: LogEntry): Html | string {
  // What was put back was not found in the answer: it is the caller's own.
  const answered = outcome?.findings.filter((finding) => finding.action !== 'restore') ?? []
  const chips = (found: LogEntry['decision']['findings'], where: string) =>
    countEntities(found).map((one) => html`<span class="chip">${where}${label(one)}</span>`)
  const unlisted = decision.found - decision.findings.length
  if (decision.found === 0 && answered.length === 0) return '–'
  const more = unlisted > 0 && html`<span class="chip">${unlisted} more</span>`
  return html`<span class="chips">${chips(decision.findings, '')}${more}${chips(answered, 'answer: ')}</span>`
}

function outcomeWord({ decision, outcome }: LogEntry): Html | string {
  if (outcome) {
    const { ending, delivered } = outcome
    const tone = ending === 'complete' ? 'good' : 'bad'
    return html`<span class="${tone}">${spaced(ending)}</span>${delivered === 'partial' && html`<span class="under">delivered in part</span>`}`
  }
  return decision.action === 'block' ? 'nothing sent' : html`<span class="bad">no outcome recorded</span>`
}

function emptyState({ query: { action, before } }: ListView, origin: string): Html {
  if (before !== undefined)
    return html`<section class="card empty"><h2>Nothing older</h2><p>This is the end of the log.</p></section>`
  if (action) {
    return html`<section class="card empty"><h2>No decision to ${action}</h2><p>No call of this tenant has ended that way. <a href="/dashboard">Show all decisions</a></p></section>`
  }
  const command = `. .parapet/dev.env
curl ${origin}/v1/chat/completions \\
  -H "authorization: Bearer $PARAPET_INVOKE_KEY" \\
  -H "content-type: application/json" \\
  -d '{"model":"mirror","messages":[{"role":"user","content":"Card 4111 1111 1111 1111, mail ada@example.com"}]}'`
  return html`<section class="card empty"><h2>No decisions yet</h2>
<p>Every call to a model through Parapet leaves a record here: what was decided and why, what was taken out, and how the answer ended. Send one:</p>
<pre tabindex="0"><code>${command}</code></pre>
<p class="muted">Then load this page again. The card number and the address go out as pseudonyms, and come back as they were.</p></section>`
}
