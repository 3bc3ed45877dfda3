/** Sets of UTF-16 code units, as sorted, disjoint, inclusive ranges: `[lo, hi, lo, hi, …]`. */
export type Charset = readonly number[]

/** The last code unit. A character outside the Basic Multilingual Plane is two units here. */
export const LAST = 0xffff
export const ANY: Charset = [0, LAST]
export const DIGIT: Charset = [0x30, 0x39]
/** RE2's `\w`: ASCII only. */
export const WORD: Charset = [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a]
/** What `\b` takes for a word; see `isWord`. */
export const ALNUM: Charset = [0x30, 0x39, 0x41, 0x5a, 0x61, 0x7a]
/** RE2's `\s`: no vertical tab, and nothing beyond ASCII. */
export const SPACE: Charset = [0x09, 0x0a, 0x0c, 0x0d, 0x20, 0x20]

export function union(a: Charset, b: Charset): Charset {
  if (a === b || b.length === 0) return a
  if (a.length === 0) return b
  const out: number[] = []
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const first = j >= b.length || (i < a.length && a[i]! <= b[j]!)
    const lo = first ? a[i]! : b[j]!
    const hi = first ? a[i + 1]! : b[j + 1]!
    if (first) i += 2
    else j += 2
    const last = out.length - 1
    if (last > 0 && lo <= out[last]! + 1) out[last] = Math.max(out[last]!, hi)
    else out.push(lo, hi)
  }
  return out
}

export function negate(set: Charset): Charset {
  const out: number[] = []
  let at = 0
  for (let i = 0; i < set.length; i += 2) {
    if (set[i]! > at) out.push(at, set[i]! - 1)
    at = set[i + 1]! + 1
  }
  if (at <= LAST) out.push(at, LAST)
  return out
}

export function overlap(a: Charset, b: Charset): Charset {
  const out: number[] = []
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const lo = Math.max(a[i]!, b[j]!)
    const hi = Math.min(a[i + 1]!, b[j + 1]!)
    if (lo <= hi) out.push(lo, hi)
    if (a[i + 1]! < b[j + 1]!) i += 2
    else j += 2
  }
  return out
}

export function contains(set: Charset, unit: number): boolean {
  for (let i = 0; i < set.length; i += 2) if (unit >= set[i]! && unit <= set[i + 1]!) return true
  return false
}

/** Whether every unit of `inner` is in `outer`. */
export function covers(outer: Charset, inner: Charset): boolean {
  return overlap(inner, negate(outer)).length === 0
}

/** Adds the other case of ASCII letters, and the two characters that Unicode folds to ASCII: U+017F (s), U+212A (k). */
export function foldCase(set: Charset): Charset {
  let folded = set
  for (const [lo, hi, shift] of [
    [0x41, 0x5a, 0x20],
    [0x61, 0x7a, -0x20],
  ] as const) {
    folded = union(
      folded,
      overlap(set, [lo, hi]).map((unit) => unit + shift),
    )
  }
  if (contains(folded, 0x73)) folded = union(folded, [0x17f, 0x17f])
  return contains(folded, 0x6b) ? union(folded, [0x212a, 0x212a]) : folded
}

/**
 * Whether a unit is of a word, as `\b` parts them: a letter or a digit. Not `_`, which RE2 has among them: `_4111 1111 1111 1111_` is how
 * Markdown slants a text, and `card_4111111111111111.json` a name of two words.
 */
export function isWord(unit: number): boolean {
  return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39) || (unit >= 0x41 && unit <= 0x5a)
}
