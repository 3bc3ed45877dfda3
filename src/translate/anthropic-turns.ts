/** The turns of a Messages request as messages of Chat Completions. */
import { asObject } from '../formats/shapes.ts'
import type { Json, JsonObject } from '../types.ts'
import { asArray, asFlag, asText, checkFields, optional, refuse } from './fields.ts'
import { BLOCKS, MESSAGE, REFUSED_BLOCKS } from './fields-anthropic.ts'
import { checkSource, filePart, imagePart } from './media.ts'
import { fitCallId, type Names } from './names.ts'
import { REASONING, signatureOf } from './openai-answer.ts'

interface Place {
  readonly path: string
  readonly notes: Set<string>
}

export function messagesOfTurns(values: readonly Json[], names: Names, notes: Set<string>): JsonObject[] {
  const messages = values.flatMap((value, index) => {
    const path = `messages[${index}]`
    const { role, content } = checkFields(value, MESSAGE, path, notes)
    const place = { path: `${path}.content`, notes }
    if (role === 'system') return [{ role, content: textParts(content, place.path, notes) }]
    if (role === 'user') return userMessages(content, place)
    if (role === 'assistant') return [assistantMessage(content, names, place)]
    return refuse(`${path}.role`, 'no such role')
  })
  // Anthropic goes on from the text of such a message; OpenAI would answer it.
  if (messages.at(-1)?.role === 'assistant') refuse('messages', 'OpenAI cannot go on from what the assistant said')
  return messages
}

/** A text as it is; blocks as parts, but a single one as a text, which is all that some servers take. */
export function textParts(content: Json | undefined, path: string, notes: Set<string>): string | JsonObject[] {
  if (typeof content === 'string') return content
  return simplest(
    blocksOf(content, ['text'], { path, notes }).map(({ block, path }) => ({
      type: 'text',
      text: asText(block.text, `${path}.text`),
    })),
  )
}
function simplest(parts: JsonObject[]): string | JsonObject[] {
  if (parts.length === 0) return ''
  return parts.length === 1 && parts[0]!.type === 'text' ? (parts[0]!.text as string) : parts
}

function blocksOf(content: Json | undefined, types: readonly string[], { path, notes }: Place) {
  return asArray(content, path).map((value, index) => {
    const place = `${path}[${index}]`
    const type = asObject(value)?.type
    if (typeof type !== 'string' || !types.includes(type)) {
      const why = typeof type === 'string' && Object.hasOwn(REFUSED_BLOCKS, type) ? REFUSED_BLOCKS[type] : undefined
      return refuse(`${place}.type`, why ?? 'OpenAI does not take this kind of content here')
    }
    return { type, block: checkFields(value, BLOCKS[type]!, place, notes), path: place }
  })
}

/** INVARIANT: results come first, one message each: OpenAI refuses text between a call and its result. */
function userMessages(content: Json | undefined, place: Place): JsonObject[] {
  if (typeof content === 'string') return [{ role: 'user', content }]
  const results: JsonObject[] = []
  const parts: JsonObject[] = []
  for (const { type, block, path } of blocksOf(content, ['text', 'image', 'document', 'tool_result'], place)) {
    if (type !== 'tool_result') parts.push(...partsOf(type, block, path, place.notes))
    else {
      const { message, shown } = toolMessage(block, path, place.notes)
      results.push(message)
      parts.push(...shown)
    }
  }
  return [...results, ...(parts.length > 0 || results.length === 0 ? [{ role: 'user', content: simplest(parts) }] : [])]
}

/** A result's images and files, which OpenAI takes from users only, follow in the user's message, under the call's id. */
function toolMessage(block: JsonObject, path: string, notes: Set<string>) {
  const id = fitCallId(asText(block.tool_use_id, `${path}.tool_use_id`))
  const texts: JsonObject[] = []
  const media: JsonObject[] = []
  if (asFlag(block.is_error, `${path}.is_error`)) texts.push({ type: 'text', text: 'The tool failed.' })
  const content = typeof block.content === 'string' ? [{ type: 'text', text: block.content }] : block.content
  const types = ['text', 'image', 'document', 'tool_reference']
  for (const { type, block: inner, path: at } of blocksOf(content, types, { path: `${path}.content`, notes })) {
    if (type === 'tool_reference') texts.push({ type: 'text', text: asText(inner.tool_name, `${at}.tool_name`) })
    else {
      const parts = partsOf(type, inner, at, notes)
      texts.push(...parts.filter((part) => part.type === 'text'))
      media.push(...parts.filter((part) => part.type !== 'text'))
    }
  }
  const label = media.length > 0 ? [{ type: 'text', text: `Returned by the call ${id}:` }] : []
  return { message: { role: 'tool', tool_call_id: id, content: simplest(texts) }, shown: [...label, ...media] }
}

function partsOf(type: string, block: JsonObject, path: string, notes: Set<string>): JsonObject[] {
  if (type === 'text') return [{ type, text: asText(block.text, `${path}.text`) }]
  if (type === 'image') return [imagePart(block.source, `${path}.source`)]
  const title = block.title === undefined || block.title === null ? undefined : asText(block.title, `${path}.title`)
  const context =
    block.context === undefined || block.context === null ? [] : [asText(block.context, `${path}.context`)]
  const source = checkSource(block.source, `${path}.source`)
  const text = (text: string) => ({ type: 'text', text })
  if (source.type === 'base64') {
    return [...context.map(text), filePart(source.data, title, `${path}.source.data`)]
  }
  // What a text is called, and what it is about, OpenAI can only be told in the text.
  const head = [...(title === undefined ? [] : [title]), ...context].map(text)
  if (source.type === 'text') return [...head, text(asText(source.data, `${path}.source.data`))]
  if (source.type !== 'content') return refuse(`${path}.source.type`, 'documents can be sent as PDF or text only')
  if (typeof source.content === 'string') return [...head, text(source.content)]
  const blocks = blocksOf(source.content, ['text', 'image'], { path: `${path}.source.content`, notes })
  return [...head, ...blocks.flatMap((one) => partsOf(one.type, one.block, one.path, notes))]
}

/** Thinking goes back to the server that it came from, and to no other: it would be visible text there, or an error. */
function assistantMessage(content: Json | undefined, names: Names, place: Place): JsonObject {
  if (typeof content === 'string') return { role: 'assistant', content }
  const texts: JsonObject[] = []
  const calls: JsonObject[] = []
  const reasoning: { [field: string]: string } = {}
  const types = ['text', 'thinking', 'redacted_thinking', 'tool_use']
  for (const { type, block, path } of blocksOf(content, types, place)) {
    if (type === 'text') texts.push({ type, text: asText(block.text, `${path}.text`) })
    if (type === 'thinking') {
      const field = REASONING.find((one) => block.signature === signatureOf(one))
      if (field) reasoning[field] = (reasoning[field] ?? '') + asText(block.thinking, `${path}.thinking`)
      else place.notes.add(`${path.replace(/\[\d+\]/g, '[]')}.thinking`)
    }
    if (type === 'tool_use') {
      const input = asObject(block.input) ?? refuse(`${path}.input`, 'an object is needed here')
      const called = { name: names.short(asText(block.name, `${path}.name`)), arguments: JSON.stringify(input) }
      calls.push({ id: fitCallId(asText(block.id, `${path}.id`)), type: 'function', function: called })
    }
  }
  return {
    role: 'assistant',
    content: texts.length === 0 && calls.length > 0 ? null : simplest(texts),
    ...optional(reasoning),
    ...(calls.length > 0 && { tool_calls: calls }),
  }
}
