import { id } from '../ids.ts'
import type { Detection, Detector, Finding, Look, Rule } from '../types.ts'

export const SYSTEM_PROMPT: Rule = {
  ref: id('system-prompt@1'),
  entity: id('SYSTEM_PROMPT'),
  label: id('leak.system-prompt'),
}
/** Words in a row that count as a piece of a protected text: in 10,722 unrelated answers there was no run of 8. */
const RUN = 8
/** A longer word counts as several, so that hold-back stays bounded. */
const WORD = 48
/** More characters than this between two words end a run. */
const GAP = 24
/** Words of protected texts that are remembered, from the first: about 400 KB of prose. Keeps memory bounded. */
const REMEMBERED = 65_536

/** The runs of protected texts, and what they are made of: a run can only go on along known pairs of words. */
interface Protected {
  readonly words: ReadonlySet<number>
  readonly pairs: ReadonlySet<number>
  readonly runs: Set<number>
}

/**
 * Finds pieces of `protect`ed texts, eight words in a row or more, except what stands in `known` texts too: the caller's own
 * words may come back. Words are runs of letters and digits, without regard to case. After the first eight words of a piece,
 * each further word is a finding that `continues` it, so that a long piece is never held back whole.
 * Held back are at most the last seven words, while they stand like that in a protected text.
 */
export function findShingles(protect: readonly string[], known: readonly string[]): Detector {
  const shingles = collect(protect)
  for (const text of known) {
    if (shingles.runs.size === 0) break
    eachRun(text, 0, true, shingles, (run) => shingles.runs.delete(run))
  }
  const empty = shingles.runs.size === 0
  const reach = empty ? 0 : RUN * (WORD + GAP)
  return {
    reach,
    context: reach,
    shortest: empty ? Number.POSITIVE_INFINITY : RUN * 2 - 1,
    detect(text: string, look: Look): Detection {
      return empty ? { findings: [], open: text.length } : scan(text, look, shingles)
    },
  }
}

function scan(text: string, look: Look, shingles: Protected): Detection {
  const findings: Finding[] = []
  /** Everything before this is in a piece already. */
  let covered = 0
  const live = eachRun(text, Math.max(0, look.from - RUN * (WORD + GAP)), look.final, shingles, (run, start, end) => {
    if (!shingles.runs.has(run)) return
    if (end > look.from) {
      // What starts before `from` was released, so it was masked: this word goes on from there.
      const continues = start < Math.max(covered, look.from)
      findings.push({
        start: continues ? Math.max(covered, look.from) : start,
        end,
        rule: SYSTEM_PROMPT,
        score: 1,
        continues,
      })
    }
    covered = end
  })
  return { findings, open: look.final ? text.length : Math.max(live, covered, look.from) }
}

/**
 * Calls `found` for every eight words in a row that could be a run, and returns from where words may still become one:
 * the start of the words that stand like that in a protected text, or of an unfinished last word; else the text's length.
 */
function eachRun(
  text: string,
  from: number,
  final: boolean,
  shingles: Protected,
  found: (run: number, start: number, end: number) => void,
): number {
  const hashes: number[] = []
  const starts: number[] = []
  /** How many of the last words stand in a row in a protected text. */
  let chain = 0
  let last = from
  let open = text.length
  eachWord(text, from, (hash, start, end) => {
    if (start - last > GAP) chain = 0
    if (end === text.length && !final) {
      open = start
      return
    }
    const linked = chain > 0 && shingles.pairs.has(join(hashes.at(-1)!, hash))
    if (linked) chain++
    else chain = shingles.words.has(hash) ? 1 : 0
    last = end
    hashes.push(hash)
    starts.push(start)
    if (hashes.length > RUN) {
      hashes.shift()
      starts.shift()
    }
    if (chain >= RUN) found(hashRun(hashes), starts[0]!, end)
  })
  if (final || chain === 0 || text.length - last > GAP + WORD) return open
  // The gap after the last word belongs to a piece only if a word follows.
  if (open === text.length && text.length - last > GAP) return open
  return starts[starts.length - Math.min(chain, RUN - 1)]!
}

function collect(texts: readonly string[]): Protected {
  const words = new Set<number>()
  const pairs = new Set<number>()
  const runs = new Set<number>()
  for (const text of texts) {
    const hashes: number[] = []
    eachWord(text, 0, (hash) => {
      if (runs.size >= REMEMBERED) return
      words.add(hash)
      if (hashes.length > 0) pairs.add(join(hashes.at(-1)!, hash))
      hashes.push(hash)
      if (hashes.length > RUN) hashes.shift()
      if (hashes.length === RUN) runs.add(hashRun(hashes))
    })
  }
  return { words, pairs, runs }
}

function eachWord(text: string, from: number, found: (hash: number, start: number, end: number) => void): void {
  let start = -1
  let hash = SEED
  for (let i = from; i < text.length; i++) {
    const c = text.charCodeAt(i)
    const letter = (c >= 97 && c <= 122) || (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || c > 127
    const alone = letter && isIdeograph(c)
    if (start >= 0 && (!letter || alone || i - start === WORD)) {
      found(hash, start, i)
      start = -1
    }
    if (!letter) continue
    if (alone) {
      found(Math.imul(SEED ^ c, PRIME), i, i + 1)
      continue
    }
    if (start < 0) {
      start = i
      hash = SEED
    }
    hash = Math.imul(hash ^ (c >= 65 && c <= 90 ? c + 32 : c), PRIME)
  }
  if (start >= 0) found(hash, start, text.length)
}

/** Characters of scripts that write no spaces between words: each is taken for a word. */
function isIdeograph(c: number): boolean {
  return c >= 0x2e80 && (c <= 0x9fff || (c >= 0xac00 && c <= 0xd7af) || (c >= 0xf900 && c <= 0xfaff))
}

// FNV-1a; `join` and `hashRun` give 53 bits of two such hashes, so that a wrong hit needs eight words that collide.
const SEED = 2166136261
const PRIME = 16777619
function join(a: number, b: number): number {
  return (Math.imul(a ^ b, PRIME) >>> 0) * 2097152 + ((Math.imul(a, 31) + b) & 2097151)
}
function hashRun(hashes: readonly number[]): number {
  let high = SEED
  let low = 7
  for (const hash of hashes) {
    high = Math.imul(high ^ hash, PRIME)
    low = (Math.imul(low, 31) + hash) | 0
  }
  return (high >>> 0) * 2097152 + (low & 2097151)
}
