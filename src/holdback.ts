/**
 * Text that arrives in pieces, edited as it passes. A character is released when nothing that follows can change what the
 * detector says of it; a whole text is the same thing in one piece.
 * INVARIANT: what comes out, joined, does not depend on how the text was cut.
 */
import { asNumber, dropMark, isBlank, joinOverlaps, type Replacement, SEAM, takesBlank } from './edits.ts'
import { Denial } from './errors.ts'
import { createLexer, type LexSink, mayHoldJson } from './lex.ts'
import type { Detector, Finding } from './types.ts'

/** A released piece: `text` stands for the next `length` characters of the input. */
export interface Piece {
  readonly text: string
  readonly length: number
  readonly edited: boolean
}
export interface Hold {
  /** Takes more text and returns what is released by it. After `final`, nothing may follow. */
  push(text: string, final: boolean): Promise<readonly Piece[]>
}
/** What becomes of a finding; `undefined` keeps the text. Throws a Denial to block. `rank`: of overlapping ones the highest wins. */
export interface Outcome {
  readonly text: string
  readonly rank: number
  /** If a part of it is left: what is, of it and others that it overlaps with, and how much each of them lets be left. */
  readonly mask?: (value: string, keeps: number) => string
  readonly keeps?: number
  /** Whether it goes with a blank after it, if there is one before it: `text` is put in its place only where it must, see dropMark. */
  readonly blank?: boolean
}
export interface Guard {
  readonly detector: Detector
  /** Of these a text may hold nothing, however it is cut: not over strings of JSON either. */
  readonly leaks: Detector
  /** Whether it would be dropped, so that what follows must be seen before it is known what is left. */
  drops?(finding: Finding): boolean
  /** `at`: offset of the finding in its channel or string. */
  settle(finding: Finding, text: string, at: number): Outcome | undefined | Promise<Outcome | undefined>
}

/** JSON in strings in strings is read down to here; deeper, it is read as text. */
const DEPTH = 4
/** More than a lexer keeps to itself of what it was given. */
const TOKEN = 100

/** Text of any kind: read as JSON while it looks like JSON, as plain text otherwise. */
export function holdText(guard: Guard, key?: string, depth = 0): Hold {
  let hold: Hold | undefined
  return {
    async push(text, final) {
      if (hold) return hold.push(text, final)
      const first = text.search(/[^ \n\r\t\ufeff]/)
      if (first < 0) return text === '' ? [] : [kept(text)]
      const json = depth < DEPTH && mayHoldJson(text)
      hold = json ? holdJson(guard, key, depth) : holdPlain(guard, key)
      if (json && depth === 0) hold = watchWhole(hold, guard)
      if (first === 0) return hold.push(text, final)
      return [kept(text.slice(0, first)), ...(await hold.push(text.slice(first), final))]
    },
  }
}

/**
 * Watches what leaves of JSON as one text, too: its strings are held back one by one, and what is cut over several of them is in
 * none. It cannot be masked without breaking the JSON, so that it ends the answer.
 */
function watchWhole(hold: Hold, { leaks, settle }: Guard): Hold {
  const watcher = holdPlain(
    {
      detector: leaks,
      leaks,
      async settle(finding, text, at) {
        if (!(await settle(finding, text, at))) return undefined
        throw new Denial('guardrail_blocked', 'the answer was stopped: it holds what may not be told')
      },
    },
    undefined,
  )
  /** Pieces that wait, and how many of their characters may leave. */
  let waiting: Piece[] = []
  let free = 0
  return {
    async push(text, final) {
      const pieces = await hold.push(text, final)
      waiting = waiting.length === 0 ? [...pieces] : waiting.concat(pieces)
      for (const piece of await watcher.push(pieces.map((one) => one.text).join(''), final)) free += piece.text.length
      const out: Piece[] = []
      let next = 0
      for (; next < waiting.length && waiting[next]!.text.length <= free; next++) {
        free -= waiting[next]!.text.length
        out.push(waiting[next]!)
      }
      waiting = waiting.slice(next)
      const [first] = waiting
      if (first && !first.edited && free > 0) {
        out.push(kept(first.text.slice(0, free)))
        waiting[0] = kept(first.text.slice(free))
        free = 0
      }
      return out
    },
  }
}

function kept(text: string): Piece {
  return { text, length: text.length, edited: false }
}

/** `before`: text that stands before, released already. */
function holdPlain(guard: Guard, key: string | undefined, before = ''): Hold {
  const { detector } = guard
  let buffer = before
  /** Where what is not released begins; before it stands context. */
  let from = before.length
  /** How much of the buffer a detector has seen. */
  let scanned = from
  /** Characters that went before the buffer. */
  let base = 0
  /** The last character before `from`, and whether what was dropped there takes a blank after it. */
  let last = before.slice(-1)
  let takes = false
  /** The end of what was released, as it is told. */
  let told = before.slice(-SEAM)
  return {
    async push(text, final) {
      buffer += text
      // Looking again at all that is held for every character would be quadratic in the hold-back.
      if (!final && buffer.length - scanned < (scanned - from) >> 3) return []
      scanned = buffer.length
      const { findings, open } = detector.detect(buffer, { from, final, key })
      const stop = final ? buffer.length : settledUpTo(buffer, findings, open, guard)
      if (stop <= from) return []
      const edits = takeBlanks(await settle(findings, stop), stop)
      const pieces = cut(buffer, from, stop, edits)
      for (const piece of pieces) told = (told + piece.text.slice(-SEAM)).slice(-SEAM)
      last = buffer.charAt(stop - 1)
      const keep = Math.max(0, stop - detector.context)
      buffer = buffer.slice(keep)
      from = stop - keep
      scanned -= keep
      base += keep
      return pieces
    },
  }

  /** Edits that drop something with the blanks after it: the next character may not be there yet. */
  function takeBlanks(edits: readonly Settled[], stop: number): readonly Replacement[] {
    if (!takes && !edits.some(({ blank }) => blank)) return edits
    const out: Replacement[] = []
    if (takes && edits[0]?.start !== from && isBlank(buffer.charAt(from))) {
      out.push({ start: from, end: from + 1, text: '' })
    }
    takes = false
    let left = told
    let reached = out[0]?.end ?? from
    for (const [i, edit] of edits.entries()) {
      const { start, end } = edit
      left += buffer.slice(Math.max(reached, start - SEAM), start)
      reached = end
      const text = edit.blank ? dropMark(left, buffer.slice(end, end + SEAM), edit.text) : edit.text
      left = (left + text.slice(-SEAM)).slice(-SEAM)
      out.push({ start, end, text })
      if (!edit.blank || text !== '') continue
      const before = start > from ? buffer.charAt(start - 1) : last
      if (end === stop) takes = takesBlank(before, ' ')
      else if (edits[i + 1]?.start !== end && takesBlank(before, buffer.charAt(end))) {
        out.push({ start: end, end: end + 1, text: '' })
        reached++
      }
    }
    return out
  }

  async function settle(findings: readonly Finding[], stop: number): Promise<readonly Settled[]> {
    const edits: Settled[] = []
    for (const finding of findings) {
      if (finding.end > stop) continue
      const { start, end } = finding
      const outcome = await guard.settle(finding, buffer.slice(start, end), base + start)
      if (outcome) edits.push({ start, end, ...outcome })
    }
    if (edits.length < 2) return edits
    return joinOverlaps(edits, strongest).map((edit) => {
      const { start, end, mask, keeps = 0 } = edit
      return mask ? { ...edit, text: mask(buffer.slice(start, end), keeps) } : edit
    })
  }
}

type Settled = Replacement & Outcome
/** INVARIANT: masks that meet leave no more than each of them may; see decide.ts. */
function strongest(a: Settled, b: Settled): Settled {
  const one = b.rank > a.rank ? b : a
  return one.mask ? { ...one, keeps: Math.min(a.keeps ?? 0, b.keeps ?? 0) } : one
}

/** As far as everything is settled: before what is open, and not inside a finding or a surrogate pair, nor close behind what is dropped. */
function settledUpTo(text: string, findings: readonly Finding[], open: number, guard: Guard): number {
  let stop = open
  // What overlaps with what is dropped goes with it.
  const spans = joinOverlaps(
    findings.map((finding) => ({ start: finding.start, end: finding.end, drops: guard.drops?.(finding) === true })),
    (a, b) => (a.drops ? a : b),
  )
  for (const { start, end, drops } of spans.toReversed()) {
    if (start < stop && (end > stop || (drops && end + SEAM > text.length))) stop = start
  }
  const last = text.charCodeAt(stop - 1)
  return last >= 0xd800 && last < 0xdc00 ? stop - 1 : stop
}

function cut(text: string, from: number, stop: number, edits: readonly Replacement[]): readonly Piece[] {
  const pieces: Piece[] = []
  let at = from
  for (const { start, end, text: replacement } of edits) {
    if (start > at) pieces.push(kept(text.slice(at, start)))
    pieces.push({ text: replacement, length: end - start, edited: true })
    at = end
  }
  if (stop > at) pieces.push(kept(text.slice(at, stop)))
  return pieces
}

type Told =
  | { readonly is: 'plain' | 'number' | 'invalid'; readonly raw: string; readonly key?: string | undefined }
  | { readonly is: 'open'; readonly key: string | undefined }
  | { readonly is: 'text'; raw: string; readonly escapes: Escape[]; text: string }
  | { readonly is: 'close' }
/** A character of a string that was written as an escape. */
interface Escape {
  readonly at: number
  readonly raw: string
}

/** JSON: its strings are held back one by one, decoded; what was not edited leaves as it was written. */
function holdJson(guard: Guard, key: string | undefined, depth: number): Hold {
  let told: Told[] = []
  const lexer = createLexer(
    collect(
      (next) => told.push(next),
      () => told.at(-1),
    ),
  )
  let string: Held | undefined
  /** What follows once the text turned out not to be JSON, and what it must know of the text before. */
  let rest: Hold | undefined
  let before = ''
  return {
    async push(text, final) {
      if (rest) return rest.push(text, final)
      told = []
      lexer.feed(text)
      if (final) lexer.end()
      before += text
      const pieces: Piece[] = []
      for (const next of told) for (const piece of await take(next)) pieces.push(piece)
      if (final && rest) for (const piece of await (rest as Hold).push('', true)) pieces.push(piece)
      before = before.slice(-guard.detector.context - TOKEN)
      return pieces
    },
  }

  async function take(next: Told): Promise<readonly Piece[]> {
    switch (next.is) {
      case 'plain':
        return [kept(next.raw)]
      case 'open':
        string = { hold: holdText(guard, next.key ?? key, depth + 1), escapes: [], written: 0, fed: 0, released: 0 }
        return []
      case 'text':
        return feed(next.text, next.escapes, false)
      case 'close':
        return feed('', [], true)
      case 'number':
        return number(next.raw, next.key ?? key)
      case 'invalid': {
        const ended = string ? await feed('', [], true) : []
        rest = holdPlain(guard, key, before.slice(0, before.length - next.raw.length).slice(-guard.detector.context))
        return [...ended, ...(await rest.push(next.raw, false))]
      }
    }
  }

  async function feed(text: string, escapes: readonly Escape[], final: boolean): Promise<readonly Piece[]> {
    const current = string!
    for (const { at, raw } of escapes) current.escapes.push({ at: current.fed + at, raw })
    current.fed += text.length
    const pieces = await current.hold.push(text, final)
    if (final) string = undefined
    return pieces.map((piece) => write(current, piece))
  }

  async function number(raw: string, name: string | undefined): Promise<readonly Piece[]> {
    // As JSON readers read it: 4.1e3 is 4100.
    const pieces = await holdPlain(guard, name).push(/[eE]/.test(raw) ? String(Number(raw)) : raw, true)
    if (!pieces.some((piece) => piece.edited)) return [kept(raw)]
    const text = JSON.stringify(asNumber(pieces.map((piece) => piece.text).join('')))
    return [{ text, length: raw.length, edited: true }]
  }
}

interface Held {
  readonly hold: Hold
  readonly escapes: Escape[]
  /** How many of the escapes, decoded characters in and decoded characters out. */
  written: number
  fed: number
  released: number
}

/** A piece of a decoded string, as it is to be written in JSON. */
function write(string: Held, piece: Piece): Piece {
  const start = string.released
  const end = start + piece.length
  string.released = end
  let length = piece.length
  let text = ''
  let at = 0
  for (; string.written < string.escapes.length; string.written++) {
    const { at: position, raw } = string.escapes[string.written]!
    if (position >= end) break
    length += raw.length - 1
    text += piece.text.slice(at, position - start) + raw
    at = position - start + 1
  }
  if (piece.edited) return { text: JSON.stringify(piece.text).slice(1, -1), length, edited: true }
  return { text: text + piece.text.slice(at), length, edited: false }
}

/** Collects what a lexer tells, text in a row as one. */
function collect(push: (told: Told) => void, last: () => Told | undefined): LexSink {
  return {
    plain: (raw) => push({ is: 'plain', raw }),
    open: (key) => push({ is: 'open', key }),
    close: () => push({ is: 'close' }),
    number: (raw, key) => push({ is: 'number', raw, key }),
    invalid: (raw) => push({ is: 'invalid', raw }),
    text(raw, text) {
      let told = last()
      if (told?.is !== 'text') push((told = { is: 'text', raw: '', text: '', escapes: [] }))
      if (raw !== text) told.escapes.push({ at: told.text.length, raw })
      told.raw += raw
      told.text += text
    },
  }
}
