/**
 * Offsets of citations: numbers in an answer that count characters of a text that is edited. An edit moves what stands behind it
 * by the change of length; an offset inside of one moves to its edge, so that what is cited is never less than it was.
 */
import type { Anchor } from './types.ts'

/** How one text was edited. Positions count code points, of the text as it came (`start`, `end`) and as it is told (`to`, `until`). */
export interface Shifts {
  /** How much has come, and how much of that is settled. */
  readonly come: number
  readonly settled: number
  readonly edited: boolean
  /** Text that came. */
  take(text: string): void
  /** What is told for the text that came first of what is not settled yet. */
  settle(pieces: readonly EditedPiece[]): void
  /** Where an offset in the text that came stands in what is told. */
  move(offset: number, edge: Anchor['edge']): number
}
/** As holdback.ts releases them. */
interface EditedPiece {
  readonly text: string
  readonly length: number
  readonly edited: boolean
}
interface Edited {
  readonly start: number
  readonly end: number
  readonly to: number
  readonly until: number
}

/** Edits that are remembered of one text; of more, neighbours are taken for one, so that only an offset between them is moved too far. */
const MOST_EDITS = 1024

export function createShifts(): Shifts {
  let edits: Edited[] = []
  let waiting = ''
  const come = countPoints()
  const settled = countPoints()
  const told = countPoints()
  return {
    get come() {
      return come.points
    },
    get settled() {
      return settled.points
    },
    get edited() {
      return edits.length > 0
    },
    take(text) {
      waiting += text
      come.add(text)
    },
    settle(pieces) {
      let at = 0
      for (const { text, length, edited } of pieces) {
        const start = settled.points
        const to = told.points
        settled.add(waiting.slice(at, at + length))
        told.add(text)
        at += length
        if (edited) note({ start, end: settled.points, to, until: told.points })
      }
      waiting = waiting.slice(at)
    },
    move(offset, edge) {
      const last = edits[lastBefore(edits, offset)]
      if (!last) return offset
      if (offset >= last.end) return last.until + (offset - last.end)
      return edge === 'start' ? last.to : last.until
    },
  }

  function note(edit: Edited): void {
    const last = edits.at(-1)
    // A finding that goes on has no mask of its own: the one before it stands for both. On the way back it is the same.
    const empty = edit.to === edit.until || edit.start === edit.end
    if (last && last.end === edit.start && empty) edits[edits.length - 1] = joinEdits(last, edit)
    else edits.push(edit)
    if (edits.length <= MOST_EDITS) return
    edits = edits.flatMap((one, i) =>
      i % 2 === 1 ? [joinEdits(edits[i - 1]!, one)] : i + 1 === edits.length ? [one] : [],
    )
  }
}

function joinEdits(a: Edited, b: Edited): Edited {
  return { start: a.start, end: b.end, to: a.to, until: b.until }
}

/** The index of the last edit that starts before `offset`, or -1. */
function lastBefore(edits: readonly Edited[], offset: number): number {
  let low = 0
  let high = edits.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (edits[middle]!.start < offset) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** Counts code points of a text in pieces, which may cut a surrogate pair in two. */
function countPoints(): { readonly points: number; add(text: string): void } {
  let points = 0
  let high = false
  return {
    get points() {
      return points
    },
    add(text) {
      for (let i = 0; i < text.length; i++) {
        const c = text.charCodeAt(i)
        if (!(high && c >= 0xdc00 && c < 0xe000)) points++
        high = c >= 0xd800 && c < 0xdc00
      }
    },
  }
}

/** The number at an anchor, if it is an offset. Something found in it may have been masked. */
export function offsetAt({ holder, field }: Anchor): number | undefined {
  const offset = holder[field]
  return typeof offset === 'number' && Number.isSafeInteger(offset) && offset >= 0 ? offset : undefined
}

/** Moves the offsets of an answer or event; `find` finds the edits of the text that one counts in. */
export function moveAnchors(
  anchors: readonly Anchor[],
  find: (text: Anchor['text']) => Pick<Shifts, 'move'> | undefined,
): void {
  for (const anchor of anchors) {
    const offset = offsetAt(anchor)
    const shifts = offset === undefined ? undefined : find(anchor.text)
    if (shifts) anchor.holder[anchor.field] = shifts.move(offset!, anchor.edge)
  }
}

/**
 * Tells whether the offsets count nothing any more that is held back. What has not come yet they do not wait for: an offset
 * behind the end moves as far as the end does.
 */
export function settledFor(
  anchors: readonly Anchor[],
  find: (text: Anchor['text']) => Shifts | undefined,
): () => boolean {
  const awaited = anchors.flatMap((anchor) => {
    const shifts = find(anchor.text)
    const offset = Math.min(offsetAt(anchor) ?? 0, shifts?.come ?? 0)
    return shifts && shifts.settled < offset ? [{ shifts, offset }] : []
  })
  return () => awaited.every(({ shifts, offset }) => shifts.settled >= offset)
}
