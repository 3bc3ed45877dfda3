/** Installs the coding agents: not with the rest, since they are ten times as large and only these tests want them. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const FOLDER = fileURLToPath(new URL('../../agents/', import.meta.url))

/** Where they are. Nothing of theirs is run: without their scripts, npm only unpacks. */
export async function installAgents(): Promise<void> {
  const stamp = `${FOLDER}node_modules/.parapet-lock`
  const lock = createHash('sha256')
    .update(readFileSync(`${FOLDER}package-lock.json`))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--engine-strict=false']
  await runNpm(args)
  writeFileSync(stamp, lock)
}
function runNpm(args: readonly string[]): Promise<void> {
  // Under `npm test`, with the npm that runs it.
  const script = process.env.npm_execpath
  const [file, before] = script?.endsWith('.js') ? [process.execPath, [script]] : ['npm', []]
  return new Promise((resolve, reject) => {
    const child = spawn(file, [...before, ...args], { cwd: FOLDER, stdio: ['ignore', 'pipe', 'pipe'] })
    let told = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (told += text))
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`npm ${args.join(' ')}: ${code}\n${told}`))))
  })
}

/** A program among what was installed; `undefined` if there is none for this platform. */
export function findProgram(pattern: string): string | undefined {
  const found = globSync(pattern, { cwd: `${FOLDER}node_modules` })[0]
  return found && `${FOLDER}node_modules/${found}`
}
