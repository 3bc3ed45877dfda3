/** The heads of form data and its parts (RFC 7578, RFC 2046 §5.1), in the one form in which all readers read the same. */
import { Denial } from '../errors.ts'

export interface PartHead {
  readonly name: string
  /** `undefined`: the part is a field. */
  readonly file: { readonly filename: string; readonly content_type?: string } | undefined
  /** What the part says of its length, if it does. */
  readonly length: number | undefined
}

/** @throws Denial */
export function readBoundary(contentType: string): string {
  const found = /^multipart\/form-data *; *boundary=(?:"([^"]*)"|([^" ;]*)) *$/i.exec(contentType)
  const boundary = found?.[1] ?? found?.[2]
  if (boundary === undefined || !/^[0-9A-Za-z'()+_,./:=?-]{1,70}$/.test(boundary)) {
    throw new Denial(
      'unsupported_media_type',
      'the body must be multipart/form-data with a boundary and nothing else',
      {
        param: 'content-type',
      },
    )
  }
  return boundary
}

/** A media type, its parameters of few characters. */
const MEDIA_TYPE =
  /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}(?: *; *[a-z0-9-]+=(?:[a-z0-9_.+-]+|"[a-z0-9_.,+ -]*"))*$/i
export function isMediaType(text: string): boolean {
  return text.length < 256 && MEDIA_TYPE.test(text) && !/^multipart\//i.test(text) && !liesAboutCharset(text)
}
function liesAboutCharset(type: string): boolean {
  const charsets = [...type.matchAll(/charset="?([^";]*)/gi)].map(([, charset]) => charset!.trim().toLowerCase())
  return charsets.some((charset) => charset !== 'utf-8' && charset !== 'us-ascii')
}

/** @throws Denial that names the part */
export function parsePartHead(bytes: Uint8Array, number: number): PartHead {
  const headers = new Map<string, string>()
  for (const line of decodeText(bytes, number).split('\r\n')) {
    const [, written, value] = /^([A-Za-z-]+):(.*)$/.exec(line) ?? []
    const name = written?.toLowerCase()
    if (name === undefined || value === undefined || headers.has(name)) {
      throw bad(number, 'a header that cannot be read, or that comes twice')
    }
    headers.set(name, value.trim())
  }
  const disposition = parseDisposition(headers.get('content-disposition') ?? '', number)
  const type = headers.get('content-type')
  const encoding = headers.get('content-transfer-encoding') ?? 'binary'
  const length = headers.get('content-length')
  for (const name of headers.keys()) if (!HEADERS.includes(name)) throw bad(number, 'a header that form data has not')
  // These three say that nothing is encoded.
  if (!/^(?:binary|8bit|7bit)$/i.test(encoding)) throw bad(number, 'a content-transfer-encoding')
  if (length !== undefined && !/^\d{1,15}$/.test(length)) throw bad(number, 'a content-length that is no number')
  if (type !== undefined && !isMediaType(type)) throw bad(number, 'a content-type that is none, or not in UTF-8')
  const { name, filename } = disposition
  if (filename === undefined && type !== undefined && !/^(?:text\/plain|application\/json)\b/i.test(type)) {
    throw bad(number, 'a content-type of a file, but no file name')
  }
  const file = filename === undefined ? undefined : { filename, ...(type !== undefined && { content_type: type }) }
  return { name, file, length: length === undefined ? undefined : Number(length) }
}
const HEADERS: readonly string[] = [
  'content-disposition',
  'content-type',
  'content-transfer-encoding',
  'content-length',
]

function parseDisposition(text: string, number: number): { name: string; filename: string | undefined } {
  const parameters = new Map<string, string>()
  const start = /^form-data *(?=;)/i.exec(text)
  const parameter = /; *(name|filename) *= *(?:"([^"\\]*)"|([\w!#$%&'*+.^`|~-]+)) */iy
  parameter.lastIndex = start ? start[0].length : text.length
  while (start && parameter.lastIndex < text.length) {
    const [, written, quoted, token] = parameter.exec(text) ?? []
    const name = written?.toLowerCase()
    const value = quoted ?? token
    // A backslash: some readers skip it and take what follows, others keep it. An empty name: for some it is none.
    if (name === undefined || !value || parameters.has(name)) {
      throw bad(number, 'a content-disposition with something else than name="…" and filename="…", or with a backslash')
    }
    parameters.set(name, unescapeName(value))
  }
  const name = parameters.get('name')
  if (name === undefined) throw bad(number, 'no content-disposition with form-data and a name')
  return { name, filename: parameters.get('filename') }
}

/** As browsers write names, and the WHATWG has it. */
const ESCAPES: Readonly<Record<string, string>> = { '"': '%22', '\r': '%0D', '\n': '%0A' }
export function escapeName(name: string): string {
  return name.replace(/["\r\n]/g, (character) => ESCAPES[character]!)
}
function unescapeName(name: string): string {
  return name.replace(/%22|%0D|%0A/gi, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)))
}

function decodeText(bytes: Uint8Array, number: number): string {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw bad(number, 'a head that is not UTF-8')
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
  if (/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text)) throw bad(number, 'control characters in its head')
  return text
}

function bad(number: number, has: string): Denial {
  return new Denial('unreadable_body', `part ${number} of the form data has ${has}`)
}
