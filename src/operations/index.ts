/**
 * THE OPERATION MAP: every endpoint of both vendors' APIs, what it does, and who may. What is not here is refused.
 */
import type { Api, Endpoint, JsonObject } from '../types.ts'
import { anthropicAgents } from './anthropic-agents.ts'
import { anthropicClosed } from './anthropic-closed.ts'
import { anthropicInvoke } from './anthropic-invoke.ts'
import { anthropicUsage } from './anthropic-usage.ts'
import { openaiAgents } from './openai-agents.ts'
import { openaiClosed } from './openai-closed.ts'
import { openaiFileRows } from './openai-files.ts'
import { openaiInvoke } from './openai-invoke.ts'
import { openaiStored } from './openai-stored.ts'
import { openaiTrain } from './openai-train.ts'
import { openaiUsage } from './openai-usage.ts'

export const ENDPOINTS: readonly Endpoint[] = [
  ...openaiInvoke,
  ...openaiStored,
  ...openaiFileRows,
  ...openaiTrain,
  ...openaiAgents,
  ...openaiUsage,
  ...openaiClosed,
  ...anthropicInvoke,
  ...anthropicAgents,
  ...anthropicUsage,
  ...anthropicClosed,
]

/** What may stand where a row has `{name}`. Neither dots alone nor a percent sign: an id is the same however it is read. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,255}$/

/** A tree of path segments. */
interface Node {
  readonly next: Map<string, Node>
  /** The node behind any id. */
  any: Node | undefined
  /** One for each method. */
  readonly rows: Endpoint[]
}
/** One for each API: 28 routes are in both. */
const ROOTS: Readonly<Record<Api, Node>> = {
  openai: growTree(ENDPOINTS.filter(({ api }) => api === 'openai')),
  anthropic: growTree(ENDPOINTS.filter(({ api }) => api === 'anthropic')),
}

function growTree(endpoints: readonly Endpoint[]): Node {
  const root = makeNode()
  for (const endpoint of endpoints) {
    let node = root
    for (const segment of endpoint.path.slice(1).split('/')) node = child(node, segment)
    node.rows.push(endpoint)
  }
  return root
}
function makeNode(): Node {
  return { next: new Map(), any: undefined, rows: [] }
}
function child(node: Node, segment: string): Node {
  if (segment.startsWith('{')) return (node.any ??= makeNode())
  let next = node.next.get(segment)
  if (!next) node.next.set(segment, (next = makeNode()))
  return next
}

/**
 * The endpoint of a method and path, and the ids in it. INVARIANT: nothing is decoded or normalised, so that no other spelling of
 * a path is anything but unmapped. A segment that a row names is never taken for an id: upstreams differ on what it would be.
 */
export function findOperation(
  api: Api,
  method: string,
  path: string,
): { readonly endpoint: Endpoint; readonly ids: Record<string, string> } | undefined {
  if (!path.startsWith('/')) return undefined
  let node = ROOTS[api]
  const ids: string[] = []
  for (let start = 1; start <= path.length; ) {
    const slash = path.indexOf('/', start)
    const end = slash < 0 ? path.length : slash
    // Longer than any id: the path is not copied for nothing.
    const segment = path.slice(start, Math.min(end, start + 257))
    const next = node.next.get(segment)
    if (next) node = next
    else if (node.any && ID.test(segment)) {
      node = node.any
      ids.push(segment)
    } else return undefined
    start = end + 1
  }
  const endpoint = node.rows.find((row) => row.method === method)
  return endpoint && { endpoint, ids: nameIds(endpoint.path, ids) }
}

/** A row's path with ids in it. */
export function fillPath(pattern: string, ids: JsonObject): string {
  return pattern.replace(/\{([a-z_]+)\}/g, (_, name: string) => {
    const value = ids[name]
    if (typeof value !== 'string' || !ID.test(value)) throw new Error('an id in a path was rewritten into no id')
    return value
  })
}

function nameIds(pattern: string, ids: readonly string[]): Record<string, string> {
  const named: Record<string, string> = {}
  let i = 0
  for (let open = pattern.indexOf('{'); open >= 0; open = pattern.indexOf('{', open + 1)) {
    named[pattern.slice(open + 1, pattern.indexOf('}', open))] = ids[i++]!
  }
  return named
}
