/** The ways from a client to the model: directly, and through the proxy on each host, started as its users start it. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { ENDPOINTS } from '../../src/operations/index.ts'
import type { Domain } from '../../src/types.ts'
import { startModelApi } from '../support/aimock.ts'
import { makeFolder, parapet, type Running, readDevEnv, start } from '../support/host-process.ts'
import type { Way } from './checks.ts'

/** What the proxy serves. */
export const SERVED: readonly string[] = ENDPOINTS.map(({ method, path }) => `${method} ${path}`)

export interface Opened {
  readonly way: Way
  close(): Promise<void>
}

export async function direct(): Promise<Opened> {
  const api = await startModelApi()
  return { way: { name: 'direct', url: api.url, key: () => 'sk-direct', api }, close: api.stop }
}
/** With `blocking`, by a policy that refuses secrets, which the repository's own takes out. */
export function throughNode({ blocking = false } = {}): Promise<Opened> {
  return through('Node', (variables) => {
    const guardrails = `${variables.PARAPET_DATA}/guardrails`
    if (blocking) copyBlocking(guardrails)
    return parapet(['serve', '--dev'], { ...variables, ...(blocking && { PARAPET_GUARDRAILS: guardrails }) })
  })
}
export function throughWorkerd(): Promise<Opened> {
  return through('workerd', (variables) => start('scripts/dev-edge.ts', [], variables))
}

async function through(name: string, launch: (variables: Record<string, string>) => Running): Promise<Opened> {
  const api = await startModelApi()
  const data = makeFolder()
  const running = launch({
    PARAPET_DATA: data.path,
    PORT: '0',
    OPENAI_BASE_URL: `${api.url}/v1`,
    OPENAI_API_KEY: 'sk-openai',
    ANTHROPIC_BASE_URL: api.url,
    ANTHROPIC_API_KEY: 'sk-anthropic',
  })
  await running.until(/Parapet is at/, 120_000)
  const variables = readDevEnv(data.path)
  const key = (domain: Domain) => variables[`PARAPET_${domain.toUpperCase()}_KEY`]!
  return {
    way: { name, url: variables.PARAPET_URL!, key, api },
    async close() {
      const { code } = await running.stop()
      await api.stop()
      data.remove()
      if (code !== 0) throw new Error(`the proxy on ${name} ended with ${code}:\n${running.output()}`)
    },
  }
}

function copyBlocking(guardrails: string): void {
  cpSync('guardrails', guardrails, { recursive: true })
  const file = `${guardrails}/access/data.cedar`
  const policies = readFileSync(file, 'utf8')
  const blocking = policies.replace(/(@id\("data\.secret"\)\s+@instead\()"redact"/, '$1"block"')
  if (blocking === policies) throw new Error('there is no policy to change')
  writeFileSync(file, blocking)
}

/** How many calls the proxy has refused, by its own record. */
export async function countRefused({ url, key }: Way): Promise<number> {
  const headers = { authorization: `Bearer ${key('inspect')}` }
  const page = await fetch(`${url}/parapet/v1/decisions?limit=200`, { headers })
  const { decisions } = (await page.json()) as { decisions: { reason: string }[] }
  return decisions.filter(({ reason }) => reason === 'guardrail_blocked').length
}
