/** What the census knows of the vendors' types: a table of compact nodes that refer to one another by number. */

/** Position of a node in the table. */
export type Ref = number
export type Value = string | number | boolean
/**
 * `literals` are the values that may stand there: one for a discriminator, several for an enumeration. `unknown` is any JSON.
 * `binary` is a part of a multipart body that holds a file.
 */
export type LeafNode = 'string' | 'number' | 'boolean' | 'null' | 'unknown' | 'binary'
export type TypeNode =
  | LeafNode
  | { readonly literals: readonly Value[] }
  | { readonly array: Ref }
  | { readonly union: readonly Ref[] }
  | { readonly object: Readonly<Record<string, Ref>>; readonly index?: Ref; readonly name?: string }

/** One method of a resource class, which is one HTTP call. */
export interface CensusEndpoint {
  readonly api: 'openai' | 'anthropic'
  /** As the SDK calls it: `chat.completions.create`. */
  readonly id: string
  readonly method: string
  readonly path: string
  /** `either`: multipart if there is a file, JSON otherwise. */
  readonly request: 'none' | 'json' | 'multipart' | 'either'
  /** `lines`: JSON Lines, one answer each. `text`: a bare string. */
  readonly answers: readonly ('none' | 'json' | 'text' | 'file' | 'lines')[]
  readonly streams: boolean
  /** Query parameters by name; those that the SDK sets itself hold literals. */
  readonly query: Readonly<Record<string, Ref>>
  readonly body: Ref | null
  readonly answer: Ref | null
  readonly event: Ref | null
}
/** A WebSocket: what the client may send, what the server may. */
export interface CensusSocket {
  readonly api: 'openai' | 'anthropic'
  readonly id: string
  readonly path: string
  readonly client: Ref
  readonly server: Ref
}
export interface Census {
  readonly versions: Readonly<Record<string, string>>
  readonly endpoints: readonly CensusEndpoint[]
  readonly sockets: readonly CensusSocket[]
  readonly types: readonly TypeNode[]
}
