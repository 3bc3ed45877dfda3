/** What the stores need of an SQLite database. `node:sqlite` and a Durable Object's storage both have it. */
export type SqlValue = string | number | null | Uint8Array

export interface Sql {
  /** Rows of a query. Blobs come as any kind of byte buffer; see `bytes`. */
  all<Row>(statement: string, ...values: SqlValue[]): Row[]
  run(statement: string, ...values: SqlValue[]): void
  /** Runs synchronous work; what it throws undoes all of it and is thrown on. */
  transaction<T>(work: () => T): T
}

/** A blob as bytes; the databases disagree on its type. */
export function bytes(blob: ArrayBuffer | Uint8Array): Uint8Array<ArrayBuffer> {
  return blob instanceof ArrayBuffer ? new Uint8Array(blob) : new Uint8Array(blob)
}
