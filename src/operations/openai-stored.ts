/** OpenAI: what calls leave at the vendor, for later calls to read and go on from. */
import { openaiJson } from '../formats/generic.ts'
import { OWN, OWN_BARE, PAGE, rows, WINDOW } from './row.ts'

const completions = rows('openai', 'completions', openaiJson)
const chatkit = rows('openai', 'chatkit', openaiJson)
const containers = rows('openai', 'containers', openaiJson)
const conversations = rows('openai', 'conversations', openaiJson)
const responses = rows('openai', 'responses', openaiJson)
const safety = rows('openai', 'safety', openaiJson)
const threads = rows('openai', 'threads', openaiJson)
const videos = rows('openai', 'videos', openaiJson)

export const openaiStored = [
  // Written by `store: true`, which needs the permission to inspect; so does reading it, but for what one stored oneself.
  completions.get('/v1/chat/completions', 'chat.completions.list', 'inspect:readStored', {
    owned: 'list',
    query: ['metadata', 'model', ...PAGE],
  }),
  completions.del('/v1/chat/completions/{completion_id}', 'chat.completions.delete', 'inspect:deleteStored', OWN),
  completions.get('/v1/chat/completions/{completion_id}', 'chat.completions.retrieve', 'inspect:readStored', OWN),
  // Changes metadata only.
  completions.post('/v1/chat/completions/{completion_id}', 'chat.completions.update', 'invoke:keep', OWN),
  completions.get(
    '/v1/chat/completions/{completion_id}/messages',
    'chat.completions.messages.list',
    'inspect:readStored',
    { owned: 'id', query: PAGE },
  ),

  // Of sessions that did not pass through here (openai-closed.ts): nobody owns one, so these are for those who may inspect.
  chatkit.get('/v1/chatkit/threads', 'beta.chatkit.threads.list', 'inspect:readStored', {
    owned: 'list',
    query: ['user', ...WINDOW],
  }),
  chatkit.del('/v1/chatkit/threads/{thread_id}', 'beta.chatkit.threads.delete', 'inspect:deleteStored', OWN),
  chatkit.get('/v1/chatkit/threads/{thread_id}', 'beta.chatkit.threads.retrieve', 'inspect:readStored', OWN),
  chatkit.get('/v1/chatkit/threads/{thread_id}/items', 'beta.chatkit.threads.listItems', 'inspect:readStored', {
    owned: 'id',
    query: WINDOW,
  }),

  containers.get('/v1/containers', 'containers.list', 'inspect:readStored', {
    owned: 'list',
    query: ['name', ...PAGE],
  }),
  containers.post('/v1/containers', 'containers.create', 'invoke:keep', { creates: ['id'] }),
  containers.del('/v1/containers/{container_id}', 'containers.delete', 'inspect:deleteStored', OWN),
  containers.get('/v1/containers/{container_id}', 'containers.retrieve', 'inspect:readStored', OWN),
  containers.get('/v1/containers/{container_id}/files', 'containers.files.list', 'inspect:readFiles', {
    owned: 'id',
    query: PAGE,
  }),
  containers.post('/v1/containers/{container_id}/files', 'containers.files.create', 'invoke:keep', {
    request: 'multipart',
    owned: 'id',
    creates: ['id'],
  }),
  containers.del(
    '/v1/containers/{container_id}/files/{file_id}',
    'containers.files.delete',
    'inspect:deleteStored',
    OWN,
  ),
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
  conversations.del('/v1/conversations/{conversation_id}', 'conversations.delete', 'inspect:deleteStored', OWN),
  conversations.get('/v1/conversations/{conversation_id}', 'conversations.retrieve', 'inspect:readStored', OWN),
  conversations.post('/v1/conversations/{conversation_id}', 'conversations.update', 'invoke:keep', OWN),
  conversations.get('/v1/conversations/{conversation_id}/items', 'conversations.items.list', 'inspect:readStored', {
    owned: 'id',
    query: ['include', ...PAGE],
  }),
  conversations.post('/v1/conversations/{conversation_id}/items', 'conversations.items.create', 'invoke:keep', {
    owned: 'id',
    query: ['include'],
    creates: ['data.*.id'],
  }),
  conversations.del(
    '/v1/conversations/{conversation_id}/items/{item_id}',
    'conversations.items.delete',
    'inspect:deleteStored',
    OWN,
  ),
  conversations.get(
    '/v1/conversations/{conversation_id}/items/{item_id}',
    'conversations.items.retrieve',
    'inspect:readStored',
    { owned: 'id', query: ['include'] },
  ),

  responses.del('/v1/responses/{response_id}', 'responses.delete', 'inspect:deleteStored', {
    owned: 'id',
    query: ['beta'],
  }),
  // Also how a background response is polled, and a stream taken up again.
  responses.get('/v1/responses/{response_id}', 'responses.retrieve', 'inspect:readStored', {
    streams: true,
    owned: 'id',
    query: ['beta', 'include', 'include_obfuscation', 'starting_after', 'stream'],
    creates: ['output.*.id', 'output.*.container_id'],
  }),
  responses.post('/v1/responses/{response_id}/cancel', 'responses.cancel', 'invoke:useOwn', {
    request: 'none',
    owned: 'id',
    query: ['beta'],
  }),
  responses.get('/v1/responses/{response_id}/input_items', 'responses.inputItems.list', 'inspect:readStored', {
    owned: 'id',
    query: ['beta', 'include', ...PAGE],
  }),

  // About what others wrote: they have no owner among our callers.
  safety.get('/v1/safety/alerts/{id}', 'safety.alerts.retrieve', 'inspect:readStored'),
  safety.get('/v1/safety/cases/{id}', 'safety.cases.retrieve', 'inspect:readStored'),

  threads.post('/v1/threads', 'beta.threads.create', 'invoke:keep', { creates: ['id'] }),
  // The model may be the assistant's, which the call does not name: so runs are on a collection.
  threads.post('/v1/threads/runs', 'beta.threads.createAndRun', 'invoke:chat', {
    streams: true,
    creates: ['id', 'thread_id'],
  }),
  threads.del('/v1/threads/{thread_id}', 'beta.threads.delete', 'inspect:deleteStored', OWN),
  threads.get('/v1/threads/{thread_id}', 'beta.threads.retrieve', 'inspect:readStored', OWN),
  threads.post('/v1/threads/{thread_id}', 'beta.threads.update', 'invoke:keep', OWN),
  threads.get('/v1/threads/{thread_id}/messages', 'beta.threads.messages.list', 'inspect:readStored', {
    owned: 'id',
    query: ['run_id', ...WINDOW],
  }),
  threads.post('/v1/threads/{thread_id}/messages', 'beta.threads.messages.create', 'invoke:keep', {
    owned: 'id',
    creates: ['id'],
  }),
  threads.del(
    '/v1/threads/{thread_id}/messages/{message_id}',
    'beta.threads.messages.delete',
    'inspect:deleteStored',
    OWN,
  ),
  threads.get(
    '/v1/threads/{thread_id}/messages/{message_id}',
    'beta.threads.messages.retrieve',
    'inspect:readStored',
    OWN,
  ),
  threads.post('/v1/threads/{thread_id}/messages/{message_id}', 'beta.threads.messages.update', 'invoke:keep', OWN),
  threads.get('/v1/threads/{thread_id}/runs', 'beta.threads.runs.list', 'inspect:readStored', {
    owned: 'id',
    query: WINDOW,
  }),
  threads.post('/v1/threads/{thread_id}/runs', 'beta.threads.runs.create', 'invoke:chat', {
    streams: true,
    owned: 'id',
    query: ['include'],
    creates: ['id'],
  }),
  threads.get('/v1/threads/{thread_id}/runs/{run_id}', 'beta.threads.runs.retrieve', 'inspect:readStored', OWN),
  threads.post('/v1/threads/{thread_id}/runs/{run_id}', 'beta.threads.runs.update', 'invoke:keep', OWN),
  threads.post('/v1/threads/{thread_id}/runs/{run_id}/cancel', 'beta.threads.runs.cancel', 'invoke:useOwn', OWN_BARE),
  threads.get('/v1/threads/{thread_id}/runs/{run_id}/steps', 'beta.threads.runs.steps.list', 'inspect:readStored', {
    owned: 'id',
    query: ['include', ...WINDOW],
  }),
  threads.get(
    '/v1/threads/{thread_id}/runs/{run_id}/steps/{step_id}',
    'beta.threads.runs.steps.retrieve',
    'inspect:readStored',
    { owned: 'id', query: ['include'] },
  ),
  threads.post(
    '/v1/threads/{thread_id}/runs/{run_id}/submit_tool_outputs',
    'beta.threads.runs.submitToolOutputs',
    'invoke:chat',
    { streams: true, owned: 'id' },
  ),

  videos.get('/v1/videos', 'videos.list', 'inspect:readStored', { owned: 'list', query: PAGE }),
  videos.post('/v1/videos', 'videos.create', 'invoke:video', { on: 'model', request: 'multipart', creates: ['id'] }),
  // The moving picture is a blob; the prompt is text.
  videos.post('/v1/videos/characters', 'videos.createCharacter', 'invoke:video', {
    request: 'multipart',
    creates: ['id'],
  }),
  videos.get('/v1/videos/characters/{character_id}', 'videos.getCharacter', 'inspect:readStored', OWN),
  videos.post('/v1/videos/edits', 'videos.edit', 'invoke:video', { request: 'multipart', creates: ['id'] }),
  videos.post('/v1/videos/extensions', 'videos.extend', 'invoke:video', { request: 'multipart', creates: ['id'] }),
  videos.del('/v1/videos/{video_id}', 'videos.delete', 'inspect:deleteStored', OWN),
  videos.get('/v1/videos/{video_id}', 'videos.retrieve', 'inspect:readStored', OWN),
  videos.get('/v1/videos/{video_id}/content', 'videos.downloadContent', 'inspect:readStored', {
    answer: 'file',
    owned: 'id',
    query: ['variant'],
  }),
  videos.post('/v1/videos/{video_id}/remix', 'videos.remix', 'invoke:video', {
    request: 'multipart',
    owned: 'id',
    creates: ['id'],
  }),
]
