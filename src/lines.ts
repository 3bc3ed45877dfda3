/** Lines of a text that comes in chunks, in memory that depends on the longest line alone. */
import { gather } from './bytes.ts'

export interface Line {
  /** From 1, blank lines counted. */
  readonly number: number
  readonly text: string
}
export type LineProblem = 'is too long' | 'is not valid UTF-8'
/** Never quotes the line. */
export class LineError extends Error {
  readonly line: number
  readonly problem: LineProblem
  constructor(line: number, problem: LineProblem) {
    super(`line ${line} ${problem}`)
    this.line = line
    this.problem = problem
  }
}

const LF = 10
const CR = 13
const BOM = '\ufeff'

/**
 * The lines of each chunk, without their ends and without blank ones. CR ends a line as LF and CRLF do: for some readers it
 * does, and what is written of these lines has LF alone. A byte-order mark is skipped. @throws LineError
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  mostBytes: number,
): AsyncGenerator<readonly Line[], void, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const pending = gather()
  let number = 1
  let afterCr = false
  let found: Line[] = []

  function add(bytes: Uint8Array): void {
    if (pending.length + bytes.length > mostBytes) throw new LineError(number, 'is too long')
    pending.add(bytes)
  }
  function end(): void {
    if (pending.length > 0) {
      const text = decode(pending.take())
      if (/[^ \t]/.test(text)) found.push({ number, text })
    }
    number++
  }
  function decode(bytes: Uint8Array): string {
    try {
      const text = decoder.decode(bytes)
      return number === 1 && text.startsWith(BOM) ? text.slice(1) : text
    } catch {
      throw new LineError(number, 'is not valid UTF-8')
    }
  }

  for await (const chunk of chunks) {
    let start = 0
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]!
      if (byte !== LF && byte !== CR) {
        afterCr = false
        continue
      }
      if (byte === LF && afterCr) start = i + 1
      else {
        if (i > start) add(chunk.subarray(start, i))
        end()
        start = i + 1
      }
      afterCr = byte === CR
    }
    if (start < chunk.length) add(chunk.subarray(start))
    if (found.length > 0) {
      yield found
      found = []
    }
  }
  end()
  if (found.length > 0) yield found
}
