/**
 * Texts in which some lines are JSON, as in a log or a file of JSON Lines that nobody said is one: such a line is read as JSON, so
 * that it still is JSON afterwards and its numbers are read as readers of JSON do; what stands between them is text.
 */
import { JsonError, parseJson } from '../json.ts'
import type { Judged, Judging } from './upload-judging.ts'
import type { Reading } from './upload-lines.ts'
import { rewriteText } from './upload-text.ts'

/** What is looked at and written at once: this many characters, lines or edits, or one line. */
const GROUP = { characters: 64 * 1024, lines: 500, edits: 500 }

/** A line of JSON with its end, or lines that are none; `text`: or a piece of one. */
interface Run {
  readonly is: 'json' | 'text'
  readonly text: string
}

export async function* rewriteRuns(
  pieces: AsyncIterable<string>,
  limits: { readonly requestBytes: number; readonly depth: number },
  reading: Reading,
  judging: Judging,
): AsyncGenerator<string, void, void> {
  const source = splitRuns(pieces, limits)
  let run = await source.next()
  /** Characters that went before. */
  let base = 0
  async function next(): Promise<void> {
    if (!run.done) base += run.value.text.length
    run = await source.next()
  }
  async function* takeText(): AsyncGenerator<string, void, void> {
    for (; !run.done && run.value.is === 'text'; await next()) yield run.value.text
  }
  async function* takeJson(): AsyncGenerator<Judged, void, void> {
    for (; !run.done && run.value.is === 'json'; await next()) yield await judging.judge(run.value.text, reading)
  }
  try {
    while (!run.done) {
      if (run.value.is === 'text') yield* rewriteText(takeText(), judging, base)
      else yield* rewriteGroups(takeJson(), judging)
    }
  } finally {
    await source.return()
  }
}

async function* rewriteGroups(lines: AsyncIterable<Judged>, { rewrite }: Judging): AsyncGenerator<string, void, void> {
  let group: Judged[] = []
  let characters = 0
  let edits = 0
  async function flush(): Promise<string> {
    const done = group
    group = []
    characters = 0
    edits = 0
    await rewrite(done)
    return done.map(({ document }) => document.value as string).join('')
  }
  for await (const judged of lines) {
    let more = 0
    for (const some of judged.decision.edits.values()) more += some.length
    // Not more than fit, unless it is one line alone: what becomes of a line must not depend on its neighbours.
    if (group.length > 0 && edits + more > GROUP.edits) yield await flush()
    group.push(judged)
    characters += (judged.document.value as string).length
    edits += more
    if (characters >= GROUP.characters || group.length === GROUP.lines || edits >= GROUP.edits) yield await flush()
  }
  if (group.length > 0) yield await flush()
}

/** CR ends a line as LF and CRLF do: for some readers it does. What is longer than a body is text. */
async function* splitRuns(
  pieces: AsyncIterable<string>,
  { requestBytes, depth }: { readonly requestBytes: number; readonly depth: number },
): AsyncGenerator<Run, void, void> {
  let held = ''
  let long = false
  /** Lines that are no JSON. */
  let text = ''
  for await (const piece of pieces) {
    let at = 0
    for (const { index } of piece.matchAll(/[\r\n]/g)) {
      held += piece.slice(at, index + 1)
      at = index + 1
      if (!long && held.length <= requestBytes && isJson(held, depth)) {
        if (text !== '') yield { is: 'text', text }
        text = ''
        yield { is: 'json', text: held }
      } else text += held
      held = ''
      long = false
    }
    held += piece.slice(at)
    if (long || held.length > requestBytes) {
      text += held
      held = ''
      long = true
    }
    if (text !== '') yield { is: 'text', text }
    text = ''
  }
  if (held !== '') yield { is: !long && isJson(held, depth) ? 'json' : 'text', text: held }
}

/** An object or a list. One that is read in two ways is JSON all the same: its literals are looked at one by one. */
export function isJson(text: string, depth: number): boolean {
  if (!/^[\s\ufeff]*[{[]/.test(text.slice(0, 256))) return false
  try {
    const value = parseJson(text.replace(/^\ufeff/, ''), depth)
    return typeof value === 'object' && value !== null
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    return error.problem !== 'not valid JSON' && error.problem !== 'nested too deeply'
  }
}
