/**
 * The vocabulary. Types only; imports nothing. One word per thing (ARCHITECTURE.md lists the words).
 */

// ── Branded strings: what may stand in a record. Only `ids.ts` makes them, and only from text of the right shape. ──
declare const brand: unique symbol
/** A name from configuration or of a narrow identifier shape; never free text. */
export type Id = string & { readonly [brand]: 'id' }
/** `sha256:` and 64 hex digits. */
export type Digest = string & { readonly [brand]: 'digest' }
/** A time, RFC 3339 in UTC with milliseconds. */
export type Time = string & { readonly [brand]: 'time' }
/** Where in a body something stands: a JSON pointer in which every key that the format does not know is `*`. */
export type Place = string & { readonly [brand]: 'place' }

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

// ── HTTP, without a host's classes ──
/** A request as a host hands it in. */
export interface Call {
  readonly method: string
  /** The path as sent, undecoded. */
  readonly path: string
  /** The query without `?`, undecoded. */
  readonly query: string
  /** Value of a header, by its name in lower case. */
  header(name: string): string | undefined
  /** The whole body, or `undefined` if it is longer than `limit` bytes. */
  read(limit: number): Promise<Uint8Array | undefined>
  /** The body in pieces, as it comes, for bodies of any length. Instead of `read`, and once. */
  chunks(): AsyncIterable<Uint8Array>
  /** Fires when the client has gone. */
  readonly signal: AbortSignal
}
/** An answer for a host to send. A body that throws must reach the client as a broken connection, never a clean end. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | AsyncIterable<string | Uint8Array>
}

// ── Who and what ──
export type Domain = 'invoke' | 'train' | 'inspect' | 'admin'
export const DOMAINS: readonly Domain[] = ['invoke', 'train', 'inspect', 'admin']

/** Who is calling. */
export interface Principal {
  readonly id: Id
  readonly tenant: Id
  readonly domains: readonly Domain[]
  readonly groups: readonly Id[]
}

/** One operation of a vendor's API: a row of the table in src/operations. */
export interface Endpoint {
  /** `responses.create`: the API's own name for it, as its SDK has it. */
  readonly id: Id
  readonly api: Api
  readonly method: 'GET' | 'POST' | 'DELETE' | 'PUT' | 'PATCH'
  /** With `{name}` where an id stands: `/v1/responses/{response_id}`. */
  readonly path: string
  readonly domain: Domain
  /** What it is called in the Cedar schema. */
  readonly action: string
  /** What it acts on: the model that its body (or path, or query) names, or a collection of stored things such as `files`. */
  readonly on: 'model' | Id
  readonly format: Format
  readonly request: 'none' | 'json' | 'multipart'
  /** `file`: of any media type, such as the content of a file. `text`: JSON or text, as it says. `socket`: a WebSocket. */
  readonly answer: 'json' | 'text' | 'file' | 'socket'
  /** Whether the caller may ask for server-sent events. */
  readonly streams: boolean
  /** Names of query parameters; of `expand[]` and `metadata[key]` the part before the bracket. */
  readonly query: readonly string[]
  /**
   * `id`: the first id in the path has an owner, who needs no more than the action `useOwn`; `list`: of the answer's `data`,
   * callers who may not inspect get what they own.
   */
  readonly owned: 'no' | 'id' | 'list'
  /** Fields of the answer that hold ids of what it made: they are the caller's own from then on. */
  readonly creates: readonly string[]
  /** Fields that name files, with the purpose that the lines of each must have been scanned for. */
  readonly reads: Readonly<Record<string, string>>
  /** Which step it is of a file that comes in parts, which are kept here until they are complete; see parts.ts. */
  readonly upload: 'create' | 'part' | 'complete' | 'cancel' | undefined
  /** Why nobody is served this, whatever their permissions. */
  readonly closed: string | undefined
}

/** What is asked. `needs` are further actions that fields of the body ask for. */
export interface Operation {
  readonly id: Id
  readonly endpoint: Endpoint
  readonly format: Format
  readonly domain: Domain
  readonly action: string
  readonly needs: readonly Need[]
  /** `none` where no model is named. */
  readonly model: Id
  readonly stream: boolean
  readonly purpose: Id | undefined
}
/** The parts of a request's address that hold text: they are walked like a body, and written from what was walked. */
export interface Address {
  /** Ids in the path, by name. */
  readonly path: JsonObject
  /** Query parameters, by name: a string, or a list of strings where one is repeated. */
  readonly query: JsonObject
}
/** A field that turns one operation into another, such as `logprobs`, with the Cedar action it needs. */
export interface Need {
  readonly action: string
  readonly field: string
  /** The action is the operation's own, on this model. */
  readonly model?: Id
}

// ── Text ──
/** Who wrote a text. */
export type Source = 'system' | 'user' | 'assistant' | 'tool' | 'unknown'

/**
 * One piece of text in a body: a string, a number, or an object key; or a string inside a string that holds JSON.
 * `identifier` segments are protocol identifiers: looked at, never rewritten. `reference` ones name a stored thing, which must
 * be the caller's own. `blob` ones are what cannot be read for text: pictures, sound, numbers that stand for text.
 */
export interface Segment {
  readonly text: string
  readonly kind: 'string' | 'number' | 'key' | 'identifier' | 'reference' | 'blob'
  /** What a blob is. */
  readonly blob: Blob | undefined
  readonly source: Source
  /** The object key this value stands under: context for detectors, so that `{"ssn": 219099999}` is understood. */
  readonly key: string | undefined
  /** Where it stands; computed when asked, since only findings need it. */
  place(): Place
  /** Puts other text in its place: `text`, which comes of `edits` if they are given. What was not edited stays as it was written. */
  write(text: string, edits?: readonly { readonly start: number; readonly end: number; readonly text: string }[]): void
}

// ── Detecting ──
export type Label = Id
export type Entity = Id

/** A rule, as records and policies see it. */
export interface Rule {
  /** `payment-card@1` */
  readonly ref: Id
  readonly entity: Entity
  readonly label: Label
}

/** Offsets are UTF-16 code units, `end` exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}
/** Something a detector saw. Holds no text. */
export interface Finding extends Span {
  readonly rule: Rule
  /** 0 to 1. */
  readonly score: number
  /** Whether it goes on from the finding before it, whose mask then stands for both. */
  readonly continues?: boolean
}
export interface Detection {
  /** By start. May overlap where rules differ. */
  readonly findings: readonly Finding[]
  /**
   * From here on, text that follows could still start, change or end a finding; everything before is settled.
   * The length of the text if nothing is open.
   */
  readonly open: number
}
export interface Look {
  /** Findings that start at or after this; text before it is context only. */
  readonly from: number
  /** Whether nothing follows, so that nothing is open. */
  readonly final: boolean
  /** See Segment.key. */
  readonly key?: string | undefined
}
/**
 * Finds things in text. Reports spans; never changes text and never decides.
 * INVARIANT: what it finds before `open` does not depend on where the text was cut, given at least
 * `context` characters of the text before `from`. No finding that ends after `open` is settled.
 */
export interface Detector {
  /** Nothing it finds, with the context that its score depends on, is wider than this many characters. */
  readonly reach: number
  /** How many characters before `from` it looks at. */
  readonly context: number
  /** No text shorter than this can hold a finding. */
  readonly shortest: number
  detect(text: string, look: Look): Detection
}

/** The rules of one bundle, compiled. */
export interface Ruleset {
  readonly digest: Digest
  readonly rules: readonly Rule[]
  readonly detector: Detector
  /** The same, but it takes texts as they stand, and does not see through disguises. */
  readonly plain: Detector
}

// ── Deciding ──
/**
 * What becomes of a value, weakest first: by how much of it whoever reads the text is told. All of it; a part; its shape; its kind;
 * only that there was one; nothing. actions.ts says which is stronger, and why `mask` is not simply weaker than its neighbours.
 */
export const ACTIONS = [
  'allow',
  'mask',
  'formatPreserving',
  'surrogate',
  'pseudonymise',
  'hash',
  'redact',
  'drop',
  'block',
] as const
export type Action = (typeof ACTIONS)[number]
/** Those that put a value of the same kind in the place of another. */
export type Synthetic = 'surrogate' | 'formatPreserving'
/** `send`: to the model. `receive`: to the caller. `restore`: a pseudonym back into its value, for the caller. */
export type Direction = 'send' | 'receive' | 'restore'

/** Policy on one label and entity in one direction. */
export interface Ruling {
  readonly action: Action
  /** The policies that decided, by id. */
  readonly policies: readonly Id[]
}
/** Policy evaluated on everything but the data: `on` asks what is left. (Cedar calls this a residual.) */
export interface Grant {
  readonly principal: Principal
  readonly operation: Operation
  readonly policies: readonly Id[]
  on(direction: Direction, label: Label, entity: Entity): Ruling
}

export interface RuledFinding extends Finding {
  readonly segment: Segment
  readonly ruling: Ruling
}
/** What policy asks for on one span of a text. Edits of a text never overlap. */
export interface Edit extends Span {
  readonly action: Exclude<Action, 'allow' | 'block'>
  readonly finding: Finding
  /** Of a mask: how many letters and digits it may leave, of all that it covers. See masks.ts. */
  readonly keeps?: number
}
/** Policy applied to all findings. */
export interface Decision {
  readonly action: 'allow' | 'transform' | 'block'
  readonly findings: readonly RuledFinding[]
  readonly edits: ReadonlyMap<Segment, readonly Edit[]>
  readonly reasons: readonly Id[]
}

// ── Upstreams ──
export type Api = 'openai' | 'anthropic'
export interface Upstream {
  readonly id: Id
  readonly api: Api
  /** Base URL without a trailing slash, or `mirror:` for the built-in one. */
  readonly url: string
  /** The provider's key. Goes to this upstream's host only, never into a record. */
  readonly credential: string | undefined
  readonly zone: Id
  /** Names of models, `*` matching any run of characters. */
  readonly models: readonly string[]
}
export interface UpstreamRequest {
  readonly method: string
  /** Path and query below the upstream's base URL, as its API names it, such as `/v1/messages`. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Stored | undefined
  readonly stream: boolean
}
/** Bytes that are kept somewhere, because they are too many for memory. */
export interface Stored {
  readonly size: number
  chunks(): AsyncIterable<Uint8Array>
}
export interface UpstreamAnswer {
  readonly status: number
  header(name: string): string | undefined
  /** The body, decoded of any content-encoding; stop iterating to abort. */
  readonly chunks: AsyncIterable<Uint8Array>
}

// ── Formats ──
/**
 * A stream of text inside a streamed answer: a choice's content, a content block, a tool call's arguments. Its id is the keys
 * of the place as JSON, with each array position replaced by the `index` that stands there.
 */
export type Channel = string
/** How one provider API carries text: tables and small functions, no control flow. */
export interface Format {
  readonly name: Id
  readonly api: Api
  readonly requestPlaces: Places
  readonly responsePlaces: Places
  /** Who wrote the text below `keys` of a request. */
  source(keys: readonly (string | number)[], body: Json): Source
  model(body: JsonObject): Json | undefined
  needs(body: JsonObject, limits: Limits): readonly Need[]
  /** Whether what the operation makes is kept upstream, and so has an owner. */
  keeps(body: JsonObject): boolean
  /** Takes the inspection channels out of an answer or event, for callers that may not inspect; says how many. */
  trim(answer: Json): number
  /** Makes addresses in an answer that clients follow lead back here, not past the proxy. */
  lead(answer: Json): void
  /** Adds a line to the system prompt. */
  plant(body: JsonObject, line: string): void
  /** The numbers of a request, of an answer, or of an event of one, that are offsets in a text. */
  anchors(body: Json): readonly Anchor[]
  /** The keys of texts of a request in which its answer may count by their number, in their order; not those of other kinds. */
  cited(body: JsonObject): readonly ((string | number)[] | undefined)[]
  readonly stream: StreamFormat
}
/** A number that counts characters of a text, as Unicode code points: an offset of a citation. */
export interface Anchor {
  /** The number is the value of this field. */
  readonly holder: JsonObject
  readonly field: string
  /** Where it goes from inside of what is edited. */
  readonly edge: 'start' | 'end'
  /** The text: its keys in the same answer or event, the channel that it is told on, or the number of one that was asked about. */
  readonly text: readonly (string | number)[] | Channel | number
}
/** Kinds of what cannot be read for text. Each has a rule and a label, `unscannable.image` and so on; see blobs.ts. */
export const BLOBS = ['image', 'audio', 'video', 'document', 'binary', 'encrypted', 'tokens', 'vector'] as const
export type Blob = (typeof BLOBS)[number]
/**
 * What may stand at a place. A kind of blob only says what to expect: what can be read as text there is text. Under
 * `encrypted` a string is looked at like an identifier, and counted as a blob.
 */
export type Leaf = 'identifier' | 'reference' | 'text' | Blob
/**
 * What stands where, as a tree of keys; `*` stands for any array index. It may refer to itself. Below `**`, keys are looked up
 * by their names alone, at any depth. `.` is for a string where an object or a list may stand too; below `?` stands what is in
 * its place for objects of a `type`.
 */
export interface Places {
  readonly [key: string]: Places | Leaf
}
export interface StreamFormat {
  /** The channel that the string at `keys` is a piece of, if it is one. */
  channel(keys: readonly (string | number)[], event: Json): Channel | undefined
  /**
   * An event of this API's shape that carries `text` on a channel. `like` is the last event seen on it, `last` the last event that
   * was passed on, of any channel; both without what is below them.
   */
  delta(channel: Channel, text: string, like: JsonObject, last: JsonObject): JsonObject
  /** The name that goes in an event's `event:` field. `told` is the upstream's: to be believed only if it is one of the API's. */
  eventName(event: JsonObject, told?: string): string | undefined
  /** Channels that end with (before) this event, chosen from the open ones; all of them for a terminal event. */
  closes(event: Json, open: readonly Channel[]): readonly Channel[]
  /** Whether this event or `data:` text says that the answer is complete. */
  terminal(data: string, event: Json | undefined): boolean
  /** Whether this event is the upstream telling of an error. */
  failed(event: Json): boolean
  /** Whether the text at `keys` was told before, piece by piece: it is screened again, so that it agrees, but not counted again. */
  repeats(keys: readonly (string | number)[], event: Json): boolean
  /** The events that tell of a denial in the middle of an answer; `body` is the denial as it would be answered. */
  denied(body: JsonObject): readonly { readonly name: string | undefined; readonly data: JsonObject }[]
}

// ── Configuration, parsed ──
export interface Limits {
  readonly requestBytes: number
  readonly answerBytes: number
  /** One server-sent event, in characters. */
  readonly eventCharacters: number
  /** Nesting of JSON. */
  readonly depth: number
  /** A file that is uploaded, in bytes. */
  readonly fileBytes: number
  /** Uploads in parts that a key may have begun and not ended. */
  readonly pendingUploads: number
  /** Answers to one prompt (`n`, `best_of`) that need no permission to inspect. */
  readonly choices: number
  /** Until the upstream's headers are there; and between two reads of its body. Milliseconds. */
  readonly firstByteMs: number
  readonly idleMs: number
  /** How long a WebSocket may be open; and how long nothing need be said on it. Milliseconds. */
  readonly sessionMs: number
  readonly sessionIdleMs: number
}
export interface Settings {
  readonly limits: Limits
  /** A line to plant in system prompts, `{canary}` standing for the canary; null plants none. */
  readonly canary: string | null
  /** Web pages that may call from a browser; null: none. */
  readonly cors: { readonly origins: readonly string[] } | null
  /** What a chat that is blocked is answered with, as if the model had refused; null: an error. */
  readonly refusal: string | null
  /** What is written of a stream at once is filled up to a multiple of this many bytes; 0: it is not. */
  readonly padding: number
  /** An analyzer service that texts of requests are shown to as well; null: none. See detectors/remote.ts. */
  readonly remote: Remote | null
}
export interface Remote {
  /** Base URL of a service that speaks Presidio's analyzer API. */
  readonly url: string
  readonly language: string
  /** For all questions of one call together. Milliseconds. */
  readonly timeoutMs: number
  /** What it finds counts from this score on. */
  readonly threshold: number
  /** The entities that it is asked for, and the label of each. */
  readonly entities: Readonly<Record<string, string>>
}

// ── Records: free of content by type. No field is a plain string; test/record.test.ts proves it at compile time. ──
export type Reason =
  | 'none'
  | 'unauthenticated'
  | 'permission_denied'
  | 'unmapped_operation'
  | 'guardrail_blocked'
  | 'unreadable_body'
  | 'body_too_large'
  | 'unsupported_media_type'
  | 'no_upstream'
  | 'upstream_unreachable'
  | 'upstream_timeout'
  | 'upstream_invalid'
  | 'upstream_truncated'
  | 'upstream_refused'
  | 'client_gone'
  | 'check_failed'
  | 'internal'
export type Ending =
  | 'complete'
  | 'client_abort'
  | 'upstream_error'
  | 'upstream_truncated'
  | 'upstream_invalid'
  | 'timeout'
  | 'blocked'
  | 'failed'
export interface FindingRecord {
  readonly rule: Id
  readonly entity: Entity
  readonly label: Label
  readonly place: Place
  readonly source: Source
  readonly start: number
  readonly end: number
  readonly score: number
  readonly action: Action | 'restore'
  readonly policies: readonly Id[]
}
/** Lineage: sources → transforms → upstream → output. `in` and `out` are lineage nodes such as `s0`, `t0`, `u0`, `o0`. */
export interface SourceRecord {
  readonly id: Id
  readonly source: Source
  readonly segments: number
  readonly characters: number
}
export interface TransformRecord {
  readonly id: Id
  readonly in: readonly Id[]
  readonly action: Action | 'restore' | 'plant' | 'trim'
  readonly rule: Id
  readonly count: number
}
export interface DecisionRecord {
  readonly v: 1
  readonly kind: 'decision'
  readonly id: Id
  readonly at: Time
  readonly tenant: Id
  readonly principal: Id
  readonly operation: Id
  readonly domain: Domain | 'none'
  readonly format: Id
  readonly model: Id
  readonly stream: boolean
  readonly purpose: Id
  readonly action: 'allow' | 'transform' | 'block'
  readonly reason: Reason
  readonly status: number
  readonly policies: readonly Id[]
  readonly findings: readonly FindingRecord[]
  /** How many findings there were, should the list be cut. */
  readonly found: number
  readonly sources: readonly SourceRecord[]
  readonly transforms: readonly TransformRecord[]
  readonly upstream: { readonly id: Id; readonly zone: Id; readonly in: readonly Id[] } | null
  readonly coverage: { readonly scanned: number; readonly total: number }
  readonly ruleset: Digest
  readonly access: Digest
  /** Unauthenticated calls since the last such record: those are sampled, not recorded one by one. */
  readonly unrecorded: number
  readonly ms: number
}
export interface OutcomeRecord {
  readonly v: 1
  readonly kind: 'outcome'
  readonly id: Id
  /** The decision this is the outcome of. */
  readonly parent: Id
  readonly at: Time
  readonly tenant: Id
  readonly ending: Ending
  readonly reason: Reason
  readonly status: number
  readonly upstreamStatus: number
  readonly delivered: 'full' | 'partial' | 'none'
  readonly findings: readonly FindingRecord[]
  readonly found: number
  readonly transforms: readonly TransformRecord[]
  readonly output: {
    readonly id: Id
    readonly in: readonly Id[]
    readonly segments: number
    readonly characters: number
  }
  readonly usage: { readonly input: number; readonly output: number }
  readonly ms: number
}
export type LogRecord = DecisionRecord | OutcomeRecord
