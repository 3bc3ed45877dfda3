/**
 * Answers that are files: what was uploaded, what a batch made, what was said or written down. What a file is, is read off
 * its content, since labels do not say: JSON Lines come as `application/json`.
 */
import { sniff } from '../blobs.ts'
import { gather } from '../bytes.ts'
import { Denial } from '../errors.ts'
import { createGuard, passBlob, type Screening } from '../guard.ts'
import { holdText, type Piece } from '../holdback.ts'
import { JsonError, parseJson } from '../json.ts'
import { screenValue } from '../screen.ts'
import type { Blob, Format, Json, Place, Segment } from '../types.ts'
import { isBlank, type Line, LineError, readLines } from './lines.ts'

export interface ContentReading {
  /** What is asked for, where its bytes do not say what they are. */
  readonly expected: Blob | undefined
  /** The format of a line, or of the document that a file is: for results of batches that of the answer to a call. */
  formatOf(value: Json): Format
  /** Lets other calls run. */
  pause(): Promise<void>
}

/** The beginning of a file, which says whether it is text. Bytes. */
const HEAD = 4096

/**
 * The content as it may be told, in pieces, none of which is told before it is screened. In memory is a line or a document of
 * `answerBytes` at most. @throws Denial, in the middle too: what was told until then is not all
 */
export async function* screenContent(
  chunks: AsyncIterable<Uint8Array>,
  screening: Screening,
  reading: ContentReading,
): AsyncGenerator<string | Uint8Array, 'complete', void> {
  const source = chunks[Symbol.asyncIterator]()
  try {
    const head = await readHead(source)
    const blob = findBlob(head, reading.expected)
    if (blob) {
      passBlob(makeSegment('', blob), screening)
      yield* replay(head, source)
    } else yield* screenLines(replay(head, source), screening, reading)
    return 'complete'
  } catch (error) {
    if (!(error instanceof LineError)) throw error
    throw new Denial('upstream_invalid', 'the upstream sent a file that cannot be screened')
  } finally {
    await source.return?.()
  }
}

/**
 * JSON Lines as long as every line is JSON; one document if the lines are one together; text otherwise, from the first line
 * that is none. What was not changed stays as it was written.
 */
async function* screenLines(
  chunks: AsyncIterable<Uint8Array>,
  screening: Screening,
  { formatOf, pause }: ContentReading,
): AsyncGenerator<string, void, void> {
  const { answerBytes, depth } = screening.limits
  let reads = 'lines' as 'lines' | 'document' | 'text'
  let begun = false
  /** Lines of what may be a document. */
  let held = ''
  const hold = holdText(createGuard(makeSegment(''), screening))
  const push = async (text: string, final: boolean): Promise<string> => {
    screening.tally.characters += text.length
    return joinPieces(await hold.push(text, final))
  }
  const screenJson = async (value: Json, raw: string, end: string): Promise<string> => {
    const before = JSON.stringify(value)
    const after = await screenValue(value, { ...screening, format: formatOf(value) })
    return after === before ? raw : after + end
  }

  for await (const lines of readLines(chunks, answerBytes)) {
    let out = ''
    let failure: unknown
    try {
      for (const line of lines) {
        const raw = line.text + line.end
        const value = reads === 'lines' ? readJson(line.text, depth) : undefined
        if (value) {
          out += await screenJson(value, raw, line.end)
          begun = true
        } else if (reads === 'lines' && isBlank(line)) out += raw
        else {
          if (reads === 'lines') reads = !begun && opensJson(line) ? 'document' : 'text'
          held += raw
        }
      }
      // Too long for one document.
      if (reads === 'document' && held.length > answerBytes) reads = 'text'
      if (reads === 'text') {
        out += await push(held, false)
        held = ''
      }
    } catch (error) {
      failure = error
    }
    // The lines before one that stops the answer may be told.
    if (out !== '') yield out
    if (failure !== undefined) throw failure
    await pause()
  }
  if (reads === 'lines') return
  const document = reads === 'document' ? readJson(held, depth) : undefined
  if (!document) screening.tally.segments++
  yield document ? await screenJson(document, held, '') : await push(held, true)
}

function opensJson({ text }: Line): boolean {
  return /^[ \t]*[{[]/.test(text)
}
/** An object or a list; `undefined` if it is none, or one that could be read in two ways. */
function readJson(text: string, depth: number): Json | undefined {
  if (!/^[ \t\r\n]*[{[]/.test(text)) return undefined
  try {
    return parseJson(text, depth)
  } catch (error) {
    if (error instanceof JsonError) return undefined
    throw error
  }
}

async function readHead(source: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  const head = gather()
  while (head.length < HEAD) {
    const next = await source.next()
    if (next.done) break
    head.add(next.value)
  }
  return head.take()
}
async function* replay(head: Uint8Array, source: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  if (head.length > 0) yield head
  for (let next = await source.next(); !next.done; next = await source.next()) yield next.value
}

/** What a file is if it is not text. Its head may end in the middle of a character. */
function findBlob(head: Uint8Array, expected: Blob | undefined): Blob | undefined {
  const known = sniff(head)
  if (known) return known
  const other = expected ?? 'binary'
  if (head.includes(0)) return other
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(head, { stream: true })
    return undefined
  } catch {
    return other
  }
}

function makeSegment(text: string, blob?: Blob): Segment {
  const kind = blob ? 'blob' : 'string'
  return { text, kind, blob, source: 'assistant', key: undefined, place: () => '/content' as Place, write: () => {} }
}
function joinPieces(pieces: readonly Piece[]): string {
  return pieces.map((piece) => piece.text).join('')
}
