/** Group commit: all writes that arrive in one turn of the event loop share one transaction, and so one fsync. */
import type { Sql } from '../../stores/sql.ts'

export interface Group {
  /** Runs synchronous work in the next transaction. Settles after it is committed; rejects if it is not. */
  write<T>(work: () => T): Promise<T>
  /** Commits what waits, at once. */
  flush(): void
}
interface Waiting {
  readonly work: () => unknown
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

export function groupWrites(sql: Sql): Group {
  let waiting: Waiting[] = []

  function flush(): void {
    const batch = waiting
    waiting = []
    if (batch.length === 0) return
    let results: unknown[]
    try {
      results = sql.transaction(() => batch.map(({ work }) => work()))
    } catch (error) {
      for (const { reject } of batch) reject(error)
      return
    }
    batch.forEach(({ resolve }, i) => {
      resolve(results[i])
    })
  }

  return {
    write: <T>(work: () => T) =>
      new Promise<T>((resolve, reject) => {
        // After the input of this turn has been read, so that its writes go together.
        if (waiting.length === 0) setImmediate(flush)
        waiting.push({ work, resolve: resolve as (value: unknown) => void, reject })
      }),
    flush,
  }
}
