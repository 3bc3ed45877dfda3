/** What stands in base64: a blob if it cannot be read, text if it can. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answer, makeHost } from '#host'
import { readBlob } from '../src/blobs.ts'
import { mirror } from '../src/mirror/index.ts'
import type { Bundle } from '../src/ports.ts'
import { proxy } from '../src/proxy.ts'
import type { Json, UpstreamRequest } from '../src/types.ts'
import { makeCall, read } from './support/call.ts'

const CARD = '4111 1111 1111 1111'
const base64 = (bytes: readonly number[]) => btoa(String.fromCharCode(...bytes))
const PNG = base64([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, ...Array.from({ length: 90 }, (_, i) => (i * 37) % 256)])
const PDF = btoa(`%PDF-1.7 ${'\0\x80'.repeat(60)}`)

describe('readBlob', () => {
  test('what decodes as text is text, and is written back as it was wrapped', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 60, maxLength: 200, unit: 'grapheme' }), (text) => {
        fc.pre(!text.includes('\0'))
        const bytes = new TextEncoder().encode(text)
        const wrapped = `data:text/plain;base64,${base64([...bytes])}`
        const held = readBlob(wrapped, undefined)
        // A text can begin as a picture does.
        if (!held || 'blob' in held) return expect(held && 'blob' in held && held.blob).toMatch(/image|audio|document/)
        // With its head, which is text too.
        expect(held.text).toBe(`data:text/plain;base64,${text}`)
        expect(held.encode(held.text)).toBe(wrapped)
      }),
    )
  })
  test.each([
    ['a picture', PNG, 'image', { blob: 'image' }],
    ['a picture where sound may stand', PNG, 'audio', { blob: 'image' }],
    ['a PDF where a picture may stand', PDF, 'image', { blob: 'document' }],
    [
      'sound without a header',
      base64([0, 255, ...Array.from({ length: 90 }, (_, i) => i)]),
      'audio',
      { blob: 'audio' },
    ],
    [
      'the same where a picture may stand',
      base64([0, 255, ...Array.from({ length: 90 }, (_, i) => i)]),
      'image',
      { blob: 'binary' },
    ],
    ['a word', 'HelloWorld', 'image', undefined],
    ['a URL', 'https://example.com/a.png?card=4111111111111111', 'image', undefined],
    ['base64 where no blob is expected', PNG, undefined, undefined],
  ] as const)('%s', (_name, text, expected, held) => {
    const read = readBlob(text, expected)
    if (held) expect(read).toMatchObject(held)
    else expect(read).toBeUndefined()
  })
})

describe('in requests', () => {
  async function send(content: Json, edit?: (bundle: Bundle) => Bundle) {
    const sent: UpstreamRequest[] = []
    const host = await makeHost({
      ...(edit && { edit }),
      upstream(request) {
        sent.push(request)
        return mirror(request)
      },
    })
    const key = await host.addKey()
    const body = { model: 'm', messages: [{ role: 'user', content }] }
    return { got: await read(await proxy(makeCall({ key, body }), host)), sent, host }
  }
  const image = (url: string) => [{ type: 'image_url', image_url: { url } }]

  test('a picture goes through, is on record, and counts as not scanned', async () => {
    const { got, sent, host } = await send(image(`data:image/png;base64,${PNG}`))
    expect([got.status, sent.length]).toEqual([200, 1])
    const [scanned, total] = got.headers['x-parapet-coverage']!.split('/').map(Number)
    expect(total! - scanned!).toBe(1)
    await host.settle()
    expect(await host.dump('acme')).toContain('unscannable-image@1')
  })
  test('a document that is called a picture is refused', async () => {
    const { got, sent } = await send(image(`data:image/png;base64,${PDF}`))
    expect([got.status, sent.length]).toEqual([400, 0])
    expect(got.text).toContain('data.unscannable.send')
  })
  test('text that is called a picture is text', async () => {
    const text = `card ${CARD}, and enough words around it that it is taken for base64`
    const { got, sent } = await send(image(`data:image/png;base64,${btoa(text)}`))
    expect(got.status).toBe(200)
    const url = (JSON.parse(sent[0]!.body as string) as { messages: { content: { image_url: { url: string } }[] }[] })
      .messages[0]!.content[0]!.image_url.url
    expect(atob(url.slice(url.indexOf(',') + 1))).toMatch(/^card <CREDIT_CARD_[a-z2-7]{16}>, and/)
  })
  test('a data: URI with percent-encoded text, in a place that nobody listed', async () => {
    const { sent } = await send([{ type: 'new_part', link: `data:text/html,${encodeURIComponent(`<b>${CARD}</b>`)}` }])
    expect(sent[0]!.body).not.toMatch(/4111/)
  })
  test('token numbers are refused; a text and texts in their place are text', async () => {
    const host = await makeHost({ upstream: () => answer(200, { object: 'list', data: [] }) })
    const key = await host.addKey()
    const status = async (input: Json) => {
      const call = makeCall({ path: '/v1/embeddings', key, body: { model: 'm', input } })
      return (await read(await proxy(call, host))).status
    }
    const numbers = [1, 2, 3]
    expect([await status('hi'), await status(['a', 'b'])]).toEqual([200, 200])
    expect([await status(numbers), await status([numbers, numbers])]).toEqual([400, 400])
  })

  test.each([
    ['text that begins with data:', 'Data: ann.lee@corp.example.com, hello'],
    ['a line of server-sent events', 'data: {"card":"4111 1111 1111 1111","x":1}'],
    ['a head that is text', `data:text/plain;note=${CARD};base64,aGVsbG8gd29ybGQ=`],
    ['the head of a picture', `data:image/png;note=${CARD};base64,${PNG}`],
    ['escapes', `data:text/plain,${encodeURIComponent(CARD)}`],
    ['base64 with a stray letter', `data:text/plain;base64,${btoa(`my card is ${CARD}, yes`)}!`],
    ['base64 in escapes', `data:text/plain;base64,${btoa(`my card is ${CARD}`).replace(/^b/, '%62')}`],
    [
      'text that begins like a sound',
      `data:text/plain;base64,${btoa(`ID3 my card is ${CARD} and more words to come`)}`,
    ],
    ['text that begins like a film', `data:text/plain;base64,${btoa(`See ftyp my card is ${CARD} and more words`)}`],
    ['a scheme in pieces', `da\tta:text/plain;base64,${btoa(`my card is ${CARD}`)}`],
  ])('%s is read', async (_name, url) => {
    for (const content of [url, image(url)]) {
      const { got, sent } = await send(content)
      const told = sent.map(({ body }) => decodeURIComponent(String(body).replaceAll('%', '%25'))).join()
      expect(told).not.toMatch(/4111|ann\.lee/)
      const inside = /base64,([A-Za-z0-9+/=]+)/.exec(told)?.[1]
      if (got.status === 200 && inside && !url.includes('image/png')) expect(atob(inside)).not.toContain('4111')
    }
  })
  test.each([
    ['a stray letter', `${PDF.slice(0, 20)}!${PDF.slice(20)}`],
    ['a space', `${PDF.slice(0, 20)} ${PDF.slice(20)}`],
    ['too much at its end', `${PDF}====`],
    ['spaces before it', `${' '.repeat(80)}${PDF}`],
  ])('a document with %s is a document', async (_name, data) => {
    for (const file_data of [data, `data:application/pdf;base64,${data}`, `data:application/pdf;base64;x=1,${data}`]) {
      const { got, sent } = await send([{ type: 'file', file: { filename: 'a.pdf', file_data } }])
      expect([got.status, sent.length, file_data.slice(0, 40)]).toEqual([400, 0, file_data.slice(0, 40)])
    }
  })
})
