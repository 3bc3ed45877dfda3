import { createShifts, moveAnchors, type Shifts } from './anchors.ts'
import type { Seen } from './detect.ts'
import { MOST_NEEDLES } from './detectors/needles.ts'
import { PSEUDONYM, TOKEN } from './detectors/pseudonyms.ts'
import { applyEdits, maskOf, type Replacement } from './edits.ts'
import { Denial } from './errors.ts'
import type { Document } from './extract.ts'
import { asObject, at } from './formats/shapes.ts'
import { hex, id } from './ids.ts'
import type { Sha256, Vault, VaultScope } from './ports.ts'
import type { Decision, Edit, Entity, Format, JsonObject, Label, Rule, Segment } from './types.ts'

/** Each is encrypted and stored before anything leaves: about 30 µs of everybody's time. */
const MOST_VALUES = 10_000

/** A body as it goes out, and what its answer must be read with. */
export interface Transformed {
  readonly body: JsonObject | undefined
  /** Pseudonyms made for this request, with what they stand for. */
  readonly minted: ReadonlyMap<string, { readonly value: string; readonly label: Label }>
  /** Pseudonyms that the caller typed: never resolved, never made. */
  readonly typed: ReadonlySet<string>
  /** Values that were taken out for good. */
  readonly redacted: ReadonlySet<string>
  /** The new text of edited segments, and what was put into it. */
  readonly texts: ReadonlyMap<Segment, string>
  readonly replaced: ReadonlyMap<Segment, readonly Replacement[]>
  /** The canary that was planted, if one was. */
  readonly canary: string | undefined
}

/**
 * Makes the edits of a decision, and plants a canary. The only file that rewrites a request. The first of the documents is
 * the body; findings may be in any.
 */
export async function transform(
  documents: readonly Document[],
  seen: readonly Seen[],
  decision: Decision,
  vault: Vault,
  scope: VaultScope,
): Promise<Transformed> {
  const typed = findTyped(seen)
  const wanted: { edit: Edit; segment: Segment; value: string }[] = []
  const redacted = new Set<string>()
  for (const [segment, edits] of decision.edits) {
    for (const edit of edits) {
      const value = segment.text.slice(edit.start, edit.end)
      if (edit.action === 'redact') redacted.add(value)
      else wanted.push({ edit, segment, value })
    }
  }
  // Each could come back in the answer, and is watched for there.
  if (redacted.size > MOST_NEEDLES) {
    const reason = `more than ${MOST_NEEDLES} different values would have to be taken out: send less at a time`
    throw new Denial('guardrail_blocked', reason, { policies: decision.reasons })
  }
  // The same value is concealed once, however often it stands there.
  const items = new Map<string, { entity: Entity; value: string }>()
  for (const { edit, value } of wanted) {
    const { entity } = edit.finding.rule
    items.set(`${entity} ${value}`, { entity, value })
  }
  if (items.size > MOST_VALUES) {
    const reason = `more than ${MOST_VALUES} different values would have to be replaced: send less at a time`
    throw new Denial('guardrail_blocked', reason, { policies: decision.reasons })
  }
  const tokens = items.size > 0 ? await vault.conceal(scope, [...items.values()], typed) : []
  const made = new Map([...items.keys()].map((key, i) => [key, tokens[i]]))
  const tokenOf = new Map<Edit, string>()
  const minted = new Map<string, { value: string; label: Label }>()
  for (const { edit, value } of wanted) {
    const token = made.get(`${edit.finding.rule.entity} ${value}`)
    // INVARIANT: a vault that returns anything but a token of its own shape must not decide what goes out.
    if (token === undefined || !TOKEN.test(token) || typed.has(token)) throw new Error('the vault made no usable token')
    tokenOf.set(edit, token)
    minted.set(token, { value, label: edit.finding.rule.label })
  }

  const texts = new Map<Segment, string>()
  const replaced = new Map<Segment, readonly Replacement[]>()
  for (const [segment, edits] of decision.edits) {
    const replacements = edits.map((edit) => ({
      start: edit.start,
      end: edit.end,
      text: edit.action === 'redact' ? maskOf(edit.finding) : tokenOf.get(edit)!,
    }))
    const text = applyEdits(segment.text, replacements)
    segment.write(text, replacements)
    texts.set(segment, text)
    replaced.set(segment, replacements)
  }
  const [body] = documents.map((document) => document.commit())
  return { body: asObject(body), minted, typed, redacted, texts, replaced, canary: undefined }
}

function findTyped(seen: readonly Seen[]): ReadonlySet<string> {
  const typed = new Set<string>()
  for (const { segment, findings } of seen) {
    for (const { rule, start, end } of findings) if (rule === PSEUDONYM) typed.add(segment.text.slice(start, end))
  }
  return typed
}

/** A canary that comes back in an answer proves that the system prompt was told. */
export const CANARY: Rule = { ref: id('canary@1'), entity: id('CANARY'), label: id('leak.canary') }

/**
 * Adds a line with a canary to the system prompt, if there is one. It is the same for the same prompt, so that a provider's
 * prompt cache goes on working, and nobody without the tenant's key can tell it from another token.
 */
export async function plantCanary(
  sent: Transformed,
  system: readonly string[],
  line: string,
  format: Format,
  vault: Vault,
  scope: VaultScope,
  sha256: Sha256,
): Promise<Transformed> {
  if (system.length === 0 || !sent.body) return sent
  const prompt = hex(sha256(new TextEncoder().encode(JSON.stringify(system))))
  const at = { tenant: scope.tenant, scope: id('canary') }
  const [canary] = await vault.conceal(at, [{ entity: CANARY.entity, value: prompt }], sent.typed)
  if (canary === undefined || !TOKEN.test(canary)) throw new Error('the vault made no usable token')
  format.plant(sent.body, line.replaceAll('{canary}', canary))
  return { ...sent, canary }
}

/**
 * Moves offsets in a body with the edits of the texts that they count in: citations of earlier turns come with the next. Gives the
 * way back, for those that the answer will tell: it counts in what the model saw, and the caller has what it sent.
 */
export function moveOffsets(sent: Transformed, document: Document, format: Format): readonly (Back | undefined)[] {
  const { body, texts, replaced } = sent
  if (!body || texts.size === 0) return []
  const cited = format.cited(body)
  const anchors = format.anchors(body)
  if (cited.length === 0 && anchors.length === 0) return []
  const edited = new Map<string, Segment>()
  for (const [segment, text] of texts) {
    const keys = document.keys(segment)
    // Of a text that holds JSON only the strings in it are segments; where they stand in it is not known any more.
    if (segment.kind === 'string' && at(body, keys) === text) edited.set(JSON.stringify(keys), segment)
  }
  const find = (keys: readonly (string | number)[] | undefined) => keys && edited.get(JSON.stringify(keys))
  const forth = new Map<Segment, Shifts>()
  moveAnchors(anchors, (text) => {
    const segment = find(typeof text === 'number' ? cited[text] : (text as (string | number)[]))
    if (segment && !forth.has(segment)) forth.set(segment, shiftsOf(segment.text, replaced.get(segment)!))
    return segment && forth.get(segment)
  })
  return cited.map((keys) => {
    const segment = find(keys)
    return segment && shiftsOf(texts.get(segment)!, invert(segment.text, replaced.get(segment)!))
  })
}
export type Back = Pick<Shifts, 'move'>

/** The replacements that make the first text of the second again. */
function invert(text: string, replacements: readonly Replacement[]): readonly Replacement[] {
  let grown = 0
  return replacements.map(({ start, end, text: told }) => {
    const at = start + grown
    grown += told.length - (end - start)
    return { start: at, end: at + told.length, text: text.slice(start, end) }
  })
}
function shiftsOf(text: string, replacements: readonly Replacement[]): Shifts {
  const shifts = createShifts()
  shifts.take(text)
  let done = 0
  for (const { start, end, text: told } of replacements) {
    shifts.settle([
      { text: text.slice(done, start), length: start - done, edited: false },
      { text: told, length: end - start, edited: true },
    ])
    done = end
  }
  // All of it, so that no text is kept.
  shifts.settle([{ text: text.slice(done), length: text.length - done, edited: false }])
  return shifts
}
