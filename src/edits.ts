/** Edits: replacements of spans. Taking out, standing in and restoring are the same thing. */
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
