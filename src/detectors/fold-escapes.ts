/**
 * Escapes: characters that are written as something else. Each is read at once however often it was escaped (`%2534`,
 * `&amp;#52;`, `\\u0034`), since what stands inside of JSON inside of JSON is escaped twice.
 */

/** What was read up to `end`: a character by its code point, or none, so that it stands as it is. */
export interface Escape {
  readonly code: number | undefined
  readonly end: number
}
/** `open`: text that follows may make it an escape. `undefined`: it is none. */
type Read = Escape | 'open' | undefined

/** The longest that is read as one escape, in characters. A number can have any number of zeros before it. */
const LONGEST = 48
/** The most backslashes in a row that belong to what follows them: escaped three times. */
const BACKSLASHES = 8

interface Byte {
  readonly code: number
  readonly end: number
}
type ReadByte = (text: string, start: number, final: boolean, last: number) => Byte | 'open' | undefined

/** `%34`, `%2534`, and UTF-8 in several of them (RFC 3986 §2.1). */
export function readPercent(text: string, start: number, final: boolean): Read {
  return readUtf8(text, start, final, readByte)
}

/** A character of one byte, or of more in UTF-8 (RFC 3629). */
function readUtf8(text: string, start: number, final: boolean, read: ReadByte): Read {
  const first = read(text, start, final, start + LONGEST)
  if (first === 'open' || first === undefined) return first
  const { code } = first
  if (code < 0x80) return first
  const more = code >= 0xc2 && code < 0xe0 ? 1 : code >= 0xe0 && code < 0xf0 ? 2 : code >= 0xf0 && code < 0xf5 ? 3 : 0
  if (more === 0) return undefined
  let point = code & (0x3f >> more)
  let end = first.end
  for (let i = 0; i < more; i++) {
    const next = read(text, end, final, start + LONGEST)
    if (next === 'open' || next === undefined) return next
    if (next.code >> 6 !== 2) return undefined
    point = (point << 6) | (next.code & 0x3f)
    end = next.end
  }
  const shortest = more === 1 ? 0x80 : more === 2 ? 0x800 : 0x10000
  if (point < shortest || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return undefined
  return { code: point, end }
}

function readByte(text: string, start: number, final: boolean, last: number): Byte | 'open' | undefined {
  const { length } = text
  if (start >= length) return final ? undefined : 'open'
  if (text.charCodeAt(start) !== 0x25) return undefined
  for (let at = start + 1; ; at += 2) {
    const high = at < length ? hexAt(text, at) : -2
    const low = at + 1 < length ? hexAt(text, at + 1) : -2
    if (high === -1 || low === -1 || at + 2 > last) return undefined
    if (high === -2 || low === -2) return final ? undefined : 'open'
    const code = high * 16 + low
    // An escaped percent sign, if two more digits follow.
    const goes = code === 0x25 && at + 4 <= last
    const next = goes ? (at + 2 < length ? hexAt(text, at + 2) : -2) : -1
    const after = next === -1 ? -1 : at + 3 < length ? hexAt(text, at + 3) : -2
    if (next === -1 || after === -1) return { code, end: at + 2 }
    if (next === -2 || after === -2) return final ? { code, end: at + 2 } : 'open'
  }
}

/** Named characters (HTML Living Standard §13.5) that stand in, between or beside values. */
const NAMED: ReadonlyMap<string, number> = new Map(
  Object.entries({
    '&': 'amp AMP',
    '<': 'lt LT',
    '>': 'gt GT',
    '"': 'quot QUOT',
    "'": 'apos',
    '@': 'commat',
    '.': 'period',
    ',': 'comma',
    ':': 'colon',
    ';': 'semi',
    '+': 'plus',
    '/': 'sol',
    '\\': 'bsol',
    _: 'lowbar UnderBar',
    '%': 'percnt',
    '#': 'num',
    '=': 'equals',
    '(': 'lpar',
    ')': 'rpar',
    '[': 'lsqb lbrack',
    ']': 'rsqb rbrack',
    '{': 'lcub lbrace',
    '}': 'rcub rbrace',
    '|': 'vert verbar VerticalLine',
    '!': 'excl',
    '?': 'quest',
    '*': 'ast midast',
    $: 'dollar',
    '`': 'grave',
    '^': 'Hat',
    '\t': 'Tab',
    '\n': 'NewLine',
    '\u00a0': 'nbsp NonBreakingSpace',
    '\u2010': 'hyphen dash',
    '\u2013': 'ndash',
    '\u2014': 'mdash',
    '\u2212': 'minus',
    '\u00b7': 'middot centerdot',
    '\u2002': 'ensp',
    '\u2003': 'emsp',
    '\u2004': 'emsp13',
    '\u2005': 'emsp14',
    '\u2007': 'numsp',
    '\u2008': 'puncsp',
    '\u2009': 'thinsp ThinSpace',
    '\u200a': 'hairsp VeryThinSpace',
    '\u200b': 'ZeroWidthSpace NegativeThinSpace NegativeMediumSpace NegativeThickSpace NegativeVeryThinSpace',
    '\u200c': 'zwnj',
    '\u200d': 'zwj',
    '\u200e': 'lrm',
    '\u200f': 'rlm',
    '\u2060': 'NoBreak',
    '\u2061': 'ApplyFunction af',
    '\u2062': 'InvisibleTimes it',
    '\u2063': 'InvisibleComma ic',
    '\u00ad': 'shy',
  }).flatMap(([char, names]) => names.split(' ').map((name) => [name, char.charCodeAt(0)] as const)),
)
const LONGEST_NAME = Math.max(...[...NAMED.keys()].map((name) => name.length))

/** `&#52;`, `&#x34;`, `&commat;`, with `amp;` as often as it was escaped. */
export function readEntity(text: string, start: number, final: boolean): Read {
  const { length } = text
  const last = Math.min(length, start + LONGEST)
  let at = start + 1
  while (at + 4 <= last && text.startsWith('amp;', at)) at += 4
  const none = at > start + 1 ? { code: 0x26, end: at } : undefined
  const cut = final || last < start + LONGEST ? final : true
  if (at >= last) return cut ? none : 'open'
  if (text.charCodeAt(at) === 0x23) return readNumber(text, at + 1, last, cut) ?? none
  let end = at
  while (end < last && end - at <= LONGEST_NAME && isNamePart(text.charCodeAt(end))) end++
  if (end === last && end - at <= LONGEST_NAME) return cut ? none : 'open'
  const code = text.charCodeAt(end) === 0x3b ? NAMED.get(text.slice(at, end)) : undefined
  return code === undefined ? none : { code, end: end + 1 }
}

function readNumber(text: string, start: number, last: number, cut: boolean): Read {
  const hex = start < last && (text.charCodeAt(start) | 0x20) === 0x78
  const first = hex ? start + 1 : start
  let code = 0
  let at = first
  for (; at < last; at++) {
    const digit = hexAt(text, at)
    if (digit < 0 || (!hex && digit > 9)) break
    code = Math.min(0x110000, code * (hex ? 16 : 10) + digit)
  }
  if (at === last && !cut) return 'open'
  if (at === first || code > 0x10ffff || code === 0) return undefined
  return { code, end: at < last && text.charCodeAt(at) === 0x3b ? at + 1 : at }
}

const CONTROL: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: ' ',
  f: ' ',
  '"': '"',
  "'": "'",
  '/': '/',
}

/**
 * Escapes of JSON (RFC 8259 §7), JavaScript, C and their kin: `\n`, `\u0034`, `\u{34}`, `\U00000034`, `\x34`, `\064`. Backslashes that
 * begin no escape stand as they are, all of them.
 */
export function readBackslash(text: string, start: number, final: boolean): Read {
  const { length } = text
  let at = start + 1
  while (at < length && text.charCodeAt(at) === 0x5c) at++
  // Only the last of a long row belong to what follows.
  if (at - start > BACKSLASHES) return { code: undefined, end: at - BACKSLASHES }
  if (at === length) return final ? undefined : 'open'
  const literal = { code: undefined, end: at }
  const plain = CONTROL[text[at]!]
  if (plain !== undefined) return { code: plain.charCodeAt(0), end: at + 1 }
  const letter = text[at]!
  if (letter === '0' || letter === '1') return readDigits(text, at, 3, 8, final) ?? literal
  if (letter === 'x' || letter === 'u') {
    if (text[at + 1] === '{') return readBraced(text, at + 2, final) ?? literal
    if (at + 1 === length) return final ? literal : 'open'
    if (letter === 'u') return readDigits(text, at + 1, 4, 16, final) ?? literal
    return readUtf8(text, start, final, readHexByte) ?? readDigits(text, at + 1, 2, 16, final) ?? literal
  }
  if (letter === 'U') return readDigits(text, at + 1, 8, 16, final) ?? literal
  return literal
}

/** `\x34`, with as many backslashes as there are. */
function readHexByte(text: string, start: number, final: boolean): Byte | 'open' | undefined {
  let at = start
  while (at < text.length && at - start <= BACKSLASHES && text.charCodeAt(at) === 0x5c) at++
  if (at === text.length) return final ? undefined : 'open'
  if (at === start || text[at] !== 'x') return undefined
  const read = readDigits(text, at + 1, 2, 16, final)
  return read === 'open' || read === undefined ? read : { code: read.code!, end: read.end }
}

function readDigits(text: string, start: number, count: number, base: number, final: boolean): Read {
  let code = 0
  for (let at = start; at < start + count; at++) {
    if (at >= text.length) return final ? undefined : 'open'
    const digit = hexAt(text, at)
    if (digit < 0 || digit >= base) return undefined
    code = code * base + digit
  }
  return code > 0x10ffff ? undefined : { code, end: start + count }
}
function readBraced(text: string, start: number, final: boolean): Read {
  let code = 0
  for (let at = start; at <= start + 8; at++) {
    if (at >= text.length) return final ? undefined : 'open'
    if (at > start && text.charCodeAt(at) === 0x7d) return code > 0x10ffff ? undefined : { code, end: at + 1 }
    const digit = hexAt(text, at)
    if (digit < 0) return undefined
    code = code * 16 + digit
  }
  return undefined
}

/** The value of a hex digit, or -1. */
export function hexAt(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30
  const letter = unit | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}
function isNamePart(unit: number): boolean {
  return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x30 && unit <= 0x39)
}
