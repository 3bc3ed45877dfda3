/** A tool loop with the OpenAI SDK: the tool gets the real value, the model only ever a pseudonym. */
import OpenAI from 'openai'
import { key, model, url } from './connection.mjs'

const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: key })
const tools = [
  {
    type: 'function',
    function: {
      name: 'send_mail',
      description: 'Sends a mail.',
      parameters: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
    },
  },
]
const messages = [{ role: 'user', content: 'Tell ann.lee@example.com that her card 4111 1111 1111 1111 was charged.' }]

const stream = openai.chat.completions.stream({ model, messages, tools })
const first = (await stream.finalChatCompletion()).choices[0].message
const [call] = first.tool_calls
console.log('the tool is called with', JSON.parse(call.function.arguments))

messages.push(first, { role: 'tool', tool_call_id: call.id, content: 'sent to ann.lee@example.com' })
const second = await openai.chat.completions.create({ model, messages, tools })
console.log(second.choices[0].message.content)
