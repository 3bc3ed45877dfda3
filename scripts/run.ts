/** Runs tools of node_modules on the pinned Node. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))

export interface Ran {
  readonly code: number
  /** What it printed, if that was caught. */
  readonly output: string
}
/** A tool that hangs is ended, so that a gate always says something. Milliseconds. */
const LONGEST_MS = 10 * 60_000

/** Runs a script of the repository or of a package. `show`: its output goes straight to the terminal. */
export function run(script: string, args: readonly string[], { show = false } = {}): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: ROOT,
      stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout?.on('data', (text) => {
      output += text
    })
    child.stderr?.on('data', (text) => {
      output += text
    })
    child.on('error', (error) => resolve({ code: 1, output: `${output}${error.message}\n` }))
    const timer = setTimeout(() => {
      console.error(`${script} did not end within ${LONGEST_MS / 60_000} minutes, and was ended`)
      child.kill('SIGKILL')
    }, LONGEST_MS)
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve({ code: code ?? 1, output })
    })
  })
}
