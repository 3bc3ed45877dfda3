/** Chooses surrogates for the values of a request, so that each can be told from everything else in the answer. */
import { searchTexts } from '../detectors/surrogates.ts'
import type { Surrogate, Vault, VaultScope } from '../ports.ts'
import type { Id, Rule, Synthetic } from '../types.ts'
import { bytesFor, drawFrom } from './draw.ts'
import { drawSynthetic } from './index.ts'

/** Each is looked for in the answer, as what was taken out is; what goes beyond gets pseudonyms, which need not be known. */
export const MOST_SURROGATES = 1000
/** After so many that could not be used, a value gets a pseudonym. */
const ATTEMPTS = 8
/** Bytes that the vault derives at once. */
const DERIVED = 32

export interface Wanted {
  readonly action: Synthetic
  readonly rule: Rule
  readonly value: string
}
export interface Choosing {
  readonly vault: Vault
  readonly scope: VaultScope
  /** Where they are kept for the turns that follow, if any can. */
  readonly chain: Id | undefined
  /** Surrogates of earlier turns, by their text. */
  readonly earlier: ReadonlyMap<string, Surrogate>
  /** All texts that the caller typed. */
  readonly texts: readonly string[]
  /** Of the chosen ones, the names of those that would be taken out if what they stand in were sent again. */
  unstable(chosen: ReadonlyMap<string, string>): Promise<ReadonlySet<string>>
  pause(): Promise<void>
}

/**
 * `typed`: earlier ones that the caller typed. Surrogates by the names of what is wanted; none where there is none that is fit.
 * INVARIANT: none was typed by the caller or stands for two values, none begins another, and none would be replaced in its turn.
 */
export async function chooseSurrogates(
  wanted: ReadonlyMap<string, Wanted>,
  typed: ReadonlySet<string>,
  choosing: Choosing,
): Promise<ReadonlyMap<string, string>> {
  const { vault, scope, chain, earlier, pause } = choosing
  const known = new Map<string, string>()
  for (const [text, { action, entity, value }] of earlier) {
    if (!typed.has(text)) known.set(`${action} ${entity} ${value}`, text)
  }
  const taken = takeTexts(earlier.keys())
  const chosen = new Map<string, string>()
  for (const [name, { action, rule, value }] of wanted) {
    const text = known.get(`${action} ${rule.entity} ${value}`)
    if (text !== undefined) chosen.set(name, text)
  }
  const kept = new Set<string>()
  let room = MOST_SURROGATES - earlier.size
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const open = [...wanted].filter(([name]) => !chosen.has(name)).slice(0, Math.max(0, room))
    if (open.length === 0 && attempt > 0) break
    const seeds = await deriveSeeds(open, attempt, vault, scope)
    const drawn = new Map<string, string>()
    for (const [i, [name, { action, rule, value }]] of open.entries()) {
      const text = drawSynthetic(action, rule, value, attempt, drawFrom(seeds[i]!))
      if (text !== undefined && !text.includes(value) && !value.includes(text)) drawn.set(name, text)
    }
    const unfit = await findTypedTexts(drawn.values(), choosing)
    for (const [name, text] of drawn) if (!unfit.has(text) && taken.add(text)) chosen.set(name, text)
    for (const name of await choosing.unstable(chosen)) chosen.delete(name)
    if (chain !== undefined) await keepInChain(wanted, chosen, kept, chain, choosing)
    for (const name of drawn.keys()) if (chosen.has(name)) room--
    await pause()
  }
  return chosen
}

/** Keeps what is chosen and was not kept yet. What stands for another value there already is not chosen after all. */
async function keepInChain(
  wanted: ReadonlyMap<string, Wanted>,
  chosen: Map<string, string>,
  kept: Set<string>,
  chain: Id,
  { vault, scope }: Choosing,
): Promise<void> {
  const names = [...chosen.keys()].filter((name) => !kept.has(name))
  const surrogates = names.map((name) => {
    const { action, rule, value } = wanted.get(name)!
    return { text: chosen.get(name)!, action, entity: rule.entity, value }
  })
  const holds = names.length > 0 ? await vault.imitate(scope, chain, surrogates) : []
  names.forEach((name, i) => {
    if (holds[i] === true) kept.add(name)
    else chosen.delete(name)
  })
}

/** Those of some surrogates that stand in what the caller typed. */
export async function findTypedTexts(
  texts: Iterable<string>,
  { texts: typed, pause }: Pick<Choosing, 'texts' | 'pause'>,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  const all = [...texts]
  if (all.length === 0) return found
  const search = searchTexts(all)
  let looked = 0
  for (const text of typed) {
    search(text, (one) => found.add(one))
    looked += text.length
    if (looked < SLICE) continue
    looked = 0
    await pause()
  }
  return found
}
const SLICE = 256 * 1024

/** Keyed bytes for each, as many as may be drawn. */
async function deriveSeeds(
  open: readonly (readonly [string, Wanted])[],
  attempt: number,
  vault: Vault,
  scope: VaultScope,
): Promise<readonly Uint8Array[]> {
  const counts = open.map(([, { value }]) => Math.ceil(bytesFor(value.length) / DERIVED))
  const lists = open.flatMap(([, { action, rule, value }], i) =>
    Array.from({ length: counts[i]! }, (_, part) => [action, rule.entity, value, `${attempt}`, `${part}`]),
  )
  const derived = await vault.derive(scope, lists)
  let at = 0
  return counts.map((count) => {
    const bytes = new Uint8Array(count * DERIVED)
    for (let i = 0; i < count; i++) bytes.set((derived[at++] ?? new Uint8Array()).subarray(0, DERIVED), i * DERIVED)
    return bytes
  })
}

/** Texts none of which is another, or begins another. */
function takeTexts(texts: Iterable<string>): { add(text: string): boolean } {
  const whole = new Set<string>()
  const begun = new Set<string>()
  const add = (text: string): boolean => {
    if (whole.has(text) || begun.has(text)) return false
    for (let i = 1; i < text.length; i++) if (whole.has(text.slice(0, i))) return false
    whole.add(text)
    for (let i = 1; i < text.length; i++) begun.add(text.slice(0, i))
    return true
  }
  for (const text of texts) add(text)
  return { add }
}
