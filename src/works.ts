/** What a decision asks for, edit by edit, with the values. */
import { isSynthetic, RESTORED } from './actions.ts'
import { dropMark, isBlank, markOf, type Replacement, SEAM, takesBlank } from './edits.ts'
import type { Decision, Edit, Segment } from './types.ts'

/** One edit of one text, with the value that is taken out. */
export interface Work {
  readonly edit: Edit
  readonly segment: Segment
  readonly value: string
  /** Of its stand-in: the same for the same value and action. */
  readonly name: string
}

export function listWorks(decision: Decision): readonly Work[] {
  const works: Work[] = []
  for (const [segment, edits] of decision.edits) {
    for (const edit of edits) {
      const value = segment.text.slice(edit.start, edit.end)
      works.push({ edit, segment, value, name: `${edit.action} ${edit.finding.rule.entity} ${value}` })
    }
  }
  return works
}
/** Whether the value can not come back. */
export function isForGood(action: Edit['action']): boolean {
  return !RESTORED.has(action)
}
/** Whether a pseudonym stands for it, if nothing else does. */
export function usesToken({ action }: Edit): boolean {
  return action === 'pseudonymise' || isSynthetic(action)
}
/** Edits as replacements. What is dropped takes a blank beside it with it, if that is nobody else's; or leaves a mark, see dropMark. */
export function replace(text: string, edits: readonly Edit[], textOf: (edit: Edit) => string): readonly Replacement[] {
  let reached = 0
  /** The end of the new text, as far as it goes. */
  let told = ''
  return edits.map((edit, i) => {
    let { start, end } = edit
    told += text.slice(Math.max(reached, start - SEAM), start)
    let instead = textOf(edit)
    if (edit.action === 'drop') instead = dropMark(told, text.slice(end, end + SEAM), markOf(edit.finding))
    if (edit.action === 'drop' && instead === '') {
      const next = edits[i + 1]?.start ?? text.length
      if (end < next && takesBlank(text.charAt(start - 1), text.charAt(end))) end++
      else if (start > reached && isBlank(text.charAt(start - 1)) && !/^[\p{L}\p{N}]/u.test(text.slice(end, end + 2)))
        start--
    }
    reached = end
    told = (told + instead).slice(-SEAM)
    return { start, end, text: instead }
  })
}
