/**
 * Context words: what stands near a candidate and tells what it is. Whole words only, in any case; `_`, `-` and a change from
 * small to capital letters part words too, so that `ssn` is seen in `user_ssn` and `userSsn`, and `lic` not in `public`.
 *
 * The words of all rules are one automaton, whose states (lists of words and how far each was read) are made when a text first needs them.
 */

/** What a word says: for each rule that it is a word of, `FOR` or `AGAINST`. */
export interface Saying {
  readonly word: string
  readonly rule: number
  readonly says: number
}
export const FOR = 1
export const AGAINST = 2

export interface Words {
  readonly texts: readonly string[]
  readonly sayings: readonly (readonly Saying[])[]
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
  readonly says: (Uint8Array | undefined)[]
  readonly start: number
  /** Length of the longest one. */
  readonly longest: number
}

/** A blank in a word stands for up to two of these; their class is GAP. */
const GAPS = ' -_\t\n\r'
const GAP = 1
/** Steps in a word's reading: three for each character, for gaps that were read once or twice. */
const STEPS = 3
const FAR = 1 << 10

/** `rules`: how many there are. */
export function buildWords(all: readonly Saying[], rules: number): Words {
  const byText = new Map<string, Saying[]>()
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
    sayings: [...byText.values()],
    rules,
    ascii,
    others,
    width,
    next: new Int32Array(width * 64).fill(-1),
    states: [[]],
    ids: new Map(),
    says: [undefined],
    start: 0,
    longest: Math.max(0, ...texts.map((text) => text.length + text.split(' ').length - 1)),
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
  let says: Uint8Array | undefined
  if (ended.length > 0) {
    says = new Uint8Array(words.rules)
    for (const at of ended) for (const { rule, says: what } of words.sayings[(at / FAR) | 0]!) says[rule]! |= what
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
  const small = String.fromCharCode(unit).toLowerCase()
  const cls = small.length === 1 ? (words.others.get(small.charCodeAt(0)) ?? 0) : 0
  words.others.set(unit, cls)
  return cls
}

/** Words met in a text. */
export interface Hits {
  readonly starts: number[]
  readonly ends: number[]
  readonly says: Uint8Array[]
}

/**
 * Adds the words that start in `text` between `from` and `to`. `closed`: nothing follows the end of the text, so a word may end there.
 */
export function findWords(words: Words, text: string, from: number, to: number, closed: boolean, hits: Hits): void {
  const { ascii, start, width } = words
  for (let i = from; i < to; i++) {
    const first = text.charCodeAt(i)
    if (!begins(text, i, first)) continue
    let cls = first < 128 ? ascii[first]! : classOf(words, first)
    if (cls <= GAP) continue
    let state = start
    for (let j = i; ; ) {
      let next = words.next[(state >> 1) + cls]!
      if (next < 0) next = advance(words, state, cls)
      if (next === 0) break
      state = next
      j++
      if (state & 1 && (j === text.length ? closed : begins(text, j, text.charCodeAt(j)))) {
        hits.starts.push(i)
        hits.ends.push(j)
        hits.says.push(words.says[(state >> 1) / width]!)
      }
      if (j === text.length) break
      const unit = text.charCodeAt(j)
      cls = unit < 128 ? ascii[unit]! : classOf(words, unit)
      if (cls === 0) break
    }
  }
}

/** Whether a word may begin, or have ended, before the character at `at`. */
function begins(text: string, at: number, after: number): boolean {
  if (at === 0) return true
  const before = text.charCodeAt(at - 1)
  return !isLetter(before) || !isLetter(after) || (isSmall(before) && isCapital(after))
}
/** Letters of scripts that part words by blanks: Latin, Greek, Cyrillic, Armenian. Others glue particles to a word. */
function isLetter(unit: number): boolean {
  return isSmall(unit) || isCapital(unit) || (unit >= 0xc0 && unit < 0x590)
}
function isSmall(unit: number): boolean {
  return unit >= 0x61 && unit <= 0x7a
}
function isCapital(unit: number): boolean {
  return unit >= 0x41 && unit <= 0x5a
}
