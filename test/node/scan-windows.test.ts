/** Texts and files of any length, in pieces of any size. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readText } from '../../src/hosts/node/scan/decode.ts'
import { findIn, findInText } from '../../src/hosts/node/scan/windows.ts'
import { compile, rule } from '../support/inline-rules.ts'

const { detector } = compile(
  rule({ id: 'badge', patterns: [{ re: '\\bB-\\d{3}\\b', score: 0.8 }], reach: 5 }),
  rule({
    id: 'near',
    patterns: [{ re: '\\b\\d{2}\\b', score: 0.2 }],
    context: { words: ['id'], within: 8, boost: 0.4 },
    reach: 2,
  }),
)
async function collect<T>(all: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const one of all) list.push(one)
  return list
}
async function* cut(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size)
}
async function* cutBytes(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

test('what is found, and its line and column, does not depend on windows and pieces', async () => {
  const word = fc.constantFrom('B-123', ' ', '\n', '\r\n', 'id', ' 42 ', '.', '\u{1f600}', 'quick', '\\n', '-7')
  await fc.assert(
    fc.asyncProperty(
      fc.array(word, { maxLength: 600, size: 'max' }).map((words) => words.join('')),
      fc.integer({ min: 1, max: 90 }),
      fc.integer({ min: 1, max: 300 }),
      async (text, piece, window) => {
        const sights = await collect(findInText(cut(text, piece), detector, { window, margin: 1 }))
        const whole = await findIn(text, detector)
        expect(sights.map(({ rule, start, end, score }) => ({ rule, start, end, score }))).toEqual(whole)
        for (const { start, end, line, column, endLine, endColumn, text: found } of sights) {
          const lines = (at: number) => text.slice(0, at).split('\n')
          expect([line, column]).toEqual([lines(start).length, lines(start).at(-1)!.length + 1])
          expect([endLine, endColumn]).toEqual([lines(end).length, lines(end).at(-1)!.length + 1])
          expect(found).toBe(text.slice(start, end))
        }
      },
    ),
    { numRuns: 300 },
  )
})

test('a file is read the same, however its bytes come', async () => {
  const text = `${'grün \u{1f600} \ufffd '.repeat(9000)}end`
  const encodings: readonly Uint8Array[] = [
    Buffer.from(text),
    Buffer.from(`\ufeff${text}`),
    Buffer.from(`\ufeff${text}`, 'utf16le'),
    Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
  ]
  for (const [i, bytes] of encodings.entries()) {
    for (const size of [1, 3, 4096, 1e9]) {
      const read = await readText(cutBytes(bytes, size))
      expect((await collect(read!.chunks)).join('') === text).toBe(true)
      if (i < 2) expect(read!.replaced()).toBe(0)
    }
  }
})

test('bytes that are no text', async () => {
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ', 'base64')
  for (const bytes of [png, Buffer.from([0, 0, 0, 0]), Buffer.from([0xff, 0xfe, 0, 0, 0x42, 0, 0, 0])]) {
    expect(await readText(cutBytes(bytes, 5))).toBeUndefined()
  }
  for (const bytes of ['', 'a', 'tab\t\u001b[1mbold\f'])
    expect(await readText(cutBytes(Buffer.from(bytes), 5))).toBeDefined()
})
