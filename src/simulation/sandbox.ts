/** A host in which nothing that is done has an effect: nothing leaves, nothing is stored, nothing is revealed. */
import { Denial } from '../errors.ts'
import { hashKey, makeKey } from '../keys.ts'
import type { Host, StoredKey, Vault } from '../ports.ts'
import type {
  DecisionRecord,
  Grant,
  JsonObject,
  LogRecord,
  Operation,
  OutcomeRecord,
  Principal,
  Upstream,
  UpstreamAnswer,
  UpstreamRequest,
} from '../types.ts'
import type { Simulation } from './read.ts'

/** What a simulation needs of the host that it runs on. Owners are asked, never told. */
export type Ground = Pick<Host, 'bundle' | 'now' | 'pause' | 'random' | 'sha256' | 'md5' | 'warn'> & {
  readonly owners: Pick<Host['owners'], 'find'>
}

/** What a call did in the sandbox. */
export interface Trace {
  operation?: Operation
  on?: Grant['on']
  sent?: { readonly upstream: Upstream; readonly request: UpstreamRequest }
  decision?: DecisionRecord
  outcome?: OutcomeRecord
}
export interface Sandbox {
  readonly host: Host
  /** The key that is known here. */
  readonly key: string
  readonly trace: Trace
  /** Waits for what was left to be done in the background. */
  settle(): Promise<void>
}

export function openSandbox(ground: Ground, { as, response }: Pick<Simulation, 'as' | 'response'>): Sandbox {
  const { bundle, owners, now, pause, random, sha256, md5, warn } = ground
  const trace: Trace = {}
  const made = makeKey(random)
  const hash = hashKey(made.key, sha256)
  const stored: StoredKey = { ...as, hash, expires: null, revoked: false }
  const running: Promise<unknown>[] = []
  const host: Host = {
    bundle: {
      ...bundle,
      // An analyzer would be shown what is only supposed.
      settings: { ...bundle.settings, remote: null },
      // INVARIANT: what would have been sent is told, so that there must be no credential in it.
      upstreams: bundle.upstreams.map((upstream) => ({ ...upstream, credential: undefined })),
      access: {
        ...bundle.access,
        residual(principal: Principal, operation: Operation) {
          trace.operation = operation
          trace.on = bundle.access.residual(principal, operation)
          return trace.on
        },
      },
    },
    directory: { find: async () => stored },
    deadline: () => new AbortController().signal,
    vault: createToyVault(sha256),
    owners: { find: (ids) => owners.find(ids), claim: async () => {} },
    parts: {
      create: async () => true,
      find: async () => undefined,
      add: async () => false,
      async *read() {},
      move: async () => false,
      clear: async () => {},
    },
    decisions: {
      async append(record: LogRecord) {
        if (record.kind === 'decision') trace.decision = record
        else trace.outcome = record
      },
    },
    index: { search: async () => [], get: async () => undefined },
    async send(upstream, request) {
      trace.sent = { upstream, request }
      if (response === undefined) throw new Denial('upstream_unreachable', 'no upstream is called')
      return play(response, upstream)
    },
    spool: async () => {
      throw new Denial('unsupported_media_type', 'files cannot be simulated')
    },
    background(work) {
      running.push(work.catch(() => warn('work in the background of a simulation failed')))
    },
    sessionKey: new Uint8Array(32),
    nobody: { unrecorded: 0, recordedAt: 0 },
    ...{ now, pause, random, sha256, md5, warn },
  }
  return {
    host,
    key: made.key,
    trace,
    async settle() {
      await Promise.all(running)
    },
  }
}

/**
 * Stand-ins that nobody keeps. They are the same for the same request, so that `response` can hold them: numbered as they are
 * needed. What another call hid is not revealed.
 */
function createToyVault(sha256: Host['sha256']): Vault {
  const tokens = new Map<string, string>()
  let number = 0
  return {
    async conceal({ scope }, values, avoid) {
      return values.map(({ entity, value }) => {
        const name = JSON.stringify([scope, entity, value])
        while (!tokens.has(name)) {
          const token = `<${entity}_simulated${spell(number++)}>`
          if (!avoid.has(token)) tokens.set(name, token)
        }
        return tokens.get(name)!
      })
    },
    reveal: async (_, wanted) => wanted.map(() => undefined),
    recall: async (_, _chain, wanted) => wanted.map(() => undefined),
    link: async () => {},
    derive: async ({ scope }, lists) =>
      lists.map((list) => sha256(new TextEncoder().encode(JSON.stringify([scope, ...list])))),
    imitate: async (_, _chain, surrogates) => surrogates.map(() => true),
    imitated: async () => [],
  }
}
/** A number in seven letters. */
function spell(number: number): string {
  const digits = number.toString(26).padStart(7, '0')
  return [...digits].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 26))).join('')
}

function play(response: JsonObject | readonly JsonObject[], { api }: Upstream): UpstreamAnswer {
  const stream = Array.isArray(response)
  const type = stream ? 'text/event-stream' : 'application/json'
  const text = stream
    ? response.map((event) => `${nameOf(event)}data: ${JSON.stringify(event)}\n\n`).join('') + END[api]
    : JSON.stringify(response)
  return { status: 200, header: (name) => (name === 'content-type' ? type : undefined), chunks: encode(text) }
}
/** What ends a stream and is no JSON; where an event ends it, this is not read any more. */
const END = { openai: 'data: [DONE]\n\n', anthropic: '' }
function nameOf({ type }: JsonObject): string {
  return typeof type === 'string' && /^[\w.]{1,64}$/.test(type) ? `event: ${type}\n` : ''
}
async function* encode(text: string): AsyncGenerator<Uint8Array, void, void> {
  yield new TextEncoder().encode(text)
}
