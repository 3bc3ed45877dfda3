/** Characters that words and numbers are made of. */

/** A letter, digit or mark in a script whose words stand apart; Chinese, Japanese, Thai have none that do, Korean glues particles to others. */
const APART =
  /^(?!\p{scx=Han}|\p{scx=Hira}|\p{scx=Kana}|\p{scx=Hang}|\p{scx=Thai}|\p{scx=Laoo}|\p{scx=Khmr}|\p{scx=Mymr})[\p{L}\p{N}\p{M}]/u

/** Whether the character that begins at `at` is one. */
export function isApart(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  if (unit < 128) return (unit >= 48 && unit <= 57) || (unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122)
  const point = text.codePointAt(at)
  return point !== undefined && APART.test(String.fromCodePoint(point))
}
/** Whether the one that ends at `end` is. */
export function isApartBefore(text: string, end: number): boolean {
  const low = (text.charCodeAt(end - 1) & 0xfc00) === 0xdc00
  return isApart(text, low && (text.charCodeAt(end - 2) & 0xfc00) === 0xd800 ? end - 2 : end - 1)
}
