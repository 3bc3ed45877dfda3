/** The lineage graph, drawn: as SVG for wide screens, and as a list for narrow ones and for screen readers. */
import { html } from 'hono/html'
import type { Html } from './layout.ts'
import type { Column, Node } from './lineage.ts'

// Sizes in pixels; five columns fit the page at its widest.
const WIDTH = 196
const HEIGHT = 50
const GAP_X = 46
const GAP_Y = 14
/** A line that passes a column by takes this much of its height. */
const LANE = 16
const TOP = 30
/** Of characters, in the two sizes of type, before a text is cut. */
const FITS = { title: 24, detail: 31 }

interface Box {
  readonly x: number
  readonly y: number
  readonly height: number
  readonly node: Node | undefined
}
interface Line {
  readonly from: Box
  readonly to: Box
}

export function drawLineage(columns: readonly Column[]): Html {
  return html`<div class="lineage">${drawGraph(columns)}${listGraph(columns)}</div>`
}

function drawGraph(columns: readonly Column[]): Html {
  const { boxes, lines, height } = place(columns)
  const width = columns.length * (WIDTH + GAP_X) - GAP_X
  return html`<svg class="graph" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" aria-hidden="true">
${columns.map(({ title }, i) => html`<text class="column" x="${i * (WIDTH + GAP_X)}" y="12">${title}</text>`)}
${lines.map(drawLine)}
${boxes.map(drawBox)}
</svg>`
}

/** Columns from left to right, each centred; edges that pass over a column share a lane there, if they end at the same node. */
function place(columns: readonly Column[]): { boxes: readonly Box[]; lines: readonly Line[]; height: number } {
  const columnOf = new Map(columns.flatMap(({ nodes }, i) => nodes.map((node) => [node.id, i] as const)))
  /** For each column, the nodes whose edges pass it, by where they end. */
  const passing = columns.map(() => new Map<string, Set<string>>())
  for (const { nodes } of columns) {
    for (const node of nodes) {
      for (const from of node.in) {
        for (let i = (columnOf.get(from) ?? Infinity) + 1; i < columnOf.get(node.id)!; i++) {
          const lane = passing[i]!.get(node.id) ?? new Set()
          passing[i]!.set(node.id, lane.add(from))
        }
      }
    }
  }
  const tall = columns.map(({ nodes }, i) => stack(nodes.length, passing[i]!.size))
  const height = TOP + Math.max(...tall)
  const at = columns.map(({ nodes }, i) => {
    const x = i * (WIDTH + GAP_X)
    let y = TOP + (height - TOP - tall[i]!) / 2
    const placed = new Map<string, Box>()
    for (const to of passing[i]!.keys()) {
      placed.set(laneTo(to), { x, y, height: LANE, node: undefined })
      y += LANE + GAP_Y
    }
    for (const node of nodes) {
      placed.set(node.id, { x, y, height: HEIGHT, node })
      y += HEIGHT + GAP_Y
    }
    return placed
  })
  const lines: Line[] = []
  columns.forEach(({ nodes }, i) => {
    const before = at[i - 1]
    const connect = (to: Box, end: string, from: string): void => {
      // From the node itself, or from the lane that it has joined already.
      const box = before?.get(from) ?? before?.get(laneTo(end))
      if (box && !lines.some((line) => line.from === box && line.to === to)) lines.push({ from: box, to })
    }
    for (const [end, lane] of passing[i]!) for (const from of lane) connect(at[i]!.get(laneTo(end))!, end, from)
    for (const node of nodes) for (const from of node.in) connect(at[i]!.get(node.id)!, node.id, from)
  })
  return { boxes: at.flatMap((placed) => [...placed.values()]), lines, height }
}
function laneTo(id: string): string {
  return `to ${id}`
}
function stack(nodes: number, lanes: number): number {
  return nodes * (HEIGHT + GAP_Y) + lanes * (LANE + GAP_Y) - GAP_Y
}

function drawLine({ from, to }: Line): Html {
  const [x1, y1] = [from.x + WIDTH, from.y + from.height / 2]
  const [x2, y2] = [to.x, to.y + to.height / 2]
  const middle = (x1 + x2) / 2
  const tip = to.node ? html`<path class="tip" d="M${x2 - 7} ${y2 - 4}L${x2} ${y2}L${x2 - 7} ${y2 + 4}z"/>` : ''
  return html`<path class="edge" d="M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2 - (to.node ? 4 : 0)} ${y2}"/>${tip}`
}

function drawBox({ x, y, height, node }: Box): Html {
  if (!node)
    return html`<path class="edge" d="M${x} ${y + height / 2}h${WIDTH}"/><text class="lane" x="${x + WIDTH / 2}" y="${y + height / 2 - 5}">the rest, as it was</text>`
  return html`<g class="node ${node.tone}"><title>${node.title} – ${node.detail}</title>
<rect x="${x + 0.5}" y="${y + 0.5}" width="${WIDTH - 1}" height="${height - 1}" rx="8"/>
<text class="title" x="${x + 12}" y="${y + 21}">${cut(node.title, FITS.title)}</text>
<text class="detail" x="${x + 12}" y="${y + 38}">${cut(node.detail, FITS.detail)}</text></g>`
}
function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text
}

function listGraph(columns: readonly Column[]): Html {
  const titles = new Map(columns.flatMap(({ nodes }) => nodes.map((node) => [node.id, node.title] as const)))
  const item = (node: Node) => {
    const from = node.in.map((id) => titles.get(id)).filter((title) => title !== undefined)
    return html`<li class="${node.tone}"><b>${node.title}</b><span>${node.detail}</span>${from.length > 0 && html`<span class="muted">from: ${from.join(', ')}</span>`}</li>`
  }
  return html`<ol class="steps">${columns.map(({ title, nodes }) => html`<li><h3>${title}</h3><ul>${nodes.map(item)}</ul></li>`)}</ol>`
}
