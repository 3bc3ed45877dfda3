/** `parapet simulate`, as a real process. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Simulated } from '../../src/simulate.ts'
import { type Finished, makeFolder, parapet } from '../support/host-process.ts'

async function simulate(args: readonly string[], input: string): Promise<Finished> {
  const running = parapet(['simulate', ...args])
  running.process.stdin!.on('error', () => {}).end(input)
  return running.finished
}
const MAIL = 'ann.lee@corp.example.com'
const call = (more: object) => ({
  request: { path: '/v1/chat/completions', body: { model: 'm', messages: [{ role: 'user', content: MAIL }], ...more } },
})

test('a text: the candidates, why each counts, and what would be sent', async () => {
  const done = await simulate(['--text'], `mail ${MAIL}, card 4111 1111 1111 1112`)
  expect(done.out).toMatch(/^transform: /)
  expect(done.out).toMatch(
    /\/messages\/0\/content +5-29 +EMAIL_ADDRESS +email@\d+ +0\.\d\d → 0\.\d\d +reported: its form is enough\n/,
  )
  expect(done.out).toMatch(/CREDIT_CARD .*dropped: its validator refused it\n/)
  expect(done.out).toMatch(
    /findings\n +\/messages\/0\/content +5-29 +EMAIL_ADDRESS +0\.\d\d +pseudonymise by data\.pii\.send\n/,
  )
  expect(done.out).toMatch(
    /would be sent to mirror-openai .*: POST \/chat\/completions\n[\s\S]*mail <EMAIL_ADDRESS_simulated[a-z]{7}>, card/,
  )
  expect(done.out).not.toContain(MAIL)
  expect(done).toMatchObject({ code: 0, err: '' })
  expect((await simulate(['--text', '--show'], MAIL)).out).toContain(`reported: its form is enough: ${MAIL}\n`)
})

test('a call of a file as JSON; one that would be refused ends with 1', async () => {
  const { path, remove } = makeFolder()
  onTestFinished(remove)
  const file = join(path, 'call.json')
  writeFileSync(file, JSON.stringify({ as: { id: 'ann', tenant: 'works' }, ...call({ logprobs: true }) }))
  const done = await simulate([file, '--json'], '')
  const { decision, candidates } = JSON.parse(done.out) as Simulated
  expect(decision).toMatchObject({ principal: 'ann', tenant: 'works', action: 'block', reason: 'permission_denied' })
  expect(candidates).toContainEqual(expect.objectContaining({ entity: 'EMAIL_ADDRESS', reported: true }))
  expect(done.out).not.toContain(MAIL)
  expect(done.code).toBe(1)
  expect((await simulate([file], '')).out).toMatch(/would be answered: 403\n[\s\S]*readLogprobs/)
})

test.for([
  [[], 'x', /^parapet: the input holds no valid JSON; for a plain text use --text\n$/],
  [[], '{"request":{"path":"x"}}', /^parapet: `request\.path` must be a path such as \/v1\/chat\/completions\n$/],
  [['nowhere.json'], '', /^parapet: nowhere\.json: there is no such file\n$/],
  [['--text'], 'x'.repeat(1024 * 1024 + 1), /^parapet: the input is larger than 1048576 bytes\n$/],
  [['--txt'], '', /unknown option `--txt` \(did you mean `--text`\?\)/],
] as const)('what cannot be simulated ends with 2: %j', async ([args, input, message]) => {
  const done = await simulate(args, input)
  expect(done.err).toMatch(message)
  expect(done).toMatchObject({ code: 2, out: '' })
})
