/**
 * Reads JSON that arrives in pieces, without building it: which characters are inside strings, what they decode to, and
 * which numbers there are. It is how JSON inside a string is read and edited in place, whole or streamed, so that
 * `"\u0034111…"` is seen, and a tool call's arguments stay valid JSON after an edit.
 */

/** What the lexer tells, in order. Every character of the input is told exactly once, as `raw`. */
export interface LexSink {
  /** Characters outside strings and numbers, passed on as they are. */
  plain(raw: string): void
  /** A string begins (its quote was told as plain). `key`: the object key it is the value of. */
  open(key: string | undefined): void
  /** Characters of a string: `raw` as written, `text` as decoded. An escape is told alone. */
  text(raw: string, text: string): void
  /** The string ends (its quote follows as plain). */
  close(): void
  number(raw: string, key: string | undefined): void
  /** Not JSON from here on; `rest` is what was not told yet. Nothing more will be told. */
  invalid(rest: string): void
}
export interface Lexer {
  feed(text: string): void
  /** The text has ended. A cut-off document is no error: streams are cut. */
  end(): void
}

/** Whether a text could be JSON with text inside: it begins with a brace, a bracket or a quote. */
export function mayHoldJson(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === 32 || c === 10 || c === 13 || c === 9 || c === 0xfeff) continue
    return c === 123 || c === 91 || c === 34
  }
  return false
}

const WORDS = ['true', 'false', 'null']
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/
const ESCAPES: Record<string, string> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}
/** A key is context for detectors; longer ones say nothing more. */
const KEY_LENGTH = 64
/** Bounds what a number can hold back. Longer runs of digits are read as text. */
const TOKEN_LENGTH = 64

export function createLexer(sink: LexSink): Lexer {
  let state: 'outside' | 'string' | 'done' = 'outside'
  /** An unfinished escape, or an unfinished number or word with the spaces after it. */
  let pending = ''
  /** Whether a value has ended and only a separator may follow. */
  let ended = false
  /** Whether what ended was a string, the only thing that a colon may follow. */
  let quoted = false
  let depth = 0
  let afterColon = false
  let current = ''
  let key: string | undefined

  function fail(rest: string): void {
    state = 'done'
    sink.invalid(rest)
  }

  /** Tells the pending number or word. */
  function settle(): boolean {
    if (pending === '') return true
    const token = pending.trimEnd()
    if (NUMBER.test(token)) {
      sink.number(token, key)
      if (token.length < pending.length) sink.plain(pending.slice(token.length))
    } else if (WORDS.includes(token)) sink.plain(pending)
    else return false
    pending = ''
    return true
  }

  /** Reads outside strings from `i`; returns where it stopped. */
  function outside(text: string, i: number): number {
    let start = i
    for (; i < text.length; i++) {
      const c = text[i]!
      if (c === '"') {
        if (pending !== '' || ended) break
        sink.plain(text.slice(start, i + 1))
        state = 'string'
        current = ''
        sink.open(afterColon ? key : undefined)
        return i + 1
      }
      if (c === ',' || c === ':' || c === '}' || c === ']' || c === '{' || c === '[') {
        const opens = c === '{' || c === '['
        // JSON documents one after another, a line each or not, are JSON.
        if (opens && (pending !== '' || (ended && depth > 0))) break
        if (c === ':' && (pending !== '' || !ended || !quoted)) break
        if (pending !== '') {
          if (!settle()) break
          start = i
        }
        if (c === ':') {
          key = current
          afterColon = true
        } else if (c !== '[') {
          afterColon = false
          if (c !== '{') key = c === ',' ? key : undefined
        }
        depth = opens ? depth + 1 : c === '}' || c === ']' ? Math.max(0, depth - 1) : depth
        ended = c === '}' || c === ']'
        quoted = false
        continue
      }
      if (c === ' ' || c === '\n' || c === '\t' || c === '\r' || c === '\ufeff') {
        if (pending !== '') {
          if (pending.length > TOKEN_LENGTH) break
          pending += c
          start = i + 1
        }
        continue
      }
      // Part of a number or word. Two without a separator, or one that can be neither, is not JSON.
      if (ended || (pending !== '' && /\s$/.test(pending)) || !couldBegin(pending + c)) break
      if (pending === '') sink.plain(text.slice(start, i))
      pending += c
      start = i + 1
    }
    if (i < text.length) {
      if (pending === '') sink.plain(text.slice(start, i))
      const rest = pending + text.slice(i)
      pending = ''
      fail(rest)
      return text.length
    }
    if (start < i) sink.plain(text.slice(start, i))
    return i
  }

  /** Reads inside a string from `i`; returns where it stopped. */
  function inside(text: string, i: number): number {
    const start = i
    while (i < text.length) {
      const c = text.charCodeAt(i)
      // A bare control character is no JSON, but models write line breaks like that: it stays inside its string.
      if (c === 34 || c === 92) break
      i++
    }
    if (i > start) tell(text.slice(start, i))
    if (i >= text.length) return i
    if (text[i] === '"') {
      sink.close()
      state = 'outside'
      ended = true
      quoted = true
      sink.plain('"')
      return i + 1
    }
    pending = '\\'
    return i + 1
  }

  function tell(raw: string, text = raw): void {
    if (current.length < KEY_LENGTH) current += text.slice(0, KEY_LENGTH - current.length)
    sink.text(raw, text)
  }

  /** Reads the rest of an escape from `i`. */
  function readEscape(text: string, i: number): number {
    const need = pending[1] === 'u' || (pending.length === 1 && text[i] === 'u') ? 6 : 2
    const take = Math.min(need - pending.length, text.length - i)
    pending += text.slice(i, i + take)
    if (pending.length < need) return i + take
    const code = /^\\u[0-9a-fA-F]{4}$/.test(pending)
      ? String.fromCharCode(Number.parseInt(pending.slice(2), 16))
      : ESCAPES[pending[1]!]
    const raw = pending
    pending = ''
    // What is no escape stands for itself: a string must not end because of it.
    tell(raw, code ?? raw)
    return i + take
  }

  return {
    feed(text) {
      let i = 0
      while (i < text.length && state !== 'done') {
        if (state === 'outside') i = outside(text, i)
        else if (pending !== '') i = readEscape(text, i)
        else i = inside(text, i)
      }
    },
    end() {
      if (state === 'done') return
      if (state === 'string') {
        if (pending !== '') tell(pending)
        sink.close()
      } else if (!settle()) {
        fail(pending)
      }
      state = 'done'
    },
  }
}

/** Whether a token that starts like this can become a number or a word of JSON. */
function couldBegin(token: string): boolean {
  if (/^-?(?:\d+(?:\.\d*)?(?:[eE][+-]?\d*)?)?$/.test(token)) return token.length <= TOKEN_LENGTH
  return WORDS.some((word) => word.startsWith(token))
}
