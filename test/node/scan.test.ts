/** `parapet scan`, as a real process. */
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { type Finished, makeFolder, parapet } from '../support/host-process.ts'
import { writeScanRules } from '../support/scan-rules.ts'

const guardrails = makeFolder()
beforeAll(() => {
  writeScanRules(guardrails.path)
  return guardrails.remove
})
function folder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const { path, remove } = makeFolder()
  onTestFinished(remove)
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(path, name, '..'), { recursive: true })
    writeFileSync(join(path, name), content)
  }
  return path
}
async function scan(args: readonly string[], input: string | Uint8Array = '', variables = {}): Promise<Finished> {
  const running = parapet(['scan', ...args], { PARAPET_GUARDRAILS: guardrails.path, ...variables })
  running.process.stdin!.on('error', () => {}).end(input)
  return running.finished
}
interface Found {
  readonly path: string
  readonly line: number
  readonly column: number
  readonly start: number
  readonly end: number
  readonly text?: string
}
async function findings(...args: readonly string[]): Promise<readonly Found[]> {
  const { out } = await scan([...args, '--format', 'json'])
  return (JSON.parse(out) as { findings: Found[] }).findings
}

test('a folder: what is found, by line and column, without the value; what is skipped, by why', async () => {
  const path = folder({
    'a.txt': 'one\r\n  badge B-123456 and B-654321\r\n',
    'sub/deep/b.md': 'B-111111',
    '.git/config': 'B-222222',
    'sub/node_modules/x.js': 'B-333333',
    'c.bin': new Uint8Array([0x42, 0, 1, 2, 3, 0, 0, 9]),
  })
  symlinkSync('/etc', join(path, 'out'))
  symlinkSync(join(path, 'a.txt'), join(path, 'again'))
  const done = await scan([path])
  expect(done.out).toBe(
    [
      `${path}/a.txt:2:9 BADGE badge@3 0.80 ********`,
      `${path}/a.txt:2:22 BADGE badge@3 0.80 ********`,
      `${path}/sub/deep/b.md:1:1 BADGE badge@3 0.80 ********\n`,
    ].join('\n'),
  )
  const summary = /^parapet: 3 findings in 2 of 2 files \(\d+ bytes\); skipped: (.*)\n$/.exec(done.err)
  expect(summary?.[1]?.split(', ').sort()).toEqual(['1 .git', '1 binary', '1 node_modules', '2 symbolic link'])
  expect(done.code).toBe(1)
})

test('a symbolic link, or a folder that is skipped elsewhere, is looked at where it is named', async () => {
  const path = folder({ 'node_modules/x.js': 'B-333333' })
  symlinkSync(join(path, 'node_modules/x.js'), join(path, 'link'))
  expect(await findings(join(path, 'link'), join(path, 'node_modules'))).toHaveLength(2)
})

test.for([
  ['plain', 'grün B-123456', 5],
  ['UTF-8 with a mark', '\ufeffgrün B-123456', 5],
  ['UTF-16, little first', Buffer.from('\ufeffgrün B-123456', 'utf16le'), 5],
  ['UTF-16, big first', Buffer.from('\ufeffgrün B-123456', 'utf16le').swap16(), 5],
  ['UTF-16 without a mark', Buffer.from('see B-123456', 'utf16le'), 4],
  ['characters of two units', '\u{1f600} B-123456', 3],
  ['bytes that are no UTF-8', Buffer.from('gr\xfcn B-123456', 'latin1'), 5],
] as const)('offsets are UTF-16 code units of the text: %s', async ([, content, start]) => {
  const found = await findings(join(folder({ 'a.txt': content }), 'a.txt'))
  expect(found).toMatchObject([{ start, end: start + 8, line: 1, column: start + 1 }])
})

test('bytes that are no UTF-8 are told, and U+FFFD that was written is not', async () => {
  const bad = await scan([folder({ 'a.txt': Buffer.from('gr\xfcn \xff', 'latin1') })])
  expect(bad.err).toMatch(/a\.txt: not all of it is text: 2 characters were read as U\+FFFD/)
  expect(bad.code).toBe(0)
  const good = await scan([folder({ 'a.txt': 'written \ufffd\ufffd' })])
  expect(good.err).toBe('parapet: nothing found in 1 file (14 bytes)\n')
})

test.for([
  [[], 'B-123456', 1],
  [[], 'nothing', 0],
  [['-'], 'B-123456', 1],
  [['--fail-on', 'secret'], 'B-123456', 0],
  [['--fail-on', 'pii'], 'B-123456', 1],
  [['--labels', 'secret'], 'B-123456', 0],
  [['--threshold', '0.9'], 'B-123456', 0],
  [[], 'door1234', 0],
  [[], 'open door1234', 1],
  [['--packs', 'us', '--threshold', '0.4'], 'door1234', 1],
  [['--packs', 'all', '--threshold', '0.4', '--labels', 'secret.password'], 'door1234', 1],
] as const)('standard input with %j: %j ends with %i', async ([args, input, code]) => {
  const done = await scan(args, input)
  expect(done.code).toBe(code)
})

test.for([
  [['--format', 'xml'], /--format must be text, json, sarif/],
  [['--packs', 'uss'], /there is no pack `uss` \(did you mean `us`\?\); there are: core, us/],
  [['--labels', 'pii.acount'], /--labels: no rule has the label `pii.acount` \(did you mean `pii.account`\?\)/],
  [['--fail-on', 'secrets'], /--fail-on: no rule has the label `secrets` \(did you mean `secret`\?\)/],
  [['--threshold', 'high'], /--threshold must be a number above 0 and up to 1/],
  [['--jsonl', '--format', 'json'], /--jsonl has a format of its own/],
  [['--jsnl'], /unknown option `--jsnl` \(did you mean `--jsonl`\?\)/],
  [['-', '-'], /`-` is given twice/],
] as const)('a mistake in the options ends with 2: %j', async ([args, message]) => {
  const done = await scan(args)
  expect(done.err).toMatch(message)
  expect(done).toMatchObject({ code: 2, out: '' })
})

test('rules that cannot be used end with 2', async () => {
  const done = await scan([], 'B-123456', { PARAPET_GUARDRAILS: '/nowhere' })
  expect(done.err).toBe('parapet: /nowhere: there is no such folder; see PARAPET_GUARDRAILS\n')
  expect(done.code).toBe(2)
})

test('what cannot be read is told, the rest is scanned, and it ends with 2', async () => {
  const path = folder({ 'a.txt': 'B-123456' })
  const done = await scan([join(path, 'gone'), path])
  expect(done.err).toMatch(/gone: there is no such file or folder\n/)
  expect(done.out).toMatch(/a\.txt:1:1 BADGE/)
  expect(done.code).toBe(2)
})
test.skipIf(process.getuid?.() === 0)('a file that may not be read ends with 2', async () => {
  const path = folder({ 'a.txt': 'B-123456' })
  chmodSync(join(path, 'a.txt'), 0)
  const done = await scan([path])
  expect(done.err).toMatch(/a\.txt: it may not be read\n/)
  expect(done.code).toBe(2)
})

test('names of files and what was found cannot speak to a terminal', async () => {
  const done = await scan([folder({ 'a\u001b[2J.txt': 'B-123456' }), '--show'])
  expect(done.out).toMatch(/a\\u\{1b\}\[2J\.txt:1:1 BADGE badge@3 0\.80 B-123456\n$/)
})

test('JSON Lines: a line for each line, in order, of exactly that shape', async () => {
  const rows = [
    { id: 'a', text: 'x B-123456 "\u{1f600}" B-654321' },
    { id: 2, text: '' },
    { text: 'open door1234', more: [1], id: 'c' },
  ]
  const done = await scan(['--jsonl'], `\ufeff${rows.map((row) => JSON.stringify(row)).join('\r\n')}\n\n`)
  const badge = { rule: 'badge@3', entity: 'BADGE', score: 0.8 }
  expect(done.out.split('\n').map((line) => (line === '' ? '' : JSON.parse(line)))).toEqual([
    {
      id: 'a',
      findings: [
        { ...badge, start: 2, end: 10 },
        { ...badge, start: 16, end: 24 },
      ],
    },
    { id: 2, findings: [] },
    { id: 'c', findings: [{ rule: 'door@1', entity: 'DOOR_CODE', start: 5, end: 13, score: 0.8 }] },
    '',
  ])
  expect(Object.keys(JSON.parse(done.out.split('\n')[0]!).findings[0])).toEqual([
    'rule',
    'entity',
    'start',
    'end',
    'score',
  ])
  expect(done).toMatchObject({ code: 1, err: '' })
})

test('JSON Lines: a line that cannot be used is told by its number, and quoted nowhere', async () => {
  const bad = ['B-777777', '[1]', '{"id":"B-777777"}', '{"id":{"B-777777":1},"text":"B-1"}', '{"id":1e99,"text":"a"}']
  const done = await scan(['--jsonl'], ['{"id":1,"text":"a"}', ...bad, '{"id":2,"text":"B-123456"}'].join('\n'))
  expect(done.out.split('\n').map((line) => line.slice(0, 8))).toEqual(['{"id":1,', '{"id":2,', ''])
  const numbers = done.err
    .trimEnd()
    .split('\n')
    .map((line) => /^parapet: standard input:(\d): \S/.exec(line)?.[1])
  expect(numbers).toEqual(['2', '3', '4', '5', '6'])
  expect(done.err + done.out).not.toContain('B-777777')
  expect(done.code).toBe(2)
})
test('JSON Lines: bytes that are no UTF-8 end it', async () => {
  const done = await scan(['--jsonl'], Buffer.from('{"id":1,"text":"a"}\n{"id":2,"text":"\xff"}\n', 'latin1'))
  expect(done.err).toBe('parapet: standard input:2: this line is not valid UTF-8\n')
  expect(done.code).toBe(2)
})

interface Sarif {
  readonly version: string
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly Record<string, unknown>[] } }
    readonly results: readonly Record<string, unknown>[]
    readonly invocations: readonly unknown[]
  }[]
}
test('SARIF: rules with help, regions by line and by character, nothing of the text', async () => {
  const path = folder({ 'a b.txt': 'one\n  B-123456, open door1234 B-654321' })
  const done = await scan([path, join(path, 'gone'), '--format', 'sarif'])
  const { version, runs } = JSON.parse(done.out) as Sarif
  const [run] = runs
  expect(version).toBe('2.1.0')
  expect(run!.tool.driver).toMatchObject({ name: 'Parapet', version: expect.stringMatching(/^\d/) })
  expect(run!.tool.driver.rules).toMatchObject([
    {
      id: 'badge',
      help: { text: expect.stringMatching(/^Badges of the works\. .*Works regulation 12/) },
      defaultConfiguration: { level: 'warning' },
    },
    {
      id: 'door',
      help: { text: expect.stringMatching(/^Codes of doors\. .*revoke it/) },
      defaultConfiguration: { level: 'error' },
    },
  ])
  const uri = `file://${path}/a%20b.txt`
  const region = { startLine: 2, startColumn: 3, endLine: 2, endColumn: 11, charOffset: 6, charLength: 8 }
  expect(run!.results).toMatchObject([
    {
      ruleId: 'badge',
      ruleIndex: 0,
      level: 'warning',
      locations: [{ physicalLocation: { artifactLocation: { uri }, region } }],
    },
    { ruleId: 'door', ruleIndex: 1, level: 'error' },
    { ruleId: 'badge', ruleIndex: 0 },
  ])
  expect(run!.invocations).toMatchObject([
    {
      executionSuccessful: false,
      toolExecutionNotifications: [{ level: 'error', message: { text: expect.stringMatching(/no such file/) } }],
    },
  ])
  expect(done.out).not.toMatch(/123456|door1234|snippet/)
  const shown = await scan([path, '--format', 'sarif', '--show'])
  expect(shown.out).toContain('"snippet":{"text":"B-123456"}')
})
test('a folder in which nothing is found is valid JSON, too', async () => {
  const path = folder({ 'a.txt': 'nothing' })
  expect(JSON.parse((await scan([path, '--format', 'sarif'])).out).runs[0].results).toEqual([])
  expect(JSON.parse((await scan([path, '--format', 'json'])).out)).toMatchObject({
    findings: [],
    summary: { files: 1 },
  })
})
