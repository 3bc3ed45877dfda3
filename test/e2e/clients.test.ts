/** The vendors' own clients, unchanged, through the real proxy on both hosts, to a model's API over sockets. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeFolder, parapet, type Running, readDevEnv, start } from '../support/host-process.ts'
import { json, type PlayedApi, reflect, startApi } from '../support/host-upstream.ts'

const CARD = '4111 1111 1111 1111'
const MAIL = 'ann.lee@corp.example.com'
const PROMPT = `Charge ${CARD} and write to ${MAIL}, please.`
const TOKENS = /<CREDIT_CARD_[a-z2-7]{16}>.*<EMAIL_ADDRESS_[a-z2-7]{16}>/
const MODEL = 'model-1'

const HOSTS = {
  /** With a canary, which the repository's own settings leave out. */
  node(variables: Record<string, string>) {
    const guardrails = `${variables.PARAPET_DATA}/guardrails`
    cpSync('guardrails', guardrails, { recursive: true })
    const settings = readFileSync(`${guardrails}/parapet.yaml`, 'utf8').replace(
      /^canary:.*$/m,
      "canary: 'Marker: {canary}'",
    )
    writeFileSync(`${guardrails}/parapet.yaml`, settings)
    return parapet(['serve', '--dev'], { ...variables, PARAPET_GUARDRAILS: guardrails })
  },
  workerd: (variables: Record<string, string>) => start('scripts/dev-edge.ts', [], variables),
}

describe.each(Object.entries(HOSTS))('%s', (name, launch) => {
  const data = makeFolder()
  let api: PlayedApi
  let running: Running
  let url: string
  let keys: Record<string, string>
  let openai: OpenAI
  let anthropic: Anthropic

  beforeAll(async () => {
    api = await startApi()
    running = launch({
      PARAPET_DATA: data.path,
      PORT: '0',
      OPENAI_BASE_URL: `${api.url}/v1`,
      OPENAI_API_KEY: 'sk-openai',
      ANTHROPIC_BASE_URL: api.url,
      ANTHROPIC_API_KEY: 'sk-anthropic',
    })
    await running.until(/Parapet is at/, 90_000)
    keys = readDevEnv(data.path)
    url = keys.PARAPET_URL!
    const apiKey = keys.PARAPET_INVOKE_KEY!
    openai = new OpenAI({ apiKey, baseURL: `${url}/v1`, maxRetries: 0 })
    anthropic = new Anthropic({ apiKey, baseURL: url, maxRetries: 0 })
  }, 120_000)
  afterAll(async () => {
    const done = await running.stop()
    expect(done.code, running.output()).toBe(0)
    api.stop()
    data.remove()
  })

  const chat = (content = PROMPT) => ({ model: MODEL, messages: [{ role: 'user' as const, content }] })
  const message = (content = PROMPT) => ({ ...chat(content), max_tokens: 100 })
  /** What left the proxy holds nothing that was to stay, and goes under the provider's key. */
  function expectPseudonyms(): void {
    expect(api.seen.length).toBeGreaterThan(0)
    for (const { body, headers } of api.seen) {
      expect(body).not.toMatch(/4111|ann\.lee|corp\.example/)
      expect(JSON.stringify(headers)).not.toContain('pk_')
      expect(headers.authorization ?? headers['x-api-key']).toMatch(/^(Bearer sk-openai|sk-anthropic)$/)
    }
    expect(api.seen[0]!.body).toMatch(TOKENS)
  }
  interface Decision {
    readonly action: string
    readonly reason: string
    readonly stream: boolean
    readonly outcome: { readonly ending: string; readonly delivered: string; readonly reason: string } | null
  }
  async function decisions(): Promise<Decision[]> {
    const headers = { authorization: `Bearer ${keys.PARAPET_INSPECT_KEY}` }
    const page = (await (await fetch(`${url}/parapet/v1/decisions?limit=5`, { headers })).json()) as {
      decisions: Decision[]
    }
    return page.decisions
  }
  /** Waits for the outcome of the latest call. */
  async function lastEnding(): Promise<string | undefined> {
    for (let i = 0; i < 100; i++) {
      const ending = (await decisions())[0]?.outcome?.ending
      if (ending !== undefined) return ending
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    return undefined
  }
  async function until(condition: () => boolean, ms = 5000): Promise<boolean> {
    for (const deadline = Date.now() + ms; Date.now() < deadline; ) {
      if (condition()) return true
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    return false
  }

  describe('openai', () => {
    test('whole', async () => {
      api.play()
      const { data: got, response } = await openai.chat.completions.create(chat()).withResponse()
      expectPseudonyms()
      expect(got.choices[0]?.message.content).toContain(`You see: ${PROMPT}`)
      expect(got.choices[0]?.message.content).toMatch(/received: Charge ‹CREDIT_CARD_/)
      expect(got.usage?.total_tokens).toBeGreaterThan(0)
      expect(response.headers.get('x-parapet-action')).toBe('transform')
      expect(await lastEnding()).toBe('complete')
    })

    test('streamed', async () => {
      api.play()
      let text = ''
      let pieces = 0
      for await (const chunk of await openai.chat.completions.create({ ...chat(), stream: true })) {
        text += chunk.choices[0]?.delta.content ?? ''
        pieces++
      }
      expectPseudonyms()
      expect(text).toContain(`You see: ${PROMPT}`)
      expect(pieces).toBeGreaterThan(5)
      expect(await lastEnding()).toBe('complete')
    })

    test('streamed, by the helper', async () => {
      api.play()
      const final = await openai.chat.completions.stream(chat()).finalChatCompletion()
      expect(final.choices[0]?.message.content).toContain(`You see: ${PROMPT}`)
      expect(final.choices[0]?.finish_reason).toBe('stop')
    })

    const tools = [
      {
        type: 'function' as const,
        function: { name: 'charge', parameters: { type: 'object', properties: { what: { type: 'string' } } } },
      },
    ]
    test.each([false, true])('a loop of tools (streamed: %s)', async (stream) => {
      api.play()
      const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: PROMPT }]
      const ask = async () => {
        if (!stream) return (await openai.chat.completions.create({ model: MODEL, messages, tools })).choices[0]!
        return (await openai.chat.completions.stream({ model: MODEL, messages, tools }).finalChatCompletion())
          .choices[0]!
      }
      const first = await ask()
      expect(first.finish_reason).toBe('tool_calls')
      const call = first.message.tool_calls![0]!
      if (call.type !== 'function') throw new Error('not a function')
      expect(JSON.parse(call.function.arguments)).toEqual({ what: PROMPT })
      messages.push({ role: 'assistant', tool_calls: [call] })
      messages.push({
        role: 'tool',
        tool_call_id: call.id,
        content: JSON.stringify({ ok: true, card: CARD, mail: MAIL }),
      })
      const second = await ask()
      expectPseudonyms()
      expect(second.message.content).toContain(`"mail":"${MAIL}"`)
    })

    test('structured output passes', async () => {
      api.play(({ body }, response) => {
        expect(JSON.parse(body)).toMatchObject({ response_format: { type: 'json_schema' } })
        const content = JSON.stringify({ mail: /<EMAIL_ADDRESS_\w+>/.exec(body)![0] })
        json(response, 200, {
          id: 'c',
          object: 'chat.completion',
          created: 0,
          model: MODEL,
          choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
        })
      })
      const schema = {
        type: 'object',
        properties: { mail: { type: 'string' } },
        required: ['mail'],
        additionalProperties: false,
      }
      const got = await openai.chat.completions.parse({
        ...chat(),
        response_format: { type: 'json_schema', json_schema: { name: 'mail', strict: true, schema } },
      })
      expect(got.choices[0]?.message.parsed).toEqual({ mail: MAIL })
    })
  })

  describe('anthropic', () => {
    test('whole', async () => {
      api.play()
      const got = await anthropic.messages.create(message())
      expectPseudonyms()
      expect(got.content[0]).toMatchObject({ type: 'text', text: expect.stringContaining(`You see: ${PROMPT}`) })
      expect(await lastEnding()).toBe('complete')
    })

    test('streamed', async () => {
      api.play()
      let text = ''
      for await (const event of await anthropic.messages.create({ ...message(), stream: true })) {
        if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') text += event.delta.text
      }
      expectPseudonyms()
      expect(text).toContain(`You see: ${PROMPT}`)
    })

    test('streamed, by the helper', async () => {
      api.play()
      const final = await anthropic.messages.stream(message()).finalMessage()
      expect(final.content[0]).toMatchObject({ text: expect.stringContaining(`You see: ${PROMPT}`) })
      expect(final.stop_reason).toBe('end_turn')
    })

    test.each([false, true])('a loop of tools (streamed: %s)', async (stream) => {
      api.play()
      const tools: Anthropic.Tool[] = [
        { name: 'charge', input_schema: { type: 'object', properties: { what: { type: 'string' } } } },
      ]
      const messages: Anthropic.MessageParam[] = [{ role: 'user', content: PROMPT }]
      const ask = () => {
        const params = { model: MODEL, max_tokens: 100, messages, tools }
        return stream ? anthropic.messages.stream(params).finalMessage() : anthropic.messages.create(params)
      }
      const first = await ask()
      const use = first.content[0]!
      if (use.type !== 'tool_use') throw new Error('no tool was called')
      expect(use.input).toEqual({ what: PROMPT })
      messages.push({ role: 'assistant', content: first.content as Anthropic.ContentBlockParam[] })
      const result = { type: 'tool_result' as const, tool_use_id: use.id, content: `card ${CARD}, mail ${MAIL}` }
      messages.push({ role: 'user', content: [result] })
      const second = await ask()
      expectPseudonyms()
      expect(second.content[0]).toMatchObject({ text: expect.stringContaining(`You see: card ${CARD}, mail ${MAIL}`) })
    })
  })

  describe('refusals reach the clients as their own errors', () => {
    test('no key, a wrong key, a key of another domain', async () => {
      api.play()
      const wrong = { maxRetries: 0, apiKey: `pk_aaaaaaaa_${'a'.repeat(52)}` }
      await expect(new OpenAI({ ...wrong, baseURL: `${url}/v1` }).chat.completions.create(chat())).rejects.toThrow(
        OpenAI.AuthenticationError,
      )
      await expect(new Anthropic({ ...wrong, baseURL: url }).messages.create(message())).rejects.toThrow(
        Anthropic.AuthenticationError,
      )
      const inspect = { maxRetries: 0, apiKey: keys.PARAPET_INSPECT_KEY! }
      await expect(new OpenAI({ ...inspect, baseURL: `${url}/v1` }).chat.completions.create(chat())).rejects.toThrow(
        OpenAI.PermissionDeniedError,
      )
      await expect(new Anthropic({ ...inspect, baseURL: url }).messages.create(message())).rejects.toThrow(
        Anthropic.PermissionDeniedError,
      )
      expect(api.seen).toEqual([])
    })

    test('logprobs need the inspect permission, unmapped operations do not exist', async () => {
      api.play()
      const error = await openai.chat.completions
        .create({ ...chat(), logprobs: true })
        .catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(OpenAI.PermissionDeniedError)
      expect(error).toMatchObject({ code: 'permission_denied', param: 'logprobs' })
      await expect(openai.get('/no/such/thing')).rejects.toThrow(OpenAI.NotFoundError)
      await expect(anthropic.get('/v1/no/such/thing')).rejects.toThrow(Anthropic.NotFoundError)
      expect(api.seen).toEqual([])
    })
  })

  describe('a failing upstream', () => {
    test.each([500, 503, 429, 400, 401])(
      'status %s: the client gets an error without the prompt in it',
      async (status) => {
        api.play(({ body }, response) =>
          json(
            response,
            status,
            { error: { message: `cannot do ${body}`, type: 'x', code: 'x' } },
            { 'retry-after': '7' },
          ),
        )
        const error = (await openai.chat.completions.create(chat()).catch((reason: unknown) => reason)) as InstanceType<
          typeof OpenAI.APIError
        >
        expect(error).toBeInstanceOf(OpenAI.APIError)
        expect(JSON.stringify([error.message, error.error])).not.toMatch(/<CREDIT_CARD_/)
        if (status === 429) {
          expect(error).toBeInstanceOf(OpenAI.RateLimitError)
          expect(error.headers?.get('retry-after')).toBe('7')
        }
        expect(await lastEnding()).toBe('upstream_error')
      },
    )

    test.each(['this is no JSON', '{"half":', '{} {}', ''])('an answer that is %j', async (text) => {
      api.play((_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        response.end(text)
      })
      await expect(openai.chat.completions.create(chat())).rejects.toThrow(OpenAI.APIError)
      expect(['upstream_invalid', 'upstream_truncated']).toContain(await lastEnding())
    })

    test('a redirect is not followed', async () => {
      api.play((_, response) => {
        response.writeHead(302, { location: `${api.url}/v1/elsewhere` }).end()
      })
      await expect(openai.chat.completions.create(chat())).rejects.toThrow(OpenAI.APIError)
      expect(api.seen).toHaveLength(1)
    })

    test('a compression that was not asked for is refused', async () => {
      api.play((_, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'zstd' })
        response.end('x')
      })
      await expect(openai.chat.completions.create(chat())).rejects.toThrow(OpenAI.APIError)
    })

    test('an endless answer of a type that was not asked for is let go', async () => {
      api.play((_, response) => {
        response.writeHead(500, { 'content-type': 'text/html' })
        const timer = setInterval(() => response.write('x'.repeat(10_000)), 5)
        response.on('close', () => clearInterval(timer))
      })
      await expect(openai.chat.completions.create(chat())).rejects.toThrow(OpenAI.APIError)
      expect(await until(() => api.closed() === 1)).toBe(true)
    })

    test.each(['openai', 'anthropic'] as const)(
      'a stream cut in the middle is an error, not an end: %s',
      async (which) => {
        api.play(async (request, response) => {
          response.writeHead(200, { 'content-type': 'text/event-stream' })
          const whole: string[] = []
          const recorder = {
            writeHead() {},
            write: (chunk: Uint8Array) => whole.push(new TextDecoder().decode(chunk)),
            end() {},
          }
          await reflect(request, recorder as never)
          for (const piece of whole.slice(0, 6)) response.write(piece)
          setTimeout(() => response.destroy(), 50)
        })
        const read = async () => {
          const stream: AsyncIterable<unknown> =
            which === 'openai'
              ? await openai.chat.completions.create({ ...chat(), stream: true })
              : await anthropic.messages.create({ ...message(), stream: true })
          for await (const _ of stream);
        }
        await expect(read()).rejects.toThrow()
        expect(await lastEnding()).toMatch(/upstream_(truncated|error)/)
      },
    )
  })

  // The Worker's bundle is the repository's, without a canary; in workerd this is tested in test/stream.test.ts.
  describe.skipIf(name === 'workerd')('a stream that must not go on', () => {
    test.each(['openai', 'anthropic'] as const)('the system prompt read out: %s', async (which) => {
      const system = 'You are a helpful assistant of a small bank in the mountains, and keep to banking.'
      let canary = ''
      api.play(async (request, response) => {
        canary = /<CANARY_[a-z2-7]{16}>/.exec(request.body)![0]
        const body = {
          model: MODEL,
          stream: true,
          messages: [{ role: 'user', content: `My marker is ${canary}, and so on.` }],
        }
        await reflect({ ...request, body: JSON.stringify(body) }, response)
      })
      let text = ''
      const read = async () => {
        if (which === 'openai') {
          const messages = [{ role: 'system' as const, content: system }, ...chat().messages]
          for await (const chunk of await openai.chat.completions.create({ model: MODEL, messages, stream: true })) {
            text += chunk.choices[0]?.delta.content ?? ''
          }
        } else {
          for await (const event of await anthropic.messages.create({ ...message(), system, stream: true })) {
            if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') text += event.delta.text
          }
        }
      }
      await expect(read()).rejects.toThrow(/guardrail|blocked|may not/i)
      expect(text).toContain('My marker is')
      expect(text).not.toContain(canary.slice(8, 14))
      expect(await lastEnding()).toBe('blocked')
    })
  })

  describe('a client that goes away', () => {
    test('in the middle of a stream: the upstream is let go, and the outcome says so', async () => {
      api.play((_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        let n = 0
        const timer = setInterval(() => {
          const delta = { choices: [{ index: 0, delta: { content: `word ${n++} ` }, finish_reason: null }] }
          response.write(
            `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 0, model: MODEL, ...delta })}\n\n`,
          )
        }, 10)
        response.on('close', () => clearInterval(timer))
      })
      const stream = await openai.chat.completions.create({ ...chat(), stream: true })
      let seen = 0
      for await (const _ of stream) if (++seen === 5) break
      stream.controller.abort()
      expect(await until(() => api.closed() === 1)).toBe(true)
      expect(await lastEnding()).toBe('client_abort')
    })

    // In workerd the request's signal does not fire before the answer begins: the upstream's own time-out ends such a call.
    test.skipIf(name === 'workerd')('before the first byte', async () => {
      api.play(() => {})
      const client = new AbortController()
      const call = openai.chat.completions.create(chat(), { signal: client.signal })
      expect(await until(() => api.seen.length === 1)).toBe(true)
      client.abort()
      await expect(call).rejects.toThrow(OpenAI.APIUserAbortError)
      expect(await until(() => api.closed() === 1)).toBe(true)
      expect(await lastEnding()).toBe('client_abort')
    })
  })

  test('many at once keep their values apart, and the log holds', async () => {
    api.play()
    const mails = Array.from({ length: 30 }, (_, i) => `person${i}@corp.example.com`)
    const answers = await Promise.all(
      mails.map(async (mail, i) => {
        const prompt = `write to ${mail}`
        if (i % 2 === 0) return (await openai.chat.completions.create(chat(prompt))).choices[0]!.message.content!
        return anthropic.messages.stream(message(prompt)).finalText()
      }),
    )
    answers.forEach((answer, i) => {
      expect(answer).toContain(`You see: write to ${mails[i]}`)
    })
    for (const { body } of api.seen) expect(body).not.toContain('corp.example')
    expect((await decisions()).every(({ action }) => action === 'transform')).toBe(true)
  })
})
