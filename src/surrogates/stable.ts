/** Whether surrogates would be replaced in their turn, if what they stand in were sent again. */
import { isSynthetic } from '../actions.ts'
import { applyEdits, markOf, type Replacement } from '../edits.ts'
import type { Decision, Edit, Segment, Span } from '../types.ts'
import { replace, type Work } from '../works.ts'
import { isSynthesised } from './index.ts'

type Named = Span & { readonly name: string }

/**
 * Of chosen surrogates, the names of those that something would be found in, or around, which is not one of ours. A text is looked at
 * again only if others were chosen for it: else what cannot be made stable in one text would have all the others read again.
 */
export function watchStability(
  works: readonly Work[],
  look: (segments: readonly Segment[]) => Promise<Decision>,
): (chosen: ReadonlyMap<string, string>) => Promise<ReadonlySet<string>> {
  const bySegment = Map.groupBy(works, ({ segment }) => segment)
  const seen = new Map<Segment, string>()
  return async (chosen) => {
    const spans = new Map<Segment, readonly Named[]>()
    for (const [segment, some] of bySegment) {
      if (!some.some(({ name }) => chosen.has(name))) continue
      const names = new Map(some.map(({ edit, name }) => [edit, name]))
      const edits = some.map(({ edit }) => edit)
      const textOf = (edit: Edit) =>
        chosen.get(names.get(edit)!) ?? (edit.action === 'drop' ? '' : markOf(edit.finding))
      const replacements = replace(segment.text, edits, textOf)
      const text = applyEdits(segment.text, replacements)
      if (seen.get(segment) === text) continue
      seen.set(segment, text)
      const { key, kind, source } = segment
      const again = { text, key, kind, source, blob: undefined, place: () => segment.place(), write: () => {} }
      spans.set(
        again,
        listSpans(replacements, (i) => names.get(edits[i]!)!, chosen),
      )
    }
    return spans.size > 0 ? judge(spans, await look([...spans.keys()])) : new Set()
  }
}

function judge(
  spans: ReadonlyMap<Segment, readonly Named[]>,
  { action, edits, findings }: Decision,
): ReadonlySet<string> {
  const unstable = new Set<string>()
  const meet = (segment: Segment, span: Span, isOurs: boolean): void => {
    const some = spans.get(segment)!
    for (let i = firstAfter(some, span.start); i < some.length && some[i]!.start < span.end; i++) {
      const { name, start, end } = some[i]!
      if (!(isOurs && start <= span.start && span.end <= end)) unstable.add(name)
    }
  }
  for (const [segment, some] of edits) {
    for (const edit of some) {
      const value = segment.text.slice(edit.start, edit.end)
      meet(segment, edit, isSynthetic(edit.action) && isSynthesised(edit.action, edit.finding.rule, value))
    }
  }
  // Of what is refused there are no edits.
  if (action === 'block') {
    for (const finding of findings) if (finding.ruling.action !== 'allow') meet(finding.segment, finding, false)
  }
  return unstable
}
/** The first of some spans in a row that ends after a place. */
function firstAfter(spans: readonly Span[], place: number): number {
  let low = 0
  let high = spans.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (spans[middle]!.end > place) high = middle
    else low = middle + 1
  }
  return low
}
function listSpans(
  replacements: readonly Replacement[],
  nameOf: (i: number) => string,
  chosen: ReadonlyMap<string, string>,
): readonly Named[] {
  let grown = 0
  return replacements.flatMap(({ start, end, text }, i) => {
    const at = start + grown
    grown += text.length - (end - start)
    return chosen.has(nameOf(i)) ? [{ name: nameOf(i), start: at, end: at + text.length }] : []
  })
}
