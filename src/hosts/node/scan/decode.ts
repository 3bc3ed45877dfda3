/** Bytes of a file as text: which encoding they are in is told by the first of them. */
import { concatBytes } from '../../../bytes.ts'

export interface Text {
  /** The text without its byte order mark. */
  readonly chunks: AsyncIterable<string>
  /** How many characters stand for bytes that are none; known when `chunks` has ended. */
  replaced(): number
}

/** So many bytes are looked at to tell text from what is none. */
const SAMPLE = 64 * 1024
/** Of this many bytes, one that is a control character other than a line break, a tab and such makes it binary. */
const PER_CONTROL = 10

/** `undefined` if this is no text. */
export async function readText(bytes: AsyncIterable<Uint8Array>): Promise<Text | undefined> {
  const source = bytes[Symbol.asyncIterator]()
  const first: Uint8Array[] = []
  let size = 0
  let ended = false
  while (size < SAMPLE && !ended) {
    const next = await source.next()
    if (next.done) ended = true
    else {
      first.push(next.value)
      size += next.value.length
    }
  }
  const sample = concatBytes(first)
  const encoding = guessEncoding(sample.subarray(0, SAMPLE))
  if (encoding === undefined) {
    await source.return?.()
    return undefined
  }
  let replaced = 0
  const decoder = new TextDecoder(encoding)
  const written = countWritten(encoding)
  return { chunks: decode(), replaced: () => replaced }

  async function* decode(): AsyncGenerator<string, void, void> {
    try {
      yield* take(sample)
      while (!ended) {
        const next = await source.next()
        if (next.done) ended = true
        else yield* take(next.value)
      }
      const rest = decoder.decode()
      replaced += count(rest)
      if (rest !== '') yield rest
    } finally {
      if (!ended) await source.return?.()
    }
  }
  function* take(chunk: Uint8Array): Generator<string, void, void> {
    const text = decoder.decode(chunk, { stream: true })
    replaced += count(text) - written(chunk)
    if (text !== '') yield text
  }
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be'
function guessEncoding(bytes: Uint8Array): Encoding | undefined {
  const [a, b, c, d] = bytes
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? undefined : 'utf-16le'
  if (a === 0xfe && b === 0xff) return 'utf-16be'
  const zeros = [0, 0]
  let controls = 0
  bytes.forEach((byte, i) => {
    if (byte === 0) zeros[i & 1]!++
    // Of the control characters text has BS, TAB, LF, VT, FF, CR and ESC.
    else if (byte < 32 && !(byte >= 8 && byte <= 13) && byte !== 27) controls++
  })
  const [even, odd] = zeros as [number, number]
  const pairs = bytes.length >> 1
  if (controls * PER_CONTROL > bytes.length) return undefined
  // Latin letters in UTF-16 have every other byte zero, and none of those between.
  if (odd > pairs * 0.4 && even === 0) return 'utf-16le'
  if (even > pairs * 0.4 && odd === 0) return 'utf-16be'
  return even + odd > 0 ? undefined : 'utf-8'
}

/** U+FFFD in a text: each stands for bytes that are no character, or was written there. */
function count(text: string): number {
  let found = 0
  for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', at + 1)) found++
  return found
}

/** Counts U+FFFD as it is written itself in UTF-8, over chunks. In UTF-16 hardly anything is no character, and it is not told apart. */
function countWritten(encoding: Encoding): (chunk: Uint8Array) => number {
  let tail: Uint8Array = new Uint8Array()
  return (chunk) => {
    if (encoding !== 'utf-8') return 0
    const bytes = Buffer.concat([tail, chunk])
    let found = 0
    for (let at = bytes.indexOf(MARK); at >= 0; at = bytes.indexOf(MARK, at + MARK.length)) found++
    // A mark that ends here was counted; one that was only begun is met again.
    tail = bytes.subarray(-MARK.length).equals(MARK) ? new Uint8Array() : bytes.subarray(-MARK.length + 1)
    return found
  }
}
const MARK = Buffer.from('\ufffd')
