/** SQLite by `node:sqlite`. */
import { closeSync, openSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { Sql } from '../../stores/sql.ts'

/** How long to wait for another process, such as the command line, to end its write. Milliseconds. */
const BUSY_MS = 2000

export interface Database extends Sql {
  close(): void
}

/** Opens or makes a database. What is committed survives a power cut. `readOnly`: the file must be there. */
export function openDatabase(path: string, options: { readonly readOnly?: boolean } = {}): Database {
  // Its owner's alone; SQLite gives the files beside it the same mode.
  if (!options.readOnly) closeSync(openSync(path, 'a', 0o600))
  const database = new DatabaseSync(path, { timeout: BUSY_MS, readOnly: options.readOnly ?? false })
  if (!options.readOnly)
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 8000')
  // The statements are those of src/stores, a few dozen, so nothing needs to be thrown out.
  const statements = new Map<string, StatementSync>()
  function prepare(text: string): StatementSync {
    const known = statements.get(text)
    if (known) return known
    const statement = database.prepare(text)
    statements.set(text, statement)
    return statement
  }
  return {
    all: <Row>(statement: string, ...values: (string | number | null | Uint8Array)[]) =>
      prepare(statement).all(...values) as Row[],
    run: (statement, ...values) => void prepare(statement).run(...values),
    transaction<T>(work: () => T): T {
      prepare('BEGIN IMMEDIATE').run()
      try {
        const result = work()
        prepare('COMMIT').run()
        return result
      } catch (error) {
        // A full disk may have undone it already.
        if (database.isTransaction) prepare('ROLLBACK').run()
        throw error
      }
    },
    close() {
      statements.clear()
      database.close()
    },
  }
}
