/** The leak index of a session: it grows with every event of the client's, and is bounded. */
import { MOST_NEEDLES } from '../detectors/needles.ts'
import { Denial } from '../errors.ts'
import { type LeakDetectors, type LeakIndex, type Leaks, leakDetectors } from '../leaks.ts'
import { MOST_SURROGATES } from '../surrogates/choose.ts'
import type { KnownSurrogate, StoodFor } from '../transform.ts'
import type { Detector } from '../types.ts'

/** Values that are remembered of each kind. Of what is safe to forget the oldest go. */
const MOST_VALUES = 10_000
/** Characters of system prompts that are looked for, and of other texts that may come back; the oldest go. */
const MOST_SYSTEM = 1 << 20
const MOST_OTHERS = 1 << 18

export interface SessionLeaks {
  /** For texts that begin to be screened now. */
  readonly index: LeakIndex
  /** Before the event leaves. @throws Denial if there would be too much to look for: nothing may be forgotten of it */
  add(leaks: Leaks): void
}

export function createSessionLeaks(rules: Detector): SessionLeaks {
  const needles = new Map<string, Leaks['needles'][number]>()
  const minted = new Map<string, StoodFor>()
  const surrogates = new Map<string, KnownSurrogate>()
  const typed = new Set<string>()
  const known = new Set<string>()
  const system = new Set<string>()
  const others = new Set<string>()
  let detectors: LeakDetectors | undefined
  const all = (): LeakDetectors => {
    const texts = { system: [...system], others: [...others] }
    detectors ??= leakDetectors({ needles: [...needles.values()], known, minted, surrogates, typed, ...texts }, rules)
    return detectors
  }

  return {
    index: {
      get detector() {
        return all().detector
      },
      get leaks() {
        return all().leaks
      },
      minted,
      surrogates,
      typed,
      known,
    },
    add(leaks) {
      const fresh = leaks.needles.filter(({ value }) => !needles.has(value))
      if (needles.size + fresh.length > MOST_NEEDLES) throw tooMany('taken out')
      if (typed.size + leaks.typed.size > MOST_VALUES) throw tooMany('watched for')
      const before = [needles.size, system.size, others.size].join()
      let changed = leaks.system.length > 0 || leaks.others.length > 0
      for (const needle of fresh) needles.set(needle.value, needle)
      for (const token of leaks.typed) typed.add(token)
      // A pseudonym that was forgotten is found again by its chain; a value, should it come back, is masked.
      for (const [token, value] of leaks.minted) minted.set(token, value)
      for (const [text, value] of leaks.surrogates) {
        changed ||= !surrogates.has(text)
        surrogates.set(text, value)
      }
      for (const text of leaks.typed) if (surrogates.delete(text)) changed = true
      forget(surrogates, surrogates.size - MOST_SURROGATES)
      for (const value of leaks.known) known.add(value)
      forget(minted, minted.size - MOST_VALUES)
      forget(known, known.size - MOST_VALUES)
      keep(system, leaks.system, MOST_SYSTEM)
      keep(others, leaks.others, MOST_OTHERS)
      if (changed || before !== [needles.size, system.size, others.size].join()) detectors = undefined
    },
  }
}
function tooMany(what: string): Denial {
  const message = `more different values than can be remembered would have to be ${what} in this session: open another`
  return new Denial('guardrail_blocked', message)
}

function forget(things: { keys(): Iterator<string>; delete(key: string): boolean }, count: number): void {
  for (let i = 0; i < count; i++) things.delete(things.keys().next().value as string)
}
/** Adds texts, the latest last, and lets the oldest go. */
function keep(texts: Set<string>, more: readonly string[], most: number): void {
  for (const text of more) {
    texts.delete(text)
    texts.add(text)
  }
  let size = 0
  for (const text of texts) size += text.length
  for (const text of texts) {
    if (size <= most) return
    texts.delete(text)
    size -= text.length
  }
}
