/** A tool call's arguments, which are JSON in a text in OpenAI's API, and in pieces of a stream in both. */
import { asObject } from '../formats/shapes.ts'
import { JsonError, parseJson } from '../json.ts'
import type { JsonObject } from '../types.ts'

/** Their nesting; the settings' limits have been applied to what holds them. */
const DEPTH = 128

/**
 * The one way that they are read, asked or answered, whole or streamed: otherwise the same call would run or not by how it came.
 * Nothing if the text is no JSON at all, as one that the limit on tokens cut never is. `fail` is told of what a tool would read as
 * another thing than was scanned.
 */
export function readArguments(text: string, fail: (problem: string) => never): JsonObject | undefined {
  if (text.trim() === '') return {}
  try {
    return asObject(parseJson(text, DEPTH)) ?? fail('no object')
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    // In a text that was cut, too, a number can round; it is cut all the same.
    return isJson(text) ? fail(error.problem) : undefined
  }
}
function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
