/**
 * What a request costs: CPU of the proxy's process (user and system, of all its threads) per request, as a multiple of a bare
 * pass-through on the same host that parses the body and writes it again, in one run, the targets in turn. All guardrails are
 * on; the log is durable. Linux only, since it reads /proc.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Pool } from 'undici'
import { startWorkerd } from './workerd.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const SIZES = [1, 8, 64]
const CONNECTIONS = 32
const ROUNDS = 3

export interface Target {
  readonly name: string
  readonly host: 'Node' | 'workerd'
  readonly url: string
  readonly pid: number
  readonly key: string
  stop(): void
}

export async function benchProxy(print: (line: string) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'parapet-bench-'))
  const stops: (() => void)[] = []
  try {
    const upstream = await startNode('bench/upstream.ts', {})
    stops.push(() => upstream.child.kill())
    const base = `http://127.0.0.1:${upstream.port}/v1`
    const floor = await startNode('bench/floor.ts', { UPSTREAM: base })
    stops.push(() => floor.child.kill())
    const started = performance.now()
    const own = await startNode('src/hosts/node/main.ts', {
      PORT: '0',
      PARAPET_DATA: folder,
      OPENAI_BASE_URL: base,
      OPENAI_API_KEY: 'bench',
    })
    stops.push(() => own.child.kill())
    print(`npm start's process, until it listens: ${((performance.now() - started) / 1000).toFixed(2)} s`)
    const key = /^PARAPET_INVOKE_KEY=(.*)$/m.exec(readFileSync(join(folder, 'dev.env'), 'utf8'))![1]!
    const targets: Target[] = [
      { name: 'floor', host: 'Node', url: `http://127.0.0.1:${floor.port}`, pid: floor.child.pid!, key, stop() {} },
      { name: 'parapet', host: 'Node', url: `http://127.0.0.1:${own.port}`, pid: own.child.pid!, key, stop() {} },
    ]
    for (const name of ['floor', 'parapet'] as const) {
      const worker = await startWorkerd(name, base, folder)
      targets.push(worker)
      stops.push(worker.stop)
    }
    print('CPU per request, of the proxy alone, all guardrails on:')
    for (const size of SIZES) {
      const cost = new Map<Target, number[]>(targets.map((target) => [target, []]))
      for (const target of targets) await load(target, size, 400)
      for (let round = 0; round < ROUNDS; round++) {
        for (const target of targets) cost.get(target)!.push(await load(target, size, size === 64 ? 400 : 1500))
      }
      for (const host of ['Node', 'workerd'] as const) {
        const [bare, ours] = targets.filter((target) => target.host === host).map((target) => median(cost.get(target)!))
        print(
          `  ${host}, ${size} KB: ${ours!.toFixed(0)} µs; pass-through ${bare!.toFixed(0)} µs; ${(ours! / bare!).toFixed(2)} times`,
        )
      }
    }
  } finally {
    for (const stop of stops) stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Starts a script that prints the port it listens on. */
export async function startNode(
  script: string,
  env: Record<string, string>,
): Promise<{ child: ChildProcess; port: number }> {
  const args = script.endsWith('main.ts') ? [script, 'serve', '--dev'] : [script]
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const port = await new Promise<number>((resolve, reject) => {
    let text = ''
    child.stdout!.on('data', (chunk) => {
      text += chunk
      const found = /127\.0\.0\.1:(\d+)/.exec(text)
      if (found) resolve(Number(found[1]))
    })
    child.on('exit', () => reject(new Error(`${script} ended before it listened`)))
  })
  return { child, port }
}

/** Sends `count` requests over 32 connections; gives µs of the target's CPU for each. */
async function load(target: Target, size: number, count: number): Promise<number> {
  const pool = new Pool(target.url, { connections: CONNECTIONS })
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${target.key}` }
  const bodies = Array.from({ length: 16 }, (_, i) => JSON.stringify(prompt(size, i)))
  const before = cpu(target.pid)
  let sent = 0
  const worker = async (): Promise<void> => {
    while (sent < count) {
      const body = bodies[sent++ % bodies.length]!
      const answer = await pool
        .request({ path: '/v1/chat/completions', method: 'POST', headers, body })
        .catch((error) => {
          throw new Error(`${target.name} on ${target.host}: ${error.message}`)
        })
      if (answer.statusCode !== 200)
        throw new Error(`${target.name} answered ${answer.statusCode}: ${await answer.body.text()}`)
      await answer.body.dump()
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, worker))
  const used = cpu(target.pid) - before
  await pool.close()
  return used / count
}

/** CPU of a process so far, µs: what its threads have run, by the scheduler's own clock. */
function cpu(pid: number): number {
  let ns = 0
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    ns += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0])
  }
  return ns / 1000
}

const WORDS =
  'the meeting about next quarter moved to Tuesday because the room on the third floor is being painted again so please bring your notes and 2 copies of the plan '
/** Prose with an address, a card or a phone number each 335 characters or so. */
function prompt(size: number, seed: number): object {
  const values = ['ann.lee@corp.example.com', '4111 1111 1111 1111', '+1 202 555 0143', '192.0.2.44']
  let text = ''
  for (let i = seed; text.length < size * 1024; i++) text += `${WORDS}${WORDS}${values[i % values.length]} `
  return { model: 'gpt-bench', messages: [{ role: 'user', content: text.slice(0, size * 1024) }] }
}
function median(figures: readonly number[]): number {
  return [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)]!
}
