/** Form data: written and read again, read from the platform's own writer, and refused. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeHost } from '#host'
import { Denial } from '../src/errors.ts'
import { type Form, readMultipart, writeMultipart } from '../src/files/multipart.ts'
import type { Spool } from '../src/ports.ts'
import type { Json, JsonObject, Stored } from '../src/types.ts'
import { anyCuts, type Cuts, cut, encode, makeSpools, readAll } from './support/bytes.ts'

const LIMITS = { requestBytes: 100_000, fileBytes: 1_000_000 }

async function read(
  bytes: Uint8Array,
  type: string,
  cuts: Cuts = [100_000],
  limits = LIMITS,
): Promise<{ form: Form; left: () => number }> {
  const spools = makeSpools()
  try {
    return { form: await readMultipart(cut(bytes, cuts), type, { spool: spools.spool, limits }), left: spools.left }
  } catch (error) {
    expect(spools.left(), 'spools that are left after a refusal').toBe(0)
    throw error
  }
}
async function contents(form: Form): Promise<JsonObject> {
  const show = async (value: Json): Promise<Json> => {
    const spool = form.files.get(value as JsonObject)
    if (Array.isArray(value)) return Promise.all(value.map(show))
    return spool ? { ...(value as JsonObject), bytes: [...(await readAll(spool.chunks()))] } : value
  }
  return Object.fromEntries(await Promise.all(Object.entries(form.body).map(async ([k, v]) => [k, await show(v)])))
}

// Any text but control characters and what a name cannot hold; quotes, line breaks and percents in plenty.
const units = fc.oneof(
  fc.constantFrom('"', '\r', '\n', '%', ';', '=', '--', ' ', 'é', '😀', "'"),
  fc.string({ unit: 'grapheme' }),
)
const texts = fc.array(units, { maxLength: 8 }).map((list) => list.join(''))
const names = texts
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a name cannot hold
  .map((text) => text.replace(/[\\\x00-\x09\x0b\x0c\x0e-\x1f\x7f]|%(?:22|0[ad])|^ | $/gi, ''))
  .filter((text) => text !== '' && !/%(?:22|0[ad])/i.test(text) && !/[\u2028\u2029]/.test(text) && text.isWellFormed())
const files = fc.record({
  filename: names,
  content_type: fc.option(fc.constantFrom('text/plain', 'application/jsonl', 'audio/wav', 'text/csv; charset=utf-8'), {
    nil: undefined,
  }),
  bytes: fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    texts.map(encode),
    fc.constant(encode('\r\n--BOUND\r\n\r\n--x--')),
  ),
})
const values = fc.oneof(
  texts.filter((text) => text.isWellFormed()),
  files,
)
type Value = string | { filename: string; content_type: string | undefined; bytes: Uint8Array }
const forms = fc.array(fc.tuple(fc.oneof(names, fc.constantFrom('file', 'purpose', '__proto__')), values), {
  maxLength: 8,
})

function makeForm(list: readonly (readonly [string, Value])[]): { body: JsonObject; files: Map<JsonObject, Stored> } {
  const stored = new Map<JsonObject, Stored>()
  const body: JsonObject = Object.create(null)
  for (const [name, value] of list) {
    let held: Json
    if (typeof value === 'string') held = value
    else {
      const { filename, content_type, bytes } = value
      held = { filename, ...(content_type !== undefined && { content_type }) }
      stored.set(held, { size: bytes.length, chunks: () => cut(bytes, [7]) })
    }
    const known = body[name]
    body[name] = known === undefined ? held : Array.isArray(known) ? [...known, held] : [known, held]
  }
  return { body, files: stored }
}

test('what was written is read as it was, in any chunks, and is as long as it says', async () => {
  await fc.assert(
    fc.asyncProperty(forms, anyCuts, async (list, cuts) => {
      const made = makeForm(list)
      const { type, content } = writeMultipart(made.body, made.files, 'a-boundary-0123456789')
      const bytes = await readAll(content.chunks())
      expect(bytes.length).toBe(content.size)
      const { form, left } = await read(bytes, type, cuts)
      expect(await contents(form)).toEqual(await contents(made as unknown as Form))
      for (const spool of form.files.values()) await spool.discard()
      expect(left()).toBe(0)
    }),
    { numRuns: 300 },
  )
})

/** Names that platforms agree about: workerd writes line breaks as they are, and its reader keeps escapes. */
const plain = names.map((name) => name.replace(/["\r\n]/g, '')).filter((name) => name.trim() !== '')

test('what was written, the platform reads alike', async () => {
  const forms = fc.array(fc.tuple(plain, fc.oneof(texts, fc.record({ filename: plain, bytes: fc.uint8Array() }))), {
    minLength: 1,
    maxLength: 6,
  })
  await fc.assert(
    fc.asyncProperty(forms, async (list) => {
      const sound = list.map(([name, value]) => {
        return [name, typeof value === 'string' ? value : { ...value, content_type: 'text/csv' }] as const
      })
      const made = makeForm(sound)
      const { type, content } = writeMultipart(made.body, made.files, 'a-boundary-0123456789')
      const response = new Response(await readAll(content.chunks()), { headers: { 'content-type': type } })
      const theirs = [...(await response.formData())].map(([name, value]) => {
        return [name, typeof value === 'string' ? value : value.name]
      })
      const ours = Object.entries(made.body).flatMap(([name, values]) =>
        (Array.isArray(values) ? values : [values]).map((value) => {
          return [name, typeof value === 'string' ? value : (value as JsonObject).filename]
        }),
      )
      expect(theirs).toEqual(ours)
    }),
    { numRuns: 200 },
  )
})

test('what the platform writes is read', async () => {
  await fc.assert(
    fc.asyncProperty(plain, plain, fc.uint8Array({ maxLength: 200 }), anyCuts, async (name, filename, bytes, cuts) => {
      const data = new FormData()
      data.append('purpose', 'batch')
      data.append(name, new Blob([bytes], { type: 'application/jsonl' }), filename)
      data.append(name, 'second')
      const response = new Response(data)
      const type = response.headers.get('content-type')!
      const { form } = await read(new Uint8Array(await response.arrayBuffer()), type, cuts)
      const [file, second] = form.body[name] as [JsonObject, string]
      expect(file).toEqual({ filename, content_type: 'application/jsonl' })
      expect(second).toBe('second')
      expect(await readAll(form.files.get(file)!.chunks())).toEqual(bytes)
    }),
    { numRuns: 100 },
  )
})

test('a file of several megabytes passes through the spool of this host', async () => {
  const host = await makeHost()
  const line = encode(`${'x'.repeat(1021)}\r\n-`)
  const count = 3000
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield encode('--b\r\nContent-Disposition: form-data; name="file"; filename="f.txt"\r\n\r\n')
    for (let i = 0; i < count; i++) yield line
    yield encode('\r\n--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nuser_data\r\n--b--\r\n')
  }
  const limits = { requestBytes: 1000, fileBytes: 10_000_000 }
  const form = await readMultipart(chunks(), 'multipart/form-data; boundary=b', { spool: () => host.spool(), limits })
  expect(form.body).toEqual({ file: { filename: 'f.txt' }, purpose: 'user_data' })
  const [spool] = [...form.files.values()] as [Spool]
  expect(spool.size).toBe(line.length * count)
  const again = writeMultipart(form.body, form.files, 'other')
  let size = 0
  for await (const chunk of again.content.chunks()) size += chunk.length
  expect(size).toBe(again.content.size)
  await spool.discard()
})

const part = (head: string, content = 'x') => `--B\r\n${head}\r\n\r\n${content}\r\n`
const field = part('Content-Disposition: form-data; name="a"')
const END = '--B--\r\n'
const TYPE = 'multipart/form-data; boundary=B'

for (const [what, text] of [
  ['a preamble', `hello\r\n${field}${END}`],
  ['an empty line first', `\r\n${field}${END}`],
  ['an epilogue', `${field}${END}more`],
  ['no end', field],
  ['a cut end', `${field}--B-`],
  ['a boundary that goes on', field.replace('--B\r', '--Bc\r') + END],
  ['a boundary that goes on in the middle', `${field}--BX\r\n${END}`],
  ['spaces behind a boundary', `${field}--B \r\n${END}`],
  ['lone line feeds', (field + END).replaceAll('\r\n', '\n')],
  ['a lone line feed in a head', part('Content-Disposition: form-data; name="a"\nContent-Type: text/plain') + END],
  ['a folded header', part('Content-Disposition: form-data;\r\n name="a"') + END],
  ['no name', part('Content-Disposition: form-data') + END],
  ['no disposition', part('Content-Type: text/plain') + END],
  ['no head', `--B\r\n\r\nx\r\n${END}`],
  ['an attachment', part('Content-Disposition: attachment; name="a"') + END],
  ['an empty name', part('Content-Disposition: form-data; name=""') + END],
  ['an empty file name', part('Content-Disposition: form-data; name="a"; filename=""') + END],
  ['two names', part('Content-Disposition: form-data; name="a"; name="b"') + END],
  ['two file names', part('Content-Disposition: form-data; name="a"; filename="b"; filename="c"') + END],
  ['an encoded file name', part(`Content-Disposition: form-data; name="a"; filename*=utf-8''b`) + END],
  ['a backslash', part('Content-Disposition: form-data; name="a\\"; filename=\\"b"') + END],
  ['a backslash alone', part('Content-Disposition: form-data; name="a\\b"') + END],
  ['a quote that is not closed', part('Content-Disposition: form-data; name="a') + END],
  ['something behind a quote', part('Content-Disposition: form-data; name="a"b') + END],
  [
    'two dispositions',
    part('Content-Disposition: form-data; name="a"\r\nContent-Disposition: form-data; name="b"') + END,
  ],
  ['a header of another kind', part('Content-Disposition: form-data; name="a"\r\nX-Note: hidden') + END],
  ['base64', part('Content-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64') + END],
  [
    'another charset',
    part('Content-Disposition: form-data; name="a"\r\nContent-Type: text/plain; charset=utf-16') + END,
  ],
  [
    'another charset of a file',
    part('Content-Disposition: form-data; name="a"; filename="b"\r\nContent-Type: text/csv;charset=latin1') + END,
  ],
  [
    'parts in a part',
    part('Content-Disposition: form-data; name="a"; filename="b"\r\nContent-Type: multipart/mixed; boundary=C') + END,
  ],
  ['a picture without a file name', part('Content-Disposition: form-data; name="a"\r\nContent-Type: image/png') + END],
  ['a wrong length', part('Content-Disposition: form-data; name="a"\r\nContent-Length: 2') + END],
  [
    'a wrong length of a file',
    part('Content-Disposition: form-data; name="a"; filename="f"\r\nContent-Length: 2') + END,
  ],
  ['a NUL in a name', part('Content-Disposition: form-data; name="a\0"') + END],
  ['nothing at all', ''],
] as const) {
  test(`refused, in any chunks: ${what}`, async () => {
    for (const cuts of [[1], [2, 3], [100_000]]) {
      const denial = await read(encode(text), TYPE, cuts).catch((error) => error)
      expect(denial).toBeInstanceOf(Denial)
      expect(denial.reason).toBe('unreadable_body')
    }
  })
}

test('a name that is not UTF-8, and a field that is not', async () => {
  const bytes = encode(field + END)
  for (const at of [bytes.indexOf(0x61), bytes.lastIndexOf(0x78)]) {
    const bad = bytes.slice()
    bad[at] = 0xff
    await expect(read(bad, TYPE)).rejects.toThrow(/part 1 .*UTF-8/)
  }
})

test('the part is named by its number, after files that were spooled already', async () => {
  const file = part('Content-Disposition: form-data; name="file"; filename="f"', 'y'.repeat(500))
  const bad = part('Content-Disposition: form-data; name="secret@example.com"; x=1')
  const denial = await read(encode(file + field + bad + END), TYPE).catch((error) => error)
  expect(denial.message).toContain('part 3 ')
  expect(denial.message).not.toContain('secret')
})

test('content types with anything but one boundary', async () => {
  for (const type of [
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'multipart/form-data; boundary="B',
    'multipart/form-data; boundary=B; boundary=C',
    'multipart/form-data; boundary=B; charset=utf-16',
    'multipart/form-data; boundary="a b"',
    'multipart/mixed; boundary=B',
    `multipart/form-data; boundary=${'B'.repeat(71)}`,
    'application/json',
    '',
  ]) {
    const denial = await read(encode(field + END), type).catch((error) => error)
    expect(denial.reason, type).toBe('unsupported_media_type')
  }
  for (const type of ['Multipart/Form-Data;boundary=B', 'multipart/form-data; boundary="B"']) {
    expect((await read(encode(field + END), type)).form.body).toEqual({ a: 'x' })
  }
})

test('parts, files, heads, fields and files are counted and bounded', async () => {
  const file = part('Content-Disposition: form-data; name="f"; filename="f"', 'y'.repeat(50))
  const tooLarge = async (text: string, limits = LIMITS) => {
    const denial = await read(encode(text), TYPE, [1000], limits).catch((error) => error)
    expect(denial.reason).toBe('body_too_large')
  }
  const fits = { requestBytes: 41, fileBytes: 50 }
  expect((await read(encode(field + END), TYPE, [5], fits)).form.body).toEqual({ a: 'x' })
  await tooLarge(field + END, { ...fits, requestBytes: 40 })
  await tooLarge(field + field + END, { ...fits, requestBytes: 81 })
  await tooLarge(file + END, { requestBytes: 1000, fileBytes: 49 })
  await tooLarge(file.repeat(101) + END)
  await tooLarge(field.repeat(1001) + END)
  await tooLarge(part(`Content-Disposition: form-data; name="${'a'.repeat(5000)}"`) + END)
  expect(Object.keys((await read(encode(file.repeat(100) + END), TYPE)).form.body)).toEqual(['f'])
})

test('what a name became must be writable', async () => {
  const file = { filename: 'a\\b' }
  const spool: Stored = { size: 0, chunks: () => cut(new Uint8Array(0), [1]) }
  expect(() => writeMultipart({ file }, new Map([[file, spool]]), 'B')).toThrow(Denial)
  expect(() => writeMultipart({ 'a\0': 'x' }, new Map(), 'B')).toThrow(Denial)
  const typed = { filename: 'a', content_type: 'text/plain\r\nX: y' }
  expect(() => writeMultipart({ typed }, new Map([[typed, spool]]), 'B')).toThrow(Denial)
  expect(() => writeMultipart({ n: 1 }, new Map(), 'B')).toThrow('string or a file')
})

test('a caller that goes away while a file is read leaves nothing behind', async () => {
  const spools = makeSpools()
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield encode('--B\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nabc')
    throw new Error('gone')
  }
  const reading = { spool: spools.spool, limits: LIMITS }
  await expect(readMultipart(chunks(), TYPE, reading)).rejects.toThrow('gone')
  expect(spools.left()).toBe(0)
})

test('a refusal stops the reading of what follows', async () => {
  let closed = false
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield encode('nonsense')
    } finally {
      closed = true
    }
  }
  await expect(readMultipart(chunks(), TYPE, { spool: makeSpools().spool, limits: LIMITS })).rejects.toThrow(Denial)
  expect(closed).toBe(true)
})

test('reading is linear: a megabyte in single bytes, and one of half boundaries', async () => {
  const head = 'Content-Disposition: form-data; name="f"; filename="f"'
  const single = encode(part(head, 'z'.repeat(300_000)) + END)
  const half = encode(part(head, '\r\n--'.repeat(100_000)) + END)
  for (const [bytes, cuts] of [
    [single, [1]],
    [half, [1000]],
    [encode(part(head, '\r'.repeat(500_000)) + END), [4096]],
  ] as const) {
    const started = performance.now()
    const { form } = await read(bytes, TYPE, cuts)
    expect([...form.files.values()][0]!.size).toBeGreaterThan(200_000)
    expect(performance.now() - started).toBeLessThan(3000)
  }
})
