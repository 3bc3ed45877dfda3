/** Lineage of one decision as a graph: sources → transforms → upstream → transforms of the answer → output. */
import type { LogEntry } from '../ports.ts'
import type { TransformRecord } from '../types.ts'
import { DID, grouped, plural, spaced } from './words.ts'

export interface Node {
  readonly id: string
  readonly title: string
  readonly detail: string
  readonly tone: 'plain' | 'change' | 'upstream' | 'good' | 'bad'
  /** Nodes that it comes from. */
  readonly in: readonly string[]
}
export interface Column {
  readonly title: string
  readonly nodes: readonly Node[]
}

/** The columns that there is something in, in the order of the way. */
export function traceLineage({ decision, outcome }: LogEntry): readonly Column[] {
  const { sources, transforms, upstream } = decision
  const last = upstream ? 'u0' : undefined
  const columns: Column[] = [
    {
      title: 'Came from',
      nodes: sources.map(({ id, source, segments, characters }) => ({
        id,
        title: source === 'unknown' ? 'other fields' : source,
        detail: measure(segments, characters),
        tone: 'plain',
        in: [],
      })),
    },
    { title: 'Changed on the way out', nodes: transforms.map(describeTransform) },
    {
      title: upstream ? 'Sent to' : decision.reason === 'none' ? 'Kept' : 'Stopped',
      nodes: [
        upstream
          ? {
              id: 'u0',
              title: upstream.id,
              detail: `${decision.model} · zone ${upstream.zone}`,
              tone: 'upstream',
              in: upstream.in,
            }
          : {
              id: 'stop',
              title: decision.reason === 'none' ? 'a file in parts' : spaced(decision.reason),
              detail: 'nothing was sent',
              tone: decision.reason === 'none' ? 'good' : 'bad',
              in: sources.map(({ id }) => id),
            },
      ],
    },
    { title: 'Changed in the answer', nodes: outcome?.transforms.map(describeTransform) ?? [] },
  ]
  if (last && outcome) {
    const { delivered, output } = outcome
    const title = { full: 'delivered in full', partial: 'delivered in part', none: 'not delivered' }[delivered]
    const tone = outcome.ending === 'complete' ? 'good' : 'bad'
    const detail = measure(output.segments, output.characters)
    columns.push({ title: 'To the caller', nodes: [{ id: output.id, title, detail, tone, in: output.in }] })
  } else if (last) {
    const node: Node = {
      id: 'o0',
      title: 'no outcome recorded',
      detail: 'how it ended is unknown',
      tone: 'bad',
      in: ['u0'],
    }
    columns.push({ title: 'To the caller', nodes: [node] })
  }
  return columns.filter(({ nodes }) => nodes.length > 0).map(({ title, nodes }) => ({ title, nodes: shorten(nodes) }))
}

function describeTransform({ id, in: from, action, rule, count }: TransformRecord): Node {
  return { id, title: `${DID[action]} ×${grouped(count)}`, detail: `by ${rule}`, tone: 'change', in: from }
}

function measure(segments: number, characters: number): string {
  return `${grouped(segments)} ${plural(segments, 'text')}, ${grouped(characters)} ${plural(characters, 'character')}`
}

/** More nodes than this in a column are one. */
const MOST = 8

function shorten(nodes: readonly Node[]): readonly Node[] {
  if (nodes.length <= MOST) return nodes
  const rest = nodes.slice(MOST - 1)
  const title = `${rest.length} more`
  const detail = 'listed in the record below'
  return [...nodes.slice(0, MOST - 1), { ...rest[0]!, title, detail, in: [...new Set(rest.flatMap((one) => one.in))] }]
}
