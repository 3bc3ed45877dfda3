/** `npm run eval`, as a real process, on data that says what must come out. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { type Finished, makeFolder, start } from '../support/host-process.ts'
import { writeScanRules } from '../support/scan-rules.ts'

const guardrails = makeFolder()
beforeAll(() => {
  writeScanRules(guardrails.path)
  return guardrails.remove
})
async function measure(
  sets: Readonly<Record<string, readonly object[] | string>>,
  ...args: string[]
): Promise<Finished> {
  const { path, remove } = makeFolder()
  onTestFinished(remove)
  for (const [name, rows] of Object.entries(sets)) {
    mkdirSync(join(path, name, '..'), { recursive: true })
    const text = typeof rows === 'string' ? rows : rows.map((row) => `${JSON.stringify(row)}\n`).join('')
    writeFileSync(join(path, name), text)
  }
  return start('eval/main.ts', [path, '--guardrails', guardrails.path, ...args]).finished
}
/** The figures of a line of the table, by its first words. */
function figures(out: string, name: string): readonly string[] {
  const line = out.split('\n').find((one) => one.startsWith(`${name} `))
  return line === undefined ? [] : line.slice(name.length).trim().split(/ +/)
}

test('entities: exact, overlap and character-level figures, of each, of all and of each source', async () => {
  const span = (start: number, end: number, entity = 'badge') => ({ start, end, entity })
  const done = await measure({
    'deep/people.jsonl': [
      { text: 'B-123456 B-654321', source: 'a', spans: [span(0, 8), span(9, 17)] },
      { text: 'is B-123456', source: 'a', spans: [span(0, 11)] },
      { text: 'B-123456', source: 'b', spans: [] },
      { text: 'no badge here', source: 'b', spans: [span(3, 8), span(0, 2, 'SHOE_SIZE')] },
    ],
  })
  expect(done.out).toMatch(/^\n── deep\/people\.jsonl: entities, 4 rows, packs core secrets names\n/)
  // 4 wanted, 4 found: 2 exact, 3 touched; of 32 characters that were found 24 are right, of 32 that are wanted.
  const all = ['4', '4', '.500', '.500', '.500', '.750', '.750', '.750', '.750', '.750', '.750']
  expect(figures(done.out, 'BADGE')).toEqual(all)
  expect(figures(done.out, 'all that is covered')).toEqual(all)
  expect(figures(done.out, '· a').slice(0, 5)).toEqual(['3', '3', '.667', '.667', '.667'])
  expect(figures(done.out, '· b').slice(0, 5)).toEqual(['1', '1', '.000', '.000', '.000'])
  expect(done.out).toContain('not covered by any rule: SHOE_SIZE 1')
  expect(done).toMatchObject({ code: 0, err: '' })
})

test('recognizer cases: bare values count with all packs on, and only the entity that the row is about', async () => {
  const row = (text: string, entity: string, ...spans: number[][]) => ({
    ...{ text, entity },
    spans: spans.map(([start, end]) => ({ start, end, entity })),
  })
  const done = await measure({
    'cases.jsonl': [
      row('door1234', 'DOOR_CODE', [0, 8]),
      row('door12345 B-123456', 'DOOR_CODE'),
      row('a B-123456', 'BADGE', [1, 10]),
      row('B-123456', 'BADGE'),
    ],
  })
  expect(figures(done.out, 'DOOR_CODE')).toEqual(['1/1', '100.0%', '1/1', '100.0%'])
  expect(figures(done.out, 'BADGE')).toEqual(['0/1', '0.0%', '1', '0/1', '0.0%'])
  expect(figures(done.out, 'cases.jsonl: expected spans found')).toEqual([
    '50.0%',
    'at',
    'least',
    '99.0%',
    'by',
    'construction',
    'missed',
  ])
})

test('ordinary texts: how many have a hit, and how many a secret', async () => {
  const texts = ['B-123456', 'open door1234 B-123456', 'nothing', 'door1234']
  const done = await measure({ 'plain.jsonl': texts.map((text) => ({ text, label: 0 })) }, '--misses')
  expect(done.out).toContain('texts with a structured hit: 2/4 50.0%\ntexts flagged as secret:     1/4 25.0%\n')
  expect(done.out).toContain('hits by entity, in texts: BADGE 2, DOOR_CODE 1\n')
  expect(done.out).toMatch(/DOOR_CODE: 1\n {2}hit {4}2 door@1 DOOR_CODE 0\.80 open \[door1234\] B-123456\n/)
  expect(figures(done.out, 'plain.jsonl: flagged as secret').at(-1)).toBe('missed')
})

test('secrets: what is noticed and what trips, however it is labelled', async () => {
  const text = 'open door1234'
  const done = await measure({
    'a.jsonl': [
      { text, label: true },
      { text: 'door', label: true },
      { text, label: false },
    ],
    'b.jsonl': [
      { text, spans: [{ start: 5, end: 13, entity: 'SECRET' }] },
      { text: 'x', spans: [] },
    ],
    'c.jsonl': [{ text, secret: 'door1234' }],
    'secrets/d.jsonl': [
      { text, label: 1 },
      { text: 'x', label: 0 },
    ],
  })
  const lines = done.out.split('\n').filter((line) => line.startsWith('all '))
  expect(lines.map((line) => line.split(/ +/).slice(1))).toEqual([
    ['1/2', '50.0%', '1/1', '100.0%'],
    ['1/1', '100.0%', '0/1', '0.0%'],
    ['1/1', '100.0%', '0/0', '-'],
    ['1/1', '100.0%', '0/1', '0.0%'],
  ])
  expect(done.out.match(/labelled spans: 1, found exactly 1, touched 1/g)).toHaveLength(2)
})

test('attacks are not measured; what cannot be read is told in a line', async () => {
  const skipped = await measure({
    'x.jsonl': [
      { text: 'a', label: 1 },
      { text: 'b', label: 0 },
    ],
  })
  expect(skipped).toMatchObject({
    code: 2,
    err: 'parapet: there is nothing here that can be measured; --help tells what can\n',
  })
  const broken = await measure({ 'x.jsonl': '{"text":"a"}\nB-123456' })
  expect(broken.err).toMatch(/^parapet: \S*x\.jsonl:2: this line is not JSON\n$/)
  expect(broken.code).toBe(2)
})
