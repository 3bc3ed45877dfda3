import { anthropicJson, openaiJson } from '../formats/generic.ts'
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
  readonly reads?: Readonly<Record<string, string>>
  readonly upload?: Endpoint['upload']
  readonly closed?: string
}
/** Acts on a thing whose owner needs no more than `useOwn`. */
export const OWN = { owned: 'id' } as const
/** The same, without a body. */
export const OWN_BARE = { owned: 'id', request: 'none' } as const
/** Of OpenAI's lists, which come in pages. */
export const PAGE = ['after', 'limit', 'order']
export const WINDOW = ['before', ...PAGE]

type Row = (path: string, name: string, right: Right, particulars?: Particulars) => Endpoint
type ShortRow = (path: string, name: string, particulars?: Particulars) => Endpoint
interface Rows {
  readonly get: Row
  readonly post: Row
  readonly del: Row
  /** Reads what is stored under an id, of its owner; for others it takes `inspect`. */
  readonly read: ShortRow
  /** Lists what is stored, cut to what the caller owns unless it may inspect. */
  readonly list: ShortRow
  /** Deletes what is stored under an id. */
  readonly remove: ShortRow
}

const NONE: readonly string[] = []
const NO_FILES = {}
const BETA = ['beta']

/** Functions that write rows about one collection, in one format. */
export function rows(api: Api, collection: string, format: Format): Rows {
  const on = id(collection)
  // Anthropic's SDK sends `beta=true` wherever there is something that is one.
  const everywhere = api === 'anthropic' ? BETA : NONE
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
        query: particulars.query ? [...everywhere, ...particulars.query] : everywhere,
        owned: particulars.owned ?? 'no',
        creates: particulars.creates ?? NONE,
        reads: particulars.reads ?? NO_FILES,
        upload: particulars.upload,
        closed: particulars.closed,
      }
    }
  const [get, post, del] = [row('GET'), row('POST'), row('DELETE')]
  return {
    get,
    post,
    del,
    read: (path, name, particulars) => get(path, name, 'inspect:readStored', { ...OWN, ...particulars }),
    list: (path, name, particulars) => get(path, name, 'inspect:readStored', { ...particulars, owned: 'list' }),
    remove: (path, name, particulars) => del(path, name, 'inspect:deleteStored', { ...OWN, ...particulars }),
  }
}

/** Rows that nobody is served: `METHOD path name`, and why. */
export function closed(api: Api, collection: string, why: string, lines: readonly string[]): readonly Endpoint[] {
  const { get, post, del } = rows(api, collection, api === 'openai' ? openaiJson : anthropicJson)
  return lines.map((line) => {
    const [method, path, name] = line.split(' ') as [string, string, string]
    const write = method === 'GET' ? get : method === 'POST' ? post : del
    return write(path, name, 'admin:administer', { closed: why })
  })
}
