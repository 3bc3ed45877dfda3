/** What the census is taken of: every open row of the operation map with the SDK methods that call it, and what no SDK has. */
import type { Census, CensusEndpoint, Ref, TypeNode } from '../../scripts/census/nodes.ts'
import { ENDPOINTS } from '../../src/operations/index.ts'
import type { Endpoint, Json } from '../../src/types.ts'
import { methodsOf } from './census-wire.ts'

export interface Subject {
  readonly row: Endpoint
  readonly method: CensusEndpoint
}

/** Rows that are in no SDK, and why. Sockets are a census of their own. */
const BY_HAND: Readonly<Record<string, Partial<Record<'body' | 'answer', Json>>>> = {
  // Gone from the SDK, not from the API.
  'anthropic POST /v1/complete': {
    body: {
      ...{ model: 'text', prompt: 'text', max_tokens_to_sample: 1, stop_sequences: ['text'], stream: '=false' },
      ...{ temperature: 1, top_k: 1, top_p: 1, metadata: { user_id: 'text' } },
    },
    answer: { type: '=completion', id: 'text', completion: 'text', model: 'text', stop_reason: '=max_tokens' },
  },
  // As SDKs before 7 cancel a run.
  'openai POST /v1/evals/{eval_id}/runs/{run_id}': {},
}
/** Events that the SDK's types leave out. */
const EVENTS: Readonly<Record<string, readonly Json[]>> = {
  'audio.speech.create': [
    { type: '=speech.audio.delta', audio: 'text' },
    { type: '=speech.audio.done', usage: { input_tokens: 1, output_tokens: 1, total_tokens: 1 } },
  ],
}

/** The census with what was written by hand, and its subjects. */
export function listSubjects(census: Census): { readonly census: Census; readonly subjects: readonly Subject[] } {
  const types = [...census.types]
  const subjects = ENDPOINTS.filter(({ closed }) => closed === undefined)
    // Files in parts are put together here: what upstreams are sent of them is a file like any other; see census-files.ts.
    .filter(({ answer, upload }) => answer !== 'socket' && upload === undefined)
    .flatMap((row): Subject[] => {
      const methods = methodsOf(census, row)
      const events = EVENTS[row.id]
      if (events) {
        const event = add(types, { union: events.map((one) => addExample(types, one)) })
        return methods.map((method) => ({ row, method: { ...method, streams: true, event } }))
      }
      return (methods.length > 0 ? methods : [writeMethod(types, row)]).map((method) => ({ row, method }))
    })
  return { census: { ...census, types }, subjects }
}

function writeMethod(types: TypeNode[], row: Endpoint): CensusEndpoint {
  const { api, id, method, path } = row
  const known = BY_HAND[`${api} ${method} ${path}`]
  if (known === undefined) throw new Error(`${api} ${method} ${path} is in no SDK: write its bodies here`)
  const { body, answer } = known
  return {
    ...{ api, id, method, path, query: {}, streams: false, event: null },
    request: body === undefined ? 'none' : 'json',
    answers: ['json'],
    body: body === undefined ? null : addExample(types, body),
    answer: answer === undefined ? null : addExample(types, answer),
  }
}

/** The type of an example; a string that begins with `=` is a literal. */
function addExample(types: TypeNode[], example: Json): Ref {
  if (typeof example === 'string') {
    if (!example.startsWith('=')) return add(types, 'string')
    return add(types, { literals: [example === '=false' ? false : example.slice(1)] })
  }
  if (typeof example === 'number') return add(types, 'number')
  if (Array.isArray(example)) return add(types, { array: addExample(types, example[0]!) })
  if (typeof example !== 'object' || example === null) throw new Error('an example of a boolean or null')
  const fields = Object.entries(example).map(([name, value]): [string, Ref] => [name, addExample(types, value)])
  return add(types, { object: Object.fromEntries(fields) })
}
function add(types: TypeNode[], node: TypeNode): Ref {
  return types.push(node) - 1
}
