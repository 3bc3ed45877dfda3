/** Anthropic: who used what, and what it cost. Needs an upstream credential that may read it. */
import { anthropicJson } from '../formats/generic.ts'
import { rows } from './row.ts'

const usage = rows('anthropic', 'usage', anthropicJson)

/** Of figures by day, by time, and by who or what used it. */
const DAYS = ['date', 'ending_date', 'filter', 'group_by', 'limit', 'order', 'order_by', 'page', 'starting_date']
const SPANS = [
  'claude_tag_categories',
  'claude_tag_user_ids',
  'context_windows',
  'ending_at',
  'group_by',
  'inference_geos',
  'limit',
  'models',
  'page',
  'products',
  'rbac_group_ids',
  'slack_channel_ids',
  'speeds',
  'starting_at',
]
const REPORT = ['bucket_width', 'user_ids', ...SPANS]
const ACTORS = [
  'actor_ids',
  'actor_types',
  'agent_ids',
  'api_key_ids',
  'deployment_ids',
  'environment_ids',
  'exclude_deleted_users',
  'order',
  'order_by',
  'organization_ids',
  'service_tiers',
  'session_ids',
  'time_bucket_width',
  'user_profile_ids',
  'workspace_ids',
  ...SPANS,
]

export const anthropicUsage = [
  usage.get(
    '/v1/organizations/analytics/apps/chat/projects',
    'organization.analytics.apps.chat.projects.list',
    'inspect:readUsage',
    { query: DAYS },
  ),
  usage.get('/v1/organizations/analytics/artifacts', 'organization.analytics.artifacts.list', 'inspect:readUsage', {
    query: ['date', 'filter', 'group_by', 'limit', 'page'],
  }),
  usage.get('/v1/organizations/analytics/connectors', 'organization.analytics.connectors.list', 'inspect:readUsage', {
    query: DAYS,
  }),
  usage.get('/v1/organizations/analytics/cost', 'beta.organization.analytics.cost.list', 'inspect:readUsage', {
    query: ACTORS,
  }),
  usage.get(
    '/v1/organizations/analytics/cost_report',
    'beta.organization.analytics.costReport.list',
    'inspect:readUsage',
    { query: REPORT },
  ),
  usage.get('/v1/organizations/analytics/plugins', 'organization.analytics.plugins.list', 'inspect:readUsage', {
    query: DAYS,
  }),
  usage.get('/v1/organizations/analytics/skills', 'organization.analytics.skills.list', 'inspect:readUsage', {
    query: DAYS,
  }),
  usage.get('/v1/organizations/analytics/summaries', 'organization.analytics.summaries.list', 'inspect:readUsage', {
    query: ['ending_date', 'filter', 'limit', 'page', 'starting_date'],
  }),
  usage.get('/v1/organizations/analytics/usage', 'beta.organization.analytics.usage.list', 'inspect:readUsage', {
    query: ACTORS,
  }),
  usage.get(
    '/v1/organizations/analytics/usage_report',
    'beta.organization.analytics.usageReport.list',
    'inspect:readUsage',
    { query: REPORT },
  ),
  usage.get(
    '/v1/organizations/analytics/user_cost_report',
    'beta.organization.analytics.userCostReport.list',
    'inspect:readUsage',
    { query: ['exclude_deleted_users', 'order', 'order_by', ...REPORT] },
  ),
  usage.get(
    '/v1/organizations/analytics/user_usage_report',
    'beta.organization.analytics.userUsageReport.list',
    'inspect:readUsage',
    { query: ['exclude_deleted_users', 'order', 'order_by', ...REPORT] },
  ),
  usage.get('/v1/organizations/analytics/users', 'organization.analytics.users.list', 'inspect:readUsage', {
    query: DAYS,
  }),
  usage.get(
    '/v1/organizations/spend_limits/effective',
    'organization.spendLimits.effective.list',
    'inspect:readUsage',
    { query: ['limit', 'page', 'period', 'user_ids'] },
  ),
]
