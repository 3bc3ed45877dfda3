/** Other packages that find personal data or keys, from a folder where they are installed. None of them is a dependency. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

export interface Peer {
  readonly name: string
  /** Looks at one text, all of it. */
  look(text: string): unknown | Promise<unknown>
}

type Module = Record<string, never>
/** How each is loaded and called, as its own documentation has it. */
const PEERS: Readonly<Record<string, (load: (name: string) => Promise<Module>) => Promise<Peer['look']>>> = {
  '@openai/guardrails, PII': async (load) => {
    const { pii } = (await load('@openai/guardrails')) as unknown as { pii: Check }
    return (text) => pii({}, text, { entities: ENTITIES, block: false, detect_encoded_pii: false })
  },
  '@openai/guardrails, secret keys': async (load) => {
    const { secretKeysCheck } = (await load('@openai/guardrails')) as unknown as { secretKeysCheck: Check }
    return (text) => secretKeysCheck({}, text, { threshold: 'balanced' })
  },
  'redact-pii': async (load) => {
    const { SyncRedactor } = (await load('redact-pii')) as unknown as {
      SyncRedactor: new () => { redact(t: string): string }
    }
    const redactor = new SyncRedactor()
    return (text) => redactor.redact(text)
  },
  'secretlint, recommended': async (load) => {
    const { lintSource } = (await load('@secretlint/core')) as unknown as {
      lintSource: (asked: object) => Promise<unknown>
    }
    const { creator } = (await load('@secretlint/secretlint-rule-preset-recommend')) as unknown as { creator: object }
    const config = { rules: [{ id: 'preset', rule: creator, options: {} }] }
    return (content) =>
      lintSource({ source: { filePath: 'a.txt', content, ext: '.txt', contentType: 'text' }, options: { config } })
  },
  '@presidio-dev/hai-guardrails, PII': async (load) => {
    const { piiGuard } = (await load('@presidio-dev/hai-guardrails')) as unknown as { piiGuard: Guard }
    const guard = piiGuard({ selection: 'all', mode: 'redact' } as never)
    return (content) => guard([{ role: 'user', content }])
  },
  '@presidio-dev/hai-guardrails, secrets': async (load) => {
    const { secretGuard } = (await load('@presidio-dev/hai-guardrails')) as unknown as { secretGuard: Guard }
    const guard = secretGuard({ selection: 'all', mode: 'redact' } as never)
    return (content) => guard([{ role: 'user', content }])
  },
}
type Check = (context: object, text: string, config: object) => unknown
type Guard = (options: never) => (messages: readonly object[]) => unknown
const ENTITIES = [
  'EMAIL_ADDRESS',
  'PHONE_NUMBER',
  'CREDIT_CARD',
  'US_SSN',
  'IBAN_CODE',
  'IP_ADDRESS',
  'URL',
  'CRYPTO',
  'DATE_TIME',
  'PERSON',
]

/** Those that are installed in a folder; tells why another is left out. */
export async function loadPeers(folder: string, print: (line: string) => void): Promise<readonly Peer[]> {
  const require = createRequire(join(folder, 'package.json'))
  const load = async (name: string) => {
    try {
      return (await import(pathToFileURL(require.resolve(name)).href)) as Module
    } catch {
      // Its CommonJS form does not load: its own entry for modules may.
      const folder = join(require.resolve(name).split(name)[0]!, name)
      const { module } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { module?: string }
      return (await import(pathToFileURL(join(folder, module ?? 'dist/index.js')).href)) as Module
    }
  }
  const peers: Peer[] = []
  // One of them ends the process some time after it was loaded.
  process.on('uncaughtException', (error) => print(`peer: an error that nobody caught: ${error.message.slice(0, 80)}`))
  for (const [name, open] of Object.entries(PEERS)) {
    try {
      const look = await open(load)
      await look('call 555-123-4567 or jane.doe@example.com')
      peers.push({ name, look })
    } catch (error) {
      print(`peer: ${name} cannot be run here: ${(error as Error).message.split('\n')[0]!.slice(0, 100)}`)
    }
  }
  return peers
}
