/** The strings and numbers of JSON that is held in a string: where they stand, and how text is put into their place. */
import { createLexer } from './lex.ts'

export interface Splice {
  readonly start: number
  readonly end: number
  readonly text: string
}
export interface Literal {
  readonly start: number
  readonly end: number
  readonly text: string
  readonly key: string | undefined
  readonly quoted: boolean
  /** Characters that were written as escapes: where they are, decoded, and how much longer they were. */
  readonly escapes: readonly { readonly at: number; readonly longer: number }[]
}

/** Where characters of a literal stand in the text that it is in. To be asked in order. */
export function createOffsets({ start, escapes }: Literal): (at: number) => number {
  let next = 0
  let longer = 0
  return (at) => {
    for (; next < escapes.length && escapes[next]!.at < at; next++) longer += escapes[next]!.longer
    return start + at + longer
  }
}
export function encode(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

/** The strings and numbers of a text that is JSON (cut-off JSON too), or `undefined` if it is not. Short ones are counted. */
export function readLiterals(text: string, shortest: number): { found: readonly Literal[]; short: number } | undefined {
  const found: Literal[] = []
  let short = 0
  const add = (literal: Literal): void => {
    if (literal.text.length < shortest) short++
    else found.push(literal)
  }
  let valid = true
  let at = 0
  let start = 0
  let held = ''
  let escapes: { at: number; longer: number }[] = []
  let name: string | undefined
  const lexer = createLexer({
    plain(raw) {
      at += raw.length
    },
    open(key) {
      start = at
      held = ''
      escapes = []
      name = key
    },
    text(raw, decoded) {
      at += raw.length
      if (raw !== decoded) escapes.push({ at: held.length, longer: raw.length - decoded.length })
      held += decoded
    },
    close() {
      if (held.length > 0) add({ start, end: at, text: held, key: name, quoted: true, escapes })
    },
    number(raw, key) {
      // As JSON readers read it: 4.1e3 is 4100.
      const text = /[eE]/.test(raw) ? String(Number(raw)) : raw
      add({ start: at, end: at + raw.length, text, key, quoted: false, escapes: [] })
      at += raw.length
    },
    invalid() {
      valid = false
    },
  })
  lexer.feed(text)
  lexer.end()
  return valid ? { found, short } : undefined
}

export function applySplices(text: string, splices: readonly Splice[]): string {
  let out = ''
  let at = 0
  for (const splice of [...splices].sort((a, b) => a.start - b.start)) {
    out += text.slice(at, splice.start) + splice.text
    at = splice.end
  }
  return out + text.slice(at)
}
