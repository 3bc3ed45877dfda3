/** The real programs, as child processes. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

export interface Finished {
  readonly code: number | null
  readonly out: string
  readonly err: string
}
export interface Running {
  readonly process: ChildProcess
  /** What it has printed so far. */
  output(): string
  /** Waits until it has printed what matches. @throws Error with its output, if it ends before or takes too long */
  until(pattern: RegExp, ms?: number): Promise<RegExpExecArray>
  readonly finished: Promise<Finished>
  /** Ends it, and waits until it has ended. */
  stop(signal?: NodeJS.Signals): Promise<Finished>
}

/** The environment of this process without any variable that the proxy reads. */
export function bareEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(PARAPET|OPENAI|ANTHROPIC|VITEST)|^(PORT|HOST)$/.test(name),
  )
  return Object.fromEntries(kept)
}

export function start(script: string, args: readonly string[], variables: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, [script, ...args], { cwd: ROOT, env: { ...bareEnvironment(), ...variables } })
  let out = ''
  let err = ''
  child.stdout.on('data', (text) => {
    out += text
  })
  child.stderr.on('data', (text) => {
    err += text
  })
  const finished = new Promise<Finished>((resolve) => child.on('close', (code) => resolve({ code, out, err })))
  return {
    process: child,
    output: () => out + err,
    async until(pattern, ms = 30_000) {
      for (const deadline = Date.now() + ms; ; ) {
        const match = pattern.exec(out + err)
        if (match) return match
        if (child.exitCode !== null || Date.now() > deadline) {
          throw new Error(`${script} ${args.join(' ')} did not print ${pattern}, but:\n${out}${err}`)
        }
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },
    finished,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null) child.kill(signal)
      return finished
    },
  }
}
/** The command line of the Node host. */
export function parapet(args: readonly string[], variables: Record<string, string> = {}): Running {
  return start('src/hosts/node/main.ts', args, variables)
}

/** A folder for data, and a way to be rid of it. */
export function makeFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'parapet-test-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
/** The development keys in a data folder. */
export function readDevEnv(folder: string): Record<string, string> {
  const lines = readFileSync(join(folder, 'dev.env'), 'utf8').trim().split('\n')
  return Object.fromEntries(lines.map((line) => line.split('=', 2) as [string, string]))
}
