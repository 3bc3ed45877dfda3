/** What the mirror says of what it received. */
import { asObject, at } from '../formats/shapes.ts'
import type { Json, JsonObject } from '../types.ts'

export function reflect(text: string): string {
  return `The model received: ${text.replaceAll('<', '‹').replaceAll('>', '›')}\nYou see: ${text}`
}

/** The text of the last message, and whether it is a tool's result. */
export function lastMessage(body: JsonObject): { text: string; isResult: boolean } {
  const last = asObject((Array.isArray(body.messages) ? body.messages : []).at(-1))
  const parts = Array.isArray(last?.content) ? last.content.map(asObject) : []
  const isResult = last?.role === 'tool' || parts.some((part) => part?.type === 'tool_result')
  if (typeof last?.content === 'string') return { text: last.content, isResult }
  return { text: parts.map((part) => textOf(part?.text ?? part?.content)).join(''), isResult }
}
export function textOf(value: Json | undefined): string {
  if (typeof value === 'string') return value
  return Array.isArray(value) ? value.map((part) => textOf(asObject(part)?.text)).join('') : ''
}
/** Arguments for a tool: the text, under the name of its first string parameter. */
export function argumentsFor(schema: Json | undefined, text: string): JsonObject {
  const properties = asObject(at(schema ?? null, ['properties'])) ?? {}
  const name = Object.keys(properties).find((key) => asObject(properties[key])?.type === 'string') ?? 'text'
  return { [name]: text }
}
export function countWords(text: string): number {
  return text.split(/\s+/).length
}

/** Small pieces, as models send them: some cut pseudonyms and values in two. */
export function pieces(text: string): readonly string[] {
  return text.match(/[\s\S]{1,7}/gu) ?? []
}
