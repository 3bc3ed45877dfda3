/**
 * What a host must supply. Each port says what is needed, not how it is stored; no method is optional.
 * One contract suite per port (test/contract/) is run by every implementation.
 */
import type {
  Answer,
  Call,
  DecisionRecord,
  Digest,
  Domain,
  Entity,
  Grant,
  Id,
  JsonObject,
  LogRecord,
  Operation,
  OutcomeRecord,
  Principal,
  Ruleset,
  Settings,
  Stored,
  Synthetic,
  Upstream,
  UpstreamAnswer,
  UpstreamRequest,
} from './types.ts'

/** Synchronous, since WebCrypto's costs 40 times as much on Node for what is hashed on the path (measured: 41 µs to 1). */
export type Sha256 = (bytes: Uint8Array) => Uint8Array

/** A hash of bytes that come in pieces. */
export interface Hash {
  update(bytes: Uint8Array): void
  digest(): Uint8Array
}

/** A key as it is stored: never the key itself. */
export interface StoredKey {
  /** The public part: `pk_<id>_<secret>` is looked up by it. */
  readonly id: Id
  /** SHA-256 of the whole key, 64 hex digits. Keys have 256 random bits, so a fast hash is enough. */
  readonly hash: string
  readonly tenant: Id
  readonly domains: readonly Domain[]
  readonly groups: readonly Id[]
  /** Milliseconds since 1970, or null. */
  readonly expires: number | null
  readonly revoked: boolean
}
export interface Directory {
  find(id: string): Promise<StoredKey | undefined>
}

/** Stand-ins are for values within a tenant and a scope. A token resolves only in the scope it was made in. */
export interface VaultScope {
  readonly tenant: Id
  readonly scope: Id
}
/** A synthetic value, and what it stands for. */
export interface Surrogate {
  readonly text: string
  readonly action: Synthetic
  readonly entity: Entity
  readonly value: string
}
export interface Vault {
  /**
   * Tokens for values, in order; the same value in the same scope gets the same token. Durable when it resolves.
   * `avoid`: tokens that must not be used, because the caller typed them.
   */
  conceal(
    at: VaultScope,
    values: readonly { readonly entity: Entity; readonly value: string }[],
    avoid: ReadonlySet<string>,
  ): Promise<readonly string[]>
  /** The values of tokens, in order; `undefined` where a token was not made in this scope. */
  reveal(at: VaultScope, tokens: readonly string[]): Promise<readonly (string | undefined)[]>
  /** Ties tokens to a chain: things stored at an upstream that continue one another, such as the turns of a conversation. */
  link(at: VaultScope, chain: Id, tokens: readonly string[]): Promise<void>
  /** As `reveal`, of tokens that were tied to the chain. */
  recall(at: VaultScope, chain: Id, tokens: readonly string[]): Promise<readonly (string | undefined)[]>
  /** 32 bytes for each list of texts: the same in the same scope, and nothing that anybody without the tenant's key could know. */
  derive(at: VaultScope, lists: readonly (readonly string[])[]): Promise<readonly Uint8Array[]>
  /**
   * Keeps surrogates for a chain. In order, whether each stands for its value there now: not if it stood for another already. Durable
   * when it resolves.
   */
  imitate(at: VaultScope, chain: Id, surrogates: readonly Surrogate[]): Promise<readonly boolean[]>
  /** The surrogates of a chain, at most so many of them. */
  imitated(at: VaultScope, chain: Id, most: number): Promise<readonly Surrogate[]>
}

/** Who made a thing that is stored at an upstream. */
export interface Ownership {
  /** As the upstream calls it. */
  readonly id: string
  readonly tenant: Id
  readonly principal: Id
  /** Where it is. */
  readonly upstream: Id
  /** See Vault.link. */
  readonly chain: Id
}
export interface Owners {
  /** Durable when it resolves. What is owned already stays with its first owner. */
  claim(things: readonly Ownership[]): Promise<void>
  /** In order; `undefined` for what was not made through this proxy. */
  find(ids: readonly string[]): Promise<readonly (Ownership | undefined)[]>
}

/** Room for what is too large for memory, until it is discarded; gone with the process at the latest. */
export interface SpoolWriter {
  write(bytes: Uint8Array): Promise<void>
  /** Nothing can be written any more; what was written can be read, more than once. */
  finish(): Promise<Spool>
  discard(): Promise<void>
}
export interface Spool extends Stored {
  discard(): Promise<void>
}

/** A file that comes in parts, as it was announced. */
export interface Upload {
  readonly id: string
  readonly tenant: Id
  /** What it was begun with, as it may be sent. */
  readonly fields: JsonObject
  /** How many were announced. */
  readonly bytes: number
  /** Milliseconds since 1970. */
  readonly created: number
  readonly expires: number
}
/** So many uploads, which announced so many bytes together. */
export interface Pending {
  readonly uploads: number
  readonly bytes: number
}
/** Who begins an upload, and what may be unfinished of that key and of its tenant, this one included. */
export interface UploadRoom {
  readonly principal: Id
  readonly key: Pending
  readonly tenant: Pending
}
export type UploadStatus = 'pending' | 'completing' | 'completed' | 'cancelled'
export interface KeptUpload extends Upload {
  readonly status: UploadStatus
  readonly parts: readonly { readonly id: string; readonly size: number }[]
}
/** Files that come in parts, until they are complete: kept across calls, encrypted, and gone when they have expired. */
export interface Parts {
  /** Durable when it resolves; the others too. False if there is no room for it: exactly, also of those begun at once. */
  create(upload: Upload, room: UploadRoom): Promise<boolean>
  /** `undefined`: never begun, or expired. */
  find(id: string): Promise<KeptUpload | undefined>
  /** Keeps a part. False if the upload is not pending, or if all its parts would have more than `room` bytes. */
  add(upload: string, part: string, content: Stored, room: number): Promise<boolean>
  read(upload: string, part: string): AsyncIterable<Uint8Array>
  /** Whether it had one of these statuses, and now has the other. Of two that ask at once, one does. */
  move(upload: string, from: readonly UploadStatus[], to: UploadStatus): Promise<boolean>
  /** Forgets all parts. One that is completed or cancelled takes no room from then on. */
  clear(upload: string): Promise<void>
}

export interface DecisionLog {
  /** Resolves once the record is durable and chained; rejects if it is not. */
  append(record: LogRecord): Promise<void>
}

/** One row of the log as readers see it. */
export interface LogEntry {
  readonly seq: number
  readonly hash: Digest
  readonly decision: DecisionRecord
  readonly outcome: OutcomeRecord | undefined
}
export interface DecisionQuery {
  /** Newest first, below this sequence number. */
  readonly before?: number | undefined
  readonly action?: 'allow' | 'transform' | 'block' | undefined
  readonly limit: number
}
/** The read model behind the log. A later one may be another store, fed from the log. */
export interface DecisionIndex {
  search(tenant: Id, query: DecisionQuery): Promise<readonly LogEntry[]>
  get(tenant: Id, id: string): Promise<LogEntry | undefined>
}

export interface AccessRequest {
  readonly principal: Principal
  /** A name of an action in the Cedar schema. */
  readonly action: string
  readonly resource: { readonly type: 'Model' | 'Collection' | 'Log'; readonly id: Id }
  readonly context: { readonly purpose: Id | undefined; readonly stream: boolean }
}
export interface AccessAnswer {
  readonly allowed: boolean
  readonly policies: readonly Id[]
}
/** The policy engine. Evaluation errors deny. */
export interface Access {
  readonly digest: Digest
  ask(request: AccessRequest): AccessAnswer
  /** The residual of the data actions for this principal and operation; see Grant. */
  residual(principal: Principal, operation: Operation): Grant['on']
}

/** Everything that configuration says, parsed and compiled. */
export interface Bundle {
  readonly ruleset: Ruleset
  readonly access: Access
  readonly upstreams: readonly Upstream[]
  readonly settings: Settings
}

export interface Host {
  readonly bundle: Bundle
  readonly directory: Directory
  readonly vault: Vault
  readonly owners: Owners
  readonly parts: Parts
  readonly decisions: DecisionLog
  readonly index: DecisionIndex
  /**
   * Sends a request to an upstream. Redirects are not followed. `signal` aborts it at any time, while the body is read too.
   * Rejects if no answer came within `settings.limits.firstByteMs`.
   */
  send(upstream: Upstream, request: UpstreamRequest, signal: AbortSignal): Promise<UpstreamAnswer>
  /** Opens a spool. */
  spool(): Promise<SpoolWriter>
  /** Work that outlives the answer. Its errors must be handled here. */
  background(work: Promise<unknown>): void
  /** Milliseconds since 1970. */
  now(): number
  /** Fires after so many milliseconds. */
  deadline(ms: number): AbortSignal
  /** Lets other calls run: long work is done in slices, so that no call can hold up the others. */
  pause(): Promise<void>
  random(bytes: number): Uint8Array
  /** SHA-256, at once: an asynchronous one costs more than the hash. */
  sha256: Sha256
  /** MD5, which the API has for checking that a file is whole, and for nothing else. */
  md5(): Hash
  /**
   * 32 bytes that the dashboard's session cookies are encrypted with; the same in every process or isolate of a deployment.
   * deriveSessionKey() of src/dashboard/session.ts makes it from the master key.
   */
  readonly sessionKey: Uint8Array
  /** Calls without a principal, which are sampled: how many since the last record of one, and when that was. Mutable. */
  readonly nobody: { unrecorded: number; recordedAt: number }
  /** One line for the operator, free of content. */
  warn(line: string): void
}

/** What turns a call into an answer: proxy() bound to a host. */
export type Exchange = (call: Call) => Promise<Answer>
