/**
 * Texts of any size on their way out. They are looked at through a window that moves on by most of its width, so that what is
 * found does not depend on where it ended: nothing that a detector finds is as wide as what two windows have in common.
 */

import type { Finding } from '../types.ts'
import type { Judged, Judging } from './upload-judging.ts'

/** A character can be written as an escape of six: `\u0034`. */
const ESCAPED = 6
/** Of a window, what the next one sees again is this part. */
const SHARE = 8
/** The least that two windows have in common. Characters. */
const LEAST = 4096
/** Findings in a piece that is rewritten at once: fewer than transform() takes. */
const PIECE = 500

/** A text as it goes out. `start`: characters of the file that go before it. */
export async function* rewriteText(
  pieces: AsyncIterable<string>,
  { detector, find, judgeText, rewrite }: Judging,
  start = 0,
): AsyncGenerator<string, void, void> {
  const { reach, context } = detector
  const margin = Math.max(LEAST, ESCAPED * reach)
  // Counted in characters as they are written.
  const before = Math.max(LEAST, context)
  let window = ''
  /** Where what is not rewritten begins; before it stands context. */
  let from = 0
  /** Characters that went before the window. */
  let base = start

  async function* settle(final: boolean): AsyncGenerator<string, void, void> {
    const findings = await find(window)
    const stop = final ? window.length : chooseStop(window, findings, from, window.length - margin)
    for (const piece of cutPieces(window, findings, from, stop)) {
      const judged = judgeText(piece.text, piece.findings, base + piece.start)
      await rewrite([judged])
      yield textOf(judged)
    }
    const keep = startOfContext(window, Math.max(0, stop - before))
    window = window.slice(keep)
    from = stop - keep
    base += keep
  }
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; ) {
      const room = SHARE * margin - (window.length - from)
      window += piece.slice(at, at + room)
      at += room
      if (window.length - from >= SHARE * margin) yield* settle(false)
    }
  }
  yield* settle(true)
}

function textOf({ document }: Judged): string {
  return document.value as string
}

/** As far as all is known: not inside a finding, unless a row of them fills the window, nor inside a surrogate pair. */
function chooseStop(text: string, findings: readonly Finding[], from: number, limit: number): number {
  let stop = limit
  for (let i = findings.length - 1; i >= 0; i--) {
    const { start, end } = findings[i]!
    if (start < stop && end > stop) stop = start
  }
  if (stop <= from) stop = limit
  const last = text.charCodeAt(stop - 1)
  return last >= 0xd800 && last < 0xdc00 ? stop - 1 : stop
}

/**
 * In a row of backslashes, not just anywhere: what follows it would be read otherwise than in the whole text. Escapes are read
 * three times over (see detect.ts), so eight backslashes can be one.
 */
function startOfContext(text: string, wanted: number): number {
  let start = wanted
  while (start > 0 && text[start - 1] === '\\') start--
  return wanted - ((wanted - start) % 8)
}

/** The text between two places, cut where nothing was found into pieces with few findings each. */
function* cutPieces(
  text: string,
  findings: readonly Finding[],
  from: number,
  stop: number,
): Generator<{ text: string; start: number; findings: readonly Finding[] }> {
  let start = from
  let covered = from
  let some: Finding[] = []
  for (const finding of findings) {
    if (finding.end <= from || finding.start >= stop) continue
    if (some.length >= PIECE && finding.start >= covered) {
      yield { text: text.slice(start, finding.start), start, findings: some }
      start = finding.start
      some = []
    }
    // What goes over an end was found on its other side, too.
    const begin = Math.max(finding.start, from)
    const end = Math.min(finding.end, stop)
    covered = Math.max(covered, end)
    some.push({ ...finding, start: begin - start, end: end - start })
  }
  if (stop > start) yield { text: text.slice(start, stop), start, findings: some }
}
