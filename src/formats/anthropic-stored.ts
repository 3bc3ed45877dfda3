/** Anthropic's batches, files and counts: messages in other places, and what is kept. */
import { Denial } from '../errors.ts'
import type { Json, JsonObject, Places } from '../types.ts'
import { message, request } from './anthropic-blocks.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import { makeFormat } from './make.ts'
import { asObject, at, formFile, hasValue, names } from './shapes.ts'
import { checkSpelling } from './spelling.ts'

const error: Places = { type: 'identifier', message: 'text', error: names('text', 'message'), request_id: 'identifier' }
const list: Places = { ...names('identifier', 'first_id last_id'), has_more: 'text' }

/** `POST /v1/messages/count_tokens`: takes what Messages take, and counts. */
export const anthropicCountTokens = makeFormat('anthropic-count-tokens', 'anthropic', {
  requestPlaces: request,
  responsePlaces: { input_tokens: 'text', context_management: { original_input_tokens: 'text' }, error },
  source: anthropicMessages.source,
})

const batch: Places = {
  ...names('identifier', 'id type processing_status workspace_id'),
  ...names('text', 'created_at ended_at expires_at archived_at cancel_initiated_at results_url'),
  request_counts: names('text', 'canceled errored expired processing succeeded'),
}
/** A line of a batch's results. */
const line: Places = { custom_id: 'text', result: { type: 'identifier', message, error: { ...error, error } } }

/** `/v1/messages/batches`: requests in one body; the results come as JSON Lines. */
export const anthropicBatches = makeFormat('anthropic-batches', 'anthropic', {
  requestPlaces: {
    requests: { '*': { custom_id: 'text', params: request } },
    ...names('identifier', 'workspace_id'),
    user_profile_id: 'reference',
    betas: { '*': 'identifier' },
  },
  responsePlaces: { ...batch, ...list, ...line, data: { '*': batch }, error },
  source(keys, body) {
    if (keys[0] !== 'requests' || keys[2] !== 'params') return 'unknown'
    return anthropicMessages.source(keys.slice(3), at(body, keys.slice(0, 3)) ?? null)
  },
  model(body) {
    // One model for all, since policy is asked about one.
    const models = new Set(paramsOf(body).map((params) => params?.model))
    return models.size === 1 ? [...models][0] : undefined
  },
  // Each is a body of its own.
  needs(body) {
    for (const params of paramsOf(body)) {
      if (params) checkSpelling(params)
      if (params && Object.hasOwn(params, 'parapet')) {
        throw new Denial('unreadable_body', '`parapet` has no meaning within a batch', { param: 'requests' })
      }
    }
    return []
  },
  // The SDK fetches the results from where this says. Without a host, it is below the client's base URL, wherever that is.
  lead(answer) {
    const listed = at(answer, ['data'])
    for (const one of [answer, ...(Array.isArray(listed) ? listed : [])].map(asObject)) {
      if (!one || !hasValue(one.results_url)) continue
      const sound = typeof one.id === 'string' && /^[A-Za-z0-9_-]{1,256}$/.test(one.id)
      one.results_url = sound ? `/v1/messages/batches/${one.id}/results` : null
    }
  },
  // The system prompt of each.
  plant(body, text) {
    for (const params of paramsOf(body)) if (params && hasValue(params.system)) anthropicMessages.plant(params, text)
  },
})
function paramsOf(body: JsonObject): readonly (JsonObject | undefined)[] {
  const requests: readonly Json[] = Array.isArray(body.requests) ? body.requests : []
  return requests.map((one) => asObject(asObject(one)?.params))
}

const file: Places = {
  ...names('identifier', 'id type mime_type workspace_id scope_id media_type'),
  ...names('text', 'filename size_bytes created_at expires_at downloadable expires_in_seconds'),
  file: formFile,
  scope: names('identifier', 'type id'),
}
/** `/v1/files`; forms have the same names. */
export const anthropicFiles = makeFormat('anthropic-files', 'anthropic', {
  requestPlaces: file,
  responsePlaces: { ...file, ...list, data: { '*': file }, error },
})
