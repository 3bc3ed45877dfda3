/**
 * The hash chain of a decision log: each record's hash covers its exact bytes, its number and the hash before it.
 * One chain per tenant, numbered from 1. A cut-off end does not show: only the hash of the last record, kept elsewhere, does.
 */
import { hex } from './ids.ts'
import type { Sha256 } from './ports.ts'

const PREFIX = 'parapet-chain/1'
const utf8 = new TextEncoder()

/** A record in its chain. `hash`: 64 hex digits. */
export interface Link {
  readonly seq: number
  readonly hash: string
}
export interface ChainRow extends Link {
  /** The record's exact text. */
  readonly body: string
}
/** `altered`: a row's text, number or hash changed. `missing`, `reordered`: its number is not the next one. */
export interface ChainBreak {
  readonly seq: number
  readonly problem: 'altered' | 'missing' | 'reordered'
}
export interface ChainReport {
  /** How many rows were read and hold. */
  readonly rows: number
  readonly head: Link
  readonly broken: ChainBreak | undefined
}

/** What the first record of a tenant's chain follows, so that records of one tenant do not fit another's chain. */
export function genesis(tenant: string, sha256: Sha256): Link {
  return { seq: 0, hash: hex(sha256(utf8.encode(`${PREFIX}\n${tenant}`))) }
}

/** The link of a record that follows `previous`. */
export function seal(previous: Link, body: string, sha256: Sha256): Link {
  const seq = previous.seq + 1
  // The fields before the body cannot hold a line break, so no two records have the same bytes.
  return { seq, hash: hex(sha256(utf8.encode(`${PREFIX}\n${seq}\n${previous.hash}\n${body}`))) }
}

/** Checks the rows of a tenant's chain, in the order they are stored in, and reports the first break. */
export function verifyChain(tenant: string, rows: Iterable<ChainRow>, sha256: Sha256): ChainReport {
  let head = genesis(tenant, sha256)
  let count = 0
  for (const row of rows) {
    const next = seal(head, row.body, sha256)
    const problem =
      row.seq > next.seq ? 'missing' : row.seq < next.seq ? 'reordered' : row.hash !== next.hash ? 'altered' : undefined
    if (problem) return { rows: count, head, broken: { seq: next.seq, problem } }
    head = next
    count++
  }
  return { rows: count, head, broken: undefined }
}
