/**
 * What stands in base64: pictures, sound, documents. What they show cannot be read, so that each is a finding of its own, for
 * policy to rule on; but base64 that holds text is text.
 */
import { id } from './ids.ts'
import type { Blob, Rule } from './types.ts'

/** Seeing one is a finding of these rules; policies know it by the label, such as `unscannable.image`. */
export const BLOB_RULES: Readonly<Record<Blob, Rule>> = {
  image: ruleOf('image'),
  audio: ruleOf('audio'),
  video: ruleOf('video'),
  document: ruleOf('document'),
  binary: ruleOf('binary'),
  encrypted: ruleOf('encrypted'),
  tokens: ruleOf('tokens'),
  vector: ruleOf('vector'),
}
function ruleOf(blob: Blob): Rule {
  return {
    ref: id(`unscannable-${blob}@1`),
    entity: id(`UNSCANNABLE_${blob.toUpperCase()}`),
    label: id(`unscannable.${blob}`),
  }
}

export type Held =
  | { readonly blob: Blob }
  /** Text in disguise: what it says, and how other text is put in its place. */
  | { readonly text: string; encode(text: string): string }

/** Shorter than this nothing is taken for base64: a word is one too. The smallest PNG has 90 characters. */
const SHORTEST = 64

/**
 * What a string holds, if it is a `data:` URI (RFC 2397) or, where `expected` says that such may stand there, base64.
 * `undefined`: it is text as it stands.
 */
export function readBlob(text: string, expected: Blob | undefined): Held | undefined {
  if (/^\s*data:/i.test(text.slice(0, 64))) return readDataUri(text, expected)
  if (
    expected === undefined ||
    expected === 'encrypted' ||
    expected === 'tokens' ||
    text.length < SHORTEST ||
    !isBase64(text)
  )
    return undefined
  const bytes = decodeBase64(text)
  return bytes && judge(bytes, expected, (inner) => encodeBase64(inner))
}

function readDataUri(text: string, expected: Blob | undefined): Held | undefined {
  const comma = text.indexOf(',')
  if (comma < 0 || comma > 300) return undefined
  const head = text.slice(0, comma + 1)
  const rest = text.slice(comma + 1)
  if (!/;\s*base64\s*,$/i.test(head)) {
    const plain = decodePercent(rest)
    return plain === undefined ? undefined : { text: plain, encode: (inner) => head + encodeURIComponent(inner) }
  }
  const bytes = decodeBase64(rest)
  // Broken base64 is read as it stands; a reader that is more lenient gets what was scanned.
  return bytes && judge(bytes, expected, (inner) => head + encodeBase64(inner))
}

function judge(bytes: Uint8Array, expected: Blob | undefined, encode: (text: string) => string): Held {
  const blob = sniff(bytes)
  if (blob) return { blob }
  const text = decodeText(bytes)
  if (text !== undefined) return { text, encode }
  // Sound without a header is just numbers; everything else that is known begins with what it is.
  return { blob: expected === 'audio' || expected === 'vector' ? expected : 'binary' }
}

const MAGIC: readonly (readonly [Blob, number, readonly number[]])[] = [
  ['image', 0, [0x89, 0x50, 0x4e, 0x47]], // PNG
  ['image', 0, [0xff, 0xd8, 0xff]], // JPEG
  ['image', 0, [0x47, 0x49, 0x46, 0x38]], // GIF
  ['image', 8, [0x57, 0x45, 0x42, 0x50]], // RIFF … WEBP
  ['audio', 8, [0x57, 0x41, 0x56, 0x45]], // RIFF … WAVE
  ['audio', 0, [0x49, 0x44, 0x33]], // MP3 with ID3
  ['audio', 0, [0xff, 0xfb]], // MP3
  ['audio', 0, [0xff, 0xf1]], // AAC
  ['audio', 0, [0x4f, 0x67, 0x67, 0x53]], // Ogg
  ['audio', 0, [0x66, 0x4c, 0x61, 0x43]], // FLAC
  ['video', 4, [0x66, 0x74, 0x79, 0x70]], // MP4 and its family
  ['video', 0, [0x1a, 0x45, 0xdf, 0xa3]], // Matroska, WebM
  ['document', 0, [0x25, 0x50, 0x44, 0x46]], // PDF
  ['document', 0, [0x50, 0x4b, 0x03, 0x04]], // ZIP: Office documents
  ['document', 0, [0xd0, 0xcf, 0x11, 0xe0]], // older Office documents
  ['binary', 0, [0x1f, 0x8b]], // gzip
]
/** What bytes are, by how they begin; `undefined` if that says nothing. */
export function sniff(bytes: Uint8Array): Blob | undefined {
  return MAGIC.find(([, at, magic]) => magic.every((byte, i) => bytes[at + i] === byte))?.[0]
}

/** Bytes as text, if that is what they are: UTF-8 without control characters that no text has. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}

/** Standard or URL-safe alphabet, line breaks allowed. One pass. */
function isBase64(text: string): boolean {
  return !/[^A-Za-z0-9+/=_\-\r\n]/.test(text)
}
function decodeBase64(text: string): Uint8Array | undefined {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = new Uint8Array(binary.length)
    for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i)
    return bytes
  } catch {
    return undefined
  }
}
function encodeBase64(text: string): string {
  const bytes = new TextEncoder().encode(text)
  let binary = ''
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
  return btoa(binary)
}
function decodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
