/**
 * Nothing that a request says makes reading it slow: shapes that a grammar could go back over, long enough that one which does takes
 * seconds. Timed with much room: the slowest takes a tenth of it. On Node only: in workerd no time passes while code runs.
 */
import { expect, test } from 'vitest'
import { answer, makeHost } from '#host'
import { proxy } from '../../src/proxy.ts'
import type { Json } from '../../src/types.ts'
import { makeCall, read } from '../support/call.ts'

/** Parts that grammars of ours begin, end or repeat with; each is repeated, also behind what opens a `data:` URI or base64. */
const PARTS = [
  ...[';', ':', ',', '/', '\\', '[', ']', '[[', '{', '}', '"', "'", '%', '%4', '=', '-', '_', '.', '@', '+', ' ', '\t'],
  ...[
    'a',
    'A',
    '0',
    'a1',
    'a_',
    'model_',
    'fallback_',
    ';base64',
    ';a=b',
    'data:',
    'http://',
    '\u00e9',
    '\ud83d\ude00',
  ],
  ...['\\u0041', '\\\\', '<EMAIL_ADDRESS_', 'sk-', 'file-', 'ID3', '\u200b', 'ft:'],
]
/** What follows: grammars that fail at the end, or that do not. */
const ENDS = ['!', ',x', ']']
const HEADS = ['', 'data:', 'data:a/b', 'data:a/b;base64,', '"', '[', 'file-', 'model']
const SIZE = 60_000
/** Milliseconds. */
const MOST = 1500

type Make = (text: string) => readonly [path: string, body: Json]
const PICTURE: Make = (text) => {
  const content = [{ type: 'image_url', image_url: { url: text } }]
  return ['/v1/chat/completions', { model: 'm', messages: [{ role: 'user', content }] }]
}
const BODIES: readonly Make[] = [
  (text) => ['/v1/chat/completions', { model: 'm', messages: [{ role: 'user', content: text }] }],
  (text) => ['/v1/chat/completions', { model: 'm', messages: [], [text]: 1 }],
  PICTURE,
  (text) => ['/v1/responses', { model: 'm', input: [{ type: 'x', [text]: { [text]: text } }] }],
]

test(`bodies of ${SIZE} characters, in ${PARTS.length * HEADS.length * ENDS.length} shapes`, {
  timeout: 240_000,
}, async () => {
  const host = await makeHost({ upstream: () => answer(200, { id: 'x', choices: [] }) })
  const key = await host.addKey()
  const slow: string[] = []
  const shapes = HEADS.flatMap((head) => PARTS.flatMap((part) => ENDS.map((end) => ({ head, part, end }))))
  for (const [i, { head, part, end }] of shapes.entries()) {
    const text = `${head}${part.repeat(SIZE / part.length)}${end}`
    // In each place in turn; a picture's is the one that most is looked for in.
    for (const make of new Set([BODIES[i % BODIES.length]!, PICTURE])) {
      const [path, body] = make(text)
      const started = performance.now()
      await read(await proxy(makeCall({ path, key, body }), host))
      const ms = Math.round(performance.now() - started)
      if (ms > MOST) slow.push(`${JSON.stringify([head, part, end])} at ${path}: ${ms} ms`)
    }
  }
  expect(slow).toEqual([])
})
