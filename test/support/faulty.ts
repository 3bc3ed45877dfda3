/** A host whose ports fail, once each. */
import type { TestHost } from '#host'
import type { Host } from '../../src/ports.ts'

/** What a failing port says: nobody may be told. */
const FAULT = `fault: 4111 1111 1111 1111 ghp_${'a1B2'.repeat(9)}`

/** The same host, whose `n`th port call fails. Counts them all if `n` is never reached. */
export function failAt(host: TestHost, n: number): { host: Host; calls: () => number; names: string[] } {
  let calls = 0
  const names: string[] = []
  const wrap = <T extends object>(port: T, name: string): T =>
    new Proxy(port, {
      get(target, key) {
        // biome-ignore lint/suspicious/noExplicitAny: wraps any port
        const member = (target as any)[key]
        if (typeof member !== 'function') return member
        return (...args: unknown[]) => {
          calls++
          names.push(`${name}.${String(key)}`)
          if (calls === n) throw new Error(FAULT)
          const result = member.apply(target, args)
          // A residual is a question that is asked later: it can fail too.
          return typeof result === 'function' ? wrap({ ask: result }, name).ask : result
        }
      },
    })
  const { bundle } = host
  const own = wrap(
    {
      send: host.send.bind(host),
      random: host.random.bind(host),
      spool: host.spool.bind(host),
      sha256: host.sha256.bind(host),
      md5: host.md5.bind(host),
    } satisfies Partial<Host>,
    'host',
  )
  const faulty: Host = {
    ...host,
    directory: wrap(host.directory, 'directory'),
    vault: wrap(host.vault, 'vault'),
    owners: wrap(host.owners, 'owners'),
    parts: wrap(host.parts, 'parts'),
    async spool() {
      const writer = wrap(await own.spool(), 'writer')
      return {
        write: (bytes) => writer.write(bytes),
        finish: async () => wrap(await writer.finish(), 'spool'),
        discard: () => writer.discard(),
      }
    },
    decisions: wrap(host.decisions, 'decisions'),
    bundle: {
      ...bundle,
      access: wrap(bundle.access, 'access'),
      ruleset: { ...bundle.ruleset, detector: wrap(bundle.ruleset.detector, 'detector') },
    },
    send: (...args) => own.send(...args),
    random: (bytes) => own.random(bytes),
    sha256: (bytes) => own.sha256(bytes),
    md5: () => own.md5(),
  }
  return { host: faulty, calls: () => calls, names }
}
