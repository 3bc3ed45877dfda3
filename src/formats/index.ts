import { id } from '../ids.ts'
import type { Api, Domain, Format, Id } from '../types.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import { openaiChat } from './openai-chat.ts'

/** One operation of a vendor's API. `action` is its name in the Cedar schema. */
export interface Endpoint {
  readonly id: Id
  readonly api: Api
  readonly method: string
  readonly path: string
  readonly domain: Domain
  readonly action: string
  readonly format: Format
  /** Query parameters that may be forwarded, with the one value that they may have. */
  readonly query: Readonly<Record<string, string>>
}

/** Everything that is mapped. What is not here is refused. */
export const ENDPOINTS: readonly Endpoint[] = [
  {
    id: id('chat.completions.create'),
    api: 'openai',
    method: 'POST',
    path: '/v1/chat/completions',
    domain: 'invoke',
    action: 'chat',
    format: openaiChat,
    query: {},
  },
  {
    id: id('messages.create'),
    api: 'anthropic',
    method: 'POST',
    path: '/v1/messages',
    domain: 'invoke',
    action: 'chat',
    format: anthropicMessages,
    query: { beta: 'true' },
  },
]
