/** Real clients, unchanged, to the model directly and through the proxy on both hosts: what they get is the same, and so is what arrives. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Domain } from '../../src/types.ts'
import { startModelApi } from '../support/aimock.ts'
import { makeFolder, parapet, type Running, readDevEnv, start } from '../support/host-process.ts'
import type { Check, Way } from './checks.ts'
import { CLIENTS } from './clients/index.ts'

/** What the proxy serves by now. */
const SERVED = ['POST /v1/chat/completions', 'POST /v1/messages']

interface Opened {
  readonly way: Way
  close(): Promise<void>
}
async function direct(): Promise<Opened> {
  const api = await startModelApi()
  return { way: { name: 'direct', url: api.url, key: () => 'sk-direct', api }, close: api.stop }
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
      expect(code, running.output()).toBe(0)
    },
  }
}

let ways: Opened[]
beforeAll(async () => {
  ways = await Promise.all([
    direct(),
    through('through Node', (variables) => parapet(['serve', '--dev'], variables)),
    through('through workerd', (variables) => start('scripts/dev-edge.ts', [], variables)),
  ])
}, 150_000)
afterAll(async () => {
  await Promise.all(ways.map(({ close }) => close()))
}, 60_000)

/** A result as data, and the requests that it took. */
async function perform(check: Check, { api, ...rest }: Way): Promise<{ result: unknown; requests: unknown[] }> {
  api.clear()
  const result: unknown = JSON.parse(JSON.stringify((await check.run({ api, ...rest })) ?? null))
  const requests = api.arrived.map(({ method, path, body }) => ({
    method,
    path,
    body: check.personal ? '' : asData(body()),
  }))
  return { result, requests }
}
function asData(body: string): unknown {
  return body.startsWith('{') ? JSON.parse(body) : ''
}

describe.each(CLIENTS)('$name', ({ checks }) => {
  describe.each([...checks])('$name', (check) => {
    let expected: Awaited<ReturnType<typeof perform>>

    test('direct', async () => {
      expected = await perform(check, ways[0]!.way)
      if (typeof check.wants.valueOf() !== 'object') expect(expected.result).toBe(check.wants.valueOf())
      else expect(expected.result).toMatchObject(check.wants)
    })
    const served = check.needs.every((endpoint) => SERVED.includes(endpoint))
    test.skipIf(!served).each([
      ['Node', 1],
      ['workerd', 2],
    ])('through %s', async (_, i) => {
      expect(await perform(check, ways[i]!.way)).toEqual(expected)
    })
  })
})
