/** Edits: replacements of spans. Taking out, standing in and restoring are the same thing. */
import { isApart, isApartBefore } from './letters.ts'
import type { Finding, Span } from './types.ts'

export interface Replacement extends Span {
  readonly text: string
}

/**
 * Joins overlapping spans into one, in order of start; `stronger` chooses which of two goes on, over both their extents.
 * INVARIANT: no character that any span covers is left out, and no two results overlap.
 */
export function joinOverlaps<T extends Span>(spans: readonly T[], stronger: (a: T, b: T) => T): readonly T[] {
  const joined: T[] = []
  for (const span of [...spans].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = joined.at(-1)
    if (last && span.start < last.end) {
      joined[joined.length - 1] = { ...stronger(last, span), start: last.start, end: Math.max(last.end, span.end) }
    } else joined.push(span)
  }
  return joined
}

/** Text with replacements made. They must be in order and not overlap. */
export function applyEdits(text: string, replacements: readonly Replacement[]): string {
  let out = ''
  let at = 0
  for (const { start, end, text: replacement } of replacements) {
    out += text.slice(at, start) + replacement
    at = end
  }
  return out + text.slice(at)
}

/** What stands in place of a redacted value: what it was, never a part of it. A finding that goes on needs no second mark. */
export function markOf(finding: Finding): string {
  return finding.continues ? '' : `[${finding.rule.entity}]`
}

/** What stands for a number is one, if it is written like one: a place for a number may hold nothing else. */
export function asNumber(text: string): string | number {
  const number = Number(text)
  return Number.isFinite(number) && String(number) === text ? number : text
}

const BLANK = /[ \t\u00a0]/
/** Whether a dropped value takes the blank after it with it, so that the words around it stand apart by one. */
export function takesBlank(before: string, after: string): boolean {
  return BLANK.test(after) && (before === '' || BLANK.test(before) || /[\n\r]/.test(before))
}
export function isBlank(character: string): boolean {
  return BLANK.test(character)
}

/** As far as what stands beside a dropped value is looked at, in code units, and in characters with all that parts them as one. */
export const SEAM = 64
const NEAR = 16
/**
 * What is left of a dropped value: nothing; but its mark, if what stands before and after could join into a value that is in neither.
 * That needs digits near, a word that goes on without a blank, or capitals on both sides, as of a name. It is told by what stands there
 * alone, not by looking again, so that a stream, which cannot, says the same. `left`: as it is told; `right`: as it came.
 */
export function dropMark(left: string, right: string, mark: string): string {
  const before = left.slice(-SEAM)
  const after = right.slice(0, SEAM)
  if (!mayJoin(before) || !mayJoin(after) || /\[[A-Z][A-Z0-9_]*\][^\p{L}\p{N}]*$/u.test(before)) return ''
  const joins =
    hasDigits(squeeze(before).slice(-NEAR), squeeze(after).slice(0, NEAR)) ||
    goesOn(before) ||
    beginsWithin(after) ||
    (NAME.test(before) && NAME_AFTER.test(after))
  return joins ? mark : ''
}
/** In the next word of either side, or near on both: `GB82 WEST` may go on with `1234`. */
function hasDigits(before: string, after: string): boolean {
  if (/\p{N}\p{L}* ?$/u.test(before) || /^ ?\p{L}*\p{N}/u.test(after)) return true
  return /\p{N}/u.test(before) && /\p{N}/u.test(after)
}
/** Whether a word may go on: joints stand beside blanks, too, but a stop before one ends a sentence. */
function goesOn(before: string): boolean {
  const word = before.replace(/(?:[@._+/\\=-]+|[@_+/\\-]+\s+)$/, '')
  return isApartBefore(word, word.length)
}
function beginsWithin(after: string): boolean {
  return isApart(after.replace(/^\s*[@._+/\\=-]+/, ''), 0)
}
const NAME = /\p{Lu}\p{L}*\s*$/u
const NAME_AFTER = /^\s*\p{Lu}/u
/** What is nothing but blanks and the like as far as it is seen could have anything behind. */
function mayJoin(side: string): boolean {
  return side.length >= SEAM || /[\p{L}\p{N}]/u.test(side)
}
function squeeze(side: string): string {
  return side.replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
}
