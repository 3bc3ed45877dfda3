/** Files of JSON Lines on their way out: each line is a document of its own, looked at, ruled on and written anew. */
import { Denial } from '../errors.ts'
import { asObject } from '../formats/shapes.ts'
import { JsonError, parseJson } from '../json.ts'
import type { Format, Grant, Json, JsonObject, Limits, Places, Source, Stored } from '../types.ts'
import { isBlank, type Line, LineError, readLines } from './lines.ts'
import type { Judged, Judging } from './upload-judging.ts'

/** What a line is read as, and who may send it. */
export interface Reading {
  readonly grant: Grant
  readonly places: Places
  source(keys: readonly (string | number)[]): Source
}
/** A call, as a line of a batch asks for it. */
export interface BatchCall {
  readonly method: string
  readonly url: string
  readonly body: JsonObject
}

/** What is looked at and written at once: this many characters, lines or edits, or one line. The vault is asked once for each. */
const GROUP = { characters: 64 * 1024, lines: 500, edits: 500 }

/** The lines of a file as they go out. @throws Denial that names the line, but nothing of it */
export async function* rewriteLines(
  file: Stored,
  limits: Limits,
  read: (value: JsonObject) => Reading | Promise<Reading>,
  { judge, rewrite }: Judging,
): AsyncGenerator<string, void, void> {
  let group: { readonly judged: Judged; readonly end: string }[] = []
  let characters = 0
  let edits = 0
  async function flush(): Promise<string> {
    const done = group
    group = []
    characters = 0
    edits = 0
    await rewrite(done.map(({ judged }) => judged))
    // The last line may have no end.
    return done.map(({ judged, end }) => JSON.stringify(judged.document.value) + (end === '' ? '' : '\n')).join('')
  }
  try {
    for await (const lines of readLines(file.chunks(), limits.requestBytes)) {
      for (const line of lines) {
        if (isBlank(line)) continue
        const judged = await atLine(line, async () => {
          const value = asObject(parseJson(line.text, limits.depth))
          if (!value) throw new Denial('unreadable_body', 'a line must be a JSON object')
          return judge(value, await read(value))
        })
        const more = countEdits(judged)
        // Not more than fit, unless it is one line alone: what becomes of a line must not depend on its neighbours.
        if (group.length > 0 && edits + more > GROUP.edits) yield await flush()
        group.push({ judged, end: line.end })
        characters += line.text.length
        edits += more
        const full = characters >= GROUP.characters || group.length === GROUP.lines || edits >= GROUP.edits
        if (full) yield group.length === 1 ? await atLine(line, flush) : await flush()
      }
    }
  } catch (error) {
    if (error instanceof LineError) {
      throw new Denial('unreadable_body', `line ${error.line} of the file ${error.problem}`, { param: 'file' })
    }
    throw error
  }
  if (group.length > 0) yield await flush()
}

function countEdits({ decision }: Judged): number {
  let count = 0
  for (const edits of decision.edits.values()) count += edits.length
  return count
}

async function atLine<T>({ number }: Line, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof JsonError) {
      const where = error.at === undefined ? '' : ` (at character ${error.at})`
      throw new Denial('unreadable_body', `line ${number} of the file: ${error.problem}${where}`, { param: 'file' })
    }
    if (!(error instanceof Denial)) throw error
    const { reason, message, policies } = error
    throw new Denial(reason, `line ${number} of the file: ${message}`, { param: 'file', policies })
  }
}

/** Every line is of one format, such as examples to train on. */
export function readRecords(grant: Grant, format: Format): (value: JsonObject) => Reading {
  return (value) => ({ grant, places: format.requestPlaces, source: (keys) => format.source(keys, value) })
}

/** Each line is a call of its own, to be allowed as such: `{"custom_id", "method", "url", "body"}`. */
export function readBatch(authorize: (call: BatchCall) => Promise<Grant>): (value: JsonObject) => Promise<Reading> {
  return async (value) => {
    const { custom_id, method, url, body } = value
    const sound = isText(custom_id) && isText(method) && isText(url) && asObject(body) !== undefined
    if (!sound || Object.keys(value).length !== 4) {
      const wanted = 'custom_id, method and url, which are strings, and body, which is an object'
      throw new Denial('unreadable_body', `a line of a batch must have ${wanted}, and nothing else`)
    }
    const grant = await authorize({ method: method as string, url: url as string, body: body as JsonObject })
    const { format } = grant.operation
    return {
      grant,
      // What comes back for a line is found by its custom_id, so it cannot be rewritten.
      places: { custom_id: 'identifier', method: 'identifier', url: 'identifier', body: format.requestPlaces },
      source: (keys) => (keys[0] === 'body' ? format.source(keys.slice(1), body!) : 'unknown'),
    }
  }
}
function isText(value: Json | undefined): boolean {
  return typeof value === 'string'
}
