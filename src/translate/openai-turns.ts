/** The messages of a Chat Completions request as Anthropic's system prompt and turns. */
import { asObject, hasValue } from '../formats/shapes.ts'
import type { Json, JsonObject } from '../types.ts'
import { readArguments } from './arguments.ts'
import { asArray, asText, checkFields, optional, refuse } from './fields.ts'
import { CALLED, FILE, IMAGE_URL, MESSAGES, PARTS, REFUSED_PARTS, THINKING_BLOCKS, TOOL_CALL } from './fields-openai.ts'
import { fileSource, imageSource } from './media.ts'
import { takesLaterSystem } from './models.ts'
import { fitCallId } from './names.ts'

interface Turn {
  role: 'user' | 'assistant' | 'system'
  content: JsonObject[]
}
interface Place {
  readonly path: string
  readonly notes: Set<string>
}

export function turnsOfMessages(values: readonly Json[], model: string, notes: Set<string>) {
  const system: JsonObject[] = []
  const turns: Turn[] = []
  for (const [index, value] of values.entries()) {
    const path = `messages[${index}]`
    const role = asObject(value)?.role
    if (typeof role !== 'string' || !Object.hasOwn(MESSAGES, role)) return refuse(`${path}.role`, 'no such role')
    const message = checkFields(value, MESSAGES[role]!, path, notes)
    const place = { path, notes }
    if (role === 'system' || role === 'developer') {
      const blocks = blocksOf(message.content, ['text'], place)
      if (turns.length === 0) system.push(...blocks)
      else turns.push({ role: 'system', content: blocks })
    } else if (role === 'tool') turns.push({ role: 'user', content: [toolResult(message, place)] })
    else if (role === 'user') addUser(turns, blocksOf(message.content, ['text', 'image_url', 'file'], place))
    else turns.push({ role: 'assistant', content: assistantBlocks(message, place) })
  }
  const messages = placeSystem(turns, takesLaterSystem(model)).filter(({ content }) => content.length > 0)
  // Anthropic would go on from such a message's text, where OpenAI begins a new one.
  if (messages.at(-1)?.role === 'assistant') refuse('messages', "the last message may not be the assistant's")
  if (messages.length === 0) refuse('messages', 'there is no text to answer')
  return { system, messages: messages as unknown as Json[] }
}

/**
 * Instructions in the middle stay there: moved to the top they would mean another thing. Where the model does not take them, or not
 * at this place (between a user's turn and an assistant's), they are the user's text, marked: less authority, never more.
 */
function placeSystem(turns: readonly Turn[], taken: boolean): Turn[] {
  const placed: Turn[] = []
  for (const [index, turn] of turns.entries()) {
    const next = turns[index + 1]?.role ?? 'assistant'
    if (turn.role !== 'system') {
      if (turn.role === 'user' && placed.at(-1)?.role === 'user') {
        // All results of a turn are one message, and come before its text: Anthropic refuses others.
        const results = turn.content.filter(({ type }) => type === 'tool_result')
        const rest = turn.content.filter(({ type }) => type !== 'tool_result')
        if (results.length > 0) {
          addAfterResults(placed.at(-1)!, results)
          if (rest.length > 0) placed.at(-1)!.content.push(...rest)
          continue
        }
      }
      placed.push(turn)
    } else if (taken && next === 'assistant' && placed.at(-1)?.role === 'user') placed.push(turn)
    else {
      const marked = turn.content.map((block) => ({ ...block, text: `<system>\n${block.text}\n</system>` }))
      if (placed.at(-1)?.role === 'user') placed.at(-1)!.content.push(...marked)
      else placed.push({ role: 'user', content: marked })
    }
  }
  return placed
}

function addAfterResults(turn: Turn, results: readonly JsonObject[]): void {
  const first = turn.content.findIndex(({ type }) => type !== 'tool_result')
  turn.content.splice(first < 0 ? turn.content.length : first, 0, ...results)
}
/** What the user says behind results belongs to their turn. */
function addUser(turns: Turn[], blocks: readonly JsonObject[]): void {
  const last = turns.at(-1)
  if (last?.role === 'user' && last.content.every(({ type }) => type === 'tool_result')) last.content.push(...blocks)
  else turns.push({ role: 'user', content: [...blocks] })
}

/** A text or parts, as blocks of the types that may stand there. White space alone is left out: Anthropic refuses it. */
function blocksOf(content: Json | undefined, types: readonly string[], { path, notes }: Place): JsonObject[] {
  if (typeof content === 'string') return textBlock(content)
  return asArray(content, `${path}.content`).flatMap((value, index) => {
    const place = `${path}.content[${index}]`
    const type = asObject(value)?.type
    if (typeof type !== 'string' || !types.includes(type)) {
      const why = typeof type === 'string' && Object.hasOwn(REFUSED_PARTS, type) ? REFUSED_PARTS[type] : undefined
      return refuse(`${place}.type`, why ?? 'the upstream does not take this kind of content here')
    }
    const part = checkFields(value, PARTS[type]!, place, notes)
    const cache = optional({ cache_control: part.cache_control })
    if (type === 'text') return textBlock(asText(part.text, `${place}.text`), cache)
    if (type === 'refusal') return textBlock(asText(part.refusal, `${place}.refusal`))
    if (type === 'image_url') {
      const { url } = checkFields(part.image_url, IMAGE_URL, `${place}.image_url`, notes)
      const source = imageSource(asText(url, `${place}.image_url.url`), `${place}.image_url.url`)
      return [{ type: 'image', source, ...cache }]
    }
    const { file_data, filename } = checkFields(part.file, FILE, `${place}.file`, notes)
    const source = fileSource(asText(file_data, `${place}.file.file_data`), `${place}.file.file_data`)
    return [{ type: 'document', source, ...optional({ title: filename }), ...cache }]
  })
}
function textBlock(text: string, more: JsonObject = {}): JsonObject[] {
  return text.trim() === '' ? [] : [{ type: 'text', text, ...more }]
}

/** Thinking comes first: Anthropic wants it where it was. */
function assistantBlocks(message: JsonObject, place: Place): JsonObject[] {
  const { path, notes } = place
  const calls = asArray(message.tool_calls, `${path}.tool_calls`).map((value, index): JsonObject => {
    const at = `${path}.tool_calls[${index}]`
    const call = checkFields(value, TOOL_CALL, at, notes)
    const called = checkFields(call.function, CALLED, `${at}.function`, notes)
    return {
      type: 'tool_use',
      id: fitCallId(asText(call.id, `${at}.id`)),
      name: asText(called.name, `${at}.function.name`),
      input: inputOf(called.arguments, `${at}.function.arguments`),
    }
  })
  return [
    ...asArray(message.thinking_blocks, `${path}.thinking_blocks`).map((one, index) =>
      thinkingBlock(one, `${path}.thinking_blocks[${index}]`, notes),
    ),
    ...blocksOf(message.content, ['text', 'refusal'], place),
    ...(hasValue(message.refusal) ? textBlock(asText(message.refusal, `${path}.refusal`)) : []),
    ...calls,
  ]
}
function thinkingBlock(value: Json, path: string, notes: Set<string>): JsonObject {
  const { type } = asObject(value) ?? refuse(path, 'an object is needed here')
  if (typeof type !== 'string' || !Object.hasOwn(THINKING_BLOCKS, type)) {
    return refuse(`${path}.type`, 'no such kind of thinking')
  }
  const { thinking, signature, data } = checkFields(value, THINKING_BLOCKS[type]!, path, notes)
  if (type === 'redacted_thinking') return { type, data: asText(data, `${path}.data`) }
  return { type, thinking: asText(thinking, `${path}.thinking`), signature: asText(signature, `${path}.signature`) }
}
function inputOf(value: Json | undefined, path: string): JsonObject {
  const fail = (problem: string) => refuse(path, `the arguments are ${problem}`)
  return readArguments(asText(value, path), fail) ?? fail('not valid JSON')
}

function toolResult(message: JsonObject, place: Place): JsonObject {
  const blocks = blocksOf(message.content, ['text', 'image_url', 'file'], place)
  const plain = typeof message.content === 'string' && blocks.length > 0
  return {
    type: 'tool_result',
    tool_use_id: fitCallId(asText(message.tool_call_id, `${place.path}.tool_call_id`)),
    ...(blocks.length > 0 && { content: plain ? (message.content as string) : blocks }),
    ...optional({ cache_control: message.cache_control }),
  }
}
