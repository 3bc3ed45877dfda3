/**
 * Reads a text through its disguises, once: characters that look like ASCII or are variants of it, characters that are not seen,
 * escapes, and numbers that are broken over two lines.
 * INVARIANT: how a character is read depends on the `RADIUS` characters around it only, so that it does not matter where a text was
 * cut; and nothing that is read as one character, or as none, is longer than `WIDEST`.
 */
import { readBackslash, readEntity, readPercent } from './fold-escapes.ts'
import {
  HIDDEN,
  isAlphanumeric,
  isControl,
  isDigit,
  JOINT,
  KIND,
  LOOKALIKE,
  MARK,
  PLAIN,
  readPair,
  readUnit,
  units,
  VARIANT,
  WIDE,
  ZERO,
} from './fold-letters.ts'
import { joinLines, LINE_SIGHT } from './fold-lines.ts'

/** Characters in a row that are not seen, and are passed over. Emoji join 4, flags of regions 14; more are a finding. */
export const LONGEST_HIDDEN = 64
/** What is read as one character is at most this long in the raw text, however often it was folded. */
export const WIDEST = 64
/** How far from an ASCII letter a look-alike still is one. Longer words of such letters are words of another language. */
const NEAR = 32
/** How far before a character what decides on it may stand: what is not seen, and a letter or a line before that. */
export const RADIUS = LONGEST_HIDDEN + 2 * LINE_SIGHT

export interface Folded {
  /** What was read of the text up to `stop`. */
  readonly text: string
  /** Where each character of it stood in what was folded, and one more for the end. `undefined`: nothing changed. */
  readonly at: Uint32Array | undefined
  /** Where each of them ended. What is passed over belongs to none. */
  readonly ends: Uint32Array | undefined
  /** From here on, text that follows could still change how it is read. */
  readonly stop: number
  /** Whether there may be words that mix letters of ASCII with others that look like them. */
  readonly likes: boolean
}

const BREAK = 0
const WORD = 1
const CONNECTOR = 2
const ESCAPE = 3
const LINE = 4
const CONTROL = 5
/** What ASCII characters are here. */
const ASCII = Uint8Array.from({ length: 128 }, (_, c) => {
  if (isAlphanumeric(c) || c === 0x5f) return WORD
  if ('-.@:/'.includes(String.fromCharCode(c))) return CONNECTOR
  if (c === 0x25 || c === 0x26 || c === 0x5c) return ESCAPE
  if (c === 0x0a || c === 0x0d) return LINE
  return isControl(c) ? CONTROL : BREAK
})
/** Whether a text has nothing that a fold might change, up to the line breaks. By searches that are native, many times as fast as a loop. */
export function isPlain(text: string, from: number, final: boolean): boolean {
  for (const start of STARTS) if (text.indexOf(start, from) >= 0) return false
  for (let at = from; at < text.length; at += BYTES) {
    const slice = at === 0 && text.length <= BYTES ? text : text.slice(at, at + BYTES)
    const { read, written } = encoder.encodeInto(slice, bytes)
    if (read !== slice.length || written !== read) return false
  }
  return !breaksNumber(text, '\n', from, final) && !breaksNumber(text, '\r', from, final)
}
const STARTS = ['%', '&', '\\', '\0', '\b', '\x7f']
const BYTES = 1 << 15
const encoder = new TextEncoder()
const bytes = new Uint8Array(BYTES)
/** Whether a line break stands between digits, or nothing behind it yet. */
function breaksNumber(text: string, line: string, from: number, final: boolean): boolean {
  for (let at = text.indexOf(line, from); at >= 0; at = text.indexOf(line, at + 1)) {
    const next = text.charCodeAt(at + 1)
    if (isDigit(next) || next === 0x20 || next === 0x09 || next === 0x0a || (Number.isNaN(next) && !final)) {
      if (joinLines(text, at, final) !== undefined) return true
    }
  }
  return false
}

const UNKNOWN = -1
const NOWHERE = -NEAR - 1

interface Pass {
  readonly text: string
  /** Whether look-alikes are read as letters. */
  readonly letters: boolean
  readonly final: boolean
  /** How long in the raw text what stands between two places is. */
  readonly wide: (start: number, end: number) => number
  readonly out: Uint16Array
  readonly at: Uint32Array
  readonly ends: Uint32Array
  /** How much of `out` is written. */
  length: number
  changed: boolean
  /** Where the last ASCII letter or digit of this word stood, and from where in `out` look-alikes wait for the next. */
  word: number
  waiting: number
  /** See HAS_ASCII. */
  mixed: number
}

/**
 * Folds a text. `final`: nothing follows. `letters`: reads look-alikes, too; to be done when no escapes are left, since what is left of
 * one, as in `%40почта`, would make them letters of ASCII. `wide`: see Pass; by default the text is the raw one. Linear.
 */
export function fold(
  text: string,
  final: boolean,
  letters = true,
  wide = (start: number, end: number) => end - start,
): Folded {
  const { length } = text
  if (scratch.out.length < length) scratch = makeScratch(length)
  const { out, at, ends } = scratch
  const pass: Pass = {
    text,
    letters,
    final,
    wide,
    out,
    at,
    ends,
    length: 0,
    changed: false,
    word: NOWHERE,
    waiting: -1,
    mixed: 0,
  }
  let i: number
  for (i = readPlain(pass, 0); i < length; i = readPlain(pass, i)) {
    const unit = text.charCodeAt(i)
    const kind = unit < 0x80 ? ASCII[unit]! : CONTROL
    const next =
      kind === ESCAPE ? readEscape(pass, i, unit) : kind === LINE ? readLine(pass, i) : readOther(pass, i, unit)
    if (next === UNKNOWN) break
    i = next
  }
  if (!final && pass.waiting >= 0) i = dropWaiting(pass, i)
  const { mixed } = pass
  const likes = (mixed & MIXED) !== 0 || (!final && (mixed & HAS_LIKE) !== 0) || (mixed & 3) === 3
  if (!pass.changed)
    return { text: i === length ? text : text.slice(0, i), at: undefined, ends: undefined, stop: i, likes }
  at[pass.length] = i
  return {
    text: decoder.decode(out.subarray(0, pass.length)),
    at: at.slice(0, pass.length + 1),
    ends: ends.slice(0, pass.length),
    stop: i,
    likes,
  }
}

/** Room to fold in; nothing of it is kept when a text was folded. */
interface Scratch {
  readonly out: Uint16Array
  readonly at: Uint32Array
  readonly ends: Uint32Array
}
function makeScratch(length: number): Scratch {
  return { out: new Uint16Array(length), at: new Uint32Array(length + 1), ends: new Uint32Array(length) }
}
let scratch = makeScratch(0)

/** Of the word that is read: whether it has letters of ASCII and look-alikes; of all before, whether one had both. */
const HAS_ASCII = 1
const HAS_LIKE = 2
const MIXED = 4

/** Reads what stands for itself from `start` on, and returns where something else does. By itself, so that it is compiled well. */
function readPlain(pass: Pass, start: number): number {
  const { text, out, at, ends } = pass
  const { length } = text
  let o = pass.length
  let { word, mixed } = pass
  let i = start
  for (; i < length; i++) {
    const unit = text.charCodeAt(i)
    const kind =
      unit < 0x80 ? ASCII[unit]! : units[unit] === PLAIN ? (unit < 0x250 && unit >= 0xc0 ? WORD : BREAK) : CONTROL
    if (kind === WORD) {
      if (pass.waiting >= 0) {
        pass.length = o
        readWaiting(pass, i)
      }
      word = i
      mixed |= HAS_ASCII
    } else if (kind === BREAK) {
      word = NOWHERE
      pass.waiting = -1
      mixed = afterWord(mixed)
    } else if (kind !== CONNECTOR) break
    out[o] = unit
    at[o] = i
    ends[o++] = i + 1
  }
  pass.length = o
  pass.word = word
  pass.mixed = mixed
  return i
}

function readEscape(pass: Pass, i: number, unit: number): number {
  const { text, final } = pass
  endWord(pass)
  const read =
    unit === 0x25
      ? readPercent(text, i, final)
      : unit === 0x26
        ? readEntity(text, i, final)
        : readBackslash(text, i, final)
  if (read === 'open') return UNKNOWN
  if (read === undefined) return keep(pass, i, 1)
  if (read.code === undefined || pass.wide(i, read.end) > WIDEST) return keep(pass, i, read.end - i)
  const { code } = read
  if (code > 0xffff) put(pass, i, 0xd800 + ((code - 0x10000) >> 10), read.end)
  put(pass, i, code > 0xffff ? 0xdc00 + (code & 0x3ff) : code, read.end)
  return read.end
}

function readLine(pass: Pass, i: number): number {
  endWord(pass)
  const read = joinLines(pass.text, i, pass.final)
  if (read === 'open') return UNKNOWN
  if (read === undefined || pass.wide(i, read.end) > WIDEST) return keep(pass, i, 1)
  pass.changed = true
  if (read.joint !== 0) put(pass, i, read.joint, read.end)
  return read.end
}

/** Reads what is no plain ASCII. Returns where the next character is, or UNKNOWN if that depends on text that follows. */
function readOther(pass: Pass, i: number, unit: number): number {
  const { text, final } = pass
  const point = text.codePointAt(i)!
  const size = point > 0xffff ? 2 : 1
  if (unit >= 0xd800 && unit < 0xdc00 && size === 1 && i + 1 === text.length && !final) return UNKNOWN
  const read = unit < 0x80 ? HIDDEN : size === 2 ? readPair(point) : readUnit(unit)
  switch (read & KIND) {
    case VARIANT:
      if (pass.waiting >= 0) readWaiting(pass, i)
      pass.word = i
      pass.mixed |= HAS_ASCII
      put(pass, i, read & 0xff, i + size)
      return i + size
    case LOOKALIKE:
      return readLookalike(pass, i, size, read)
    case JOINT:
    case WIDE: {
      const next = peek(pass, i + size)
      if (next === UNKNOWN) return UNKNOWN
      const ascii = read & 0xff
      if (!connects(ascii) || (read & KIND) === WIDE) endWord(pass)
      if (!joins(read & KIND, ascii, lastOf(pass), next, point)) return keep(pass, i, size)
      put(pass, i, ascii, i + size)
      return i + size
    }
    case HIDDEN:
    case MARK:
      return readHidden(pass, i)
    default:
      // Latin letters are of the same words as ASCII's.
      if (point < 0x250 && point >= 0xc0) {
        if (pass.waiting >= 0) readWaiting(pass, i)
        pass.word = i
        pass.mixed |= HAS_ASCII
      } else endWord(pass)
      return keep(pass, i, size)
  }
}

function readLookalike(pass: Pass, i: number, size: number, read: number): number {
  pass.mixed |= HAS_LIKE
  if (!pass.letters) return keep(pass, i, size)
  const next = size === 2 || read & ZERO ? peek(pass, i + size) : 0
  if (next === UNKNOWN) return UNKNOWN
  const near = i - pass.word <= NEAR
  if (size === 2) {
    // One that takes two units cannot wait.
    if (!near && !isAlphanumeric(next)) return keep(pass, i, size)
    put(pass, i, read & 0xff, i + size)
  } else if (near) put(pass, i, letterOf(read, lastOf(pass), next), i + 1)
  else {
    if (pass.waiting < 0) pass.waiting = pass.length
    keep(pass, i, 1)
  }
  return i + size
}

/** Reads look-alikes that waited for an ASCII letter, which stands at `i`. */
function readWaiting(pass: Pass, i: number): void {
  const { out, at, text } = pass
  for (let o = pass.waiting; o < pass.length; o++) {
    const unit = out[o]!
    if (unit < 0x80 || i - at[o]! > NEAR) continue
    const read = readUnit(unit)
    if ((read & KIND) !== LOOKALIKE) continue
    const next = read & ZERO ? peek(pass, at[o]! + 1) : 0
    out[o] = letterOf(read, o > 0 ? out[o - 1]! : 0, next === UNKNOWN ? text.charCodeAt(i) : next)
    pass.changed = true
  }
  pass.waiting = -1
}

/** Nothing is settled where look-alikes wait for a letter that may still come. Returns where that begins. */
function dropWaiting(pass: Pass, end: number): number {
  const { out, at } = pass
  for (let o = pass.waiting; o < pass.length; o++) {
    if (end - at[o]! > NEAR || out[o]! < 0x80 || (readUnit(out[o]!) & KIND) !== LOOKALIKE) continue
    pass.length = o
    return at[o]!
  }
  return end
}

/** The letter that a look-alike stands for; `О` among digits is a zero. */
function letterOf(read: number, before: number, next: number): number {
  const ascii = read & 0xff
  if (!(read & ZERO)) return ascii
  // Another one like it says nothing.
  const letter = (unit: number) => isAlphanumeric(unit) && !isDigit(unit) && (unit | 0x20) !== 0x6f
  return (isDigit(before) || isDigit(next)) && !letter(before) && !letter(next) ? 0x30 : ascii
}

/** What is not seen, and marks over characters: passed over behind and before ASCII. Of other scripts and of emoji they are a part. */
function readHidden(pass: Pass, start: number): number {
  const { text, final } = pass
  let hidden = false
  let end = start
  for (let kind = hiddenAt(text, end); kind !== 0; kind = hiddenAt(text, end)) {
    if (kind === HIDDEN) hidden = true
    end += text.charCodeAt(end) >= 0xd800 && text.charCodeAt(end) < 0xdc00 ? 2 : 1
  }
  const long = end - start > LONGEST_HIDDEN
  if (!long && isCut(text, end) && !final) return UNKNOWN
  const before = lastOf(pass)
  const marked = !hidden && before > 0x20 && before < 0x7f
  if (long || !(marked || isWritten(before) || isBlank(before)) || pass.wide(start, end) > WIDEST) {
    return keep(pass, start, end - start)
  }
  if (!marked) {
    const next = peek(pass, end)
    if (next === UNKNOWN) return UNKNOWN
    const parts = isWritten(before) ? isWritten(next) || isBlank(next) : isWritten(next)
    if (!parts || (!hidden && before > 0x7e)) return keep(pass, start, end - start)
  }
  pass.changed = true
  return end
}
/** ASCII, or a letter of a script whose letters stand apart. */
function isWritten(unit: number): boolean {
  return isSign(unit) || (unit >= 0xc0 && unit < 0x590)
}
function isBlank(unit: number): boolean {
  return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d)
}

/** HIDDEN or MARK, or 0. */
function hiddenAt(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  if (unit < 0x80) return ASCII[unit] === CONTROL ? HIDDEN : 0
  if (Number.isNaN(unit)) return 0
  const kind = (unit >= 0xd800 && unit < 0xdc00 ? readPair(text.codePointAt(at)!) : readUnit(unit)) & KIND
  return kind === HIDDEN || kind === MARK ? kind : 0
}
/** Whether the text ends at `at`, or in the middle of the character there. */
function isCut(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return at >= text.length || (unit >= 0xd800 && unit < 0xdc00 && at + 1 === text.length)
}

/** What stands at `at`, or behind what is not seen there, as ASCII if it can be; 0 if it is no letter, UNKNOWN if it is still to come. */
function peek({ text, final }: Pass, at: number): number {
  let i = at
  while (i - at <= LONGEST_HIDDEN && hiddenAt(text, i) !== 0) {
    const unit = text.charCodeAt(i)
    i += unit >= 0xd800 && unit < 0xdc00 ? 2 : 1
  }
  if (i - at > LONGEST_HIDDEN) return 0
  if (isCut(text, i)) return final ? 0 : UNKNOWN
  const point = text.codePointAt(i)!
  if (point < 0x80) return point
  const read = point > 0xffff ? readPair(point) : readUnit(point)
  const kind = read & KIND
  if (kind >= VARIANT && kind <= WIDE) return read & 0xff
  return isWritten(point) ? point : 0
}

/** Whether a blank, a dash, a stop or wide punctuation is read as ASCII between `before` and `next`. */
function joins(kind: number, ascii: number, before: number, next: number, point: number): boolean {
  const digit = isDigit(before) || isDigit(next)
  const both = isWritten(before) && isWritten(next)
  const ends = isWritten(before) && (isWritten(next) || isBlank(next))
  // Marks of sentences count behind something only; what may open a value, at its edges too.
  if (kind === WIDE) return SENTENCE.includes(String.fromCharCode(ascii)) ? ends : isSign(before) || isSign(next)
  if (ascii === 0x20) return both || (digit && (isWritten(before) || isWritten(next)))
  if (ascii === 0x2b || ascii === 0x25 || ascii === 0x23) return isAlphanumeric(next)
  if (ascii !== 0x2d) return ends
  // Long dashes stand between words without a blank, too; short ones also in rows.
  if (point === 0x2012 || point === 0x2013) return both
  return point === 0x2014 || point === 0x2015 || (point >= 0x2e00 && point < 0xa000)
    ? both && digit
    : isSign(before) || isSign(next)
}
const SENTENCE = '!?,;~"\'`'
/** ASCII that is seen. */
function isSign(unit: number): boolean {
  return unit > 0x20 && unit < 0x7f
}
function connects(ascii: number): boolean {
  return ascii === 0x5f || ASCII[ascii] === CONNECTOR
}

function afterWord(mixed: number): number {
  return (mixed & 3) === 3 ? MIXED : mixed & MIXED
}
function lastOf(pass: Pass): number {
  return pass.length > 0 ? pass.out[pass.length - 1]! : 0
}
function put(pass: Pass, i: number, unit: number, end: number): void {
  pass.out[pass.length] = unit
  pass.at[pass.length] = i
  pass.ends[pass.length++] = end
  pass.changed = true
}
function keep(pass: Pass, i: number, size: number): number {
  for (let k = i; k < i + size; k++) {
    pass.out[pass.length] = pass.text.charCodeAt(k)
    pass.at[pass.length] = k
    pass.ends[pass.length++] = k + 1
  }
  return i + size
}
function endWord(pass: Pass): void {
  pass.mixed = afterWord(pass.mixed)
  pass.word = NOWHERE
  pass.waiting = -1
}

/** Many times as fast as characters one by one. Half a pair becomes another character, as long as itself, that nothing looks for. */
const decoder = new TextDecoder('utf-16le', { fatal: false, ignoreBOM: true })
