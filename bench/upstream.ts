/** A model that answers at once, with 900 bytes. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const content = 'This is what a model could say, at some length, about a question that somebody asked. '.repeat(8)
const answer = JSON.stringify({
  id: 'chatcmpl-bench',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-bench',
  choices: [
    { index: 0, message: { role: 'assistant', content, refusal: null }, logprobs: null, finish_reason: 'stop' },
  ],
  usage: { prompt_tokens: 100, completion_tokens: 100, total_tokens: 200 },
})
const server = createServer((incoming, outgoing) => {
  incoming.resume()
  incoming.on('end', () => {
    outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) })
    outgoing.end(answer)
  })
})
// Longer than a target waits for its turn.
server.keepAliveTimeout = 300_000
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
