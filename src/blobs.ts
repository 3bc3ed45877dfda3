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
  /** `text`: what of it is text all the same, such as the head of a `data:` URI. */
  | { readonly blob: Blob; readonly text: string }
  /** Text in disguise: what it says, and how other text is put in its place. */
  | { readonly text: string; encode(text: string): string }

/** No prose has a word of so many letters; the smallest PNG is longer. */
const WORD = 64

/**
 * What a string holds, if it is a `data:` URI (RFC 2397) or, where `expected` says that such may stand there, base64.
 * `undefined`: it is text as it stands. INVARIANT: every character is looked at as text, or is part of a blob that is ruled on:
 * what does not decode as it should is not taken for text on trust, since readers are more lenient than we are.
 */
export function readBlob(text: string, expected: Blob | undefined): Held | undefined {
  const uri = /^[\0- ]*d[\t\r\n]*a[\t\r\n]*t[\t\r\n]*a[\t\r\n]*:/i.test(text) ? readDataUri(text, expected) : undefined
  if (uri) return uri
  if (expected === undefined || expected === 'encrypted' || expected === 'tokens') return undefined
  const strict = isBase64(text) && text.length >= 8 ? decodeBase64(text) : undefined
  // Short ones are words as often: they count only if they say something.
  if (strict && text.length < WORD) return judge(strict, 'vector', text, encodeBase64, true)
  if (strict) return judge(strict, expected, text, encodeBase64)
  return looksLikeBase64(text) ? judge(decodeLoosely(text), expected, text, encodeBase64) : undefined
}

/** `data:`, a media type, parameters, and what follows the comma. Text that only begins like one is text. */
const URI = /^([\0- ]*data:(?:[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+*-]+)?(?:;[^,;]*)*,)([\s\S]*)$/i

function readDataUri(raw: string, expected: Blob | undefined): Held | undefined {
  // As readers of URLs do, before anything else (URL Standard §4.4).
  const text = raw.replace(/[\t\r\n]/g, '')
  const found = URI.exec(text)
  if (!found) return undefined
  const head = found[1]!
  const rest = decodePercent(found[2]!)
  if (!saysBase64(head)) {
    // What it says is read with its head before it; written as it stood, if nothing was written in escapes.
    if (rest === found[2] && text === raw) return undefined
    return { text: head + rest, encode: (to) => afterComma(to, encodeURIComponent) }
  }
  const bytes = isBase64(rest) ? decodeBase64(rest) : undefined
  const held = judge(bytes ?? decodeLoosely(rest), expected, raw, encodeBase64)
  if (!held) return undefined
  if ('blob' in held) return { blob: held.blob, text: raw.length <= SHORT ? raw : head }
  return { text: head + held.text, encode: (to) => afterComma(to, encodeBase64) }
}
/** Whether a parameter is, or holds, `base64`: readers differ on where it must stand. */
function saysBase64(head: string): boolean {
  const parameters = head.indexOf(';')
  return parameters >= 0 && head.toLowerCase().includes('base64', parameters)
}
/** Blobs this short are looked at as they stand, too: keys of providers look like base64. Characters. */
const SHORT = 16 * 1024

function afterComma(text: string, encode: (text: string) => string): string {
  const comma = text.indexOf(',') + 1
  return text.slice(0, comma) + encode(text.slice(comma))
}

function judge(
  bytes: Uint8Array,
  expected: Blob | undefined,
  raw: string,
  encode: (text: string) => string,
  onlyText = false,
): Held | undefined {
  const blob = sniff(bytes)
  const text = blob ? undefined : decodeText(bytes)
  if (text !== undefined) return { text, encode }
  if (onlyText) return undefined
  // Sound without a header is just numbers; everything else that is known begins with what it is.
  const other = expected === 'audio' || expected === 'vector' ? expected : 'binary'
  return { blob: blob ?? other, text: raw.length <= SHORT ? raw : '' }
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
/** As much of the beginning says what bytes are. */
const HEAD = 4096
/**
 * What bytes are, by how they begin; `undefined` if that says nothing. Text may begin like a picture, a sound or a film, none of
 * which is text to its end; a document can be.
 */
export function sniff(bytes: Uint8Array): Blob | undefined {
  const found = MAGIC.find(([, at, magic]) => magic.every((byte, i) => bytes[at + i] === byte))?.[0]
  if (found === undefined || found === 'document') return found
  return beginsAsText(bytes.subarray(0, HEAD)) ? undefined : found
}
function beginsAsText(head: Uint8Array): boolean {
  if (head.includes(0)) return false
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(head, { stream: true })
    return true
  } catch {
    return false
  }
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
/** Base64 with something wrong in it, as far as no prose and no URL looks like it. */
function looksLikeBase64(text: string): boolean {
  if (/^\s*[a-z][a-z0-9+.-]*:\/\//i.test(text)) return false
  let run = 0
  for (let i = 0; i < text.length; i++) {
    run = isLetter(text.charCodeAt(i)) ? run + 1 : 0
    if (run >= WORD) return true
  }
  return false
}
function isLetter(c: number): boolean {
  return (
    (c >= 48 && c <= 57) ||
    (c >= 65 && c <= 90) ||
    (c >= 97 && c <= 122) ||
    c === 43 ||
    c === 45 ||
    c === 47 ||
    c === 95
  )
}
/** As the most lenient readers do: what is no letter of base64 is skipped. */
function decodeLoosely(text: string): Uint8Array {
  const letters = text.replace(/[^A-Za-z0-9+/_-]/g, '')
  return decodeBase64(letters.slice(0, letters.length - (letters.length % 4 === 1 ? 1 : 0))) ?? new Uint8Array()
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
/** Escapes that are none stand for themselves. */
function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  }
}
