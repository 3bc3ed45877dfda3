/** Images and files: `data:` URLs on OpenAI's side, sources on Anthropic's. Nothing is ever fetched: that would be the caller's SSRF. */
import { hasValue } from '../formats/shapes.ts'
import type { Json, JsonObject } from '../types.ts'
import { asText, checkFields, refuse } from './fields.ts'
import { HELD, SOURCES } from './fields-anthropic.ts'

/** What `data:` URLs of images and files look like. Base64 without line breaks: both APIs refuse others. */
const DATA = /^data:[\w.+-]+\/[\w.+-]+(?:;[\w.+-]+=[\w.+-]+)*;base64,/i
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

/**
 * The media type of base64, by its first bytes: what a client wrote beside it is often wrong, and Anthropic refuses the whole
 * request then.
 */
export function sniff(base64: string): string | undefined {
  if (base64.startsWith('/9j/')) return 'image/jpeg'
  if (base64.startsWith('iVBORw0KGgo')) return 'image/png'
  if (base64.startsWith('R0lGOD')) return 'image/gif'
  // RIFF, four bytes of length, WEBP; its last three bytes stand on a boundary of base64.
  if (base64.startsWith('UklGR') && base64.slice(12, 16) === 'RUJQ') return 'image/webp'
  if (base64.startsWith('JVBERi')) return 'application/pdf'
  return undefined
}

/** The base64 in a `data:` URL and what it is. */
function readData(url: string, path: string): { data: string; type: string | undefined } {
  const head = DATA.exec(url)?.[0] ?? refuse(path, 'this is no data: URL in base64')
  const data = url.slice(head.length)
  if (!BASE64.test(data)) refuse(path, 'this is no base64')
  return { data, type: sniff(data) }
}

/** An `image_url` as a source: a URL stays one. */
export function imageSource(url: string, path: string): JsonObject {
  if (/^https?:\/\//i.test(url)) return { type: 'url', url }
  const { data, type } = readData(url, path)
  if (!type?.startsWith('image/')) return refuse(path, 'the image is neither JPEG, PNG, GIF nor WebP')
  return { type: 'base64', media_type: type, data }
}
/** A file's data as a source. */
export function fileSource(data: string, path: string): JsonObject {
  const file = readData(data, path)
  if (file.type !== 'application/pdf') return refuse(path, 'the file is no PDF')
  return { type: 'base64', media_type: file.type, data: file.data }
}

/** INVARIANT: a source has one content: of two, the one that is not sent would be lost. */
export function checkSource(source: Json | undefined, path: string): JsonObject {
  const given = checkFields(source, SOURCES, path, new Set())
  const held = Object.hasOwn(HELD, String(given.type)) ? HELD[String(given.type)] : undefined
  for (const field of Object.values(HELD)) {
    if (held && field !== held && hasValue(given[field])) refuse(`${path}.${field}`, 'this kind of source has none')
  }
  return given
}
/** An image's source as a part of a message. */
export function imagePart(source: Json | undefined, path: string): JsonObject {
  const { type, data, url } = checkSource(source, path)
  if (type === 'url') return { type: 'image_url', image_url: { url: asText(url, `${path}.url`) } }
  if (type !== 'base64') return refuse(`${path}.type`, 'only images as base64 or by URL can be sent')
  const text = asText(data, `${path}.data`)
  const media = sniff(text)
  if (!media?.startsWith('image/')) return refuse(`${path}.data`, 'the image is neither JPEG, PNG, GIF nor WebP')
  return { type: 'image_url', image_url: { url: `data:${media};base64,${text}` } }
}
/** A PDF as a part of a message. */
export function filePart(data: Json | undefined, title: string | undefined, path: string): JsonObject {
  const text = asText(data, path)
  if (sniff(text) !== 'application/pdf') return refuse(path, 'the file is no PDF')
  // The API needs a name for what has data.
  const filename = title ?? 'document.pdf'
  return { type: 'file', file: { filename, file_data: `data:application/pdf;base64,${text}` } }
}
