/**
 * A secret that is assigned to a name: `password = "…"`, `API_KEY=…`, `"token": "…"`, `<secret>…</secret>`, `--password …`, "the
 * password is …". The candidate is the word in the name; what is looked for stands behind it.
 */
import type { Span } from '../types.ts'
import { noise } from './entropy.ts'
import type { Validator } from './index.ts'
import { isFiller, noiseOfKey } from './keys.ts'
import { hasStopWord, isPlain, isTemplate } from './stop-words.ts'

/** How much of a name is read before and behind the word; how far a value may begin behind the name; how long it may be. */
const NAME = 40
const SUFFIX = 24
const GAP = 48
const VALUE = 200
/** The longest word of the rule is shorter than what it sees before it. */
export const ASSIGNED_SIGHT = SUFFIX + GAP + VALUE + 8

export const assigned: Validator = {
  sees: ASSIGNED_SIGHT,
  check: (text, start, end) => locate(text, start, end) !== undefined,
  locate,
  // The word, what follows it in its name, and the longest that may stand between a name and a value.
  leads: 160,
  undecided,
  keyed: {
    longest: VALUE,
    tells: (key) => wordIn(key) !== undefined,
    locate: (text, key) => locateUnder(text, key),
  },
}

/** The last word of a key that may say that its value is a secret. */
const WORD =
  /(?:pass(?:word|wd|phrase|code|wort)?|pwd|psw|secret|token|api[_-]?key|key|auth(?:orization)?|cred(?:ential)?s?|senha|contrase[ñn]a|wachtwoord|has[lł]o|parola|пароль|密码|パスワード|비밀번호)/gi
function wordIn(key: string): { start: number; end: number } | undefined {
  if (key.length > 2 * NAME) return undefined
  for (const match of [...key.matchAll(WORD)].reverse()) {
    const { index } = match
    const end = index + match[0].length
    // `monkey` ends with a key, and `compass` with a pass.
    const begins = index === 0 || !/[a-z]/.test(key[index - 1]!) || /[A-Z]/.test(key[index]!)
    const glued = /(?:pass.{3,6}|pwd|secret|token|api.?key)$/i.test(match[0]) || QUALIFIED.test(key.slice(0, index))
    if ((begins || glued) && SUFFIXES.test(key.slice(end))) return { start: index, end }
  }
  return undefined
}
/** The whole of a value, if it stands under a key that says that it is a secret. */
function locateUnder(text: string, key: string): Span | undefined {
  const word = wordIn(key)
  if (!word) return undefined
  SCHEME.lastIndex = 0
  const start = SCHEME.test(text) ? SCHEME.lastIndex : text.length - text.trimStart().length
  const end = text.trimEnd().length
  return isSecret(text.slice(start, end), kindOf(key, word.start, word.end, key.length), 'assignment', true)
    ? { start, end }
    : undefined
}

/** `password`: people make them. `token`: made at random. `key`: may be anything, such as the key of a table. */
export type Kind = 'password' | 'token' | 'key'
/** What stands between a name and its value. */
type Form = 'assignment' | 'call' | 'tag' | 'option' | 'prose' | 'bare'

/** What may follow the word in a name that still names the secret, and not something about it. */
const SUFFIXES =
  /^(?:s|es)?(?:[_.-]?(?:\d{1,3}|value|val|string|str|text|txt|raw|plain|prod(?:uction)?|dev(?:elopment)?|test|staging|stage|live|main|primary|secondary|default|base|new|old|current|env|b64|base64|confirm(?:ation)?|again|key|token|secret|hash|salt|header|admin|user|root|db))*$/i
/** With one of these before it a `key` is a secret. */
const QUALIFIED =
  /(?:api|access|secret|private|priv|auth|encrypt(?:ion)?|crypt|crypto|signing|sign|signature|account|storage|master|app|application|consumer|client|license|licence|shared|subscription|service|server|write|read|admin|deploy|webhook|session|hmac|jwt|aes|des|rsa|ssh|deployment|production|prod|live|integration|developer|dev|secure|security|cipher|symmetric|wrap(?:ping)?|token|cookie|django|flask|rails|bot|rest|merchant|project|publish|ingest(?:ion)?|ingress|insert|licen[sc]e|device|user|team|org|sdk|cdn|billing|payment|stripe|aws|azure|gcp|google|openai|github|gitlab)[ _.-]?$/i
const TYPED =
  /(?:[ \t]{0,3}:[ \t]{0,3}|[ \t]{1,3})(?:Optional\[)?&?(?:'static )?(?:str|string|text|char|any|bytes|secretstr|object)\b[^=\n"'`]{0,12}=[ \t]{0,8}/iy
const OPERATOR = /[ \t]{0,16}(?::{1,3}=|={1,3}>?|->|<-|\?=|!={1,2}|\|\|:?=?|:)[ \t]{0,16}(?:\*\*[ \t]{0,4})?/y
const CALL = /[ \t]{0,3}\([ \t]{0,3}/y
const COMMA = /[ \t]{0,3},[ \t\n]{0,16}/y
const TAG = />\s{0,16}/y
const SPACE = /[ \t]{1,16}/y
/** `name="password" value="…"`, and `<key>password</key><string>…`. */
const BESIDE = /\s{1,4}value\s{0,2}=\s{0,2}|<\/key>\s{0,8}<string>/y
const PROSE =
  /(?:(?:[ \t]{1,3}\([^()\n]{1,24}\)|[ \t]{1,3}(?:for|of|to|on)[ \t]{1,2}[\w.@-]{1,24}(?:[ \t]{1,2}[\w.@-]{1,16})?)[ \t]{0,2}[:=][ \t]{1,3}|(?:[ \t]{1,3}\([^()\n]{1,24}\)|[ \t]{1,3}(?:for|of|to|on)[ \t]{1,2}[\w.@-]{1,24}(?:[ \t]{1,2}[\w.@-]{1,16})?)?[ \t]{1,3}(?:(?:(?:was|is|been)[ \t]{1,2})?(?:changed|set|reset|updated)[ \t]{1,2}to|is|was|are|ist|est|es|è|jest|=|lautet)(?:[ \t]{1,3}(?:set to|now|currently|just|still))?[ \t]{0,3}[:=]?[ \t]{1,3})/iy
/** A value on a line of its own, as people paste one. */
const NEXT_LINE = /[ \t]{0,4}[:=][ \t*]{0,4}\r?\n[\s`*>"'-]{0,12}/y
const SCHEME = /(?:bearer|basic|token|apikey|bot|key|digest)[ \t]{1,3}/iy
const PREFIX = /(?:[rbfuL@$]{1,2}|N)(?=["'`])/y

/** Where the value stands, if there is one and it is a secret. */
function locate(text: string, start: number, end: number): Span | undefined {
  let nameEnd = end
  while (nameEnd < text.length && nameEnd < end + SUFFIX && isNameUnit(text.charCodeAt(nameEnd))) nameEnd++
  if (nameEnd > end && !SUFFIXES.test(text.slice(end, nameEnd))) return undefined
  const operator = findOperator(text, start, nameEnd)
  if (!operator) return undefined
  const value = readValue(text, operator.at, operator.form)
  if (!value || value.end - value.start < (operator.form === 'bare' ? 16 : 5)) return undefined
  const kind = kindOf(text, start, end, nameEnd)
  return isSecret(text.slice(value.start, value.end), kind, operator.form, value.quoted, text.charCodeAt(value.end))
    ? { start: value.start, end: value.end }
    : undefined
}

/** With more text than this behind a name it is known what stands between the name and a value. */
const BETWEEN = 96
/** What, right behind a name, more words may follow before a value comes: ` for the account is`, `: string = `. */
const GOES_ON =
  /(?:\s{0,16}[:=<>?!|-]{0,4}\s{0,16}|\s{1,16}(?:\([^()\n]{0,26}\)?.{0,16}|l|la|lau|laut|laute|lautet.*|f|fo|for|o|of|t|to|on|i|is|w|wa|was|a|ar|are|e|es|est|è|j|je|jes|jest|ist|v\w{0,4}|(?:for|of|to|on|is|was|are|ist|est|es|è|jest|value)[\s:=].*)|\s{0,16}[:=<>?!|-]{0,4}\s{0,16}&?(?:'\w{0,7} ?|[so]\w{0,8}\[?|str\w{0,6}\b.*|t\w{0,3}|text\b.*|c\w{0,3}|char\b.*|a\w?|any\b.*|b\w{0,4}|bytes\b.*|object\b.*|optional\b.*|secret\w{0,4}.*)|<\/?k?e?y?>?\s{0,8}<?[string]{0,6}>?)$/isy

/** Whether text that is still to come may make another verdict of it: a stream goes on as soon as it does not. */
function undecided(text: string, start: number, end: number): boolean {
  const { length } = text
  let nameEnd = end
  while (nameEnd < length && nameEnd < end + SUFFIX && isNameUnit(text.charCodeAt(nameEnd))) nameEnd++
  if (nameEnd === length) return true
  if (nameEnd > end && !SUFFIXES.test(text.slice(end, nameEnd))) return false
  let at = nameEnd
  while (at < nameEnd + 4 && isCloser(text.charCodeAt(at))) at++
  if (at === length) return true
  if (length - at < BETWEEN) {
    GOES_ON.lastIndex = at
    if (GOES_ON.test(text)) return true
  }
  const operator = findOperator(text, start, nameEnd)
  if (!operator) return false
  return operator.at === length || endOfValue(text, operator.at, operator.form).end >= length
}

function isNameUnit(unit: number): boolean {
  return (
    (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x30 && unit <= 0x39) || unit === 0x5f
  )
}

function kindOf(text: string, start: number, end: number, nameEnd: number): Kind {
  const word = text.slice(start, nameEnd)
  if (
    /^_?p(?:ass|w|sw)|^(?:contrase|has[lł]o|senha|parola|wachtwoord|mot de|identified)/i.test(word) ||
    /pass|pwd/i.test(text.slice(start, end)) ||
    !/^[\w.-]/.test(word)
  )
    return 'password'
  if (!/key|auth/i.test(word) || /secret|token|api|access|private|auth.?key/i.test(word)) return 'token'
  const before = text.slice(Math.max(0, start - NAME), start + (text[start] === '_' ? 1 : 0))
  return /auth(?:orization)?$/i.test(word) || QUALIFIED.test(before) ? 'token' : 'key'
}

/** What stands behind a name says at once what it may become: few names in prose are followed by anything of this. */
function findOperator(text: string, start: number, nameEnd: number): { at: number; form: Form } | undefined {
  let at = nameEnd
  let quotes = 0
  while (at < nameEnd + 4 && isCloser(text.charCodeAt(at))) {
    if (text[at] !== ']' && text[at] !== ')') quotes++
    at++
  }
  const past = (pattern: RegExp): boolean => {
    pattern.lastIndex = at
    if (!pattern.test(text)) return false
    at = pattern.lastIndex
    return true
  }
  const next = text.charCodeAt(at)
  if (next === GREATER) return past(TAG) ? { at, form: 'tag' } : undefined
  if (next === PAREN) return past(CALL) ? { at, form: 'call' } : undefined
  if (next === COMMA_SIGN) return quotes > 0 && past(COMMA) ? { at, form: 'call' } : undefined
  if (past(NEXT_LINE)) return { at, form: 'bare' }
  if (isSign(next)) {
    if (past(TYPED) || past(OPERATOR)) return { at, form: 'assignment' }
    return past(BESIDE) ? { at, form: 'tag' } : undefined
  }
  if (next > 0x20 || Number.isNaN(next)) return undefined
  let ahead = at
  while (ahead < at + 16 && text.charCodeAt(ahead) <= 0x20) ahead++
  const sign = text.charCodeAt(ahead)
  if (sign === PAREN) return past(PROSE) ? { at, form: 'prose' } : past(CALL) ? { at, form: 'call' } : undefined
  if (isSign(sign)) return past(TYPED) || past(OPERATOR) ? { at, form: 'assignment' } : undefined
  if ((sign | 0x20) === 0x76 && past(BESIDE)) return { at, form: 'assignment' }
  if (next !== 0x20 && next !== 0x09) return undefined
  if (past(TYPED)) return { at, form: 'assignment' }
  if (past(PROSE)) return { at, form: 'prose' }
  if (isOption(text, start) && past(SPACE)) return { at, form: 'option' }
  if (!past(SPACE)) return undefined
  // `PASSWORD 'x'`, as in SQL; but "pass `x`" is a verb.
  const quoted = isQuote(text.charCodeAt(at))
  if (quoted && (text[at] === '`' || /pass$/i.test(text.slice(start, nameEnd)))) return undefined
  return { at, form: quoted ? 'call' : 'bare' }
}
const GREATER = 0x3e
const PAREN = 0x28
const COMMA_SIGN = 0x2c
/** `=`, `:`, `-`, `<`, `?`, `!`, `|`: what an operator begins with. */
function isSign(unit: number): boolean {
  return (
    unit === 0x3d || unit === 0x3a || unit === 0x2d || unit === 0x3c || unit === 0x3f || unit === 0x21 || unit === 0x7c
  )
}
function isCloser(unit: number): boolean {
  return (
    unit === 0x22 || unit === 0x27 || unit === 0x60 || unit === 0x5c || unit === 0x5d || unit === 0x29 || unit === 0x2a
  )
}
/** Whether the name begins with `--`. */
function isOption(text: string, start: number): boolean {
  let at = start
  while (at > 0 && at > start - NAME && (isNameUnit(text.charCodeAt(at - 1)) || text[at - 1] === '-')) at--
  return text.startsWith('--', at)
}

function readValue(
  text: string,
  from: number,
  form: Form,
): { start: number; end: number; quoted: boolean } | undefined {
  const { start, end, quote } = endOfValue(text, from, form)
  if (quote === 0 && form === 'call') return undefined
  if (end >= text.length ? end > text.length : end >= start + VALUE) return undefined
  if (quote !== 0) {
    // The end of a string in a string: `\"…\"`.
    return { start, end: end > start && text[end - 1] === '\\' ? end - 1 : end, quoted: true }
  }
  let last = end
  const trail = form === 'prose' ? '.,;:!?)]}*_"' : ',;:)}].'
  while (last > start && trail.includes(text[last - 1]!)) last--
  return { start, end: last, quoted: false }
}

/** Where a value begins, and where it ends at the latest: at its closing quote, or where what is not quoted does. */
function endOfValue(text: string, from: number, form: Form): { start: number; end: number; quote: number } {
  let start = from
  // `b"…"`, `rb'…'`.
  if (isQuote(text.charCodeAt(from + 1)) || isQuote(text.charCodeAt(from + 2))) {
    PREFIX.lastIndex = from
    if (PREFIX.test(text)) start = PREFIX.lastIndex
  }
  if (text[start] === '\\' && isQuote(text.charCodeAt(start + 1))) start++
  const first = text.charCodeAt(start)
  const quote = isQuote(first) ? first : 0
  if (quote !== 0) start++
  SCHEME.lastIndex = start
  if (SCHEME.test(text)) start = SCHEME.lastIndex
  const most = Math.min(text.length, start + VALUE)
  let end = start
  if (quote === 0) {
    // `a=b=c=d=e`: what goes on like this is no value, and must not be read again from each of its names.
    for (let joints = 0; end < most && joints < 4 && !ends(text.charCodeAt(end), form); end++) {
      if (text.charCodeAt(end) === 0x3d && isNameUnit(text.charCodeAt(end + 1))) joints++
    }
  } else {
    while (end < most && text.charCodeAt(end) !== quote && text.charCodeAt(end) !== 0x0a) {
      end += text[end] === '\\' && text.charCodeAt(end + 1) !== quote ? 2 : 1
    }
  }
  return { start, end, quote }
}
function isQuote(unit: number): boolean {
  return unit === 0x22 || unit === 0x27 || unit === 0x60
}
/** What a value that is not quoted ends before. */
function ends(unit: number, form: Form): boolean {
  if (unit <= 0x20 || unit === 0x22 || unit === 0x60 || unit === 0x3c) return true
  if (form === 'prose' || form === 'tag') return unit === 0x27 && form === 'prose'
  return unit === 0x27 || unit === 0x3b || unit === 0x26 || unit === 0x7c || unit === 0x2c
}

/** Whether a value is a secret, by what its name says it should be. */
export function isSecret(value: string, kind: Kind, form: Form, quoted: boolean, next = 0): boolean {
  const { length } = value
  if (length < (kind === 'password' ? (quoted ? 5 : 6) : kind === 'token' ? 8 : 16)) return false
  const made = madeOf(value)
  // The keys of WordPress are made of all that can be typed.
  if ((made.spaces > 0 && !(quoted && made.symbols > 5 && length >= 32)) || made.high > 2) return false
  if (form === 'bare' && (kind !== 'token' || length < 16 || made.digits === 0 || noise(value, 0, length) < 36))
    return false
  if (made.letters === 0 && !(made.digits > 0 && made.symbols > 0)) return false
  // `f(` and `a[`: not a value but something that has one.
  if (!quoted && form !== 'prose') {
    if (next === 0x28 || /^[A-Za-z_$][\w$.]*[([]/.test(value)) return false
    if (made.symbols < 4 && (value.includes('(') || value.includes('['))) return false
  }
  const looks = kind === 'password' ? isPassword(value, made, form, quoted) : isToken(value, made, kind, quoted)
  if (!looks || isFiller(value, 0, length) || isPlain(value) || hasStopWord(value, 0, length)) return false
  return made.letters + made.digits === length && !value.startsWith('__') ? true : !isTemplate(value)
}

function isPassword(value: string, made: Made, form: Form, quoted: boolean): boolean {
  // A path of names: `user.password`, `Form::Password`.
  if (!quoted && /^[A-Za-z_$][\w$]*(?:(?:\.|->|::|\/)[A-Za-z_$][\w$]*)*$/.test(value)) {
    if (made.digits === 0) return value.length >= 8 && noise(value, 0, value.length) > 25
    if (/pass|pwd|hash|sha|md5|crypt|encod|input|arg|param|field|form|user|utf|var|base64|string/i.test(value))
      return false
    if (form === 'assignment' && /[a-z]\w*\.[a-z]/.test(value)) return false
  }
  if (made.digits > 0 && made.letters > 0) return !MEASURE.test(value)
  if (made.symbols > 0 && made.letters + made.digits > 0)
    return quoted || made.digits > 0 || made.symbols > 1 || made.mixed
  return value.length >= 8 && noise(value, 0, value.length) > (quoted ? 12 : 25)
}
/** `8-16`, `12px`, `v1.2.3`, `2nd`, dates. */
const MEASURE =
  /^(?:v?\d+(?:[.\-:/]\d+)*[a-z%+]{0,2}|\d+(?:st|nd|rd|th|px|em|rem|ms|min|chars?|bytes?|bits?|days?|hours?)|\d{4}-\d\d-\d\dT[\d:.]+Z?)$/i

function isToken(value: string, made: Made, kind: Kind, quoted: boolean): boolean {
  // Random keys of small letters only are not made.
  if (made.digits === 0 && made.symbols < 2 && (value.length < 16 || !made.mixed)) return false
  const bits = noiseOfKey(value, 0, value.length)
  if (kind === 'key')
    return made.symbols === 0 && made.digits > 1 && made.letters > 1 && bits > 35 && value.length >= 20
  if (UUID.test(value)) return true
  if (made.symbols > 1 && quoted) return made.letters > 2 && !/^[\w.-]+[:/@][\w.:/@-]+$/.test(value)
  if (made.digits === 0) return bits > 25
  if (made.letters === 0) return false
  return bits > (value.length < 16 ? 8 : 14)
}
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

interface Made {
  readonly letters: number
  readonly digits: number
  /** Other than what joins words: `_`, `-`, `.`, `/`, `+`, `=`, `:`, `~`. */
  readonly symbols: number
  readonly spaces: number
  readonly high: number
  readonly mixed: boolean
}
function madeOf(value: string): Made {
  let small = 0
  let capital = 0
  let digits = 0
  let symbols = 0
  let spaces = 0
  let high = 0
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i)
    if (unit >= 0x61 && unit <= 0x7a) small++
    else if (unit >= 0x41 && unit <= 0x5a) capital++
    else if (unit >= 0x30 && unit <= 0x39) digits++
    else if (unit <= 0x20) spaces++
    else if (unit > 0x7e) high++
    else if (!JOINS.includes(value[i]!)) symbols++
  }
  return { letters: small + capital, digits, symbols, spaces, high, mixed: small > 0 && capital > 0 }
}
const JOINS = '_-./+=:~'
