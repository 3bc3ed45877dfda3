/**
 * Text in base64 (RFC 4648 §4 and §5) and in hex: found by its shape, decoded, and read if what comes out is text. A run may begin
 * anywhere in what is encoded, and behind anything, so it is read from each of its first characters.
 */
import type { Span } from '../types.ts'
import { hexAt } from './fold-escapes.ts'

/** Ten bytes, with padding sixteen characters: the shortest value that is worth it, as a telephone number is. */
export const SHORTEST_RUN = 14
/** Longer ones are read in pieces, and only where the whole text is there. */
export const LONGEST_RUN = 4096
/** The fewest bytes that count as text among others that are none: of random ones, so many are in one of 10^5 places. */
const FEWEST = 10
/** All of a run may be this short. */
const WHOLE = 7

/** What a run says. */
export interface Decoded {
  readonly text: string
  /** The span of the run that says what stands between two places, or `undefined` if they are of different pieces. */
  span(start: number, end: number): Span | undefined
}

const LETTER = new Int8Array(128).fill(-1)
for (let i = 0; i < 64; i++) {
  LETTER['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'.charCodeAt(i)] = i
}
LETTER[0x2d] = 62
LETTER[0x5f] = 63

/** Whether a unit is a letter of base64, standard or URL-safe. */
function isLetter(unit: number): boolean {
  return unit < 128 && LETTER[unit]! >= 0
}

/** The first place from `from` on where at least SHORTEST_RUN letters of base64 follow each other, or -1. Reads one character of four. */
export function findRun(text: string, from: number): number {
  const last = text.length - SHORTEST_RUN
  for (let i = from; i <= last; ) {
    let j = i + SHORTEST_RUN - 1
    while (j >= i && isLetter(text.charCodeAt(j))) j--
    if (j < i) return i
    i = j + 1
  }
  return -1
}

/** Where a run begins that may go on behind the end of a text, as far back as `lowest`; the length of the text if there is none. */
export function openRun(text: string, lowest: number): number {
  const { length } = text
  let end = length
  while (end > length - NEXT_LINE && end > lowest && isLetter(text.charCodeAt(end - 1))) end--
  // Behind a full line, the next one may have begun.
  if (end > lowest && end > length - NEXT_LINE) {
    let line = end
    if (text.charCodeAt(line - 1) === 0x0a) line--
    if (text.charCodeAt(line - 1) === 0x0d && (line < end || end === length)) line--
    if (line === end && end === length && text.charCodeAt(end - 1) === 0x3d) line--
    if (line < end && fills(text, line)) return runStart(text, line, lowest)
  }
  return isLetter(text.charCodeAt(length - 1)) ? runStart(text, length, lowest) : length
}

/** Where the run that `at` is in begins, as far back as `lowest`. Lines of base64 are one run. */
export function runStart(text: string, at: number, lowest: number): number {
  let i = at
  for (;;) {
    while (i > lowest && isLetter(text.charCodeAt(i - 1))) i--
    const line = breakBefore(text, i)
    if (line < 0 || line <= lowest) return i
    i = line
  }
}
/** Where the line before the one that begins at `at` ends, if they are lines of one run; or -1. */
function breakBefore(text: string, at: number): number {
  if (text.charCodeAt(at - 1) !== 0x0a || !continues(text, at)) return -1
  const end = text.charCodeAt(at - 2) === 0x0d ? at - 2 : at - 1
  return fills(text, end) ? end : -1
}
/** Whether a line that ends at `end` is full of base64. */
function fills(text: string, end: number): boolean {
  if (end < SHORTEST_RUN) return false
  for (let i = end - SHORTEST_RUN; i < end; i++) if (!isLetter(text.charCodeAt(i))) return false
  return true
}
/** How many letters must begin a further line: the last of a value may have four only. */
const NEXT_LINE = 4
function continues(text: string, at: number): boolean {
  for (let i = at; i < at + NEXT_LINE; i++) if (!isLetter(text.charCodeAt(i))) return false
  return true
}

/** Where the run that begins at `start` ends, at most at `limit`. `open`: it goes to the end of the text, or may. */
export function runEnd(text: string, start: number, limit: number): { readonly end: number; readonly open: boolean } {
  const { length } = text
  let i = start
  for (;;) {
    while (i < length && i < limit && isLetter(text.charCodeAt(i))) i++
    if (i >= limit) return { end: limit, open: false }
    if (i === length) return { end: i, open: true }
    let next = i
    if (text.charCodeAt(next) === 0x0d) next++
    if (next < length && text.charCodeAt(next) !== 0x0a) break
    if (!fills(text, i)) break
    next++
    let k = next
    while (k < length && k < next + NEXT_LINE && isLetter(text.charCodeAt(k))) k++
    if (k >= length && k < next + NEXT_LINE) return { end: i, open: true }
    if (k < next + NEXT_LINE) break
    i = next
  }
  // Padding belongs to it.
  let end = i
  while (end < length && end < i + 2 && text.charCodeAt(end) === 0x3d) end++
  return { end, open: end === length && end < i + 2 }
}

/** What the run between two places says; `undefined` if it is no text. Linear. */
export function readRun(text: string, start: number, end: number): Decoded | undefined {
  if (letters.length < end - start) letters = new Uint8Array(end - start)
  const codes = letters
  let count = 0
  let hex = true
  let capital = false
  let other = false
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i)
    if (!isLetter(unit)) continue
    if (hex && hexAt(text, i) < 0) hex = false
    if (unit >= 0x41 && unit <= 0x5a) capital = true
    else other = true
    codes[count++] = LETTER[unit]!
  }
  // Base64 of text has capitals, as its first bits are few; and not only those, as names of constants have.
  const quads = capital && other && saysText(codes, count)
  if (!hex && !quads) return undefined
  const at = new Uint32Array(count)
  for (let i = start, k = 0; k < count; i++) if (isLetter(text.charCodeAt(i))) at[k++] = i
  const say = createSayings(count)
  if (hex) {
    const digits = Uint8Array.from(at, (place) => hexAt(text, place))
    for (let from = 0; from < 2; from++) say.read(pairBytes(digits, from, count), 2, 1, from)
  }
  if (quads) {
    for (let from = 0; from < 4; from++) say.read(quadBytes(codes, from, count), 4, 3, from)
  }
  const { pieces } = say
  if (pieces.length === 0) return undefined
  return {
    text: say.text(),
    span(first, last) {
      const span = say.span(first, last)
      if (!span) return undefined
      const to = Math.min(count, span.end) - 1
      return { start: at[Math.min(span.start, count - 1)]!, end: span.end >= count ? end : at[to]! + 1 }
    },
  }
}

/** The letters of the run that is read, by their values. */
let letters = new Uint8Array(LONGEST_RUN)

/** Whether some bytes in a row may be text, from whichever of the first letters they are read. Most runs are names, and say nothing. */
function saysText(codes: Uint8Array, count: number): boolean {
  for (let from = 0; from < 4; from++) {
    let row = 0
    let bits = 0
    let held = 0
    let bytes = 0
    for (let i = from; i < count; i++) {
      bits = ((bits << 6) | codes[i]!) & 0x3fff
      held += 6
      if (held < 8) continue
      held -= 8
      row = MAY[(bits >> held) & 0xff] === 1 ? row + 1 : 0
      bytes++
      if (row >= FEWEST || (row >= WHOLE && row === bytes && i + 2 >= count)) return true
    }
  }
  return false
}
/** Bytes that text may have. */
const MAY = Uint8Array.from({ length: 256 }, (_, byte) =>
  (byte >= 0x20 && byte !== 0x7f && byte < 0xf5 && byte !== 0xc0 && byte !== 0xc1) ||
  byte === 9 ||
  byte === 10 ||
  byte === 13
    ? 1
    : 0,
)

function quadBytes(codes: Uint8Array, from: number, count: number): Uint8Array {
  const length = ((count - from) * 6) >> 3
  const bytes = new Uint8Array(Math.max(0, length))
  for (let b = 0, i = from; b < length; i += 4) {
    const bits = (codes[i]! << 18) | ((codes[i + 1] ?? 0) << 12) | ((codes[i + 2] ?? 0) << 6) | (codes[i + 3] ?? 0)
    bytes[b++] = bits >> 16
    if (b < length) bytes[b++] = (bits >> 8) & 0xff
    if (b < length) bytes[b++] = bits & 0xff
  }
  return bytes
}
function pairBytes(codes: Uint8Array, from: number, count: number): Uint8Array {
  const bytes = new Uint8Array((count - from) >> 1)
  for (let b = 0; b < bytes.length; b++) bytes[b] = (codes[from + 2 * b]! << 4) | codes[from + 2 * b + 1]!
  return bytes
}

/** Between two pieces: nothing is found across, and no number goes on. */
const BETWEEN = '\n|\n'

/** Collects what of bytes is text. What was read from one place is not read from another. */
function createSayings(count: number) {
  /** Letters that are read. */
  const said = new Uint8Array(count)
  const pieces: { readonly at: number; readonly text: string; readonly bytes: Uint32Array; readonly of: Reading }[] = []
  let length = 0
  return {
    pieces,
    /** `letters` of the run say `size` bytes, from its letter `from` on. */
    read(bytes: Uint8Array, letters: number, size: number, from: number): void {
      const of = { letters, size, from }
      eachText(bytes, (text, places, start, end) => {
        const whole = start === 0 && end === bytes.length && from === 0
        if (end - start < (whole ? WHOLE : FEWEST)) return
        const first = from + Math.floor(start / size) * letters
        const last = Math.min(count, from + Math.ceil(end / size) * letters)
        let again = 0
        for (let i = first; i < last; i++) again += said[i]!
        if (2 * again > last - first) return
        said.fill(1, first, last)
        pieces.push({ at: length, text, bytes: places, of })
        length += text.length + BETWEEN.length
      })
    },
    text: () => pieces.map((piece) => piece.text).join(BETWEEN),
    span(first: number, last: number): Span | undefined {
      let low = 0
      let high = pieces.length - 1
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if (pieces[middle]!.at <= first) low = middle
        else high = middle - 1
      }
      const { at, text, bytes, of } = pieces[low]!
      if (last > at + text.length || first >= at + text.length) return undefined
      const start = Math.floor(bytes[first - at]! / of.size) * of.letters + of.from
      const end = Math.ceil(bytes[last - at]! / of.size) * of.letters + of.from
      return { start, end }
    },
  }
}
interface Reading {
  readonly letters: number
  readonly size: number
  readonly from: number
}

/** Calls `found` for every piece of the bytes that is UTF-8 without control characters, with the byte that each unit came from. */
function eachText(
  bytes: Uint8Array,
  found: (text: string, places: Uint32Array, start: number, end: number) => void,
): void {
  const { length } = bytes
  for (let i = 0; i < length; ) {
    const start = i
    let ascii = 0
    for (let size = sizeAt(bytes, i); size > 0; size = sizeAt(bytes, i)) {
      if (size === 1) ascii++
      i += size
    }
    // Random bytes are as soon a character of two bytes as text; text has blanks, digits or letters between.
    if (i - start >= WHOLE && (ascii > 0 || i - start === length)) {
      const places = new Uint32Array(i - start + 1)
      const units = new Uint16Array(i - start)
      let count = 0
      for (let k = start; k < i; ) {
        const size = sizeAt(bytes, k)
        const point = pointAt(bytes, k, size)
        if (point > 0xffff) {
          places[count] = k
          units[count++] = 0xd800 + ((point - 0x10000) >> 10)
        }
        places[count] = k
        units[count++] = point > 0xffff ? 0xdc00 + (point & 0x3ff) : point
        k += size
      }
      places[count] = i
      found(decoder.decode(units.subarray(0, count)), places, start, i)
    }
    if (i === start) i++
  }
}

const decoder = new TextDecoder('utf-16le', { fatal: false, ignoreBOM: true })

/** How many bytes the character at `i` has, or 0 if there is none that text has. */
function sizeAt(bytes: Uint8Array, i: number): number {
  if (i >= bytes.length) return 0
  const first = bytes[i]!
  if (first < 0x80)
    return (first >= 0x20 && first !== 0x7f) || first === 0x0a || first === 0x09 || first === 0x0d ? 1 : 0
  const size =
    first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0
  if (size === 0 || i + size > bytes.length) return 0
  for (let k = i + 1; k < i + size; k++) if (bytes[k]! >> 6 !== 2) return 0
  const point = pointAt(bytes, i, size)
  if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000) || (size === 3 && point < 0x800)) return 0
  return size === 4 && point < 0x10000 ? 0 : size
}
function pointAt(bytes: Uint8Array, i: number, size: number): number {
  if (size === 1) return bytes[i]!
  let point = bytes[i]! & (0xff >> (size + 1))
  for (let k = i + 1; k < i + size; k++) point = (point << 6) | (bytes[k]! & 0x3f)
  return point
}
