import { id } from '../ids.ts'
import type { Api, Endpoint, Format } from '../types.ts'

/**
 * What each domain's operations do, as the Cedar schema calls it. `useOwn` is what one may do with what one made oneself;
 * `putFile` is in two domains, since only the file's purpose says which one it is for (see the format's `needs`).
 */
export type Right =
  | `invoke:${'chat' | 'embed' | 'moderate' | 'image' | 'audio' | 'video' | 'batch' | 'realtime' | 'keep' | 'putFile' | 'useOwn'}`
  | `train:${'upload' | 'createJob' | 'shape' | 'evaluate' | 'putFile' | 'useOwn'}`
  | `inspect:${'readCatalog' | 'readStored' | 'readFiles' | 'readJobs' | 'readUsage' | 'deleteStored'}`
  | 'admin:administer'

/** What is particular to a row; the rest is as `rows` says. `on` names a collection where it is not the table's. */
export interface Particulars {
  readonly on?: string
  readonly format?: Format
  readonly request?: Endpoint['request']
  readonly answer?: Endpoint['answer']
  readonly streams?: true
  readonly query?: readonly string[]
  readonly owned?: Endpoint['owned']
  readonly creates?: readonly string[]
  readonly closed?: string
}
type Row = (path: string, name: string, right: Right, particulars?: Particulars) => Endpoint

const NONE: readonly string[] = []

/** Functions that write rows about one collection, in one format. */
export function rows(api: Api, collection: string, format: Format): Readonly<Record<'get' | 'post' | 'del', Row>> {
  const on = id(collection)
  const row =
    (method: Endpoint['method']): Row =>
    (path, name, right, particulars = {}) => {
      const colon = right.indexOf(':')
      return {
        id: id(name),
        api,
        method,
        path,
        domain: right.slice(0, colon) as Endpoint['domain'],
        action: right.slice(colon + 1),
        on: particulars.on === undefined ? on : id(particulars.on),
        format: particulars.format ?? format,
        request: particulars.request ?? (method === 'POST' ? 'json' : 'none'),
        answer: particulars.answer ?? 'json',
        streams: particulars.streams ?? false,
        query: particulars.query ?? NONE,
        owned: particulars.owned ?? 'no',
        creates: particulars.creates ?? NONE,
        closed: particulars.closed,
      }
    }
  return { get: row('GET'), post: row('POST'), del: row('DELETE') }
}
