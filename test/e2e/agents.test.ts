/** Coding agents, unchanged, at work: a real loop with a real shell, and what one refusal costs. */
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ASK } from '../support/aimock-answers.ts'
import { makeFolder } from '../support/host-process.ts'
import { AGENTS, type CodingAgent } from './agents/agents.ts'
import { findProgram, installAgents } from './agents/install.ts'
import { MAIL, SECRET, type Way } from './checks.ts'
import { countRefused, direct, type Opened, SERVED, throughNode, throughWorkerd } from './ways.ts'

/** A few seconds, on a machine that has nothing else to do. */
const RUN_MS = 90_000
/**
 * Requests that one refusal causes, at most. Claude Code asks again with fewer features, and then the same with a longer prompt;
 * opencode has a title made of the prompt too.
 */
const COST: Record<string, number> = { 'Claude Code': 6, Codex: 1, opencode: 3 }

let ways: Opened[]
beforeAll(async () => {
  const [, ...opened] = await Promise.all([
    installAgents(),
    direct(),
    throughNode(),
    throughWorkerd(),
    throughNode({ blocking: true }),
  ])
  ways = opened
}, 400_000)
afterAll(async () => {
  await Promise.all(ways.map(({ close }) => close()))
}, 60_000)

interface Ran {
  readonly code: number | null
  readonly out: string
  /** What arrived at the model. */
  readonly requests: readonly string[]
  readonly bodies: string
}
async function work(agent: CodingAgent, program: string, { url, key, api }: Way, prompt: string): Promise<Ran> {
  api.clear()
  const home = makeFolder()
  const cwd = `${home.path}/work`
  mkdirSync(cwd)
  const { args, env } = agent.prepare({ url, key: key('invoke'), home: home.path, prompt })
  const own = { PATH: process.env.PATH, HOME: home.path, LANG: 'C.UTF-8', SHELL: '/bin/sh', DO_NOT_TRACK: '1' }
  const child = spawn(program, args, {
    cwd,
    env: { ...own, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: RUN_MS,
  })
  let out = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (out += text))
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  home.remove()
  const requests = api.arrived.map(({ method, path }) => `${method} ${path}`)
  return { code, out, requests, bodies: api.arrived.map(({ body }) => body()).join('\n') }
}

describe.each(AGENTS)('$name', (agent) => {
  const name = agent.name.replace(/,.*/, '')
  const served = SERVED.includes(agent.needs)
  const prompt = `${ASK.shell} Greet ${MAIL} too.`
  let expected: Ran

  test('direct', { timeout: RUN_MS + 5000 }, async ({ skip }) => {
    const program = findProgram(agent.program) ?? skip('there is none for this platform')
    expected = await work(agent, program, ways[0]!.way, prompt)
    expect(expected.out).toContain(`The shell says sum-42 for ${MAIL} indeed.`)
    expect(expected.code).toBe(0)
    expect(expected.bodies).toContain(MAIL)
  })

  test.skipIf(!served).each([
    ['Node', 1],
    ['workerd', 2],
  ])('through %s', { timeout: RUN_MS + 5000 }, async (_, i) => {
    if (!expected) return expect(findProgram(agent.program)).toBeUndefined()
    const { out, code, requests, bodies } = await work(agent, findProgram(agent.program)!, ways[i]!.way, prompt)
    expect(out).toContain(`The shell says sum-42 for ${MAIL} indeed.`)
    expect(code).toBe(0)
    expect(requests).toEqual(expected.requests)
    expect(bodies).toMatch(/sum-42 for <EMAIL_ADDRESS_[a-z2-7]{16}>/)
    expect(bodies).not.toContain('ann.lee')
  })

  test.skipIf(!served)('one refusal', { timeout: RUN_MS + 5000 }, async () => {
    if (!expected) return expect(findProgram(agent.program)).toBeUndefined()
    const { way } = ways[3]!
    const before = await countRefused(way)
    const { out, requests } = await work(agent, findProgram(agent.program)!, way, `${prompt} My key is ${SECRET}.`)
    expect(requests).toEqual([])
    expect(out).toMatch(/may not go to this model/)
    const cost = (await countRefused(way)) - before
    expect(cost).toBeGreaterThan(0)
    expect(cost).toBeLessThanOrEqual(COST[name]!)
  })
})
