/**
 * Context words: what stands near a candidate and tells what it is. Whole words only, in any case; `_`, `-` and a change from
 * small to capital letters part words too, so that `ssn` is seen in `user_ssn` and `userSsn`, and `lic` not in `public`.
 *
 * The words of all rules are one automaton, whose states (lists of words and how far each was read) are made when a text first needs them.
 */
import { begins, HEAD, isLetterAt } from './heads.ts'

/** A word of a rule, and what it says of candidates near it: `FOR` or `AGAINST`. */
export interface RuleWord {
  readonly word: string
  readonly rule: number
  readonly says: number
}
export const FOR = 1
export const AGAINST = 2

/** What words that end at the same place say. */
export interface Saying {
  /** By rule. */
  readonly rules: Uint8Array
  /** The rules that they speak for, a bit each. */
  readonly needy: Int32Array
  /** How far from them a candidate that needs them may stand, its length included; 0: there is none. And its buckets in the sieve. */
  far: number
  buckets: number
}

export interface Words {
  readonly texts: readonly string[]
  readonly of: readonly (readonly RuleWord[])[]
  readonly rules: number
  /** Class of each ASCII unit, and of other letters by their small form; 0: in no word. */
  readonly ascii: Uint8Array
  readonly others: Map<number, number>
  readonly width: number
  /** Rows as in `dfa.ts`: -1 not made, 0 dead, else twice the row's offset, odd if a word ends there. */
  next: Int32Array
  /** Per state: words and how far each was read. */
  readonly states: (readonly number[])[]
  readonly ids: Map<string, number>
  /** Per state, made when first asked for: what the words that end there say, by rule. */
  readonly says: (Saying | undefined)[]
  /** Of a rule: how far from its words its needy candidates may stand, 0 if it has none, and their buckets. */
  readonly needs: (rule: number) => { readonly far: number; readonly buckets: number }
  readonly start: number
}

/** A blank in a word stands for up to two of these; their class is GAP. */
const GAPS = ' -_\t\n\r'
const GAP = 1
/** Steps in a word's reading: three for each character, for gaps that were read once or twice. */
const STEPS = 3
const FAR = 1 << 10

/** `rules`: how many there are. */
export function buildWords(all: readonly RuleWord[], rules: number, needs: Words['needs']): Words {
  const byText = new Map<string, RuleWord[]>()
  for (const saying of all) {
    const text = saying.word.toLowerCase()
    const list = byText.get(text)
    if (list) list.push(saying)
    else byText.set(text, [saying])
  }
  const texts = [...byText.keys()]
  const ascii = new Uint8Array(128)
  const others = new Map<number, number>()
  for (const unit of GAPS) ascii[unit.charCodeAt(0)] = GAP
  let width = 2
  for (const text of texts) {
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      if (unit < 128) ascii[unit] ||= width++
      else if (!others.has(unit)) others.set(unit, width++)
    }
  }
  for (let unit = 0x41; unit <= 0x5a; unit++) ascii[unit] = ascii[unit + 0x20]!
  const words: Words = {
    texts,
    of: [...byText.values()],
    rules,
    ascii,
    others,
    width,
    next: new Int32Array(width * 64).fill(-1),
    states: [[]],
    ids: new Map(),
    says: [undefined],
    start: 0,
    needs,
  }
  const start = intern(
    words,
    texts.map((_, word) => word * FAR),
  )
  return { ...words, start }
}

/** The state after `state` has read a character. */
function advance(words: Words, state: number, cls: number): number {
  const from = state >> 1
  const known = words.next[from + cls]!
  if (known >= 0) return known
  const reached = new Set<number>()
  for (const at of words.states[from / words.width]!) {
    const text = words.texts[(at / FAR) | 0]!
    const step = at % FAR
    const i = (step / STEPS) | 0
    if (i >= text.length) continue
    const unit = text.charCodeAt(i)
    if (unit === 0x20) {
      if (cls === GAP && step % STEPS < 2) reach(reached, text, at + 1)
    } else if (classOf(words, unit) === cls) reach(reached, text, at - (step % STEPS) + STEPS)
  }
  const to = intern(words, [...reached])
  words.next[from + cls] = to
  return to
}
/** Adds a place in a word, and the one behind a gap that may be empty. */
function reach(reached: Set<number>, text: string, at: number): void {
  reached.add(at)
  const step = at % FAR
  if (text.charCodeAt((step / STEPS) | 0) === 0x20) reached.add(at - (step % STEPS) + STEPS)
}

function intern(words: Words, places: readonly number[]): number {
  if (places.length === 0) return 0
  const sorted = [...places].sort((a, b) => a - b)
  const key = sorted.join()
  const known = words.ids.get(key)
  if (known !== undefined) return known
  const offset = words.states.push(sorted) * words.width - words.width
  if (offset + words.width > words.next.length) {
    const wider = new Int32Array(words.next.length * 2).fill(-1)
    wider.set(words.next)
    words.next = wider
  }
  const ended = sorted.filter((at) => (at % FAR) / STEPS >= words.texts[(at / FAR) | 0]!.length)
  let says: Saying | undefined
  if (ended.length > 0) {
    says = { rules: new Uint8Array(words.rules), needy: new Int32Array((words.rules + 31) >> 5), far: 0, buckets: 0 }
    for (const at of ended) {
      for (const { rule, says: what } of words.of[(at / FAR) | 0]!) {
        says.rules[rule]! |= what
        const { far, buckets } = words.needs(rule)
        if (what !== FOR || far === 0) continue
        says.needy[rule >> 5]! |= 1 << (rule & 31)
        says.far = Math.max(says.far, far)
        says.buckets |= buckets
      }
    }
  }
  words.says.push(says)
  const state = offset * 2 + (says ? 1 : 0)
  words.ids.set(key, state)
  return state
}

function classOf(words: Words, unit: number): number {
  if (unit < 128) return words.ascii[unit]!
  const same = words.others.get(unit)
  if (same !== undefined) return same
  // The small form of the Turkish İ is two characters, an i and a dot over it: the i is enough.
  const small = String.fromCharCode(unit).toLowerCase().charCodeAt(0)
  const cls = small < 128 ? words.ascii[small]! : (words.others.get(small) ?? 0)
  words.others.set(unit, cls)
  return cls
}

/** Words met in a text, by start. */
export interface Hits {
  readonly starts: number[]
  readonly ends: number[]
  readonly says: Saying[]
}

/**
 * Whether a word from `at` has ended before the character at `end`. Short ones end before a letter only in a key: `ssnOf` is looked for
 * there, while `heads.ts` cannot tell it in a text.
 */
function endsBefore(text: string, at: number, end: number, inKey: boolean): boolean {
  return begins(text, end) && (inKey || end - at >= HEAD || !isLetterAt(text, end) || !isLetterAt(text, end - 1))
}

/** Adds the words that start at a place. `closed`: nothing follows the end of the text, so a word may end there. */
export function readWord(
  words: Words,
  text: string,
  at: number,
  closed: boolean,
  { starts, ends, says }: Hits,
  inKey = false,
): void {
  const { ascii, width } = words
  if (!begins(text, at)) return
  let state = words.start
  for (let j = at; j < text.length; ) {
    const unit = text.charCodeAt(j)
    const cls = unit < 128 ? ascii[unit]! : classOf(words, unit)
    if (cls === 0) return
    let next = words.next[(state >> 1) + cls]!
    if (next < 0) next = advance(words, state, cls)
    if (next === 0) return
    state = next
    j++
    if (state & 1 && (j === text.length ? closed : endsBefore(text, at, j, inKey))) {
      starts.push(at)
      ends.push(j)
      says.push(words.says[(state >> 1) / width]!)
    }
  }
}
