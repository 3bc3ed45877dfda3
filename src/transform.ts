import type { Seen } from './detect.ts'
import { MOST_NEEDLES } from './detectors/needles.ts'
import { PSEUDONYM, TOKEN } from './detectors/pseudonyms.ts'
import { applyEdits, maskOf } from './edits.ts'
import { Denial } from './errors.ts'
import type { Document } from './extract.ts'
import { asObject } from './formats/shapes.ts'
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
  /** The new text of edited segments. */
  readonly texts: ReadonlyMap<Segment, string>
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
  for (const [segment, edits] of decision.edits) {
    const replacements = edits.map((edit) => ({
      start: edit.start,
      end: edit.end,
      text: edit.action === 'redact' ? maskOf(edit.finding) : tokenOf.get(edit)!,
    }))
    const text = applyEdits(segment.text, replacements)
    segment.write(text, replacements)
    texts.set(segment, text)
  }
  const [body] = documents.map((document) => document.commit())
  return { body: asObject(body), minted, typed, redacted, texts, canary: undefined }
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
