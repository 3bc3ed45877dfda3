/** SQLite by a Durable Object's storage. */
import type { Sql } from '../../stores/sql.ts'

export function durableSql(storage: DurableObjectStorage): Sql {
  return {
    all: <Row>(statement: string, ...values: (string | number | null | Uint8Array)[]) =>
      storage.sql.exec(statement, ...values).toArray() as Row[],
    run: (statement, ...values) => void storage.sql.exec(statement, ...values),
    transaction: (work) => storage.transactionSync(work),
  }
}
