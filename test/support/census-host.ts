/** Where the census is taken: a proxy that finds canaries and nothing else, and an upstream that the test plays. */
import type { TestHost, TestHostOptions } from '#host'
import { Denial } from '../../src/errors.ts'
import { id } from '../../src/ids.ts'
import type { Bundle } from '../../src/ports.ts'
import { proxy } from '../../src/proxy.ts'
import { BLOBS, DOMAINS, type Stored, type UpstreamAnswer, type UpstreamRequest } from '../../src/types.ts'
import { type Got, type Made, makeCall, read } from './call.ts'
import { toyCanaries } from './census-canaries.ts'

export interface CensusHost {
  readonly host: TestHost
  /** May do everything. */
  readonly key: string
  /** One call, and what came of it. */
  ask(made: Made, answer?: () => UpstreamAnswer): Promise<Asked>
}
export interface Asked {
  readonly got: Got
  /** Whether it was broken off: a file that is stopped must not look whole. */
  readonly broken: boolean
  /** All that the upstream was told: method, path and query, headers, body. */
  readonly sent: readonly string[]
}

/** Canaries are a secret, and policy lets through what cannot be read. The rest is as it ships. */
export function forCensus(bundle: Bundle): Bundle {
  const { access, ruleset } = bundle
  const blobs = new Set<string>(BLOBS.map((blob) => `unscannable.${blob}`))
  return {
    ...bundle,
    ruleset: { ...ruleset, detector: toyCanaries },
    access: {
      ...access,
      residual(principal, operation) {
        const on = access.residual(principal, operation)
        return (direction, label, entity) =>
          blobs.has(label) ? { action: 'allow', policies: [] } : on(direction, label, entity)
      },
    },
  }
}

export async function startCensus(
  makeHost: (options: TestHostOptions) => Promise<TestHost>,
  nothing: () => UpstreamAnswer,
  edit: (bundle: Bundle) => Bundle = (bundle) => bundle,
): Promise<CensusHost> {
  const host = await makeHost({ edit: (bundle) => edit(forCensus(bundle)) })
  const key = await host.addKey({ tenant: id('default'), domains: [...DOMAINS] })
  return {
    host,
    key,
    async ask(made, answer = nothing) {
      const sent: string[] = []
      // An upstream of its own, so that calls may be on their way at once.
      const send = async (_: unknown, request: UpstreamRequest): Promise<UpstreamAnswer> => {
        sent.push(await tell(request))
        return answer()
      }
      const { status, headers, body } = await proxy(makeCall({ key, ...made }), { ...host, send })
      let broken = false
      async function* pieces(): AsyncGenerator<string | Uint8Array> {
        try {
          yield* typeof body === 'string' ? [body] : body
        } catch (error) {
          if (!(error instanceof Denial)) throw error
          broken = true
        }
      }
      const got = await read({ status, headers, body: pieces() })
      return { got, broken, sent }
    },
  }
}

/** So many calls are on their way at once, so that their records are written together. */
const AT_ONCE = 16

export async function forEach<T>(list: Iterable<T>, work: (one: T) => Promise<void>): Promise<void> {
  const rest = list[Symbol.iterator]()
  const worker = async (): Promise<void> => {
    for (let next = rest.next(); !next.done; next = rest.next()) await work(next.value)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

async function tell({ method, path, headers, body }: UpstreamRequest): Promise<string> {
  const text = typeof body === 'object' ? await readStored(body) : (body ?? '')
  return `${method} ${decodeURIComponent(path)}\n${JSON.stringify(headers)}\n${text}`
}
async function readStored(stored: Stored): Promise<string> {
  const utf8 = new TextDecoder()
  let text = ''
  for await (const chunk of stored.chunks()) text += utf8.decode(chunk, { stream: true })
  return text
}

/** All that a client is told. */
export function toldTo({ status, headers, text }: Got): string {
  return `${status}\n${JSON.stringify(headers)}\n${text}`
}
