/** Standard output and error: results on one, what goes on on the other. */
import type { WriteStream } from 'node:tty'

export interface Output {
  /** Whether results may be coloured. */
  readonly colours: boolean
  /** Whether nobody reads the results any more. */
  readonly closed: boolean
  /** Writes results, as fast as they are read. @throws if nobody reads them any more */
  write(text: string): Promise<void>
  /** A line for people. */
  tell(line: string): void
  /** Says how far it is, if someone is looking. */
  progress(describe: () => string): void
  /** Takes the last progress away. */
  clear(): void
}

/** Milliseconds between two lines of progress. */
const OFTEN = 100

export function createOutput(
  results: NodeJS.WriteStream & Partial<WriteStream>,
  people: NodeJS.WriteStream & Partial<WriteStream>,
): Output {
  let closed = false
  let shown = false
  let last = 0
  // A reader such as `head` that has enough closes the pipe.
  results.on('error', () => {
    closed = true
  })
  const clear = () => {
    if (shown) people.write('\r\u001b[K')
    shown = false
  }
  return {
    colours: results.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
    get closed() {
      return closed
    },
    async write(text) {
      if (closed) throw new Error('nobody reads the results any more')
      if (text === '') return
      if (results.isTTY) clear()
      if (results.write(text)) return
      await new Promise<void>((resolve) => {
        const done = () => {
          results.off('drain', done).off('error', done).off('close', done)
          resolve()
        }
        results.on('drain', done).on('error', done).on('close', done)
      })
    },
    tell(line) {
      clear()
      people.write(`${line}\n`)
    },
    progress(describe) {
      if (!people.isTTY || Date.now() - last < OFTEN) return
      last = Date.now()
      people.write(`\r\u001b[K${describe()}`)
      shown = true
    },
    clear,
  }
}
