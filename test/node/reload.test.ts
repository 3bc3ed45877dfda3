/** A changed folder of guardrails, with a proxy that is running. */
import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'parapet-reload-'))
const guardrails = join(folder, 'guardrails')
const rule = join(guardrails, 'data/core/email.yaml')
let child: ChildProcess
let base = ''
let key = ''
let told = ''

beforeAll(async () => {
  cpSync('guardrails', guardrails, { recursive: true })
  child = spawn(process.execPath, ['src/hosts/node/main.ts', 'serve', '--dev'], {
    env: { PATH: process.env.PATH, PORT: '0', PARAPET_GUARDRAILS: guardrails, PARAPET_DATA: join(folder, 'data') },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stderr!.on('data', (chunk) => {
    told += chunk
  })
  child.stdout!.resume()
  await until(() => {
    const env = readFileSync(join(folder, 'data/dev.env'), 'utf8')
    base = /PARAPET_URL=(\S+)/.exec(env)![1]!
    key = /PARAPET_INVOKE_KEY=(\S+)/.exec(env)![1]!
    return true
  })
}, 60_000)
afterAll(() => {
  child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 30_000
  for (;;) {
    try {
      if (await done()) return
    } catch (error) {
      // Not there yet.
      if (Date.now() > end) throw error
    }
    if (Date.now() > end) throw new Error(`waited too long; told: ${told}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
/** What becomes of an address on its way to the mirror. */
async function action(): Promise<string | null> {
  const answer = await fetch(`${base}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'mirror', messages: [{ role: 'user', content: 'write to jane.doe@example.com' }] }),
  })
  await answer.text()
  return answer.headers.get('x-parapet-action')
}

test('a rule that does not load is told with file and line, and the last good rules go on serving', async () => {
  expect(await action()).toBe('transform')
  const good = readFileSync(rule, 'utf8')
  const bad = good.replace(/^validate:.*$/m, 'validate: emial')
  expect(bad).not.toBe(good)
  writeFileSync(rule, bad)
  await until(() => told.includes('those from before go on'))
  const line = bad.split('\n').findIndex((one) => one.startsWith('validate:')) + 1
  expect(told).toContain(`data/core/email.yaml:${line}: unknown validator emial; did you mean email?`)
  expect(await action()).toBe('transform')

  // A policy that lets addresses through holds once the folder is right again.
  told = ''
  writeFileSync(rule, good)
  const policies = join(guardrails, 'access/data.cedar')
  const before = readFileSync(policies, 'utf8')
  writeFileSync(policies, before.replace('Label::"pii.age",', 'Label::"pii.age", Label::"pii.email",'))
  await until(() => told.includes('guardrails were read again'))
  expect(await action()).toBe('allow')
  // Editors write another file and put it in the place of the old one, each time anew.
  for (const [text, wanted] of [
    [before, 'transform'],
    [before.replace('Label::"pii.age",', 'Label::"pii.age", Label::"pii.email",'), 'allow'],
    [before, 'transform'],
  ] as const) {
    writeFileSync(`${policies}.new`, text)
    renameSync(`${policies}.new`, policies)
    await until(async () => (await action()) === wanted)
  }
}, 90_000)
