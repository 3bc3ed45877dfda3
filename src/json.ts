/**
 * JSON, read strictly. `JSON.parse` keeps the last of two equal keys, rounds integers beyond 2^53 and has no depth limit:
 * a receiver that reads the same bytes differently would see text that was never scanned. Such documents are refused.
 */
import type { Json } from './types.ts'

export type JsonProblem =
  | 'not valid JSON'
  | 'not valid UTF-8'
  | 'nested too deeply'
  | 'a number that JSON readers round differently; send it as a string'
  | 'an object with the same key twice'

export class JsonError extends Error {
  readonly problem: JsonProblem
  /** UTF-16 offset, where known. */
  readonly at: number | undefined
  constructor(problem: JsonProblem, at?: number) {
    super(problem)
    this.problem = problem
    this.at = at
  }
}

/**
 * Parses RFC 8259 JSON. One linear pass beside `JSON.parse`.
 * @throws JsonError, which never quotes the text.
 */
export function parseJson(text: string, depth: number): Json {
  const colons = checkStructure(text, depth)
  let value: Json
  try {
    value = JSON.parse(text)
  } catch (error) {
    // V8 quotes the text in its message; only the position is safe to pass on.
    const at = /at position (\d+)/.exec(String(error))
    throw new JsonError('not valid JSON', at ? Number(at[1]) : undefined)
  }
  // Each key has one colon outside strings; a key that was dropped as a duplicate leaves its colon behind.
  if (countKeys(value) !== colons) throw new JsonError('an object with the same key twice')
  return value
}

/** The same, of bytes. Throws also if they are not UTF-8; a byte-order mark is skipped. */
export function parseJsonBytes(bytes: Uint8Array, depth: number): Json {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch {
    throw new JsonError('not valid UTF-8')
  }
  return parseJson(text, depth)
}

const QUOTE = 34
const MINUS = 45
const COLON = 58

/** Checks depth and numbers outside strings, and counts the colons there. */
function checkStructure(text: string, depth: number): number {
  let level = 0
  let colons = 0
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === QUOTE) {
      i = endOfString(text, i)
    } else if (c === 123 || c === 91) {
      if (++level > depth) throw new JsonError('nested too deeply', i)
    } else if (c === 125 || c === 93) {
      level--
    } else if (c === COLON) {
      colons++
    } else if (c === MINUS || (c >= 48 && c <= 57)) {
      const start = i
      while (i + 1 < text.length && isNumberPart(text.charCodeAt(i + 1))) i++
      if (i - start >= 15 || hasExponent(text, start, i)) checkNumber(text.slice(start, i + 1), start)
    }
  }
  return colons
}

/** The index of the closing quote of the string that opens at `open`, or the end of the text. */
function endOfString(text: string, open: number): number {
  let end = open
  for (;;) {
    end = text.indexOf('"', end + 1)
    if (end < 0) return text.length
    let back = end - 1
    while (back > open && text.charCodeAt(back) === 92) back--
    if ((end - back) % 2 === 1) return end
  }
}

function isNumberPart(c: number): boolean {
  return (c >= 48 && c <= 57) || c === 46 || c === 43 || c === MINUS || c === 69 || c === 101
}
function hasExponent(text: string, start: number, end: number): boolean {
  for (let i = start; i <= end; i++) if ((text.charCodeAt(i) | 32) === 101) return true
  return false
}
function checkNumber(literal: string, at: number): void {
  const value = Number(literal)
  const rounded = /^-?\d+$/.test(literal) && !Number.isSafeInteger(value)
  if (rounded || !Number.isFinite(value)) {
    throw new JsonError('a number that JSON readers round differently; send it as a string', at)
  }
}

function countKeys(value: Json): number {
  let keys = 0
  if (Array.isArray(value)) for (const item of value) keys += countKeys(item)
  else if (typeof value === 'object' && value !== null) {
    for (const key of Object.keys(value)) keys += 1 + countKeys(value[key]!)
  }
  return keys
}
