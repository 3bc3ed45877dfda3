/** Text of the same length and classes of characters: digits for digits, capitals for capitals, letters of the same script. */
import type { Draw } from './draw.ts'

const DIGITS = '0123456789'
const SMALL = 'abcdefghijklmnopqrstuvwxyz'
/**
 * Letters that no word of five letters is made of alone. Texts without digits are drawn of these: else what looks for capitals, or for
 * words of a language, would find them again, and would not know them for ours.
 */
const RARE = 'jkqvwxz'
/** Such as a UUID, or a token in hexadecimal. */
const HEX = /^[0-9a-f:-]{12,}$/i
/** Other scripts, by the range of their commonest letters, none of which is longer or shorter than another. */
const SCRIPTS: readonly (readonly [RegExp, from: number, to: number])[] = [
  [/\p{Script=Cyrillic}/u, 0x430, 0x44f],
  [/\p{Script=Greek}/u, 0x3b1, 0x3c1],
  [/\p{Script=Hiragana}/u, 0x3042, 0x3093],
  [/\p{Script=Katakana}/u, 0x30a2, 0x30f3],
  [/\p{Script=Hangul}/u, 0xac00, 0xd7a3],
  [/\p{Script=Han}/u, 0x4e00, 0x9fa5],
  [/\p{Script=Arabic}/u, 0x641, 0x64a],
  [/\p{Script=Hebrew}/u, 0x5d0, 0x5ea],
]
/** Marks that part a value are its shape; other ones are its content, as in a password. */
const PARTS = " -._/:@+(),'#\t\n\r"
const MARKS = '!$%&*=?^~'

/** `undefined` if too little would be drawn for it to be told from other text. */
export function drawShape(value: string, draw: Draw): string | undefined {
  const digits = /\p{N}/u.test(value)
  const letters = !digits ? RARE : HEX.test(value) ? 'abcdef' : SMALL
  let drawn = 0
  let out = ''
  for (const character of value) {
    const other = drawLike(character, letters, draw)
    if (other !== character || !PARTS.includes(character)) drawn++
    out += other
  }
  // No number begins with a zero that the other had not: `042` is none in JSON.
  if (/^[1-9]/.test(value) && out.startsWith('0')) out = `7${out.slice(1)}`
  return drawn < FEWEST || (!digits && value.length < FEWEST) ? undefined : out
}
/** Of six digits one text in a million has a given one. */
export const FEWEST = 6

function drawLike(character: string, letters: string, draw: Draw): string {
  if (character >= '0' && character <= '9') return draw.one(DIGITS)
  if (character >= 'a' && character <= 'z') return draw.one(letters)
  if (character >= 'A' && character <= 'Z') return draw.one(letters).toUpperCase()
  if (PARTS.includes(character)) return character
  if (character < '\x7f') return draw.one(MARKS)
  if (/\p{Nd}/u.test(character)) return draw.one(DIGITS).padEnd(character.length, '0')
  if (!/[\p{L}\p{N}]/u.test(character)) return character
  const script = SCRIPTS.find(([of]) => of.test(character))
  if (!script || character.length > 1) return draw.one(letters).repeat(character.length)
  const [, from, to] = script
  const other = String.fromCharCode(from + draw.below(to - from + 1))
  return /\p{Lu}/u.test(character) ? other.toUpperCase() : other
}

/** Whether a text could have been drawn as one without digits: only rare letters, and enough of them. */
export function isDrawnShape(value: string): boolean {
  const plain = value.replaceAll(/[ '().,_/:@+#-]/g, '')
  return plain.length >= FEWEST && /^[jkqvwxz]+$/i.test(plain)
}

/** Digits put in the places of digits, in order; every other character stays. `undefined` unless there are as many. */
export function fillDigits(value: string, digits: string): string | undefined {
  let at = 0
  const out = value.replaceAll(/\d/g, (digit) => digits[at++] ?? digit)
  return at === digits.length ? out : undefined
}
export function drawDigits(count: number, draw: Draw): string {
  let out = ''
  for (let i = 0; i < count; i++) out += draw.one(DIGITS)
  return out
}
