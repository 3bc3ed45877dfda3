/** What becomes of what is found in an answer: kept, restored, masked, or the answer stopped. */
import type { Shifts } from './anchors.ts'
import { BLOB_RULES } from './blobs.ts'
import { squeeze } from './detectors/needles.ts'
import { PSEUDONYM } from './detectors/pseudonyms.ts'
import { maskOf } from './edits.ts'
import { Denial } from './errors.ts'
import type { Guard, Outcome } from './holdback.ts'
import type { LeakIndex } from './leaks.ts'
import type { Vault, VaultScope } from './ports.ts'
import { createTally, type Tally, tallyEdit, tallyFinding } from './record.ts'
import type { Action, Finding, Format, Grant, Id, Json, Label, Limits, Rule, Segment } from './types.ts'

/** All that an answer is screened with. */
export interface Screening {
  readonly grant: Grant
  readonly format: Format
  readonly limits: Limits
  readonly leaks: LeakIndex
  readonly vault: Vault
  readonly scope: VaultScope
  /** What the call goes on from or begins: pseudonyms of its earlier turns are restored too. See Vault.link. */
  readonly chain: Id | undefined
  readonly rules: readonly Rule[]
  /** The edits of texts of the request that the answer may count in by number, backwards. */
  readonly cited?: readonly (Pick<Shifts, 'move'> | undefined)[] | undefined
  /** Whether the caller may see the inspection channels; they are taken out otherwise. */
  readonly inspects: boolean
  readonly tally: Tally
  /** Is told of every answer, or event of one, before it is passed on; may cut it. */
  watch(answer: Json): Promise<void>
}

/** What becomes of a finding in an answer. `again`: the text was told before, so that its findings are on record. */
export function createGuard(segment: Segment, screening: Screening, again = false): Guard {
  const { grant, leaks } = screening
  const { tally } = screening
  return {
    detector: leaks.detector,
    leaks: leaks.leaks,
    async settle(finding, text, offset) {
      if (finding.rule === PSEUDONYM) return restore(finding, text, offset)
      const known = leaks.known.has(squeeze(text))
      const ruling = known ? { action: 'allow' as const, policies: [] } : grant.on('receive', finding.rule.label)
      if (!finding.continues) tell(finding, text, ruling.action, ruling.policies, offset)
      if (ruling.action === 'allow') return undefined
      if (ruling.action === 'block') {
        const { policies } = ruling
        throw new Denial('guardrail_blocked', 'the answer was stopped: it holds what may not be told', { policies })
      }
      if (!finding.continues && !again) tallyEdit(tally, 'redact', finding.rule.ref)
      // In an answer there is nobody to restore a pseudonym for, so it is masked for good.
      return { text: maskOf(finding), rank: 1 }
    },
  }

  async function restore(finding: Finding, token: string, offset: number): Promise<Outcome | undefined> {
    const found = await resolve(token, screening)
    if (!found) return undefined
    const ruling = grant.on('restore', found.label)
    if (ruling.action !== 'allow') return undefined
    tell(finding, token, 'restore', ruling.policies, offset)
    if (!again) tallyEdit(tally, 'restore', finding.rule.ref)
    return { text: found.value, rank: 0 }
  }

  function tell(
    finding: Finding,
    text: string,
    action: Action | 'restore',
    policies: readonly Id[],
    offset: number,
  ): void {
    const { rule, score } = finding
    const end = offset + finding.end - finding.start
    const place = segment.place()
    const { ref, entity, label } = rule
    const told = {
      rule: ref,
      entity,
      label,
      place,
      source: 'assistant',
      start: offset,
      end,
      score,
      action,
      policies,
    } as const
    tallyFinding(tally, told, again ? 'repeated' : 'first', `${ref} ${text}`)
  }
}

/** Rules on what cannot be read for text. @throws Denial if policy does not let it through: nothing can be taken out of it */
export function passBlob(segment: Segment, screening: Screening, again = false): void {
  const { grant } = screening
  const tally = again ? createTally() : screening.tally
  const rule = BLOB_RULES[segment.blob!]
  const { action, policies } = grant.on('receive', rule.label)
  const { ref, entity, label } = rule
  const span = { start: 0, end: segment.text.length, score: 1 }
  tallyFinding(tally, {
    rule: ref,
    entity,
    label,
    place: segment.place(),
    source: 'assistant',
    ...span,
    action,
    policies,
  })
  if (action === 'allow') return
  throw new Denial('guardrail_blocked', 'the answer was stopped: it holds what cannot be scanned', { policies })
}

/**
 * The value of a pseudonym: of this request; of the chain that it goes on from; or, if policy has it so, of an earlier one in
 * the same scope. Never of one that the caller typed.
 */
async function resolve(
  token: string,
  { grant, leaks, vault, scope, chain, rules }: Screening,
): Promise<{ value: string; label: Label } | undefined> {
  const minted = leaks.minted.get(token)
  if (minted) return minted
  if (leaks.typed.has(token)) return undefined
  let [value] = chain === undefined ? [] : await vault.recall(scope, chain, [token])
  if (value === undefined) {
    // It was not made for this call: the caller may have spelled it for the model to put together.
    if (grant.on('restore', PSEUDONYM.label).action !== 'allow') return undefined
    ;[value] = await vault.reveal(scope, [token])
  }
  if (value === undefined) return undefined
  const entity = token.slice(1, -18)
  const rule = rules.find((one) => one.entity === entity)
  return rule && { value, label: rule.label }
}
