/** What stands in files: which lines one must have that is uploaded, and what a line of one is that is read. */
import { Denial } from '../errors.ts'
import { anthropicMessages } from '../formats/anthropic-messages.ts'
import { anthropicJson, openaiJson } from '../formats/generic.ts'
import { makeFormat } from '../formats/make.ts'
import { openaiChat } from '../formats/openai-chat.ts'
import { openaiCompletions } from '../formats/openai-completions.ts'
import { openaiEmbeddings } from '../formats/openai-embeddings.ts'
import { openaiExample, openaiItem } from '../formats/openai-lines.ts'
import { openaiResponses } from '../formats/openai-responses.ts'
import { asObject, at, names } from '../formats/shapes.ts'
import type { Format, Json, Places } from '../types.ts'

/**
 * What a file must be that is uploaded for a purpose. Of other purposes it may be anything. @throws Denial if there are two: which
 * of them counts, servers disagree about
 */
export function linesOf(purpose: Json | undefined): 'batch' | Format | undefined {
  if (purpose !== undefined && typeof purpose !== 'string') {
    throw new Denial('unreadable_body', '`purpose` must be one text', { param: 'purpose' })
  }
  if (purpose === 'batch') return 'batch'
  if (purpose === 'fine-tune') return openaiExample
  return purpose === 'evals' ? openaiItem : undefined
}

/** What an OpenAI answer says it is. */
const ANSWERS: Readonly<Record<string, Format>> = {
  'chat.completion': openaiChat,
  response: openaiResponses,
  text_completion: openaiCompletions,
  list: openaiEmbeddings,
}
const FREE = makeFormat('file-json', 'openai', {})

/** The format of a line of a file: of a batch's results that of the answer in it; everything else is somebody's own text. */
export function formatOfLine(line: Json): Format {
  const answer = asObject(at(line, ['response', 'body']))
  if (answer) {
    const object = typeof answer.object === 'string' ? answer.object : ''
    const known = Object.hasOwn(ANSWERS, object) ? ANSWERS[object]! : openaiJson
    return wrap(known, ['response', 'body'], (body) => ({
      ...names('identifier', 'id custom_id'),
      response: { ...names('text', 'status_code'), ...names('identifier', 'request_id'), body },
      error: { ...names('identifier', 'code'), ...names('text', 'message') },
    }))
  }
  if (asObject(at(line, ['result']))) {
    const told = at(line, ['result', 'message']) !== undefined
    return wrap(told ? anthropicMessages : anthropicJson, ['result', 'message'], (message) => ({
      ...names('identifier', 'custom_id'),
      result: { ...names('identifier', 'type'), message, error: names('text', 'message type error') },
    }))
  }
  return FREE
}

function wrap(inner: Format, keys: readonly string[], places: (inner: Places) => Places): Format {
  return makeFormat(inner.name, inner.api, {
    responsePlaces: places(inner.responsePlaces),
    trim(answer) {
      const body = at(answer, keys)
      return body === undefined ? 0 : inner.trim(body)
    },
    anchors: inner.anchors,
  })
}
