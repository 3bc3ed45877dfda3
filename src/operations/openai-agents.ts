/** OpenAI: agents that the vendor runs. What is said to them and what they say passes through here. */
import { openaiJson } from '../formats/generic.ts'
import { OWN, OWN_BARE, PAGE, rows } from './row.ts'

const agents = rows('openai', 'agents', openaiJson)
const agentAutomations = rows('openai', 'agent-automations', openaiJson)
const agentEnvironments = rows('openai', 'agent-environments', openaiJson)
const agentSessions = rows('openai', 'agent-sessions', openaiJson)

export const openaiAgents = [
  agents.get('/v1/agents', 'beta.agents.list', 'inspect:readStored', { owned: 'list', query: PAGE }),
  agents.post('/v1/agents', 'beta.agents.create', 'train:shape', { on: 'model', creates: ['id'] }),
  agents.del('/v1/agents/{agent_id}', 'beta.agents.delete', 'inspect:deleteStored', OWN),
  agents.get('/v1/agents/{agent_id}', 'beta.agents.retrieve', 'inspect:readStored', OWN),
  agents.post('/v1/agents/{agent_id}', 'beta.agents.update', 'train:shape', OWN),

  agentAutomations.get('/v1/agents/automations', 'beta.agents.automations.list', 'inspect:readStored', {
    owned: 'list',
    query: ['session_id', ...PAGE],
  }),
  // Runs later, by itself: what it will say is in this call, and screened.
  agentAutomations.post('/v1/agents/automations', 'beta.agents.automations.create', 'train:shape', { creates: ['id'] }),
  agentAutomations.del(
    '/v1/agents/automations/{automation_id}',
    'beta.agents.automations.delete',
    'inspect:deleteStored',
    OWN,
  ),
  agentAutomations.get(
    '/v1/agents/automations/{automation_id}',
    'beta.agents.automations.retrieve',
    'inspect:readStored',
    OWN,
  ),
  agentAutomations.post('/v1/agents/automations/{automation_id}', 'beta.agents.automations.update', 'train:shape', OWN),
  agentAutomations.get(
    '/v1/agents/automations/{automation_id}/invocations',
    'beta.agents.automations.invocations.list',
    'inspect:readStored',
    { owned: 'id', query: PAGE },
  ),
  agentAutomations.post(
    '/v1/agents/automations/{automation_id}/invocations',
    'beta.agents.automations.invocations.create',
    'invoke:chat',
    { ...OWN_BARE, creates: ['id', 'session_id'] },
  ),
  agentAutomations.get(
    '/v1/agents/automations/{automation_id}/invocations/{invocation_id}',
    'beta.agents.automations.invocations.retrieve',
    'inspect:readStored',
    { ...OWN, creates: ['session_id'] },
  ),
  agentAutomations.post(
    '/v1/agents/automations/{automation_id}/pause',
    'beta.agents.automations.pause',
    'train:shape',
    OWN_BARE,
  ),
  agentAutomations.post(
    '/v1/agents/automations/{automation_id}/resume',
    'beta.agents.automations.resume',
    'train:shape',
    OWN_BARE,
  ),

  // The machine that an agent works on. What it may reach from there passes us by, as it does for every tool that the vendor
  // runs, but what it is set up with is text like any other.
  agentEnvironments.get('/v1/agents/environments', 'beta.agents.environments.list', 'inspect:readStored', {
    owned: 'list',
    query: ['type', ...PAGE],
  }),
  agentEnvironments.get(
    '/v1/agents/environments/templates',
    'beta.agents.environments.templates.list',
    'inspect:readStored',
    { owned: 'list', query: PAGE },
  ),
  agentEnvironments.get(
    '/v1/agents/environments/templates/{environment_template_id}',
    'beta.agents.environments.templates.retrieve',
    'inspect:readStored',
    OWN,
  ),
  agentEnvironments.get(
    '/v1/agents/environments/{environment_id}',
    'beta.agents.environments.retrieve',
    'inspect:readStored',
    OWN,
  ),
  agentEnvironments.get(
    '/v1/agents/environments/{environment_id}/files',
    'beta.agents.environments.files.list',
    'inspect:readStored',
    { owned: 'id', query: ['limit', 'order', 'page', 'path'] },
  ),
  agentEnvironments.post('/v1/agents/environments', 'beta.agents.environments.create', 'train:shape', {
    creates: ['id'],
  }),
  agentEnvironments.post(
    '/v1/agents/environments/templates',
    'beta.agents.environments.templates.create',
    'train:shape',
    { creates: ['id'] },
  ),
  agentEnvironments.post(
    '/v1/agents/environments/templates/{environment_template_id}',
    'beta.agents.environments.templates.update',
    'train:shape',
    OWN,
  ),
  agentEnvironments.del(
    '/v1/agents/environments/templates/{environment_template_id}',
    'beta.agents.environments.templates.delete',
    'inspect:deleteStored',
    OWN,
  ),
  agentEnvironments.post(
    '/v1/agents/environments/{environment_id}/files',
    'beta.agents.environments.files.create',
    'invoke:keep',
    OWN,
  ),

  agentSessions.get('/v1/agents/sessions', 'beta.agents.sessions.list', 'inspect:readStored', {
    owned: 'list',
    query: ['agent_id', 'metadata', ...PAGE],
  }),
  // Not streamed: its events come in pieces of a shape of their own. They are read as items.
  agentSessions.post('/v1/agents/sessions', 'beta.agents.sessions.create', 'invoke:chat', {
    creates: ['id', 'environment.id'],
  }),
  agentSessions.del('/v1/agents/sessions/{session_id}', 'beta.agents.sessions.delete', 'inspect:deleteStored', OWN),
  agentSessions.get('/v1/agents/sessions/{session_id}', 'beta.agents.sessions.retrieve', 'inspect:readStored', OWN),
  agentSessions.post('/v1/agents/sessions/{session_id}', 'beta.agents.sessions.update', 'invoke:keep', OWN),
  agentSessions.get(
    '/v1/agents/sessions/{session_id}/artifacts',
    'beta.agents.sessions.artifacts.list',
    'inspect:readStored',
    { owned: 'id', query: ['environment_id', ...PAGE] },
  ),
  agentSessions.del(
    '/v1/agents/sessions/{session_id}/artifacts/{artifact_id}',
    'beta.agents.sessions.artifacts.delete',
    'inspect:deleteStored',
    OWN,
  ),
  agentSessions.get(
    '/v1/agents/sessions/{session_id}/artifacts/{artifact_id}',
    'beta.agents.sessions.artifacts.retrieve',
    'inspect:readStored',
    OWN,
  ),
  agentSessions.get(
    '/v1/agents/sessions/{session_id}/artifacts/{artifact_id}/content',
    'beta.agents.sessions.artifacts.content',
    'inspect:readStored',
    { answer: 'file', owned: 'id' },
  ),
  agentSessions.post(
    '/v1/agents/sessions/{session_id}/events',
    'beta.agents.sessions.events.create',
    'invoke:chat',
    OWN,
  ),
  agentSessions.get('/v1/agents/sessions/{session_id}/items', 'beta.agents.sessions.items.list', 'inspect:readStored', {
    owned: 'id',
    query: PAGE,
  }),
  agentSessions.get(
    '/v1/agents/sessions/{session_id}/subagents',
    'beta.agents.sessions.subagents.list',
    'inspect:readStored',
    { owned: 'id', query: PAGE },
  ),
  agentSessions.get(
    '/v1/agents/sessions/{session_id}/subagents/{subagent_id}',
    'beta.agents.sessions.subagents.retrieve',
    'inspect:readStored',
    OWN,
  ),
  agentSessions.get(
    '/v1/agents/sessions/{session_id}/subagents/{subagent_id}/items',
    'beta.agents.sessions.subagents.items.list',
    'inspect:readStored',
    { owned: 'id', query: PAGE },
  ),
  agentSessions.get(
    '/v1/agents/sessions/{session_id}/subagents/{subagent_id}/turns',
    'beta.agents.sessions.subagents.turns.list',
    'inspect:readStored',
    { owned: 'id', query: PAGE },
  ),
  agentSessions.get(
    '/v1/agents/sessions/{session_id}/subagents/{subagent_id}/turns/{turn_id}',
    'beta.agents.sessions.subagents.turns.retrieve',
    'inspect:readStored',
    OWN,
  ),
  agentSessions.get(
    '/v1/agents/sessions/{session_id}/subagents/{subagent_id}/turns/{turn_id}/items',
    'beta.agents.sessions.subagents.turns.items.list',
    'inspect:readStored',
    { owned: 'id', query: PAGE },
  ),
  agentSessions.get(
    '/v1/agents/sessions/{session_id}/traces',
    'beta.agents.sessions.traces.list',
    'inspect:readStored',
    { owned: 'id', query: PAGE },
  ),
  agentSessions.get('/v1/agents/sessions/{session_id}/turns', 'beta.agents.sessions.turns.list', 'inspect:readStored', {
    owned: 'id',
    query: PAGE,
  }),
  agentSessions.get(
    '/v1/agents/sessions/{session_id}/turns/{turn_id}',
    'beta.agents.sessions.turns.retrieve',
    'inspect:readStored',
    OWN,
  ),
  agentSessions.get(
    '/v1/agents/sessions/{session_id}/turns/{turn_id}/items',
    'beta.agents.sessions.turns.items.list',
    'inspect:readStored',
    { owned: 'id', query: PAGE },
  ),
]
