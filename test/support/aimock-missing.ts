/** Endpoints that aimock does not have. */
import type { IncomingMessage, ServerResponse } from 'node:http'

/** Whether the request was answered here. */
export async function serveMissing(
  request: IncomingMessage,
  response: ServerResponse,
  body: () => string,
): Promise<boolean> {
  const path = request.url!.replace(/\?.*/, '')
  const method = request.method!
  if (method === 'POST' && path === '/v1/messages/count_tokens') {
    await drain(request)
    const { messages } = JSON.parse(body()) as { messages: unknown[] }
    return send(response, { input_tokens: 10 + messages.length })
  }
  if (method === 'POST' && path === '/v1/completions') {
    await drain(request)
    return complete(JSON.parse(body()) as { model: string; prompt: string; stream?: boolean }, response)
  }
  if (method === 'GET' && path === '/v1/models' && request.headers['anthropic-version'] !== undefined) {
    const data = [{ type: 'model', id: 'model-1', display_name: 'Model One', created_at: '2026-01-01T00:00:00Z' }]
    return send(response, { data, has_more: false, first_id: 'model-1', last_id: 'model-1' })
  }
  const model = /^\/v1\/models\/([\w.-]+)$/.exec(path)?.[1]
  if (method === 'GET' && model !== undefined) {
    return send(response, { id: model, object: 'model', created: 1_686_935_002, owned_by: 'aimock' })
  }
  return false
}

/** The old completions: a choice of text, whole or in two pieces. */
function complete(
  { model, prompt, stream }: { model: string; prompt: string; stream?: boolean },
  response: ServerResponse,
): boolean {
  const like = { id: 'cmpl_1', object: 'text_completion', created: 1_700_000_000, model }
  const choice = (text: string, finish_reason: string | null) => ({
    ...like,
    choices: [{ index: 0, text, finish_reason, logprobs: null }],
  })
  if (!stream)
    return send(response, {
      ...choice(`${prompt} and on`, 'stop'),
      usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
    })
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const piece of [choice(prompt, null), choice(' and on', null), choice('', 'stop')]) {
    response.write(`data: ${JSON.stringify(piece)}\n\n`)
  }
  response.end('data: [DONE]\n\n')
  return true
}
async function drain(request: IncomingMessage): Promise<void> {
  for await (const _ of request);
}
function send(response: ServerResponse, value: unknown): boolean {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(value))
  return true
}
