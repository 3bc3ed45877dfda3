import { describe, expect, test } from 'vitest'
import { makeHost } from '#host'
import { mirror } from '../src/mirror/index.ts'
import { proxy } from '../src/proxy.ts'
import { makeCall, read } from './support/call.ts'

describe('a vault that gives anything but a token of its own shape is not believed', () => {
  test.each([
    ['nothing', []],
    ['the value', ['ann.lee@corp.example.com']],
    ['text', ['<b>EMAIL</b>']],
    ['a token and more', ['<EMAIL_ADDRESS_abcdefgh23456722> ann.lee']],
  ])('%s', async (_name, tokens) => {
    let sent = 0
    const host = await makeHost({
      upstream(request) {
        sent++
        return mirror(request)
      },
    })
    const vault = { ...host.vault, reveal: host.vault.reveal, conceal: async () => tokens }
    const body = { model: 'm', messages: [{ role: 'user', content: 'mail ann.lee@corp.example.com' }] }
    const got = await read(await proxy(makeCall({ key: await host.addKey(), body }), { ...host, vault }))
    expect(got.status).toBe(503)
    expect(got.text).toContain('"internal"')
    expect(sent).toBe(0)
  })
})
