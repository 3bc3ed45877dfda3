/** The OpenAI SDK through Parapet: whole, streamed, and a refused call. `node examples/openai.mjs`, with `npm start` running. */
import OpenAI from 'openai'
import { key, model, url } from './connection.mjs'

const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: key })
const messages = [{ role: 'user', content: 'Charge 4111 1111 1111 1111 and write to ann.lee@example.com.' }]

const { data, response } = await openai.chat.completions.create({ model, messages }).withResponse()
console.log(`── whole\n${data.choices[0].message.content}`)
console.log(`(record ${response.headers.get('x-parapet-decision')}, ${response.headers.get('x-parapet-action')})`)

console.log('\n── streamed')
const stream = await openai.chat.completions.create({ model, messages, stream: true })
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta?.content ?? '')

console.log('\n\n── log probabilities with a key that may only invoke')
try {
  await openai.chat.completions.create({ model, messages, logprobs: true })
} catch (error) {
  console.log(`${error.status} ${error.code} (${error.param}): ${error.message}`)
}
