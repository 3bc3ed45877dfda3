/** The command line and the server, as real processes. */
import { statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../../src/hosts/node/sqlite.ts'
import { makeFolder, parapet, type Running, readDevEnv } from '../../support/host-process.ts'

let data: string
beforeEach(() => {
  const folder = makeFolder()
  data = folder.path
  onTestFinished(folder.remove)
})
const run = (args: readonly string[], variables = {}) => parapet(args, { PARAPET_DATA: data, ...variables }).finished
async function serve(variables: Record<string, string> = {}): Promise<Running & { url: string; key: string }> {
  const running = parapet(['serve', '--dev'], { PARAPET_DATA: data, PORT: '0', ...variables })
  onTestFinished(async () => void (await running.stop('SIGKILL')))
  const [, url] = await running.until(/Parapet is at (\S+)\n[\s\S]*curl /)
  return { ...running, url: url!, key: readDevEnv(data).PARAPET_INVOKE_KEY! }
}
function chat(url: string, key: string, body: object): Promise<Response> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  return fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body: JSON.stringify({ model: 'm', ...body }) })
}

test.for([
  [[], 1, /Usage: parapet COMMAND/, /^$/],
  [['--help'], 0, /serve {4}start the proxy/, /^$/],
  [['help', 'keys'], 0, /Usage: parapet keys create/, /^$/],
  [['sevre'], 2, /^$/, /^parapet: unknown command `sevre` \(did you mean `serve`\?\)\n.*--help` tells more\n$/],
  [['serve', '--de'], 2, /^$/, /unknown option `--de` \(did you mean `--dev`\?\)/],
  [['serve', 'now'], 2, /^$/, /unexpected argument `now`/],
  [['serve'], 1, /^$/, /^parapet: PARAPET_MASTER_KEY is not set\..*\n$/],
  [['keys'], 2, /^$/, /say what to do: create, list, revoke/],
  [['keys', 'create'], 2, /^$/, /--domain is needed/],
  [['keys', 'create', '--domain', 'invok'], 2, /^$/, /did you mean `invoke`\?/],
  [['keys', 'create', '--domain', 'invoke', '--days', '0'], 2, /^$/, /--days must be/],
  [['keys', 'revoke', 'aaaaaaaa'], 2, /^$/, /there is no such key/],
  [['log', 'verify'], 1, /^$/, /there is no decision log yet/],
  [['log', 'verfy'], 2, /^$/, /did you mean `verify`\?/],
  [['test', 'payment-card'], 0, /^1 rules, \d+ passed, 0 failed\n$/, /^$/],
  [['test', 'payment-crd'], 1, /^$/, /there is no rule `payment-crd`/],
] as const)('parapet %j', async ([args, code, out, err]) => {
  const done = await run(args)
  expect(done.out).toMatch(out)
  expect(done.err).toMatch(err)
  expect(done.code).toBe(code)
})

test.for([
  [{ PORT: 'http' }, /^parapet: PORT must be a number/],
  [{ PARAPET_MASTER_KEY: 'short' }, /^parapet: PARAPET_MASTER_KEY /],
  [{ OPENAI_BASE_URL: 'http://models.example' }, /^parapet: OPENAI_BASE_URL: the base URL must be https/],
  [{ PARAPET_GUARDRAILS: '/nowhere' }, /^parapet: \/nowhere: there is no such folder/],
  [{ HOST: '203.0.113.1' }, /^parapet: HOST 203\.0\.113\.1 is not an address of this machine\n$/],
] as const)('serve says in a line what is wrong with %j', async ([variables, expected]) => {
  const done = await run(['serve', '--dev'], variables)
  expect(done.err).toMatch(expected)
  expect(done.err.trim().split('\n')).toHaveLength(1)
  expect(done.code).toBe(1)
})

test('keys: made, listed without their secret, revoked', async () => {
  const made = await run([
    'keys',
    'create',
    '--domain',
    'invoke',
    '--domain',
    'inspect',
    '--tenant',
    'support',
    '--group',
    'staff',
    '--days',
    '2',
  ])
  const key = made.out.trim()
  expect(key).toMatch(/^pk_[a-z2-7]{8}_[a-z2-7]{52}$/)
  const name = key.slice(3, 11)
  const listed = (await run(['keys', 'list'])).out
  expect(listed).toMatch(new RegExp(`^${name} {2}support {2}invoke,inspect {2}staff {2}until `))
  expect(listed).not.toContain(key.slice(12))
  expect((await run(['keys', 'revoke', key])).out).toBe(`${name} is revoked\n`)
  expect((await run(['keys', 'list'])).out).toContain('revoked')
  expect(statSync(join(data, 'parapet.db')).mode & 0o077).toBe(0)
})

test('a newcomer: start, paste the curl line, see pseudonyms go out and values come back; the log holds', async () => {
  const server = await serve()
  for (const file of ['dev.env', 'master.key', 'parapet.db', 'parapet.db-wal'])
    expect(statSync(join(data, file)).mode & 0o077).toBe(0)
  expect(readDevEnv(data).PARAPET_URL).toBe(server.url)
  const [, body] = /^curl .* -d '(.*)'$/m.exec(server.output())!
  expect(body).toContain('"model":"mirror"')
  const response = await chat(server.url, server.key, JSON.parse(body!))
  const [{ message }] = ((await response.json()) as { choices: [{ message: { content: string } }] }).choices
  expect(message.content).toMatch(
    /received: Charge ‹CREDIT_CARD_[a-z2-7]{16}› and write to ‹EMAIL_ADDRESS_[a-z2-7]{16}›/,
  )
  expect(message.content).toContain('You see: Charge 4111 1111 1111 1111 and write to ann.lee@example.com.')
  // While it runs:
  expect((await run(['doctor'], { PORT: '0' })).out).toContain('decision log: all chains hold')
  const done = await server.stop()
  expect(done.code).toBe(0)
  expect((await run(['log', 'verify'])).out).toMatch(
    /^default: 2 records hold, the last has hash sha256:[0-9a-f]{64}\n$/,
  )
})

test('a second start keeps keys and pseudonyms', async () => {
  const first = await serve()
  const before = readDevEnv(data)
  const ask = async (url: string) =>
    (await chat(url, first.key, { messages: [{ role: 'user', content: 'to ann.lee@example.com' }] })).text()
  const answer = await ask(first.url)
  await first.stop()
  const second = await serve()
  expect({ ...readDevEnv(data), PARAPET_URL: '' }).toEqual({ ...before, PARAPET_URL: '' })
  expect(await ask(second.url)).toBe(answer)
})

test('log verify finds what was changed, and what was cut off', async () => {
  const server = await serve()
  for (let i = 0; i < 3; i++) await (await chat(server.url, server.key, { messages: [] })).text()
  await server.stop()
  const whole = await run(['log', 'verify', '--tenant', 'default'])
  const head = /sha256:[0-9a-f]{64}/.exec(whole.out)![0]
  expect((await run(['log', 'verify', '--tenant', 'default', '--head', head])).code).toBe(0)
  const sql = openDatabase(join(data, 'parapet.db'))
  sql.run('DELETE FROM log WHERE seq = (SELECT max(seq) FROM log)')
  expect((await run(['log', 'verify'])).code).toBe(0)
  expect(await run(['log', 'verify', '--tenant', 'default', '--head', head])).toMatchObject({ code: 1 })
  sql.run("UPDATE log SET body = replace(body, 'default', 'tluafed') WHERE seq = 2")
  sql.close()
  const broken = await run(['log', 'verify'])
  expect(broken.out).toBe('default: BROKEN at record 2 (altered); 1 records before it hold\n')
  expect(broken.code).toBe(1)
})

test('a port that is in use', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void other.close())
  const { port } = other.address() as AddressInfo
  const done = await run(['serve', '--dev'], { PORT: `${port}` })
  expect(done.err).toBe(`parapet: port ${port} of 127.0.0.1 is in use; set PORT to another\n`)
  expect(done.code).toBe(1)
})

test('SIGTERM: takes no more calls, lets a running one end, records how it ended', async () => {
  const model = createServer((request, response) => {
    request.resume()
    setTimeout(() => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(
        JSON.stringify({
          id: 'c',
          object: 'chat.completion',
          choices: [{ index: 0, message: { role: 'assistant', content: 'late' }, finish_reason: 'stop' }],
        }),
      )
    }, 1500)
  })
  await new Promise<void>((resolve) => model.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void model.close())
  const server = await serve({ OPENAI_BASE_URL: `http://127.0.0.1:${(model.address() as AddressInfo).port}/v1` })
  const running = chat(server.url, server.key, { messages: [{ role: 'user', content: 'hello' }] })
  await new Promise((resolve) => setTimeout(resolve, 800))
  const ended = server.stop()
  await new Promise((resolve) => setTimeout(resolve, 150))
  await expect(chat(server.url, server.key, { messages: [] })).rejects.toThrow()
  expect(await (await running).text()).toContain('late')
  expect((await ended).code).toBe(0)
  const sql = openDatabase(join(data, 'parapet.db'))
  const outcomes = sql.all<{ body: string }>("SELECT body FROM log WHERE kind = 'outcome'")
  sql.close()
  expect(outcomes.map(({ body }) => (JSON.parse(body) as { ending: string }).ending)).toEqual(['complete'])
})
