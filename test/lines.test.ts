/** Lines: the same however bytes are cut, and bad ones named. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isBlank, type Line, LineError, readLines } from '../src/files/lines.ts'
import { anyCuts, type Cuts, cut, encode } from './support/bytes.ts'

async function read(bytes: Uint8Array, cuts: Cuts = [1000], most = 1000): Promise<readonly Line[]> {
  const lines: Line[] = []
  for await (const some of readLines(cut(bytes, cuts), most)) lines.push(...some)
  return lines
}
const texts = fc
  .array(fc.constantFrom('a', 'é', '😀', '\r', '\n', '\r\n', ' ', '\t', '\u2028', '\ufeff', '"', '\0'), {
    maxLength: 40,
  })
  .map((list) => list.join(''))

test('lines are those of the text, numbered, with what ends them, in any chunks', async () => {
  await fc.assert(
    fc.asyncProperty(texts, anyCuts, async (text, cuts) => {
      const parts = text.replace(/^\ufeff/, '').split(/(\r\n|\r|\n)/)
      const expected = parts
        .filter((_, i) => i % 2 === 0)
        .map((line, i) => ({ number: i + 1, text: line, end: parts[2 * i + 1] ?? '' }))
        .filter((line) => line.text + line.end !== '')
      expect(await read(encode(text), cuts)).toEqual(expected)
    }),
    { numRuns: 500 },
  )
})

test('bytes that are no UTF-8 are refused where they stand, in any chunks', async () => {
  const bad = fc.constantFrom([0xff], [0xc3], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xc0, 0xaf], [0xf4, 0x90, 0x80, 0x80])
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 20 }), fc.nat({ max: 20 }), bad, anyCuts, async (before, after, bytes, cuts) => {
      const text = [...encode('good é\n'.repeat(before)), ...bytes, ...encode('\nmore'.repeat(after))]
      const error = await read(new Uint8Array(text), cuts).catch((thrown) => thrown)
      expect(error).toBeInstanceOf(LineError)
      expect(error.message).toBe(`line ${before + 1} is not valid UTF-8`)
    }),
    { numRuns: 200 },
  )
})

test('a line has so many bytes and no more, in any chunks; it is named before it is read', async () => {
  for (const cuts of [[1], [7], [1000]]) {
    expect(await read(encode(`a\n\n${'x'.repeat(100)}\r\nb`), cuts, 100)).toHaveLength(4)
    const error = await read(encode(`a\n\n${'é'.repeat(51)}`), cuts, 100).catch((thrown) => thrown)
    expect(error).toMatchObject({ line: 3, problem: 'is too long' })
    expect(error.message).toBe('line 3 is too long')
  }
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) yield encode('xxxxxxxxxx')
  }
  const reading = async () => {
    for await (const _ of readLines(endless(), 1000));
  }
  await expect(reading()).rejects.toThrow('line 1 is too long')
})

test('nothing, only blanks, and a last line without an end', async () => {
  expect(await read(encode(''))).toEqual([])
  expect(await read(encode('\ufeff'))).toEqual([])
  const lines = await read(encode('\n \r\n\t\r\n\ufeff{}'))
  expect(lines.map(({ text, end }) => text + end)).toEqual(['\n', ' \r\n', '\t\r\n', '\ufeff{}'])
  expect(lines.map(isBlank)).toEqual([true, true, true, false])
})

test('reading is linear: a long line in single bytes', async () => {
  const started = performance.now()
  const lines = await read(encode('x'.repeat(300_000)), [1], 1_000_000)
  expect(lines[0]!.text).toHaveLength(300_000)
  expect(performance.now() - started).toBeLessThan(3000)
})
