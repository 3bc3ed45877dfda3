/** Lines of OpenAI's files: examples to train on, and data of evaluations. */
import type { Format, Json, Places, Source } from '../types.ts'
import { makeFormat } from './make.ts'
import { openaiChat } from './openai-chat.ts'
import { at, sourceOfRole } from './shapes.ts'

const { messages, tools, functions = 'text' } = openaiChat.requestPlaces as Record<string, Places>
const example: Places = { messages: messages!, tools: tools!, functions, parallel_tool_calls: 'text' }

/** Where messages of an example stand: one each behind these keys. */
const LISTS: readonly (readonly string[])[] = [
  ['messages'],
  ['input', 'messages'],
  ['preferred_output'],
  ['non_preferred_output'],
  ['item', 'messages'],
]
function source(keys: readonly (string | number)[], line: Json): Source {
  const list = LISTS.find((names) => names.every((name, i) => keys[i] === name))
  return list ? sourceOfRole(at(line, keys.slice(0, list.length + 1))) : 'unknown'
}

/**
 * An example: a chat, a chat with a better and a worse answer (preference), or a prompt and its completion. What else stands
 * there is text: graders of reinforcement read fields that the user names.
 */
export const openaiExample: Format = makeFormat('openai-example', 'openai', {
  requestPlaces: {
    ...example,
    input: example,
    preferred_output: messages!,
    non_preferred_output: messages!,
    prompt: 'text',
    completion: 'text',
  },
  source,
})

/** A row of an evaluation: every field is the user's own. */
export const openaiItem: Format = makeFormat('openai-item', 'openai', { requestPlaces: {}, source })
