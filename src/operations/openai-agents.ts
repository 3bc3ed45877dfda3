/** OpenAI: agents that the vendor runs. What is said to them and what they say passes through here. */
import { openaiJson } from '../formats/generic.ts'
import { OWN, OWN_BARE, PAGE, rows } from './row.ts'

const agents = rows('openai', 'agents', openaiJson)
const agentAutomations = rows('openai', 'agent-automations', openaiJson)
const agentEnvironments = rows('openai', 'agent-environments', openaiJson)
const agentSessions = rows('openai', 'agent-sessions', openaiJson)

export const openaiAgents = [
  agents.list('/v1/agents', 'beta.agents.list', { query: PAGE }),
  agents.post('/v1/agents', 'beta.agents.create', 'train:shape', { on: 'model', creates: ['id'] }),
  agents.remove('/v1/agents/{agent_id}', 'beta.agents.delete'),
  agents.read('/v1/agents/{agent_id}', 'beta.agents.retrieve'),
  agents.post('/v1/agents/{agent_id}', 'beta.agents.update', 'train:shape', OWN),

  agentAutomations.list('/v1/agents/automations', 'beta.agents.automations.list', { query: ['session_id', ...PAGE] }),
  // Runs later, by itself: what it will say is in this call, and screened.
  agentAutomations.post('/v1/agents/automations', 'beta.agents.automations.create', 'train:shape', { creates: ['id'] }),
  agentAutomations.remove('/v1/agents/automations/{automation_id}', 'beta.agents.automations.delete'),
  agentAutomations.read('/v1/agents/automations/{automation_id}', 'beta.agents.automations.retrieve'),
  agentAutomations.post('/v1/agents/automations/{automation_id}', 'beta.agents.automations.update', 'train:shape', OWN),
  agentAutomations.read(
    '/v1/agents/automations/{automation_id}/invocations',
    'beta.agents.automations.invocations.list',
    { query: PAGE },
  ),
  agentAutomations.post(
    '/v1/agents/automations/{automation_id}/invocations',
    'beta.agents.automations.invocations.create',
    'invoke:chat',
    { ...OWN_BARE, creates: ['id', 'session_id'] },
  ),
  agentAutomations.read(
    '/v1/agents/automations/{automation_id}/invocations/{invocation_id}',
    'beta.agents.automations.invocations.retrieve',
    { creates: ['session_id'] },
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
  agentEnvironments.list('/v1/agents/environments', 'beta.agents.environments.list', { query: ['type', ...PAGE] }),
  agentEnvironments.list('/v1/agents/environments/templates', 'beta.agents.environments.templates.list', {
    query: PAGE,
  }),
  agentEnvironments.read(
    '/v1/agents/environments/templates/{environment_template_id}',
    'beta.agents.environments.templates.retrieve',
  ),
  agentEnvironments.read('/v1/agents/environments/{environment_id}', 'beta.agents.environments.retrieve'),
  agentEnvironments.read('/v1/agents/environments/{environment_id}/files', 'beta.agents.environments.files.list', {
    query: ['limit', 'order', 'page', 'path'],
  }),
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
  agentEnvironments.remove(
    '/v1/agents/environments/templates/{environment_template_id}',
    'beta.agents.environments.templates.delete',
  ),
  agentEnvironments.post(
    '/v1/agents/environments/{environment_id}/files',
    'beta.agents.environments.files.create',
    'invoke:keep',
    OWN,
  ),

  agentSessions.list('/v1/agents/sessions', 'beta.agents.sessions.list', { query: ['agent_id', 'metadata', ...PAGE] }),
  // Not streamed: its events come in pieces of a shape of their own. They are read as items.
  agentSessions.post('/v1/agents/sessions', 'beta.agents.sessions.create', 'invoke:chat', {
    creates: ['id', 'environment.id'],
  }),
  agentSessions.remove('/v1/agents/sessions/{session_id}', 'beta.agents.sessions.delete'),
  agentSessions.read('/v1/agents/sessions/{session_id}', 'beta.agents.sessions.retrieve'),
  agentSessions.post('/v1/agents/sessions/{session_id}', 'beta.agents.sessions.update', 'invoke:keep', OWN),
  agentSessions.read('/v1/agents/sessions/{session_id}/artifacts', 'beta.agents.sessions.artifacts.list', {
    query: ['environment_id', ...PAGE],
  }),
  agentSessions.remove(
    '/v1/agents/sessions/{session_id}/artifacts/{artifact_id}',
    'beta.agents.sessions.artifacts.delete',
  ),
  agentSessions.read(
    '/v1/agents/sessions/{session_id}/artifacts/{artifact_id}',
    'beta.agents.sessions.artifacts.retrieve',
  ),
  agentSessions.read(
    '/v1/agents/sessions/{session_id}/artifacts/{artifact_id}/content',
    'beta.agents.sessions.artifacts.content',
    { answer: 'file' },
  ),
  agentSessions.post(
    '/v1/agents/sessions/{session_id}/events',
    'beta.agents.sessions.events.create',
    'invoke:chat',
    OWN,
  ),
  agentSessions.read('/v1/agents/sessions/{session_id}/items', 'beta.agents.sessions.items.list', { query: PAGE }),
  agentSessions.read('/v1/agents/sessions/{session_id}/subagents', 'beta.agents.sessions.subagents.list', {
    query: PAGE,
  }),
  agentSessions.read(
    '/v1/agents/sessions/{session_id}/subagents/{subagent_id}',
    'beta.agents.sessions.subagents.retrieve',
  ),
  agentSessions.read(
    '/v1/agents/sessions/{session_id}/subagents/{subagent_id}/items',
    'beta.agents.sessions.subagents.items.list',
    { query: PAGE },
  ),
  agentSessions.read(
    '/v1/agents/sessions/{session_id}/subagents/{subagent_id}/turns',
    'beta.agents.sessions.subagents.turns.list',
    { query: PAGE },
  ),
  agentSessions.read(
    '/v1/agents/sessions/{session_id}/subagents/{subagent_id}/turns/{turn_id}',
    'beta.agents.sessions.subagents.turns.retrieve',
  ),
  agentSessions.read(
    '/v1/agents/sessions/{session_id}/subagents/{subagent_id}/turns/{turn_id}/items',
    'beta.agents.sessions.subagents.turns.items.list',
    { query: PAGE },
  ),
  agentSessions.read('/v1/agents/sessions/{session_id}/traces', 'beta.agents.sessions.traces.list', { query: PAGE }),
  agentSessions.read('/v1/agents/sessions/{session_id}/turns', 'beta.agents.sessions.turns.list', { query: PAGE }),
  agentSessions.read('/v1/agents/sessions/{session_id}/turns/{turn_id}', 'beta.agents.sessions.turns.retrieve'),
  agentSessions.read(
    '/v1/agents/sessions/{session_id}/turns/{turn_id}/items',
    'beta.agents.sessions.turns.items.list',
    { query: PAGE },
  ),
]
