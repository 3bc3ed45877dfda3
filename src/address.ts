import type { Address, Places } from './types.ts'

/** Ids, cursors and numbers are the protocol's; what else a query may hold is text. */
const QUERY: Places = {
  after: 'identifier',
  after_id: 'identifier',
  before: 'identifier',
  before_id: 'identifier',
  beta: 'identifier',
  limit: 'text',
  model: 'identifier',
  order: 'identifier',
  purpose: 'identifier',
  starting_after: 'text',
  stream: 'text',
  'include[]': { '*': 'identifier' },
}

/** What stands where in an address. Ids in the path are of a narrow shape, and are looked at like any other identifier. */
export function addressPlaces(address: Address): Places {
  return { query: QUERY, path: Object.fromEntries(Object.keys(address.path).map((name) => [name, 'identifier'])) }
}
