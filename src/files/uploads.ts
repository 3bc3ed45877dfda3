/**
 * Files on their way out: what proxy.ts does with a body, record by record or window by window, so that memory does not depend
 * on a file's size. What is refused in the last line was refused before the first one left: a file is sent when it is rewritten.
 */
import { sniff } from '../blobs.ts'
import type { Spool, SpoolWriter } from '../ports.ts'
import type { Blob, Format, Grant, Limits, Stored } from '../types.ts'
import { type FileSummary, type Judging, makeJudging, type Stages } from './upload-judging.ts'
import { type BatchCall, type Reading, readBatch, readRecords, rewriteLines } from './upload-lines.ts'
import { isJson, rewriteRuns } from './upload-runs.ts'

/** What a file must be. `any`: text of any kind, or what cannot be read; `expected` says what without any sign is. */
export type FileKind =
  | { readonly is: 'batch' }
  | { readonly is: 'records'; readonly format: Format }
  | { readonly is: 'any'; readonly expected?: Blob }

/** All that files are rewritten with. */
export interface Uploading extends Stages {
  readonly limits: Limits
  spool(): Promise<SpoolWriter>
  /** Whether a line of a batch may be sent, as if it were called itself. @throws Denial */
  authorizeLine(call: BatchCall): Promise<Grant>
}

/**
 * A file as it may be sent: another spool, or the same if it cannot be read and policy lets it go. Discarding both is for who
 * calls. @throws Denial that names the line, and never quotes it
 */
export async function rewriteFile(
  file: Spool,
  kind: FileKind,
  uploading: Uploading,
  summary: FileSummary,
): Promise<Spool> {
  const judging = makeJudging(uploading, summary)
  const { grant, limits } = uploading
  if (kind.is === 'any') {
    const blob = await findBlob(file, kind.expected)
    if (blob) {
      await judging.judgeBlob(blob)
      return file
    }
    return store(rewriteAny(file, uploading, judging), uploading)
  }
  const read = kind.is === 'batch' ? readBatch(uploading.authorizeLine) : readRecords(grant, kind.format)
  return store(rewriteLines(file, limits, read, judging), uploading)
}

async function store(texts: AsyncIterable<string>, { spool }: Uploading): Promise<Spool> {
  const utf8 = new TextEncoder()
  const writer = await spool()
  try {
    for await (const text of texts) await writer.write(utf8.encode(text))
    return await writer.finish()
  } catch (error) {
    await writer.discard()
    throw error
  }
}

/** A file that is one JSON document is read as such, if it is no longer than a body; of everything else each line that is one. */
async function* rewriteAny(file: Spool, uploading: Uploading, judging: Judging): AsyncGenerator<string, void, void> {
  const { grant, limits } = uploading
  const reading: Reading = { grant, places: {}, source: () => 'unknown' }
  if (file.size <= limits.requestBytes) {
    let whole = ''
    for await (const text of decode(file)) whole += text
    if (isJson(whole, limits.depth)) {
      const judged = await judging.judge(whole, reading)
      await judging.rewrite([judged])
      yield judged.document.value as string
      return
    }
  }
  yield* rewriteRuns(decode(file), limits, reading, judging)
}

/** The text of a file that is known to be one. */
async function* decode(file: Stored): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  for await (const chunk of file.chunks()) yield decoder.decode(chunk, { stream: true })
  decoder.decode()
}

/** What a file is if it is not text: by how it begins, or since it is not UTF-8 throughout. */
async function findBlob(file: Stored, expected: Blob | undefined): Promise<Blob | undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const other = expected === 'audio' || expected === 'vector' ? expected : 'binary'
  let first = true
  for await (const chunk of file.chunks()) {
    const known = first ? sniff(chunk) : undefined
    first = false
    if (known) return known
    if (chunk.includes(0)) return other
    try {
      decoder.decode(chunk, { stream: true })
    } catch {
      return other
    }
  }
  return isWhole(decoder) ? undefined : other
}
function isWhole(decoder: { decode(): string }): boolean {
  try {
    decoder.decode()
    return true
  } catch {
    return false
  }
}
