/** One decision: what was decided and why, where its text came from and went, and the record itself. */
import { html } from 'hono/html'
import { view } from '../admin.ts'
import type { LogEntry } from '../ports.ts'
import type { FindingRecord, Principal } from '../types.ts'
import { drawLineage } from './diagram.ts'
import { actionBadge, type Cell, dataTable, type Html, layout, timeTag } from './layout.ts'
import { traceLineage } from './lineage.ts'
import { describeAnswer, duration, grouped, headline, orDash, spaced } from './words.ts'

export function decisionPage(entry: LogEntry, who: Principal): Html {
  const { decision } = entry
  const more = describeAnswer(entry)
  const main = html`<p class="crumb"><a href="/dashboard">‹ Decisions</a></p>
<div class="lead">${actionBadge(decision.action)}<h1>${headline(entry)}</h1>${more && html`<p>${more}</p>`}
<p class="muted small">${timeTag(decision.at)} UTC · <code class="id">${decision.id}</code></p></div>
${section('lineage', 'Lineage', lineage(entry))}
${section('findings', 'Findings', findingsTable(entry))}
<div class="columns">${section('facts', 'Request and decision', facts(requestFacts(entry)))}
<div>${section('outcome', 'Outcome', outcomeFacts(entry))}${section('policies', 'Policies that decided', policyList(entry))}${section('proof', 'Place in the log', proof(entry))}</div></div>
<details class="card raw"><summary>The record as JSON</summary><pre tabindex="0"><code>${JSON.stringify(view(entry), null, 2)}</code></pre></details>`
  return layout(`Decision ${decision.id}`, main, who)
}

function lineage(entry: LogEntry): Html {
  const { sources, upstream } = entry.decision
  if (sources.length > 0 || upstream) return drawLineage(traceLineage(entry))
  return html`<p class="muted">The call was refused before its text was read. Nothing was sent.</p>`
}

function section(id: string, title: string, content: Html): Html {
  return html`<section class="card" aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${content}</section>`
}

type Fact = readonly [name: string, value: Html | string | number]
function facts(list: readonly Fact[]): Html {
  return html`<table class="facts"><tbody>${list.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table>`
}

function requestFacts({ decision }: LogEntry): readonly Fact[] {
  const { upstream, coverage, unrecorded } = decision
  return [
    ['Principal', html`<code>${orDash(decision.principal)}</code>`],
    ['Tenant', decision.tenant],
    ['Operation', html`<code>${orDash(decision.operation)}</code>`],
    ['Permission domain', orDash(decision.domain)],
    ['Wire format', html`<code>${orDash(decision.format)}</code>${decision.stream && ', streamed'}`],
    ['Model', html`<code>${orDash(decision.model)}</code>`],
    ['Purpose', orDash(decision.purpose)],
    ['Action', decision.action],
    ['Reason', orDash(spaced(decision.reason))],
    ...(decision.status > 0 ? [['Status answered', decision.status] as const] : []),
    ['Upstream', upstream ? html`<code>${upstream.id}</code>, zone ${upstream.zone}` : 'none: nothing was sent'],
    ['Coverage', `${grouped(coverage.scanned)} of ${grouped(coverage.total)} texts scanned`],
    ...(unrecorded > 0 ? [['Calls not recorded', `${grouped(unrecorded)} before this one`] as const] : []),
    ['Time to decide', duration(decision.ms)],
    ['Rules', html`<code class="hash">${decision.ruleset}</code>`],
    ['Access policies', html`<code class="hash">${decision.access}</code>`],
  ]
}

function outcomeFacts({ decision, outcome }: LogEntry): Html {
  if (!outcome) {
    return decision.action === 'block'
      ? html`<p>The call was refused before anything was sent.</p>`
      : html`<p class="problem"><b>No outcome recorded.</b> The call is still running, or the process ended before it could tell how the call did.</p>`
  }
  const { delivered, output, usage } = outcome
  return facts([
    ['Ending', html`<span class="${outcome.ending === 'complete' ? 'good' : 'bad'}">${spaced(outcome.ending)}</span>`],
    ['Reason', orDash(spaced(outcome.reason))],
    ['Delivered', { full: 'in full', partial: 'in part', none: 'not at all' }[delivered]],
    ['Status answered', outcome.status],
    ['Upstream status', outcome.upstreamStatus > 0 ? outcome.upstreamStatus : '–'],
    ['Screened', `${grouped(output.segments)} texts, ${grouped(output.characters)} characters`],
    [
      'Tokens',
      usage.input + usage.output > 0 ? `${grouped(usage.input)} in, ${grouped(usage.output)} out` : 'not told',
    ],
    ['From start to end', duration(outcome.ms)],
    ['Ended at', timeTag(outcome.at)],
  ])
}

const COLUMNS = ['In', 'Entity', 'Rule', 'Place', 'Written by', 'Span', 'Score', 'Action', 'Policies']

function findingsTable({ decision, outcome }: LogEntry): Html {
  const rows = [
    ...decision.findings.map((finding) => findingCells('request', finding)),
    ...(outcome?.findings ?? []).map((finding) => findingCells('answer', finding)),
  ]
  const found = decision.found + (outcome?.found ?? 0)
  if (rows.length === 0) {
    const { scanned, total } = decision.coverage
    const none =
      scanned < total || total === 0 ? 'The call was refused before it was scanned.' : 'No rule found anything.'
    return html`<p class="muted">${none}</p>`
  }
  const cut =
    found > rows.length &&
    html`<p class="muted">${grouped(rows.length)} of ${grouped(found)} are listed; all were acted on.</p>`
  return html`${cut}${dataTable('Findings', COLUMNS, rows)}`
}
function findingCells(where: 'request' | 'answer', finding: FindingRecord): readonly Cell[] {
  const { entity, label, rule, place, source, start, end, score, action, policies } = finding
  const contents: readonly Cell['content'][] = [
    where,
    html`${entity}<span class="under">${label}</span>`,
    html`<code>${rule}</code>`,
    html`<code>${place}</code>`,
    source,
    `${start}–${end}`,
    score.toFixed(2),
    action,
    policies.length > 0 ? html`${policies.map((policy) => html`<code class="line">${policy}</code>`)}` : '–',
  ]
  return contents.map((content, i) => ({ name: COLUMNS[i]!, content }))
}

function policyList({ decision, outcome }: LogEntry): Html {
  const all = [...decision.policies, ...(outcome?.findings ?? []).flatMap((finding) => finding.policies)]
  if (all.length === 0)
    return html`<p class="muted">None: the call was refused before policy was asked, or no policy permits it.</p>`
  return html`<ul class="policies">${[...new Set(all)].map((policy) => html`<li><code>${policy}</code></li>`)}</ul>`
}

function proof({ seq, hash, outcome }: LogEntry): Html {
  return html`${facts([
    ['Number', `${grouped(seq)} in this tenant’s log`],
    ['Hash', html`<code class="hash">${hash}</code>`],
    ...(outcome ? [['Outcome’s id', html`<code class="hash">${outcome.id}</code>`] as const] : []),
  ])}<p class="muted small">The hash covers this record and the hash of the record before it.</p>`
}
