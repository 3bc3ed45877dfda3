/** The Anthropic SDK through Parapet: whole, streamed, and a tool. `node examples/anthropic.mjs`, with `npm start` running. */
import Anthropic from '@anthropic-ai/sdk'
import { key, model, url } from './connection.mjs'

const anthropic = new Anthropic({ baseURL: url, apiKey: key })
const messages = [{ role: 'user', content: 'Charge 4111 1111 1111 1111 and write to ann.lee@example.com.' }]
const request = { model, max_tokens: 500, system: 'Answer briefly.', messages }

const message = await anthropic.messages.create(request)
console.log(`── whole\n${message.content[0].text}`)

console.log('\n── streamed')
const stream = anthropic.messages.stream(request)
stream.on('text', (text) => process.stdout.write(text))
await stream.finalMessage()

console.log('\n\n── a tool, streamed')
const tools = [
  {
    name: 'send_mail',
    description: 'Sends a mail.',
    input_schema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
  },
]
const called = await anthropic.messages.stream({ ...request, tools }).finalMessage()
console.log('the tool is called with', called.content.find((block) => block.type === 'tool_use').input)
