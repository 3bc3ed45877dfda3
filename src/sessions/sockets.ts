/** What a WebSocket (RFC 6455) is to the core: text messages both ways, and how it ended. */
import type { DenialReason } from '../errors.ts'
import type { Upstream, UpstreamRequest } from '../types.ts'

/** One side of a session, as a host gives it. */
export interface Socket {
  /**
   * Text messages, in order. Ends when the other side has closed, or `close` was called. Throws a Denial for what is no text, too
   * long, or more than can be kept.
   */
  readonly messages: AsyncIterable<string>
  /** The code that the other side closed with, once `messages` has ended: 1005 if it gave none, 1006 if the connection broke. */
  readonly code: number
  /** Resolves when there is room for more. What is sent to a socket that has closed is lost. */
  send(text: string): Promise<void>
  /** INVARIANT: `reason` is a word of ours. */
  close(code: number, reason: string): void
}

/** Opens a socket to an upstream. @throws Denial */
export type Dial = (upstream: Upstream, request: UpstreamRequest, signal: AbortSignal) => Promise<Socket>

/** The status of a call that became a session: 101 Switching Protocols. */
export const SWITCHED = 101

/** Names for codes (RFC 6455 §7.4.1). */
export const CLOSE = {
  normal: 1000,
  away: 1001,
  noText: 1003,
  noCode: 1005,
  broken: 1006,
  policy: 1008,
  tooBig: 1009,
  failure: 1011,
} as const

/** The code that tells a client why we end a session. */
export function codeOf(reason: DenialReason): number {
  switch (reason) {
    case 'unsupported_media_type':
      return CLOSE.noText
    case 'body_too_large':
      return CLOSE.tooBig
    case 'guardrail_blocked':
    case 'unauthenticated':
    case 'permission_denied':
      return CLOSE.policy
    default:
      return CLOSE.failure
  }
}

/** A code that one side closed with, for the other: what may not be sent (RFC 6455 §7.4.2) becomes what it means. */
export function passOn(code: number): number {
  if (code === CLOSE.noCode) return CLOSE.normal
  const registered = code >= 1000 && code <= 1014 && code !== 1004 && code !== CLOSE.broken
  return registered || (code >= 3000 && code <= 4999) ? code : CLOSE.failure
}

const KEY = 'openai-insecure-api-key.'
const BETA = 'openai-beta.realtime-v1'

/** What a browser says by subprotocols, since it cannot set headers. INVARIANT: the key is never among what is answered. */
export interface Offer {
  readonly keys: readonly string[]
  readonly beta: boolean
  /** The subprotocol to answer with. */
  readonly protocol: string | undefined
}
export function readOffer(header: string | undefined): Offer {
  const offered = (header ?? '').split(',').map((name) => name.trim())
  const keys = offered.filter((name) => name.startsWith(KEY)).map((name) => name.slice(KEY.length))
  return {
    keys: [...new Set(keys)],
    beta: offered.includes(BETA),
    protocol: offered.includes('realtime') ? 'realtime' : undefined,
  }
}
