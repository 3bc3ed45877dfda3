/** What `#host` gives on either host: the real stores of that host, around an upstream that the test plays. */
import { afterAll, expect, onTestFinished } from 'vitest'
import type { ChainReport } from '../../src/chain.ts'
import { id } from '../../src/ids.ts'
import { hashKey, makeKey } from '../../src/keys.ts'
import type { Bundle, Host, Sha256, StoredKey } from '../../src/ports.ts'
import type { Upstream, UpstreamAnswer, UpstreamRequest } from '../../src/types.ts'

export type PlayedUpstream = (
  request: UpstreamRequest,
  upstream: Upstream,
  signal: AbortSignal,
) => UpstreamAnswer | Promise<UpstreamAnswer>

export interface TestHostOptions {
  /** The repository's own guardrails if not given; `edit` changes them. */
  readonly bundle?: Bundle
  readonly edit?: (bundle: Bundle) => Bundle
  /** Refuses all requests if not given. */
  readonly upstream?: PlayedUpstream
  /** The time that the host tells; real time if not given. */
  readonly now?: () => number
}

export interface TestHost extends Host {
  /** Adds a key to the real directory and gives it; by default for tenant `acme` and the domain `invoke`. */
  addKey(key?: Partial<Omit<StoredKey, 'id' | 'hash'>>): Promise<string>
  revokeKey(key: string): Promise<void>
  verify(tenant: string): Promise<ChainReport>
  /** Changes what is stored behind the ports' back. */
  tamper(tenant: string, statement: string): Promise<void>
  /** Everything that is stored for a tenant, as text, to look for what must not be there. */
  dump(tenant: string): Promise<string>
  /** The same stores, opened anew with nothing in memory. */
  reopen(): Promise<TestHost>
  /** Waits for all work in the background. */
  settle(): Promise<void>
  readonly warnings: readonly string[]
}

const opened = new Set<() => Promise<void>>()
afterAll(async () => {
  for (const close of opened) await close()
})
/** Has a host closed after the test that made it, or after all tests of the file if it was made before them. */
export function closeAfterwards(close: () => Promise<void>): void {
  if (expect.getState().currentTestName === undefined) opened.add(close)
  else onTestFinished(close)
}

/** Bytes 0 to 31. */
export const MASTER_KEY = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='

/** What all hosts have in common. */
export async function assembleHost(
  supplied: Pick<
    Host,
    'directory' | 'vault' | 'owners' | 'parts' | 'decisions' | 'index' | 'spool' | 'random' | 'sha256' | 'md5' | 'now'
  >,
  options: TestHostOptions,
): Promise<{ host: Host; settle: () => Promise<void>; warnings: string[] }> {
  const { directory, vault, owners, parts, decisions, index, spool, random, sha256, md5, now } = supplied
  const bundle = options.bundle ?? (await import('./bundle.ts')).ownBundle()
  const running = new Set<Promise<unknown>>()
  const warnings: string[] = []
  const host: Host = {
    bundle: options.edit ? options.edit(bundle) : bundle,
    ...{ directory, vault, owners, parts, decisions, index, spool, random, sha256, md5, now },
    deadline: (ms) => AbortSignal.timeout(ms),
    pause: () => new Promise((resolve) => setTimeout(resolve, 0)),
    sessionKey: new Uint8Array(32).fill(7),
    nobody: { unrecorded: 0, recordedAt: 0 },
    async send(upstream, request, signal) {
      if (!options.upstream) throw new Error('this test plays no upstream')
      return options.upstream(request, upstream, signal)
    },
    background(work) {
      const settled = work
        .catch(() => void warnings.push('work in the background failed'))
        .finally(() => running.delete(settled))
      running.add(settled)
    },
    warn: (line) => void warnings.push(line),
  }
  const settle = async (): Promise<void> => {
    while (running.size > 0) await Promise.all(running)
  }
  return { host, settle, warnings }
}

export function makeTestKey(
  random: (bytes: number) => Uint8Array,
  sha256: Sha256,
  key: Partial<Omit<StoredKey, 'id' | 'hash'>>,
): { key: string; stored: StoredKey } {
  const made = makeKey(random)
  const stored: StoredKey = {
    tenant: id('acme'),
    domains: ['invoke'],
    groups: [],
    expires: null,
    revoked: false,
    ...key,
    id: made.id,
    hash: hashKey(made.key, sha256),
  }
  return { key: made.key, stored }
}

/** A row as text, blobs both as hex and as what text is in them. */
export function dumpRow(row: unknown): string {
  return JSON.stringify(row, (_, value) => {
    if (!(value instanceof Uint8Array || value instanceof ArrayBuffer)) return value
    const bytes = new Uint8Array(value)
    return `${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')} ${new TextDecoder().decode(bytes)}`
  })
}

/** An answer with a JSON body, or with text in pieces. */
export function answer(
  status: number,
  body: unknown,
  headers: Record<string, string> = { 'content-type': 'application/json' },
): UpstreamAnswer {
  const pieces = isPieces(body) ? body : [JSON.stringify(body)]
  return { status, header: (name) => headers[name], chunks: encodeAll(pieces) }
}
/** A streamed answer, in the pieces that are given. */
export function eventStream(
  pieces: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
): UpstreamAnswer {
  return {
    status: 200,
    header: (name) => (name === 'content-type' ? 'text/event-stream' : undefined),
    chunks: encodeAll(pieces),
  }
}
async function* encodeAll(
  pieces: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const utf8 = new TextEncoder()
  for await (const piece of pieces) yield typeof piece === 'string' ? utf8.encode(piece) : piece
}
function isPieces(body: unknown): body is AsyncIterable<string> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}
