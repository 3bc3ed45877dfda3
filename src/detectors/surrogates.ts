/** Surrogates in an answer: known texts, since nothing in them says what they are. */
import { id } from '../ids.ts'
import { isApart, isApartBefore } from '../letters.ts'
import type { Detection, Detector, Finding, Look, Rule } from '../types.ts'

export const SURROGATE: Rule = { ref: id('surrogate@1'), entity: id('SURROGATE'), label: id('internal.surrogate') }

interface Trie {
  readonly next: Map<number, Trie>
  ends: boolean
}
function build(texts: Iterable<string>): Trie {
  const root: Trie = { next: new Map(), ends: false }
  for (const text of texts) {
    let node = root
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      let next = node.next.get(unit)
      if (!next) node.next.set(unit, (next = { next: new Map(), ends: false }))
      node = next
    }
    node.ends = true
  }
  return root
}

/** Those of some texts that stand in another, anywhere in it. */
export function searchTexts(texts: Iterable<string>): (text: string, found: (one: string) => void) => void {
  const root = build(texts)
  return (text, found) => {
    for (let at = 0; at < text.length; at++) {
      let node = root.next.get(text.charCodeAt(at))
      for (let i = at + 1; node; i++) {
        if (node.ends) found(text.slice(at, i))
        node = i < text.length ? node.next.get(text.charCodeAt(i)) : undefined
      }
    }
  }
}

/** Code units on each side that say whether a text stands alone: a joint and a character, which may be of two. */
const SIGHT = 3

/**
 * Finds surrogates exactly as they were sent, and standing alone: `192.0.2.17` is not in `192.0.2.171`, nor `ann@example.com` in
 * `joann@example.com` or `ann@example.com.au`. What a model made something else of is none: a value in its place would be a guess.
 */
export function findSurrogates(texts: Iterable<string>): Detector {
  const all = [...texts]
  const root = build(all)
  return {
    reach: Math.max(0, ...all.map((text) => text.length)) + SIGHT,
    context: SIGHT,
    shortest: all.reduce((least, text) => Math.min(least, text.length), Number.POSITIVE_INFINITY),
    detect(text: string, { from, final }: Look): Detection {
      const findings: Finding[] = []
      for (let at = from; at < text.length; at++) {
        let node = root.next.get(text.charCodeAt(at))
        if (!node || !beginsAlone(text, at)) continue
        let end = 0
        let i = at + 1
        for (; node; i++) {
          if (node.ends && endsAlone(text, i)) end = i
          if (i === text.length && !final && (node.next.size > 0 || node.ends)) return { findings, open: at }
          node = i < text.length ? node.next.get(text.charCodeAt(i)) : undefined
        }
        if (end === 0) continue
        if (!final && end + SIGHT > text.length) return { findings, open: at }
        findings.push({ start: at, end, rule: SURROGATE, score: 1 })
        at = end - 1
      }
      return { findings, open: text.length }
    },
  }
}

function beginsAlone(text: string, at: number): boolean {
  if (at === 0) return true
  if (isApart(text, at) && isApartBefore(text, at)) return false
  return !(JOINS.includes(text[at - 1]!) && at > 1 && isApartBefore(text, at - 1))
}
function endsAlone(text: string, end: number): boolean {
  if (end === text.length) return true
  if (isApartBefore(text, end) && isApart(text, end)) return false
  return !(JOINS.includes(text[end]!) && end + 1 < text.length && isApart(text, end + 1))
}
/** What joins two words into one name or number. */
const JOINS = '.-_@+'
