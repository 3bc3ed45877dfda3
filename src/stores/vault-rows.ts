/** The vault's rows in SQLite. All values are sealed before they get here. */
import { bytes, type Sql } from './sql.ts'

/** A value's ciphertext, with its IV in front, under its token. */
export interface VaultRow {
  readonly scope: string
  readonly token: string
  readonly sealed: Uint8Array
}
/** Where a vault keeps what it has sealed. Durable when a promise resolves. */
export interface VaultRows {
  /** The tenant's wrapped key; if there is none, `fresh` becomes it. */
  key(tenant: string, fresh: Uint8Array): Promise<Uint8Array>
  /** A row that is there already only becomes younger. `now`: milliseconds since 1970. */
  put(tenant: string, rows: readonly VaultRow[], now: number): Promise<void>
  /** Ciphertexts, in order of the tokens. */
  get(tenant: string, scope: string, tokens: readonly string[]): Promise<readonly (Uint8Array | undefined)[]>
}

export function createVaultTables(sql: Sql): void {
  sql.run('CREATE TABLE IF NOT EXISTS vault_key (tenant TEXT NOT NULL PRIMARY KEY, wrapped BLOB NOT NULL) STRICT')
  sql.run(`CREATE TABLE IF NOT EXISTS vault (
    tenant TEXT NOT NULL, scope TEXT NOT NULL, token TEXT NOT NULL, sealed BLOB NOT NULL, used INTEGER NOT NULL,
    PRIMARY KEY (tenant, scope, token)
  ) STRICT, WITHOUT ROWID`)
}

/** To be called inside a transaction, so that two callers cannot both make a tenant's key. */
export function vaultKey(sql: Sql, tenant: string, fresh: Uint8Array): Uint8Array {
  sql.run('INSERT INTO vault_key (tenant, wrapped) VALUES (?, ?) ON CONFLICT DO NOTHING', tenant, fresh)
  return bytes(sql.all<{ wrapped: Uint8Array }>('SELECT wrapped FROM vault_key WHERE tenant = ?', tenant)[0]!.wrapped)
}
export function putValues(sql: Sql, tenant: string, rows: readonly VaultRow[], now: number): void {
  const statement = `INSERT INTO vault (tenant, scope, token, sealed, used) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET used = excluded.used`
  for (const { scope, token, sealed } of rows) sql.run(statement, tenant, scope, token, sealed, now)
}
export function getValues(
  sql: Sql,
  tenant: string,
  scope: string,
  tokens: readonly string[],
): (Uint8Array | undefined)[] {
  // One statement for all of them: a body may hold thousands.
  const statement = `SELECT token, sealed FROM vault
    WHERE tenant = ? AND scope = ? AND token IN (SELECT value FROM json_each(?))`
  const rows = sql.all<{ token: string; sealed: Uint8Array }>(statement, tenant, scope, JSON.stringify(tokens))
  const found = new Map(rows.map(({ token, sealed }) => [token, bytes(sealed)]))
  return tokens.map((token) => found.get(token))
}
/** Forgets values that were last used before a time, in milliseconds since 1970. */
export function sweepValues(sql: Sql, before: number): void {
  sql.run('DELETE FROM vault WHERE used < ?', before)
}
