import { strongerAction } from './actions.ts'
import type { Seen } from './detect.ts'
import { joinOverlaps } from './edits.ts'
import { Denial } from './errors.ts'
import { keepable } from './masks.ts'
import type { Decision, Direction, Edit, Finding, Grant, Id, RuledFinding, Segment } from './types.ts'

/**
 * Asks the grant about every finding and says what is to be done. Pure; one more finding never weakens the result.
 * What is found where nothing can be taken out blocks, unless it is allowed.
 */
export function decide(grant: Grant, seen: readonly Seen[]): Decision {
  const ruled: RuledFinding[] = []
  const edits = new Map<Segment, readonly Edit[]>()
  const reasons = new Set<Id>()
  const blocking = new Set<Id>()
  let block = false
  for (const { segment, findings } of seen) {
    const wanted: Edit[] = []
    for (const finding of findings) {
      const ruling = grant.on('send', finding.rule.label, finding.rule.entity)
      ruled.push({ ...finding, segment, ruling })
      if (ruling.action === 'allow') continue
      for (const policy of ruling.policies) reasons.add(policy)
      if (ruling.action === 'block' || !canEdit(segment)) {
        block = true
        for (const policy of ruling.policies) blocking.add(policy)
      } else wanted.push(editOf(ruling.action, finding, segment))
    }
    if (wanted.length > 0) edits.set(segment, joinOverlaps(wanted, strongerEdit))
  }
  const action = block ? 'block' : edits.size > 0 ? 'transform' : 'allow'
  return { action, findings: ruled, edits: block ? new Map() : edits, reasons: [...(block ? blocking : reasons)] }
}

/** Whether policy lets all of it through: a value of the protocol may hold a date, such as the one that names its version. */
export function isAllowed(grant: Grant, direction: Direction, findings: readonly Finding[]): boolean {
  return findings.every(({ rule }) => grant.on(direction, rule.label, rule.entity).action === 'allow')
}

/** Protocol identifiers cannot be changed without breaking the protocol, and blobs cannot be changed at all. */
export function canEdit({ kind }: Segment): boolean {
  return kind === 'string' || kind === 'number' || kind === 'key'
}

/** Why a request is refused: what was found, by its label, and the field where; never a value. */
export function describeBlock(what: string, { findings, reasons }: Decision): Denial {
  const first = findings.find(
    ({ ruling, segment }) => ruling.action === 'block' || (ruling.action !== 'allow' && !canEdit(segment)),
  )
  const label = first ? ` (${first.rule.label})` : ''
  const param = first?.segment.place().slice(1).replaceAll('/', '.')
  const message = `the ${what} holds data${label} that may not go to this model`
  return new Denial('guardrail_blocked', message, { policies: reasons, ...(param && { param }) })
}

function editOf(action: Edit['action'], finding: Finding, { text }: Segment): Edit {
  const { start, end } = finding
  if (action !== 'mask') return { start, end, action, finding }
  return { start, end, action, finding, keeps: keepable(finding, text.slice(start, end)) }
}
/**
 * What is asked of two edits that overlap: of one action the finding that is longer, since its name says more.
 * INVARIANT: masks that meet leave no more than each of them may: the end of one could be most of the other.
 */
function strongerEdit(a: Edit, b: Edit): Edit {
  const action = strongerAction(a.action, b.action) as Edit['action']
  const { start, end } = a
  const edit = { start, end, action, finding: nameOf(a, b, action) }
  return action === 'mask' ? { ...edit, keeps: Math.min(a.keeps ?? 0, b.keeps ?? 0) } : edit
}
function nameOf(a: Edit, b: Edit, joined: Edit['action']): Finding {
  if (a.action !== b.action && (a.action === joined || b.action === joined)) {
    return a.action === joined ? a.finding : b.finding
  }
  return b.end - b.start > a.end - a.start ? b.finding : a.finding
}
