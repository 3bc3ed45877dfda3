/** What becomes of what is found in an answer: kept, restored, taken out in some way, or the answer stopped. */
import { answerAction } from './actions.ts'
import type { Shifts } from './anchors.ts'
import { BLOB_RULES } from './blobs.ts'
import { squeeze } from './detectors/needles.ts'
import { PSEUDONYM, TOKEN } from './detectors/pseudonyms.ts'
import { SURROGATE } from './detectors/surrogates.ts'
import { markOf } from './edits.ts'
import { Denial } from './errors.ts'
import { hashOf } from './hashes.ts'
import type { Guard, Outcome } from './holdback.ts'
import type { LeakIndex } from './leaks.ts'
import { keepable, maskOf } from './masks.ts'
import type { Vault, VaultScope } from './ports.ts'
import { createTally, type Tally, tallyEdit, tallyFinding } from './record.ts'
import type { StoodFor } from './transform.ts'
import {
  ACTIONS,
  type Action,
  type Entity,
  type Finding,
  type Format,
  type Grant,
  type Id,
  type Json,
  type Label,
  type Limits,
  type Rule,
  type Segment,
} from './types.ts'

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
    drops({ rule, continues }) {
      return !continues && !isOurs(rule) && grant.on('receive', rule.label, rule.entity).action === 'drop'
    },
    async settle(finding, text, offset) {
      if (isOurs(finding.rule)) return restore(finding, text, offset)
      const { label, entity, ref } = finding.rule
      const known = leaks.known.has(squeeze(text))
      const { action: ruled, policies } = known ? ALLOWED : grant.on('receive', label, entity)
      const action = answerAction(ruled)
      if (!finding.continues) tell(finding, text, action, policies, offset)
      if (action === 'allow') return undefined
      if (action === 'block') {
        throw new Denial('guardrail_blocked', 'the answer was stopped: it holds what may not be told', { policies })
      }
      if (!finding.continues && !again) tallyEdit(tally, action, ref)
      const rank = ACTIONS.indexOf(action)
      if (action === 'drop') return { text: markOf(finding), rank, blank: true }
      if (action === 'mask') {
        const mask = (value: string, keeps: number) => maskOf(finding, value, keeps)
        return { text: maskOf(finding, text), rank, mask, keeps: keepable(finding, text) }
      }
      if (action === 'hash') return { text: await hash(finding, text), rank }
      return { text: markOf(finding), rank }
    },
  }

  async function hash({ rule, continues }: Finding, value: string): Promise<string> {
    if (continues) return ''
    const [hashed] = await hashOf([{ entity: rule.entity, value }], screening.vault, screening.scope)
    return hashed!
  }

  async function restore(finding: Finding, token: string, offset: number): Promise<Outcome | undefined> {
    const found = finding.rule === SURROGATE ? resolveSurrogate(token, screening) : await resolve(token, screening)
    if (!found) return undefined
    const ruling = grant.on('restore', found.label, found.entity)
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

function isOurs(rule: Rule): boolean {
  return rule === PSEUDONYM || rule === SURROGATE
}
const ALLOWED = { action: 'allow', policies: [] } as const

/** Rules on what cannot be read for text. @throws Denial if policy does not let it through: nothing can be taken out of it */
export function passBlob(segment: Segment, screening: Screening, again = false): void {
  const { grant } = screening
  const tally = again ? createTally() : screening.tally
  const rule = BLOB_RULES[segment.blob!]
  const { action, policies } = grant.on('receive', rule.label, rule.entity)
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

interface Resolved {
  readonly value: string
  readonly label: Label
  readonly entity: Entity
}
/**
 * The value of a pseudonym: of this request; of the chain that it goes on from; or, if policy has it so, of an earlier one in
 * the same scope. Never of one that the caller typed.
 */
async function resolve(token: string, screening: Screening): Promise<Resolved | undefined> {
  const { grant, leaks, vault, scope, chain } = screening
  const minted = leaks.minted.get(token)
  if (minted) return labelled(minted, screening)
  if (leaks.typed.has(token) || !TOKEN.test(token)) return undefined
  let [value] = chain === undefined ? [] : await vault.recall(scope, chain, [token])
  if (value === undefined) {
    // It was not made for this call: the caller may have spelled it for the model to put together.
    if (grant.on('restore', PSEUDONYM.label, PSEUDONYM.entity).action !== 'allow') return undefined
    ;[value] = await vault.reveal(scope, [token])
  }
  if (value === undefined) return undefined
  return labelled({ value, entity: token.slice(1, -18) as Entity }, screening)
}
/** The value of a surrogate of this request or of the chain that it goes on from. */
function resolveSurrogate(text: string, screening: Screening): Resolved | undefined {
  const found = screening.leaks.surrogates.get(text)
  return found && !screening.leaks.typed.has(text) ? labelled(found, screening) : undefined
}
function labelled({ value, entity, label }: StoodFor, { rules }: Screening): Resolved | undefined {
  const known = label ?? rules.find((one) => one.entity === entity)?.label
  return known === undefined ? undefined : { value, entity, label: known }
}
