/** Lines of a text that comes in chunks, in memory that depends on the longest line alone. */
import { gather } from '../bytes.ts'

export interface Line {
  /** From 1. */
  readonly number: number
  readonly text: string
  /** What ended it; nothing ends the last one. */
  readonly end: '\n' | '\r\n' | '\r' | ''
}
/** Whether a line holds nothing. */
export function isBlank({ text }: Line): boolean {
  return !/[^ \t]/.test(text)
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
 * The lines of each chunk. CR ends a line as LF and CRLF do: for some readers it does. A byte-order mark is skipped.
 * @throws LineError
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  mostBytes: number,
): AsyncGenerator<readonly Line[], void, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const pending = gather()
  let number = 1
  /** A line that CR has ended: LF may follow. */
  let waiting: string | undefined
  let found: Line[] = []

  function add(bytes: Uint8Array): void {
    if (pending.length + bytes.length > mostBytes) throw new LineError(number, 'is too long')
    pending.add(bytes)
  }
  function push(text: string, end: Line['end']): void {
    found.push({ number, text, end })
    number++
    waiting = undefined
  }
  function take(): string {
    try {
      const text = decoder.decode(pending.take())
      return number === 1 && text.startsWith(BOM) ? text.slice(1) : text
    } catch {
      throw new LineError(number, 'is not valid UTF-8')
    }
  }

  function read(chunk: Uint8Array): void {
    let start = 0
    let lf = chunk.indexOf(LF)
    let cr = chunk.indexOf(CR)
    /** Whether LF follows CR is known when there is a next byte. */
    const settle = (): void => {
      if (waiting === undefined || start === chunk.length) return
      const pair = lf === start
      push(waiting, pair ? '\r\n' : '\r')
      if (pair) lf = chunk.indexOf(LF, ++start)
    }
    settle()
    for (;;) {
      const at = lf < 0 || (cr >= 0 && cr < lf) ? cr : lf
      if (at < 0) break
      if (at > start) add(chunk.subarray(start, at))
      start = at + 1
      if (at === lf) {
        push(take(), '\n')
        lf = chunk.indexOf(LF, start)
      } else {
        waiting = take()
        cr = chunk.indexOf(CR, start)
        settle()
      }
    }
    if (start < chunk.length) add(chunk.subarray(start))
  }

  for await (const chunk of chunks) {
    let failure: unknown
    try {
      read(chunk)
    } catch (error) {
      failure = error
    }
    // Those before a bad one are good, wherever the chunk began.
    if (found.length > 0) yield found
    if (failure !== undefined) throw failure
    found = []
  }
  if (waiting !== undefined) push(waiting, '\r')
  const last = take()
  if (last !== '') push(last, '')
  if (found.length > 0) yield found
}
