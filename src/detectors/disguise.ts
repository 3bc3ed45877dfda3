/**
 * Sees through disguises: what another detector finds in a text, it also finds in what the text says to who reads it — folded
 * (fold.ts), as often as something is left to fold, and decoded (encoded.ts). Spans are of the text as it stands, with all of what is
 * inside of a value.
 */
import type { Detection, Detector, Finding, Look, Span } from '../types.ts'
import { findRun, LONGEST_RUN, openRun, readRun, runEnd, runStart, SHORTEST_RUN } from './encoded.ts'
import { fold, isPlain, RADIUS, WIDEST } from './fold.ts'
import { FEWEST_HIDDEN, findHidden, hiddenEnd, hiddenStart, INVISIBLE, LONGEST_ROW, readTags } from './hidden.ts'

/** Escapes of escapes of escapes: a text is folded as often. Without a bound, text could ask for any number. */
const ROUNDS = 3
/** Base64 in base64 is read as deep as this. */
const DEPTH = 3

/** A text as it reads when it is folded, with its place in the raw one. */
interface View {
  readonly text: string
  /** Where each character stood in the raw text, and one more for the end. */
  readonly at: Uint32Array
  readonly ends: Uint32Array
  /** Up to where the raw text is read. */
  readonly stop: number
}

/**
 * The same detector, not to be deceived. `rows`: long rows of characters that are not seen are findings, too; one detector tells of them.
 * INVARIANT: what is found before `open` does not depend on where the text was cut: each view of the text begins far enough before
 * `from` that all it says from there on is the same, and ends where what follows could change it.
 */
export function disguised(inner: Detector, { rows = false } = {}): Detector {
  /** Characters of a view before `from` that are misread if the text was cut before them, or that `inner` looks at. */
  const needed = inner.context + ROUNDS * RADIUS
  const context = Math.max(needed * WIDEST, LONGEST_RUN + SHORTEST_RUN, LONGEST_ROW)
  // Where nothing is looked for, nothing is hidden.
  if (inner.shortest === Number.POSITIVE_INFINITY) return inner
  return {
    // A value in disguise can be longer than this; it is then open for as long.
    reach: Math.max(inner.reach, LONGEST_RUN + inner.context),
    context,
    shortest: inner.shortest,
    detect: (text, asked) => look(text, asked, 0),
  }

  function look(text: string, asked: Look, depth: number): Detection {
    const { from, final, key } = asked
    const plain = lookPlainly(text, asked)
    const findings: Finding[] = []
    let { open } = plain
    const bare = isPlain(text, Math.max(0, from - needed), final)
    const views = bare ? [] : readViews(text, from, final)
    let last: View | undefined
    for (const view of views) {
      open = Math.min(open, view.stop)
      last = view
      const complete = final && view.stop === text.length
      const seen = inner.detect(view.text, { from: indexOf(view.at, from), final: complete, key })
      for (const finding of seen.findings) findings.push(place(finding, view))
      open = Math.min(open, view.at[seen.open]!)
    }
    if (!bare) open = Math.min(open, lookHidden(text, asked, depth, findings))
    open = Math.min(open, lookEncoded(text, views.at(-1)?.stop ?? text.length, last, asked, depth, findings))
    return settle(text, plain.findings, findings, views, Math.max(open, from))
  }

  /** Shows `inner` no more of what stands before `from` than it looks at: disguises may need a hundred times as much. */
  function lookPlainly(text: string, asked: Look): Detection {
    const base = Math.max(0, asked.from - inner.context)
    if (base === 0) return inner.detect(text, asked)
    const { findings, open } = inner.detect(text.slice(base), { ...asked, from: asked.from - base })
    return { findings: findings.map((finding) => move(finding, base)), open: open + base }
  }

  /** The text folded once, twice and so on, as long as that changes something. The first view is there even if nothing changed. */
  function readViews(text: string, from: number, final: boolean): readonly View[] {
    for (let back = needed + RADIUS; ; back *= 4) {
      const base = Math.max(0, from - Math.min(back, context))
      const views = foldAll(text, base, final)
      const enough = views.every(({ text: said, at }) => {
        const index = indexOf(at, from)
        // An encoded run that goes on there must be read from its beginning.
        return index >= needed && runStart(said, index, Math.max(0, index - LONGEST_RUN - SHORTEST_RUN)) > 0
      })
      if (enough || base === 0 || back >= context) return views
    }
  }

  function lookHidden(text: string, { from, final, key }: Look, depth: number, findings: Finding[]): number {
    let at = hiddenStart(text, from, LONGEST_ROW)
    if (from - at >= LONGEST_ROW) {
      at = hiddenEnd(text, from, text.length)
      if (rows && at > from) findings.push({ start: from, end: at, rule: INVISIBLE, score: 1, continues: true })
    }
    for (at = findHidden(text, at, TAGS); at >= 0; at = findHidden(text, at, TAGS)) {
      const end = hiddenEnd(text, at, at + LONGEST_ROW)
      if (end === text.length && end < at + LONGEST_ROW && !final) return at
      if (rows && end - at > FEWEST_HIDDEN && at >= from) findings.push({ start: at, end, rule: INVISIBLE, score: 1 })
      const said = depth < DEPTH ? readTags(text, at, end) : undefined
      if (said !== undefined && said.length >= inner.shortest && at >= from) {
        for (const finding of look(said, { from: 0, final: true, key }, depth + 1).findings) {
          findings.push({ ...finding, start: at + 2 * finding.start, end: at + 2 * finding.end })
        }
      }
      const rest = end === at + LONGEST_ROW ? hiddenEnd(text, end, text.length) : end
      if (rows && rest > end && rest > from) {
        findings.push({ start: Math.max(from, end), end: rest, rule: INVISIBLE, score: 1, continues: true })
      }
      at = rest
    }
    return text.length
  }

  /**
   * Looks at what stands in base64 and hex in the text up to `stop`, as it reads when it is folded. Returns from where a run may go on.
   */
  function lookEncoded(
    text: string,
    stop: number,
    view: View | undefined,
    asked: Look,
    depth: number,
    findings: Finding[],
  ): number {
    const whole = view ? view.text : text
    const said = stop === text.length ? whole : whole.slice(0, view ? indexOf(view.at, stop) : stop)
    const from = view ? indexOf(view.at, asked.from) : asked.from
    const final = asked.final && stop === text.length
    let open = said.length
    if (!final) {
      const start = openRun(said, Math.max(0, said.length - LONGEST_RUN - 1))
      if (said.length - start < LONGEST_RUN) open = Math.max(from, start)
    }
    let at = runStart(said, from, Math.max(0, from - LONGEST_RUN))
    if (from - at >= LONGEST_RUN) at = runEnd(said, from, Number.POSITIVE_INFINITY).end
    for (at = findRun(said, at); at >= 0; at = findRun(said, at)) {
      const limit = at + LONGEST_RUN
      const run = runEnd(said, at, limit)
      if (run.open && !final) {
        open = Math.min(open, Math.max(from, at))
        break
      }
      const decoded = depth < DEPTH ? readRun(said, at, run.end) : undefined
      if (decoded && decoded.text.length >= inner.shortest) {
        for (const finding of look(decoded.text, { from: 0, final: true, key: asked.key }, depth + 1).findings) {
          const span = decoded.span(finding.start, finding.end)
          if (!span || span.start < from) continue
          findings.push(view ? place({ ...finding, ...span }, view) : { ...finding, ...span })
        }
      }
      at = run.end === limit ? runEnd(said, limit, Number.POSITIVE_INFINITY).end : run.end
    }
    return view ? view.at[open]! : open
  }
}

/** All that a text says: as it stands, and each time that it is folded. */
export function readings(text: string): readonly string[] {
  const views = isPlain(text, 0, true) ? [] : foldAll(text, 0, true)
  return [text, ...views.map((view) => view.text)]
}

/** Rows of this many tags are read; flags have fewer. Units. */
const TAGS = 16

/** Folds until nothing changes, and then reads look-alikes. */
function foldAll(text: string, base: number, final: boolean): readonly View[] {
  const views: View[] = []
  let said = base === 0 ? text : text.slice(base)
  let at: Uint32Array | undefined
  let ends: Uint32Array | undefined
  let stop = text.length
  let letters = false
  for (let round = 0; round <= ROUNDS; round++) {
    if (round === ROUNDS) letters = true
    const [starts, stops] = [at, ends]
    const wide = starts && ((start: number, end: number) => stops![end - 1]! - starts[start]!)
    const folded = fold(said, final && stop === text.length, letters, wide)
    const stable = !folded.at && folded.stop === said.length
    stop = starts ? starts[folded.stop]! : base + folded.stop
    said = folded.text
    if (folded.at) {
      if (starts || base > 0) moveAll(folded.at, folded.ends!, starts, stops, base)
      at = folded.at
      ends = folded.ends!
      views.push({ text: said, at, ends, stop })
    }
    if (letters || (stable && !folded.likes)) break
    letters = stable
  }
  // Where the text may go on otherwise than it reads here, it is looked at as far as it is settled, even if nothing else changed.
  if (stop < (views.at(-1)?.stop ?? text.length)) {
    at = at ? at.subarray(0, said.length + 1) : Uint32Array.from({ length: said.length + 1 }, (_, i) => base + i)
    ends = ends ? ends.subarray(0, said.length) : at.subarray(1)
    views.push({ text: said, at, ends, stop })
  }
  return views
}

/** Places in a view as places in the raw text. */
function moveAll(
  at: Uint32Array,
  ends: Uint32Array,
  starts: Uint32Array | undefined,
  stops: Uint32Array | undefined,
  base: number,
): void {
  for (let i = 0; i < at.length; i++) at[i] = starts ? starts[at[i]!]! : at[i]! + base
  for (let i = 0; i < ends.length; i++) ends[i] = stops ? stops[ends[i]! - 1]! : ends[i]! + base
}

/** The first character of a view that stood at or after a place. */
function indexOf(at: Uint32Array, place: number): number {
  let low = 0
  let high = at.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (at[middle]! < place) low = middle + 1
    else high = middle
  }
  return low
}

function move<T extends Span>(span: T, by: number): T {
  return { ...span, start: span.start + by, end: span.end + by }
}
function place<T extends Span>(span: T, { at, ends }: View): T {
  return { ...span, start: at[span.start]!, end: ends[span.end - 1]! }
}

/**
 * All findings together, each once. Nothing that ends behind `open`, and `open` inside of nothing. What the raw text has is kept, unless
 * half of an escape was misread for a part of it.
 */
function settle(
  text: string,
  plain: readonly Finding[],
  found: readonly Finding[],
  views: readonly View[],
  open: number,
): Detection {
  if (found.length === 0 && open >= text.length) return { findings: plain, open }
  const all = [...plain, ...found].sort((a, b) => a.start - b.start || b.end - a.end)
  let settled = open
  for (let i = all.length - 1; i >= 0; i--) {
    const { start, end } = all[i]!
    if (start < settled && end > settled) settled = start
  }
  const known = new Set(plain)
  const reached = new Map<string, number>()
  const findings = all.filter((finding) => {
    const { rule, end } = finding
    if (end > settled) return false
    if (known.has(finding)) {
      if (isMisread(text, finding, found, views)) return false
    } else if (end <= (reached.get(rule.ref) ?? -1) && !finding.continues) return false
    // What is seen only in a view says nothing more inside of another of its rule.
    reached.set(rule.ref, Math.max(end, reached.get(rule.ref) ?? -1))
    return true
  })
  return { findings, open: settled }
}

/** Whether a finding begins or ends in the middle of an escape, and is found without it, too: `\n4111` is no word that begins with n. */
function isMisread(text: string, finding: Finding, found: readonly Finding[], views: readonly View[]): boolean {
  if (found.length === 0) return false
  const at = views[0]?.at
  if (at === undefined) return false
  const start = isInside(text, at, finding.start) ? at[indexOf(at, finding.start)]! : finding.start
  const end = isInside(text, at, finding.end) ? at[indexOf(at, finding.end) - 1]! : finding.end
  if (start === finding.start && end === finding.end) return false
  return found.some((one) => one.rule === finding.rule && one.start <= start && one.end >= end)
}
function isInside(text: string, at: Uint32Array, place: number): boolean {
  const index = indexOf(at, place)
  return at[index] !== place && index > 0 && '\\%&'.includes(text[at[index - 1]!]!)
}
