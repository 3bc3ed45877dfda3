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
  /** Ties tokens to a chain. A tie that is there already only becomes younger. */
  link(tenant: string, scope: string, chain: string, tokens: readonly string[], now: number): Promise<void>
  /** As `get`, of tokens that are tied to the chain. */
  linked(
    tenant: string,
    scope: string,
    chain: string,
    tokens: readonly string[],
  ): Promise<readonly (Uint8Array | undefined)[]>
  /** Rows that are tied to the chain and whose names begin like this, the first of them by name. */
  named(tenant: string, scope: string, chain: string, prefix: string, most: number): Promise<readonly NamedRow[]>
}
export interface NamedRow {
  readonly token: string
  readonly sealed: Uint8Array
}

export function createVaultTables(sql: Sql): void {
  sql.run('CREATE TABLE IF NOT EXISTS vault_key (tenant TEXT NOT NULL PRIMARY KEY, wrapped BLOB NOT NULL) STRICT')
  sql.run(`CREATE TABLE IF NOT EXISTS vault (
    tenant TEXT NOT NULL, scope TEXT NOT NULL, token TEXT NOT NULL, sealed BLOB NOT NULL, used INTEGER NOT NULL,
    PRIMARY KEY (tenant, scope, token)
  ) STRICT, WITHOUT ROWID`)
  sql.run(`CREATE TABLE IF NOT EXISTS vault_link (
    tenant TEXT NOT NULL, scope TEXT NOT NULL, chain TEXT NOT NULL, token TEXT NOT NULL, used INTEGER NOT NULL,
    PRIMARY KEY (tenant, scope, chain, token)
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
  return inOrder(tokens, sql.all(statement, tenant, scope, JSON.stringify(tokens)))
}
export function linkTokens(
  sql: Sql,
  tenant: string,
  scope: string,
  chain: string,
  tokens: readonly string[],
  now: number,
): void {
  const statement = `INSERT INTO vault_link (tenant, scope, chain, token, used)
    SELECT ?, ?, ?, value, ? FROM json_each(?) WHERE true
    ON CONFLICT DO UPDATE SET used = excluded.used`
  sql.run(statement, tenant, scope, chain, now, JSON.stringify(tokens))
}
export function linkedValues(
  sql: Sql,
  tenant: string,
  scope: string,
  chain: string,
  tokens: readonly string[],
): (Uint8Array | undefined)[] {
  const statement = `SELECT token, sealed FROM vault_link JOIN vault USING (tenant, scope, token)
    WHERE tenant = ? AND scope = ? AND chain = ? AND token IN (SELECT value FROM json_each(?))`
  return inOrder(tokens, sql.all(statement, tenant, scope, chain, JSON.stringify(tokens)))
}
export function namedValues(
  sql: Sql,
  tenant: string,
  scope: string,
  chain: string,
  prefix: string,
  most: number,
): NamedRow[] {
  const statement = `SELECT token, sealed FROM vault_link JOIN vault USING (tenant, scope, token)
    WHERE tenant = ? AND scope = ? AND chain = ? AND substr(token, 1, length(?)) = ? ORDER BY token LIMIT ?`
  const rows = sql.all<NamedRow>(statement, tenant, scope, chain, prefix, prefix, most)
  return rows.map(({ token, sealed }) => ({ token, sealed: bytes(sealed) }))
}
function inOrder(
  tokens: readonly string[],
  rows: readonly { readonly token: string; readonly sealed: Uint8Array }[],
): (Uint8Array | undefined)[] {
  const found = new Map(rows.map(({ token, sealed }) => [token, bytes(sealed)]))
  return tokens.map((token) => found.get(token))
}

/** Forgets values, and ties, that were last used before a time, in milliseconds since 1970. */
export function sweepValues(sql: Sql, before: number): void {
  sql.run('DELETE FROM vault WHERE used < ?', before)
  sql.run('DELETE FROM vault_link WHERE used < ?', before)
}
