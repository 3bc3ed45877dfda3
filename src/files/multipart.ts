/**
 * Form data, read strictly and written anew. The fields become a body like any other, to be walked and rewritten; the bytes of
 * files go to spools as they come. What two readers could read differently is refused, and what a receiver gets is written
 * here, with a boundary of our own: so nobody reads anything but what was scanned.
 */
import { concatBytes } from '../bytes.ts'
import { Denial } from '../errors.ts'
import type { Spool, SpoolWriter } from '../ports.ts'
import type { Json, JsonObject, Limits, Stored } from '../types.ts'
import { escapeName, isMediaType, parsePartHead, readBoundary } from './form-heads.ts'
import { type Input, readFrom } from './input.ts'

export interface Form {
  /** Fields by name; a list where a name is repeated. A file is an object with `filename` and, if it was told, `content_type`. */
  readonly body: JsonObject
  /** The bytes of those objects. Whoever has a form must discard them. */
  readonly files: ReadonlyMap<JsonObject, Spool>
}
export interface FormReading {
  spool(): Promise<SpoolWriter>
  /** All fields and heads together have `requestBytes`, all files `fileBytes`. */
  readonly limits: Pick<Limits, 'requestBytes' | 'fileBytes'>
}

/** Forms of these APIs have about ten fields. */
const MOST_PARTS = 1000
/** Each may need a file descriptor. Pictures to edit: at most 16; files of a skill: dozens. */
const MOST_FILES = 100
/** A name and a file name, with what goes around them. */
const HEAD_BYTES = 4096

const utf8 = new TextEncoder()
const BREAK = utf8.encode('\r\n')
const HEAD_END = utf8.encode('\r\n\r\n')
const DASHES = utf8.encode('--')

/** @throws Denial that names the part by its number. What was spooled until then is discarded. */
export async function readMultipart(
  chunks: AsyncIterable<Uint8Array>,
  contentType: string,
  { spool, limits }: FormReading,
): Promise<Form> {
  const delimiter = utf8.encode(`\r\n--${readBoundary(contentType)}`)
  const input = readFrom(chunks)
  const body: JsonObject = {}
  const files = new Map<JsonObject, Spool>()
  let room = limits.requestBytes
  let left = limits.fileBytes
  try {
    // At the very beginning: what goes before the first boundary, some would skip and some read.
    if (!(await input.skip(delimiter.subarray(2)))) throw unreadable('the form data must begin with its boundary')
    for (let number = 1; !(await input.skip(DASHES)); number++) {
      if (!(await input.skip(BREAK))) throw unreadable(`something follows the boundary before part ${number}`)
      if (number > MOST_PARTS) throw tooLarge(`the form data has more than ${MOST_PARTS} parts`)
      const head = await readSmall(input, HEAD_END, Math.min(HEAD_BYTES, room), `the head of part ${number}`)
      room -= head.length
      const { name, file, length } = parsePartHead(head, number)
      if (file) {
        if (files.size === MOST_FILES) throw tooLarge(`the form data has more than ${MOST_FILES} files`)
        const value: JsonObject = { ...file }
        const spooled = await readFile(input, delimiter, await spool(), left, `the file in part ${number}`)
        left -= spooled.size
        files.set(value, spooled)
        checkLength(length, spooled.size, number)
        add(body, name, value)
      } else {
        const bytes = await readSmall(input, delimiter, room, `part ${number}`)
        room -= bytes.length
        checkLength(length, bytes.length, number)
        add(body, name, decodeField(bytes, number))
      }
    }
    await input.skip(BREAK)
    if (!(await input.ended())) throw unreadable('the form data goes on behind its end')
    return { body, files }
  } catch (error) {
    for (const one of files.values()) await one.discard()
    throw error
  } finally {
    await input.close()
  }
}

async function readSmall(input: Input, delimiter: Uint8Array, limit: number, what: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let size = 0
  const found = await input.until(delimiter, (piece) => {
    size += piece.length
    if (size > limit) throw tooLarge(`${what} of the form data is too long`)
    pieces.push(piece.slice())
  })
  if (!found) throw unreadable(`the form data ends in ${what}`)
  return concatBytes(pieces)
}

async function readFile(
  input: Input,
  delimiter: Uint8Array,
  writer: SpoolWriter,
  limit: number,
  what: string,
): Promise<Spool> {
  try {
    let size = 0
    const found = await input.until(delimiter, (piece) => {
      size += piece.length
      if (size > limit) throw tooLarge(`${what} of the form data is larger than ${limit} bytes`)
      return writer.write(piece)
    })
    if (!found) throw unreadable(`the form data ends in ${what}`)
    return await writer.finish()
  } catch (error) {
    await writer.discard()
    throw error
  }
}

function checkLength(told: number | undefined, size: number, number: number): void {
  if (told !== undefined && told !== size) throw unreadable(`part ${number} of the form data is not as long as it says`)
}
function decodeField(bytes: Uint8Array, number: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw unreadable(`part ${number} of the form data is not UTF-8`)
  }
}
/** `__proto__` is a name like any other. */
function add(body: JsonObject, name: string, value: Json): void {
  const known = Object.hasOwn(body, name) ? body[name]! : undefined
  if (Array.isArray(known)) known.push(value)
  else {
    const all = known === undefined ? value : [known, value]
    Object.defineProperty(body, name, { value: all, writable: true, enumerable: true, configurable: true })
  }
}

/**
 * Form data of a body and its files, of a size that is known beforehand. The boundary must be random: it is what no file holds.
 * @throws Denial if a name has become one that cannot be written so that all read it alike
 */
export function writeMultipart(
  body: JsonObject,
  files: ReadonlyMap<JsonObject, Stored>,
  boundary: string,
): { readonly type: string; readonly content: Stored } {
  const parts: (Uint8Array | Stored)[] = []
  for (const name of Object.keys(body)) {
    const values = body[name]!
    for (const value of Array.isArray(values) ? values : [values]) {
      const file = typeof value === 'object' && value !== null ? files.get(value as JsonObject) : undefined
      const start = `--${boundary}\r\nContent-Disposition: form-data; name="${writeName(name)}"`
      if (file) parts.push(utf8.encode(`${start}${writeFileHead(value as JsonObject)}\r\n\r\n`), file, BREAK)
      else if (typeof value === 'string') parts.push(utf8.encode(`${start}\r\n\r\n${value}\r\n`))
      else throw new Error('a field of form data must be a string or a file')
    }
  }
  parts.push(utf8.encode(`--${boundary}--\r\n`))
  const size = parts.reduce((sum, part) => sum + (part instanceof Uint8Array ? part.length : part.size), 0)
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (const part of parts) {
      if (part instanceof Uint8Array) yield part
      else yield* part.chunks()
    }
  }
  return { type: `multipart/form-data; boundary=${boundary}`, content: { size, chunks } }
}

function writeFileHead({ filename, content_type }: JsonObject): string {
  if (typeof filename !== 'string') throw new Error('a file of form data must have a name')
  const start = `; filename="${writeName(filename)}"`
  if (content_type === undefined) return start
  if (typeof content_type !== 'string' || !isMediaType(content_type))
    throw unreadable('a content-type of a file is none')
  return `${start}\r\nContent-Type: ${content_type}`
}
function writeName(name: string): string {
  const escaped = escapeName(name)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
  if (/[\x00-\x1f\x7f\\]/.test(escaped)) throw unreadable('a name in the form data cannot be written')
  return escaped
}

function unreadable(message: string): Denial {
  return new Denial('unreadable_body', message)
}
function tooLarge(message: string): Denial {
  return new Denial('body_too_large', message)
}
