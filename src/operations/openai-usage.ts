/** OpenAI: who used what, and what it cost. Needs an upstream credential that may read it. */
import { openaiJson } from '../formats/generic.ts'
import { rows } from './row.ts'

const usage = rows('openai', 'usage', openaiJson)

/** Of figures by time. */
const BUCKETS = ['api_key_ids', 'bucket_width', 'end_time', 'group_by', 'limit', 'page', 'project_ids', 'start_time']

export const openaiUsage = [
  usage.get('/v1/organization/audit_logs', 'admin.organization.auditLogs.list', 'inspect:readUsage', {
    query: [
      'actor_emails',
      'actor_ids',
      'after',
      'before',
      'effective_at',
      'event_types',
      'limit',
      'project_ids',
      'resource_ids',
      'tenant_only',
    ],
  }),
  usage.get('/v1/organization/costs', 'admin.organization.usage.costs', 'inspect:readUsage', {
    query: ['line_items', ...BUCKETS],
  }),
  usage.get('/v1/organization/usage/audio_speeches', 'admin.organization.usage.audioSpeeches', 'inspect:readUsage', {
    query: ['models', 'user_ids', ...BUCKETS],
  }),
  usage.get(
    '/v1/organization/usage/audio_transcriptions',
    'admin.organization.usage.audioTranscriptions',
    'inspect:readUsage',
    { query: ['models', 'user_ids', ...BUCKETS] },
  ),
  usage.get(
    '/v1/organization/usage/code_interpreter_sessions',
    'admin.organization.usage.codeInterpreterSessions',
    'inspect:readUsage',
    { query: BUCKETS },
  ),
  usage.get('/v1/organization/usage/completions', 'admin.organization.usage.completions', 'inspect:readUsage', {
    query: ['batch', 'models', 'user_ids', ...BUCKETS],
  }),
  usage.get('/v1/organization/usage/decisions', 'admin.organization.usage.decisions', 'inspect:readUsage', {
    query: ['models', 'user_ids', ...BUCKETS],
  }),
  usage.get('/v1/organization/usage/embeddings', 'admin.organization.usage.embeddings', 'inspect:readUsage', {
    query: ['models', 'user_ids', ...BUCKETS],
  }),
  usage.get(
    '/v1/organization/usage/file_search_calls',
    'admin.organization.usage.fileSearchCalls',
    'inspect:readUsage',
    { query: ['user_ids', 'vector_store_ids', ...BUCKETS] },
  ),
  usage.get('/v1/organization/usage/images', 'admin.organization.usage.images', 'inspect:readUsage', {
    query: ['models', 'sizes', 'sources', 'user_ids', ...BUCKETS],
  }),
  usage.get('/v1/organization/usage/moderations', 'admin.organization.usage.moderations', 'inspect:readUsage', {
    query: ['models', 'user_ids', ...BUCKETS],
  }),
  usage.get('/v1/organization/usage/vector_stores', 'admin.organization.usage.vectorStores', 'inspect:readUsage', {
    query: BUCKETS,
  }),
  usage.get('/v1/organization/usage/web_search_calls', 'admin.organization.usage.webSearchCalls', 'inspect:readUsage', {
    query: ['context_levels', 'models', 'user_ids', ...BUCKETS],
  }),
]
