/** Anthropic: agents that the vendor runs, and what they remember. What is said to them and what they say passes through here. */
import { anthropicJson } from '../formats/generic.ts'
import { OWN, OWN_BARE, rows } from './row.ts'

const agents = rows('anthropic', 'agents', anthropicJson)
const deploymentRuns = rows('anthropic', 'deployment-runs', anthropicJson)
const deployments = rows('anthropic', 'deployments', anthropicJson)
const dreams = rows('anthropic', 'dreams', anthropicJson)
const environments = rows('anthropic', 'environments', anthropicJson)
const memoryStores = rows('anthropic', 'memory-stores', anthropicJson)
const sessions = rows('anthropic', 'sessions', anthropicJson)
const skills = rows('anthropic', 'skills', anthropicJson)

export const anthropicAgents = [
  agents.get('/v1/agents', 'beta.agents.list', 'inspect:readStored', {
    owned: 'list',
    query: ['created_at', 'include_archived', 'limit', 'page'],
  }),
  agents.post('/v1/agents', 'beta.agents.create', 'train:shape', { on: 'model', creates: ['id'] }),
  agents.get('/v1/agents/{agent_id}', 'beta.agents.retrieve', 'inspect:readStored', {
    owned: 'id',
    query: ['version'],
  }),
  agents.post('/v1/agents/{agent_id}', 'beta.agents.update', 'train:shape', OWN),
  agents.post('/v1/agents/{agent_id}/archive', 'beta.agents.archive', 'train:shape', OWN_BARE),
  agents.get('/v1/agents/{agent_id}/versions', 'beta.agents.versions.list', 'inspect:readStored', {
    owned: 'id',
    query: ['limit', 'page'],
  }),

  deploymentRuns.get('/v1/deployment_runs', 'beta.deploymentRuns.list', 'inspect:readStored', {
    owned: 'list',
    query: ['created_at', 'deployment_id', 'has_error', 'limit', 'page', 'trigger_type'],
  }),
  deploymentRuns.get('/v1/deployment_runs/{deployment_run_id}', 'beta.deploymentRuns.retrieve', 'inspect:readStored', {
    ...OWN,
    creates: ['session_id'],
  }),

  deployments.get('/v1/deployments', 'beta.deployments.list', 'inspect:readStored', {
    owned: 'list',
    query: ['agent_id', 'created_at', 'include_archived', 'limit', 'page', 'status'],
  }),
  // Runs later, by itself: what it will say is in this call, and screened.
  deployments.post('/v1/deployments', 'beta.deployments.create', 'train:shape', { creates: ['id'] }),
  deployments.get('/v1/deployments/{deployment_id}', 'beta.deployments.retrieve', 'inspect:readStored', OWN),
  deployments.post('/v1/deployments/{deployment_id}', 'beta.deployments.update', 'train:shape', OWN),
  deployments.post('/v1/deployments/{deployment_id}/archive', 'beta.deployments.archive', 'train:shape', OWN_BARE),
  deployments.post('/v1/deployments/{deployment_id}/pause', 'beta.deployments.pause', 'train:shape', OWN_BARE),
  deployments.post('/v1/deployments/{deployment_id}/run', 'beta.deployments.run', 'invoke:chat', {
    ...OWN_BARE,
    creates: ['id', 'session_id'],
  }),
  deployments.post('/v1/deployments/{deployment_id}/unpause', 'beta.deployments.unpause', 'train:shape', OWN_BARE),

  // A model rewrites a memory store: what later sessions will remember.
  dreams.get('/v1/dreams', 'beta.dreams.list', 'inspect:readStored', {
    owned: 'list',
    query: ['created_at', 'include_archived', 'limit', 'page', 'statuses'],
  }),
  dreams.post('/v1/dreams', 'beta.dreams.create', 'train:shape', { on: 'model', creates: ['id'] }),
  dreams.get('/v1/dreams/{dream_id}', 'beta.dreams.retrieve', 'inspect:readStored', OWN),
  dreams.post('/v1/dreams/{dream_id}/archive', 'beta.dreams.archive', 'train:shape', OWN_BARE),
  dreams.post('/v1/dreams/{dream_id}/cancel', 'beta.dreams.cancel', 'train:shape', OWN_BARE),

  // The machine that an agent works on. What it may reach from there passes us by, as it does for every tool that the vendor
  // runs, but what it is set up with is text like any other. The queue of a machine of one's own is closed: anthropic-closed.ts.
  environments.get('/v1/environments', 'beta.environments.list', 'inspect:readStored', {
    owned: 'list',
    query: ['include_archived', 'limit', 'page'],
  }),
  environments.get('/v1/environments/{environment_id}', 'beta.environments.retrieve', 'inspect:readStored', OWN),
  environments.post('/v1/environments', 'beta.environments.create', 'train:shape', { creates: ['id'] }),
  environments.post('/v1/environments/{environment_id}', 'beta.environments.update', 'train:shape', OWN),
  environments.post('/v1/environments/{environment_id}/archive', 'beta.environments.archive', 'train:shape', OWN_BARE),
  environments.del('/v1/environments/{environment_id}', 'beta.environments.delete', 'inspect:deleteStored', OWN),

  memoryStores.get('/v1/memory_stores', 'beta.memoryStores.list', 'inspect:readStored', {
    owned: 'list',
    query: ['created_at', 'include_archived', 'limit', 'page'],
  }),
  memoryStores.post('/v1/memory_stores', 'beta.memoryStores.create', 'train:shape', { creates: ['id'] }),
  memoryStores.del('/v1/memory_stores/{memory_store_id}', 'beta.memoryStores.delete', 'inspect:deleteStored', OWN),
  memoryStores.get('/v1/memory_stores/{memory_store_id}', 'beta.memoryStores.retrieve', 'inspect:readStored', OWN),
  memoryStores.post('/v1/memory_stores/{memory_store_id}', 'beta.memoryStores.update', 'train:shape', OWN),
  memoryStores.post(
    '/v1/memory_stores/{memory_store_id}/archive',
    'beta.memoryStores.archive',
    'train:shape',
    OWN_BARE,
  ),
  memoryStores.get(
    '/v1/memory_stores/{memory_store_id}/memories',
    'beta.memoryStores.memories.list',
    'inspect:readStored',
    { owned: 'id', query: ['depth', 'limit', 'page', 'path_prefix', 'view'] },
  ),
  memoryStores.post(
    '/v1/memory_stores/{memory_store_id}/memories',
    'beta.memoryStores.memories.create',
    'train:shape',
    { owned: 'id', query: ['view'], creates: ['id'] },
  ),
  memoryStores.del(
    '/v1/memory_stores/{memory_store_id}/memories/{memory_id}',
    'beta.memoryStores.memories.delete',
    'inspect:deleteStored',
    { owned: 'id', query: ['expected_content_sha256'] },
  ),
  memoryStores.get(
    '/v1/memory_stores/{memory_store_id}/memories/{memory_id}',
    'beta.memoryStores.memories.retrieve',
    'inspect:readStored',
    { owned: 'id', query: ['view'] },
  ),
  memoryStores.post(
    '/v1/memory_stores/{memory_store_id}/memories/{memory_id}',
    'beta.memoryStores.memories.update',
    'train:shape',
    { owned: 'id', query: ['view'] },
  ),
  memoryStores.get(
    '/v1/memory_stores/{memory_store_id}/memory_versions',
    'beta.memoryStores.memoryVersions.list',
    'inspect:readStored',
    {
      owned: 'id',
      query: [
        'api_key_id',
        'created_at',
        'limit',
        'memory_id',
        'operation',
        'page',
        'service_account_id',
        'session_id',
        'view',
      ],
    },
  ),
  memoryStores.get(
    '/v1/memory_stores/{memory_store_id}/memory_versions/{memory_version_id}',
    'beta.memoryStores.memoryVersions.retrieve',
    'inspect:readStored',
    { owned: 'id', query: ['view'] },
  ),
  // Takes out what was remembered, for good: like deleting it.
  memoryStores.post(
    '/v1/memory_stores/{memory_store_id}/memory_versions/{memory_version_id}/redact',
    'beta.memoryStores.memoryVersions.redact',
    'inspect:deleteStored',
    OWN_BARE,
  ),

  sessions.get('/v1/sessions', 'beta.sessions.list', 'inspect:readStored', {
    owned: 'list',
    query: [
      'agent_id',
      'agent_version',
      'created_at',
      'deployment_id',
      'include_archived',
      'limit',
      'memory_store_id',
      'order',
      'page',
      'statuses',
    ],
  }),
  // Its agent names the model. Events are read as a list; streams of them are closed: anthropic-closed.ts.
  sessions.post('/v1/sessions', 'beta.sessions.create', 'invoke:chat', { creates: ['id'] }),
  sessions.del('/v1/sessions/{session_id}', 'beta.sessions.delete', 'inspect:deleteStored', OWN),
  sessions.get('/v1/sessions/{session_id}', 'beta.sessions.retrieve', 'inspect:readStored', OWN),
  sessions.post('/v1/sessions/{session_id}', 'beta.sessions.update', 'invoke:keep', OWN),
  sessions.post('/v1/sessions/{session_id}/archive', 'beta.sessions.archive', 'invoke:keep', OWN_BARE),
  sessions.get('/v1/sessions/{session_id}/events', 'beta.sessions.events.list', 'inspect:readStored', {
    owned: 'id',
    query: ['created_at', 'limit', 'order', 'page', 'types'],
  }),
  sessions.post('/v1/sessions/{session_id}/events', 'beta.sessions.events.send', 'invoke:chat', OWN),
  sessions.get('/v1/sessions/{session_id}/resources', 'beta.sessions.resources.list', 'inspect:readStored', {
    owned: 'id',
    query: ['limit', 'page'],
  }),
  sessions.post('/v1/sessions/{session_id}/resources', 'beta.sessions.resources.add', 'invoke:keep', {
    owned: 'id',
    creates: ['id'],
  }),
  sessions.del(
    '/v1/sessions/{session_id}/resources/{resource_id}',
    'beta.sessions.resources.delete',
    'inspect:deleteStored',
    OWN,
  ),
  sessions.get(
    '/v1/sessions/{session_id}/resources/{resource_id}',
    'beta.sessions.resources.retrieve',
    'inspect:readStored',
    OWN,
  ),
  sessions.get('/v1/sessions/{session_id}/threads', 'beta.sessions.threads.list', 'inspect:readStored', {
    owned: 'id',
    query: ['limit', 'page', 'statuses'],
  }),
  sessions.get(
    '/v1/sessions/{session_id}/threads/{thread_id}',
    'beta.sessions.threads.retrieve',
    'inspect:readStored',
    OWN,
  ),
  sessions.post(
    '/v1/sessions/{session_id}/threads/{thread_id}/archive',
    'beta.sessions.threads.archive',
    'invoke:keep',
    OWN_BARE,
  ),
  sessions.get(
    '/v1/sessions/{session_id}/threads/{thread_id}/events',
    'beta.sessions.threads.events.list',
    'inspect:readStored',
    { owned: 'id', query: ['limit', 'page'] },
  ),

  // A zip of instructions and code: a blob, by policy.
  skills.get('/v1/skills', 'skills.list', 'inspect:readStored', { owned: 'list', query: ['limit', 'page', 'source'] }),
  skills.post('/v1/skills', 'skills.create', 'train:shape', { request: 'multipart', creates: ['id'] }),
  skills.del('/v1/skills/{skill_id}', 'skills.delete', 'inspect:deleteStored', OWN),
  skills.get('/v1/skills/{skill_id}', 'skills.retrieve', 'inspect:readStored', OWN),
  skills.get('/v1/skills/{skill_id}/versions', 'skills.versions.list', 'inspect:readStored', {
    owned: 'id',
    query: ['limit', 'page'],
  }),
  skills.post('/v1/skills/{skill_id}/versions', 'skills.versions.create', 'train:shape', {
    request: 'multipart',
    owned: 'id',
    creates: ['id'],
  }),
  skills.del('/v1/skills/{skill_id}/versions/{version}', 'skills.versions.delete', 'inspect:deleteStored', OWN),
  skills.get('/v1/skills/{skill_id}/versions/{version}', 'skills.versions.retrieve', 'inspect:readStored', OWN),
  skills.get(
    '/v1/skills/{skill_id}/versions/{version}/content',
    'beta.skills.versions.download',
    'inspect:readStored',
    { answer: 'file', owned: 'id' },
  ),
]
