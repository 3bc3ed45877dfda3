/** Finds things in a text of any length, in memory that does not grow with it. */
import { detect } from '../../../detect.ts'
import type { Detector, Finding, Place, Segment } from '../../../types.ts'

/** A finding, with where it stands for people: lines and columns count from 1, columns in UTF-16 code units. */
export interface Sight extends Finding {
  readonly line: number
  readonly column: number
  readonly endLine: number
  /** Of the character after it. */
  readonly endColumn: number
  /** What was found. For a preview; not to be kept. */
  readonly text: string
}

/** Characters looked at together; a text that is no longer is looked at whole. */
const WINDOW = 1024 * 1024
/** The least that is seen on both sides of a window. */
const MARGIN = 64 * 1024

/**
 * Looks at a text window by window, each with a margin on both sides. A finding belongs to the window that it starts in.
 * INVARIANT: where a window ends changes nothing: the margin is several times what a finding, with its context, can be wide.
 */
export async function* findInText(
  chunks: AsyncIterable<string>,
  detector: Detector,
  { window = WINDOW, margin = MARGIN } = {},
): AsyncGenerator<Sight, void, void> {
  const aside = Math.max(margin, 4 * (detector.reach + detector.context))
  const source = chunks[Symbol.asyncIterator]()
  const position = createPosition()
  let text = ''
  /** Where the text that was not looked at begins; before it stands the margin. */
  let from = 0
  let base = 0
  try {
    for (let ended = false; ; ) {
      while (!ended && text.length - from < window + aside) {
        const next = await source.next()
        if (next.done) ended = true
        else text += next.value
      }
      const stop = ended && text.length - from <= window + aside ? text.length : from + window
      const last = stop === text.length
      for (const finding of await findIn(text.slice(0, stop + aside), detector)) {
        const { start, end } = finding
        if (start < from || start >= stop) continue
        position.move(text, base, base + start)
        const { line, column } = position.tell()
        const after = position.ahead(text, base, base + end)
        const spot = { line, column, endLine: after.line, endColumn: after.column }
        yield { ...finding, start: base + start, end: base + end, ...spot, text: text.slice(start, end) }
      }
      if (last) return
      position.move(text, base, base + stop)
      const keep = Math.max(0, stop - aside)
      text = text.slice(keep)
      base += keep
      from = stop - keep
    }
  } finally {
    await source.return?.()
  }
}

/** All findings of a text, by where they start. */
export async function findIn(text: string, detector: Detector): Promise<readonly Finding[]> {
  const seen = await detect([wrap(text)], detector, async () => {})
  const findings = seen.flatMap((one) => one.findings)
  return findings.sort((a, b) => a.start - b.start || b.end - a.end)
}
function wrap(text: string): Segment {
  const place = () => '' as Place
  return { text, kind: 'string', blob: undefined, source: 'unknown', key: undefined, place, write: () => {} }
}

interface Position {
  /** Goes on to an offset; never back. `text` begins at the offset `base`. */
  move(text: string, base: number, to: number): void
  tell(): { line: number; column: number }
  /** Where a later offset is, without going there. */
  ahead(text: string, base: number, to: number): { line: number; column: number }
}
/** Counts lines. They end in LF, or CR LF, as editors and SARIF have it. */
function createPosition(): Position {
  let at = 0
  let line = 1
  let start = 0
  const walk = (text: string, base: number, to: number) => {
    let found = line
    let begin = start
    for (let i = text.indexOf('\n', at - base); i >= 0 && base + i < to; i = text.indexOf('\n', i + 1)) {
      found++
      begin = base + i + 1
    }
    return { line: found, start: begin }
  }
  return {
    move(text, base, to) {
      ;({ line, start } = walk(text, base, to))
      at = to
    },
    tell: () => ({ line, column: at - start + 1 }),
    ahead(text, base, to) {
      const there = walk(text, base, to)
      return { line: there.line, column: to - there.start + 1 }
    },
  }
}
