/** OpenAI: what calls leave at the vendor, for later calls to read and go on from. */
import { openaiJson } from '../formats/generic.ts'
import { openaiChat } from '../formats/openai-chat.ts'
import { openaiConversations } from '../formats/openai-conversations.ts'
import { openaiResponses } from '../formats/openai-responses.ts'
import { openaiThreads } from '../formats/openai-threads.ts'
import { OWN, OWN_BARE, PAGE, rows, WINDOW } from './row.ts'

const completions = rows('openai', 'completions', openaiChat)
const chatkit = rows('openai', 'chatkit', openaiJson)
const containers = rows('openai', 'containers', openaiJson)
const conversations = rows('openai', 'conversations', openaiConversations)
const responses = rows('openai', 'responses', openaiResponses)
const safety = rows('openai', 'safety', openaiJson)
const threads = rows('openai', 'threads', openaiThreads)
/** The API has a model of its own if none is named. */
const videos = rows('openai', 'videos', { ...openaiJson, model: (body) => body.model ?? 'sora-2' })

export const openaiStored = [
  // Written by `store: true`, which needs the permission to inspect; then it is its maker's.
  completions.list('/v1/chat/completions', 'chat.completions.list', { query: ['metadata', 'model', ...PAGE] }),
  completions.remove('/v1/chat/completions/{completion_id}', 'chat.completions.delete'),
  completions.read('/v1/chat/completions/{completion_id}', 'chat.completions.retrieve'),
  // Changes metadata only.
  completions.post('/v1/chat/completions/{completion_id}', 'chat.completions.update', 'invoke:keep', OWN),
  completions.read('/v1/chat/completions/{completion_id}/messages', 'chat.completions.messages.list', { query: PAGE }),

  // Of sessions that did not pass through here (openai-closed.ts): nobody owns one, so these take `readUnowned`.
  chatkit.list('/v1/chatkit/threads', 'beta.chatkit.threads.list', { query: ['user', ...WINDOW] }),
  chatkit.remove('/v1/chatkit/threads/{thread_id}', 'beta.chatkit.threads.delete'),
  chatkit.read('/v1/chatkit/threads/{thread_id}', 'beta.chatkit.threads.retrieve'),
  chatkit.read('/v1/chatkit/threads/{thread_id}/items', 'beta.chatkit.threads.listItems', { query: WINDOW }),

  containers.list('/v1/containers', 'containers.list', { query: ['name', ...PAGE] }),
  containers.post('/v1/containers', 'containers.create', 'invoke:keep', { creates: ['id'] }),
  containers.remove('/v1/containers/{container_id}', 'containers.delete'),
  containers.read('/v1/containers/{container_id}', 'containers.retrieve'),
  containers.get('/v1/containers/{container_id}/files', 'containers.files.list', 'inspect:readFiles', {
    owned: 'id',
    query: PAGE,
  }),
  containers.post('/v1/containers/{container_id}/files', 'containers.files.create', 'invoke:keep', {
    request: 'multipart',
    owned: 'id',
    creates: ['id'],
  }),
  containers.remove('/v1/containers/{container_id}/files/{file_id}', 'containers.files.delete'),
  containers.get(
    '/v1/containers/{container_id}/files/{file_id}',
    'containers.files.retrieve',
    'inspect:readFiles',
    OWN,
  ),
  containers.get(
    '/v1/containers/{container_id}/files/{file_id}/content',
    'containers.files.content.retrieve',
    'inspect:readFiles',
    { answer: 'file', owned: 'id' },
  ),

  // What is said in a conversation is kept, and later calls read it: `keep`, and its maker's alone.
  conversations.post('/v1/conversations', 'conversations.create', 'invoke:keep', { creates: ['id'] }),
  conversations.remove('/v1/conversations/{conversation_id}', 'conversations.delete'),
  conversations.read('/v1/conversations/{conversation_id}', 'conversations.retrieve'),
  conversations.post('/v1/conversations/{conversation_id}', 'conversations.update', 'invoke:keep', OWN),
  conversations.read('/v1/conversations/{conversation_id}/items', 'conversations.items.list', {
    query: ['include', ...PAGE],
  }),
  conversations.post('/v1/conversations/{conversation_id}/items', 'conversations.items.create', 'invoke:keep', {
    owned: 'id',
    query: ['include'],
    creates: ['data.*.id'],
  }),
  conversations.remove('/v1/conversations/{conversation_id}/items/{item_id}', 'conversations.items.delete'),
  conversations.read('/v1/conversations/{conversation_id}/items/{item_id}', 'conversations.items.retrieve', {
    query: ['include'],
  }),

  responses.remove('/v1/responses/{response_id}', 'responses.delete', { query: ['beta'] }),
  // Also how a background response is polled, and a stream taken up again.
  responses.read('/v1/responses/{response_id}', 'responses.retrieve', {
    streams: true,
    query: ['beta', 'include', 'include_obfuscation', 'starting_after', 'stream'],
    creates: ['output.*.id', 'output.*.container_id'],
  }),
  responses.post('/v1/responses/{response_id}/cancel', 'responses.cancel', 'invoke:useOwn', {
    request: 'none',
    owned: 'id',
    query: ['beta'],
  }),
  responses.read('/v1/responses/{response_id}/input_items', 'responses.inputItems.list', {
    query: ['beta', 'include', ...PAGE],
  }),

  // About what others wrote: they have no owner among our callers, so they take `readUnowned`.
  safety.get('/v1/safety/alerts/{id}', 'safety.alerts.retrieve', 'inspect:readStored'),
  safety.get('/v1/safety/cases/{id}', 'safety.cases.retrieve', 'inspect:readStored'),

  threads.post('/v1/threads', 'beta.threads.create', 'invoke:keep', { creates: ['id'] }),
  // The model may be the assistant's, which the call does not name: so runs are on a collection.
  threads.post('/v1/threads/runs', 'beta.threads.createAndRun', 'invoke:chat', {
    streams: true,
    creates: ['id', 'thread_id'],
  }),
  threads.remove('/v1/threads/{thread_id}', 'beta.threads.delete'),
  threads.read('/v1/threads/{thread_id}', 'beta.threads.retrieve'),
  threads.post('/v1/threads/{thread_id}', 'beta.threads.update', 'invoke:keep', OWN),
  threads.read('/v1/threads/{thread_id}/messages', 'beta.threads.messages.list', { query: ['run_id', ...WINDOW] }),
  threads.post('/v1/threads/{thread_id}/messages', 'beta.threads.messages.create', 'invoke:keep', {
    owned: 'id',
    creates: ['id'],
  }),
  threads.remove('/v1/threads/{thread_id}/messages/{message_id}', 'beta.threads.messages.delete'),
  threads.read('/v1/threads/{thread_id}/messages/{message_id}', 'beta.threads.messages.retrieve'),
  threads.post('/v1/threads/{thread_id}/messages/{message_id}', 'beta.threads.messages.update', 'invoke:keep', OWN),
  threads.read('/v1/threads/{thread_id}/runs', 'beta.threads.runs.list', { query: WINDOW }),
  threads.post('/v1/threads/{thread_id}/runs', 'beta.threads.runs.create', 'invoke:chat', {
    streams: true,
    owned: 'id',
    query: ['include'],
    creates: ['id'],
  }),
  threads.read('/v1/threads/{thread_id}/runs/{run_id}', 'beta.threads.runs.retrieve'),
  threads.post('/v1/threads/{thread_id}/runs/{run_id}', 'beta.threads.runs.update', 'invoke:keep', OWN),
  threads.post('/v1/threads/{thread_id}/runs/{run_id}/cancel', 'beta.threads.runs.cancel', 'invoke:useOwn', OWN_BARE),
  threads.read('/v1/threads/{thread_id}/runs/{run_id}/steps', 'beta.threads.runs.steps.list', {
    query: ['include', ...WINDOW],
  }),
  threads.read('/v1/threads/{thread_id}/runs/{run_id}/steps/{step_id}', 'beta.threads.runs.steps.retrieve', {
    query: ['include'],
  }),
  threads.post(
    '/v1/threads/{thread_id}/runs/{run_id}/submit_tool_outputs',
    'beta.threads.runs.submitToolOutputs',
    'invoke:chat',
    { streams: true, owned: 'id' },
  ),

  videos.list('/v1/videos', 'videos.list', { query: PAGE }),
  videos.post('/v1/videos', 'videos.create', 'invoke:video', { on: 'model', request: 'multipart', creates: ['id'] }),
  // The moving picture is a blob; the prompt is text.
  videos.post('/v1/videos/characters', 'videos.createCharacter', 'invoke:video', {
    request: 'multipart',
    creates: ['id'],
  }),
  videos.read('/v1/videos/characters/{character_id}', 'videos.getCharacter'),
  videos.post('/v1/videos/edits', 'videos.edit', 'invoke:video', { request: 'multipart', creates: ['id'] }),
  videos.post('/v1/videos/extensions', 'videos.extend', 'invoke:video', { request: 'multipart', creates: ['id'] }),
  videos.remove('/v1/videos/{video_id}', 'videos.delete'),
  videos.read('/v1/videos/{video_id}', 'videos.retrieve'),
  videos.read('/v1/videos/{video_id}/content', 'videos.downloadContent', { answer: 'file', query: ['variant'] }),
  videos.post('/v1/videos/{video_id}/remix', 'videos.remix', 'invoke:video', {
    request: 'multipart',
    owned: 'id',
    creates: ['id'],
  }),
]
