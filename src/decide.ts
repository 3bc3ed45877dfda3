import type { Seen } from './detect.ts'
import { joinOverlaps } from './edits.ts'
import { Denial } from './errors.ts'
import {
  ACTIONS,
  type Action,
  type Decision,
  type Edit,
  type Grant,
  type Id,
  type RuledFinding,
  type Segment,
} from './types.ts'

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
      const ruling = grant.on('send', finding.rule.label)
      ruled.push({ ...finding, segment, ruling })
      if (ruling.action === 'allow') continue
      for (const policy of ruling.policies) reasons.add(policy)
      if (ruling.action === 'block' || !canEdit(segment)) {
        block = true
        for (const policy of ruling.policies) blocking.add(policy)
      } else wanted.push({ start: finding.start, end: finding.end, action: ruling.action, finding })
    }
    if (wanted.length > 0) edits.set(segment, joinOverlaps(wanted, strongerEdit))
  }
  const action = block ? 'block' : edits.size > 0 ? 'transform' : 'allow'
  return { action, findings: ruled, edits: block ? new Map() : edits, reasons: [...(block ? blocking : reasons)] }
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

export function strongerAction(a: Action, b: Action): Action {
  return ACTIONS.indexOf(b) > ACTIONS.indexOf(a) ? b : a
}
/** The stronger action; of two equal ones the finding that is longer, since its name says more. */
function strongerEdit(a: Edit, b: Edit): Edit {
  if (a.action !== b.action) return strongerAction(a.action, b.action) === a.action ? a : b
  return b.end - b.start > a.end - a.start ? b : a
}
