/** Records to put in a log. */
import { digest, id, time, uuid } from '../../src/ids.ts'
import type { DecisionRecord, OutcomeRecord } from '../../src/types.ts'

const DIGEST = digest('0'.repeat(64))
let made = 0

/** A decision that differs from all others in id, for tenant `acme` unless told otherwise. */
export function makeDecision(fields: Partial<DecisionRecord> = {}): DecisionRecord {
  const at = 1_800_000_000_000 + made++
  return {
    v: 1,
    kind: 'decision',
    id: uuid(at, crypto.getRandomValues(new Uint8Array(10))),
    at: time(at),
    tenant: id('acme'),
    principal: id('key-1'),
    operation: id('chat.completions.create'),
    domain: 'invoke',
    format: id('openai.chat'),
    model: id('mirror'),
    stream: false,
    purpose: id('none'),
    action: 'allow',
    reason: 'none',
    status: 200,
    policies: [id('invoke-chat')],
    findings: [],
    found: 0,
    sources: [],
    transforms: [],
    upstream: null,
    coverage: { scanned: 3, total: 3 },
    ruleset: DIGEST,
    access: DIGEST,
    unrecorded: 0,
    ms: 1,
    ...fields,
  }
}
export function makeOutcome(decision: DecisionRecord, fields: Partial<OutcomeRecord> = {}): OutcomeRecord {
  const at = 1_800_000_000_000 + made++
  return {
    v: 1,
    kind: 'outcome',
    id: uuid(at, crypto.getRandomValues(new Uint8Array(10))),
    parent: decision.id,
    at: time(at),
    tenant: decision.tenant,
    ending: 'complete',
    reason: 'none',
    status: 200,
    upstreamStatus: 200,
    delivered: 'full',
    findings: [],
    found: 0,
    transforms: [],
    output: { id: id('o0'), in: [id('u0')], segments: 1, characters: 10 },
    usage: { input: 1, output: 1 },
    ms: 2,
    ...fields,
  }
}
