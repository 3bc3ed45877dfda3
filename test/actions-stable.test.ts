/** Text that was sent once can be sent again: with the whole ruleset, and every label ruled on. */
import { expect, test } from 'vitest'
import { answer, makeHost } from '#host'
import { id } from '../src/ids.ts'
import { proxy } from '../src/proxy.ts'
import { ACTIONS } from '../src/types.ts'
import { COMES_BACK } from './support/actions.ts'
import { makeCall, read, sentText } from './support/call.ts'

const TEXTS = [
  'My name is Maria Keller and I live at 12 High Street, Springfield, IL 62704.',
  'Dear Mr. John Smith, please call Dr Anna Kowalska on +48 601 234 567 or (212) 867-5309.',
  'born on 12 March 1984 in Berlin; passport number C01X00T47; driver licence D1234567',
  'mac 3C:22:FB:9A:01:7E imei 490154203237518 bitcoin 1BoatSLRHtKNngkdXEeobR76b53LETtpyT',
  'password: hunter2-Tr0ub4dor3, api_key = "sk_live_abcdefghijklmnop0123456789"',
  'see https://ann-lee.name/cv and mail ann.lee@corp.com, bob@corp.co.uk; ip 10.1.2.3 and fe80::1ff:fe23:4567:890a',
  'nhs number 943 476 5919; PESEL 44051401359; steuer-id 86095742719; nif 12345678Z; ssn 219-09-9998',
  'IBAN DE89 3704 0044 0532 0130 00, sort code 20-00-00 account 55779911; card 4111 1111 1111 1111 exp 12/27',
  'VIN 1HGCM82633A004352 plate AB12 CDE; medicare 1EG4-TE5-MK73; ein 12-3456789; itin 912-70-1234',
  '{"name":"Maria Keller","dob":"1984-03-12","phone":"+1 212 867 5309","ssn":219099998}',
]

test.each(ACTIONS.slice(1, -1).map((action) => [action]))('%s', async (action) => {
  let sent = ''
  let stood = 0
  const host = await makeHost({
    edit: (bundle) => ({
      ...bundle,
      access: {
        ...bundle.access,
        residual: () => (direction, label) => {
          const ruled = direction === 'send' && !label.startsWith('internal')
          return { action: ruled ? action : 'allow', policies: [id('test')] }
        },
      },
    }),
    upstream(request) {
      sent = JSON.parse(sentText(request)).messages[0].content
      const message = { role: 'assistant', content: sent }
      return answer(200, { choices: [{ index: 0, message, finish_reason: 'stop' }] })
    },
  })
  const key = await host.addKey()
  const ask = async (content: string): Promise<string> => {
    const body = { model: 'm', messages: [{ role: 'user', content }] }
    const got = await read(await proxy(makeCall({ key, body }), host))
    return (got.json() as { choices: { message: { content: string } }[] }).choices[0]!.message.content
  }
  for (const text of TEXTS) {
    const back = await ask(text)
    const once = sent
    if (once !== text) stood++
    // A pseudonym is text: what was a number comes back as one in quotes.
    if (COMES_BACK.has(action)) expect(back.replace('"219099998"', '219099998')).toBe(text)
    await ask(once)
    expect(sent, action).toBe(once)
  }
  expect(stood).toBeGreaterThan(TEXTS.length / 2)
})
