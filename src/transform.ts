import { isSynthetic } from './actions.ts'
import { createShifts, moveAnchors, type Shifts } from './anchors.ts'
import type { Seen } from './detect.ts'
import { readings } from './detectors/disguise.ts'
import { MOST_NEEDLES } from './detectors/needles.ts'
import { PSEUDONYM, TOKEN } from './detectors/pseudonyms.ts'
import { applyEdits, markOf, type Replacement } from './edits.ts'
import { Denial } from './errors.ts'
import type { Document } from './extract.ts'
import { asObject, at } from './formats/shapes.ts'
import { hashOf } from './hashes.ts'
import { hex, id } from './ids.ts'
import { maskOf } from './masks.ts'
import type { Sha256, Surrogate, Vault, VaultScope } from './ports.ts'
import { chooseSurrogates, findTypedTexts, MOST_SURROGATES, type Wanted } from './surrogates/choose.ts'
import { isSynthesised } from './surrogates/index.ts'
import { watchStability } from './surrogates/stable.ts'
import type { Decision, Edit, Entity, Format, Id, JsonObject, Label, Rule, Segment } from './types.ts'
import { isForGood, listWorks, replace, usesToken, type Work } from './works.ts'

/** Each is encrypted and stored before anything leaves: about 30 µs of everybody's time. */
const MOST_VALUES = 10_000

/** A body as it goes out, and what its answer must be read with. */
export interface Transformed {
  readonly body: JsonObject | undefined
  /** Pseudonyms made for this request, with what they stand for. */
  readonly minted: ReadonlyMap<string, StoodFor>
  /** Surrogates of this request and of the turns before it. */
  readonly surrogates: ReadonlyMap<string, KnownSurrogate>
  /** Stand-ins that the caller typed: never resolved, never made. */
  readonly typed: ReadonlySet<string>
  /** Values that were taken out for good. */
  readonly redacted: ReadonlySet<string>
  /** What was done: where there was no surrogate for a value, it has a pseudonym. */
  readonly edits: Decision['edits']
  /** The new text of edited segments, and what was put into it. */
  readonly texts: ReadonlyMap<Segment, string>
  readonly replaced: ReadonlyMap<Segment, readonly Replacement[]>
  /** The canary that was planted, if one was. */
  readonly canary: string | undefined
}
export interface StoodFor {
  readonly value: string
  readonly entity: Entity
  /** Not known of one that an earlier turn made. */
  readonly label?: Label
}
export type KnownSurrogate = Surrogate & StoodFor
/** What stand-ins are made with. */
export interface Means {
  readonly vault: Vault
  readonly scope: VaultScope
  /** What the request goes on from or begins; see Vault.link. */
  readonly chain: Id | undefined
  /** Surrogates of its earlier turns, by their text. */
  readonly earlier: ReadonlyMap<string, Surrogate>
  /** What would be decided of texts if they were sent. */
  look(segments: readonly Segment[]): Promise<Decision>
  /** Lets other calls run. */
  pause(): Promise<void>
}
export const NO_SURROGATES: ReadonlyMap<string, Surrogate> = new Map()

/** The surrogates of the turns that a call goes on from. */
export async function recallSurrogates(
  vault: Vault,
  scope: VaultScope,
  chain: Id | undefined,
): Promise<Means['earlier']> {
  if (chain === undefined) return NO_SURROGATES
  const all = await vault.imitated(scope, chain, MOST_SURROGATES)
  return new Map(all.map((one) => [one.text, one]))
}

/**
 * Makes the edits of a decision, and plants a canary. The only file that rewrites a request. The first of the documents is
 * the body; findings may be in any.
 */
export async function transform(
  documents: readonly Document[],
  seen: readonly Seen[],
  decision: Decision,
  means: Means,
): Promise<Transformed> {
  const { vault, scope } = means
  const works = listWorks(decision)
  const redacted = new Set<string>()
  for (const { edit, value } of works) if (isForGood(edit.action)) redacted.add(value)
  // Each could come back in the answer, and is watched for there.
  if (redacted.size > MOST_NEEDLES) {
    const reason = `more than ${MOST_NEEDLES} different values would have to be taken out: send less at a time`
    throw new Denial('guardrail_blocked', reason, { policies: decision.reasons })
  }
  const synthetic = await chooseFor(works, documents, means)
  const tokenWorks = works.filter(({ edit, name }) => usesToken(edit) && !synthetic.has(name))
  const typed = new Set([...findTyped(seen), ...synthetic.typed])
  const tokens = await makeTokens(tokenWorks, typed, decision, vault, scope)
  const hashes = await makeHashes(works, vault, scope)

  const minted = new Map<string, StoodFor>()
  const surrogates = new Map<string, KnownSurrogate>()
  for (const [text, one] of means.earlier) if (!typed.has(text)) surrogates.set(text, one)
  const textOf = new Map<Edit, string>()
  const done = new Map<Edit, Edit>()
  for (const { edit, value, name } of works) {
    const { label, entity } = edit.finding.rule
    const token = tokens.get(name)
    const other = synthetic.get(name)
    if (other !== undefined && isSynthetic(edit.action)) {
      textOf.set(edit, other)
      if (other !== value) surrogates.set(other, { text: other, action: edit.action, value, entity, label })
    } else if (usesToken(edit)) {
      textOf.set(edit, token!)
      minted.set(token!, { value, entity, label })
      done.set(edit, { ...edit, action: 'pseudonymise' })
    } else textOf.set(edit, hashes.get(name) ?? plainText(edit, value))
  }

  const edits = new Map<Segment, readonly Edit[]>()
  const texts = new Map<Segment, string>()
  const replaced = new Map<Segment, readonly Replacement[]>()
  for (const [segment, some] of decision.edits) {
    edits.set(
      segment,
      some.map((edit) => done.get(edit) ?? edit),
    )
    const replacements = replace(segment.text, some, (edit) => textOf.get(edit)!)
    const text = applyEdits(segment.text, replacements)
    segment.write(text, replacements)
    texts.set(segment, text)
    replaced.set(segment, replacements)
  }
  const [body] = documents.map((document) => document.commit())
  const canary = undefined
  return { body: asObject(body), minted, surrogates, typed, redacted, edits, texts, replaced, canary }
}

function plainText(edit: Edit, value: string): string {
  if (edit.action === 'drop') return ''
  return edit.action === 'mask' ? maskOf(edit.finding, value, edit.keeps) : markOf(edit.finding)
}

/** Surrogates by the names of works; `typed` are earlier ones that the caller typed. */
async function chooseFor(
  works: readonly Work[],
  documents: readonly Document[],
  means: Means,
): Promise<Map<string, string> & { readonly typed: ReadonlySet<string> }> {
  const wanted = new Map<string, Wanted>()
  const kept = new Map<string, string>()
  for (const { edit, value, name } of works) {
    const { action } = edit
    if (!isSynthetic(action)) continue
    const { rule } = edit.finding
    if (isSynthesised(action, rule, value)) kept.set(name, value)
    else wanted.set(name, { action, rule, value })
  }
  if (wanted.size === 0 && means.earlier.size === 0) return Object.assign(kept, { typed: new Set<string>() })
  const texts = documents.flatMap(({ segments }) => segments.filter(({ blob }) => !blob).map(({ text }) => text))
  const choosing = { ...means, texts, unstable: watchStability(works, means.look) }
  const typed = await findTypedTexts(means.earlier.keys(), choosing)
  const chosen = wanted.size > 0 ? await chooseSurrogates(wanted, typed, choosing) : []
  return Object.assign(new Map([...kept, ...chosen]), { typed })
}

/** Tokens by the names of works. The same value is concealed once, however often it stands there. */
async function makeTokens(
  works: readonly Work[],
  typed: ReadonlySet<string>,
  decision: Decision,
  vault: Vault,
  scope: VaultScope,
): Promise<ReadonlyMap<string, string>> {
  const items = new Map<string, { entity: Entity; value: string }>()
  for (const { edit, value } of works) {
    const { entity } = edit.finding.rule
    items.set(`${entity} ${value}`, { entity, value })
  }
  if (items.size > MOST_VALUES) {
    const reason = `more than ${MOST_VALUES} different values would have to be replaced: send less at a time`
    throw new Denial('guardrail_blocked', reason, { policies: decision.reasons })
  }
  const tokens = items.size > 0 ? await vault.conceal(scope, [...items.values()], typed) : []
  const made = new Map([...items.keys()].map((key, i) => [key, tokens[i]]))
  const named = new Map<string, string>()
  for (const { edit, value, name } of works) {
    const token = made.get(`${edit.finding.rule.entity} ${value}`)
    // INVARIANT: a vault that returns anything but a token of its own shape must not decide what goes out.
    if (token === undefined || !TOKEN.test(token) || typed.has(token)) throw new Error('the vault made no usable token')
    named.set(name, token)
  }
  return named
}

async function makeHashes(
  works: readonly Work[],
  vault: Vault,
  scope: VaultScope,
): Promise<ReadonlyMap<string, string>> {
  const items = new Map<string, { readonly entity: Entity; readonly value: string }>()
  for (const { edit, value, name } of works) {
    if (edit.action === 'hash') items.set(name, { entity: edit.finding.rule.entity, value })
  }
  if (items.size === 0) return new Map()
  const hashes = await hashOf([...items.values()], vault, scope)
  return new Map([...items.keys()].map((name, i) => [name, hashes[i]!]))
}

function findTyped(seen: readonly Seen[]): ReadonlySet<string> {
  const typed = new Set<string>()
  for (const { segment, findings } of seen) {
    for (const { rule, start, end } of findings) {
      if (rule !== PSEUDONYM) continue
      // A model may write plainly what was typed in disguise.
      for (const text of readings(segment.text.slice(start, end))) typed.add(text)
    }
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
