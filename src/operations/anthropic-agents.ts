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
  agents.list('/v1/agents', 'beta.agents.list', { query: ['created_at', 'include_archived', 'limit', 'page'] }),
  agents.post('/v1/agents', 'beta.agents.create', 'train:shape', { on: 'model', creates: ['id'] }),
  agents.read('/v1/agents/{agent_id}', 'beta.agents.retrieve', { query: ['version'] }),
  agents.post('/v1/agents/{agent_id}', 'beta.agents.update', 'train:shape', OWN),
  agents.post('/v1/agents/{agent_id}/archive', 'beta.agents.archive', 'train:shape', OWN_BARE),
  agents.read('/v1/agents/{agent_id}/versions', 'beta.agents.versions.list', { query: ['limit', 'page'] }),

  deploymentRuns.list('/v1/deployment_runs', 'beta.deploymentRuns.list', {
    query: ['created_at', 'deployment_id', 'has_error', 'limit', 'page', 'trigger_type'],
  }),
  deploymentRuns.read('/v1/deployment_runs/{deployment_run_id}', 'beta.deploymentRuns.retrieve', {
    creates: ['session_id'],
  }),

  deployments.list('/v1/deployments', 'beta.deployments.list', {
    query: ['agent_id', 'created_at', 'include_archived', 'limit', 'page', 'status'],
  }),
  // Runs later, by itself: what it will say is in this call, and screened.
  deployments.post('/v1/deployments', 'beta.deployments.create', 'train:shape', { creates: ['id'] }),
  deployments.read('/v1/deployments/{deployment_id}', 'beta.deployments.retrieve'),
  deployments.post('/v1/deployments/{deployment_id}', 'beta.deployments.update', 'train:shape', OWN),
  deployments.post('/v1/deployments/{deployment_id}/archive', 'beta.deployments.archive', 'train:shape', OWN_BARE),
  deployments.post('/v1/deployments/{deployment_id}/pause', 'beta.deployments.pause', 'train:shape', OWN_BARE),
  deployments.post('/v1/deployments/{deployment_id}/run', 'beta.deployments.run', 'invoke:chat', {
    ...OWN_BARE,
    creates: ['id', 'session_id'],
  }),
  deployments.post('/v1/deployments/{deployment_id}/unpause', 'beta.deployments.unpause', 'train:shape', OWN_BARE),

  // A model rewrites a memory store: what later sessions will remember.
  dreams.list('/v1/dreams', 'beta.dreams.list', {
    query: ['created_at', 'include_archived', 'limit', 'page', 'statuses'],
  }),
  dreams.post('/v1/dreams', 'beta.dreams.create', 'train:shape', { on: 'model', creates: ['id'] }),
  dreams.read('/v1/dreams/{dream_id}', 'beta.dreams.retrieve'),
  dreams.post('/v1/dreams/{dream_id}/archive', 'beta.dreams.archive', 'train:shape', OWN_BARE),
  dreams.post('/v1/dreams/{dream_id}/cancel', 'beta.dreams.cancel', 'train:shape', OWN_BARE),

  // The machine that an agent works on. What it may reach from there passes us by, as it does for every tool that the vendor
  // runs, but what it is set up with is text like any other. The queue of a machine of one's own is closed: anthropic-closed.ts.
  environments.list('/v1/environments', 'beta.environments.list', { query: ['include_archived', 'limit', 'page'] }),
  environments.read('/v1/environments/{environment_id}', 'beta.environments.retrieve'),
  environments.post('/v1/environments', 'beta.environments.create', 'train:shape', { creates: ['id'] }),
  environments.post('/v1/environments/{environment_id}', 'beta.environments.update', 'train:shape', OWN),
  environments.post('/v1/environments/{environment_id}/archive', 'beta.environments.archive', 'train:shape', OWN_BARE),
  environments.remove('/v1/environments/{environment_id}', 'beta.environments.delete'),

  memoryStores.list('/v1/memory_stores', 'beta.memoryStores.list', {
    query: ['created_at', 'include_archived', 'limit', 'page'],
  }),
  memoryStores.post('/v1/memory_stores', 'beta.memoryStores.create', 'train:shape', { creates: ['id'] }),
  memoryStores.remove('/v1/memory_stores/{memory_store_id}', 'beta.memoryStores.delete'),
  memoryStores.read('/v1/memory_stores/{memory_store_id}', 'beta.memoryStores.retrieve'),
  memoryStores.post('/v1/memory_stores/{memory_store_id}', 'beta.memoryStores.update', 'train:shape', OWN),
  memoryStores.post(
    '/v1/memory_stores/{memory_store_id}/archive',
    'beta.memoryStores.archive',
    'train:shape',
    OWN_BARE,
  ),
  memoryStores.read('/v1/memory_stores/{memory_store_id}/memories', 'beta.memoryStores.memories.list', {
    query: ['depth', 'limit', 'page', 'path_prefix', 'view'],
  }),
  memoryStores.post(
    '/v1/memory_stores/{memory_store_id}/memories',
    'beta.memoryStores.memories.create',
    'train:shape',
    { owned: 'id', query: ['view'], creates: ['id'] },
  ),
  memoryStores.remove('/v1/memory_stores/{memory_store_id}/memories/{memory_id}', 'beta.memoryStores.memories.delete', {
    query: ['expected_content_sha256'],
  }),
  memoryStores.read('/v1/memory_stores/{memory_store_id}/memories/{memory_id}', 'beta.memoryStores.memories.retrieve', {
    query: ['view'],
  }),
  memoryStores.post(
    '/v1/memory_stores/{memory_store_id}/memories/{memory_id}',
    'beta.memoryStores.memories.update',
    'train:shape',
    { owned: 'id', query: ['view'] },
  ),
  memoryStores.read('/v1/memory_stores/{memory_store_id}/memory_versions', 'beta.memoryStores.memoryVersions.list', {
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
  }),
  memoryStores.read(
    '/v1/memory_stores/{memory_store_id}/memory_versions/{memory_version_id}',
    'beta.memoryStores.memoryVersions.retrieve',
    { query: ['view'] },
  ),
  // Takes out what was remembered, for good: like deleting it.
  memoryStores.post(
    '/v1/memory_stores/{memory_store_id}/memory_versions/{memory_version_id}/redact',
    'beta.memoryStores.memoryVersions.redact',
    'inspect:deleteStored',
    OWN_BARE,
  ),

  sessions.list('/v1/sessions', 'beta.sessions.list', {
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
  sessions.remove('/v1/sessions/{session_id}', 'beta.sessions.delete'),
  sessions.read('/v1/sessions/{session_id}', 'beta.sessions.retrieve'),
  sessions.post('/v1/sessions/{session_id}', 'beta.sessions.update', 'invoke:keep', OWN),
  sessions.post('/v1/sessions/{session_id}/archive', 'beta.sessions.archive', 'invoke:keep', OWN_BARE),
  sessions.read('/v1/sessions/{session_id}/events', 'beta.sessions.events.list', {
    query: ['created_at', 'limit', 'order', 'page', 'types'],
  }),
  sessions.post('/v1/sessions/{session_id}/events', 'beta.sessions.events.send', 'invoke:chat', OWN),
  sessions.read('/v1/sessions/{session_id}/resources', 'beta.sessions.resources.list', { query: ['limit', 'page'] }),
  sessions.post('/v1/sessions/{session_id}/resources', 'beta.sessions.resources.add', 'invoke:keep', {
    owned: 'id',
    creates: ['id'],
  }),
  sessions.remove('/v1/sessions/{session_id}/resources/{resource_id}', 'beta.sessions.resources.delete'),
  sessions.read('/v1/sessions/{session_id}/resources/{resource_id}', 'beta.sessions.resources.retrieve'),
  sessions.read('/v1/sessions/{session_id}/threads', 'beta.sessions.threads.list', {
    query: ['limit', 'page', 'statuses'],
  }),
  sessions.read('/v1/sessions/{session_id}/threads/{thread_id}', 'beta.sessions.threads.retrieve'),
  sessions.post(
    '/v1/sessions/{session_id}/threads/{thread_id}/archive',
    'beta.sessions.threads.archive',
    'invoke:keep',
    OWN_BARE,
  ),
  sessions.read('/v1/sessions/{session_id}/threads/{thread_id}/events', 'beta.sessions.threads.events.list', {
    query: ['limit', 'page'],
  }),

  // A zip of instructions and code: a blob, by policy.
  skills.list('/v1/skills', 'skills.list', { query: ['limit', 'page', 'source'] }),
  skills.post('/v1/skills', 'skills.create', 'train:shape', { request: 'multipart', creates: ['id'] }),
  skills.remove('/v1/skills/{skill_id}', 'skills.delete'),
  skills.read('/v1/skills/{skill_id}', 'skills.retrieve'),
  skills.read('/v1/skills/{skill_id}/versions', 'skills.versions.list', { query: ['limit', 'page'] }),
  skills.post('/v1/skills/{skill_id}/versions', 'skills.versions.create', 'train:shape', {
    request: 'multipart',
    owned: 'id',
    creates: ['id'],
  }),
  skills.remove('/v1/skills/{skill_id}/versions/{version}', 'skills.versions.delete'),
  skills.read('/v1/skills/{skill_id}/versions/{version}', 'skills.versions.retrieve'),
  skills.read('/v1/skills/{skill_id}/versions/{version}/content', 'beta.skills.versions.download', { answer: 'file' }),
]
