/**
 * Body → segments: every string, number and object key of a document, strings inside strings that hold JSON included.
 * A format lists what is an identifier; everything else is text, so a field that a provider adds is scanned the day
 * it appears. The segments write back to where they were read: what was scanned is what is sent.
 */
import { Denial } from './errors.ts'
import { createLexer } from './lex.ts'
import type { Json, JsonObject, Place, Places, Segment, Source } from './types.ts'

export type Keys = readonly (string | number)[]

export interface Document {
  readonly value: Json
  readonly segments: readonly Segment[]
  /** Keys of a segment's place as they stand in the document, for formats. */
  keys(segment: Segment): Keys
  /** Carries what was written into strings inside strings, and into keys, back into `value`. Call once, after all writes. */
  commit(): Json
}

/** JSON in a string in a string …: deeper than this is refused, since what is deeper could not be scanned. */
const INNER_DEPTH = 4

interface Path {
  readonly up: Path | undefined
  readonly key: string | number
  /** Whether the format knows the key, so that a record may name it. */
  readonly known: boolean
}
interface Slot extends Segment {
  readonly path: Path | undefined
}
/** A string that holds JSON, with what is to be put into it. */
interface Inner {
  readonly text: string
  readonly write: (text: string) => void
  readonly splices: { start: number; end: number; text: string }[]
}

export interface Walk {
  readonly places: Places
  source(keys: Keys): Source
  /** Whether strings that hold JSON are taken apart. Answers are not: they are read as they stream, by holdback.ts. */
  readonly inner: boolean
}

/** @throws Denial if JSON is nested in strings too deeply to be scanned. */
export function extract(value: Json, walk: Walk): Document {
  const segments: Slot[] = []
  const inners: Inner[] = []
  const renames = new Map<JsonObject, Map<string, string>>()
  const root = { value }

  function visit(
    parent: { [key: string | number]: Json },
    key: string | number,
    path: Path | undefined,
    at: Node,
  ): void {
    const child = parent[key]!
    if (typeof child === 'string') {
      const write = (text: string): void => {
        parent[key] = text
      }
      if (at === 'identifier') push('identifier', child, path, write)
      else if (child.length > 0) pushString(child, path, nameOf(path), write, 0)
    } else if (typeof child === 'number') {
      push('number', String(child), path, (text) => {
        parent[key] = text
      })
    } else if (Array.isArray(child)) {
      const next = below(at, '*')
      for (let i = 0; i < child.length; i++) {
        visit(child as never, i, { up: path, key: i, known: true }, next)
      }
    } else if (typeof child === 'object' && child !== null) {
      for (const name of Object.keys(child)) {
        const next = below(at, name)
        const known = typeof at === 'object' && Object.hasOwn(at, name)
        const step = { up: path, key: name, known }
        if (!known) push('key', name, step, (text) => rename(child, name, text))
        visit(child, name, step, next)
      }
    }
  }

  function rename(object: JsonObject, from: string, to: string): void {
    let names = renames.get(object)
    if (!names) renames.set(object, (names = new Map()))
    names.set(from, to)
  }

  function push(
    kind: Segment['kind'],
    text: string,
    path: Path | undefined,
    write: (text: string) => void,
    key = nameOf(path),
  ): void {
    segments.push(createSegment(kind, text, path, key, walk, write))
  }

  function pushString(
    text: string,
    path: Path | undefined,
    key: string | undefined,
    write: (text: string) => void,
    depth: number,
  ): void {
    const literals = walk.inner && mayHoldJson(text) ? readLiterals(text) : undefined
    if (!literals) {
      push('string', text, path, write, key)
      return
    }
    if (depth === INNER_DEPTH) throw new Denial('unreadable_body', 'JSON is nested in strings too deeply to be scanned')
    const inner: Inner = { text, write, splices: [] }
    inners.push(inner)
    for (const { start, end, text: held, key: name, quoted } of literals) {
      const splice = (replacement: string): void => {
        const json = JSON.stringify(replacement)
        inner.splices.push({ start, end, text: quoted ? json.slice(1, -1) : json })
      }
      if (quoted) pushString(held, path, name ?? key, splice, depth + 1)
      else push('number', held, path, splice, name ?? key)
    }
  }

  visit(root, 'value', undefined, walk.places)
  return {
    get value() {
      return root.value
    },
    segments,
    keys: (segment) => keysOf((segment as Slot).path),
    commit() {
      // Inside out: an inner string is made before the string that holds it.
      for (const inner of inners.reverse()) {
        if (inner.splices.length > 0) inner.write(applySplices(inner.text, inner.splices))
      }
      for (const [object, names] of renames) renameKeys(object, names)
      return root.value
    },
  }
}

type Node = Places | 'identifier' | 'text' | undefined

function below(at: Node, key: string): Node {
  if (typeof at !== 'object') return undefined
  if (Object.hasOwn(at, key)) return at[key]
  return key !== '*' && Object.hasOwn(at, '**') ? at['**'] : undefined
}
function nameOf(path: Path | undefined): string | undefined {
  for (let step = path; step; step = step.up) if (typeof step.key === 'string') return step.key
  return undefined
}
function keysOf(path: Path | undefined): Keys {
  const keys: (string | number)[] = []
  for (let step = path; step; step = step.up) keys.push(step.key)
  return keys.reverse()
}

function createSegment(
  kind: Segment['kind'],
  text: string,
  path: Path | undefined,
  key: string | undefined,
  walk: Walk,
  write: (text: string) => void,
): Slot {
  let source: Source | undefined
  return {
    kind,
    text,
    path,
    key: kind === 'key' ? undefined : key,
    write,
    get source() {
      return (source ??= walk.source(keysOf(path)))
    },
    place() {
      let out = ''
      // Keys that the format does not know are the caller's text: they stay out of records.
      for (let step = path; step; step = step.up) out = `/${step.known ? step.key : '*'}${out}`
      return out as Place
    },
  }
}

/** Whether a text could be JSON with text inside: it begins with a brace, a bracket or a quote. */
export function mayHoldJson(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === 32 || c === 10 || c === 13 || c === 9) continue
    return c === 123 || c === 91 || c === 34
  }
  return false
}

interface Literal {
  readonly start: number
  readonly end: number
  readonly text: string
  readonly key: string | undefined
  readonly quoted: boolean
}

/** The strings and numbers of a text that is JSON (cut-off JSON too), or `undefined` if it is not. */
function readLiterals(text: string): readonly Literal[] | undefined {
  const found: Literal[] = []
  let valid = true
  let at = 0
  let start = 0
  let held = ''
  let name: string | undefined
  const lexer = createLexer({
    plain(raw) {
      at += raw.length
    },
    open(key) {
      start = at
      held = ''
      name = key
    },
    text(raw, decoded) {
      at += raw.length
      held += decoded
    },
    close() {
      if (held.length > 0) found.push({ start, end: at, text: held, key: name, quoted: true })
    },
    number(raw, key) {
      found.push({ start: at, end: at + raw.length, text: raw, key, quoted: false })
      at += raw.length
    },
    invalid() {
      valid = false
    },
  })
  lexer.feed(text)
  lexer.end()
  return valid ? found : undefined
}

function applySplices(text: string, splices: Inner['splices']): string {
  let out = ''
  let at = 0
  for (const splice of splices.sort((a, b) => a.start - b.start)) {
    out += text.slice(at, splice.start) + splice.text
    at = splice.end
  }
  return out + text.slice(at)
}

/** Renames keys in place, keeping their order. Where two keys would become one, the later gets a number. */
function renameKeys(object: JsonObject, names: ReadonlyMap<string, string>): void {
  const entries = Object.entries(object)
  for (const key of Object.keys(object)) delete object[key]
  const taken = new Set(entries.filter(([key]) => !names.has(key)).map(([key]) => key))
  const counts = new Map<string, number>()
  for (const [key, value] of entries) {
    const wanted = names.get(key) ?? key
    let name = wanted
    if (names.has(key)) {
      for (let n = counts.get(wanted) ?? 1; taken.has(name); name = `${wanted} (${n})`) counts.set(wanted, ++n)
      taken.add(name)
    }
    Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true })
  }
}
