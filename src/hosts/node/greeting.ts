/** What is printed when a proxy has started for development. */
import type { Bundle } from '../../ports.ts'
import { DOMAINS } from '../../types.ts'
import { MIRROR } from '../../upstreams.ts'
import type { DevKeys } from './dev.ts'

const PROMPT = 'Charge 4111 1111 1111 1111 and write to ann.lee@example.com.'

export interface Greeting {
  readonly url: string
  readonly keys: DevKeys
  /** The file that holds them. */
  readonly keysIn: string
  readonly upstreams: Bundle['upstreams']
}

export function greet({ url, keys, keysIn, upstreams }: Greeting): string {
  const mirrored = upstreams.some((upstream) => upstream.url === MIRROR)
  const through = upstreams.map(({ id }) => id).join(', ')
  return `
Parapet is at ${url}
  OpenAI clients      baseURL ${url}/v1
  Anthropic clients   baseURL ${url}
  Dashboard           ${url}/dashboard   (sign in with the inspect key)
  Upstreams           ${through}${mirrored ? '   (no provider key is set: answers repeat what a model would have received)' : ''}

Keys for development, in ${keysIn}
${DOMAINS.map((domain) => `  ${domain.padEnd(8)} ${keys[domain]}`).join('\n')}

Try it: the card and the address leave as pseudonyms, and come back as what they were.

${curl(url, keys.invoke, upstreams)}
`
}

/** A call to the first upstream, in its own API. */
function curl(url: string, key: string, upstreams: Bundle['upstreams']): string {
  const [first] = upstreams
  const anthropic = first?.api === 'anthropic'
  const model =
    first?.url === MIRROR ? 'mirror' : (plainModel(first?.models) ?? (anthropic ? 'claude-sonnet-4-5' : 'gpt-4.1-mini'))
  const messages = [{ role: 'user', content: PROMPT }]
  const body = anthropic ? { model, max_tokens: 200, messages } : { model, messages }
  const path = anthropic ? '/v1/messages' : '/v1/chat/completions'
  const version = anthropic ? " -H 'anthropic-version: 2023-06-01'" : ''
  return `curl -s ${url}${path} -H 'authorization: Bearer ${key}'${version} -H 'content-type: application/json' -d '${JSON.stringify(body)}'`
}
function plainModel(models: readonly string[] | undefined): string | undefined {
  return models?.find((name) => !name.includes('*'))
}
