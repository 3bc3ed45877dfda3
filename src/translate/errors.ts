/** Errors of one API in the shape, and with the status, that clients of the other know what to do with. */
import { asObject } from '../formats/shapes.ts'
import type { Json, JsonObject } from '../types.ts'

export interface TranslatedError {
  readonly status: number
  readonly body: JsonObject
  /** What the SDKs obey when they decide whether to ask again. */
  readonly headers: Readonly<Record<string, string>>
}

/** Anthropic's types by OpenAI's `type` and `code`, with the status that goes with them. */
const OPENAI: Readonly<Record<string, { type: string; code: string | null; status: number }>> = {
  invalid_request_error: { type: 'invalid_request_error', code: null, status: 400 },
  authentication_error: { type: 'invalid_request_error', code: 'invalid_api_key', status: 401 },
  // OpenAI tells by 429 that nothing is left on the account.
  billing_error: { type: 'insufficient_quota', code: 'insufficient_quota', status: 429 },
  permission_error: { type: 'permission_error', code: null, status: 403 },
  not_found_error: { type: 'invalid_request_error', code: null, status: 404 },
  request_too_large: { type: 'invalid_request_error', code: 'request_too_large', status: 413 },
  rate_limit_error: { type: 'rate_limit_error', code: 'rate_limit_exceeded', status: 429 },
  api_error: { type: 'server_error', code: null, status: 500 },
  timeout_error: { type: 'server_error', code: 'timeout', status: 504 },
  overloaded_error: { type: 'server_error', code: 'overloaded', status: 503 },
}
const ANTHROPIC: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
}
const UNTOLD = 'the upstream told an error without a message'
const DO_NOT_RETRY = { 'x-should-retry': 'false' }

/** An Anthropic error for a client of OpenAI. */
export function errorForOpenai(value: Json | undefined, status: number): TranslatedError {
  const given = asObject(asObject(value)?.error)
  const named = typeof given?.type === 'string' && Object.hasOwn(OPENAI, given.type) ? given.type : typeOf(status)
  const { type, code, status: usual } = OPENAI[named]!
  const spent = named === 'billing_error'
  return {
    // What has no status of its own at OpenAI gets the one that goes with it there; others keep theirs.
    status: status === 529 || spent ? usual : status,
    body: { error: { message: messageOf(given), type, param: null, code } },
    headers: spent ? DO_NOT_RETRY : {},
  }
}
/** An OpenAI error for a client of Anthropic. */
export function errorForAnthropic(value: Json | undefined, status: number): TranslatedError {
  const given = asObject(asObject(value)?.error)
  const spent = given?.code === 'insufficient_quota' || given?.type === 'insufficient_quota'
  const type = spent ? 'billing_error' : typeOf(status)
  return {
    status: spent ? 402 : status === 503 ? 529 : status,
    body: { type: 'error', error: { type, message: messageOf(given) } },
    headers: spent ? DO_NOT_RETRY : {},
  }
}
function typeOf(status: number): string {
  return ANTHROPIC[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error')
}
function messageOf(error: JsonObject | undefined): string {
  return typeof error?.message === 'string' && error.message !== '' ? error.message : UNTOLD
}
