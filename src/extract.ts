/**
 * Body → segments: every string, number and object key of a document, strings inside strings that hold JSON included.
 * A format lists what is an identifier; everything else is text, so a field that a provider adds is scanned the day
 * it appears. The segments write back to where they were read: what was scanned is what is sent.
 */
import { readBlob } from './blobs.ts'
import { asNumber, type Replacement } from './edits.ts'
import { Denial } from './errors.ts'
import { isReferenceName } from './formats/shapes.ts'
import { mayHoldJson } from './lex.ts'
import { applySplices, createOffsets, encode, readLiterals, type Splice } from './literals.ts'
import {
  BLOBS,
  type Blob,
  type Json,
  type JsonObject,
  type Leaf,
  type Place,
  type Places,
  type Segment,
  type Source,
} from './types.ts'

export type Keys = readonly (string | number)[]

export interface Document {
  readonly value: Json
  readonly segments: readonly Segment[]
  /** How many texts there are; those too short to hold anything are not among the segments. */
  readonly total: number
  /** How many of them cannot be read for text. */
  readonly blobs: number
  /** Keys of a segment's place as they stand in the document, for formats. */
  keys(segment: Segment): Keys
  /** Carries what was written into strings inside strings, and into keys, back into `value`. Call once, after all writes. */
  commit(): Json
}

/** Bounds memory: a segment takes about 100 bytes beside its text, one inside a string of JSON 500. */
const MOST_SEGMENTS = 200_000
/** JSON in a string in a string …: deeper than this is refused, since what is deeper could not be scanned. */
const INNER_DEPTH = 4

export interface Walk {
  readonly places: Places
  source(keys: Keys): Source
  /** Whether strings that hold JSON are taken apart. Answers are not: they are read as they stream, by holdback.ts. */
  readonly inner: boolean
  /** Shorter texts are counted, not listed: a body of a million numbers must not become a million objects. */
  readonly shortest: number
}

/** @throws Denial if JSON is nested in strings too deeply to be scanned. */
export function extract(value: Json, walk: Walk): Document {
  const segments: Slot[] = []
  const inners: Inner[] = []
  const renames = new Map<JsonObject, Map<string, string>>()
  const root = { value }
  let total = 0
  let blobs = 0

  function visit(parent: Container, key: string | number, up: Path | undefined, known: boolean, stated: Node): void {
    const child = parent[key]!
    const at = narrow(stated, child)
    if (child === '') {
      // Nothing is said or referred to.
    } else if (typeof child === 'string') {
      if (child.length < walk.shortest && !isIdentifier(at)) total += child.length > 0 ? 1 : 0
      else if (isIdentifier(at)) push(at, child, { up, key, known }, parent)
      else if (at === 'encrypted') pushBlob(at, child, { up, key, known }, parent)
      else visitText(child, { up, key, known }, parent, isBlob(at) ? at : undefined)
    } else if (typeof child === 'number') {
      const text = String(child)
      if (at === 'reference') push(at, text, { up, key, known }, parent)
      else if (text.length < walk.shortest) total++
      else push('number', text, { up, key, known }, parent)
    } else if (Array.isArray(child)) {
      const path = { up, key, known }
      const numbers = at === 'tokens' || at === 'vector'
      const next = numbers ? at : undefined
      const count = numbers ? child.filter((one) => typeof one === 'number').length : 0
      if (count > 0) pushBlob(at as Blob, '', path, parent)
      // Among numbers there may be texts, too.
      if (count < child.length || !numbers) {
        for (let i = 0; i < child.length; i++) visit(child as never, i, path, true, next ?? below(at, '*', child[i]))
      }
    } else if (typeof child === 'object' && child !== null) {
      const path = { up, key, known }
      for (const name of Object.keys(child)) {
        const listed = isListed(at, name)
        if (!listed && name.length < walk.shortest) total++
        else if (!listed) push('key', name, { up: path, key: name, known: false }, renamesOf(child))
        visit(child, name, path, listed, below(at, name, child[name]))
      }
    }
  }

  /** A string that is not an identifier: text, or a blob; or text that is written as one. */
  function visitText(text: string, path: Path, parent: Container, expected: Blob | undefined): void {
    // Answers are read as they stream, piece by piece: only where a blob may stand is one looked for.
    const held = walk.inner || expected !== undefined ? readBlob(text, expected) : undefined
    if (!held) pushString(text, path, undefined, parent, 0)
    else if ('blob' in held) pushBlob(held.blob, held.text, path, parent)
    else {
      const disguised: Target = {
        put(_from, to) {
          parent[path.key] = held.encode(to)
        },
      }
      pushString(held.text, path, undefined, disguised, 0)
    }
  }

  function pushBlob(blob: Blob, text: string, path: Path, target: Container): void {
    blobs++
    push('blob', text, path, target, undefined, blob)
  }

  /** Where new names of an object's keys are collected: all at once, else many renamed keys would take quadratic time. */
  function renamesOf(object: JsonObject): Target {
    return {
      put(from, to) {
        let names = renames.get(object)
        if (!names) renames.set(object, (names = new Map()))
        names.set(from, to)
      },
    }
  }

  function push(
    kind: Segment['kind'],
    text: string,
    path: Path,
    target: Container | Target,
    name?: string,
    blob?: Blob,
  ): void {
    total++
    if (segments.length === MOST_SEGMENTS)
      throw new Denial('body_too_large', `the body holds more than ${MOST_SEGMENTS} texts`)
    segments.push(new Slot(kind, text, path, target, name, walk, blob))
  }

  function pushString(
    text: string,
    path: Path,
    name: string | undefined,
    target: Container | Target,
    depth: number,
  ): void {
    const literals = walk.inner && mayHoldJson(text) ? readLiterals(text, walk.shortest) : undefined
    if (!literals) {
      push('string', text, path, target, name)
      return
    }
    if (depth === INNER_DEPTH && text.trimStart().startsWith('"')) {
      push('string', text, path, target, name)
      return
    }
    if (depth === INNER_DEPTH) throw new Denial('unreadable_body', 'JSON is nested in strings too deeply to be scanned')
    const inner: Inner = { text, slot: new Slot('string', text, path, target, name, walk), splices: [] }
    inners.push(inner)
    total += literals.short
    for (const literal of literals.found) {
      const { start, end, text: held, key, quoted } = literal
      const splice: Target = {
        put(_from, to, edits) {
          if (!quoted) inner.splices.push({ start, end, text: JSON.stringify(asNumber(to)) })
          else if (!edits) inner.splices.push({ start, end, text: encode(to) })
          else {
            const raw = createOffsets(literal)
            for (const edit of edits) {
              inner.splices.push({ start: raw(edit.start), end: raw(edit.end), text: encode(edit.text) })
            }
          }
        },
      }
      if (quoted) pushString(held, path, key ?? name, splice, depth + 1)
      else push('number', held, path, splice, key ?? name)
    }
  }

  visit(root, 'value', undefined, false, walk.places)
  return {
    get value() {
      return root.value
    },
    segments,
    total,
    blobs,
    keys: (segment) => keysOf((segment as Slot).path),
    commit() {
      // Inside out: an inner string is made before the string that holds it.
      for (const { text, slot, splices } of inners.reverse()) {
        if (splices.length > 0) slot.write(applySplices(text, splices))
      }
      for (const [object, names] of renames) renameKeys(object, names)
      return root.value
    },
  }
}

type Container = { [key: string | number]: Json }
/** Where a text goes that is not simply a value of an object or array. */
interface Target {
  put(from: string, to: string, edits?: readonly Replacement[]): void
}
interface Path {
  readonly up: Path | undefined
  readonly key: string | number
  /** Whether the format knows the key, so that a record may name it. */
  readonly known: boolean
}
/** A string that holds JSON, with what is to be put into it. */
interface Inner {
  readonly text: string
  readonly slot: Slot
  readonly splices: Splice[]
}

/** A segment, kept small: a body of eight megabytes can have half a million of them. */
class Slot implements Segment {
  readonly kind: Segment['kind']
  readonly text: string
  readonly blob: Blob | undefined
  readonly path: Path
  readonly #target: Container | Target
  /** The key inside a string of JSON, which the path does not know. */
  readonly #name: string | undefined
  readonly #walk: Walk
  #source: Source | undefined

  constructor(
    kind: Segment['kind'],
    text: string,
    path: Path,
    target: Container | Target,
    name: string | undefined,
    walk: Walk,
    blob?: Blob,
  ) {
    this.kind = kind
    this.blob = blob
    this.text = text
    this.path = path
    this.#target = target
    this.#name = name
    this.#walk = walk
  }
  get source(): Source {
    return (this.#source ??= this.#walk.source(keysOf(this.path)))
  }
  get key(): string | undefined {
    return this.kind === 'key' ? undefined : (this.#name ?? nameOf(this.path))
  }
  write(text: string, edits?: readonly Replacement[]): void {
    if (isTarget(this.#target)) this.#target.put(this.text, text, edits)
    else this.#target[this.path.key] = this.kind === 'number' ? asNumber(text) : text
  }
  place(): Place {
    let out = ''
    // Keys that the format does not know are the caller's text: they stay out of records.
    for (let step: Path | undefined = this.path; step?.up; step = step.up) {
      out = `/${typeof step.key === 'number' || step.known ? step.key : '*'}${out}`
    }
    return out as Place
  }
}
/** A document has no functions in it. */
function isTarget(target: Container | Target): target is Target {
  return typeof target.put === 'function'
}

type Node = Places | Leaf | undefined

function isIdentifier(at: Node): at is 'identifier' | 'reference' {
  return at === 'identifier' || at === 'reference'
}
function isBlob(at: Node): at is Blob {
  return (BLOBS as readonly Node[]).includes(at)
}
/** What stands at a place depends on what it is: see `.` and `?` of Places. */
function narrow(at: Node, child: Json): Node {
  if (typeof at !== 'object') return at
  if (typeof child === 'string') {
    if (Object.hasOwn(at, '.')) return at['.']
    // One where a list of such may stand.
    return Object.hasOwn(at, '*') && typeof at['*'] === 'string' ? at['*'] : undefined
  }
  if (typeof child !== 'object' || child === null || Array.isArray(child) || !Object.hasOwn(at, '?')) return at
  const kinds = at['?'] as Places
  return typeof child.type === 'string' && Object.hasOwn(kinds, child.type) ? kinds[child.type] : at
}
function isListed(at: Node, key: string): boolean {
  if (typeof at !== 'object') return false
  return Object.hasOwn(at, key) || (Object.hasOwn(at, '**') && Object.hasOwn(at['**'] as Places, key))
}
function below(at: Node, key: string, child: Json | undefined): Node {
  // Below what is the caller's own to name, names mean nothing; below a reference everything is one.
  if (at === 'text' || at === 'reference') return at
  const found = typeof at === 'object' ? look(at, key, child) : undefined
  return found === undefined && isReferenceName(key) ? 'reference' : found
}
function look(at: Places, key: string, child: Json | undefined): Node {
  if (Object.hasOwn(at, key)) return at[key]
  if (!Object.hasOwn(at, '**')) return undefined
  // By names, at any depth: a name says what a text, or each of a list of texts, is; everything else goes on below it.
  const names = at['**'] as Places
  const named = Object.hasOwn(names, key) ? names[key] : undefined
  if (Array.isArray(child) && typeof named === 'string' && named !== 'text') {
    return named === 'tokens' || named === 'vector' ? named : { '*': named }
  }
  return typeof child === 'object' ? at : named
}
// The topmost step is the one to the document itself, which has no name.
function nameOf(path: Path): string | undefined {
  for (let step = path; step.up; step = step.up) if (typeof step.key === 'string') return step.key
  return undefined
}
function keysOf(path: Path): Keys {
  const keys: (string | number)[] = []
  for (let step = path; step.up; step = step.up) keys.push(step.key)
  return keys.reverse()
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
