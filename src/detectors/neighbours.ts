/** How many characters beside a candidate a validator that looks there may read. */
export const SIGHT = 2

/**
 * Whether a candidate is a token of its own: no letter, digit or `_` beside it, and no letter or digit behind a `-`, `.`, `/`,
 * `:`, `+` or `=` that joins it to more. So parts of dates, versions, paths and UUIDs are told from numbers.
 */
export function standsAlone(text: string, start: number, end: number, joints = '-./:+'): boolean {
  const before = text.charAt(start - 1)
  const after = text.charAt(end)
  if (isWordLike(before) || isWordLike(after)) return false
  if (before !== '' && joints.includes(before) && isWordLike(text.charAt(start - 2))) return false
  return !(after !== '' && joints.includes(after) && isWordLike(text.charAt(end + 1)))
}

/** Whether a character is a letter or digit of any script, or `_`. */
export function isWordLike(char: string): boolean {
  return /^[\p{L}\p{N}_]$/u.test(char)
}
