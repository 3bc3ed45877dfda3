/** Surrogates over several turns: what goes on from what, over HTTP and over a socket, and in files. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answer, makeHost, type TestHost } from '#host'
import { combine } from '../src/detectors/combine.ts'
import { pseudonyms, TOKEN } from '../src/detectors/pseudonyms.ts'
import { createSummary } from '../src/files/upload-judging.ts'
import { rewriteFile, type Uploading } from '../src/files/uploads.ts'
import { openaiChat } from '../src/formats/openai-chat.ts'
import { openaiExample } from '../src/formats/openai-lines.ts'
import { id } from '../src/ids.ts'
import { proxy } from '../src/proxy.ts'
import type { Grant, Json, JsonObject, Label, Ruling } from '../src/types.ts'
import { ruled } from './support/actions.ts'
import { encode, makeSpools, readAll } from './support/bytes.ts'
import { makeCall, read } from './support/call.ts'
import { OPENAI, open, withUpstreams } from './support/sockets.ts'
import { toyWord } from './support/toys.ts'

const MAIL = 'ann.lee@corp.example.com'
const OTHER = 'bob@corp.example.com'
const SURROGATE = /[a-z]+\.[a-z]+\.[a-z2-7]{4}@example\.(?:com|org|net)/
const edit = ruled({ send: { EMAIL_ADDRESS: 'surrogate' } })

/** An upstream that says what it is told to, and keeps it. */
async function storing(): Promise<{ host: TestHost; inputs: string[]; say: (text: string) => void }> {
  const inputs: string[] = []
  let said = ''
  let made = 0
  const host = await makeHost({
    edit,
    upstream(request) {
      inputs.push((JSON.parse(request.body as string) as JsonObject).input as string)
      const content = [{ type: 'output_text', text: said || inputs.at(-1)!, annotations: [] }]
      const output = [{ id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content }]
      return answer(200, { id: `resp_${++made}`, object: 'response', status: 'completed', model: 'm', output })
    },
  })
  return { host, inputs, say: (text) => void (said = text) }
}
async function ask(host: TestHost, key: string, input: string, before?: string) {
  const body: Json = { model: 'm', input, ...(before && { previous_response_id: before }) }
  const got = await read(await proxy(makeCall({ path: '/v1/responses', key, body }), host))
  const { id: made, output } = got.json() as { id: string; output: { content: { text: string }[] }[] }
  return { id: made, text: output[0]!.content[0]!.text }
}

describe('turns that are stored upstream', () => {
  test('a later turn puts back what an earlier one took out, and nobody else does', async () => {
    const { host, inputs, say } = await storing()
    const key = await host.addKey()
    const first = await ask(host, key, `mail ${MAIL}`)
    const surrogate = SURROGATE.exec(inputs[0]!)![0]
    expect(first.text).toBe(`mail ${MAIL}`)
    say(`It was ${surrogate}.`)
    const second = await ask(host, key, 'who was it?', first.id)
    expect(second.text).toBe(`It was ${MAIL}.`)
    expect((await ask(host, key, 'and again?', second.id)).text).toBe(`It was ${MAIL}.`)
    // Not in a chain of its own.
    expect((await ask(host, key, 'who was it?')).text).toBe(`It was ${surrogate}.`)
    // The same after everything in memory is gone.
    const again = await host.reopen()
    expect((await ask(again, key, 'who was it?', first.id)).text).toBe(`It was ${MAIL}.`)
    // Nor where the caller types it now.
    expect((await ask(again, key, `is it ${surrogate}?`, first.id)).text).toBe(`It was ${surrogate}.`)
  })

  test('the same value has the same surrogate in every turn, and another value never has it', async () => {
    const { host, inputs } = await storing()
    const key = await host.addKey()
    let before = (await ask(host, key, `mail ${MAIL}`)).id
    const surrogate = SURROGATE.exec(inputs[0]!)![0]
    for (const text of [`now ${OTHER}`, `both ${OTHER} ${MAIL}`]) before = (await ask(host, key, text, before)).id
    const other = SURROGATE.exec(inputs[1]!)![0]
    expect(other).not.toBe(surrogate)
    expect(inputs[2]).toBe(`both ${other} ${surrogate}`)
    // One that another turn has typed is not used for the value in that turn.
    const text = `${surrogate} or ${MAIL}`
    expect((await ask(host, key, text, before)).text).toBe(text)
    expect(inputs[3]!.startsWith(`${surrogate} or `)).toBe(true)
    expect(inputs[3]!.endsWith(surrogate)).toBe(false)
  })

  test('one that stands for another value by the time it is kept is not used', async () => {
    const { host, inputs } = await storing()
    const key = await host.addKey()
    await ask(host, key, `mail ${MAIL}`)
    let asked = 0
    const vault = {
      ...host.vault,
      imitate: async (...[at, chain, all]: Parameters<typeof host.vault.imitate>) =>
        asked++ === 0 ? all.map(() => false) : host.vault.imitate(at, chain, all),
    }
    const { text } = await ask({ ...host, vault }, key, `mail ${MAIL}`)
    expect(text).toBe(`mail ${MAIL}`)
    expect(inputs[1]).toMatch(SURROGATE)
    expect(inputs[1]).not.toBe(inputs[0])
    expect(asked).toBe(2)
  })

  test('nothing of a value or a surrogate can be read in what is stored', async () => {
    const { host, inputs } = await storing()
    await ask(host, await host.addKey(), `mail ${MAIL}`)
    const dump = await host.dump('acme')
    expect(dump).not.toContain('ann.lee')
    expect(dump).not.toContain(SURROGATE.exec(inputs[0]!)![0])
  })
})

describe('a session', () => {
  test('puts back surrogates of its earlier events, makes no two alike, and none that is typed', async () => {
    const host = await makeHost({ edit: (bundle) => edit(withUpstreams(OPENAI)(bundle)) })
    const key = await host.addKey()
    const { client, upstream, done } = await open(host, { key, path: '/v1/responses', query: '' })
    const say = async (input: string): Promise<string> => {
      client.say({ type: 'response.create', model: 'gpt-5', input })
      return (await upstream.next()).input
    }
    const hear = async (text: string): Promise<string> => {
      upstream.say({ type: 'response.output_text.done', text })
      return (await client.next()).text
    }
    const one = SURROGATE.exec(await say(`I am ${MAIL}`))![0]
    const two = SURROGATE.exec(await say(`and ${OTHER}`))![0]
    expect(two).not.toBe(one)
    expect(await say(`again ${MAIL}`)).toBe(`again ${one}`)
    expect(await hear(`${one} and ${two}`)).toBe(`${MAIL} and ${OTHER}`)
    expect(await say(`is ${two} right?`)).toBe(`is ${two} right?`)
    expect(await hear(`${one} and ${two}`)).toBe(`${MAIL} and ${two}`)
    client.hangUp()
    await done
  })
})

describe('a file', () => {
  const MAILS = Array.from({ length: 1200 }, (_, i) => `person-${i}@corp.test`)
  const rule = { ref: id('toy-mail@1'), entity: id('EMAIL_ADDRESS'), label: id('pii.email') }
  const toyMails = {
    ...toyWord('@', rule),
    ...{ reach: 20, shortest: 10 },
    detect: (text: string) => ({
      open: text.length,
      findings: [...text.matchAll(/person-\d+@corp\.test/g)].map(({ 0: match, index }) => {
        return { start: index, end: index + match.length, rule, score: 1 }
      }),
    }),
  }
  const ruling = (action: Ruling['action']) => (_: unknown, label: Label) =>
    ({ action: label === 'pii.email' ? action : 'allow', policies: [] }) as Ruling
  async function rewrite(host: TestHost, lines: readonly string[], action: Ruling['action'], chain = id('chain-1')) {
    const spools = makeSpools()
    const bytes = encode(
      lines.map((text) => JSON.stringify({ messages: [{ role: 'user', content: text }] })).join('\n'),
    )
    const grant = { on: ruling(action), operation: { format: openaiChat, model: id('m') } } as unknown as Grant
    const uploading = {
      ...{ grant, chain, vault: host.vault, spool: spools.spool },
      detector: combine([toyMails, pseudonyms]),
      scope: { tenant: id('acme'), scope: id('key-1') },
      limits: { requestBytes: 200_000, depth: 32 },
      pause: async () => {},
      addRemote: async (seen: unknown) => seen,
      checkReferences: async () => {},
      keepTokens: async () => {},
    } as unknown as Uploading
    const file = {
      size: bytes.length,
      async *chunks() {
        yield bytes
      },
      discard: async () => {},
    }
    const out = await rewriteFile(file, { is: 'records', format: openaiExample }, uploading, createSummary())
    const text = new TextDecoder().decode(await readAll(out.chunks()))
    return text.split('\n').map((line) => JSON.parse(line).messages[0].content as string)
  }
  test('each value has one surrogate wherever it stands, tied to the chain; more than are looked for get pseudonyms', async () => {
    const host = await makeHost()
    const out = await rewrite(host, [...MAILS, ...MAILS.slice(0, 50)], 'surrogate')
    expect(new Set(out).size).toBe(1200)
    expect(out.slice(1200)).toEqual(out.slice(0, 50))
    expect(out.filter((text) => TOKEN.test(text)).length).toBe(200)
    expect(out.filter((text) => SURROGATE.test(text)).length).toBe(1050)
    const kept = await host.vault.imitated({ tenant: id('acme'), scope: id('key-1') }, id('chain-1'), 2000)
    expect(kept.length).toBe(1000)
    const values = new Map(kept.map(({ text, value }) => [text, value]))
    out.slice(0, 1000).forEach((text, i) => {
      expect(values.get(text)).toBe(MAILS[i])
    })
  }, 60_000)
  test('masks, hashes and what is dropped are the same line by line and together', async () => {
    const host = await makeHost()
    const line = fc
      .array(fc.constantFrom('person-1@corp.test', 'person-22@corp.test', 'hello', '-'), { minLength: 1, maxLength: 5 })
      .map((words) => words.join(' '))
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 5 }),
        fc.constantFrom('mask', 'hash', 'drop', 'formatPreserving'),
        async (lines, action) => {
          const chain = id(`chain-${action}`)
          const together = await rewrite(host, lines, action, chain)
          const alone = []
          for (const one of lines) alone.push(...(await rewrite(host, [one], action, chain)))
          expect(together).toEqual(alone)
          expect(together.join()).not.toContain('person-')
        },
      ),
      { numRuns: 25 },
    )
  })
})
