import type { Id, Reason } from './types.ts'

/** Every reason to refuse a call, with its HTTP status and whether asking again may help. */
const DENIALS = {
  unauthenticated: { status: 401, retry: false },
  permission_denied: { status: 403, retry: false },
  unmapped_operation: { status: 404, retry: false },
  // 400, since SDKs and coding agents retry other statuses many times over.
  guardrail_blocked: { status: 400, retry: false },
  unreadable_body: { status: 400, retry: false },
  body_too_large: { status: 413, retry: false },
  unsupported_media_type: { status: 415, retry: false },
  no_upstream: { status: 404, retry: false },
  upstream_unreachable: { status: 502, retry: true },
  upstream_timeout: { status: 504, retry: true },
  upstream_invalid: { status: 502, retry: false },
  upstream_truncated: { status: 502, retry: true },
  upstream_refused: { status: 502, retry: false },
  client_gone: { status: 499, retry: false },
  check_failed: { status: 503, retry: true },
  internal: { status: 503, retry: true },
} as const satisfies Record<Exclude<Reason, 'none'>, { status: number; retry: boolean }>

export type DenialReason = keyof typeof DENIALS

/**
 * A refusal by us. `message` and `param` go to the caller.
 * INVARIANT: neither ever holds a value from the request; `param` names a field of the API.
 */
export class Denial extends Error {
  readonly reason: DenialReason
  readonly param: string | undefined
  readonly policies: readonly Id[]

  constructor(reason: DenialReason, message: string, more: { param?: string; policies?: readonly Id[] } = {}) {
    super(message)
    this.reason = reason
    this.param = more.param
    this.policies = more.policies ?? []
  }
  get status(): number {
    return DENIALS[this.reason].status
  }
  get retry(): boolean {
    return DENIALS[this.reason].retry
  }

  /** What is not a Denial is a failure of ours: refused, and told without detail. */
  static from(error: unknown): Denial {
    if (error instanceof Denial) return error
    return new Denial('internal', 'the proxy could not complete a check, so the call was refused')
  }
}

/** A failure of ours for the operator: what kind and where, but not its message, which may quote what was sent. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return `a check failed, so a call was refused: ${typeof error}`
  const { name, message, stack = '' } = error
  // The stack begins with the message.
  const place = /[\w.-]+\.[jt]s:\d+/.exec(stack.slice(stack.indexOf(message) + message.length))?.[0]
  return `a check failed, so a call was refused: ${name}${place ? ` at ${place}` : ''}`
}
