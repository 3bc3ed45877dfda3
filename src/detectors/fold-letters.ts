/**
 * What each character stands for to a reader: the ASCII character that it looks like or is a variant of, or nothing at all. One
 * to one, and never full NFKC, which writes blanks and several characters for one, and so glues numbers that stand apart.
 */

/** Kinds of characters, in the bits above the ASCII character that one stands for. */
export const KIND = 0xff00
/** Stands for itself. */
export const PLAIN = 0x100
/** A variant of an ASCII letter or digit, wherever it stands: full-width, of another script, mathematical, circled. */
export const VARIANT = 0x200
/** A letter that looks like an ASCII one, and is read as that next to ASCII only: of its own script it is a letter as any. */
export const LOOKALIKE = 0x300
/** A blank, a dash or a stop: read as ASCII's between letters and digits. */
export const JOINT = 0x400
/** Punctuation in the width of ideographs, read as ASCII's next to an ASCII letter or digit. */
export const WIDE = 0x500
/** Not seen. */
export const HIDDEN = 0x600
/** Written over the character before it. */
export const MARK = 0x700
/** Whether an ASCII character is not written: all controls but blanks and line breaks. */
export function isControl(unit: number): boolean {
  return (unit < 0x20 && unit !== 0x09 && unit !== 0x0a && unit !== 0x0d && unit !== 0x0c) || unit === 0x7f
}
/** Half of a pair: ask for the whole. */
export const PAIR = 0x800
/** Set for a look-alike of the letter O that stands for a zero among digits. */
export const ZERO = 0x10000

/** Look-alikes by ASCII character: Cyrillic, Greek, Armenian, Cherokee, Lisu, Coptic, Canadian and Latin ones (after UTS 39's confusables). */
const LOOKALIKES: Readonly<Record<string, string>> = {
  A: 'ΑАᎪᗅꓮᴀ',
  a: 'аαɑ⍺ạ',
  B: 'ΒВᏴᗷꓐʙ',
  b: 'ЬьƄᏏᖯ',
  C: 'СϹᏟꓚᴄⲤ',
  c: 'сϲꮯⲥ',
  D: 'Ꭰᗞꓓᴅꓒ',
  d: 'ԁᏧᑯɗ',
  E: 'ΕЕᎬⴹꓰᴇ',
  e: 'еҽ℮ꬲ',
  F: 'ϜᖴꓝꜰҒ',
  f: 'ꬵꞙẝ',
  G: 'ԌᏀᏳꓖɢ',
  g: 'ɡցᶃ',
  H: 'ΗНᎻᕼꓧⲎʜ',
  h: 'һհᏂ',
  I: 'ΙІӀꓲⲒɪ',
  i: 'іıɩιᎥꙇ⍳',
  J: 'ЈᎫꓙᒍᴊͿ',
  j: 'јϳ',
  K: 'ΚКᏦꓗⲔᴋ',
  k: 'кκ',
  L: 'ᏞᒪꓡⳐʟ',
  l: 'ӏⵏǀ',
  M: 'ΜМϺᎷꓟⲘᴍ',
  m: 'м',
  N: 'ΝⲚꓠɴ',
  n: 'ոռп',
  O: 'ՕⵔⲞᴏ',
  o: 'օⲟσ',
  P: 'ΡРᏢᑭꓑⲢᴘ',
  p: 'рρⲣ',
  Q: 'Ԛⵕ',
  q: 'ԛգզ',
  R: 'ᎡᏒᖇꓣʀƦ',
  r: 'гⲅꭇꮁᴦ',
  S: 'ЅՏᏕᏚꓢꜱ',
  s: 'ѕꮪ',
  T: 'ΤТᎢꓔⲦᴛ',
  t: 'тτ',
  U: 'Սሀᑌꓴᴜ',
  u: 'υսʋ',
  V: 'ѴⴸᏙᐯꓦᴠ',
  v: 'νѵ',
  W: 'ԜᎳᏔꓪᴡ',
  w: 'ԝѡա',
  X: 'ΧХⵝꓫⲬ',
  x: 'хχᕁ',
  Y: 'ΥҮϒᎩꓬⲨʏУ',
  y: 'уүγყ',
  Z: 'ΖᏃꓜᴢ',
  '2': 'Ƨ',
  '3': 'ЗзӠƷȜ',
  '4': 'Ꮞ',
  '5': 'Ƽƽ',
  '6': 'бᏮ',
  '8': 'Ȣȣ',
}
/** Read as the letter, or among digits as a zero. */
const ZEROS: Readonly<Record<string, string>> = { O: 'ΟОꓳ', o: 'οо' }

const JOINTS: Readonly<Record<string, string>> = {
  ' ': '\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\u2028\u2029\u0085',
  '-': '\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u207b\u208b\u2212\u02d7\u2796\u2e3a\u2e3b\u30fc\u301c\u3030\ufe58\ufe63\u05be\u1806\u06d4\u2e17',
  '.': '\u3002\uff61\u2024\u00b7\u2027\u2219\u22c5\u30fb\uff65\u0701\u0702\ufe52\u06d4\u0589\ua60e',
  ',': '\u201a\u066b\u066c\ufe50\uff64',
  '/': '\u2044\u2215\u29f8\u2571',
  ':': '\u2236\ufe55\u02d0\ua789\ufe13',
  _: '\ufe4d\ufe4e\ufe4f',
  '+': '\u2795\ufe62',
  '@': '\ufe6b',
  '#': '\ufe5f',
  '%': '\ufe6a\u066a',
}
/** Circled and squared letters that Unicode gives no plain form of: where a row of 26 begins. */
const ROWS: readonly number[] = [0x1f150, 0x1f170, 0x1f1e6]
/** Digits in circles likewise: where a row from 1 begins. */
const ONES: readonly number[] = [0x2460, 0x2474, 0x2488, 0x24f5, 0x2776, 0x2780, 0x278a]
const ZERO_SIGNS = '⓪⓿🄋🄌'

/** By unit; 0: not looked up yet. A text has a few hundred different ones, so that most are never looked up. */
export const units = new Int32Array(0x10000)
const pairs = new Map<number, number>()
/** More pairs than this are not remembered. */
const MOST_PAIRS = 1 << 14

/** What a character of one unit beyond ASCII is: its kind and, below, the ASCII character. */
export function readUnit(unit: number): number {
  return units[unit] || (units[unit] = classify(unit))
}
/** The same of a character outside of the Basic Multilingual Plane. */
export function readPair(point: number): number {
  const known = pairs.get(point)
  if (known !== undefined) return known
  const kind = classify(point)
  if (pairs.size < MOST_PAIRS) pairs.set(point, kind)
  return kind
}

function classify(point: number): number {
  if (point >= 0xd800 && point <= 0xdfff) return PAIR
  // Ideographs, Hangul and private use, most of all there is: the rest need not be asked.
  if ((point >= 0x3400 && point < 0xa000) || (point >= 0xac00 && point < 0xd7b0)) return PLAIN
  if ((point >= 0xe000 && point < 0xf900) || (point >= 0x17000 && point < 0x1bc00) || point >= 0x20000) {
    return point >= 0xe0000 && point < 0xe1000 ? HIDDEN : PLAIN
  }
  if (point < 0x80) return PLAIN
  const char = String.fromCodePoint(point)
  // What formats text is not seen, but for the signs that Arabic, Syriac and Kaithi write around numbers.
  if (point < 0xa0 && point !== 0x85) return HIDDEN
  if (/^[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Co}\u2800\u00ad\ufff9-\ufffd]$/u.test(char)) return HIDDEN
  if (/^\p{M}$/u.test(char)) return MARK
  if (/^\p{Nd}$/u.test(char)) return VARIANT | (0x30 + digitOf(point))
  const like = lookUp(char)
  if (like !== 0) return like
  if (ZERO_SIGNS.includes(char)) return VARIANT | 0x30
  for (const one of ONES) if (point >= one && point < one + 9) return VARIANT | (0x31 + point - one)
  for (const row of ROWS)
    if (point >= row && point < row + 26) return (row === 0x1f1e6 ? LOOKALIKE : VARIANT) | (0x41 + point - row)
  const plain = char.normalize('NFKC')
  const bare = plain.length === 3 && plain[0] === '(' ? plain[1]! : plain
  if (bare.length !== 1 || bare === char) return PLAIN
  const unit = bare.charCodeAt(0)
  if (unit > 0x7e) return demote(unit)
  // Ordinal signs end numbers of ordinary text: `1º` is not `1o`.
  if (unit < 0x21 || point === 0xaa || point === 0xba) return PLAIN
  if (isAlphanumeric(unit)) return VARIANT | unit
  return point >= 0xff00 ? (unit === 0x2d || unit === 0x2e ? JOINT : WIDE) | unit : PLAIN
}

/** What a variant of a character beyond ASCII is: a mathematical Greek letter is as much a look-alike as a plain one. */
function demote(unit: number): number {
  const kind = unit < 0x80 ? PLAIN : readUnit(unit)
  return (kind & KIND) === LOOKALIKE ? kind : PLAIN
}

/** Decimal digits come in rows of ten (Unicode, stability of Nd); rows may follow each other without a gap. */
function digitOf(point: number): number {
  let before = 0
  while (before < 50 && /^\p{Nd}$/u.test(String.fromCodePoint(point - before - 1))) before++
  return before % 10
}

let lookalikes: Map<string, number> | undefined
function lookUp(char: string): number {
  if (!lookalikes) {
    lookalikes = new Map()
    const add = (table: Readonly<Record<string, string>>, kind: number) => {
      for (const [ascii, chars] of Object.entries(table)) {
        for (const one of chars) if (one > '\x7f') lookalikes!.set(one, kind | ascii.charCodeAt(0))
      }
    }
    add(LOOKALIKES, LOOKALIKE)
    add(ZEROS, LOOKALIKE | ZERO)
    add(JOINTS, JOINT)
  }
  return lookalikes.get(char) ?? 0
}

export function isAlphanumeric(unit: number): boolean {
  return (unit >= 0x30 && unit <= 0x39) || (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x61 && unit <= 0x7a)
}
export function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39
}
