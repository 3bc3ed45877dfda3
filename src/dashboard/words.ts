/** What codes of a record mean, in plain English. Sentences come from these tables: records hold no text. */
import type { LogEntry } from '../ports.ts'
import type { Action, Ending, FindingRecord, Reason, TransformRecord } from '../types.ts'

/** Names of entities: one, and several. */
const ENTITIES: Readonly<Record<string, readonly [one: string, several: string]>> = {
  ANTHROPIC_API_KEY: ['an Anthropic key', 'Anthropic keys'],
  AWS_ACCESS_KEY: ['an AWS access key', 'AWS access keys'],
  CANARY: ['a canary', 'canaries'],
  CREDIT_CARD: ['a card number', 'card numbers'],
  EMAIL_ADDRESS: ['an e-mail address', 'e-mail addresses'],
  GITHUB_TOKEN: ['a GitHub token', 'GitHub tokens'],
  GOOGLE_API_KEY: ['a Google key', 'Google keys'],
  IBAN_CODE: ['an IBAN', 'IBANs'],
  IP_ADDRESS: ['an IP address', 'IP addresses'],
  JWT: ['a JSON Web Token', 'JSON Web Tokens'],
  OPENAI_API_KEY: ['an OpenAI key', 'OpenAI keys'],
  PHONE_NUMBER: ['a phone number', 'phone numbers'],
  PRIVATE_KEY: ['a private key', 'private keys'],
  PSEUDONYM: ['a pseudonym', 'pseudonyms'],
  REDACTED: ['a redacted value', 'redacted values'],
  SLACK_TOKEN: ['a Slack token', 'Slack tokens'],
  SURROGATE: ['a surrogate', 'surrogates'],
  STRIPE_KEY: ['a Stripe key', 'Stripe keys'],
  SYSTEM_PROMPT: ['a piece of the system prompt', 'pieces of the system prompt'],
  US_SSN: ['a US social security number', 'US social security numbers'],
}

const REASONS: Readonly<Record<Reason, string>> = {
  none: 'no reason was given',
  unauthenticated: 'the caller had no key that Parapet knows',
  permission_denied: 'policy does not let this key do that',
  unmapped_operation: 'Parapet does not serve this method and path',
  guardrail_blocked: 'the request held data that may not go to this model',
  unreadable_body: 'the request could not be read',
  body_too_large: 'the request was too large',
  unsupported_media_type: 'the request was of another media type than JSON',
  no_upstream: 'no upstream serves this model',
  upstream_unreachable: 'the upstream could not be reached',
  upstream_timeout: 'the upstream did not answer in time',
  upstream_invalid: 'the upstream sent what could not be screened',
  upstream_truncated: 'the answer of the upstream was cut off',
  upstream_refused: 'the upstream refused the call',
  client_gone: 'the client went away',
  check_failed: 'the analyzer service did not answer, or not as it should',
  internal: 'a check could not be completed',
}

const ENDINGS: Readonly<Record<Ending, string>> = {
  complete: 'the answer was complete',
  client_abort: 'the client went away before the answer ended',
  upstream_error: 'the upstream answered with an error',
  upstream_truncated: 'the answer of the upstream was cut off',
  upstream_invalid: 'the upstream sent what could not be screened',
  timeout: 'the upstream did not answer in time',
  blocked: 'the answer was stopped, because it held what may not be told',
  failed: 'a check of the answer could not be completed',
}

/** What was done to a value, by the action. */
export const DID: Readonly<Record<TransformRecord['action'], string>> = {
  allow: 'let through',
  mask: 'masked',
  formatPreserving: 'replaced by others of the same format',
  surrogate: 'replaced by surrogates',
  pseudonymise: 'pseudonymised',
  hash: 'hashed',
  redact: 'redacted',
  drop: 'dropped',
  block: 'blocked',
  restore: 'put back',
  plant: 'canary planted',
  trim: 'trimmed',
}
/** In the order that they are told in. */
const TAKEN_OUT: readonly Action[] = ['pseudonymise', 'surrogate', 'formatPreserving', 'redact', 'mask', 'hash', 'drop']

/** The decision and its outcome in one sentence. */
export function headline(entry: LogEntry): string {
  const { decision, outcome } = entry
  if (decision.action === 'block') return `${sentence(`blocked: ${describeBlock(entry)}`)}.`
  const end = outcome ? ENDINGS[outcome.ending] : 'no outcome recorded'
  return `${sentence(describeRequest(entry))}; ${end}.`
}

function describeBlock({ decision }: LogEntry): string {
  const held = countEntities(decision.findings.filter(({ action }) => action === 'block'))
  if (decision.reason !== 'guardrail_blocked' || held.length === 0) return REASONS[decision.reason]
  return `the request held ${list(held.map(name))}, which may not go to this model`
}

function describeRequest({ decision }: LogEntry): string {
  const parts: string[] = []
  for (const action of TAKEN_OUT) {
    const counted = countEntities(decision.findings.filter((finding) => finding.action === action))
    if (counted.length > 0) parts.push(`${list(counted.map(name))} ${wasOrWere(counted)} ${DID[action]}`)
  }
  if (parts.length > 0) return list(parts)
  const seen = countEntities(decision.findings)
  if (seen.length > 0) return `${list(seen.map(name))} ${wasOrWere(seen)} seen and let through`
  return 'nothing had to be taken out of the request'
}

/** What was done to the answer, in a sentence; `undefined` if nothing was. */
export function describeAnswer({ outcome }: LogEntry): string | undefined {
  const parts: string[] = []
  for (const [action, did] of [
    ['restore', 'put back for the caller'],
    ...(['redact', 'mask', 'hash', 'drop'] as const).map((one) => [one, `${DID[one]} in the answer`] as const),
    ['trim', 'trimmed from the answer, which only a key that may inspect gets'],
  ] as const) {
    const edits = outcome?.transforms.filter((transform) => transform.action === action) ?? []
    const count = edits.reduce((sum, transform) => sum + transform.count, 0)
    const what = action === 'trim' ? 'field' : 'value'
    if (count > 0) parts.push(`${count} ${plural(count, what)} ${count === 1 ? 'was' : 'were'} ${did}`)
  }
  return parts.length > 0 ? `${sentence(list(parts))}.` : undefined
}

export interface EntityCount {
  readonly entity: string
  readonly count: number
}
/** How often each entity was found, most often first. */
export function countEntities(findings: readonly FindingRecord[]): readonly EntityCount[] {
  const counts = new Map<string, number>()
  for (const { entity } of findings) counts.set(entity, (counts.get(entity) ?? 0) + 1)
  return [...counts].map(([entity, count]) => ({ entity, count })).sort((a, b) => b.count - a.count)
}

/** `an e-mail address`, `2 e-mail addresses`. */
export function name({ entity, count }: EntityCount): string {
  const known = Object.hasOwn(ENTITIES, entity) ? ENTITIES[entity]! : undefined
  const plain = entity.toLowerCase().replaceAll('_', ' ')
  if (count > 1) return `${count} ${known ? known[1] : `× ${plain}`}`
  return known ? known[0] : `${/^[aeiou]/.test(plain) ? 'an' : 'a'} ${plain}`
}
/** `e-mail address ×2`, short enough for a table. */
export function label({ entity, count }: EntityCount): string {
  const one = name({ entity, count: 1 }).replace(/^an? /, '')
  return count > 1 ? `${one} ×${count}` : one
}

export function plural(count: number, one: string): string {
  return count === 1 ? one : `${one}s`
}
/** A number with its thousands apart, the same on every host. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}
/** `870 ms`, `2.4 s`. */
export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}
/** A name of a record for people: `none` is nothing. */
export function orDash(text: string): string {
  return text === 'none' ? '–' : text
}
export function spaced(code: string): string {
  return code.replaceAll('_', ' ')
}

function list(parts: readonly string[]): string {
  if (parts.length < 3) return parts.join(' and ')
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}
function wasOrWere(counted: readonly EntityCount[]): string {
  return counted.length > 1 || counted[0]!.count > 1 ? 'were' : 'was'
}
function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
