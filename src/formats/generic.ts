import type { Api, Format, Places } from '../types.ts'
import { makeFormat } from './make.ts'

/**
 * Names that mean the same wherever they stand in the vendors' APIs. Where an operation has no format of its own, its bodies
 * are looked up here by name: what is an identifier is not rewritten (a finding in one refuses the call), the rest is text.
 */
const NAMES: Places = {
  id: 'identifier',
  object: 'identifier',
  type: 'identifier',
  status: 'identifier',
  role: 'identifier',
  model: 'identifier',
  first_id: 'identifier',
  last_id: 'identifier',
  created_at: 'text',
  name: 'text',
  description: 'text',
  instructions: 'text',
  metadata: 'text',
  content: 'text',
  text: 'text',
  title: 'text',
  filename: 'text',
  data: 'text',
  error: 'text',
  message: 'text',
}

export function genericFormat(api: Api): Format {
  const places: Places = { '**': NAMES }
  return makeFormat(`${api}-json`, api, { requestPlaces: places, responsePlaces: places })
}
export const openaiJson = genericFormat('openai')
export const anthropicJson = genericFormat('anthropic')
