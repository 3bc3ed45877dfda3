/**
 * A secret that is assigned to a name: `password = "…"`, `API_KEY=…`, `"token": "…"`, `<secret>…</secret>`, `--password …`, "the
 * password is …". The candidate is the word in the name; what is looked for stands behind it.
 */
import type { Span } from '../types.ts'
import { noise } from './entropy.ts'
import type { Validator } from './index.ts'
import { isFiller } from './keys.ts'
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
}

/** `password`: people make them. `token`: made at random. `key`: may be anything, such as the key of a table. */
export type Kind = 'password' | 'token' | 'key'
/** What stands between a name and its value. */
type Form = 'assignment' | 'call' | 'tag' | 'option' | 'prose'

/** What may follow the word in a name that still names the secret, and not something about it. */
const SUFFIXES =
  /^(?:s|es)?(?:[_.-]?(?:\d{1,3}|value|val|string|str|text|txt|raw|plain|prod(?:uction)?|dev(?:elopment)?|test|staging|stage|live|main|primary|secondary|default|base|new|old|current|env|b64|base64|confirm(?:ation)?|again|key|token|secret|hash|salt|header|admin|user|root|db))*$/i
/** With one of these before it a `key` is a secret. */
const QUALIFIED =
  /(?:api|access|secret|private|priv|auth|encrypt(?:ion)?|crypt|crypto|signing|sign|signature|account|storage|master|app|application|consumer|client|license|licence|shared|subscription|service|server|write|read|admin|deploy|webhook|session|hmac|jwt|aes|des|rsa|ssh|deployment|production|prod|live|integration|developer|dev|secure|security|cipher|symmetric|wrap(?:ping)?|token|cookie|django|flask|rails|bot|rest|merchant|project|publish|ingest(?:ion)?|ingress|insert|licen[sc]e|device|user|team|org|sdk|cdn|billing|payment|stripe|aws|azure|gcp|google|openai|github|gitlab)[ _.-]?$/i
const TYPED =
  /(?:[ \t]{0,3}:[ \t]{0,3}|[ \t]{1,3})(?:Optional\[)?&?(?:'static )?(?:str|string|text|char|any|bytes|secretstr|object)\b[^=\n"'`]{0,12}=[ \t]{0,8}/iy
const OPERATOR = /[ \t]{0,16}(?::{1,3}=|={1,3}>?|->|<-|\?=|!={1,2}|\|\|:?=?|:)[ \t]{0,16}/y
const CALL = /[ \t]{0,3}\([ \t]{0,3}/y
const COMMA = /[ \t]{0,3},[ \t\n]{0,8}/y
const TAG = />\s{0,16}/y
const SPACE = /[ \t]{1,16}/y
const PROSE =
  /(?:[ \t]{1,3}(?:for|of|to|on)[ \t]{1,2}[\w.@-]{1,24}(?:[ \t]{1,2}[\w.@-]{1,16})?)?[ \t]{1,3}(?:is|was|are|ist|est|es|è|jest|=|set to|changed to)(?:[ \t]{1,3}(?:set to|now|currently|just|still))?[ \t]{0,3}[:=]?[ \t]{1,3}/iy
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
  if (!value) return undefined
  const kind = kindOf(text, start, end, nameEnd)
  return isSecret(text.slice(value.start, value.end), kind, operator.form, value.quoted, text.charCodeAt(value.end))
    ? { start: value.start, end: value.end }
    : undefined
}

function isNameUnit(unit: number): boolean {
  return (
    (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x30 && unit <= 0x39) || unit === 0x5f
  )
}

function kindOf(text: string, start: number, end: number, nameEnd: number): Kind {
  const word = text.slice(start, nameEnd)
  if (/^_?p(?:ass|w|sw)/i.test(word) || /pass|pwd/i.test(text.slice(start, end)) || !/^[\w.-]/.test(word))
    return 'password'
  if (!/key|auth/i.test(word) || /secret|token|api|access|private|auth.?key/i.test(word)) return 'token'
  const before = text.slice(Math.max(0, start - NAME), start + (text[start] === '_' ? 1 : 0))
  return /auth(?:orization)?$/i.test(word) || QUALIFIED.test(before) ? 'token' : 'key'
}

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
  // Most words are followed by none of these.
  if (next === 0x3e) return past(TAG) ? { at, form: 'tag' } : undefined
  if (next === 0x28) return past(CALL) ? { at, form: 'call' } : undefined
  if (past(TYPED) || past(OPERATOR)) return { at, form: 'assignment' }
  if (quotes > 0 && past(COMMA)) return { at, form: 'call' }
  if (next !== 0x20 && next !== 0x09) return undefined
  if (past(CALL)) return { at, form: 'call' }
  if (past(PROSE)) return { at, form: 'prose' }
  if (isOption(text, start) && past(SPACE)) return { at, form: 'option' }
  // `PASSWORD 'x'`, as in SQL.
  return past(SPACE) && (text[at] === "'" || text[at] === '"') ? { at, form: 'call' } : undefined
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
  PREFIX.lastIndex = from
  let start = PREFIX.test(text) ? PREFIX.lastIndex : from
  if (text[start] === '\\' && isQuote(text.charCodeAt(start + 1))) start++
  const quote = text.charCodeAt(start)
  const quoted = isQuote(quote)
  if (quoted) start++
  else if (form === 'call') return undefined
  SCHEME.lastIndex = start
  if (SCHEME.test(text)) start = SCHEME.lastIndex
  const most = Math.min(text.length, start + VALUE)
  let end = start
  if (quoted) {
    while (end < most && text.charCodeAt(end) !== quote && text.charCodeAt(end) !== 0x0a)
      end += text[end] === '\\' && text.charCodeAt(end + 1) !== quote ? 2 : 1
    // The end of a string in a string: `\"…\"`.
    if (end > start && text[end - 1] === '\\' && text.charCodeAt(end) === quote) end--
  } else {
    while (end < most && !ends(text.charCodeAt(end), form)) end++
    const trail = form === 'prose' ? '.,;:!?)]}*_"' : ',;:)}].'
    while (end > start && trail.includes(text[end - 1]!)) end--
  }
  return end < most || end === text.length ? { start, end, quoted } : undefined
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
  if (made.spaces > 0 || made.high > 2) return false
  if (made.letters === 0 && !(made.digits > 0 && made.symbols > 0)) return false
  // `f(` and `a[`: not a value but something that has one.
  if (!quoted && form !== 'prose' && (value.includes('(') || value.includes('[') || next === 0x28)) {
    if (!(made.symbols > 3)) return false
  }
  if (isFiller(value, 0, length) || isPlain(value) || hasStopWord(value, 0, length) || isTemplate(value)) return false
  if (kind === 'password') return isPassword(value, made, form, quoted)
  return isToken(value, made, kind, quoted)
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
  const bits = noise(value, 0, value.length)
  if (kind === 'key')
    return made.symbols === 0 && made.digits > 1 && made.letters > 1 && bits > 35 && value.length >= 20
  if (UUID.test(value)) return true
  if (made.symbols > 1 && quoted) return made.letters > 2 && !/^[\w.-]+[:/@][\w.:/@-]+$/.test(value)
  if (made.digits === 0) return value.length >= 16 && bits > 25
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
