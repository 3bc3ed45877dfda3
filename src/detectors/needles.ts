import type { Detection, Detector, Finding, Look, Rule } from '../types.ts'

/** A value that must not come out, whatever punctuation stands between its characters. */
export interface Needle {
  readonly value: string
  readonly rule: Rule
}

/** Shorter values would hit ordinary text: of 8 digits one benign answer in 10^8 holds a given one, of 4 one in 5,000. */
const SHORTEST = 7
/** A value that is longer is looked for by its first characters: nobody else's text begins like that. */
const LONGEST = 64
/** More values than this are not watched for; whoever makes an index must refuse what it cannot watch. */
export const MOST_NEEDLES = 1000
/** Separators that may stand between two characters of a needle. More in a row end a match. */
const GAP = 3

interface Trie {
  readonly next: Map<number, Trie>
  rule: Rule | undefined
}

/**
 * Finds known values, letters and digits only, without regard to case and to spaces or punctuation between them:
 * `4111-1111` is found by `41111111`. A trie walked from every start; starts that cannot begin a needle cost one look-up.
 */
export function findNeedles(needles: readonly Needle[]): Detector {
  const root: Trie = { next: new Map(), rule: undefined }
  let longest = 0
  for (const { value, rule } of needles) {
    const plain = squeeze(value).slice(0, LONGEST)
    if (plain.length < SHORTEST) continue
    let node = root
    for (let i = 0; i < plain.length; i++) {
      const c = plain.charCodeAt(i)
      let next = node.next.get(c)
      if (!next) node.next.set(c, (next = { next: new Map(), rule: undefined }))
      node = next
    }
    node.rule ??= rule
    longest = Math.max(longest, plain.length)
  }
  return {
    reach: longest * (GAP + 1) + 1,
    context: 0,
    shortest: longest === 0 ? Number.POSITIVE_INFINITY : SHORTEST,
    detect(text: string, look: Look): Detection {
      const findings: Finding[] = []
      let open = text.length
      for (let at = look.from; at < text.length; at++) {
        const first = fold(text.charCodeAt(at))
        if (first === 0 || !root.next.has(first)) continue
        const { end, rule, alive } = follow(text, at, root)
        if (alive && !look.final) open = Math.min(open, at)
        if (rule) {
          findings.push({ start: at, end, rule, score: 1 })
          if (at >= open) break
          at = end - 1
        }
      }
      return { findings, open }
    },
  }
}

/** Letters and digits of a text, in lower case. */
export function squeeze(text: string): string {
  let out = ''
  for (let i = 0; i < text.length; i++) {
    const c = fold(text.charCodeAt(i))
    if (c !== 0) out += String.fromCharCode(c)
  }
  return out
}

/** The lower-case letter or digit, or 0 for what separates them. Beyond ASCII every character counts, as it is. */
function fold(c: number): number {
  if (c >= 65 && c <= 90) return c + 32
  if ((c >= 97 && c <= 122) || (c >= 48 && c <= 57) || c > 127) return c
  return 0
}

/** The longest needle that starts at `at`, and whether more text could make a longer one. */
function follow(text: string, at: number, root: Trie): { end: number; rule: Rule | undefined; alive: boolean } {
  let node = root
  let end = at
  let rule: Rule | undefined
  let gap = 0
  for (let i = at; i < text.length; i++) {
    const c = fold(text.charCodeAt(i))
    if (c === 0) {
      if (++gap > GAP) return { end, rule, alive: false }
      continue
    }
    gap = 0
    const next = node.next.get(c)
    if (!next) return { end, rule, alive: false }
    node = next
    if (node.rule) {
      rule = node.rule
      end = i + 1
    }
  }
  return { end, rule, alive: node.next.size > 0 }
}
