import type { Denial, DenialReason } from '../errors.ts'
import type { Api, Id, JsonObject } from '../types.ts'

/** Anthropic's names for kinds of errors. */
const ANTHROPIC: Record<DenialReason, string> = {
  unauthenticated: 'authentication_error',
  permission_denied: 'permission_error',
  unmapped_operation: 'not_found_error',
  guardrail_blocked: 'invalid_request_error',
  unreadable_body: 'invalid_request_error',
  body_too_large: 'request_too_large',
  unsupported_media_type: 'invalid_request_error',
  no_upstream: 'not_found_error',
  upstream_unreachable: 'api_error',
  upstream_timeout: 'timeout_error',
  upstream_invalid: 'api_error',
  upstream_truncated: 'api_error',
  upstream_refused: 'api_error',
  client_gone: 'api_error',
  check_failed: 'api_error',
  internal: 'api_error',
}
/** OpenAI's. */
const OPENAI: Partial<Record<DenialReason, string>> = {
  unauthenticated: 'authentication_error',
  permission_denied: 'permission_error',
  unmapped_operation: 'not_found_error',
  upstream_unreachable: 'server_error',
  upstream_timeout: 'server_error',
  upstream_invalid: 'server_error',
  upstream_truncated: 'server_error',
  upstream_refused: 'server_error',
  check_failed: 'server_error',
  internal: 'server_error',
}

/** A denial in the shape that the clients of an API expect, with a stable `code`, and the policies that decided. */
export function denialBody(api: Api, denial: Denial, decision: Id): JsonObject {
  const { message, reason: code, param } = denial
  const policies = denial.policies.length > 0 ? { policies: [...denial.policies] } : {}
  if (api === 'anthropic') {
    const error = { type: ANTHROPIC[code], message, code, ...(param && { param }), ...policies }
    return { type: 'error', error, request_id: decision }
  }
  return { error: { message, type: OPENAI[code] ?? 'invalid_request_error', param: param ?? null, code, ...policies } }
}
